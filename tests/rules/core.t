# Every core rule: it just fires, it just does not, what is unknown, and how it fades. The household is H; persons are old
# (no one able, no supervision) unless the case needs somebody able.

case med_oop_annual_high one fen above the limit of class general
as_of 2026-06-10
person P birth=1950-02-03 sex=M
settlement P on=2026-02-10 self_paid=15000.01
expect H score=30 level=yellow med_oop_annual_high=30

case med_oop_annual_high_at_limit exactly the limit is not above it
as_of 2026-06-10
person P birth=1950-02-03 sex=M
settlement P on=2026-02-10 self_paid=15000.00
expect H nothing

case med_oop_annual_high_triple three times the limit and a fen
as_of 2026-06-10
person P birth=1950-02-03 sex=M
settlement P on=2026-02-10 self_paid=45000.01
expect H score=50 level=yellow med_oop_annual_high=50

case med_oop_annual_high_fades last year's sum on 1 March: its sixty days are over
as_of 2026-03-01
person P birth=1950-02-03 sex=M
settlement P on=2025-02-10 self_paid=15000.01
expect H nothing

case med_oop_annual_high_faded last year's sum on 30 January: half is left
as_of 2026-01-30
person P birth=1950-02-03 sex=M
settlement P on=2025-02-10 self_paid=15000.01
expect H score=15 level=yellow med_oop_annual_high=15

case med_oop_vs_income_old in the window's first day: the sum counts, the hit is older than 180 days
as_of 2026-06-10
threshold disposable_income 31000.50
person P birth=1950-02-03 sex=M
settlement P on=2025-06-11 self_paid=31000.51
expect H nothing

case med_oop_vs_income above the disposable income per head
as_of 2026-06-10
threshold disposable_income 31000.50
person P birth=1950-02-03 sex=M
settlement P on=2026-01-11 self_paid=31000.51
expect H score=60 level=orange med_oop_annual_high=40 med_oop_vs_income=45

case med_single_stay_high two rows of one stay reach the limit together
as_of 2026-06-10
person P birth=1950-02-03 sex=M
settlement P on=2026-06-01 stay=S inpatient=1 self_paid=12000.00
settlement P on=2026-06-05 stay=S inpatient=1 self_paid=8000.00
threshold medical_limit 99999
expect H score=24 level=blue med_single_stay_high=24

case med_single_stay_high_below a fen below
as_of 2026-06-10
person P birth=1950-02-03 sex=M
settlement P on=2026-06-01 stay=S inpatient=1 self_paid=12000.00
settlement P on=2026-06-05 stay=S inpatient=1 self_paid=7999.99
threshold medical_limit 99999
expect H nothing

case med_single_stay_high_gone 180 days later
as_of 2026-12-02
person P birth=1950-02-03 sex=M
settlement P on=2026-06-05 stay=S inpatient=1 self_paid=20000.00
threshold medical_limit 99999
expect H nothing

case med_critical_illness lower case, national extension
as_of 2026-06-10
person P birth=1950-02-03 sex=M
settlement P on=2025-06-11 self_paid=1.00 icd=i63.900x001
expect H score=30 level=blue med_critical_illness=30

case med_critical_illness_old first mentioned 366 days ago: silent
as_of 2026-06-10
person P birth=1950-02-03 sex=M
settlement P on=2025-06-09 self_paid=1.00 icd=I63.900
settlement P on=2026-06-01 self_paid=1.00 icd=I63.900
expect H nothing

case med_critical_illness_other a cold is not critical, a refund is no diagnosis
as_of 2026-06-10
person P birth=1950-02-03 sex=M
settlement P on=2026-06-01 self_paid=1.00 icd=J00.x00
settlement P on=2026-06-02 self_paid=-1.00 icd=C34.900
expect H nothing

case med_inpatient_open seven days in hospital, low income
as_of 2026-06-10
person P birth=1950-02-03 sex=M
roll P on=2026-06-01 class=dibao
village_month 990102001201 on=2026-05-31 zero=1
inpatient P on=2026-06-03 icd=J18.900
expect H score=12 level=blue med_inpatient_open=12

case med_inpatient_open_early six days
as_of 2026-06-10
person P birth=1950-02-03 sex=M
roll P on=2026-06-01 class=dibao
village_month 990102001201 on=2026-05-31 zero=1
inpatient P on=2026-06-04 icd=J18.900
expect H nothing

case dis_severe_new grade 3 of the mind is severe
as_of 2026-06-10
person P birth=1950-02-03 sex=M
disability P on=2026-06-01 class=5 grade=3
expect H score=40 level=yellow dis_severe_new=40

case dis_severe_new_limb grade 3 of a limb is not
as_of 2026-06-10
person P birth=1950-02-03 sex=M
disability P on=2026-06-01 class=4 grade=3
expect H nothing

case dis_severe_new_over 365 days later
as_of 2026-06-10
person P birth=1950-02-03 sex=M
disability P on=2025-06-10 class=6 grade=3
expect H nothing

case dis_grade_worse from 4 to 3, then into severe
as_of 2026-06-10
person P birth=1950-02-03 sex=M
disability P on=2020-01-01 class=4 grade=4
disability P on=2026-06-01 class=4 grade=3
expect H score=20 level=blue dis_grade_worse=20

case dis_grade_worse_severe from 3 to 2
as_of 2026-06-10
person P birth=1950-02-03 sex=M
disability P on=2020-01-01 until=2026-05-31 class=4 grade=3
disability P on=2026-06-01 class=4 grade=2
allowance P on=2026-06-01 scheme=disabled_nursing amount=80
expect H score=30 level=blue dis_grade_worse=30

case dis_grade_worse_better from 2 to 3 is no worsening
as_of 2026-06-10
person P birth=1950-02-03 sex=M
disability P on=2020-01-01 until=2026-05-31 class=4 grade=2
disability P on=2026-06-01 class=4 grade=3
expect H nothing

case job_registered_unemployed the main earner, half of 180 days ago
as_of 2026-06-10
person P birth=1980-02-03 sex=M
wage P on=2025-12-15 item=salary amount=4000
unemployment P on=2026-03-12
contribution P on=2026-06-02 paid=1
wage P on=2026-05-15 item=salary amount=9000
expect H score=10 level=none job_registered_unemployed=10

case job_registered_unemployed_again employed again since
as_of 2026-06-10
person P birth=1980-02-03 sex=M
wage P on=2025-12-15 item=salary amount=4000
unemployment P on=2026-03-12
employment P on=2026-04-01
wage P on=2026-05-15 item=salary amount=9000
expect H nothing

case job_contrib_gap three whole months are missing
as_of 2026-06-10
person P birth=1980-02-03 sex=M
contribution P on=2026-02-20 paid=1
expect H score=20 level=blue job_contrib_gap=20

case job_contrib_gap_two only two
as_of 2026-06-10
person P birth=1980-02-03 sex=M
contribution P on=2026-03-20 paid=1
expect H nothing

case job_contrib_gap_other another member pays
as_of 2026-06-10
person P birth=1980-02-03 sex=M
person Q birth=1981-02-03 sex=F
contribution P on=2026-02-20 paid=1
contribution Q on=2026-05-20 paid=1
expect H nothing

case inc_wage_drop exactly sixty percent
as_of 2026-01-31
person P birth=1980-02-03 sex=M
employment P on=2020-01-01
wage P on=2025-12-10 item=salary amount=1800
wage P on=2025-09-10 item=salary amount=6000
expect H score=20 level=blue inc_wage_drop=20

case inc_wage_drop_fen one fen more
as_of 2026-01-31
person P birth=1980-02-03 sex=M
employment P on=2020-01-01
wage P on=2025-12-10 item=salary amount=1800.01
wage P on=2025-09-10 item=salary amount=6000
expect H nothing

case inc_wage_drop_unknown an empty amount in one of the rows
as_of 2026-01-31
person P birth=1980-02-03 sex=M
employment P on=2020-01-01
wage P on=2025-12-10 item=salary
wage P on=2025-09-10 item=salary amount=6000
expect H nothing

case dem_earner_death not the main earner: his wife earned more
as_of 2026-06-10
person P birth=1976-02-03 sex=M
person Q birth=1977-02-03 sex=F
wage P on=2026-01-15 item=salary amount=4000
wage Q on=2026-01-15 item=salary amount=4000.01
employment Q on=2020-01-01
death P on=2026-06-07 source=certificate
wage Q on=2026-05-15 item=salary amount=4000.01
expect H nothing

case dem_earner_death_tie both earned the same: both are main earners
as_of 2026-06-10
person P birth=1976-02-03 sex=M
person Q birth=1977-02-03 sex=F
wage P on=2026-05-15 item=salary amount=4000
wage Q on=2026-05-15 item=salary amount=4000
death P on=2026-06-07 source=certificate
expect H score=45 level=orange dem_earner_death=45

case dem_earner_death_unknown no wages known: anybody able counts
as_of 2026-06-10
person P birth=1976-02-03 sex=M
person Q birth=1950-02-03 sex=F
death P on=2026-06-07 source=certificate
expect H score=45 level=orange dem_earner_death=45

case dem_earner_death_over 180 days later
as_of 2026-12-04
person P birth=1976-02-03 sex=M
person Q birth=1950-02-03 sex=F
death P on=2026-06-07 source=certificate
expect H nothing

case dem_child_unattended_term a sentence a day short of six months
as_of 2026-06-10
person C birth=2016-09-01 sex=M
person G birth=1960-02-03 sex=F
person F birth=1985-02-03 sex=M
person M birth=1986-02-03 sex=F household=HM
enrolment C on=2023-09-01 stage=compulsory
parent C on=2016-09-01 role=father parent=F
parent C on=2016-09-01 role=mother parent=M
death F on=2022-03-01 source=register
custody M on=2025-12-10 until=2026-06-09 type=prison
expect H nothing

case dem_child_unattended_unlisted a parent's id that nobody knows, or none: unknown, not lost and not there
as_of 2026-06-10
person C birth=2016-09-01 sex=M
person G birth=1960-02-03 sex=F
person F birth=1985-02-03 sex=M
person D birth=2017-09-01 sex=M household=H2
person F2 birth=1985-02-03 sex=M household=H2
enrolment C on=2023-09-01 stage=compulsory
enrolment D on=2023-09-01 stage=compulsory
parent C on=2016-09-01 role=father parent=F
parent C on=2016-09-01 role=mother parent=nobody
parent D on=2017-09-01 role=father parent=F2
parent D on=2017-09-01 role=mother
death F on=2022-03-01 source=register
death F2 on=2022-03-01 source=register
expect H nothing
unknown H dem_child_unattended: parent.parent, inc_below_dibao: authorised finance, inc_below_edge: authorised finance, med_oop_vs_income: disposable_income
unknown H2 dem_child_unattended: parent.parent, inc_below_dibao: authorised finance, inc_below_edge: authorised finance, med_oop_vs_income: disposable_income

case dem_child_unattended_there a parent who is there settles it, whoever else is unlisted
as_of 2026-06-10
person C birth=2016-09-01 sex=M
person M birth=1986-02-03 sex=F household=HM
enrolment C on=2023-09-01 stage=compulsory
parent C on=2016-09-01 role=father parent=nobody
parent C on=2016-09-01 role=mother parent=M
expect H nothing
unknown H inc_below_dibao: authorised finance, inc_below_edge: authorised finance, med_oop_vs_income: disposable_income

case dem_single_parent_new_unlisted an unlisted other parent is none: the death of the one is the news
as_of 2026-06-10
person C birth=2016-09-01 sex=M
person G birth=1960-02-03 sex=F
person F birth=1985-02-03 sex=M household=HF
enrolment C on=2023-09-01 stage=compulsory
parent C on=2016-09-01 role=father parent=F
parent C on=2016-09-01 role=mother parent=nobody
death F on=2026-06-01 source=register
expect H score=25 level=blue combo_elder_child_only=15 dem_single_parent_new=10

case A22_dis_grade_worse two cards of one day, in whatever order: the heavier counts, and nothing grew worse within the day
as_of 2026-06-10
person P birth=1950-02-03 sex=M
disability P on=2025-03-01 class=4 grade=3
disability P on=2026-05-01 class=4 grade=4
disability P on=2026-05-01 class=4 grade=2
expect H score=30 level=blue dis_grade_worse=30

case dst_house_collapsed the verified report says minor: it stands
as_of 2026-06-10
person P birth=1950-02-03 sex=M
house_damage H on=2026-06-03 event=E grade=collapsed report=first only_home=1
house_damage H on=2026-06-05 event=E grade=minor report=verified only_home=1
expect H nothing

case dst_house_collapsed_second not the only home
as_of 2026-06-10
person P birth=1950-02-03 sex=M
house_damage H on=2026-06-03 event=E grade=collapsed report=first only_home=0
expect H nothing

case dst_relocated sixty days
as_of 2026-06-10
person P birth=1950-02-03 sex=M
relocation H on=2026-04-12 event=E people=1
expect H score=20 level=yellow dst_relocated=20

case dst_relocated_over the sixtieth day
as_of 2026-06-10
person P birth=1950-02-03 sex=M
relocation H on=2026-04-11 event=E people=1
expect H nothing

case mit_temp_aid_recent_cause aid for school does not lower illness
as_of 2026-06-10
person P birth=1950-02-03 sex=M
settlement P on=2026-02-10 self_paid=15000.01
aid H on=2026-06-01 type=emergency cause=school amount=1
expect H score=30 level=yellow med_oop_annual_high=30

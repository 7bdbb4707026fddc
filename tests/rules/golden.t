# The golden cases (docs/domain.md 4.6) as far as score and hits go. A case is its persons, its facts, the day, and for
# each household exactly what must be found, in the order of the rule ids. A household is H unless said; the area is
# 990102001201. Visits keep the supervision rules silent where a case is not about them.

case G1 edge, 12,300 self-borne this year, lung cancer first diagnosed ten days ago
as_of 2026-06-10
person P birth=1976-02-03 sex=M
roll P on=2026-03-01 class=edge
visit H on=2026-06-01 way=home
village_month 990102001201 on=2026-05-31 visits=3
settlement P on=2026-02-10 self_paid=12300.00 icd=J18.900 medaid=0
settlement P on=2026-05-31 self_paid=0.00 icd=C34.900 medaid=0
expect H score=60 level=orange med_critical_illness=30 med_oop_annual_high=30 pol_single_dibao_candidate=0

case G2 as G1, and the only contributor stopped paying four months back, relief paid for the illness
as_of 2026-06-10
person P birth=1976-02-03 sex=M
roll P on=2026-03-01 class=edge
visit H on=2026-06-01 way=home
village_month 990102001201 on=2026-05-31 visits=3
settlement P on=2026-02-10 self_paid=12300.00 icd=J18.900
settlement P on=2026-05-31 self_paid=0.00 icd=C34.900
contribution P on=2026-02-15 paid=1 base=4000
aid H on=2026-05-21 type=emergency cause=ill amount=2000
expect H score=75 level=red combo_ill_and_jobless=10 job_contrib_gap=20 med_critical_illness=30 med_oop_annual_high=30 mit_temp_aid_recent=-15 pol_single_dibao_candidate=0

case G3 general, the main earner of 50 died three days ago, the widow has no job record
as_of 2026-06-10
person P birth=1976-02-03 sex=M
person Q birth=1977-02-03 sex=F
wage P on=2026-01-15 item=salary amount=4000
death P on=2026-06-07 source=certificate
expect H score=45 level=orange dem_earner_death=45

case G3b as G3 with two children under 18 who stay with their mother
as_of 2026-06-10
person P birth=1976-02-03 sex=M
person Q birth=1977-02-03 sex=F
person R birth=2014-02-03 sex=F
person S birth=2016-02-03 sex=M
wage P on=2026-01-15 item=salary amount=4000
death P on=2026-06-07 source=certificate
enrolment R on=2025-09-01 stage=compulsory
enrolment S on=2025-09-01 stage=compulsory
parent R on=2014-02-03 role=father parent=P
parent S on=2016-02-03 role=father parent=P
parent R on=2014-02-03 role=mother parent=Q
parent S on=2016-02-03 role=mother parent=Q
expect H score=55 level=orange dem_earner_death=45 dem_single_parent_new=10

case G4 a child of nine: father dead, mother sentenced to two years
as_of 2026-06-10
person C birth=2016-09-01 sex=M
person F birth=1985-02-03 sex=M
person G birth=1955-02-03 sex=F
person M birth=1986-02-03 sex=F
enrolment C on=2023-09-01 stage=compulsory
parent C on=2016-09-01 role=father parent=F
parent C on=2016-09-01 role=mother parent=M
death F on=2022-03-01 source=register
custody M on=2025-11-01 until=2027-10-31 type=prison
expect H score=75 level=red combo_elder_child_only=15 dem_child_unattended=60

case G5 as G1, relief paid twenty days ago for the illness
as_of 2026-06-10
person P birth=1976-02-03 sex=M
roll P on=2026-03-01 class=edge
visit H on=2026-06-01 way=home
village_month 990102001201 on=2026-05-31 visits=3
settlement P on=2026-02-10 self_paid=12300.00 icd=J18.900
settlement P on=2026-05-31 self_paid=0.00 icd=C34.900
aid H on=2026-05-21 type=emergency cause=ill amount=2000
expect H score=45 level=yellow med_critical_illness=30 med_oop_annual_high=30 mit_temp_aid_recent=-15 pol_single_dibao_candidate=0

case G6 edge, exactly 10,000.00: the limit must be exceeded
as_of 2026-06-10
person P birth=1940-02-03 sex=M
roll P on=2026-06-05 class=edge
village_month 990102001201 on=2026-05-31 visits=3
settlement P on=2026-02-10 self_paid=10000.00
expect H nothing

case G7 dibao, one stay of 11,000
as_of 2026-06-10
person P birth=1950-02-03 sex=M
roll P on=2026-06-01 class=dibao
village_month 990102001201 on=2026-05-31 visits=3
settlement P on=2026-06-09 stay=S1 inpatient=1 self_paid=11000.00 medaid=0
expect H score=60 level=orange med_oop_annual_high=40 med_single_stay_high=24

case G7_reversed the same stay, reversed by a negative row
as_of 2026-06-10
person P birth=1950-02-03 sex=M
roll P on=2026-06-01 class=dibao
village_month 990102001201 on=2026-05-31 visits=3
settlement P on=2026-06-09 stay=S1 inpatient=1 self_paid=11000.00 medaid=0
settlement P on=2026-06-09 stay=S1 inpatient=1 self_paid=-11000.00 medaid=0
expect H nothing

case G9 a row of 5 March that came on 28 May: its age counts from March
as_of 2026-05-28
person P birth=1976-02-03 sex=M
settlement P on=2026-03-05 stay=S1 inpatient=1 self_paid=14000.00
threshold single_stay_limit 14000
expect H score=13 level=none med_single_stay_high=13

case G12 a severe certificate of eight years ago: the event is over, the gap is still there
as_of 2026-06-10
person P birth=1976-02-03 sex=M
disability P on=2018-06-10 class=4 grade=1
expect H score=0 level=none pol_twosubsidy_missing=0

case example_2 dibao in January: last year's sum fades, the stay too, and medical aid lowers them
as_of 2026-01-20
person P birth=1950-02-03 sex=M
roll P on=2026-01-01 class=dibao
village_month 990102001201 on=2025-12-31 visits=3
settlement P on=2025-12-20 stay=S1 inpatient=1 self_paid=11000.00 medaid=500.00
expect H score=36 level=yellow med_oop_annual_high=26 med_single_stay_high=20 mit_medaid_paid=-10

-- The rules of docs/kinds.md 2 and 3 as plain SQL over the facts: which household has which finding on the day, with what
-- points and floor, which level that makes, and whose office must hear of it. Written from that page alone.

-- ---- 1.3: words ----

create table o.day as select day as d, o.month(day) as m from o.now;

-- The day stands still for as long as these functions stand: immutable, so that it is planned as a constant.
create function o.today() returns date language sql immutable as $$ select d from o.day $$;
create function o.this_month() returns date language sql immutable as $$ select m from o.day $$;
create function o.months_between(later date, earlier date) returns int language sql immutable as $$
	select ((extract(year from later) - extract(year from earlier)) * 12
		+ extract(month from later) - extract(month from earlier))::int
$$;

create function o.working_age(sex text, birth date, day date) returns boolean language sql immutable as $$
	select o.age(birth, day) between 16 and case sex when 'M' then 59 else 54 end
$$;

create function o.critical(icd text) returns boolean language sql immutable as $$
	select coalesce(icd, '') ~*
		'^(C[0-8][0-9]|C9[0-7]|D46|D59\.?[3-9]|D6[0167]|E84|G12|G20|G35|I2[12]|I6[0-4]|K7[24]|M32|N1[789]|Q2[0-5]|T2[0-9]|T3[0-2]|Z94|Z49|B2[0-4])'
$$;

create table o.diagnosis as
	select person, "on" from o.settlement where coalesce(self_paid, 0) >= 0 and o.critical(icd);
create index on o.diagnosis (person);

create table o.member as
	select p.* from o.person p left join o.death d using (person) where d."on" is null;
create unique index on o.member (person);
create index on o.member (household);

create table o.class as
	select p.person, p.household, coalesce((
		select r.class from o.roll r where r.person = p.person and (r.until is null or r.until >= o.today())
		order by array_position(array['tekun', 'dibao', 'edge', 'rigid', 'fanpin'], r.class) limit 1), 'general') as class
	from o.person p;
create unique index on o.class (person);
analyze o.class, o.member;

create table o.household as
	select p.household, p.area, p.register_area, p.residence, (
		select c.class from o.class c join o.member m using (person) where m.household = p.household
		order by array_position(array['tekun', 'dibao', 'edge', 'rigid', 'fanpin', 'general'], c.class) limit 1) as class,
		exists (select from o.member m where m.household = p.household) as lives
	-- Where the head lives; else where the civil-affairs family says, then the register; then the larger code.
	from (select distinct on (household) * from o.person order by household, area is null,
		relation_head in ('02', '户主') desc, in_family desc, area desc, residence desc nulls last,
		register_area desc nulls last) p;
create unique index on o.household (household);

create function o.value_of(asked text, h o.household) returns bigint language sql stable as $$
	select t.value from o.threshold t
	where t.name = asked and (t.area = '' or h.area like t.area || '%') and (t.class = '' or t.class = h.class)
		and (t.residence = '' or t.residence = h.residence)
	order by length(t.area) desc, t.class = '', t.residence = '' limit 1
$$;

create function o.heavy(who text, day date) returns boolean language sql stable as $$
	select o.some(grade <= 2) from o.disability where person = who and "on" <= day
$$;

create function o.detained(who text, day date) returns boolean language sql stable as $$
	select exists (select from o.custody where person = who and type in ('prison', 'rehab', 'restricted') and "on" <= day
		and (until is null or day <= until))
$$;

create function o.six_months(start date, finish date) returns boolean language sql stable as $$
	select coalesce(finish, o.today()) >= (start + interval '6 months')::date
$$;

create function o.critically_ill(who text, day date) returns boolean language sql stable as $$
	select exists (select from o.diagnosis where person = who and "on" > day - 365 and "on" <= day)
$$;

create function o.in_school(who text, day date) returns boolean language sql stable as $$
	select exists (select from o.enrolment where person = who and "on" <= day and (until is null or day <= until))
$$;

create function o.able(p o.person, day date) returns boolean language sql stable as $$
	select o.working_age(p.sex, p.birth, day) and not o.heavy(p.person, day) and not o.critically_ill(p.person, day)
		and not o.in_school(p.person, day) and not o.detained(p.person, day)
$$;

create function o.main_earners(asked text, day date) returns setof text language sql stable as $$
	with candidate as (
		select p.person from o.person p left join o.death d using (person)
		where p.household = asked and (d."on" is null or d."on" >= day) and o.working_age(p.sex, p.birth, day)
	), waged as (
		select w.person, sum(w.amount) as amount from o.wage w join candidate using (person)
		where w.item in ('salary', 'labour', 'business') and w.amount is not null
			and w.month >= o.month(day) - interval '12 months' and w.month < o.month(day)
		group by w.person
	), valued as (
		select * from waged
		union all
		select c.person, sum(c.base) from o.contribution c join candidate using (person)
		where c.paid and c.month >= o.month(day) - interval '12 months' and c.month < o.month(day)
			and not exists (select from waged)
		group by c.person
	)
	select person from valued where amount > 0 and amount = (select max(amount) from valued)
$$;

create table o.detained_now as select distinct person from o.custody where o.detained(person, o.today());
-- o.able() of today, for all at once.
create table o.able_now as
	select m.person, m.household, m.birth, (h.person is null or not h.heavy) and i.person is null and e.person is null
			and c.person is null as able
	from o.member m
		left join (select person, o.some(grade <= 2) as heavy from o.disability group by person) h using (person)
		left join (select distinct person from o.diagnosis where "on" > o.today() - 365) i using (person)
		left join (select distinct person from o.enrolment where until is null or until >= o.today()) e using (person)
		left join o.detained_now c using (person)
	where o.working_age(m.sex, m.birth, o.today());
create index on o.able_now (household);
analyze o.able_now, o.household, o.diagnosis;

-- ---- 2: hits. Day of the hit, points as they stand today, floor ----

create table o.hit (rule text, family text, household text, key text, "on" date, points int, floor text);

create function o.linear(points int, hit date, days int) returns int language sql stable as $$
	select case when o.today() - hit < days then points * (days - (o.today() - hit)) / days else 0 end
$$;
create function o.hold(points int, hit date, days int) returns int language sql stable as $$
	select case when o.today() - hit < days then points else 0 end
$$;

-- 1
insert into o.hit
select 'med_oop_annual_high', 'MED', household, year::text, "on",
	case when year = extract(year from o.today()) then points
		else o.linear(points, make_date(year, 12, 31), 60) end, 'yellow'
from (
	select h.household, extract(year from s."on")::int as year,
		max(s."on") filter (where s.self_paid > 0) as "on",
		case when sum(s.self_paid) > 3 * o.value_of('medical_limit', h) then 50
			when sum(s.self_paid) > 2 * o.value_of('medical_limit', h) then 40 else 30 end as points
	from o.settlement s join o.person p using (person) join o.household h on h.household = p.household
	where extract(year from s."on") >= extract(year from o.today()) - 1
	group by h, h.household, year having sum(s.self_paid) > o.value_of('medical_limit', h)) years;

-- 2
insert into o.hit
select 'med_oop_vs_income', 'MED', household, '', "on", o.hold(45, "on", 180), case when paid >= income then 'orange' end
from (
	select h.household, max(s."on") filter (where s.self_paid > 0) as "on", sum(s.self_paid) as paid,
		o.value_of('disposable_income', h) as income
	from o.settlement s join o.person p using (person) join o.household h on h.household = p.household
	where s."on" > o.today() - 365
	group by h, h.household, h.class
	having 100 * sum(s.self_paid) > case h.class when 'fanpin' then 50 else 100 end * o.value_of('disposable_income', h)) sums;

-- 3
create table o.stay as
	select s.person, p.household, s.stay, sum(s.self_paid) as net, max(s."on") filter (where s.self_paid > 0) as "on"
	from o.settlement s join o.person p using (person) where s.inpatient group by s.person, p.household, s.stay;
insert into o.hit
select 'med_single_stay_high', 'MED', h.household, person || ' ' || stay, "on", o.linear(25, "on", 180), null
from o.stay s join o.household h using (household)
where "on" is not null and net >= case h.class when 'general' then 2000000 else 800000 end;

-- 4: docs/domain.md 4.4; open at least seven days, low-income, a call by the village
insert into o.hit
select 'med_inpatient_open', 'MED', h.household, i.person || ' ' || i."on", i."on", 12, 'blue'
from o.inpatient i join o.member m using (person) join o.household h on h.household = m.household
where h.class <> 'general' and i.until is null and o.today() - i."on" >= 7;

-- 5
insert into o.hit
select 'med_critical_illness', 'MED', m.household, m.person, min(d."on"), o.hold(30, min(d."on"), 365), null
from o.diagnosis d join o.member m using (person) where d."on" > o.today() - 730 group by m.household, m.person;

-- 10, 12
create table o.grading as
	select person, "on", min(grade) as grade,
		o.some(case when grade <= 2 then true when grade = 3 then class in (5, 6) when grade = 4 then false end) as severe
	from o.disability group by person, "on";
insert into o.hit
select 'dis_severe_new', 'DIS', m.household, m.person, g."on", o.hold(40, g."on", 365), 'yellow'
from o.grading g join o.member m using (person)
where g.severe and g."on" = (select min("on") from o.grading e where e.person = g.person);
insert into o.hit
select 'dis_grade_worse', 'DIS', household, person || ' ' || "on", "on",
	o.hold(case when severe is true and was_severe is not true then 30 else 20 end, "on", 180), null
from (
	select m.household, m.person, g."on", g.grade, g.severe, lag(g.grade) over w as was, lag(g.severe) over w as was_severe
	from o.grading g join o.member m using (person) where g.grade is not null
	window w as (partition by m.person order by g."on")) steps
where grade < was;

-- 15
insert into o.hit
select 'job_registered_unemployed', 'INC', m.household, m.person || ' ' || w."on", w."on", o.linear(20, w."on", 180), null
from o.work w join o.member m using (person)
where w.state = '2' and o.working_age(m.sex, m.birth, w."on")
	and m.person in (select o.main_earners(m.household, w."on"))
	and not exists (select from o.work e where e.person = w.person and e.state = '1' and e."on" > w."on");

-- 16
insert into o.hit
select 'job_zero_employment_household', 'INC', h.household, '', null, 35, 'yellow'
from o.household h
where h.class <> 'general' and (select o.some(a.able) from o.able_now a where a.household = h.household)
	and not exists (select from o.work w join o.member m using (person) where m.household = h.household and w.state = '1');

-- 17
create table o.paid as
	select m.person, m.household, max(o.month(c.month)) as last from o.contribution c join o.member m using (person)
	where c.paid group by m.person, m.household;
insert into o.hit
select 'job_contrib_gap', 'INC', p.household, p.person || ' ' || last, gap, o.hold(20, gap, 365), null
from (select *, (last + interval '4 months')::date as gap from o.paid) p join o.member m using (person)
where o.working_age(m.sex, m.birth, o.today()) and o.months_between(o.this_month(), p.last) - 1 >= 3
	and not exists (select from o.paid q where q.household = p.household and q.person <> p.person
		and o.months_between(o.this_month(), q.last) - 1 < 3);

-- 19
insert into o.hit
select 'inc_wage_drop', 'INC', household, '', o.this_month(), o.linear(25, o.this_month(), 180), null
from (
	select m.household, coalesce(sum(w.amount) filter (where ago between 1 and 3), 0) as late,
		coalesce(sum(w.amount) filter (where ago between 4 and 9), 0) as early, bool_or(w.amount is null) as unknown
	from (select *, o.months_between(o.this_month(), month) as ago from o.wage
		where item in ('salary', 'labour', 'business') and month >= (o.this_month() - interval '9 months')::date) w join o.member m using (person)
	where ago between 1 and 9 group by m.household) sums
where not unknown and early > 0 and 200 * late <= 60 * early;

-- 24
insert into o.hit
select distinct on (p.household, p.person) 'dem_earner_death', 'DEM', p.household, p.person, d."on", o.hold(45, d."on", 180), 'orange'
from o.death d join o.person p using (person)
where case when exists (select o.main_earners(p.household, d."on"))
	then p.person in (select o.main_earners(p.household, d."on")) else o.able(p, d."on") end;

-- 26
create function o.lost(who text) returns boolean language sql stable as $$
	select exists (select from o.death where person = who)
		or exists (select from o.custody where person = who and type in ('prison', 'rehab', 'restricted')
			and (until is null or until >= o.today()) and o.six_months("on", until))
		or (select o.some(grade <= 2 or class in (5, 6) and grade in (3, 4)) from o.disability where person = who)
		or o.critically_ill(who, o.today())
$$;
create table o.may_be_lost as
	select person from o.death union select person from o.custody union select person from o.disability union select person from o.diagnosis;
insert into o.hit
select 'dem_child_unattended', 'DEM', m.household, m.person, null, 60, 'red'
from o.member m join o.parent a on a.person = m.person and a.role = 'father'
	join o.parent b on b.person = m.person and b.role = 'mother'
where o.age(m.birth, o.today()) < 18 and a.parent in (select person from o.may_be_lost) and b.parent in (select person from o.may_be_lost)
	and o.lost(a.parent) and o.lost(b.parent);

-- 27
insert into o.hit
select 'dem_earner_detained', 'DEM', m.household, m.person || ' ' || c."on", c."on", 30, null
from o.custody c join o.member m using (person)
where c.type in ('prison', 'rehab') and (c.until is null or c.until >= o.today()) and o.six_months(c."on", c.until)
	and m.person in (select o.main_earners(m.household, c."on"));

-- 28
insert into o.hit
select 'dem_single_parent_new', 'DEM', m.household, m.person || ' ' || a.parent, d."on", o.hold(10, d."on", 180), null
from o.member m join o.parent a on a.person = m.person join o.death d on d.person = a.parent
where o.age(m.birth, o.today()) < 18
	and not (exists (select from o.parent b where b.person = m.person and b.parent <> a.parent)
		and not exists (select from o.parent b where b.person = m.person and b.parent <> a.parent
			and not exists (select from o.death e where e.person = b.parent)));

-- 32: households whose income is a lower bound are unknown
create table o.income as
	select m.household, sum(w.amount) as income, bool_or(w.unknown)
		or bool_or(w.rows is null and coalesce(a.able, a.person is not null)) as lower
	from o.member m
		left join (select person, sum(amount) as amount, count(*) as rows, bool_or(amount is null) as unknown from o.wage
			where month >= o.this_month() - interval '12 months' and month < o.this_month() group by person) w using (person)
		left join o.able_now a using (person)
	where m.person not in (select person from o.detained_now) group by m.household;
insert into o.hit
select 'edu_cost_ratio', 'EDU', f.household, '', day, o.hold(20, day, 240), null
from (
	select m.household, sum(coalesce(e.tuition, 0) + coalesce(e.boarding, 0)) as fees,
		make_date(extract(year from o.today())::int - (to_char(o.today(), 'MMDD') < '0901')::int, 9, 1) as day
	from o.enrolment e join o.member m using (person) where e.until is null or e.until >= o.today()
	group by m.household) f left join o.income i using (household)
where fees > 0 and coalesce(i.lower, false) is false and 100 * fees >= 30 * coalesce(i.income, 0);

-- 33
insert into o.hit
select 'edu_dropout_suspect', 'EDU', household, person, null, 25, 'yellow'
from o.member m where o.age(birth, o.today()) between 6 and 15
	and not exists (select from o.enrolment e where e.person = m.person and (e.until is null or e.until >= o.today()));

-- 34, 36
insert into o.hit
select 'dst_house_collapsed', 'ACC', p.household, d.event, d."on", o.hold(60, d."on", 365), 'red'
from o.disaster d join o.person p using (person) where d.grade in ('collapsed', 'serious');
insert into o.hit
select 'dst_relocated', 'ACC', p.household, d.event, d."on", o.hold(20, d."on", 60), 'yellow'
from o.disaster d join o.person p using (person) where d.relocated;

-- 39
insert into o.hit
select 'acc_traffic_severe', 'ACC', p.household, p.person || ' ' || t."on", t."on", o.hold(40, t."on", 120), 'orange'
from o.traffic t join o.person p using (person) where t.injury in ('dead', 'serious');

-- 46
insert into o.hit
select 'fld_worker_report', 'FLD', household, '', "on", case when reporters >= 2 then 40 else 25 end, 'yellow'
from (
	select p.household, max(r."on") as "on", count(distinct nullif(r.reporter, '')) as reporters
	from o.report r join o.person p using (person) where r."on" > o.today() - 30 group by p.household) told;

-- What nobody is left to suffer from, and what has faded, is no hit.
delete from o.hit h where coalesce(points, 0) <= 0
	or not exists (select from o.household where household = h.household and lives);

-- ---- 3: score and level ----

create table o.finding as
	select household, family, rule, max(points) as points,
		max(array_position(array['blue', 'yellow', 'orange', 'red'], floor)) as floor
	from o.hit group by household, family, rule;

create table o.family_points as
	select household, family, least(sum(points), case family when 'MED' then 60 when 'DIS' then 50 when 'INC' then 60
		when 'DEM' then 60 when 'EDU' then 30 when 'ACC' then 70 when 'FLD' then 40 end)::int as points
	from o.finding group by household, family;

create index on o.family_points (household);
create index on o.finding (household);
analyze o.family_points, o.finding, o.hit;

create function o.f(asked text, of text) returns int language sql stable as $$
	select coalesce((select points from o.family_points where household = asked and family = of), 0)
$$;

create table o.extra (household text, rule text, points int);

insert into o.extra select household, 'combo_ill_and_jobless', 10 from (select distinct household from o.finding) f
where o.f(household, 'MED') >= 25 and o.f(household, 'INC') >= 20;
insert into o.extra select household, 'combo_elder_child_only', 15 from (select distinct household from o.finding) f
where exists (select from o.member m where m.household = f.household and o.age(m.birth, o.today()) < 18)
	and (select o.some(a.able) from o.able_now a where a.household = f.household and o.age(a.birth, o.today()) >= 18) is false;
insert into o.extra select household, 'combo_disaster_lowincome', 10 from (select distinct household from o.finding) f
	join o.household h using (household) where o.f(household, 'ACC') >= 25 and h.class <> 'general';
insert into o.extra select household, 'combo_two_sources', 10 from o.finding f where rule = 'fld_worker_report'
	and exists (select from o.hit h where h.household = f.household and h."on" > o.today() - 30 and h.rule in (
		'med_oop_annual_high', 'med_oop_vs_income', 'med_single_stay_high', 'med_critical_illness', 'dis_severe_new',
		'dis_grade_worse', 'job_registered_unemployed', 'job_contrib_gap', 'dem_earner_death', 'dem_single_parent_new',
		'dem_earner_detained', 'dst_house_collapsed', 'dst_relocated', 'acc_traffic_severe'));
insert into o.extra select household, 'mit_medaid_paid', -10 from (select distinct household from o.finding) f
where o.f(household, 'MED') > 0 and (select sum(s.medaid) from o.settlement s join o.person p using (person)
	where p.household = f.household and o.today() - s."on" <= 180) > 0;
insert into o.extra select household, 'mit_reemployed', -20 from (select distinct household from o.finding) f
where o.f(household, 'INC') > 0 and exists (
	select from o.work w join o.member m using (person) join o.paid c using (person)
	where m.household = f.household and w.state = '1' and w."on" > o.today() - 180 and c.last >= o.month(w."on"));
insert into o.extra select household, 'mit_temp_aid_recent', -15 from (select distinct household from o.finding) f
where exists (select from o.aid a join o.person p using (person)
	where p.household = f.household and o.today() - a."on" <= 90
		and o.f(f.household, case a.cause when 'ill' then 'MED' when 'disability' then 'DIS' when 'job' then 'INC'
			when 'death' then 'DEM' when 'school' then 'EDU' when 'disaster' then 'ACC' when 'accident' then 'ACC' end) > 0);

-- Mitigations of one family take from that family alone, and not below nothing.
create table o.verdict as
	with lowered as (
		select fp.household, greatest(0, fp.points + coalesce(x.points, 0)) as points
		from o.family_points fp left join o.extra x on x.household = fp.household
			and (x.rule = 'mit_medaid_paid' and fp.family = 'MED' or x.rule = 'mit_reemployed' and fp.family = 'INC')
	), scored as (
		select household, least(100, greatest(0, sum(points) + coalesce((select sum(x.points) from o.extra x
			where x.household = l.household and x.rule not in ('mit_medaid_paid', 'mit_reemployed')), 0)))::int as score
		from lowered l group by household
	)
	select s.household, s.score, greatest(
		case when score >= 75 then 4 when score >= 55 then 3 when score >= 35 then 2 when score >= 20 then 1 else 0 end,
		(select coalesce(max(floor), 0) from o.finding f where f.household = s.household)) as level,
		(select array_agg(rule order by rule collate "C") from (select rule from o.finding f where f.household = s.household
			union all select rule from o.extra x where x.household = s.household) r) as rules
	from scored s;

-- Blue and yellow belong to the village, orange and red to the town (docs/domain.md 4.3), of the place of a disaster, else of the
-- residence, else of the register; where only the town is known, the town has it whatever the level. Level none opens nothing, but a
-- score near the border keeps an alert that is open.
create table o.expected as
	select v.household, v.score, (array['none', 'blue', 'yellow', 'orange', 'red'])[v.level + 1] as level, v.rules,
		case when v.level >= 3 then rpad(substr(place, 1, 9), 12, '0') else place end as office,
		-- what a first load brings opens an alert if it is red or has an event inside its rule's window
		v.level = 4 or v.level > 0 and exists (select from o.hit e where e.household = v.household and e.rule not in (
			'med_inpatient_open', 'job_zero_employment_household', 'dem_child_unattended', 'dem_earner_detained',
			'edu_dropout_suspect')) as event
	from o.verdict v join (
		select household, coalesce((select max(d.area) from o.disaster d join o.person p using (person)
			join o.hit e on e.household = p.household and e.key = d.event
			where p.household = h.household and e.rule in ('dst_house_collapsed', 'dst_relocated')),
			area, register_area) as place
		from o.household h) h using (household);

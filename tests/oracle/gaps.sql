-- The other lanes of docs/kinds.md 2 (policy gaps, exit reviews, supervision) for every household, written from that page alone: the
-- household, whom or what it is about, as kinds.md names the event key. Findings about a person name the register's number.

create table o.lane_finding (lane text, rule text, household text, about text);

create function o.on_roll(who text) returns setof o.roll language sql stable as $$
	select * from o.roll where person = who and (until is null or until >= o.today())
$$;

-- ---- policy gaps ----

create function o.paid_lately(who text, asked text) returns boolean language sql stable as $$
	select o.some(amount > 0) from o.allowance where person = who and scheme = asked
		and o.month("on") in (o.this_month(), (o.this_month() - interval '1 month')::date)
$$;

insert into o.lane_finding
select distinct 'policy_gap', 'pol_twosubsidy_missing', m.household, m.person
from o.disability d join o.member m using (person)
where d."on" <= o.today() - 60 and (
	exists (select from o.on_roll(m.person) where class = 'dibao') and not o.paid_lately(m.person, 'disabled_living')
	or d.grade <= 2 and not o.paid_lately(m.person, 'disabled_nursing'));

insert into o.lane_finding
select distinct 'policy_gap', 'pol_medaid_missing', s.household, s.person
from o.stay s join o.member m using (person) join o.household h on h.household = s.household
where h.class in ('tekun', 'dibao', 'edge') and s."on" between o.today() - 365 and o.today() - 30
	and case when h.class in ('tekun', 'dibao') then s.net > 0
		else 100 * s.net > 10 * o.value_of('disposable_income', h) end
	and (select bool_and(a.medaid is not null) and sum(a.medaid) = 0 from o.settlement a
		where a.person = s.person and a.stay = s.stay and a.inpatient);

insert into o.lane_finding
select 'policy_gap', 'pol_single_dibao_candidate', m.household, m.person
from o.member m join o.class c using (person)
where c.class = 'edge' and (o.critically_ill(m.person, o.today()) or (
	select o.some(case when grade <= 2 then true when grade = 3 then class in (5, 6) when grade = 4 then false end)
	from o.disability where person = m.person));

-- ---- exit reviews: of households without a member, too ----

insert into o.lane_finding
select 'exit_review', 'exit_death_unprocessed', p.household, p.person
from o.death d join o.person p using (person)
where (select sum(a.amount) from o.allowance a where a.person = d.person and o.month(a."on") > o.month(d."on")) > 0;

insert into o.lane_finding
select distinct 'exit_review', 'exit_review_due', m.household, m.person
from o.member m, o.on_roll(m.person) r
where r.class in ('dibao', 'tekun') and not coalesce(o.today() <= r.grace_until, false)
	and o.today() >= -30 + coalesce(r.next_review, (r."on" + make_interval(months =>
		case when exists (select from o.able_now a where a.household = m.household and a.able) then 6 else 12 end))::date);

-- ---- supervision ----

insert into o.lane_finding
select 'supervision', 'sup_visit_overdue', h.household, ''
from o.household h, lateral (
	select greatest(
		(select max(v."on") from o.visit v join o.person p using (person) where p.household = h.household),
		(select min(r."on") from o.member m, o.on_roll(m.person) r where m.household = h.household)) as last) told,
	lateral (select case
		when (select count(*) = 1 and bool_or(o.age(m.birth, o.today()) >= 80) from o.member m where m.household = h.household)
			then 7
		when h.class = 'tekun' or exists (select from o.member m join o.disability d using (person)
			where m.household = h.household and o.age(m.birth, o.today()) >= 60) then 30
		else 90 end as days) most
where h.lives and h.class <> 'general' and o.today() - last > days;

insert into o.lane_finding
select 'supervision', 'sup_zero_report_missing', h.household,
	h.area || ',' || to_char(o.this_month() - interval '1 month', 'YYYY-MM')
from o.household h
where h.lives and h.class <> 'general' and extract(day from o.today()) >= 5 and not exists (
	select from o.village_month v where v.area = h.area and (v.visits > 0 or v.zero)
		and o.month(v."on") = (o.this_month() - interval '1 month')::date);

-- Of a household that nobody is left of, exit reviews alone stand.
delete from o.lane_finding f where lane <> 'exit_review'
	and not exists (select from o.household where household = f.household and lives);
create index on o.lane_finding (household);

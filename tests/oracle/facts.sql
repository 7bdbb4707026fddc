-- What the departments know, as the facts of docs/kinds.md: written from that page and docs/domain.md 5, never from the monitor's
-- configuration or rules. The departments' tables stand in schema `dept`, the day in o.now, thresholds in o.threshold.

-- ---- words ----

-- A citizen number in any of its spellings; null if it does not name a person for sure (A10).
create function o.number(given text) returns text language plpgsql immutable as $$
declare
	plain text := upper(translate(btrim(given, E' \t　'), '０１２３４５６７８９Ｘｘ', '0123456789XX'));
	total int;
begin
	plain := ltrim(plain, '''');
	if plain ~ '^[0-9]{15}$' then
		plain := substr(plain, 1, 6) || '19' || substr(plain, 7);
	elsif plain !~ '^[0-9]{17}[0-9X]$' or plain is null then
		return null;
	end if;
	total := 7 * substr(plain, 1, 1)::int + 9 * substr(plain, 2, 1)::int + 10 * substr(plain, 3, 1)::int
		+ 5 * substr(plain, 4, 1)::int + 8 * substr(plain, 5, 1)::int + 4 * substr(plain, 6, 1)::int
		+ 2 * substr(plain, 7, 1)::int + 1 * substr(plain, 8, 1)::int + 6 * substr(plain, 9, 1)::int
		+ 3 * substr(plain, 10, 1)::int + 7 * substr(plain, 11, 1)::int + 9 * substr(plain, 12, 1)::int
		+ 10 * substr(plain, 13, 1)::int + 5 * substr(plain, 14, 1)::int + 8 * substr(plain, 15, 1)::int
		+ 4 * substr(plain, 16, 1)::int + 2 * substr(plain, 17, 1)::int;
	if length(plain) = 17 then
		return plain || substr('10X98765432', total % 11 + 1, 1);
	end if;
	return case when substr(plain, 18) = substr('10X98765432', total % 11 + 1, 1) then plain end;
end $$;

-- A day in one of the spellings of domain.md A07.
create function o.day(given text) returns date language sql immutable as $$
	select case
		when given ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}' then substr(given, 1, 10)::date
		when given ~ '^[0-9]{8}$' then to_date(given, 'YYYYMMDD')
		when given ~ '^[0-9]{6}$' then to_date(given || '01', 'YYYYMMDD')
		when given ~ '^[0-9]{4}/[0-9]+/[0-9]+$' then to_date(given, 'YYYY/MM/DD')
	end
$$;

-- Money as a clerk wrote it, in fen; null if it cannot be read.
create function o.fen(given text) returns bigint language sql immutable as $$
	select case when replace(rtrim(given, '元'), ',', '') ~ '^-?[0-9]+(\.[0-9]+)?$'
		then (replace(rtrim(given, '元'), ',', '')::numeric * 100)::bigint end
$$;

create function o.age(birth date, day date) returns int language sql immutable as $$
	select extract(year from day)::int - extract(year from birth)::int
		- (to_char(day, 'MMDD') < case to_char(birth, 'MMDD')
			when '0229' then case when to_char(day, 'MMDD') = '0229' then '0229' else '0301' end
			else to_char(birth, 'MMDD') end)::int
$$;

create function o.month(day date) returns date language sql immutable as $$
	select date_trunc('month', day)::date
$$;

create function o.or3(a boolean, b boolean) returns boolean language sql immutable as $$ select a or b $$;
-- "some ...": yes if one is yes, else unknown if one is unknown.
create aggregate o.some(boolean) (sfunc = o.or3, stype = boolean, initcond = 'false');

-- ---- people ----

create table o.family as
	select f.fam_no, o.number(m.id_no) as person, f.area_code as area, f.urban_rural, f.kind, o.day(f.start_month) as "on",
		o.day(f.end_month) as until, o.day(f.next_review) as next_review, o.day(f.grace_end) as grace_until
	from dept.mz_assist_member m join dept.mz_assist_family f using (fam_no)
	where m.is_deleted <> '1' and f.is_deleted <> '1' and o.number(m.id_no) is not null;

create table o.person as
	select o.number(r.id_no) as person, r.hukou_no as household, o.day(r.birth_date) as birth,
		case r.sex when '1' then 'M' when '2' then 'F' end as sex, rpad(coalesce(f.area, r.live_area), 12, '0') as area,
		rpad(r.hukou_area, 12, '0') as register_area,
		case f.urban_rural when '1' then 'urban' when '2' then 'rural' else
			case when length(coalesce(r.live_area, r.hukou_area)) < 12 then null
				when substr(coalesce(r.live_area, r.hukou_area), 10, 1) in ('0', '1', '4') then 'urban'
				else 'rural' end end as residence,
		r.relation_head, f.area is not null as in_family
	from dept.ga_resident r left join (select distinct on (person) * from o.family order by person) f
		on f.person = o.number(r.id_no)
	where r.batch_no = (select max(batch_no) from dept.ctl_batch where source = 'ga_resident' and state = '2')
		and o.number(r.id_no) is not null;
create unique index on o.person (person);
create index on o.person (household);

-- ---- facts ----

create table o.settlement as
	select * from (
		select distinct on (setl_id) o.number(certno) as person, o.day(coalesce(dscg_date, setl_time)) as "on",
			mdtrt_id as stay, med_type in ('21', '22', '24') as inpatient, dise_code as icd,
			(psn_part_amt * 100)::bigint as self_paid, (maf_pay * 100)::bigint as medaid,
			(medfee_sumamt * 100)::bigint as total, vali_flag
		from dept.yb_settlement order by setl_id, updt_time desc) last
	where vali_flag <> '0' and person is not null and "on" <= (select day from o.now);
create index on o.settlement (person);

create table o.inpatient as
	select o.number(id_no) as person, adm_time::date as "on", dis_time::date as until, main_icd as icd,
		critical_flag = '1' as critical, (arrears_amt * 100)::bigint as arrears
	from dept.wj_inpatient where o.number(id_no) is not null and adm_time::date <= (select day from o.now);

create table o.death as
	select person, min("on") as "on" from (
		select o.number(id_no), o.day(death_time) from dept.wj_death_cert where revoked <> '1'
		union all select o.number(id_no), o.day(death_date) from dept.mz_cremation
		union all select o.number(id_no), o.day(cancel_date) from dept.ga_resident where cancel_reason = '死亡') as d(person, "on")
	where person is not null and "on" <= (select day from o.now) group by person;
create unique index on o.death (person);

create table o.disability as
	with card as (
		select o.number(id_no) as person, kind_code::int as class,
			case when grade in ('一级', '1', '01') then 1 when grade in ('二级', '2', '02') then 2
				when grade in ('三级', '3', '03') then 3 when grade in ('四级', '4', '04') then 4 end as grade,
			o.day(first_issue) as first_issue, o.day(issue_date) as issued
		from dept.cl_disabled where status not in ('注销', '迁出') and o.number(id_no) is not null)
	select person, issued as "on", class, grade from card where issued <= (select day from o.now)
	-- a renewed card tells when the first one was issued, not with which grade
	union all select person, first_issue, class, null from card
	where first_issue <> issued and first_issue <= (select day from o.now);
create index on o.disability (person);

create table o.contribution as
	select o.number(id_no) as person, o.day(pay_month) as month, (base_amt * 100)::bigint as base, paid_flag = '1' as paid
	from dept.rs_contribution where o.number(id_no) is not null and o.day(pay_month) <= (select day from o.now);
create index on o.contribution (person);

create table o.wage as
	select o.number(id_no) as person, o.day(period) as month, case item when '工资薪金' then 'salary' when '劳务' then 'labour'
		when '经营' then 'business' end as item, o.fen(income) as amount
	from dept.sw_income where o.number(id_no) is not null and o.day(period) <= (select day from o.now);
create index on o.wage (person);

create table o.work as
	select o.number(id_no) as person, state, o.day(event_date) as "on", employer, reason
	from dept.rs_employment
	where o.number(id_no) is not null and state in ('1', '2') and o.day(event_date) <= (select day from o.now);
create index on o.work (person);

create table o.custody as
	select o.number(id_no) as person, case kind when '服刑' then 'prison' when '强戒' then 'rehab' when '社区矫正' then 'community'
		end as type, o.day(start_date) as "on", o.day(end_date) as until
	from dept.sf_custody where o.number(id_no) is not null and o.day(start_date) <= (select day from o.now);

create table o.parent as
	select person, case sex when 'M' then 'father' else 'mother' end as role, parent, birth as "on"
	from (select c.person, c.birth, p.sex, p.person as parent
		from o.person c join o.person p on p.household = c.household and (p.relation_head in ('02', '10', '户主', '配偶'))
		where c.relation_head in ('20', '30', '子') ) told;
create index on o.parent (person);

create table o.enrolment as
	select o.number(id_no) as person, o.day(enroll_date) as "on", o.day(leave_date) as until, stage,
		o.fen(tuition) as tuition, o.fen(board_fee) as boarding, coalesce(aid_kind, '') <> '' as aided
	from dept.jy_student where o.number(id_no) is not null and o.day(enroll_date) <= (select day from o.now)
		and batch_no = (select max(batch_no) from dept.jy_student);
create index on o.enrolment (person);

create table o.disaster as
	select distinct on (d.event_code, d.area_code, d.head_name) o.number(d.head_id) as person,
		coalesce(e.label, d.event_code) as event, rpad(d.area_code, 12, '0') as area,
		(min(d.report_time) over (partition by d.event_code, d.area_code, d.head_name))::date as "on",
		(min(d.report_time) over (partition by d.event_code, d.area_code, d.head_name))::timestamp as told,
		case d.house_grade when '倒塌' then 'collapsed' when '严重损坏' then 'serious' when '一般损坏' then 'minor' end as grade,
		d.relocated = '1' as relocated, d.member_cnt as people, d.rooms, case d.report_kind when '初报' then 'first'
			when '续报' then 'update' when '核报' then 'verified' end as report
	from dept.yj_disaster_hh d left join dept.yj_event e using (event_code)
	order by d.event_code, d.area_code, d.head_name, d.report_time desc;

create table o.traffic as
	select o.number(id_no) as person, acc_time::date as "on", case injury when '死亡' then 'dead' when '重伤' then 'serious'
		when '轻伤' then 'minor' when '无' then 'none' end as injury, duty
	from dept.jg_accident_person where o.number(id_no) is not null and acc_time::date <= (select day from o.now);

create table o.roll as
	select person, "on", until, next_review, grace_until, case kind when '低保' then 'dibao' when '特困分散' then 'tekun'
		when '特困集中' then 'tekun' when '低边' then 'edge' when '刚性' then 'rigid' end as class
	from o.family where "on" <= (select day from o.now);
create index on o.roll (person);

create table o.aid as
	select o.number(id_no) as person, o.day(paid_date) as "on", case cause when '因病' then 'ill' when '因残' then 'disability'
		when '失业' then 'job' when '因灾' then 'disaster' when '因学' then 'school' when '死亡' then 'death'
		when '意外' then 'accident' end as cause,
		case kind when '1' then 'emergency' when '2' then 'expense' end as type, (amount * 100)::bigint as amount
	from dept.mz_temp_aid where o.number(id_no) is not null and o.day(paid_date) <= (select day from o.now);

create table o.allowance as
	select o.number(id_no) as person, o.day(month) as "on",
		case kind when '1' then 'disabled_living' when '2' then 'disabled_nursing' end as scheme, (amount * 100)::bigint as amount
	from dept.mz_disabled_allow where o.number(id_no) is not null and o.day(month) <= (select day from o.now);

create table o.report as
	select o.number(about_id) as person, o.day(report_time) as "on", reporter_no as reporter,
		case role when '网格员' then 'grid' when '眼线志愿者' then 'volunteer' when '社工' then 'social' end as role, difficulty
	from dept.wg_report where o.number(about_id) is not null and o.day(report_time) <= (select day from o.now);

create table o.visit as
	select o.number(id_no) as person, o.day(visit_time) as "on",
		case visit_kind when '1' then 'home' when '2' then 'phone' when '3' then 'video' end as way, result
	from dept.wg_visit
	where visit_kind in ('1', '2', '3') and o.number(id_no) is not null and o.day(visit_time) <= (select day from o.now);

create table o.village_month as
	select rpad(area_code, 12, '0') as area, o.day(month) as "on", (visit_kind <> '9')::int as visits, visit_kind = '9' as zero
	from dept.wg_visit where o.day(month) <= (select day from o.now);

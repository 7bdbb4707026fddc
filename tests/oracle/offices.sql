-- Who must have been told of each alert, when and by what, and whether they and nobody else were: docs/domain.md 4.3 and 4.7 and
-- docs/design.md 6 over the facts (schema o), the area tree (s.area), the calendar (s.workday) and a copy of what the store and the
-- gateway hold (schema s). Nobody acts in the city, so that every alert follows from its household, its opening and the clock.

-- ---- domain.md 4.3 as a table ----

create table o.matrix (row text primary key, lead int, executes int, duty boolean);
insert into o.matrix values ('blue', 1, null, false), ('yellow', 1, null, false), ('orange', 2, 1, false), ('red', 2, 1, true),
	('policy_gap', 2, null, false), ('exit_review', 2, 1, false), ('supervision', 2, null, false);

-- Working days end at 18:00, hours run day and night, a month's visit is due when the next month ends.
create table o.span (row text, stage text, unit text, length int, primary key (row, stage));
insert into o.span values
	('blue', 'visit', 'month', 1),
	('yellow', 'sign', 'workday', 2), ('yellow', 'visit', 'workday', 7), ('yellow', 'verify', 'workday', 10), ('yellow', 'dispose', 'workday', 20),
	('orange', 'sign', 'workday', 1), ('orange', 'visit', 'workday', 3), ('orange', 'verify', 'workday', 5), ('orange', 'dispose', 'workday', 10),
	('red', 'sign', 'hour', 2), ('red', 'visit', 'hour', 24), ('red', 'verify', 'workday', 3), ('red', 'dispose', 'workday', 5),
	('policy_gap', 'sign', 'workday', 2), ('policy_gap', 'verify', 'workday', 5), ('policy_gap', 'dispose', 'workday', 10),
	('exit_review', 'sign', 'workday', 2), ('exit_review', 'visit', 'workday', 10), ('exit_review', 'verify', 'workday', 10),
	('exit_review', 'dispose', 'workday', 30), ('supervision', 'sign', 'workday', 1), ('supervision', 'dispose', 'workday', 5);

create function o.row_of(lane int, level int) returns text language sql immutable as $$
	select case lane when 1 then 'policy_gap' when 2 then 'exit_review' when 3 then 'supervision'
		else (array['blue', 'blue', 'yellow', 'orange', 'red'])[level + 1] end
$$;

-- ---- time ----

create function o.at(day date, clock time) returns timestamptz language sql immutable as $$
	select (day + clock) at time zone 'Asia/Shanghai'
$$;
create function o.civil(moment timestamptz) returns timestamp language sql immutable as $$
	select moment at time zone 'Asia/Shanghai'
$$;

-- The n-th working day behind a day.
create function o.workday_after(start date, n int) returns date language sql stable as $$
	select max(day) from (
		select d::date as day from generate_series(start + 1, start + 3 * n + 20, interval '1 day') d
			left join s.workday w on w.day = d::date
		where coalesce(w.work, extract(isodow from d) < 6) order by d limit n) days
$$;

create function o.due(asked_row text, asked_stage text, start timestamptz) returns timestamptz language sql stable as $$
	select case unit when 'hour' then start + make_interval(hours => length)
		when 'workday' then o.at(o.workday_after(o.civil(start)::date, length), '18:00')
		when 'month' then o.at((date_trunc('month', o.civil(start)) + interval '2 months')::date - 1, '18:00') end
	from o.span where row = asked_row and stage = asked_stage
$$;

-- A department's wall time in the time of the service, which may run fast.
create function o.business(wall timestamp) returns timestamptz language sql stable as $$
	select started + (wall at time zone 'Asia/Shanghai' - started) * rate from s.moment
$$;

-- ---- offices ----

create function o.tier_of(code text) returns int language sql immutable as $$
	select case length(code) when 12 then 1 when 9 then 2 when 6 then 3 when 4 then 4 end
$$;
-- The post of an office that leads.
create function o.post_of(office int) returns text language sql stable as $$
	select (array['worker', 'town', 'county', 'city'])[tier] from s.office where id = $1
$$;

-- The office of a tier over an area; a town's code does not say which village. Then: that of the tier or of the nearest above.
create function o.office_at(area text, asked int) returns int language sql stable as $$
	select id from s.office where tier = asked and code = rpad(substr(area, 1, (array[12, 9, 6, 4])[asked]), 12, '0')
		and length(rtrim(area, '0')) > (array[9, 6, 4, 2])[asked]
$$;
create function o.office_over(area text, asked int) returns int language sql stable as $$
	select o.office_at(area, tier) from generate_series(asked, 4) tier where o.office_at(area, tier) is not null order by tier limit 1
$$;
create function o.above(inner_office int, outer_office int) returns boolean language sql stable as $$
	with recursive up(id) as (select inner_office union select f.parent from s.office f join up using (id) where f.parent is not null)
	select exists (select from up where id = outer_office)
$$;

-- ---- where a household is responsible to ----

-- The place of a disaster speaks from the moment when its first report was written.
create table o.place as
	select h.household, h.area as residence, h.register_area, e.area as emergency, e.told
	from o.household h left join lateral (
		select d.area, d.told from o.disaster d join o.person p using (person)
		where p.household = h.household and (d."on" > o.today() - 3 or exists (select from o.hit x
			where x.household = h.household and x.key = d.event and x.rule in ('dst_house_collapsed', 'dst_relocated')))
		order by d."on" desc, d.told desc limit 1) e on true;
create unique index on o.place (household);

-- Heads whom a report names without a number: each is a lead of its own, found by the village, until a report tells the number.
create table o.lead as
	select rpad(area_code, 12, '0') as area, min(report_time) as told, substr(area_code, 1, 9) as town,
		exists (select from dept.yj_disaster_hh e where (e.event_code, e.area_code, e.head_name) = (d.event_code, d.area_code, d.head_name)
			and o.number(e.head_id) is not null) as named
	from dept.yj_disaster_hh d where o.number(head_id) is null and (house_grade in ('倒塌', '严重损坏') or relocated = '1')
	group by event_code, area_code, head_name;

-- ---- what the store says ----

create table o.alert (county int, id bigint, household text, emergency text, told timestamptz, residence text, register_area text,
	primary key (county, id));

-- The events of an alert, in order; each is one version of it.
create table o.step (county int, alert bigint, n int, at timestamptz, words text[], level int, stage text, primary key (county, alert, n));

create table o.message (county int, alert bigint, n int, office int, role text, template text, reason text, lead boolean);

create table o.fault (alert bigint, what text);

create procedure o.blame(alert bigint, what text) language sql as $$ insert into o.fault values (alert, what) $$;

-- A post hears once of an event: what comes first stands.
create procedure o.expect(a o.alert, n int, office int, role text, template text, reason text, lead boolean) language sql as $$
	insert into o.message select a.county, a.id, n, office, role, template, reason, lead
	where not exists (select from o.message m where m.county = a.county and m.alert = a.id and m.n = expect.n
		and m.office = expect.office and m.role = expect.role)
$$;

-- Those whom the matrix names: the lead, who visits, the county's duty.
create procedure o.expect_matrix(a o.alert, n int, asked text, owner int, places text[], reason text) language plpgsql as $$
declare
	m o.matrix := (select x from o.matrix x where row = asked);
	executes int := (select o.office_at(p, m.executes) from unnest(places) with ordinality x(p, i)
		where o.office_at(p, m.executes) is not null order by i limit 1);
	county int := (select o.office_over(p, 3) from unnest(places) with ordinality x(p, i)
		where o.office_over(p, 3) is not null order by i limit 1);
begin
	call o.expect(a, n, owner, o.post_of(owner), 'new', reason, true);
	if executes <> owner then
		call o.expect(a, n, executes, 'worker', 'execute', 'executes', false);
	end if;
	if m.duty then
		call o.expect(a, n, county, 'county_duty', 'copy', 'copy_county_duty', false);
	end if;
end $$;

-- ---- an alert's course ----

create type o.clock as (stage text, start timestamptz, due timestamptz, reminded boolean, misses int);

create function o.started(clocks o.clock[], asked text, start timestamptz) returns o.clock[] language plpgsql stable as $$
declare
	wanted record;
	i int;
begin
	for wanted in select stage, o.due(asked, stage, start) as due from o.span where row = asked loop
		i := (select k from generate_subscripts(clocks, 1) k where (clocks[k]).stage = wanted.stage);
		if i is null then
			clocks := clocks || row(wanted.stage, start, wanted.due, false, 0)::o.clock;
		elsif wanted.due < (clocks[i]).due then
			-- the earlier of the two deadlines is kept
			clocks[i] := row(wanted.stage, start, wanted.due, false, (clocks[i]).misses)::o.clock;
		end if;
	end loop;
	return clocks;
end $$;

-- When the clocks of the first load begin: at once, or on a later working day at 07:00, as the first deadline tells.
create function o.spread(a o.alert, asked text, opened timestamptz, first text) returns timestamptz language sql stable as $$
	select start from (select o.at(o.workday_after(o.civil(opened)::date, k), '07:00') as start from generate_series(1, 40) k) later
	where o.due(asked, first, start) = (select min(c.due) from s.clock c where c.county = a.county and c.alert = a.id and c.stage = first)
	order by start limit 1
$$;

create procedure o.overdue(moment timestamptz, a o.alert, clocks o.clock[]) language sql as $$
	insert into o.fault select a.id, format('the %s of its %s came at %s, and nothing happened', which, stage, o.civil(came))
	from unnest(clocks) c, lateral (values ('end', due), ('reminder', case when not reminded then start + (due - start) / 2 end)) x(which, came)
	where came < moment - (select slack from s.moment)
$$;

create procedure o.follow(a o.alert) language plpgsql as $$
declare
	lane int := (select lane from s.alert where county = a.county and id = a.id);
	slack interval := (select slack from s.moment);
	moment timestamptz := (select now from s.moment);
	clocks o.clock[] := '{}';
	asked text;
	owner int;
	up int;
	place text[];
	lead_wanted int;
	k int;
	c o.clock;
	s o.step;
	word text;
	ended boolean := false;
begin
	for s in select * from o.step where county = a.county and alert = a.id order by n loop
		word := (select w from unnest(s.words) w where w in ('opened', 'discovered', 'raised', 'lowered', 'merged', 'reminder', 'climbed',
			'copy_next_tier', 'top_reached', 'month_again', 'basis_changed', 'withdrawn_corrected', 'withdrawn_faded',
			'withdrawn_threshold') limit 1);
		-- blue is reminded in silence
		word := case when word is null and s.words = '{blue_listed}' then 'reminder' else word end;
		place := array_remove(array[case when a.told < s.at - slack or a.told < s.at and 'by_emergency' = any(s.words) then a.emergency end,
			a.residence, a.register_area], null);
		if not ended then
			call o.overdue(s.at, a, clocks);
		end if;
		if word in ('opened', 'discovered', 'raised') then
			asked := o.row_of(lane, s.level);
			lead_wanted := (select o.office_over(p, x.lead) from o.matrix x, unnest(place) with ordinality q(p, i)
				where x.row = asked and o.office_over(p, x.lead) is not null order by i limit 1);
			up := owner;
			-- the lead goes up to where a level belongs, never down
			if owner is null or not o.above(lead_wanted, owner) then
				owner := lead_wanted;
			end if;
			clocks := o.started(clocks, asked, case when 'spread' = any(s.words)
				then o.spread(a, asked, s.at, case asked when 'blue' then 'visit' else 'sign' end) else s.at end);
			if asked <> 'blue' then
				call o.expect_matrix(a, s.n, asked, owner, place, word);
				if up <> owner then
					call o.expect(a, s.n, up, o.post_of(up), 'changed', word, false);
				end if;
			end if;
		elsif word = 'lowered' then
			asked := o.row_of(lane, s.level);
		elsif word = 'basis_changed' then
			call o.blame(a.id, 'its basis changed after a signature, but nobody signs here');
		elsif word like 'withdrawn%' then
			insert into o.message select distinct on (office, role) a.county, a.id, s.n, office, role, 'withdrawn', word,
				office = owner and role = o.post_of(owner)
				from o.message where county = a.county and alert = a.id;
			ended := true;
		elsif word in ('reminder', 'climbed', 'copy_next_tier', 'top_reached', 'month_again') then
			k := (select i from generate_subscripts(clocks, 1) i where (clocks[i]).stage = s.stage);
			c := clocks[k];
			if c is null or s.at < (case word when 'reminder' then c.start + (c.due - c.start) / 2 - interval '1 s' else c.due end) then
				call o.blame(a.id, format('%s at %s, before its time', word, o.civil(s.at)));
			elsif word = 'reminder' then
				c.reminded := true;
				if asked <> 'blue' then
					call o.expect(a, s.n, owner, o.post_of(owner), 'remind', 'reminder', true);
				end if;
			else
				up := (select parent from s.office where id = owner);
				c := row(c.stage, s.at, case when up is null and asked <> 'blue' then s.at + interval '24 hours'
					else coalesce(o.due(asked, c.stage, s.at), s.at + interval '24 hours') end, false, c.misses + 1)::o.clock;
				if word <> (case when asked = 'blue' then 'month_again' when up is null then 'top_reached'
						when c.stage = 'sign' and c.misses = 1 then 'copy_next_tier' else 'climbed' end) then
					call o.blame(a.id, format('%s of %s at %s is not what is to happen then', word, c.stage, o.civil(s.at)));
				end if;
				call o.expect_missed(a, s.n, asked, owner, up, word);
				owner := case when word = 'climbed' then up else owner end;
			end if;
			clocks[k] := c;
		elsif word is null then
			call o.blame(a.id, format('%s, though nobody acts', s.words));
		end if;
	end loop;
	if not ended then
		call o.overdue(moment, a, clocks);
		insert into o.fault select a.id, format('its %s is due at %s, expected at %s', coalesce(w.stage, x.stage), o.civil(x.due), o.civil(w.due))
			from unnest(clocks) w full join (select * from s.clock where county = a.county and alert = a.id and running) x on x.stage = w.stage
			where w.due is distinct from x.due;
		insert into o.fault select a.id, format('%s leads, expected %s', x.name, w.name)
			from s.alert t join s.office x on x.id = t.owner_office left join s.office w on w.id = owner
			where t.county = a.county and t.id = a.id and t.owner_office is distinct from owner;
	end if;
end $$;

-- A county hears of red through its duty, which is awake.
create procedure o.expect_missed(a o.alert, n int, asked text, owner int, up int, word text) language plpgsql as $$
declare
	own text := o.post_of(owner);
	next text := o.post_of(up);
	awake text := case when asked = 'red' and next = 'county' then 'county_duty' else next end;
begin
	if word = 'copy_next_tier' then
		call o.expect(a, n, up, awake, 'copy', word, false);
		call o.expect(a, n, owner, own, 'overdue', 'overdue', true);
	elsif word = 'top_reached' then
		call o.expect(a, n, owner, own, 'overdue', word, true);
	elsif word = 'climbed' then
		call o.expect(a, n, up, next, 'overdue', word, true);
		call o.expect(a, n, owner, own, 'changed', word, false);
		call o.expect(a, n, up, awake, 'overdue', word, false);
	end if;
end $$;

-- ---- all of it ----

create procedure o.judge_offices() language plpgsql as $$
declare
	a o.alert;
begin
	truncate o.alert, o.step, o.message, o.fault;
	insert into o.alert
		select t.county, t.id, p.household, p.emergency, o.business(p.told), p.residence, p.register_area
		from s.alert t join (select distinct county, home, household from s.who) w on w.county = t.county and w.home = t.household
			join o.place p on p.household = w.household;
	-- leads: those of a town in the order of their villages
	insert into o.alert
		select t.county, t.id, null, l.area, o.business(l.told), null, null
		from (select t.county, t.id, substr(f.code, 1, 9) as town, t.closed is not null as named,
				row_number() over (partition by substr(f.code, 1, 9), t.closed is not null order by v.code, t.id) as n
			from s.alert t join s.office f on f.id = t.first_office
				left join lateral (select f.code from s.told x join s.office f on f.id = x.office and f.tier = 1
					where x.county = t.county and x.alert = t.id limit 1) v on true
			where not exists (select from s.who w where w.county = t.county and w.home = t.household)) t
			join (select *, row_number() over (partition by town, named order by area, told) as n from o.lead) l
				on l.town = t.town and l.named = t.named and l.n = t.n;
	insert into o.fault select t.id, 'nobody knows whom it is about' from s.alert t
		where not exists (select from o.alert x where x.county = t.county and x.id = t.id);
	insert into o.step
		select county, alert, row_number() over (partition by county, alert order by min(sequence)), min(at),
			array_agg(reason order by sequence), (array_agg(level order by sequence desc))[1],
			(array_agg(stage order by sequence) filter (where stage is not null))[1]
		from s.line where alert <> 0 group by county, alert, event;
	for a in select * from o.alert loop
		call o.follow(a);
	end loop;
	insert into o.fault
		select m.alert, format('%s (%s) was not told by %s: %s of event %s, %s', f.name, m.role, c.name, m.template, m.n, m.reason)
		from o.message m join s.office f on f.id = m.office cross join s.channel c
		where not exists (select from s.message b where b.channel = c.name and b.county = m.county and b.alert = m.alert and b.n = m.n
			and b.office = m.office and b.role = m.role and b.template = m.template and b.lead = m.lead);
	insert into o.fault
		select b.alert, format('%s (%s) was told: %s of event %s, which nobody expects', f.name, b.role, b.template, b.n)
		from s.message b join s.office f on f.id = b.office
		where not exists (select from o.message m where m.county = b.county and m.alert = b.alert and m.n = b.n
			and m.office = b.office and m.role = b.role and m.template = b.template and m.lead = b.lead);
	insert into o.fault
		select b.alert, format('%s (%s) was told %s times of event %s', f.name, b.role, count(*), b.n)
		from s.message b join s.office f on f.id = b.office
		group by b.county, b.alert, b.n, b.office, b.role, b.channel, f.name having count(*) > 1;
	insert into o.fault
		select coalesce(m.alert, t.alert), case when t.alert is null then format('%s is missing among the told', f.name)
			else format('%s stands among the told, but no message went there', f.name) end
		from (select distinct county, alert, office, role from s.message) m full join s.told t
			on t.county = m.county and t.alert = m.alert and t.office = m.office and t.role = m.role
			join s.office f on f.id = coalesce(m.office, t.office)
		where m.alert is null or t.alert is null;
	insert into o.fault
		select m.alert, format('the gateway told %s (%s) of event %s for the reason %s, expected %s', f.name, m.role, m.n, g.reason, m.reason)
		from o.message m join s.message b using (county, alert, n, office, role) join s.gateway g on g.key = b.key
			join s.office f on f.id = m.office
		where g.reason <> m.reason;
	-- the tree: an office for each area from the city down, under the one above it, each with its post held
	insert into o.fault
		select 0, format('area %s has %s offices that somebody holds', e.code, count(p.office)) from s.area e
			left join s.office f on f.code = e.code and f.tier = e.tier
				and f.parent is not distinct from (select u.id from s.office u where u.tier = e.tier + 1
					and u.code = rpad(substr(e.code, 1, (array[12, 9, 6, 4])[e.tier + 1]), 12, '0'))
			left join s.post p on p.office = f.id and p.role = (array[0, 4, 5, 7])[f.tier] and p.state = 1
		group by e.code having count(p.office) <> 1;
	-- the first load: so many a day as a post can bear
	insert into o.fault
		select min(t.id), format('%s gets %s alerts of the first load on one day', f.name, count(*))
		from s.alert t join s.office f on f.id = t.first_office join s.clock c on c.county = t.county and c.alert = t.id
			and c.stage = case when t.level = 1 then 'visit' else 'sign' end and c.misses = 0
		where t.history and t.level < 4 and t.closed is null group by f.name, t.first_office, o.civil(c.started)::date having count(*) > 10;
	call o.judge_delivery();
end $$;

-- Quiet from 22:00 to 07:00 except for red; what may go has gone, once, as it stands in the outbox.
create procedure o.judge_delivery() language sql as $$
	insert into o.fault
		select alert, format('a %s message of %s goes at %s, expected at %s', template, o.civil(created), o.civil(first_attempt), o.civil(wanted))
		from (select *, case when level = 4 or o.civil(created)::time >= '07:00' and o.civil(created)::time < '22:00' then created
			else o.at((o.civil(created) + interval '2 hours')::date, '07:00') end as wanted from s.message) b
		where attempts = 0 and first_attempt <> wanted;
	insert into o.fault
		select alert, format('a %s message may go since %s and was not sent', template, o.civil(first_attempt))
		from s.message, s.moment where state <> 'sent' and first_attempt < now - slack;
	insert into o.fault
		select g.alert, format('the gateway carried %s to office %s (%s), which no message says', g.code, g.office, g.role)
		from s.gateway g where before and not exists (select from s.message b where b.key = g.key and b.alert = g.alert and b.office = g.office
			and b.role = g.role and b.template = g.code and b.lead = g.lead and b.level = g.level and b.channel = 'gateway');
	insert into o.fault
		select b.alert, format('the gateway carried the %s message of event %s to %s %s times', b.template, b.n, f.name, g.calls)
		from s.message b join s.office f on f.id = b.office
			left join lateral (select count(*) as calls from s.gateway g where g.key = b.key) g on true
		where b.channel = 'gateway' and b.state = 'sent' and calls not between 1 and b.attempts;
$$;

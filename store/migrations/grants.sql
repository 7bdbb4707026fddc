-- Applied at the end of every migration: what each role may do. No role but the owner changes a table's shape, and nobody
-- changes or deletes a fact or a line of the ledger.
grant usage on schema needwatch to needwatch_monitor;
grant usage, select on all sequences in schema needwatch to needwatch_monitor;
-- needwatchd reads what others set up, and writes the journal, the marks, the alerts and their messages.
revoke all on all tables in schema needwatch from needwatch_monitor;
grant select on all tables in schema needwatch to needwatch_monitor;
grant insert on needwatch.lease, needwatch.rule_set, needwatch.source, needwatch.quarantine, needwatch.compare_key,
	needwatch.journal_head, needwatch.journal_entry, needwatch.directory_key, needwatch.directory_number, needwatch.person,
	needwatch.household, needwatch.household_link, needwatch.membership, needwatch.touched, needwatch.touched_area,
	needwatch.turn, needwatch.canary, needwatch.alert, needwatch.alert_clock, needwatch.alert_memory, needwatch.alert_hit,
	needwatch.alert_told, needwatch.assessed, needwatch.ledger_head, needwatch.ledger, needwatch.ledger_payload,
	needwatch.outbox to needwatch_monitor;
-- Of the organisation's version no new value is written: a plan locks it for share.
grant update on needwatch.lease, needwatch.source, needwatch.quarantine, needwatch.journal_head, needwatch.directory_key,
	needwatch.directory_number, needwatch.person, needwatch.household_link, needwatch.touched, needwatch.touched_area,
	needwatch.turn, needwatch.canary, needwatch.organisation_version, needwatch.alert, needwatch.alert_clock,
	needwatch.alert_memory, needwatch.alert_hit, needwatch.assessed, needwatch.ledger_head, needwatch.outbox
	to needwatch_monitor;
grant update (history_opened) on needwatch.post to needwatch_monitor;
grant delete on needwatch.quarantine, needwatch.compare_key, needwatch.touched, needwatch.touched_area, needwatch.alert_hit,
	needwatch.outbox to needwatch_monitor;
do $$
declare
	t text;
begin
	for t in select tablename from pg_tables where schemaname = 'needwatch' and tablename like 'fact\_%'
	loop
		execute format('grant insert on needwatch.%I to needwatch_monitor', t);
	end loop;
end $$;

-- needwatch-web: as itself nothing but the functions of signing in; a transaction takes one of the two roles.
revoke all on needwatch.account, needwatch.session, needwatch.sign_in_token, needwatch.sign_in_attempt
	from needwatch_monitor;
grant usage on schema needwatch to needwatch_web, needwatch_reader, needwatch_actor;
grant execute on function needwatch.sign_in_begin, needwatch.session_open, needwatch.link_use, needwatch.session_look,
	needwatch.session_end to needwatch_web;

-- Reading; locking needs the right to update one column, and the policies let no written row pass. What is sealed, and
-- the hashes of numbers and names, are no page's business.
grant select on needwatch.organisation_version, needwatch.office, needwatch.post, needwatch.workday,
	needwatch.workday_year, needwatch.area, needwatch.kind_table to needwatch_reader, needwatch_actor;
grant select (id, label, office, role) on needwatch.account to needwatch_reader;
grant select on needwatch.alert, needwatch.alert_clock, needwatch.alert_told, needwatch.alert_memory,
	needwatch.alert_hit, needwatch.ledger, needwatch.ledger_payload, needwatch.membership to needwatch_reader;
grant select (county, id, unidentified, number_mask, name_mask, birth, sex, first_seen) on needwatch.person
	to needwatch_reader;
grant update (version) on needwatch.alert, needwatch.organisation_version to needwatch_reader;

-- Writing what an action brings.
grant select, insert, update on needwatch.alert, needwatch.alert_clock, needwatch.alert_memory, needwatch.alert_hit,
	needwatch.ledger_head to needwatch_actor;
grant select, insert on needwatch.alert_told, needwatch.outbox, needwatch.ledger to needwatch_actor;
grant insert on needwatch.ledger_payload to needwatch_actor;
grant select on needwatch.membership to needwatch_actor;
grant select (county, id, sealed) on needwatch.person to needwatch_actor;

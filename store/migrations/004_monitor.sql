-- What needwatchd keeps for itself: the canary, whose one row travels the whole line, from this table as its source to the
-- outbox's rows of county 990099, where nobody lives: its inbox.
create table needwatch.canary (
	id   smallint primary key check (id = 1),
	beat bigint not null,
	told date not null     -- the civil day on which the beat was made
);

-- Former answers to it are deleted; a message to people is deleted by nobody.
create policy monitor_forgets on needwatch.outbox as restrictive for delete to needwatch_monitor using (county = 990099);

-- What needwatchd keeps for itself: the canary, whose one row travels the whole line, from this table as its source to the
-- memory of alerts. Its home county is 990099, where nobody lives.
create table needwatch.canary (
	id   smallint primary key check (id = 1),
	beat bigint not null,
	told date not null     -- the civil day on which the beat was made
);

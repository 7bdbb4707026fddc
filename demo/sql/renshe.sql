-- S10 人社: one row per person of work or registered unemployment, overwritten; contributions without a time of change.
create table rs_employment (
	id_no varchar(24), name varchar(60), state char(1), employer varchar(100), event_date varchar(10),
	reason varchar(60), job_hard char(1), updated_at timestamp);
create index on rs_employment (updated_at, id_no);
create index on rs_employment (id_no);
create table rs_contribution (
	id_no varchar(24), pay_month char(6), insu_kind varchar(6), base_amt numeric(10,2), paid_flag char(1),
	paid_date varchar(10));

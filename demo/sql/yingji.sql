-- S12 应急 灾情到户: up to three reports of one household; the first often has no number.
create table yj_disaster_hh (
	event_code varchar(30), area_code varchar(12), head_name varchar(60), head_id varchar(24), member_cnt int,
	house_grade varchar(10), rooms int, relocated char(1), crop_loss_pct numeric(5,2), dead int, missing int,
	report_kind varchar(6), report_time timestamp);
create index on yj_disaster_hh (report_time);
create table yj_event (event_code varchar(30), label varchar(100), happened timestamp);

-- S14 公安交管 事故当事人.
create table jg_accident_person (
	case_no varchar(30), acc_time timestamp, place_area varchar(6), id_no varchar(24), name varchar(60),
	injury varchar(10), duty varchar(10), updated_at timestamp);
create index on jg_accident_person (updated_at, case_no, id_no);

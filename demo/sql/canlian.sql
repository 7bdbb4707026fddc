-- S08 残联 残疾人证: GB18030 bytes, dates in three spellings.
create table cl_disabled (
	card_no varchar(24), id_no varchar(24), name varchar(60), kind_code char(1), grade varchar(8),
	multi_detail varchar(40), first_issue varchar(10), issue_date varchar(10), valid_to varchar(10),
	status varchar(10), guardian_name varchar(60), guardian_phone varchar(30), live_area varchar(12),
	last_mod varchar(14));
create index on cl_disabled (last_mod, card_no);
create index on cl_disabled (card_no);

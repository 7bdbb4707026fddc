-- S17 司法: custody without a time of change.
create table sf_custody (id_no varchar(24), kind varchar(10), start_date varchar(10), end_date varchar(10), org varchar(100));

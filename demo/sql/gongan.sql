-- S01 公安 户籍人口: a snapshot each month, no time of change, GB18030 bytes.
create table ga_resident (
	hukou_no varchar(20), id_no varchar(24), name varchar(60), used_name varchar(60), sex char(1), birth_date char(8),
	relation_head varchar(4), hukou_area varchar(12), hukou_addr varchar(200), live_area varchar(12),
	live_addr varchar(200), hukou_kind varchar(8), cancel_reason varchar(20), cancel_date char(8), batch_no char(6));
create index on ga_resident (batch_no, id_no);
create index on ga_resident (hukou_no);
create table ctl_batch (
	source varchar(30), batch_no varchar(20), row_cnt int, md5 char(32), started timestamp, finished timestamp,
	state char(1));

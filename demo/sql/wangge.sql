-- S22 网格: reports and visits; a month without need is a row of kind 9.
create table wg_report (
	report_no varchar(30), reporter_no varchar(30), role varchar(10), grid_code varchar(18), about_name varchar(60),
	about_id varchar(24), about_addr varchar(200), difficulty varchar(60), photo_hash char(64), report_time varchar(19),
	gps varchar(40));
create index on wg_report (report_time, report_no);
create table wg_visit (
	visit_no varchar(30), area_code varchar(12), grid_code varchar(18), visit_kind char(1), visitors varchar(120),
	id_no varchar(24), visit_time varchar(19), result varchar(20), signed char(1), month char(6), created_at timestamp);
create index on wg_visit (created_at, visit_no);

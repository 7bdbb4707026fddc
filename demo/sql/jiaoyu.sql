-- S11 教育 学籍: one batch a year, amounts as "4,800.00元" in text.
create table jy_student (
	stu_no varchar(30), id_no varchar(24), name varchar(60), stage varchar(10), school varchar(100),
	school_area varchar(12), boarding char(1), tuition varchar(20), board_fee varchar(20), enroll_date varchar(10),
	leave_date varchar(10), leave_reason varchar(40), hardship_level varchar(10), aid_kind varchar(60),
	guardian_id varchar(24), batch_no char(6));
create index on jy_student (batch_no, stu_no);

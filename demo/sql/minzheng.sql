-- S09, S03 民政: rolls, members, temporary aid, allowances of the disabled, cremations.
create table mz_assist_family (
	fam_no varchar(30), kind varchar(10), urban_rural char(1), applicant_id varchar(24), member_cnt int,
	month_amount numeric(10,2), percap_income numeric(10,2), cause varchar(20), start_month char(6), end_month char(6),
	next_review varchar(10), grace_end varchar(10), area_code varchar(12), status varchar(10), is_deleted char(1),
	updated_at timestamp);
create unique index on mz_assist_family (fam_no);
create table mz_assist_member (
	fam_no varchar(30), id_no varchar(24), name varchar(60), relation varchar(20), able_work char(1),
	health varchar(20), in_school char(1), is_deleted char(1), updated_at timestamp);
create index on mz_assist_member (fam_no, id_no);
create table mz_temp_aid (
	aid_no varchar(30), id_no varchar(24), fam_no varchar(30), kind char(1), cause varchar(40), amount numeric(10,2),
	approve_tier varchar(6), paid_date varchar(10), paper_done char(1), updated_at timestamp);
create index on mz_temp_aid (updated_at, aid_no);
create table mz_disabled_allow (
	id_no varchar(24), kind char(1), month char(6), amount numeric(8,2), stop_reason varchar(40), updated_at timestamp);
create index on mz_disabled_allow (updated_at, id_no, kind, month);
create table mz_cremation (
	cremate_no varchar(20), id_no varchar(24), name varchar(60), death_date varchar(10), cremate_time varchar(19),
	agent_phone varchar(20), load_time timestamp);
create index on mz_cremation (load_time, cremate_no);

-- S03, S07 卫健: the death certificate, and those in hospital (overwritten until discharge).
create table wj_inpatient (
	org_code varchar(22), inpatient_no varchar(30), id_no varchar(24), name varchar(60), adm_time timestamp,
	dis_time timestamp, ward varchar(60), critical_flag char(1), arrears_amt numeric(12,2), main_icd varchar(20),
	updated_at timestamp);
create index on wj_inpatient (updated_at, org_code, inpatient_no);
create index on wj_inpatient (inpatient_no);
create table wj_death_cert (
	cert_no varchar(20), id_no varchar(24), name varchar(60), death_time varchar(20), cause_icd varchar(20),
	place varchar(100), report_org varchar(100), revoked char(1), created_at timestamp, updated_at timestamp);
create index on wj_death_cert (updated_at, cert_no);

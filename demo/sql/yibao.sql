-- S05 医保 结算: batches at night share one second, revoked rows stay with vali_flag 0.
create table yb_settlement (
	setl_id varchar(30), mdtrt_id varchar(30), psn_no varchar(30), certno varchar(50), psn_name varchar(50),
	insutype varchar(6), med_type varchar(6), adm_date varchar(19), dscg_date varchar(19), dise_code varchar(30),
	dise_name varchar(200), medfee_sumamt numeric(16,2), inscp_scp_amt numeric(16,2), fund_pay_sumamt numeric(16,2),
	hifmi_pay numeric(16,2), maf_pay numeric(16,2), psn_part_amt numeric(16,2), acct_pay numeric(16,2),
	psn_cash_pay numeric(16,2), refd_setl_flag char(1), init_setl_id varchar(30), setl_time varchar(19),
	fixmedins_area varchar(6), insu_admdvs varchar(6), vali_flag char(1), updt_time varchar(19));
create index on yb_settlement (updt_time, setl_id);
create index on yb_settlement (setl_id);

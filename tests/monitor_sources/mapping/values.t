# What a dirty row becomes. Today is 2026-06-10; the names are those of docs/domain.md 5.1.
source settlement {
	connect service = a; query "select 1"; key setl_id; cursor updt; person certno name psn_name;
	household fam rank family;
	gone when vali_flag = "0";
	fact settlement {
		on        dscg as ("yyyy-MM-dd", "yyyyMMdd", "yyyyMMddHHmmss", "yyyy-MM-dd HH:mm:ss", "yyyy/M/d");
		self_paid = amt as yuan;
		inpatient = med_type in ("21", "22");
		icd       = dise;
	}
}
=== a clean row
--- record
setl_id=S1
certno=99010119700101001X
psn_name=张三
dscg=2026-06-01
amt=12300.50
med_type=21
dise=C34.900
fam=F1
vali_flag=1
--- expect
household F1
settlement 99010119700101001X on 2026-06-01 until - name 张三 stay=? inpatient=1 icd="C34.900" self_paid=1230050
=== A02 a negative reversal is an amount like any other
--- record
setl_id=S2
certno=99010119700101001X
dscg=2026-06-01
amt=-12,300.00
--- expect
settlement 99010119700101001X on 2026-06-01 until - stay=? inpatient=? icd=? self_paid=-1230000
=== A04 a soft-deleted row is gone, whatever else it says
--- record
setl_id=S3
certno=rubbish
vali_flag=０
--- expect
gone
=== A07 each format of the list, with hours or without
--- record
setl_id=1
certno=99010119700101001X
dscg=20260601
--- record
setl_id=1
certno=99010119700101001X
dscg=20260601235959
--- record
setl_id=1
certno=99010119700101001X
dscg=2026-06-01 24:00:00
--- record
setl_id=1
certno=99010119700101001X
dscg=2026/6/1
--- record
setl_id=1
certno=99010119700101001X
dscg=2026-06-01 08:00:00.123
--- expect
settlement 99010119700101001X on 2026-06-01 until - stay=? inpatient=? icd=? self_paid=?
settlement 99010119700101001X on 2026-06-01 until - stay=? inpatient=? icd=? self_paid=?
settlement 99010119700101001X on 2026-06-01 until - stay=? inpatient=? icd=? self_paid=?
settlement 99010119700101001X on 2026-06-01 until - stay=? inpatient=? icd=? self_paid=?
settlement 99010119700101001X on 2026-06-01 until - stay=? inpatient=? icd=? self_paid=?
=== A07 a time with its zone falls on the day that it is here
--- record
setl_id=1
certno=99010119700101001X
dscg=2026-06-01 08:00:00.519606+08
--- record
setl_id=1
certno=99010119700101001X
dscg=2026-05-31 17:00:00Z
--- record
setl_id=1
certno=99010119700101001X
dscg=2026-06-02 05:00:00+14:00
--- record
setl_id=1
certno=99010119700101001X
dscg=2026-06-01 08:00:00+8
--- expect
settlement 99010119700101001X on 2026-06-01 until - stay=? inpatient=? icd=? self_paid=?
settlement 99010119700101001X on 2026-06-01 until - stay=? inpatient=? icd=? self_paid=?
settlement 99010119700101001X on 2026-06-01 until - stay=? inpatient=? icd=? self_paid=?
quarantine date_form at dscg '20**-**-** **:**:**+*'
=== A07 sentinels are empty, and an event without a day waits
--- record
setl_id=1
certno=99010119700101001X
dscg=0000-00-00
--- record
setl_id=1
certno=99010119700101001X
dscg=1900-01-01
--- record
setl_id=1
certno=99010119700101001X
dscg=9999-12-31
--- record
setl_id=1
certno=99010119700101001X
--- expect
quarantine no_day at dscg '0000-00-00'
quarantine no_day at dscg '1900-01-01'
quarantine no_day at dscg '9999-12-31'
quarantine no_day at dscg ''
=== A07 what is no date, no day, or not yet
--- record
setl_id=1
certno=99010119700101001X
dscg=June 1st
--- record
setl_id=1
certno=99010119700101001X
dscg=2026-02-30
--- record
setl_id=1
certno=99010119700101001X
dscg=2026-06-01 25:00:00
--- record
setl_id=1
certno=99010119700101001X
dscg=2026-06-11
--- record
setl_id=1
certno=99010119700101001X
dscg=2026-06-10
--- expect
quarantine date_form at dscg 'June 1st'
quarantine date_day at dscg '2026-02-30'
quarantine date_day at dscg '20**-**-** **:**:**'
quarantine date_future at dscg '2026-06-11'
settlement 99010119700101001X on 2026-06-10 until - stay=? inpatient=? icd=? self_paid=?
=== A08 NUL padding, a BOM, full-width digits and U+3000
--- record
setl_id=1
certno=９９０１０１１９７００１０１００１Ｘ
dscg=２０２６－０６－０１
amt=\xef\xbb\xbf１２.５０\0\0
dise=　C34.900　
--- expect
settlement 99010119700101001X on 2026-06-01 until - stay=? inpatient=? icd="C34.900" self_paid=1250
=== A10 every class of number: the first two match, the others wait
--- record
setl_id=valid, lower case
certno=99010119700101001x
dscg=2026-06-01
--- record
setl_id=upgraded
certno=990101700101001
dscg=2026-06-01
--- record
setl_id=leading quote and blanks
certno= '990101 19700101 001X
dscg=2026-06-01
--- record
setl_id=check
certno=990101197001010011
dscg=2026-06-01
--- record
setl_id=date
certno=990101197002310014
dscg=2026-06-01
--- record
setl_id=seventeen
certno=99010119700101001
dscg=2026-06-01
--- record
setl_id=float
certno=9.90101E+17
dscg=2026-06-01
--- record
setl_id=masked
certno=990101********001X
dscg=2026-06-01
--- record
setl_id=foreign
certno=E12345678
dscg=2026-06-01
--- record
setl_id=missing
certno=无
dscg=2026-06-01
--- record
setl_id=null
dscg=2026-06-01
--- expect
settlement 99010119700101001X on 2026-06-01 until - stay=? inpatient=? icd=? self_paid=?
settlement 99010119700101001X on 2026-06-01 until - stay=? inpatient=? icd=? self_paid=?
settlement 99010119700101001X on 2026-06-01 until - stay=? inpatient=? icd=? self_paid=?
quarantine citizen_bad_check at certno '99****************'
quarantine citizen_bad_date at certno '99****************'
quarantine citizen_bad_length at certno '99***************'
quarantine citizen_float at certno '9.9*****+**'
quarantine citizen_masked at certno '99****************'
quarantine citizen_foreign at certno '*12******'
quarantine citizen_missing at certno '无'
quarantine citizen_missing at certno ''
=== A13 commas, signs, empty, too fine and too large amounts
--- record
setl_id=1
certno=99010119700101001X
dscg=2026-06-01
amt=4,800.00元
--- record
setl_id=1
certno=99010119700101001X
dscg=2026-06-01
amt=0
--- record
setl_id=1
certno=99010119700101001X
dscg=2026-06-01
amt=-
--- record
setl_id=1
certno=99010119700101001X
dscg=2026-06-01
amt=1.234
--- record
setl_id=1
certno=99010119700101001X
dscg=2026-06-01
amt=99999999999999
--- expect
settlement 99010119700101001X on 2026-06-01 until - stay=? inpatient=? icd=? self_paid=480000
settlement 99010119700101001X on 2026-06-01 until - stay=? inpatient=? icd=? self_paid=0
settlement 99010119700101001X on 2026-06-01 until - stay=? inpatient=? icd=? self_paid=?
quarantine money_too_fine at amt '1.234'
quarantine money_too_large at amt '99************'
=== A20 redacted amounts and diagnoses
--- record
setl_id=1
certno=99010119700101001X
dscg=2026-06-01
amt=***
--- record
setl_id=1
certno=99010119700101001X
dscg=2026-06-01
dise=大病
--- expect
settlement 99010119700101001X on 2026-06-01 until - stay=? inpatient=? icd=? self_paid=?
settlement 99010119700101001X on 2026-06-01 until - stay=? inpatient=? icd="大病" self_paid=?
=== text fields hold no citizen number, and no novel
--- record
setl_id=1
certno=99010119700101001X
dscg=2026-06-01
dise=母 990101198512314028
--- expect
quarantine number_in_text at dise '母 99****************'
=== a row without its key
--- record
certno=99010119700101001X
dscg=2026-06-01
--- expect
quarantine no_key at setl_id ''

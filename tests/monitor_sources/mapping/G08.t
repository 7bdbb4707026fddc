# G8: the hospital's interface delivers one settlement three times and numbers each delivery anew. The key of the source is
# what the settlement is called in the business, so that the journal has one fact and the rules one hit.
source settlement {
	connect service = a; query "select 1"; key mdtrt_id, setl_no; cursor row_id; person certno;
	fact settlement { on dscg as "yyyy-MM-dd"; self_paid = amt as yuan; icd = dise; }
}
=== G8 the same settlement under three surrogate ids is one record
--- record
row_id=1001
mdtrt_id=M1
setl_no=7
certno=99010119700101001X
dscg=2026-06-01
amt=12300.50
--- record
row_id=1002
mdtrt_id=M1
setl_no=7
certno=99010119700101001X
dscg=2026-06-01
amt=12300.50
--- record
row_id=1003
mdtrt_id=M1
setl_no=7
certno=99010119700101001X
dscg=2026-06-01
amt=12300.50
--- expect
key M1|7
settlement 99010119700101001X on 2026-06-01 until - stay=? inpatient=? icd=? self_paid=1230050
key M1|7
settlement 99010119700101001X on 2026-06-01 until - stay=? inpatient=? icd=? self_paid=1230050
key M1|7
settlement 99010119700101001X on 2026-06-01 until - stay=? inpatient=? icd=? self_paid=1230050
=== the next settlement of the same stay is another
--- record
row_id=1004
mdtrt_id=M1
setl_no=8
certno=99010119700101001X
dscg=2026-06-01
amt=12300.50
--- expect
key M1|8
settlement 99010119700101001X on 2026-06-01 until - stay=? inpatient=? icd=? self_paid=1230050
=== two columns that run into each other are not the same key
--- record
row_id=1005
mdtrt_id=M1
setl_no=78
certno=99010119700101001X
dscg=2026-06-01
--- record
row_id=1006
mdtrt_id=M17
setl_no=8
certno=99010119700101001X
dscg=2026-06-01
--- expect
key M1|78
settlement 99010119700101001X on 2026-06-01 until - stay=? inpatient=? icd=? self_paid=?
key M17|8
settlement 99010119700101001X on 2026-06-01 until - stay=? inpatient=? icd=? self_paid=?

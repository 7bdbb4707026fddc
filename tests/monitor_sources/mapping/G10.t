# G10: one department still has the number of fifteen digits, another the one of eighteen with a small x. It is one person:
# the number that the keyed hash is made of is the same.
source any {
	connect service = a; query "select 1"; key id; cursor u; person certno;
	fact settlement { on day as "yyyy-MM-dd"; self_paid = amt as yuan; }
}
=== G10 the number of fifteen digits in source A, with a small x in source B
--- record
id=A1
certno=990101700101001
day=2026-06-01
amt=1.00
--- record
id=B1
certno=99010119700101001x
day=2026-06-02
amt=2.00
--- expect
settlement 99010119700101001X on 2026-06-01 until - stay=? inpatient=? icd=? self_paid=100
settlement 99010119700101001X on 2026-06-02 until - stay=? inpatient=? icd=? self_paid=200
=== whose fifteen digits give another check digit, is somebody else
--- record
id=A2
certno=990101700101003
day=2026-06-01
--- record
id=B2
certno=99010119700101001x
day=2026-06-02
--- expect
settlement 990101197001010036 on 2026-06-01 until - stay=? inpatient=? icd=? self_paid=?
settlement 99010119700101001X on 2026-06-02 until - stay=? inpatient=? icd=? self_paid=?

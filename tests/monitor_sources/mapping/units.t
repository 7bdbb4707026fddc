# Money in the unit of its column; which day speaks for a settlement; what was revoked. Today is 2026-06-10.
source s {
	connect service = a; query "select 1"; key id; snapshot; person n;
	gone when map revoked { "1" 1, "0" 0, empty 0 };
	fact settlement { when out is not empty; on out as "yyyy-MM-dd"; self_paid = yuan as yuan; stay = word; }
	fact settlement { when out is empty and paid is not empty; on paid as "yyyy-MM-dd HH:mm:ss"; self_paid = yuan as yuan; }
	fact settlement { when wan is not empty; on day as "yyyyMMdd"; self_paid = wan as wan; }
	fact settlement { when fen is not empty; on day as "yyyyMMdd"; self_paid = fen as fen; }
	resident { birth = born as ("yyyyMMdd", "yyyy-MM-dd"); }
}
=== A13 yuan, 万元 and fen are fen
--- record
id=wan
n=99010119700101001X
day=20260601
wan=1.25
--- record
id=wan, negative, with its unit
n=99010119700101001X
day=20260601
wan=-0.5万元
--- record
id=wan, to the fen
n=99010119700101001X
day=20260601
wan=0.000001
--- record
id=wan, below a fen
n=99010119700101001X
day=20260601
wan=0.0000001
--- record
id=the text contradicts the column
n=99010119700101001X
day=20260601
wan=1200元
--- record
id=fen
n=99010119700101001X
day=20260601
fen=１２３，０５０
--- record
id=fen with a point
n=99010119700101001X
day=20260601
fen=12.5
--- record
id=more than a sum may be
n=99010119700101001X
day=20260601
wan=99999999999
--- expect
settlement 99010119700101001X on 2026-06-01 until - stay=? inpatient=? icd=? self_paid=1250000
resident 99010119700101001X on - until - birth=0 sex=0 area=? register_area=? residence=? head=?
settlement 99010119700101001X on 2026-06-01 until - stay=? inpatient=? icd=? self_paid=-500000
resident 99010119700101001X on - until - birth=0 sex=0 area=? register_area=? residence=? head=?
settlement 99010119700101001X on 2026-06-01 until - stay=? inpatient=? icd=? self_paid=1
resident 99010119700101001X on - until - birth=0 sex=0 area=? register_area=? residence=? head=?
quarantine money_too_fine at wan '0.0000001'
quarantine money at wan '1200元'
settlement 99010119700101001X on 2026-06-01 until - stay=? inpatient=? icd=? self_paid=123050
resident 99010119700101001X on - until - birth=0 sex=0 area=? register_area=? residence=? head=?
quarantine money_too_fine at fen '12.5'
quarantine money_too_large at wan '99*********'
=== A13 a dash stands for nothing, which is not 0
--- record
id=1
n=99010119700101001X
out=2026-06-01
yuan=-
--- record
id=2
n=99010119700101001X
out=2026-06-01
yuan=——
born=--
--- record
id=3
n=99010119700101001X
out=2026-06-01
yuan=－
word=-
--- record
id=4
n=99010119700101001X
out=2026-06-01
yuan=0.00
--- expect
settlement 99010119700101001X on 2026-06-01 until - stay=? inpatient=? icd=? self_paid=?
resident 99010119700101001X on - until - birth=0 sex=0 area=? register_area=? residence=? head=?
settlement 99010119700101001X on 2026-06-01 until - stay=? inpatient=? icd=? self_paid=?
resident 99010119700101001X on - until - birth=0 sex=0 area=? register_area=? residence=? head=?
settlement 99010119700101001X on 2026-06-01 until - stay="-" inpatient=? icd=? self_paid=?
resident 99010119700101001X on - until - birth=0 sex=0 area=? register_area=? residence=? head=?
settlement 99010119700101001X on 2026-06-01 until - stay=? inpatient=? icd=? self_paid=0
resident 99010119700101001X on - until - birth=0 sex=0 area=? register_area=? residence=? head=?
=== 5.3 event date: the discharge, else the settlement
--- record
id=1
n=99010119700101001X
out=2026-05-30
paid=2026-06-03 10:00:00
yuan=5
--- record
id=2
n=99010119700101001X
paid=2026-06-03 10:00:00
yuan=5
--- expect
settlement 99010119700101001X on 2026-05-30 until - stay=? inpatient=? icd=? self_paid=500
resident 99010119700101001X on - until - birth=0 sex=0 area=? register_area=? residence=? head=?
settlement 99010119700101001X on 2026-06-03 until - stay=? inpatient=? icd=? self_paid=500
resident 99010119700101001X on - until - birth=0 sex=0 area=? register_area=? residence=? head=?
=== A21 what was revoked is taken back, and comes again if it is not; what nobody knows is neither
--- record
id=1
n=99010119700101001X
revoked=1
out=2026-05-30
--- record
id=1
n=99010119700101001X
revoked=0
out=2026-05-30
--- record
id=1
n=99010119700101001X
revoked=撤销
out=2026-05-30
--- expect
gone
settlement 99010119700101001X on 2026-05-30 until - stay=? inpatient=? icd=? self_paid=?
resident 99010119700101001X on - until - birth=0 sex=0 area=? register_area=? residence=? head=?
quarantine not_in_map at revoked '撤*'
=== A07 sentinels in every spelling, and a birthday that has not come
--- record
id=1
n=99010119700101001X
born=00000000
out=2026-06-01
--- record
id=2
n=99010119700101001X
born=1900-01-01
out=2026-06-01
--- record
id=3
n=99010119700101001X
born=99991231
out=2026-06-01
--- record
id=4
n=99010119700101001X
born=20260611
out=2026-06-01
--- expect
settlement 99010119700101001X on 2026-06-01 until - stay=? inpatient=? icd=? self_paid=?
resident 99010119700101001X on - until - birth=0 sex=0 area=? register_area=? residence=? head=?
settlement 99010119700101001X on 2026-06-01 until - stay=? inpatient=? icd=? self_paid=?
resident 99010119700101001X on - until - birth=0 sex=0 area=? register_area=? residence=? head=?
settlement 99010119700101001X on 2026-06-01 until - stay=? inpatient=? icd=? self_paid=?
resident 99010119700101001X on - until - birth=0 sex=0 area=? register_area=? residence=? head=?
quarantine date_future at born '20260611'
=== A10 a number whose birthday lies ahead is nobody's
--- record
id=1
n=990101202606110017
out=2026-06-01
--- record
id=2
n=990101202606100011
out=2026-06-01
--- record
id=3
n=820101197001010013
out=2026-06-01
--- record
id=4
n=990101188001010015
out=2026-06-01
--- expect
quarantine citizen_bad_date at n '99****************'
settlement 990101202606100011 on 2026-06-01 until - stay=? inpatient=? icd=? self_paid=?
resident 990101202606100011 on - until - birth=20614 sex=0 area=? register_area=? residence=? head=?
settlement 820101197001010013 on 2026-06-01 until - stay=? inpatient=? icd=? self_paid=?
resident 820101197001010013 on - until - birth=0 sex=0 area=? register_area=? residence=? head=?
settlement 990101188001010015 on 2026-06-01 until - stay=? inpatient=? icd=? self_paid=?
resident 990101188001010015 on - until - birth=? sex=0 area=? register_area=? residence=? head=?
=== A10 no spelling of a number comes through a text field
--- record
id=1
n=99010119700101001X
out=2026-06-01
word=母９９０１０１１９８５１２３１４０２８同住
--- record
id=2
n=99010119700101001X
out=2026-06-01
word=母990101198512314028同住
--- record
id=3
n=99010119700101001X
out=2026-06-01
word=原证99010170010100１
--- expect
quarantine number_in_text at word '母９９******************'
quarantine number_in_text at word '母99******************'
quarantine number_in_text at word '原*99*************'

# Whom a fact is about: a person, a lead, a household by its key, an area. Today is 2026-06-10.
source disaster {
	connect service = a; query "select 1"; key report_no; cursor u;
	household fam rank family;
	fact house_damage {
		person head_id name head_name else lead;
		on day as date; grade = map house_grade { "倒塌" collapsed, "严重损坏" serious }; when house_grade is not empty;
		area place;
	}
	fact village_month { on day as date; area village; visits = visits as int; when visits is not empty; }
}
=== A10 a first report without a number is a lead, not silence
--- record
report_no=1
head_name=张三
day=2026-06-09
house_grade=倒塌
place=990102001201
--- record
report_no=1
head_id=99010119700101001X
head_name=张三
day=2026-06-09
house_grade=倒塌
place=990102001201
--- expect
house_damage - on 2026-06-09 until - area 990102001201 name 张三 event=? grade=0
house_damage 99010119700101001X on 2026-06-09 until - area 990102001201 name 张三 event=? grade=0
=== A19 what happened elsewhere is told of them, with its place
--- record
report_no=1
head_id=99010119700101001X
day=2026-06-09
house_grade=倒塌
place=110105
--- expect
house_damage 99010119700101001X on 2026-06-09 until - area 110105000000 event=? grade=0
=== a fact of an area
--- record
report_no=2
day=2026-06-01
village=990102001201
visits=12
--- record
report_no=2
day=2026-06-01
visits=12
--- expect
village_month - on 2026-06-01 until - area 990102001201 visits=12 zero=?
quarantine area at village ''

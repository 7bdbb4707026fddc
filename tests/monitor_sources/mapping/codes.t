# Value tables, codes, states, areas and other persons. Today is 2026-06-10.
source s {
	connect service = a; query "select 1"; key id; snapshot; person n;
	area "990102";
	fact disability {
		on    issued as "yyyyMMdd";
		until valid_to as "yyyyMMdd";
		when  is_card = "1";
		class = cls as int;
		grade = map grade { "一级" 1, "1" 1, "01" 1, "二级" 2, "2" 2, empty empty; };
	}
	fact roll {
		on  month as "yyyyMM";
		when kind is not empty;
		class = map kind { "低保" dibao; "特困分散" tekun; "特困集中" tekun };
		next_review = review as date;
	}
	fact parent { on issued as "yyyyMMdd"; when parent is not empty; role = "mother"; parent = parent; }
	fact village_month { on month as "yyyyMM"; when zero is not empty; area place; zero = zero; visits = kind as int; }
	resident { birth = birth as excel; sex = map sex { "1" M, "男" M, "2" F, "女" F }; area = place; head = relation in ("01", "02", "户主"); }
}
=== A14 the head of a household
--- record
id=1
n=99010119700101001X
relation=户主
--- record
id=1
n=99010119700101001X
relation=０２
--- record
id=1
n=99010119700101001X
relation=10
--- expect
resident 99010119700101001X on - until - birth=0 sex=0 area=? register_area=? residence=? head=1
resident 99010119700101001X on - until - birth=0 sex=0 area=? register_area=? residence=? head=1
resident 99010119700101001X on - until - birth=0 sex=0 area=? register_area=? residence=? head=0
=== A14 a value table knows its values, and nothing else
--- record
id=1
n=99010119700101001X
is_card=1
issued=20250101
grade=０１
cls=3
--- record
id=2
n=99010119700101001X
is_card=1
issued=20250101
grade=
--- record
id=3
n=99010119700101001X
is_card=1
issued=20250101
grade=极重度
--- expect
disability 99010119700101001X on 2025-01-01 until - class=3 grade=1
resident 99010119700101001X on - until - birth=0 sex=0 area=? register_area=? residence=? head=?
disability 99010119700101001X on 2025-01-01 until - class=? grade=?
resident 99010119700101001X on - until - birth=0 sex=0 area=? register_area=? residence=? head=?
quarantine not_in_map at grade '极**'
=== A21 a state has two ends, the second may lie ahead, but not before the first
--- record
id=1
n=99010119700101001X
is_card=1
issued=20250101
valid_to=20350101
--- record
id=1
n=99010119700101001X
is_card=1
issued=20250101
valid_to=20240101
--- record
id=1
n=99010119700101001X
is_card=1
issued=20250101
valid_to=99991231
--- expect
disability 99010119700101001X on 2025-01-01 until 2035-01-01 class=? grade=?
resident 99010119700101001X on - until - birth=0 sex=0 area=? register_area=? residence=? head=?
quarantine date_order at valid_to '20240101'
disability 99010119700101001X on 2025-01-01 until - class=? grade=?
resident 99010119700101001X on - until - birth=0 sex=0 area=? register_area=? residence=? head=?
=== codes, months, fields that may lie ahead
--- record
id=1
n=99010119700101001X
kind=低保
month=202603
review=2027-03-01
--- expect
roll 99010119700101001X on 2026-03-01 until - class=1 next_review=20878
resident 99010119700101001X on - until - birth=0 sex=0 area=? register_area=? residence=? head=?
=== A12 areas of 6, 9 and 12 digits, and what is none
--- record
id=1
n=99010119700101001X
place=990102
--- record
id=1
n=99010119700101001X
place=990102001
--- record
id=1
n=99010119700101001X
place=990102001201
--- record
id=1
n=99010119700101001X
place=第一村
--- expect
resident 99010119700101001X on - until - birth=0 sex=0 area=990102000000 register_area=? residence=? head=?
resident 99010119700101001X on - until - birth=0 sex=0 area=990102001000 register_area=? residence=? head=?
resident 99010119700101001X on - until - birth=0 sex=0 area=990102001201 register_area=? residence=? head=?
quarantine area at place '第**'
=== A12 the longest valid prefix of a longer or shorter code: grids below a village, a lost digit
--- record
id=1
n=99010119700101001X
place=990102001201003
--- record
id=2
n=99010119700101001X
place=99010200120
--- record
id=3
n=99010119700101001X
place=9901020
--- record
id=4
n=99010119700101001X
place=９９０１０２００１２０１
--- record
id=5
n=99010119700101001X
place=990102 001201
--- record
id=6
n=99010119700101001X
place=9
--- record
id=7
n=99010119700101001X
place=9.90102E+11
--- record
id=8
n=99010119700101001X
place=000000000000
--- expect
resident 99010119700101001X on - until - birth=0 sex=0 area=990102001201 register_area=? residence=? head=?
resident 99010119700101001X on - until - birth=0 sex=0 area=990102001000 register_area=? residence=? head=?
resident 99010119700101001X on - until - birth=0 sex=0 area=990102000000 register_area=? residence=? head=?
resident 99010119700101001X on - until - birth=0 sex=0 area=990102001201 register_area=? residence=? head=?
resident 99010119700101001X on - until - birth=0 sex=0 area=990102001201 register_area=? residence=? head=?
quarantine area at place '9'
quarantine area at place '9.90102E+11'
resident 99010119700101001X on - until - birth=0 sex=0 area=? register_area=? residence=? head=?
=== A14 sexes in three spellings, and one that nobody knows
--- record
id=1
n=99010119700101001X
sex=１
--- record
id=2
n=99010119700101001X
sex=女
--- record
id=3
n=99010119700101001X
sex=
--- record
id=4
n=99010119700101001X
sex=0
--- expect
resident 99010119700101001X on - until - birth=0 sex=0 area=? register_area=? residence=? head=?
resident 99010119700101001X on - until - birth=0 sex=1 area=? register_area=? residence=? head=?
resident 99010119700101001X on - until - birth=0 sex=0 area=? register_area=? residence=? head=?
quarantine not_in_map at sex '0'
=== A07 a spreadsheet's serial number; the number tells birth and sex where the row does not
--- record
id=1
n=99010119700101001X
birth=25569
sex=女
--- record
id=1
n=99010119700101001X
birth=7
--- record
id=1
n=990101198512314028
sex=3
--- expect
resident 99010119700101001X on - until - birth=0 sex=1 area=? register_area=? residence=? head=?
quarantine date_day at birth '7'
quarantine not_in_map at sex '3'
=== another person in a field
--- record
id=1
n=99010119700101001X
issued=20250101
parent=990101198512314028
--- record
id=1
n=99010119700101001X
issued=20250101
parent=990101198512314029
--- expect
parent 99010119700101001X on 2025-01-01 until - role=1 parent=990101198512314028
resident 99010119700101001X on - until - birth=0 sex=0 area=? register_area=? residence=? head=?
quarantine citizen_bad_check at parent '99****************'
=== A08 a number in the wrong column shows nothing of itself
--- record
id=1
n=张三 13800000000 990101
--- expect
quarantine citizen_foreign at n '张* 13********* ******'

# Source blocks: what they need, and how each fault is told.
=== the settlement source of the design
source settlement "医保结算" {
	connect   service = hospital;
	query     "select setl_id, updt_time, certno, psn_name, psn_part_amt, med_type, dise_code,"
	          "dscg_date, vali_flag from yb_settlement";
	key       setl_id;
	cursor    updt_time as "yyyy-MM-dd HH:mm:ss";
	every     1s;   overlap 2h every 5min;   reconcile at 02:30;   hours all;   at most 20000 rows per second;
	person    certno name psn_name;
	gone      when vali_flag = "0";
	fact settlement {
		on         dscg_date as "yyyy-MM-dd";
		self_paid  = psn_part_amt as yuan;
		inpatient  = med_type in ("21", "22");
		icd        = dise_code;
	}
}
--- expect
ok
=== every other statement
source register "户籍" {
	connect    host = "/run/x" port = 5433 dbname = ga user = needwatch_ro;
	credential "ga.password";
	query      "select hukou_no, id_no, name, sex, birth, live_area, kind, batch_no from ga_resident";
	key        hukou_no, id_no;
	snapshot   batch batch_no;
	every      1h;  reconcile never;  hours 22:00 to 06:00, 12:00 to 13:30;
	margin     0s; timeout 30s; brake 5;
	complete   when "select state = '2' from ctl_batch where source = 'ga' order by finished desc limit 1";
	listen     ga_changed;
	charset    gb18030;
	area       "511524";
	person     id_no name name;
	household  hukou_no rank register;
	resident {
		birth = birth as "yyyyMMdd";
		sex = map sex { "1" M, "2" F; };
		area = live_area;
		residence = map kind { "城镇" urban, "农村" rural };
	}
}
--- expect
ok
=== what a source cannot do without
source x { }
source y { connect service = a; query "delete from t"; key a; cursor b; person c; fact settlement { } }
--- expect
needwatch.conf:2:8: error: source 'x' has no 'connect'
    2 | source x { }
      |        ^
needwatch.conf:2:8: error: source 'x' has no 'query'
    2 | source x { }
      |        ^
needwatch.conf:2:8: error: source 'x' has no 'key'
    2 | source x { }
      |        ^
needwatch.conf:2:8: error: source 'x' has neither 'cursor' nor 'snapshot'
    2 | source x { }
      |        ^ without a column of changes say 'snapshot;'
needwatch.conf:2:8: error: source 'x' tells no facts
    2 | source x { }
      |        ^
needwatch.conf:3:39: error: a query is a SELECT
    3 | source y { connect service = a; query "delete from t"; key a; cursor b; person c; fact settlement { } }
      |                                       ^~~~~~~~~~~~~~~ "select id, updated_at, ... from table"
needwatch.conf:3:88: error: this fact has no day
    3 | source y { connect service = a; query "delete from t"; key a; cursor b; person c; fact settlement { } }
      |                                                                                        ^~~~~~~~~~ on COLUMN as "yyyy-MM-dd";
=== near misses of kinds, fields, words and statements
source x {
	conect  service = a;
	connect service = a;
	query   "select * from t";
	key     id;
	cursor  u;
	person  n;
	fact settlment { on d as date; }
	fact settlement { on d as date; self_payed = a as yuan; }
	fact roll { on d as date; class = map k { "低保" dibau, "特困" tekun }; }
	resident { births = b as date; }
}
--- expect
needwatch.conf:3:2: error: 'conect' is no statement of a source
    3 | 	conect  service = a;
      | 	^~~~~~ did you mean 'connect'?
needwatch.conf:9:7: error: 'settlment' is not a kind
    9 | 	fact settlment { on d as date; }
      | 	     ^~~~~~~~~ did you mean 'settlement'?
needwatch.conf:10:34: error: 'self_payed' is no field of 'settlement'
   10 | 	fact settlement { on d as date; self_payed = a as yuan; }
      | 	                                ^~~~~~~~~~ did you mean 'self_paid'?
needwatch.conf:11:44: error: 'dibau' is not a word of 'class'
   11 | 	fact roll { on d as date; class = map k { "低保" dibau, "特困" tekun }; }
      | 	                                          ^~~~~~ did you mean 'dibao'?
needwatch.conf:12:13: error: 'births' is no field of 'resident'
   12 | 	resident { births = b as date; }
      | 	           ^~~~~~ did you mean 'birth'?
=== types that do not fit
source x {
	connect service = a;
	query   "select * from t";
	key     id;
	cursor  u;
	person  n;
	fact settlement {
		on d;
		self_paid = amount;
		stay = amount as yuan;
		until d as date;
	}
	fact disability { on d as date; class = k; grade = map g { "一级" 1, "二级" two, "1" 1, "１" 1 }; }
	fact village_month { on d as date; visits = v as int; }
	fact roll { on d as date; class = k; next_review = r as yuan; }
}
--- expect
needwatch.conf:9:6: error: a day is expected here
    9 | 		on d;
      | 		   ^ say how it is written: as "yyyy-MM-dd", or 'as date' for a date column
needwatch.conf:10:15: error: this does not fit 'settlement.self_paid'
   10 | 		self_paid = amount;
      | 		            ^~~~~~ say the unit: 'as yuan', 'as wan' or 'as fen'
needwatch.conf:11:10: error: this does not fit 'settlement.stay'
   11 | 		stay = amount as yuan;
      | 		       ^~~~~~ a column, or 'map' with texts
needwatch.conf:12:9: error: 'settlement' is an event and has no 'until'
   12 | 		until d as date;
      | 		      ^
needwatch.conf:14:42: error: this does not fit 'disability.class'
   14 | 	fact disability { on d as date; class = k; grade = map g { "一级" 1, "二级" two, "1" 1, "１" 1 }; }
      | 	                                        ^ say 'as int', or give a value table with numbers
needwatch.conf:14:74: error: a value table gives numbers or words, not both
   14 | 	fact disability { on d as date; class = k; grade = map g { "一级" 1, "二级" two, "1" 1, "１" 1 }; }
      | 	                                                                            ^~~
needwatch.conf:14:86: error: this value stands here already
   14 | 	fact disability { on d as date; class = k; grade = map g { "一级" 1, "二级" two, "1" 1, "１" 1 }; }
      | 	                                                                                        ^~~~ full-width and ASCII digits are one and the same
needwatch.conf:15:7: error: 'village_month' is about an area
   15 | 	fact village_month { on d as date; visits = v as int; }
      | 	     ^~~~~~~~~~~~~ area COLUMN;
needwatch.conf:16:53: error: this does not fit 'roll.next_review'
   16 | 	fact roll { on d as date; class = k; next_review = r as yuan; }
      | 	                                                   ^ say how it is written: as "yyyy-MM-dd", or 'as date'
=== cursors must sort
source x { connect service = a; query "select * from t"; key id; cursor u as "yyyy/M/d HH:mm:ss"; person n;
	fact settlement { on d as "yyyy-qq"; } }
--- expect
needwatch.conf:2:78: error: texts of this format do not sort like the moments they name
    2 | source x { connect service = a; query "select * from t"; key id; cursor u as "yyyy/M/d HH:mm:ss"; person n;
      |                                                                              ^~~~~~~~~~~~~~~~~~~ a cursor needs year to second in order, or use 'snapshot' instead
needwatch.conf:3:28: error: a date format is made of yyyy MM dd HH mm ss, each once
    3 | 	fact settlement { on d as "yyyy-qq"; } }
      | 	                          ^~~~~~~~~ such as "yyyy-MM-dd HH:mm:ss" or "yyyyMMdd"
=== conditions
source x { connect service = a; query "select * from t"; key id; cursor u; person n;
	gone when not (status in ("正常", "冻结") or flag is empty) and d as date < "2026-01-01" and n <> 3;
	fact settlement { on d as date; when d as date > "yesterday"; inpatient = a as yuan = "x" ; }
	fact disability { on d as date; when (a = "1"; class = 1; }
	fact roll { on d as date; when d as date = e; class = k } }
--- expect
needwatch.conf:4:51: error: this is no day
    4 | 	fact settlement { on d as date; when d as date > "yesterday"; inpatient = a as yuan = "x" ; }
      | 	                                                 ^~~~~~~~~~~ a day beside a date is written "yyyy-MM-dd"
needwatch.conf:5:47: error: ')' is missing here
    5 | 	fact disability { on d as date; when (a = "1"; class = 1; }
      | 	                                             ^
needwatch.conf:6:33: error: the two sides cannot be compared
    6 | 	fact roll { on d as date; when d as date = e; class = k } }
      | 	                               ^~~~~~~~~~~~~ give a column its type with 'as'
needwatch.conf:6:57: error: ';' is missing here
    6 | 	fact roll { on d as date; when d as date = e; class = k } }
      | 	                                                       ^
=== times that are none
source x { connect service = a; query "select * from t"; key id; cursor u; person n; reconcile at 25:00; hours 8:00 to 09:00;
	every 0ms; area 12345; charset gb18303; household h rank famly;
	fact settlement { on d as date; on e as date; } }
source x { }
--- expect
needwatch.conf:2:99: error: there is no such time of day
    2 | source x { connect service = a; query "select * from t"; key id; cursor u; person n; reconcile at 25:00; hours 8:00 to 09:00;
      |                                                                                                   ^~
needwatch.conf:2:112: error: expected a time of day, like 02:30, found '8'
    2 | source x { connect service = a; query "select * from t"; key id; cursor u; person n; reconcile at 25:00; hours 8:00 to 09:00;
      |                                                                                                                ^
needwatch.conf:3:8: error: 'every' is out of its bounds
    3 | 	every 0ms; area 12345; charset gb18303; household h rank famly;
      | 	      ^ from 10ms to 86400000ms
needwatch.conf:3:18: error: this is no area code
    3 | 	every 0ms; area 12345; charset gb18303; household h rank famly;
      | 	                ^~~~~ 2, 4, 6, 9 or 12 digits
needwatch.conf:3:33: error: iconv knows no charset 'gb18303'
    3 | 	every 0ms; area 12345; charset gb18303; household h rank famly;
      | 	                               ^~~~~~~ did you mean 'gb18030'?
needwatch.conf:3:59: error: expected family, living or register, found 'famly'
    3 | 	every 0ms; area 12345; charset gb18303; household h rank famly;
      | 	                                                         ^~~~~ did you mean 'family'?
needwatch.conf:4:34: error: 'on' stands here already
    4 | 	fact settlement { on d as date; on e as date; } }
      | 	                                ^~
needwatch.conf:5:8: error: source 'x' stands here already
    5 | source x { }
      |        ^
needwatch.conf:5:8: error: source 'x' has no 'connect'
    5 | source x { }
      |        ^
needwatch.conf:5:8: error: source 'x' has no 'query'
    5 | source x { }
      |        ^
needwatch.conf:5:8: error: source 'x' has no 'key'
    5 | source x { }
      |        ^
needwatch.conf:5:8: error: source 'x' has neither 'cursor' nor 'snapshot'
    5 | source x { }
      |        ^ without a column of changes say 'snapshot;'
needwatch.conf:5:8: error: source 'x' tells no facts
    5 | source x { }
      |        ^

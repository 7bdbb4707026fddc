# Abolished area codes and what stands for them. Today is 2026-06-10.
source s {
	connect service = a; query "select 1"; key id; snapshot; person n;
	fact village_month { on day as date; area place; visits = visits as int; when visits is not empty; }
	resident { area = place; register_area = book; }
}
=== A12 a row's code leads to its successor, whatever day the row is of
--- area_changes
old_code,new_code,change_date
990102001202,990102001201,2026-03-01
990102001203,990102001202,2020-03-01
990102003,990102004,2025-01-01
990102001209,990102001201,2026-06-11
--- record
id=the village was merged
n=99010119700101001X
place=990102001202
book=990102001201
--- record
id=a chain of two
n=99010119700101001X
place=990102001203
book=990102003
--- record
id=a village of a merged town
n=99010119700101001X
place=990102003201
--- record
id=not yet
n=99010119700101001X
place=990102001209
--- record
id=news of before the change
n=99010119700101001X
day=2026-01-01
place=990102001202
visits=3
--- expect
resident 99010119700101001X on - until - birth=0 sex=0 area=990102001201 register_area=990102001201 residence=? head=?
resident 99010119700101001X on - until - birth=0 sex=0 area=990102001201 register_area=990102004000 residence=? head=?
resident 99010119700101001X on - until - birth=0 sex=0 area=990102004000 register_area=? residence=? head=?
resident 99010119700101001X on - until - birth=0 sex=0 area=990102001209 register_area=? residence=? head=?
village_month - on 2026-01-01 until - area 990102001201 visits=3 zero=?
resident 99010119700101001X on - until - birth=0 sex=0 area=990102001201 register_area=? residence=? head=?
=== A12 what is wrong with the file is told, all at once
--- area_changes
old_code,new_code,change_date
990102001202,990102001201,2026-03-01
990102001201,990102001202,2026-03-01
990102001203,990102001203,2026-03-01
990102001204,990102001205,2026-03-01
990102001204,990102001206,2026-03-01
9901,somewhere,2026-03-01
990102001207,990102001201,yesterday
--- expect
changes.csv:2:14: error: this leads in a circle: nothing stands for 990102001202
    2 | 990102001202,990102001201,2026-03-01
      |              ^~~~~~~~~~~~ a code that came back does so on a later day
changes.csv:3:14: error: this leads in a circle: nothing stands for 990102001201
    3 | 990102001201,990102001202,2026-03-01
      |              ^~~~~~~~~~~~ a code that came back does so on a later day
changes.csv:4:14: error: this leads in a circle: nothing stands for 990102001203
    4 | 990102001203,990102001203,2026-03-01
      |              ^~~~~~~~~~~~ a code that came back does so on a later day
changes.csv:6:14: error: the change of 990102001204 on this day stands there twice
    6 | 990102001204,990102001206,2026-03-01
      |              ^~~~~~~~~~~~ of an area that was split, name the area above both
changes.csv:7:6: error: 'somewhere' is no area code
    7 | 9901,somewhere,2026-03-01
      |      ^~~~~~~~~ 2, 4, 6, 9 or 12 digits: province, city, county, town, village
changes.csv:8:27: error: 'yesterday' is no day
    8 | 990102001207,990102001201,yesterday
      |                           ^~~~~~~~~ as 2026-10-01
=== A12 a column that is missing
--- area_changes
old,new_code,change_date
990102001202,990102001201,2026-03-01
--- expect
changes.csv:1:1: error: there is no column 'old_code'
    1 | old,new_code,change_date
      | ^~~ the first line names the columns

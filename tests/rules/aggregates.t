# What aggregates and attributes mean (docs/language.md), by the rules of the folder aggregates: in most of them the
# points are the value of one expression.

case all_and_mean all over known grades, the mean toward zero, first and last in the order of days
as_of 2026-06-10
person P birth=1976-02-03 residence=urban
card P on=2026-01-01 grade=1
card P on=2026-02-01 grade=2 until=2026-03-01
bill P on=2026-05-01 stay=A days=3 paid=33.33 ward=inner
bill P on=2026-05-03 stay=A days=8 paid=33.34 ward=outer
bill P on=2026-05-02 stay=B days=6 ward=outer
expect H score=33 level=none all_cards=1 distinct_stays=2 distinct_unsure=1 distinct_wards=2 ends_of_all=8 first_days=3 last_days=8 last_of_none=1 mean_days=5 mean_of_none=1 town_person=1

case all_is_empty all of nothing is yes, the mean and the last of nothing are unknown
as_of 2026-06-10
person P residence=rural register_area=990103001001
expect H score=5 level=none all_cards=1 last_of_none=1 lives_elsewhere=1 mean_of_none=1 rural=1

case all_is_unsure a grade nobody told may be any
as_of 2026-06-10
person P residence=none
card P on=2026-01-01 grade=1
card P on=2026-02-01
expect H score=7 level=none all_cards=1 all_excused=1 all_unsure=1 last_in_force=1 last_of_none=1 mean_of_none=1 residence_untold=1

case all_is_not one grade of three is enough
as_of 2026-06-10
person P residence=rural area=990102001202
person Q residence=rural
card P on=2026-01-01 grade=1
card P on=2026-02-01 grade=3
card Q on=2026-03-01 until=2026-04-01
expect H score=5 level=none all_excused=1 last_of_none=1 mean_of_none=1 not_at_home=1 rural=1

case ties_are_settled_by_fields of one day the least fields are the first, the greatest the last; the rows' order is nothing
as_of 2026-06-10
person P residence=rural
person Q residence=rural
bill Q on=2026-05-01 stay=A days=7 paid=1
bill P on=2026-05-01 stay=B days=5 paid=1
bill P on=2026-05-01 stay=A days=4 paid=1
expect H score=29 level=none all_cards=1 distinct_stays=2 ends_of_all=7 first_days=4 last_days=7 last_of_none=1 mean_days=5 mean_of_none=1 rural=1

# How points fade (decay), when a hit began (since), and how many hits add up (adds): the rules of the folder fading.

case hold_lasts nine days are full
as_of 2026-06-10
person P
fire H on=2026-06-01 loss=1.00
expect H score=40 level=none fade_hold=40

case hold_ends the tenth is nothing
as_of 2026-06-11
person P
fire H on=2026-06-01 loss=1.00
expect H nothing

case fades_together half of every 10 days, full for 10 and then a line of 20, full for 10 and then half of every 5
as_of 2026-06-16
person P
fire H on=2026-06-08 loss=2.00
fire H on=2026-06-01 loss=3.00
fire H on=2026-06-01 loss=4.00
fire H on=2026-06-01 loss=5.00
expect H score=80 level=none fade_half=22 fade_hold_half=20 fade_hold_linear=30 fade_linear=8

case half_ends 45 halved six times is nothing
as_of 2026-07-31
person P
fire H on=2026-06-01 loss=3.00
expect H nothing

case half_lasts 45 halved five times is 1
as_of 2026-07-30
person P
fire H on=2026-06-01 loss=3.00
expect H score=1 level=none fade_half=1

case hold_to_its_end the last day is full
as_of 2026-06-10
person P
card P on=2026-01-01 until=2026-06-10 grade=1
expect H score=30 level=none fade_hold_to=30

case hold_to_after_its_end
as_of 2026-06-11
person P
card P on=2026-01-01 until=2026-06-10 grade=1
expect H nothing

case hold_to_an_open_end is never over
as_of 2030-06-11
person P
card P on=2026-01-01 grade=1
expect H score=30 level=none fade_hold_to=30

case hold_to_the_end_of_the_year then a line from its last day
as_of 2027-01-30
person P
fire H on=2026-06-08 loss=6.00
expect H score=30 level=none fade_year=30
began H fade_year - 2026-06-08 2026-06-08 30

case a_state_began_later than the day it is about; without a day it began with, that is its day
as_of 2026-06-10
person P
card P on=2026-06-01 grade=2
card P on=2026-06-02 grade=3
expect H score=2 level=none began_alone=1 began_later=1
began H began_later P 2026-06-01 2026-06-08 1
began H began_alone - 2026-06-02 2026-06-02 1

case hits_add_up the two largest of three; combinations look at tags and rules
as_of 2026-06-10
person P
fire H on=2026-06-08 loss=20.00
fire H on=2026-06-07 loss=25.50
fire H on=2026-06-06 loss=10.00
expect H score=50 level=none adds_up=45 after_tag=5
says H adds_up 2026-06火灾，共3次，为标准的51%
began H adds_up 2026-06-07 2026-06-07 2026-06-07 25, 2026-06-08 2026-06-08 2026-06-08 20, 2026-06-06 2026-06-06 2026-06-06 10

case latest_hit_of_a_rule
as_of 2026-06-10
person P
fire H on=2026-06-09 loss=1.00
expect H score=46 level=none after_rule=6 fade_hold=40

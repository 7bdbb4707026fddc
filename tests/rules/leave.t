# What may not be read without leave is unknown (scope, authorised), and words of codes have names: the folder leave.

case without_leave a rule does not know
as_of 2026-06-10
person P
meter H on=2026-06-01 zero=1 place=kitchen
expect H nothing
unknown H placed: authorised reading, watched: authorised reading

case with_leave
as_of 2026-06-10
person P
leave H on=2026-01-01
meter H on=2026-06-01 zero=1 place=kitchen
expect H score=10 level=none placed=3 watched=7
says H placed 厨房的表停了
began H placed kitchen - - 3

case leave_ran_out
as_of 2026-06-10
person P
leave H on=2026-01-01 until=2026-06-09
meter H on=2026-06-01 zero=1 place=yard
expect H nothing
unknown H placed: authorised reading, watched: authorised reading

case nothing_to_read is no, with leave or without
as_of 2026-06-10
person P
meter H on=2026-06-01 zero=0
expect H nothing
unknown H

# Lists of codes and patterns over texts: the rules of the folder codes.

case codes_in_the_list the ends of ranges, small letters, dots, what follows the code
as_of 2026-06-10
person P
stay P on=2026-01-01 icd=C00
stay P on=2026-01-02 icd=c97.x01
stay P on=2026-01-03 icd=D46.9
stay P on=2026-01-04 icd=D59.3
stay P on=2026-01-05 icd=d593
stay P on=2026-01-06 icd=D61.900x001
stay P on=2026-01-07 icd=I60
stay P on=2026-01-08 icd=i63.900x001
expect H score=8 level=none dear_stays=8

case codes_beside_the_list one before a range, one behind it, too short, nothing
as_of 2026-06-10
person P
stay P on=2026-01-01 icd=B99
stay P on=2026-01-02 icd=C98
stay P on=2026-01-03 icd=D59.2
stay P on=2026-01-04 icd=D62
stay P on=2026-01-05 icd=I65
stay P on=2026-01-06 icd=C
stay P on=2026-01-07
expect H score=7 level=none no_dear_stay=7

case a_pattern_that_runs_away is given up, and what nobody knows is no no
as_of 2026-06-10
person P
stay P on=2026-01-01 icd=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab
expect H score=2 level=none no_dear_stay=1 run_away_unsure=1
unknown H run_away: stay.icd

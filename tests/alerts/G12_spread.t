# The first load opens events within their window, spread by capacity: the post of one a day has its second alert's
# clock start on the next working day. Red is not spread.
post village worker present capacity=1
at 2026-06-10T09:00 assessed 40 yellow 990102001201 history
hit med_oop_annual_high 2026 event 426 2026-06-01 40 floor=yellow
> outcome opened
> alert new yellow score 40 owner village/worker
> clock sign due 2026-06-12T18:00
> clock visit due 2026-06-19T18:00
> clock verify due 2026-06-24T18:00
> clock dispose due 2026-07-08T18:00
> line opened
> line by_residence
> tell lead village/worker new yellow opened at 2026-06-10T09:00
at 2026-06-10T09:01 assessed 0 none 990102001201
> outcome withdrawn_corrected
> alert withdrawn yellow score 40 owner village/worker
> line withdrawn_corrected
> tell lead village/worker withdrawn yellow withdrawn_corrected at 2026-06-10T09:01
at 2026-06-10T09:02 assessed 40 yellow 990102001201 history
hit med_single_stay_high p1/s1 event 180 2026-06-09 40
> outcome opened
> alert new yellow score 40 owner village/worker
> clock sign due 2026-06-15T18:00
> clock visit due 2026-06-22T18:00
> clock verify due 2026-06-25T18:00
> clock dispose due 2026-07-09T18:00
> line opened
> line by_residence
> line spread
> tell lead village/worker new yellow opened at 2026-06-10T09:02

# G10: what two sources say of one person, whose number the first has in fifteen digits and the second in eighteen with a small
# x, is one household's: the second source's hit raises the alert that the first opened, and opens none of its own.
at 2026-06-10T09:00 assessed 40 yellow 990102001201
hit med_oop_annual_high 2026 event 426 2026-06-09 40 floor=yellow
> outcome opened
> alert new yellow score 40 owner village/worker
> clock sign due 2026-06-12T18:00
> clock visit due 2026-06-19T18:00
> clock verify due 2026-06-24T18:00
> clock dispose due 2026-07-08T18:00
> line opened
> line by_residence
> tell lead village/worker new yellow opened at 2026-06-10T09:00
at 2026-06-10T09:30 assessed 60 orange 990102001201
hit job_contrib_gap p1 state 2026-06-10 2026-06-10 20
hit med_oop_annual_high 2026 event 426 2026-06-09 40 floor=yellow
> outcome raised
> alert new orange score 60 owner town/town
> clock sign due 2026-06-11T18:00
> clock visit due 2026-06-15T18:00
> clock verify due 2026-06-17T18:00
> clock dispose due 2026-06-24T18:00
> line by_residence
> line raised
> tell lead town/town new orange raised at 2026-06-10T09:30
> tell copy village/worker execute orange executes at 2026-06-10T09:30

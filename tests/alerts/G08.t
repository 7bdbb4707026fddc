# G8: the settlement is delivered three times: intake makes one hit of it, and each delivery touches the household.
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
at 2026-06-10T09:01 assessed 40 yellow 990102001201
hit med_oop_annual_high 2026 event 426 2026-06-09 40 floor=yellow
> outcome unchanged
> alert new yellow score 40 owner village/worker
> clock sign due 2026-06-12T18:00
> clock visit due 2026-06-19T18:00
> clock verify due 2026-06-24T18:00
> clock dispose due 2026-07-08T18:00
at 2026-06-10T09:02 assessed 40 yellow 990102001201
hit med_oop_annual_high 2026 event 426 2026-06-09 40 floor=yellow
> outcome unchanged
> alert new yellow score 40 owner village/worker
> clock sign due 2026-06-12T18:00
> clock visit due 2026-06-19T18:00
> clock verify due 2026-06-24T18:00
> clock dispose due 2026-07-08T18:00

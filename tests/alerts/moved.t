# A household that moves before anyone signed is routed to its new village; after signing a human decides.
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
at 2026-06-10T10:00 assessed 40 yellow 990102002201
hit med_oop_annual_high 2026 event 426 2026-06-09 40 floor=yellow
> outcome residence_moved
> alert new yellow score 40 owner river/worker
> clock sign due 2026-06-12T18:00
> clock visit due 2026-06-19T18:00
> clock verify due 2026-06-24T18:00
> clock dispose due 2026-07-08T18:00
> line residence_moved
> tell lead river/worker new yellow residence_moved at 2026-06-10T10:00
> tell copy village/worker changed yellow residence_moved at 2026-06-10T10:00
at 2026-06-10T11:00 action sign river worker 15
> outcome signed
> alert signed yellow score 40 owner river/worker
> clock visit due 2026-06-19T18:00
> clock verify due 2026-06-24T18:00
> clock dispose due 2026-07-08T18:00
> line signed
at 2026-06-10T12:00 assessed 40 yellow 990102001202
hit med_oop_annual_high 2026 event 426 2026-06-09 40 floor=yellow
> outcome residence_noted
> alert signed yellow score 40 owner river/worker
> clock visit due 2026-06-19T18:00
> clock verify due 2026-06-24T18:00
> clock dispose due 2026-07-08T18:00
> line residence_noted
> tell lead river/worker changed yellow residence_noted at 2026-06-10T12:00

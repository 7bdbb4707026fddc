# A transfer names its target and reason; the clocks go on; a stale view is refused.
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
at 2026-06-10T10:00 action sign village worker 13 version=1
> outcome signed
> alert signed yellow score 40 owner village/worker
> clock visit due 2026-06-19T18:00
> clock verify due 2026-06-24T18:00
> clock dispose due 2026-07-08T18:00
> line signed
at 2026-06-10T10:01 action transfer village worker 13 version=1 target=hill text=住在后山
> refused stale_version
at 2026-06-10T10:01 action transfer village worker 13 version=2 text=住在后山
> refused needs_target
at 2026-06-10T10:02 action transfer village worker 13 target=hill text=住在后山
> outcome transferred
> alert signed yellow score 40 owner hill/worker
> clock visit due 2026-06-19T18:00
> clock verify due 2026-06-24T18:00
> clock dispose due 2026-07-08T18:00
> line transferred
> tell lead hill/worker new yellow transferred at 2026-06-10T10:02
> tell copy village/worker changed yellow transferred at 2026-06-10T10:02

# G9: a row for 5 March arrives on 28 May (a Thursday): the hit is of March, the clocks run from the discovery.
at 2026-05-28T10:00 assessed 36 yellow 990102001201
hit med_oop_annual_high 2026 event 426 2026-03-05 36 floor=yellow
> outcome opened
> alert new yellow score 36 owner village/worker
> clock sign due 2026-06-01T18:00
> clock visit due 2026-06-08T18:00
> clock verify due 2026-06-11T18:00
> clock dispose due 2026-06-25T18:00
> line opened
> line by_residence
> tell lead village/worker new yellow opened at 2026-05-28T10:00

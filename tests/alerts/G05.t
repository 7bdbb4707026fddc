# G5: G1 with temporary relief 20 days ago: 45, YELLOW: the village leads.
at 2026-06-10T09:00 assessed 45 yellow 990102001201
hit med_critical_illness p1 event 365 2026-05-31 30
hit med_oop_annual_high 2026 event 426 2026-05-31 30 floor=yellow
> outcome opened
> alert new yellow score 45 owner village/worker
> clock sign due 2026-06-12T18:00
> clock visit due 2026-06-19T18:00
> clock verify due 2026-06-24T18:00
> clock dispose due 2026-07-08T18:00
> line opened
> line by_residence
> tell lead village/worker new yellow opened at 2026-06-10T09:00

# Then the mitigation ends: 60. Raised; the town leads, the village's own deadline is kept where it is earlier.
at 2026-06-11T09:00 assessed 60 orange 990102001201 day
hit med_critical_illness p1 event 365 2026-05-31 30
hit med_oop_annual_high 2026 event 426 2026-05-31 30 floor=yellow
> outcome raised
> alert new orange score 60 owner town/town
> clock sign due 2026-06-12T18:00
> clock visit due 2026-06-16T18:00
> clock verify due 2026-06-18T18:00
> clock dispose due 2026-06-25T18:00
> line by_residence
> line raised
> tell lead town/town new orange raised at 2026-06-11T09:00
> tell copy village/worker execute orange executes at 2026-06-11T09:00

# 52 is within five points of orange: no hopping. 45 is not: lowered, owner and clocks stay.
at 2026-06-11T10:00 assessed 52 yellow 990102001201
hit med_critical_illness p1 event 365 2026-05-31 30
hit med_oop_annual_high 2026 event 426 2026-05-31 22 floor=yellow
> outcome hysteresis
> alert new orange score 52 owner town/town
> clock sign due 2026-06-12T18:00
> clock visit due 2026-06-16T18:00
> clock verify due 2026-06-18T18:00
> clock dispose due 2026-06-25T18:00
> refreshed

at 2026-06-11T11:00 assessed 45 yellow 990102001201
hit med_critical_illness p1 event 365 2026-05-31 30
hit med_oop_annual_high 2026 event 426 2026-05-31 15 floor=yellow
> outcome lowered
> alert new yellow score 45 owner town/town
> clock sign due 2026-06-12T18:00
> clock visit due 2026-06-16T18:00
> clock verify due 2026-06-18T18:00
> clock dispose due 2026-06-25T18:00
> line lowered

# G1: critical illness and a year's bills: ORANGE at 60, the town signs within one working day, the village visits
# within three. 2026-06-10 is a Wednesday.
at 2026-06-10T09:00 assessed 60 orange 990102001201
hit med_critical_illness p1 event 365 2026-05-31 30
hit med_oop_annual_high 2026 event 426 2026-05-31 30 floor=yellow
> outcome opened
> alert new orange score 60 owner town/town
> clock sign due 2026-06-11T18:00
> clock visit due 2026-06-15T18:00
> clock verify due 2026-06-17T18:00
> clock dispose due 2026-06-24T18:00
> line opened
> line by_residence
> tell lead town/town new orange opened at 2026-06-10T09:00
> tell copy village/worker execute orange executes at 2026-06-10T09:00

# The next poll brings the same: nothing is said twice.
at 2026-06-10T09:05 assessed 60 orange 990102001201
hit med_critical_illness p1 event 365 2026-05-31 30
hit med_oop_annual_high 2026 event 426 2026-05-31 30 floor=yellow
> outcome unchanged
> alert new orange score 60 owner town/town
> clock sign due 2026-06-11T18:00
> clock visit due 2026-06-15T18:00
> clock verify due 2026-06-17T18:00
> clock dispose due 2026-06-24T18:00

at 2026-06-10T10:00 action sign town town 11
> outcome signed
> alert signed orange score 60 owner town/town
> clock visit due 2026-06-15T18:00
> clock verify due 2026-06-17T18:00
> clock dispose due 2026-06-24T18:00
> line signed
# A second worker is told that it is signed.
at 2026-06-10T10:01 action sign town town 12
> refused signed_already
# The village was told to visit, and may.
at 2026-06-11T10:00 action visit village worker 13
> outcome visited
> alert signed orange score 60 owner town/town
> clock verify due 2026-06-17T18:00
> clock dispose due 2026-06-24T18:00
> line visited

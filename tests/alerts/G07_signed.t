# G7 after the signature: the alert stays, its basis is marked changed once, and a human decides.
at 2026-06-10T09:00 assessed 60 orange 990102001201
hit med_oop_annual_high 2026 event 426 2026-06-09 40 floor=yellow
hit med_single_stay_high p1/s1 event 180 2026-06-09 25
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
at 2026-06-10T10:00 action sign town town 11
> outcome signed
> alert signed orange score 60 owner town/town
> clock visit due 2026-06-15T18:00
> clock verify due 2026-06-17T18:00
> clock dispose due 2026-06-24T18:00
> line signed
at 2026-06-10T11:00 assessed 0 none 990102001201
> outcome basis_changed
> alert signed orange score 60 owner town/town
> clock visit due 2026-06-15T18:00
> clock verify due 2026-06-17T18:00
> clock dispose due 2026-06-24T18:00
> line basis_changed
> tell lead town/town changed orange basis_changed at 2026-06-10T11:00
at 2026-06-11T00:05 assessed 0 none 990102001201 day
> outcome unchanged
> alert signed orange score 60 owner town/town
> clock visit due 2026-06-15T18:00
> clock verify due 2026-06-17T18:00
> clock dispose due 2026-06-24T18:00

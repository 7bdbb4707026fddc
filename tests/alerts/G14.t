# G14: opened on Friday 2026-02-13 at 16:00, before a Saturday that is worked: signed by Saturday 18:00.
at 2026-02-13T16:00 assessed 60 orange 990102001201
hit med_critical_illness p1 event 365 2026-02-01 60
> outcome opened
> alert new orange score 60 owner town/town
> clock sign due 2026-02-14T18:00
> clock visit due 2026-02-24T18:00
> clock verify due 2026-02-26T18:00
> clock dispose due 2026-03-04T18:00
> line opened
> line by_residence
> tell lead town/town new orange opened at 2026-02-13T16:00
> tell copy village/worker execute orange executes at 2026-02-13T16:00

# G3: the main earner died three days ago; 45 points, but the floor is ORANGE: the town leads.
at 2026-06-10T09:00 assessed 45 orange 990102001201
hit dem_earner_death p1 event 180 2026-06-07 45 floor=orange
> outcome opened
> alert new orange score 45 owner town/town
> clock sign due 2026-06-11T18:00
> clock visit due 2026-06-15T18:00
> clock verify due 2026-06-17T18:00
> clock dispose due 2026-06-24T18:00
> line opened
> line by_residence
> tell lead town/town new orange opened at 2026-06-10T09:00
> tell copy village/worker execute orange executes at 2026-06-10T09:00

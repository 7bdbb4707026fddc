# G7: one stay of 11,000 reversed before signing: ORANGE opens, then it is withdrawn and all who were told hear it.
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

at 2026-06-10T11:00 assessed 0 none 990102001201
> outcome withdrawn_corrected
> alert withdrawn orange score 60 owner town/town
> line withdrawn_corrected
> tell lead town/town withdrawn orange withdrawn_corrected at 2026-06-10T11:00
> tell copy village/worker withdrawn orange withdrawn_corrected at 2026-06-10T11:00

# A clock that was under way finds nothing to do.
at 2026-06-11T18:00 due sign
> refused clock_moved

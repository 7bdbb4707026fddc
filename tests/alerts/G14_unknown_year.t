# Without a calendar for the year Mon-Fri is assumed, and said.
at 2027-02-12T16:00 assessed 60 orange 990102001201
hit med_critical_illness p1 event 365 2027-02-01 60
> outcome opened
> alert new orange score 60 owner town/town
> clock sign due 2027-02-15T18:00
> clock visit due 2027-02-17T18:00
> clock verify due 2027-02-19T18:00
> clock dispose due 2027-02-26T18:00
> line opened
> line by_residence
> line unknown_year
> tell lead town/town new orange opened at 2027-02-12T16:00
> tell copy village/worker execute orange executes at 2027-02-12T16:00

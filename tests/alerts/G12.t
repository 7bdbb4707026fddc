# G12: the first load. An old certificate has decayed to nothing; states of long standing count but open nothing.
at 2026-06-10T09:00 assessed 45 yellow 990102001201 history
hit house_dangerous - state 2018-01-01 2018-01-01 25
hit dis_poor - absent - 2018-01-01 20
> outcome history
> line history

# The day turns: still nothing is new.
at 2026-06-11T00:05 assessed 45 yellow 990102001201 day
hit house_dangerous - state 2018-01-01 2018-01-01 25
hit dis_poor - absent - 2018-01-01 20
> outcome no_news

# An event within its rule's window then opens, with all hits; the absence stays "long before".
at 2026-06-12T09:00 assessed 70 orange 990102001201
hit house_dangerous - state 2018-01-01 2018-01-01 25
hit dis_poor - absent - 2018-01-01 20
hit med_single_stay_high p1/s1 event 180 2026-06-11 25
> outcome opened
> alert new orange score 70 owner town/town
> clock sign due 2026-06-15T18:00
> clock visit due 2026-06-17T18:00
> clock verify due 2026-06-19T18:00
> clock dispose due 2026-06-26T18:00
> line opened
> line by_residence
> tell lead town/town new orange opened at 2026-06-12T09:00
> tell copy village/worker execute orange executes at 2026-06-12T09:00

# G12: gap checks of the first load are listed, once; a later change opens.
lane policy_gap
at 2026-06-10T09:00 assessed 0 none 990102001201 history
hit pol_twosubsidy_missing p1/nursing state 2018-01-01 2018-01-01 0
> outcome history
> line history
at 2026-06-11T09:00 assessed 0 none 990102001201
hit pol_twosubsidy_missing p1/nursing state 2018-01-01 2018-01-01 0
> outcome no_news
at 2026-06-12T09:00 assessed 0 none 990102001201
hit pol_twosubsidy_missing p1/living state 2018-01-01 2018-01-01 0
hit pol_twosubsidy_missing p1/nursing state 2018-01-01 2018-01-01 0
> outcome discovered
> alert new none score 0 owner town/town
> clock sign due 2026-06-16T18:00
> clock verify due 2026-06-19T18:00
> clock dispose due 2026-06-26T18:00
> line discovered
> line by_residence
> tell lead town/town new none discovered at 2026-06-12T09:00

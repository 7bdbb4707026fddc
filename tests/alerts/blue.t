# Blue is listed and called to nobody; its visit is due by the end of next month, and then by the next.
at 2026-06-10T09:00 assessed 25 blue 990102001201
hit dem_single_parent_new c1 event 180 2026-06-01 25
> outcome opened
> alert new blue score 25 owner village/worker
> clock visit due 2026-07-31T18:00
> line opened
> line by_residence
> line blue_listed
at 2026-07-01T00:00 due
> outcome clock_moved
> alert new blue score 25 owner village/worker
> clock visit due 2026-07-31T18:00
at 2026-07-31T18:00 due visit
> outcome month_again
> alert new blue score 25 owner village/worker
> clock visit due 2026-08-31T18:00
> line month_again
# It comes to red by a second hit.
at 2026-08-01T09:00 assessed 85 red 990102001201
hit dem_single_parent_new c1 event 180 2026-06-01 25
hit dst_house_collapsed e1 event 365 2026-07-31 60 floor=red
> outcome raised
> alert new red score 85 owner town/town
> clock sign due 2026-08-01T11:00
> clock visit due 2026-08-02T09:00
> clock verify due 2026-08-05T18:00
> clock dispose due 2026-08-07T18:00
> line by_residence
> line raised
> tell lead town/town new red raised at 2026-08-01T09:00
> tell copy village/worker execute red executes at 2026-08-01T09:00
> tell copy county/county_duty copy red copy_county_duty at 2026-08-01T09:00

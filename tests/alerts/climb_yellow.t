# Yellow unsigned climbs V -> T -> C -> M, each step logged and told; nobody is called at night.
at 2026-06-09T23:00 assessed 40 yellow 990102001201
hit med_oop_annual_high 2026 event 426 2026-06-09 40 floor=yellow
> outcome opened
> alert new yellow score 40 owner village/worker
> clock sign due 2026-06-11T18:00
> clock visit due 2026-06-18T18:00
> clock verify due 2026-06-23T18:00
> clock dispose due 2026-07-07T18:00
> line opened
> line by_residence
> line quiet_hours
> tell lead village/worker new yellow opened at 2026-06-10T07:00
at 2026-06-11T18:00 due sign
> outcome copy_next_tier
> alert new yellow score 40 owner village/worker
> clock sign due 2026-06-15T18:00
> clock visit due 2026-06-18T18:00
> clock verify due 2026-06-23T18:00
> clock dispose due 2026-07-07T18:00
> line overdue
> line copy_next_tier
> tell copy town/town copy yellow copy_next_tier at 2026-06-11T18:00
> tell lead village/worker overdue yellow overdue at 2026-06-11T18:00
at 2026-06-15T18:00 due sign
> outcome climbed
> alert new yellow score 40 owner town/town
> clock sign due 2026-06-17T18:00
> clock visit due 2026-06-18T18:00
> clock verify due 2026-06-23T18:00
> clock dispose due 2026-07-07T18:00
> line overdue
> line climbed
> tell lead town/town overdue yellow climbed at 2026-06-15T18:00
> tell copy village/worker changed yellow climbed at 2026-06-15T18:00
at 2026-06-17T18:00 due sign
> outcome climbed
> alert new yellow score 40 owner county/county
> clock sign due 2026-06-19T18:00
> clock visit due 2026-06-18T18:00
> clock verify due 2026-06-23T18:00
> clock dispose due 2026-07-07T18:00
> line overdue
> line climbed
> tell lead county/county overdue yellow climbed at 2026-06-17T18:00
> tell copy town/town changed yellow climbed at 2026-06-17T18:00
at 2026-06-19T18:00 due sign
> outcome climbed
> alert new yellow score 40 owner city/city
> clock sign due 2026-06-23T18:00
> clock visit due 2026-06-18T18:00
> clock verify due 2026-06-23T18:00
> clock dispose due 2026-07-07T18:00
> line overdue
> line climbed
> tell lead city/city overdue yellow climbed at 2026-06-19T18:00
> tell copy county/county changed yellow climbed at 2026-06-19T18:00
at 2026-06-23T18:00 due sign
> outcome top_reached
> alert new yellow score 40 owner city/city
> clock sign due 2026-06-24T18:00
> clock visit due 2026-06-18T18:00
> clock verify due 2026-06-23T18:00
> clock dispose due 2026-07-07T18:00
> line overdue
> line top_reached
> tell lead city/city overdue yellow top_reached at 2026-06-23T18:00
# An old due time comes again after a restart: the clock has moved.
at 2026-06-23T18:00 due sign
> outcome clock_moved
> alert new yellow score 40 owner city/city
> clock sign due 2026-06-24T18:00
> clock visit due 2026-06-18T18:00
> clock verify due 2026-06-23T18:00
> clock dispose due 2026-07-07T18:00

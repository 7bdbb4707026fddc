# G15: RED opens at 01:00. Quiet hours do not apply: at 02:00 a reminder, at 03:00 the county hears that nobody signed,
# at 05:00 the county leads, at 07:00 the city, and from then on the city is called once a day.
at 2026-06-10T01:00 assessed 90 red 990102001201
hit dst_house_collapsed e1 event 365 2026-06-09 60 floor=red
> outcome opened
> alert new red score 90 owner town/town
> clock sign due 2026-06-10T03:00
> clock visit due 2026-06-11T01:00
> clock verify due 2026-06-15T18:00
> clock dispose due 2026-06-17T18:00
> line opened
> line by_residence
> tell lead town/town new red opened at 2026-06-10T01:00
> tell copy village/worker execute red executes at 2026-06-10T01:00
> tell copy county/county_duty copy red copy_county_duty at 2026-06-10T01:00
at 2026-06-10T02:00 due
> outcome reminder
> alert new red score 90 owner town/town
> clock sign due 2026-06-10T03:00
> clock visit due 2026-06-11T01:00
> clock verify due 2026-06-15T18:00
> clock dispose due 2026-06-17T18:00
> line reminder
> tell lead town/town remind red reminder at 2026-06-10T02:00
at 2026-06-10T03:00 due
> outcome copy_next_tier
> alert new red score 90 owner town/town
> clock sign due 2026-06-10T05:00
> clock visit due 2026-06-11T01:00
> clock verify due 2026-06-15T18:00
> clock dispose due 2026-06-17T18:00
> line overdue
> line copy_next_tier
> tell copy county/county_duty copy red copy_next_tier at 2026-06-10T03:00
> tell lead town/town overdue red overdue at 2026-06-10T03:00
at 2026-06-10T04:00 due
> outcome reminder
> alert new red score 90 owner town/town
> clock sign due 2026-06-10T05:00
> clock visit due 2026-06-11T01:00
> clock verify due 2026-06-15T18:00
> clock dispose due 2026-06-17T18:00
> line reminder
> tell lead town/town remind red reminder at 2026-06-10T04:00
at 2026-06-10T05:00 due
> outcome climbed
> alert new red score 90 owner county/county
> clock sign due 2026-06-10T07:00
> clock visit due 2026-06-11T01:00
> clock verify due 2026-06-15T18:00
> clock dispose due 2026-06-17T18:00
> line overdue
> line climbed
> tell lead county/county overdue red climbed at 2026-06-10T05:00
> tell copy town/town changed red climbed at 2026-06-10T05:00
> tell copy county/county_duty overdue red climbed at 2026-06-10T05:00
at 2026-06-10T07:00 due sign
> outcome climbed
> alert new red score 90 owner city/city
> clock sign due 2026-06-10T09:00
> clock visit due 2026-06-11T01:00
> clock verify due 2026-06-15T18:00
> clock dispose due 2026-06-17T18:00
> line overdue
> line climbed
> tell lead city/city overdue red climbed at 2026-06-10T07:00
> tell copy county/county changed red climbed at 2026-06-10T07:00
at 2026-06-10T09:00 due sign
> outcome top_reached
> alert new red score 90 owner city/city
> clock sign due 2026-06-11T09:00
> clock visit due 2026-06-11T01:00
> clock verify due 2026-06-15T18:00
> clock dispose due 2026-06-17T18:00
> line overdue
> line top_reached
> tell lead city/city overdue red top_reached at 2026-06-10T09:00
# The county signs what the city leads? No: below the lead only the lead itself signs.
at 2026-06-10T09:05 action sign county county 20
> refused lead_signs
at 2026-06-10T09:06 action sign city city 30
> outcome signed
> alert signed red score 90 owner city/city
> clock visit due 2026-06-11T01:00
> clock verify due 2026-06-15T18:00
> clock dispose due 2026-06-17T18:00
> line signed

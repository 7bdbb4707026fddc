# A village leads at yellow; then the house falls that they have in another town. Its town leads, its village visits, and the
# village that led is told.
at 2026-06-10T09:00 assessed 40 yellow 990102002201
hit med_oop_annual_high 2026 event 426 2026-06-09 40 floor=yellow
> outcome opened
> alert new yellow score 40 owner river/worker
> clock sign due 2026-06-12T18:00
> clock visit due 2026-06-19T18:00
> clock verify due 2026-06-24T18:00
> clock dispose due 2026-07-08T18:00
> line opened
> line by_residence
> tell lead river/worker new yellow opened at 2026-06-10T09:00
at 2026-06-10T10:00 assessed 100 red 990102002201 emergency=990102001202
hit dst_house_collapsed quake event 365 2026-06-10 60 floor=red
hit med_oop_annual_high 2026 event 426 2026-06-09 40 floor=yellow
> outcome raised
> alert new red score 100 owner town/town
> clock sign due 2026-06-10T12:00
> clock visit due 2026-06-11T10:00
> clock verify due 2026-06-15T18:00
> clock dispose due 2026-06-17T18:00
> line by_emergency
> line raised
> tell lead town/town new red raised at 2026-06-10T10:00
> tell copy hill/worker execute red executes at 2026-06-10T10:00
> tell copy county/county_duty copy red copy_county_duty at 2026-06-10T10:00
> tell copy river/worker changed red raised at 2026-06-10T10:00

# A vacant post lifts the alert at once; leave does so later; the emergency place goes before residence; no residence
# at all goes to the county's unclaimed pool.
post village worker vacant
at 2026-06-10T09:00 assessed 40 yellow 990102001201
hit med_oop_annual_high 2026 event 426 2026-06-09 40 floor=yellow
> outcome opened
> alert new yellow score 40 owner town/town
> clock sign due 2026-06-12T18:00
> clock visit due 2026-06-19T18:00
> clock verify due 2026-06-24T18:00
> clock dispose due 2026-07-08T18:00
> line opened
> line by_residence
> line post_vacant
> tell lead town/town new yellow opened at 2026-06-10T09:00
at 2026-06-10T10:00 post_changed town town leave
> outcome post_vacant
> alert new yellow score 40 owner county/county
> clock sign due 2026-06-12T18:00
> clock visit due 2026-06-19T18:00
> clock verify due 2026-06-24T18:00
> clock dispose due 2026-07-08T18:00
> line post_vacant
> tell lead county/county new yellow post_vacant at 2026-06-10T10:00
at 2026-06-10T10:01 post_changed town town present
> outcome still_reachable
> alert new yellow score 40 owner county/county
> clock sign due 2026-06-12T18:00
> clock visit due 2026-06-19T18:00
> clock verify due 2026-06-24T18:00
> clock dispose due 2026-07-08T18:00
at 2026-06-10T10:02 undeliverable county county
> outcome undeliverable
> alert new yellow score 40 owner city/city
> clock sign due 2026-06-12T18:00
> clock visit due 2026-06-19T18:00
> clock verify due 2026-06-24T18:00
> clock dispose due 2026-07-08T18:00
> line undeliverable
> tell lead city/city new yellow undeliverable at 2026-06-10T10:02
> tell copy county/county changed yellow undeliverable at 2026-06-10T10:02
at 2026-06-10T11:00 assessed 0 none 990102001201
> outcome withdrawn_corrected
> alert withdrawn yellow score 40 owner city/city
> line withdrawn_corrected
> tell copy town/town withdrawn yellow withdrawn_corrected at 2026-06-10T11:00
> tell copy county/county withdrawn yellow withdrawn_corrected at 2026-06-10T11:00
> tell lead city/city withdrawn yellow withdrawn_corrected at 2026-06-10T11:00
at 2026-06-10T12:00 assessed 40 yellow - register=990102002201
hit acc_fire 2026-06-10 event 90 2026-06-10 45 floor=yellow
> outcome opened
> alert new yellow score 40 owner river/worker
> clock sign due 2026-06-12T18:00
> clock visit due 2026-06-19T18:00
> clock verify due 2026-06-24T18:00
> clock dispose due 2026-07-08T18:00
> line opened
> line by_register
> tell lead river/worker new yellow opened at 2026-06-10T12:00
at 2026-06-10T12:01 assessed 0 none -
> outcome withdrawn_corrected
> alert withdrawn yellow score 40 owner river/worker
> line withdrawn_corrected
> tell lead river/worker withdrawn yellow withdrawn_corrected at 2026-06-10T12:01
at 2026-06-10T12:02 assessed 40 yellow 990102002201 emergency=990102001202
hit acc_fire 2026-06-11 event 90 2026-06-10 45 floor=yellow
> outcome opened
> alert new yellow score 40 owner hill/worker
> clock sign due 2026-06-12T18:00
> clock visit due 2026-06-19T18:00
> clock verify due 2026-06-24T18:00
> clock dispose due 2026-07-08T18:00
> line opened
> line by_emergency
> tell lead hill/worker new yellow opened at 2026-06-10T12:02
at 2026-06-10T12:03 assessed 0 none -
> outcome withdrawn_corrected
> alert withdrawn yellow score 40 owner hill/worker
> line withdrawn_corrected
> tell lead hill/worker withdrawn yellow withdrawn_corrected at 2026-06-10T12:03
at 2026-06-10T12:04 assessed 40 yellow -
hit acc_fire 2026-06-12 event 90 2026-06-10 45 floor=yellow
> outcome opened
> alert new yellow score 40 owner county/county
> clock sign due 2026-06-12T18:00
> clock visit due 2026-06-19T18:00
> clock verify due 2026-06-24T18:00
> clock dispose due 2026-07-08T18:00
> line opened
> line unclaimed
> tell lead county/county new yellow opened at 2026-06-10T12:04

# Verified false: the same rule and event stay silent for 60 days; a new event key speaks; a red floor always does.
at 2026-06-10T09:00 assessed 40 yellow 990102001201
hit job_zero_employment_household - absent - 2026-06-10 35 floor=yellow
> outcome opened
> alert new yellow score 40 owner village/worker
> clock sign due 2026-06-12T18:00
> clock visit due 2026-06-19T18:00
> clock verify due 2026-06-24T18:00
> clock dispose due 2026-07-08T18:00
> line opened
> line by_residence
> tell lead village/worker new yellow opened at 2026-06-10T09:00
at 2026-06-10T10:00 action sign village worker 13
> outcome signed
> alert signed yellow score 40 owner village/worker
> clock visit due 2026-06-19T18:00
> clock verify due 2026-06-24T18:00
> clock dispose due 2026-07-08T18:00
> line signed
at 2026-06-10T10:30 action verify_false village worker 13 text=有工作
> refused wrong_state
at 2026-06-10T11:00 action screen village worker 13
> outcome screened
> alert screening yellow score 40 owner village/worker
> clock visit due 2026-06-19T18:00
> clock verify due 2026-06-24T18:00
> clock dispose due 2026-07-08T18:00
> line screened
at 2026-06-10T11:30 action verify_false village worker 13
> refused needs_text
at 2026-06-10T11:31 action verify_false village worker 13 text=有工作
> outcome verified_false
> alert verified_false yellow score 40 owner village/worker
> clock dispose due 2026-07-08T18:00
> line verified_false
at 2026-06-10T12:00 action close village worker 13
> outcome closed
> alert closed yellow score 40 owner village/worker
> line closed
# The condition ends, and comes back: cooled down.
at 2026-06-20T00:05 assessed 0 none 990102001201 day
> outcome below_level
> line below_level
at 2026-06-30T00:05 assessed 40 yellow 990102001201 day
hit job_zero_employment_household - absent - 2026-06-30 35 floor=yellow
> outcome cooled_down
> line cooled_down
# A red floor ignores it.
at 2026-07-01T09:00 assessed 60 red 990102001201
hit dst_house_collapsed e1 event 365 2026-07-01 60 floor=red
> outcome opened
> alert new red score 60 owner town/town
> clock sign due 2026-07-01T11:00
> clock visit due 2026-07-02T09:00
> clock verify due 2026-07-06T18:00
> clock dispose due 2026-07-08T18:00
> line opened
> line by_residence
> tell lead town/town new red opened at 2026-07-01T09:00
> tell copy village/worker execute red executes at 2026-07-01T09:00
> tell copy county/county_duty copy red copy_county_duty at 2026-07-01T09:00

# States that began more than 30 days ago open nothing; one that rests on absence began when we first found it.
at 2026-06-10T09:00 assessed 40 yellow 990102001201
hit house_dangerous - state 2026-01-01 2026-01-01 40
> outcome long_standing
> line long_standing
at 2026-06-11T09:00 assessed 75 red 990102001201 day
hit house_dangerous - state 2026-01-01 2026-01-01 40
hit job_zero_employment_household - absent - 2026-06-11 35 floor=yellow
> outcome opened
> alert new red score 75 owner town/town
> clock sign due 2026-06-11T11:00
> clock visit due 2026-06-12T09:00
> clock verify due 2026-06-16T18:00
> clock dispose due 2026-06-18T18:00
> line opened
> line by_residence
> tell lead town/town new red opened at 2026-06-11T09:00
> tell copy village/worker execute red executes at 2026-06-11T09:00
> tell copy county/county_duty copy red copy_county_duty at 2026-06-11T09:00

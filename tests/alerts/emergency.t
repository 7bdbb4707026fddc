# The place of an emergency names those who visit and are copied as well as who leads: nobody knows yet where the head lives
# whom a first report names without a number.
at 2026-06-10T09:00 assessed 60 red - emergency=990102001202
hit dst_house_collapsed quake event 365 2026-06-10 60 floor=red
> outcome opened
> alert new red score 60 owner town/town
> clock sign due 2026-06-10T11:00
> clock visit due 2026-06-11T09:00
> clock verify due 2026-06-15T18:00
> clock dispose due 2026-06-17T18:00
> line opened
> line by_emergency
> tell lead town/town new red opened at 2026-06-10T09:00
> tell copy hill/worker execute red executes at 2026-06-10T09:00
> tell copy county/county_duty copy red copy_county_duty at 2026-06-10T09:00

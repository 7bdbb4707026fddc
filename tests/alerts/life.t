# A whole life: sign, visit, screen, verify, file, dispose, follow, evaluate, feed back, close; each refusal names its
# rule. Afterwards the same hits are no news, a higher level through a newer one is.
at 2026-06-10T09:00 assessed 60 orange 990102001201
hit med_oop_annual_high 2026 event 426 2026-06-09 40 floor=yellow
> outcome opened
> alert new orange score 60 owner town/town
> clock sign due 2026-06-11T18:00
> clock visit due 2026-06-15T18:00
> clock verify due 2026-06-17T18:00
> clock dispose due 2026-06-24T18:00
> line opened
> line by_residence
> tell lead town/town new orange opened at 2026-06-10T09:00
> tell copy village/worker execute orange executes at 2026-06-10T09:00
at 2026-06-10T10:00 action sign village worker 13
> refused lead_signs
at 2026-06-10T10:00 action sign town town 11
> outcome signed
> alert signed orange score 60 owner town/town
> clock visit due 2026-06-15T18:00
> clock verify due 2026-06-17T18:00
> clock dispose due 2026-06-24T18:00
> line signed
at 2026-06-10T10:30 action verify_true town town 11 cause=因病
> refused wrong_state
at 2026-06-10T11:00 action screen village worker 13
> outcome screened
> alert screening orange score 60 owner town/town
> clock visit due 2026-06-15T18:00
> clock verify due 2026-06-17T18:00
> clock dispose due 2026-06-24T18:00
> line screened
at 2026-06-10T11:30 action unreachable village worker 13
> refused needs_attempts
at 2026-06-11T09:00 action visit village worker 13
> outcome visited
> alert screening orange score 60 owner town/town
> clock verify due 2026-06-17T18:00
> clock dispose due 2026-06-24T18:00
> line visited
at 2026-06-11T10:00 action verify_true village worker 13
> refused needs_cause
at 2026-06-11T10:00 action verify_true village worker 13 cause=因病
> outcome verified_true
> alert verified_true orange score 60 owner town/town
> clock dispose due 2026-06-24T18:00
> line verified_true
at 2026-06-11T11:00 action file village worker 13
> outcome filed
> alert filed orange score 60 owner town/town
> clock dispose due 2026-06-24T18:00
> line filed
at 2026-06-12T10:00 action dispose village worker 13 disposition=in_policy
> refused wrong_role
at 2026-06-12T10:00 action dispose town town 11 disposition=in_policy
> outcome disposed
> alert disposed orange score 60 owner town/town
> clock follow_up due 2026-07-12T18:00
> line disposed
at 2026-07-10T10:00 action follow village worker 13
> outcome followed
> alert following orange score 60 owner town/town
> clock follow_up due 2026-08-09T18:00
> line followed
at 2026-07-10T11:00 action close town town 11
> refused needs_five_haves
at 2026-07-10T11:00 action evaluate town town 11
> refused needs_other_evaluator
at 2026-07-10T12:00 action evaluate county county 20
> outcome evaluated
> alert following orange score 60 owner town/town
> clock follow_up due 2026-08-09T18:00
> line evaluated
at 2026-07-10T12:10 action feed_back town town 11
> outcome fed_back
> alert following orange score 60 owner town/town
> clock follow_up due 2026-08-09T18:00
> line fed_back
at 2026-07-10T12:20 action close river worker 15
> refused wrong_office
at 2026-07-10T12:20 action close town town 11
> outcome closed
> alert closed orange score 60 owner town/town
> line closed
at 2026-07-11T09:00 assessed 60 orange 990102001201
hit med_oop_annual_high 2026 event 426 2026-07-11 40 floor=yellow
> outcome no_news
> line no_news
at 2026-07-12T09:00 assessed 80 red 990102001201
hit med_oop_annual_high 2026 event 426 2026-07-12 50 floor=yellow
> outcome opened
> alert new red score 80 owner town/town
> clock sign due 2026-07-12T11:00
> clock visit due 2026-07-13T09:00
> clock verify due 2026-07-15T18:00
> clock dispose due 2026-07-17T18:00
> line opened
> line by_residence
> tell lead town/town new red opened at 2026-07-12T09:00
> tell copy village/worker execute red executes at 2026-07-12T09:00
> tell copy county/county_duty copy red copy_county_duty at 2026-07-12T09:00

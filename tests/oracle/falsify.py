"""Shows that the auditor can fail: each thing that may be wrong with alerts and messages is done to the copy of the store, within a
transaction that is taken back, and must be named.
"""
import re

# A message of the opening that was sent, of an alert that is still open; the office that takes it in the wrong.
SENT = ("(select key from s.message join s.alert a on a.id = alert and a.closed is null"
        " where state = 'sent' and n = 1 and template = '%s' order by key limit 1)")
DUTY = SENT.replace("template", "role = 'county_duty' and template") % "copy"
CARRIED = SENT.replace("template", "channel = 'gateway' and template")
OTHER = ("(select f.id from s.office f where f.tier = (select tier from s.office where id = m.office) and f.id <> m.office"
         " order by f.id desc limit 1)")
OPEN = ("(select a.id from s.alert a join o.alert x on x.county = a.county and x.id = a.id"
        " where a.closed is null and a.lane = 0 and a.level = %d order by a.id limit 1)")

# What is done; the SQL; how it must be told.
ALTERATIONS = (
    ("a message goes to another office", "update s.message m set office = %s where key = %s" % (OTHER, SENT % "execute"),
     r"was told: execute of event 1, which nobody expects"),
    ("the office that visits is not told", "delete from s.message where key = %s" % (SENT % "execute"),
     r"\(worker\) was not told by \w+: execute of event 1, executes"),
    ("the county's duty is not told of red", "delete from s.message where key = %s" % (DUTY), r"\(county_duty\) was not told by \w+: copy"),
    ("the county's desk is told instead of its duty", "update s.message set role = 'county' where key = %s" % (DUTY),
     r"\(county_duty\) was not told by \w+: copy"),
    ("a message is sent twice", "insert into s.message select * from s.message where key = %s" % (SENT % "new"),
     r"was told 2 times of event 1"),
    ("a message says copy to whom leads", "update s.message set lead = false where key = %s" % (SENT % "new"), r"was not told by \w+: new of event 1, opened"),
    ("the gateway loses a message", "delete from s.gateway where key = %s" % (CARRIED % "new"),
     r"the gateway carried the new message of event 1 to .* 0 times"),
    ("the gateway carries a message twice", "insert into s.gateway select * from s.gateway where key = %s" % (CARRIED % "new"),
     r"the gateway carried .* 2 times"),
    ("the gateway carries a message to another office", "update s.gateway m set office = %s where key = %s" % (
        OTHER, CARRIED % "new"), r"which no message says"),
    ("the gateway carries what nobody wrote", "insert into s.gateway select true, 'x' || key, alert, office, role, code, reason, level, lead"
     " from s.gateway limit 1", r"which no message says"),
    ("the gateway gives another reason", "update s.gateway set reason = 'raised' where key = %s" % (CARRIED % "new"),
     r"for the reason raised, expected opened"),
    ("an alert is of another level", "update s.alert set level = 3 where id = %s" % (OPEN % 1), r"level orange, expected blue"),
    ("an alert was opened at another level", "update s.line set level = 3 where alert = %s" % (OPEN % 2), r"leads, expected"),
    ("another office leads", "update s.alert m set owner_office = (select id from s.office where tier = 4 limit 1) where id = %s" % (OPEN % 4),
     r"leads, expected"),
    ("an alert is missing", "delete from s.alert where id = %s" % (OPEN % 4), r"no alert, but red"),
    ("an alert rests on another rule", "update s.alert set rules = '{acc_fire}' where id = %s" % (OPEN % 4), r"found by \['acc_fire'\]"),
    ("an alert has another score", "update s.alert set score = score + 1 where id = %s" % (OPEN % 4), r"score \d+, expected"),
    ("somebody else stands among the told", "update s.told m set office = %s where alert = %s and role = 'worker'" % (OTHER, OPEN % 4),
     r"stands among the told, but no message went there"),
    ("a deadline is a day late", "update s.clock set due = due + interval '1 day' where alert = %s and stage = 'visit'" % (OPEN % 4),
     r"its visit is due at"),
    ("a deadline passes in silence", "update s.moment set now = now + interval '60 days'",
     r"the end of its sign came at .*, and nothing happened"),
    ("a message that may go stays", "update s.message set state = 'queued' where key = %s" % (SENT % "new"), r"may go since"),
    ("a message goes in the night", "update s.message set first_attempt = first_attempt + interval '3 hours', attempts = 0 where key = %s" % (
        SENT % "new"),
     r"goes at"),
    ("an office is missing in the tree", "update s.office set parent = null where id = (select min(id) from s.office where tier = 1)",
     r"area \d+ has 0 offices"),
    ("a post is vacant", "update s.post set state = 0 where (office, role) = (select office, role from s.post where role = 4 limit 1)",
     r"has 0 offices"),
    ("a policy gap is overlooked", "delete from s.hit where lane = 1 and rule = 'pol_medaid_missing'",
     r"policy_gap pol_medaid_missing of .* is not known"),
    ("an exit review is made up", "update s.hit set rule = 'exit_review_due' where rule = 'exit_death_unprocessed'", r"which nobody expects"),
    ("supervision is told of what is old", "insert into s.alert select county, -id, household, 3, 0, 0, owner_office, first_office, as_of,"
     " opened, null, history, rules from s.alert where id = %s" % (OPEN % 4), r"an alert of supervision, though nothing of it is new"),
)

# Where days run fast, alerts climb.
CLIMBED = "(select event from s.line where reason = 'climbed' order by event limit 1)"
OF_CLIMBS = (
    ("the tier above is not told", "delete from s.message where key = (select key from s.message where template = 'overdue'"
     " and role = 'county_duty' order by key limit 1)", r"\(county_duty\) was not told by \w+: overdue"),
    ("an alert climbs before its time", "update s.line set at = at - interval '100 minutes' where event = %s" % CLIMBED, r"before its time"),
    ("an alert climbs for no reason", "update s.line set reason = 'top_reached' where reason = 'climbed' and event = %s" % CLIMBED,
     r"is not what is to happen then"),
    ("who climbed is not known", "delete from s.line where event = %s" % CLIMBED, r"nobody expects"),
)


def unseen(auditor, all_faults):
    """Those that nobody names."""
    faults = []
    with auditor.cursor() as cursor:
        cursor.execute("select from s.line where reason = 'climbed' limit 1")
        alterations = ALTERATIONS + (OF_CLIMBS if cursor.rowcount else ())
    for what, sql, told in alterations:
        with auditor.cursor() as cursor:
            cursor.execute("begin")
            cursor.execute(sql)
            changed = cursor.rowcount
            named = [fault for fault in all_faults(auditor) if re.search(told, fault)]
            cursor.execute("rollback")
        if not changed or not named:
            faults.append(what)
            print("oracle: NOT SEEN: %s (%d rows changed)" % (what, changed))
    print("oracle: %d of %d alterations were named" % (len(alterations) - len(faults), len(alterations)))
    return faults

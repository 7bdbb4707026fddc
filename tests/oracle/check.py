#!/usr/bin/python3
"""Are the alerts of a running demonstration those that an auditor would expect, and were the right offices told of them, once, and no
others? `demo/run --once --check` calls it with the demonstration's folder: with `loaded` before life begins, and before all is stopped.

Reads the departments' databases as their readers, and the store; changes neither. GATEWAY names a file with what a gateway carried;
FALSIFY=1 has it show that each thing that may be wrong is seen.
"""
import collections
import os
import sys
import time

import psycopg2

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path[:0] = [HERE, os.path.join(HERE, "..", "..", "demo")]

import copy_store
import gather
from cluster import DEPARTMENTS, OWNER, role_of

LEVELS = copy_store.LEVELS
HYSTERESIS = 5  # points by which a score must be clear of the border before an open alert's level falls
BORDERS = {"blue": 20, "yellow": 35, "orange": 55, "red": 75}
# The rules whose households must all be found; each must befall somebody, or the city shows too little.
RULES = ("med_oop_annual_high", "med_oop_vs_income", "med_single_stay_high", "med_critical_illness", "dis_severe_new",
         "dis_grade_worse", "job_registered_unemployed", "job_contrib_gap", "inc_wage_drop", "dem_earner_death",
         "dem_child_unattended", "dst_house_collapsed", "dst_relocated", "mit_temp_aid_recent", "med_inpatient_open")
LANES = ("risk", "policy_gap", "exit_review", "supervision")
SHOWN = 10


def connect(socket, database, user):
    connection = psycopg2.connect(host=socket, dbname=database, user=user, options="-c timezone=Asia/Shanghai -c jit=off")
    connection.autocommit = True
    return connection


def ask(connection, sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values or None)
        return cursor.fetchall()


def run(connection, sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)


def gathered(folder):
    """A database beside the departments' own, with a copy of all their tables. What it held of an earlier moment goes."""
    socket = os.path.join(folder, "departments")
    owner = connect(socket, "postgres", OWNER)
    if not ask(owner, "select from pg_database where datname = 'auditor'"):
        run(owner, "create database auditor encoding 'UTF8' template template0")
    owner.close()
    auditor = connect(socket, "auditor", OWNER)
    run(auditor, "set client_min_messages = warning; drop schema if exists dept, o, s cascade; create schema dept")
    for name, _, charset in DEPARTMENTS:
        reader = connect(socket, name, role_of(name))
        gather.gather(reader, charset, auditor)
        reader.close()
    return auditor


def audit(folder, day):
    """What is expected of that day, in schema `o`."""
    auditor = gathered(folder)
    gather.judge(auditor, day, os.path.join(HERE, "..", "..", "demo", "data", "thresholds.csv"))
    return auditor


def in_the_day(store, moment):
    """The turn of the day has been made, and the next is not near: what is read next belongs to one day."""
    while True:
        now = moment.now()
        since = (now - now.replace(hour=0, minute=0, second=0, microsecond=0)) / moment.slack()
        length = 86400 / moment.slack().total_seconds()
        if not ask(store, "select 1 from needwatch.turn where not done") and 0.3 < since < length - 0.2:
            return
        time.sleep(0.1)


def compare(auditor):
    """What differs of the risk lane, one line each. A household is named by the register's number, which holds no citizen's."""
    faults = []
    homes = collections.defaultdict(set)
    for household, county, home in ask(auditor, "select household, county, home from s.who"):
        homes[household].add((county, home))
    alerts = {(row[0], row[1]): row[2:] for row in ask(auditor, """
        select a.county, a.household, a.level, a.score, f.code, a.as_of, a.rules
        from s.alert a join s.office f on f.id = a.owner_office where a.closed is null and a.lane = 0""")}
    expected = {row[0]: row[1:] for row in ask(auditor, "select household, score, level, rules, office, event from o.expected")}
    of_register = {}
    for household, found in homes.items():
        if len(found) != 1 or (None, None) in found:
            faults.append("household %s is %d households in the store" % (household, len(found)))
        else:
            of_register[found.pop()] = household
    for place, household in of_register.items():
        faults += compare_one(household, expected.get(household), alerts.get(place))
    strangers = {place: alert for place, alert in alerts.items() if place not in of_register}
    # People whom no number tells of: a collapsed house with a head's name alone is a lead of its own.
    faults += ["an alert by %s belongs to no household of the register" % alert[4] for alert in strangers.values()
               if not set(alert[4]) <= {"dst_house_collapsed", "dst_relocated"}]
    leads = ask(auditor, "select count(*) from o.lead where not named")[0][0]
    if leads != len(strangers):
        faults.append("%d leads are open, %d were reported and are not named yet" % (len(strangers), leads))
    return faults, expected, alerts


def held(level, expected, score):
    """An open alert keeps its level while the score is near the border."""
    return LEVELS.index(level) > LEVELS.index(expected) and score + HYSTERESIS >= BORDERS[level]


def compare_one(household, wanted, alert):
    if alert is None:
        if wanted and wanted[4]:
            return ["%s: no alert, but %s by %s is expected at %s" % (household, wanted[1], wanted[2], wanted[3])]
        return []
    level, score, rules = LEVELS[alert[0]], alert[1], alert[4]
    if not wanted:
        return ["%s: an alert (%s, %s at %s) nobody expected" % (household, level, rules, alert[2])]
    faults = []
    if sorted(rules) != sorted(wanted[2]):
        faults.append("%s: found by %s, expected by %s" % (household, rules, wanted[2]))
    if score != wanted[0]:
        faults.append("%s: score %d, expected %d" % (household, score, wanted[0]))
    if level != wanted[1] and not held(level, wanted[1], wanted[0]):
        faults.append("%s: level %s, expected %s" % (household, level, wanted[1]))
    return faults


# What the store remembers of the other lanes, in the auditor's words: persons by the register's number.
REMEMBERED = """
    select w.household, h.lane, h.rule, case
        when h.about ~ '^[0-9]{19}$' then (select p.person from s.who p where p.id = h.about::bigint and p.household = w.household)
        when h.about ~ '/' then rpad(split_part(h.about, '/', 1), 12, '0') || ',' || to_char(
            make_date(split_part(h.about, '/', 2)::int / 12, split_part(h.about, '/', 2)::int %% 12 + 1, 1), 'YYYY-MM')
        else h.about end
    from s.hit h join (select distinct household, county, home from s.who) w on w.county = h.county and w.home = h.household"""


def compare_lanes(auditor):
    """Policy gaps, exit reviews, supervision: every finding is known of, and has an alert if it came after the first load."""
    faults = []
    lane = {word: number for number, word in enumerate(LANES)}
    wanted = {(row[0], lane[row[1]], row[2], row[3]) for row in ask(auditor, "select household, lane, rule, about from o.lane_finding")}
    found = {tuple(row) for row in ask(auditor, REMEMBERED.replace("%%", "%"))}
    faults += ["%s: %s %s of %s is not known" % (h, LANES[l], rule, about) for h, l, rule, about in sorted(wanted - found)]
    faults += ["%s: %s %s of %s, which nobody expects" % (h, LANES[l], rule, about) for h, l, rule, about in sorted(
        found - wanted, key=str)]
    loaded = ask(auditor, "select to_regclass('loaded.lane_finding')")[0][0]
    before = {(row[0], lane[row[1]], row[2], row[3]) for row in ask(
        auditor, "select household, lane, rule, about from " + ("loaded.lane_finding" if loaded else "o.lane_finding"))}
    news = {key[:2] for key in wanted - before}
    open_now = {tuple(row) for row in ask(auditor, """
        select w.household, a.lane from s.alert a join (select distinct household, county, home from s.who) w
            on w.county = a.county and w.home = a.household where a.lane > 0 and a.closed is null""")}
    faults += ["%s: no alert for a new finding of %s" % (h, LANES[l]) for h, l in sorted(news - open_now)]
    faults += ["%s: an alert of %s, though nothing of it is new" % (h, LANES[l]) for h, l in sorted(open_now - news)]
    return faults, wanted, open_now


def compare_offices(auditor):
    run(auditor, "call o.judge_offices()")
    return ["alert %s: %s" % row for row in ask(auditor, "select alert, what from o.fault order by alert, what")]


def all_faults(auditor):
    return compare(auditor)[0] + compare_lanes(auditor)[0] + compare_offices(auditor)


def prepared(folder):
    """The auditor with everything: facts and expectations in `o`, the copy of the store in `s`."""
    store = connect(os.path.join(folder, "state", "socket"), "needwatch", "needwatch_admin")
    auditor = gathered(folder)
    moment = copy_store.Moment(folder)
    in_the_day(store, moment)
    calls = len(copy_store.calls_of(os.environ.get("GATEWAY")))
    real = copy_store.copy_tables(store, auditor)
    gather.judge(auditor, moment.at(real).date(), os.path.join(HERE, "..", "..", "demo", "data", "thresholds.csv"))
    copy_store.copy_rest(store, auditor, folder, moment, real, calls)
    store.close()
    with open(os.path.join(HERE, "offices.sql"), encoding="utf-8") as file:
        run(auditor, file.read())
    return auditor


def report(auditor, when):
    faults, expected, alerts = compare(auditor)
    lane_faults, findings, lane_alerts = compare_lanes(auditor)
    counts = collections.Counter(rule for row in expected.values() for rule in row[2])
    counts.update(rule for _, _, rule, _ in findings)
    # What life has brought is there at the end alone.
    faults += ["rule %s befalls nobody in this city" % rule for rule in RULES if not counts[rule] and when != "loaded"]
    faults += lane_faults + compare_offices(auditor)
    print("oracle: %d households expected with a finding, %d with an alert; %d open risk alerts; %d findings and %d alerts of other lanes" % (
        len(expected), sum(1 for row in expected.values() if row[4]), len(alerts), len(findings), len(lane_alerts)))
    messages, offices, carried, events = ask(auditor, """
        select count(*), count(distinct office), (select count(*) from s.gateway), (select count(*) from o.step) from o.message""")[0]
    print("oracle: %d events, %d messages expected at %d offices, %d carried by the gateway; %d differ" % (
        events, messages, offices, carried, len(faults)))
    print("oracle: " + ", ".join("%s %d" % item for item in sorted(counts.items())))
    for fault in faults[:SHOWN]:
        print("oracle: " + fault)
    return faults


def main(folder, when="played"):
    auditor = prepared(folder)
    faults = report(auditor, when)
    if when == "loaded":
        run(auditor, "create schema loaded; create table loaded.lane_finding as select * from o.lane_finding")
    elif os.environ.get("FALSIFY") and not faults:
        import falsify
        faults = falsify.unseen(auditor, all_faults)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

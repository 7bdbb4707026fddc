#!/usr/bin/python3
"""Are the alerts of a running demonstration those that an auditor would expect? `demo/run --once --check` calls it with the
demonstration's folder before anything is stopped.

Reads the departments' databases as their readers and the store; changes neither.
"""
import collections
import datetime
import hashlib
import os
import sys

import psycopg2

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path[:0] = [HERE, os.path.join(HERE, "..", "..", "demo")]

import gather
from cluster import DEPARTMENTS, OWNER, role_of

CHINA = datetime.timezone(datetime.timedelta(hours=8))
LEVELS = ("none", "blue", "yellow", "orange", "red")
HYSTERESIS = 5  # points by which a score must be clear of the border before an open alert's level falls
BORDERS = {"blue": 20, "yellow": 35, "orange": 55, "red": 75}
# The rules whose households must all be found; each must befall somebody, or the city shows too little.
RULES = ("med_oop_annual_high", "med_oop_vs_income", "med_single_stay_high", "med_critical_illness", "dis_severe_new",
         "dis_grade_worse", "job_registered_unemployed", "job_contrib_gap", "inc_wage_drop", "dem_earner_death",
         "dem_child_unattended", "dst_house_collapsed", "dst_relocated", "mit_temp_aid_recent", "med_inpatient_open")
SHOWN = 10


def connect(socket, database, user):
    connection = psycopg2.connect(host=socket, dbname=database, user=user)
    connection.autocommit = True
    return connection


def ask(connection, sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values or None)
        return cursor.fetchall()


def audit(folder, day):
    """A database beside the departments' own, with what is expected in schema `o`."""
    socket = os.path.join(folder, "departments")
    owner = connect(socket, "postgres", OWNER)
    with owner.cursor() as cursor:
        cursor.execute("create database auditor encoding 'UTF8' template template0")
    owner.close()
    auditor = connect(socket, "auditor", OWNER)
    with auditor.cursor() as cursor:
        cursor.execute("create schema dept")
    for name, _, charset in DEPARTMENTS:
        reader = connect(socket, name, role_of(name))
        gather.gather(reader, charset, auditor)
        reader.close()
    gather.judge(auditor, day, os.path.join(HERE, "..", "..", "demo", "data", "thresholds.csv"))
    return auditor


def number_hash(key, number):
    """As the store keeps a citizen number: BLAKE2b-128 under the pseudonym key, the length in front."""
    given = number.encode()
    return hashlib.blake2b(len(given).to_bytes(8, "big") + given, digest_size=16, key=key, person=b"needwatch number").digest()


class Store:
    def __init__(self, folder):
        self.connection = connect(os.path.join(folder, "state", "socket"), "needwatch", "needwatch_admin")
        with open(os.path.join(folder, "credentials", "pseudonym.key")) as file:
            self.key = bytes.fromhex(file.read().strip())
        self.people = {bytes(row[0]): row[1:] for row in ask(self.connection, """
            select d.number_hash, m.household_county, m.household
            from needwatch.directory_number d join (
                select distinct on (county, person) * from needwatch.membership order by county, person, position desc) m
                on m.county = d.county and m.person = d.person""")}
        self.alerts = {(row[0], row[1]): row[2:] for row in ask(self.connection, """
            select a.county, a.household, a.level, a.score, lpad(o.area::text, 12, '0'), a.as_of,
                array(select f->>'rule' from jsonb_array_elements(a.findings_detail) f order by f->>'rule' collate "C")
            from needwatch.alert a join needwatch.office o on o.id = a.owner_office
            where a.closed is null and a.lane = 0""")}

    def household(self, number):
        return self.people.get(number_hash(self.key, number))


def held(level, expected, score):
    """An open alert keeps its level while the score is near the border."""
    return LEVELS.index(level) > LEVELS.index(expected) and score + HYSTERESIS >= BORDERS[level]


def compare(auditor, store):
    """What differs, one line each. A household is named by the register's number, which holds no citizen's."""
    faults = []
    homes = collections.defaultdict(set)
    for household, number in ask(auditor, "select household, person from o.person"):
        homes[household].add(store.household(number))
    expected = {row[0]: row[1:] for row in ask(auditor, "select household, score, level, rules, office, event from o.expected")}
    of_register = {}
    for household, found in homes.items():
        if len(found) != 1 or None in found:
            faults.append("household %s is %d households in the store" % (household, len(found)))
        else:
            of_register[found.pop()] = household
    for place, household in of_register.items():
        faults += compare_one(household, expected.get(household), store.alerts.get(place))
    strangers = [alert for place, alert in store.alerts.items() if place not in of_register]
    return faults, expected, strangers


def compare_one(household, wanted, alert):
    if alert is None:
        if wanted and wanted[4]:
            return ["%s: no alert, but %s by %s is expected at %s" % (household, wanted[1], wanted[2], wanted[3])]
        return []
    level, score, office, _, rules = LEVELS[alert[0]], alert[1], alert[2], alert[3], alert[4]
    if not wanted:
        return ["%s: an alert (%s, %s at %s) nobody expected" % (household, level, rules, office)]
    faults = []
    if sorted(rules) != sorted(wanted[2]):
        faults.append("%s: found by %s, expected by %s" % (household, rules, wanted[2]))
    if score != wanted[0]:
        faults.append("%s: score %d, expected %d" % (household, score, wanted[0]))
    if level != wanted[1] and not held(level, wanted[1], wanted[0]):
        faults.append("%s: level %s, expected %s" % (household, level, wanted[1]))
    if office != wanted[3] and level == wanted[1]:
        faults.append("%s: %s went to office %s, expected at %s" % (household, level, office, wanted[3]))
    return faults


def main(folder):
    day = datetime.datetime.now(CHINA).date()
    auditor = audit(folder, day)
    store = Store(folder)
    faults, expected, strangers = compare(auditor, store)
    counts = collections.Counter(rule for row in expected.values() for rule in row[2])
    faults += ["rule %s befalls nobody in this city" % rule for rule in RULES if not counts[rule]]
    # People whom no number tells of: a collapsed house with a head's name alone is a lead of its own.
    faults += ["an alert by %s belongs to no household of the register" % alert[4] for alert in strangers
               if not set(alert[4]) <= {"dst_house_collapsed", "dst_relocated"}]
    opened = sum(1 for row in expected.values() if row[4])
    print("oracle: %d households expected with a finding, %d with an alert; %d open risk alerts, %d of them leads; %d differ" % (
        len(expected), opened, len(store.alerts), len(strangers), len(faults)))
    print("oracle: " + ", ".join("%s %d" % (rule, counts[rule]) for rule in RULES))
    for fault in faults[:SHOWN]:
        print("oracle: " + fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

"""Copies what the store and the gateway hold of alerts into the auditor's schema `s`, as it was at one moment, with the area tree and the
calendar of the demonstration. Reads only; judges nothing.
"""
import csv
import datetime
import glob
import hashlib
import io
import json
import os
import re
import time

CHINA = datetime.timezone(datetime.timedelta(hours=8))
SLACK = 20  # real seconds within which what was due may still be under way

# The numbers that the store keeps, in the words of docs/man/needwatch.conf.5 and the gateways.
ROLES = {0: "worker", 1: "grid_worker", 4: "town", 5: "county", 6: "county_duty", 7: "city"}
TEMPLATES = ("new", "execute", "copy", "remind", "overdue", "changed", "withdrawn")
STATES = ("queued", "leased", "sent", "dead")
LEVELS = ("none", "blue", "yellow", "orange", "red")

# Table, its columns, and the query of the store that fills it. What needwatchd tells itself, in the county where nobody lives, is no message.
TABLES = (
    ("office", "id int, tier int, code text, parent int, name text",
     "select id, tier, lpad(area::text, 12, '0'), parent, name from needwatch.office where closed is null and kind = 0"),
    ("post", "office int, role int, state int", "select office, role, state from needwatch.post"),
    ("alert", "county int, id bigint, household bigint, lane int, level int, score int, owner_office int, first_office int,"
     " as_of date, opened timestamptz, closed timestamptz, history boolean, rules text[]",
     "select county, id, household, lane, level, score, owner_office, first_office, as_of, opened, closed, history,"
     " array(select f->>'rule' from jsonb_array_elements(findings_detail) f order by f->>'rule' collate \"C\") from needwatch.alert"),
    ("clock", "county int, alert bigint, stage text, running boolean, started timestamptz, due timestamptz, misses int",
     "select county, alert, (array['sign', 'visit', 'verify', 'dispose', 'follow_up'])[stage + 1], running, started, due, misses"
     " from needwatch.alert_clock"),
    ("told", "county int, alert bigint, office int, role text", "select county, alert, office, %(role)s from needwatch.alert_told"),
    ("message", "county int, alert bigint, n int, office int, role text, template text, lead boolean, level int, channel text,"
     " state text, attempts int, key text, created timestamptz, first_attempt timestamptz",
     "select county, alert, split_part(key, ':', 2)::int, office, %(role)s, (%(templates)s)[template + 1], lead, level, channel,"
     " (%(states)s)[state + 1], attempts, key, created, next_attempt from needwatch.outbox where county <> 990099"),
    ("line", "county int, sequence bigint, alert bigint, event text, at timestamptz, reason text, level int, stage text",
     "select l.county, l.sequence, l.alert, p.payload::json->>'event', l.at, p.payload::json->>'reason',"
     " array_position(%(levels)s, p.payload::json->>'level') - 1, p.payload::json->>'stage'"
     " from needwatch.ledger l join needwatch.ledger_payload p on p.county = l.county and p.sequence = l.sequence"),
    ("hit", "county int, household bigint, lane int, rule text, about text",
     "select county, household, lane, rule, event_key from needwatch.alert_hit where live and lane > 0"),
)


INDEXES = """
    create index on s.line (county, alert); create index on s.message (county, alert, n); create unique index on s.office (id);
    create index on s.office (code, tier); create index on s.told (county, alert); create index on s.clock (county, alert);
    create unique index on s.alert (county, id); analyze"""


def array(words):
    return "array[%s]" % ", ".join("'%s'" % word for word in words)


def words():
    role = "case role %s end" % " ".join("when %d then '%s'" % item for item in ROLES.items())
    return {"role": role, "templates": array(TEMPLATES), "states": array(STATES), "levels": array(LEVELS)}


def number_hash(key, number):
    """As the store keeps a citizen number: BLAKE2b-128 under the pseudonym key, the length in front."""
    given = number.encode()
    return hashlib.blake2b(len(given).to_bytes(8, "big") + given, digest_size=16, key=key, person=b"needwatch number").digest()


class Moment:
    """The service's clock: real, or fast since the moment that its state folder tells."""

    def __init__(self, folder):
        with open(os.path.join(folder, "conf", "demo.conf"), encoding="utf-8") as file:
            length, unit = re.search(r"^\s*day\s+(\d+)(d|h|min|s);", file.read(), re.MULTILINE).groups()
        self.rate = 86400 / (int(length) * {"d": 86400, "h": 3600, "min": 60, "s": 1}[unit])
        self.start = 0.0
        if self.rate > 1:
            with open(os.path.join(folder, "state", "clock")) as file:
                self.start = int(file.read()) / 1e6

    def at(self, real):
        return datetime.datetime.fromtimestamp(self.start + (real - self.start) * self.rate if self.rate > 1 else real, CHINA)

    def now(self):
        return self.at(time.time())

    def slack(self):
        return datetime.timedelta(seconds=SLACK * self.rate)


def fill(auditor, table, columns, rows):
    """`rows`: bytes of COPY."""
    with auditor.cursor() as cursor:
        cursor.execute("create table s.%s (%s)" % (table, columns))
        cursor.copy_expert("copy s.%s from stdin" % table, io.BytesIO(rows))


def fill_rows(auditor, table, columns, rows):
    with auditor.cursor() as cursor:
        cursor.execute("create table s.%s (%s)" % (table, columns))
        for row in rows:
            cursor.execute("insert into s.%s values (%s)" % (table, ", ".join(["%s"] * len(row))), row)


def copy_tables(store, auditor):
    """All as of one moment of the store. Returns the real time of it."""
    with auditor.cursor() as cursor:
        cursor.execute("create schema s")
    with store.cursor() as cursor:
        cursor.execute("begin isolation level repeatable read read only; select 1 from needwatch.alert limit 1")
        real = time.time()
        for table, columns, query in TABLES:
            out = io.BytesIO()
            cursor.copy_expert("copy (%s) to stdout" % (query % words()), out)
            fill(auditor, table, columns, out.getvalue())
        cursor.execute("commit")
    return real


def copy_people(store, auditor, folder):
    """Who of the register is which person of which household: the auditor holds the pseudonym key."""
    with open(os.path.join(folder, "credentials", "pseudonym.key")) as file:
        key = bytes.fromhex(file.read().strip())
    with store.cursor() as cursor:
        cursor.execute("""
            select d.number_hash, d.person, m.household_county, m.household
            from needwatch.directory_number d join (
                select distinct on (county, person) * from needwatch.membership order by county, person, position desc) m
                on m.county = d.county and m.person = d.person""")
        known = {bytes(row[0]): row[1:] for row in cursor.fetchall()}
    lines = []
    with auditor.cursor() as cursor:
        cursor.execute("select person, household from o.person")
        for person, household in cursor.fetchall():
            found = known.get(number_hash(key, person))
            lines.append("\t".join([person, household] + ["\\N" if found is None else str(part) for part in found or (None,) * 3]))
    fill(auditor, "who", "person text, household text, id bigint, county int, home bigint",
         "".join(line + "\n" for line in lines).encode())
    with auditor.cursor() as cursor:
        cursor.execute("create index on s.who (county, home); create index on s.who (household)")


def copy_tree(auditor, folder):
    with open(os.path.join(folder, "conf", "areas.csv"), encoding="utf-8", newline="") as file:
        fill_rows(auditor, "area", "code text, tier int",
                  [(row["code"].ljust(12, "0"), {4: 4, 6: 3, 9: 2, 12: 1}[len(row["code"])])
                   for row in csv.DictReader(file) if len(row["code"]) > 2])
    days = []
    for path in glob.glob(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../rules/standard/calendar/*.csv")):
        with open(path, encoding="utf-8", newline="") as file:
            days += [(row["day"], row["work"] == "yes") for row in csv.DictReader(file)]
    fill_rows(auditor, "workday", "day date primary key, work boolean", days)


def copy_channels(auditor, folder):
    with open(os.path.join(folder, "conf", "demo.conf"), encoding="utf-8") as file:
        fill_rows(auditor, "channel", "name text", [(name,) for name in re.findall(r"^channel (\w+)", file.read(), re.MULTILINE)])


def calls_of(path):
    """One line of JSON for each call that the gateway took so far; without a gateway none."""
    if not path:
        return []
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.endswith("\n")]


def copy_gateway(auditor, before):
    """`before`: how many calls there were when the store was copied; what came after may belong to events after it."""
    fill_rows(auditor, "gateway", "before boolean, key text, alert bigint, office int, role text, code text, reason text, level int,"
              " lead boolean", [(number < before, call["key"], call["alert"], call["office"], call["role"], call["code"],
                                 call["reason"], LEVELS.index(call["level"]), call["lead"])
                                for number, call in enumerate(calls_of(os.environ.get("GATEWAY")))])


def copy_rest(store, auditor, folder, moment, real, calls):
    """Who is who, the tree, the calendar, the gateway's calls. `real`, `calls`: when the tables were copied, and after how many."""
    copy_people(store, auditor, folder)
    copy_tree(auditor, folder)
    copy_channels(auditor, folder)
    copy_gateway(auditor, calls)
    fill_rows(auditor, "moment", "now timestamptz, started timestamptz, rate numeric, slack interval",
              [(moment.at(real), moment.at(moment.start or real), moment.rate, moment.slack())])
    with auditor.cursor() as cursor:
        cursor.execute(INDEXES)

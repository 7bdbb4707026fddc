"""A store of a test's own, filled by hand: persons, households and facts with their versions and positions, as the journal
leaves them. And the driver that judges them."""
import datetime
import hashlib
import json
import os
import pathlib
import signal
import subprocess
import sys
import time

from psycopg2.extras import execute_values

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path += [str(ROOT / "tests/faults"), str(ROOT / "tests/reference")]

from server import Server  # noqa: E402

DRIVER = os.environ["JUDGE_DRIVER"]
RULES = str(ROOT / "rules/standard")
COUNTY = 990102
VILLAGE = 990102001201
SHANGHAI = datetime.timezone(datetime.timedelta(hours=8))
HALF_DAY_US = 43_200_000_000
OFFICES = [{"code": 990100000000, "name": "市", "tier": 2}, {"code": 990102000000, "name": "甲县", "tier": 3},
           {"code": 990103000000, "name": "乙县", "tier": 3}, {"code": 990102001000, "name": "镇", "tier": 4},
           {"code": 990102002000, "name": "乡", "tier": 4}, {"code": 990103001000, "name": "丙镇", "tier": 4}] + [
               {"code": code, "name": f"村{code}", "tier": 5}
               for code in (VILLAGE, 990102001202, 990102002201, 990103001001)]


def hashed(*words):
    return hashlib.blake2b("/".join(map(str, words)).encode(), digest_size=16).digest()


class Bench:
    """The server, and databases in it that are copies of an empty store."""

    def __init__(self, rules=RULES):
        self.server = Server(settings=("wal_level=minimal", "max_wal_senders=0"))
        self.rules = rules
        self.count = 0
        try:
            self.fill()
        except BaseException:
            self.remove()
            raise

    def fill(self):
        connection = self.server.connect()
        with connection.cursor() as cursor:
            cursor.execute("create database empty")
        connection.close()
        self.drive("empty", "init")
        connection = self.server.connect("empty")
        with connection.cursor() as cursor:
            cursor.execute("select needwatch.office_seed(%s)", [json.dumps(OFFICES)])
            # The worlds write their facts by themselves: as those who tell them note it, any kind may be told.
            cursor.execute("insert into needwatch.source (id, name, kinds) overriding system value select id, name,"
                           " (select array_agg(substr(relname, 6)) from pg_class where relkind = 'r' and relname like"
                           " 'fact\\_%') from (values (1, 'first'), (2, 'second')) as s(id, name)")
        connection.close()

    def environment(self, database, **more):
        return os.environ | {"NEEDWATCH_TEST_STORE": f"host={self.server.folder} user=postgres dbname={database}",
                             "RULES": self.rules} | more

    def drive(self, database, *arguments, check=True, **more):
        done = subprocess.run([DRIVER, *map(str, arguments)], env=self.environment(database, **more), text=True,
                              capture_output=True, timeout=300)
        assert not check or done.returncode == 0, f"{done.returncode}\n{done.stderr[-4000:]}"
        return done

    def world(self, folder):
        self.count += 1
        name = f"world{self.count}"
        connection = self.server.connect()
        with connection.cursor() as cursor:
            cursor.execute(f"create database {name} template empty")
        connection.close()
        return World(self, name, folder)

    def remove(self):
        self.server.stop(signal.SIGQUIT) # nothing of it is kept
        self.server.remove()


class World:
    def __init__(self, bench, name, folder):
        self.bench, self.name, self.folder = bench, name, folder
        self.connection = bench.server.connect(name)
        self.connection.autocommit = False
        self.fields = {}
        for kind, field, kind_of in self.rows("select kind, name, type from needwatch.kind_field order by kind, ordinal"):
            self.fields.setdefault(kind, {})[field] = kind_of
        self.subjects = dict(self.rows("select kind, subject from needwatch.kind_table"))
        self.people, self.houses = {}, {}
        self.pending, self.marks = [], {}
        self.records = 0
        self.connection.commit()

    def rows(self, sql, *values):
        with self.connection.cursor() as cursor:
            cursor.execute(sql, values or None)
            return cursor.fetchall() if cursor.description else []

    def ask(self, sql, *values):
        """What others have committed."""
        self.connection.rollback()
        answer = self.rows(sql, *values)
        self.connection.commit()
        return answer

    # ---- a transaction of facts: everything until commit() ----

    def household(self, key, county=COUNTY):
        """With the source's key of the same name."""
        if key not in self.houses:
            number = self.rows("select nextval('needwatch.household_id')")[0][0]
            self.houses[key] = (county, number)
            self.rows("insert into needwatch.household values (%s, %s, %s)", county, number, NOW)
            self.rows("insert into needwatch.household_link values (%s, %s, %s)", hashed("household", key), county,
                      number)
        return self.houses[key]

    def person(self, key, county=COUNTY):
        if key not in self.people:
            number = self.rows("select nextval('needwatch.person_id')")[0][0]
            self.people[key] = (county, number)
            self.rows("insert into needwatch.person (county, id, unidentified, number_mask, key_id, first_seen)"
                      " values (%s, %s, false, %s, 1, %s)", county, number, key, NOW)
        return self.people[key]

    def belongs(self, person, household):
        self.pending.append(("membership", person, household))
        self.touch(household)

    def touch(self, household, history=False):
        self.marks[household] = self.marks.get(household, True) and history

    def fact(self, kind, subject, on, until=None, record=None, version=1, gone=False, area=0, by_key=False,
             origin=1, **fields):
        """`subject`: a person, a household (by_key) or an area. The same record again with another version replaces."""
        self.records += 1
        record = record or f"record {self.records}"
        self.pending.append(("fact", kind, subject, on, until, record, version, gone, area, by_key, origin, fields))
        return record

    def resident(self, person, birth=None, sex=None, area=VILLAGE, register_area=None, residence="rural", **how):
        return self.fact("resident", person, how.pop("on", None), area=area, birth=birth, sex=sex,
                         register_area=area if register_area is None else register_area, residence=residence, **how)

    def commit(self, history=False, since=None):
        """Stamps everything with the next position of its county, marks, and commits."""
        counties = {self.houses[household][0] for household in self.marks}
        for entry in self.pending:
            if entry[0] == "membership" or not (entry[1] in self.subjects and self.subjects[entry[1]] == 2):
                who = entry[1] if entry[0] == "membership" else entry[2]
                counties.add((self.people.get(who) or self.houses.get(who))[0])
            else:
                counties.add(int(str(entry[2]).ljust(12, "0")[:6]))
        positions = {}
        for county in sorted(counties):
            positions[county] = self.rows(
                "insert into needwatch.journal_head as h values (%s, 1) on conflict (county)"
                " do update set position = h.position + 1 returning position", county)[0][0]
        tables = {}
        for entry in self.pending:
            if entry[0] == "membership":
                self.write_membership(positions, *entry[1:])
            else:
                columns, row = self.fact_row(positions, *entry[1:])
                tables.setdefault((entry[1], tuple(columns)), []).append(row)
        with self.connection.cursor() as cursor:
            for (kind, columns), rows in tables.items():
                names = ", ".join(f'"{name}"' for name in columns)
                execute_values(cursor, f'insert into needwatch."fact_{kind}" ({names}) values %s', rows)
        for household, only_history in self.marks.items():
            county, number = self.houses[household]
            self.rows("insert into needwatch.touched as t values (%s, %s, %s, %s, %s) on conflict (county, household)"
                      " do update set position = excluded.position, history = t.history and excluded.history",
                      county, number, positions[county], history or only_history, since or now())
        self.connection.commit()
        self.pending, self.marks = [], {}
        return positions

    def write_membership(self, positions, person, household):
        county, number = self.people[person]
        self.rows("insert into needwatch.membership values (%s, %s, %s, %s, %s, true, 0, %s)"
                  " on conflict (county, person, position) do update set household_county = excluded.household_county,"
                  " household = excluded.household", county, number, positions[county], *self.houses[household], NOW)

    def fact_row(self, positions, kind, subject, on, until, record, version, gone, area, by_key, origin, fields):
        county, person, person_county, household = COUNTY, None, None, None
        if kind in self.subjects and self.subjects[kind] == 2:
            area = int(str(subject).ljust(12, "0"))
            county = area // 1000000
        elif by_key:
            county, household = self.houses[subject][0], hashed("household", subject)
        else:
            person_county, person = self.people[subject]
            county = person_county
        row = {"county": county, "source": origin, "key_hash": hashed("record", record), "ordinal": 0,
               "version": version, "gone": gone, "position": positions[county], "area": 0}
        if not gone:
            row |= {"person_county": person_county, "person": person, "household": household, "on_day": on,
                    "until_day": until, "area": area}
            row |= self.resident_fields(fields) if kind == "resident" else self.cells(kind, fields)
        return list(row), list(row.values())

    def resident_fields(self, fields):
        fields = dict(fields)
        return {"rank": fields.get("rank", 1), "birth": fields["birth"], "sex": fields["sex"],
                "register_area": fields["register_area"],
                "residence": {"urban": 1, "rural": 2}.get(fields["residence"], 0)}

    def cells(self, kind, fields):
        row = {}
        for name, kind_of in self.fields[kind].items():
            value = fields.pop(name, None)
            value = None if value == "" else value
            if kind_of == "person" and value is not None:
                row["c_" + name], row["f_" + name] = self.person(value)
            elif kind_of == "money" and value is not None:
                row["f_" + name] = round(float(value) * 100)
            elif kind_of == "flag" and value is not None:
                row["f_" + name] = bool(int(value))
            elif kind_of == "text":
                row["f_" + name] = value
            else:
                row["f_" + name] = value
        assert not fields, f"{kind} has no {list(fields)}"
        return row

    # ---- judging ----

    def clock(self, at):
        """The state folder of a clock that shows `at` now and runs at double speed."""
        at_us = round(datetime.datetime.fromisoformat(at).replace(tzinfo=SHANGHAI).timestamp() * 1e6)
        (self.folder / "clock").write_text(f"{2 * round(time.time() * 1e6) - at_us}\n")

    def judge(self, at, *arguments, check=True, **more):
        """Until nothing is left; the status."""
        self.clock(at)
        done = self.bench.drive(self.name, "run", self.folder, HALF_DAY_US, *arguments, check=check, **more)
        self.said = done.stderr
        return json.loads(done.stdout.splitlines()[-1]) if done.returncode == 0 else done

    def assess(self, batch, day, *bound):
        done = self.bench.drive(self.name, "assess", batch, day, *bound)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def alerts(self, household=None):
        """(household, lane, level, state, score) of all, or of one household."""
        names = {number: key for key, (_, number) in self.houses.items()}
        return [(names[row[0]], *row[1:]) for row in self.ask(
            "select household, lane, level, state, score from needwatch.alert order by household, lane, id")
            if household in (None, names[row[0]])]

    def close(self):
        self.connection.close()


def now():
    return datetime.datetime.now(datetime.timezone.utc)


NOW = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)

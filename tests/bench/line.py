"""The whole line: a department's commit until the alert stands in the inbox, and what a hundred changed rows cost when ten
times as many people are known. Real needwatchd, real servers; instants are those of the commits themselves."""
import contextlib
import io
import os
import subprocess
import sys
import time

from measure import at_most, cpu, median, percentile, shown

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "faults"))
import city  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
EVERY_MS = 10
EVENTS_PER_SECOND, EVENTS = 100, 1000
CHANGED, ROUNDS = 100, 15
DEADLINE = 300

CONFIGURATION = """
store {{
	connect       host = "{host}" dbname = {name}_store user = needwatch_monitor;
	owner_connect host = "{host}" dbname = {name}_store user = needwatch_owner;
	web_connect   host = "{host}" dbname = {name}_store user = needwatch_web;
}}
service {{
	state "{folder}";  rules "{root}/rules/standard";  areas "{folder}/areas.csv";  credentials "{folder}/keys";
	canary 0s;  snapshot 0s;
}}
channel nowhere {{ kind null; }}
"""
UNDONE = """select (select count(*) from needwatch.touched) + (select count(*) from needwatch.turn where not done)
    + (select count(*) from needwatch.outbox where state < 2 and next_attempt <= clock_timestamp()),
    (select coalesce(sum(version), 0) from needwatch.directory_key)"""


def rows_of(persons):
    """As many residents, two to a household, as lines of CSV; and their numbers."""
    out, numbers = io.StringIO(), []
    for index in range(persons):
        birth = "%d-%02d-%02d" % (1945 + index // 450 % 60, 1 + index // 27000 % 12, 1 + index // 324000 % 28)
        number = city.number("990102", birth, 2 * (index % 450) + 1 + (index & 1))
        numbers.append(number)
        out.write("R%d,H%d,%s,张某,%s,%s,%s,%s\n" % (index, index // 2, number, birth, "男女"[index & 1], city.VILLAGE,
                                                    city.VILLAGE))
    out.seek(0)
    return out, numbers


class Line:
    """So many people, known and judged, and a daemon that follows."""

    def __init__(self, programs, server, folder, name, persons):
        self.server, self.name, self.programs = server, name, programs
        self.folder = os.path.join(folder, name)
        os.mkdir(self.folder)
        lines, self.numbers = rows_of(persons)
        self.department = server.database(name + "_department", city.TABLES +
                                          "create index on ga_resident (updated, resident_id);"
                                          "create index on yb_settlement (updated, setl_id);")
        with self.department.cursor() as cursor:
            cursor.copy_expert("copy ga_resident (resident_id, household, id_no, name, birth, sex, area, register_area)"
                               " from stdin (format csv)", lines)
            cursor.execute("analyze")
        self.write_files()
        self.run(["needwatch", "init"])
        self.store = server.connect(name + "_store")
        self.known, self.count = persons, 0
        self.start()

    def write_files(self):
        with contextlib.closing(self.server.connect()) as connection, connection.cursor() as cursor:
            cursor.execute("select 1 from pg_roles where rolname = 'needwatch_owner'")
            if not cursor.fetchone():
                cursor.execute("create role needwatch_owner login createrole")
            cursor.execute("create database %s_store owner needwatch_owner" % self.name)
        with open(self.folder + "/areas.csv", "w", encoding="utf-8") as file:
            file.write(city.AREAS)
        sources = city.SOURCES.replace("every 50ms", "every %dms" % EVERY_MS)
        with open(self.folder + "/needwatch.conf", "w", encoding="utf-8") as file:
            file.write(CONFIGURATION.format(host=self.server.folder, name=self.name, folder=self.folder, root=ROOT))
            file.write(sources % {"host": self.server.folder, "database": self.name + "_department", "overlap": "1d",
                                  "timeout": "60s"})

    def run(self, command):
        done = subprocess.run([os.path.join(self.programs, command[0]), *command[1:], "--config",
                               self.folder + "/needwatch.conf"], text=True, capture_output=True, timeout=DEADLINE, cwd="/")
        assert done.returncode == 0, done.stderr

    def start(self):
        begin = time.monotonic()
        with open(self.folder + "/log", "wb") as log:
            self.process = subprocess.Popen([self.programs + "/needwatchd", "--config", self.folder + "/needwatch.conf"],
                                            stdout=log, stderr=log)
        self.quiet()
        self.load_seconds = time.monotonic() - begin

    def quiet(self):
        end = time.monotonic() + DEADLINE
        while True:
            assert self.process.poll() is None and time.monotonic() < end, open(self.folder + "/log").read()[-2000:]
            with self.store.cursor() as cursor:
                cursor.execute(UNDONE)
                if cursor.fetchone() == (0, self.known):
                    return
            time.sleep(0.005)

    def cpu(self):
        """Of needwatchd and of the server's processes for it."""
        with self.store.cursor() as cursor:
            cursor.execute("select pid from pg_stat_activity where application_name like 'needwatch%%' and datname in "
                           "(%s, %s)", [self.name + "_store", self.name + "_department"])
            pids = [row[0] for row in cursor]
        return sum(map(cpu, pids + [self.process.pid]))

    def settle(self, person, paid):
        self.count += 1
        with self.department.cursor() as cursor:
            cursor.execute("insert into yb_settlement values (%s, %s, '张某', %s, '1', current_date::text, '1')",
                           ["E%d" % self.count, self.numbers[person], paid])
        self.known += 1

    def change(self):
        """Processor time from a commit with so many changed rows until all is quiet, less what idling would take."""
        with self.department.cursor() as cursor:
            before = self.cpu()
            begin = time.monotonic()
            cursor.execute("update ga_resident set area = case area when '%s' then '%s' else '%s' end,"
                           " updated = clock_timestamp() where resident_id = any(%%s)"
                           % (city.VILLAGE, city.SECOND_VILLAGE, city.VILLAGE),
                           [["R%d" % (index * 2 * (len(self.numbers) // (2 * CHANGED))) for index in range(CHANGED)]])
            self.known += CHANGED
        self.quiet()
        spent, passed = self.cpu() - before, time.monotonic() - begin
        idle_before, idle_begin = self.cpu(), time.monotonic()
        time.sleep(0.3)
        idle = (self.cpu() - idle_before) / (time.monotonic() - idle_begin)
        return spent - idle * passed

    def end(self):
        self.process.terminate()
        self.process.wait(60)
        self.store.close()
        self.department.close()


def latencies(line):
    """Milliseconds from the department's commit to the alert's, of one event each at a steady pace."""
    begin = time.monotonic()
    for event in range(EVENTS):
        wait = begin + event / EVENTS_PER_SECOND - time.monotonic()
        if wait > 0:
            time.sleep(wait)
        line.settle(2 * event, "30000.00")
    line.quiet()
    with line.department.cursor() as cursor:
        cursor.execute("select setl_id, pg_xact_commit_timestamp(xmin) from yb_settlement")
        committed = dict(cursor.fetchall())
    with line.store.cursor() as cursor:
        cursor.execute("select f.f_stay, min(pg_xact_commit_timestamp(l.xmin)) from needwatch.fact_settlement f"
                       " join needwatch.membership m on m.person = f.person"
                       " join needwatch.alert a on a.household = m.household and a.lane = 0"
                       " join needwatch.ledger l on l.county = a.county and l.alert = a.id group by 1")
        found = cursor.fetchall()
    assert len(found) == EVENTS, "%d of %d alerts" % (len(found), EVENTS)
    return [(at - committed[stay]).total_seconds() * 1e3 for stay, at in found]


def rows(programs, server, folder, scale):
    with contextlib.ExitStack() as stack:
        small = Line(programs, server, folder, "small", max(int(scale * 4000), 2 * EVENTS))
        stack.callback(small.end)
        waits = latencies(small)
        large = Line(programs, server, folder, "large", max(int(scale * 40000), 20 * EVENTS))
        stack.callback(large.end)
        changes = [(small.change(), large.change()) for _ in range(ROUNDS)]
    few, many = median(c[0] for c in changes), median(c[1] for c in changes)
    p50, p99 = percentile(waits, 50), percentile(waits, 99)
    return [
        at_most("source commit to alert, beyond a poll interval of %d ms, p50 at %d events/s" % (EVERY_MS, EVENTS_PER_SECOND),
                3, p50 - EVERY_MS, "ms; %.1f ms with it" % p50),
        at_most("the same, p99", 10, p99 - EVERY_MS, "ms; %.1f ms with it" % p99),
        at_most("the whole line, CPU for 100 changed rows at 10 times the population", 1.1, many / few,
                "%.1f ms at %d persons, %.1f ms at %d" % (many * 1e3, len(large.numbers), few * 1e3, len(small.numbers))),
        shown("first load, journal and judgement of everybody", len(large.numbers) / large.load_seconds,
              "persons/s, %d of them" % len(large.numbers)),
    ]

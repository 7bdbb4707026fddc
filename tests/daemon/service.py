"""A whole needwatch for tests: a PostgreSQL for the store, one for the departments, needwatch.conf, `needwatch init`, any
number of needwatchd with a listening NOTIFY_SOCKET, and an HTTP gateway. Nothing is faked but the people.

    with Service(tmp_path) as service:
        daemon = service.start()
        service.damage("a", village=VILLAGE)
        alert = service.alert(1)
        call = service.gateway.next()

PROGRAMS in the environment names the folder of the built programs. Everything is ended by its own pid.
"""
import atexit
import contextlib
import json
import os
import pathlib
import queue
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

import psycopg2
import psycopg2.extras

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE.parent / "faults"), str(HERE.parent / "monitor")]

from gateway import Gateway  # noqa: E402
from server import Server, as_postgres  # noqa: E402

PROGRAMS = pathlib.Path(os.environ.get("PROGRAMS", ROOT / "build" / "bin"))
DEADLINE = 60
STANDARD = ROOT / "rules" / "standard"

CITY, COUNTY, TOWN = "990100000000", "990102000000", "990102001000"
VILLAGE, OTHER_VILLAGE = "990102001201", "990102001202"
AREAS = [
    ("9901", "试验市", "", "2"),
    ("990102", "试验县", "9901", "3"),
    ("990102001", "东街镇", "990102", "4"),
    ("990102001201", "一村", "990102001", "5"),
    ("990102001202", "二村", "990102001", "5"),
    ("990102002", "西街镇", "990102", "4"),
    ("990102002201", "三村", "990102002", "5"),
]

# alerts/: numbers that are stored.
BLUE, YELLOW, ORANGE, RED = 1, 2, 3, 4
RISK = 0

DEPARTMENT = """
create table yj_house (event text, certno text, name text, live_area text, grade text, report_day date,
    revoked char(1) default '0', updated timestamptz not null default clock_timestamp(), primary key (event, certno));
"""
DAMAGE = """
source damage "灾情到户" {
	connect   "host=%(host)s dbname=%(database)s user=postgres";
	query     "select event, certno, name, live_area, grade, report_day, revoked, updated from yj_house";
	key       event, certno;
	cursor    updated;
	margin    0s;  every 50ms;  overlap 1h every 1s;  reconcile never;
	area      "990102";
	person    certno name name;
	gone      when revoked = "1";
	fact house_damage {
		on     report_day as date;
		area   live_area;
		event  = event;
		grade  = map grade { "倒塌" collapsed, "严重损坏" serious, "一般损坏" minor };
	}
	resident { area = live_area; }
}
"""

# Degrees of rules/trouble.rules, for tests that choose the level and know nothing of the standard pack.
DEGREES = {"blue": 20, "yellow": 35, "orange": 55, "red": 75}
TROUBLE_RULES = HERE / "rules"
TROUBLE_TABLE = """
create table yj_trouble (event text, certno text, live_area text, degree int, day date, revoked char(1) default '0',
    updated timestamptz not null default clock_timestamp(), primary key (event, certno));
"""
TROUBLE = """
source trouble "困难" {
	connect   "host=%(host)s dbname=%(database)s user=postgres";
	query     "select event, certno, live_area, degree, day, revoked, updated from yj_trouble";
	key       event, certno;
	cursor    updated;
	margin    0s;  every 50ms;  overlap 1h every 500ms;  reconcile never;  timeout 1s;
	area      "990102";
	person    certno;
	gone      when revoked = "1";
	fact trouble { on day as date; event = event; degree = degree as int; }
	resident { area = live_area; }
}
"""
# Of a new red alert: the town leads, the village visits, the county's duty is told. Messages of other levels wait through
# the night, so tests that wait for messages use red.
RED_MESSAGES = 3
ONLY_TROUBLE = dict(sources=TROUBLE, department=TROUBLE_TABLE, rules=TROUBLE_RULES)


def check_digit(seventeen):
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return "10X98765432"[sum(int(d) * w for d, w in zip(seventeen, weights)) % 11]


def number_of(person):
    """A citizen number that nobody has: prefix 99. The same person, the same number."""
    seventeen = "990102%04d0101%03d" % (1930 + person // 900, person % 900 + 1)
    return seventeen + check_digit(seventeen)


def until(test, deadline=DEADLINE, every=0.02, tell=None):
    """What `test` gives, once it is true."""
    end = time.monotonic() + deadline
    while True:
        found = test()
        if found:
            return found
        assert time.monotonic() < end, tell() if tell else "it did not come about"
        time.sleep(every)


class QuickServer(Server):
    """A server on a copy of one empty cluster, which is made once for all tests of a run."""

    template = None

    def __init__(self, settings=()):
        if not QuickServer.template:
            first = Server()
            first.stop()
            QuickServer.template = first
            atexit.register(shutil.rmtree, first.folder, ignore_errors=True)
        self.folder = tempfile.mkdtemp(prefix="nw-daemon-", dir="/tmp")
        self.data = self.folder + "/data"
        self.settings = settings
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")
        os.chmod(self.folder, 0o755)
        subprocess.run(as_postgres(["cp", "-a", QuickServer.template.data, self.data]), check=True, cwd="/")
        self.process = None
        self.start()


class Notify:
    """What systemd would hear: (moment, line) each."""

    def __init__(self, path):
        self.path = path
        self.said = []
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(path)
        os.chmod(path, 0o777)
        self.thread = threading.Thread(target=self._listen, daemon=True)
        self.thread.start()

    def _listen(self):
        while True:
            try:
                text = self.socket.recv(4096).decode()
            except OSError:
                return
            if not text:
                return
            for line in text.splitlines():
                self.said.append((time.monotonic(), line))

    def heard(self, part, since=0.0):
        return [moment for moment, line in list(self.said) if part in line and moment >= since]

    def wait(self, part, since=0.0):
        """What was sent is heard a little later: by a thread of this process."""
        return until(lambda: self.heard(part, since), tell=lambda: "no %r in %s" % (part, self.said))

    def close(self):
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.thread.join(5)  # it hears what is still queued
        self.socket.close()


class Daemon:
    """One needwatchd. Its log lines are kept; its questions are asked over its own socket."""

    def __init__(self, service, configuration, state, watchdog_us=None, environment=None, options=()):
        self.service = service
        self.state = state
        self.path = str(state) + "/question.sock"
        self.lines = []
        self.notify = Notify("%s/notify.%d" % (service.folder, len(service.daemons)))
        told = dict(os.environ, NOTIFY_SOCKET=self.notify.path, LC_ALL="C.UTF-8",
                    ASAN_OPTIONS="detect_leaks=1:abort_on_error=0", **(environment or {}))
        for name in ("WATCHDOG_USEC", "WATCHDOG_PID", "CREDENTIALS_DIRECTORY"):
            told.pop(name, None)
        if watchdog_us:
            told["WATCHDOG_USEC"] = str(watchdog_us)
        self.process = subprocess.Popen(
            [str(PROGRAMS / "needwatchd"), "--config", str(configuration), *options],
            stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=told, cwd="/")
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stderr:
            self.lines.append(line.rstrip("\n"))

    def log(self):
        return "\n".join(self.lines)

    def wait_log(self, part, deadline=DEADLINE):
        return until(lambda: [line for line in list(self.lines) if part in line], deadline,
                     tell=lambda: "no %r in:\n%s" % (part, self.log()))[0]

    def ask(self, question, deadline=20, **members):
        peer = socket.socket(socket.AF_UNIX)
        peer.settimeout(deadline)
        try:
            peer.connect(self.path)
            text = json.dumps(dict(members, ask=question)).encode()
            peer.sendall(struct.pack(">I", len(text)) + text)
            length, = struct.unpack(">I", self._exactly(peer, 4))
            return json.loads(self._exactly(peer, length))
        finally:
            peer.close()

    @staticmethod
    def _exactly(peer, length):
        got = b""
        while len(got) < length:
            piece = peer.recv(length - len(got))
            if not piece:
                raise ConnectionError("it hung up")
            got += piece
        return got

    def status(self):
        return self.ask("status")

    def wait_status(self, test, deadline=DEADLINE):
        """The first status that fulfils the test; a daemon that does not answer yet is waited for."""
        last = [None]

        def look():
            assert self.process.poll() is None, "needwatchd ended by itself:\n" + self.log()
            try:
                last[0] = self.status()
            except (OSError, ConnectionError):
                return None
            return last[0] if test(last[0]) else None
        return until(look, deadline, tell=lambda: "%s\n%s" % (
            json.dumps(last[0], ensure_ascii=False, indent=1), self.log()))

    def wait_state(self, state, deadline=DEADLINE):
        return self.wait_status(lambda status: status["daemon"]["state"] == state, deadline)

    def source(self, name):
        return next(source for source in self.status()["sources"] if source["name"] == name)

    def wait_source(self, name, state, deadline=DEADLINE):
        def test(status):
            return any(s["name"] == name and s["state"] == state for s in status.get("sources", []))
        return self.wait_status(test, deadline)

    def stop(self, deadline=DEADLINE):
        """As systemd does. Its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.wait(deadline)

    def wait(self, deadline=DEADLINE):
        try:
            self.process.wait(deadline)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError("needwatchd did not end:\n" + self.log())
        self.reader.join(5)
        self.notify.close()
        return self.process.returncode

    def kill(self):
        self.process.kill()
        self.wait()


class Service:
    """Everything around the daemon. `channels` is the text of the channel blocks; %(url)s in it is the gateway. `apart`:
    the departments have a server of their own."""

    def __init__(self, folder, day="1d", canary="0s", lease="2s", sources=DAMAGE, department=DEPARTMENT, rules=STANDARD,
                 channels='channel sms { kind webhook; url "%(url)s"; timeout 2s; }', say=None, settings=(),
                 store_settings="", init=True, apart=False):
        self.folder = pathlib.Path(folder)
        self.told = dict(day=day, canary=canary, lease=lease, sources=sources, rules=rules, channels=channels,
                         store_settings=store_settings)
        self.daemons = []
        self.connections = []
        self.gateway = Gateway(say)
        self.store = self.departments = None
        try:
            self.store = QuickServer(settings)
            self.departments = QuickServer() if apart else self.store
            self.department = self.departments.database("yingji", department)
            self._prepare_store()
            self.state = self.folder / "state"
            self.state.mkdir(exist_ok=True)
            self.configuration = self.write_configuration()
            self._write_areas()
            if init:
                self.init()
        except BaseException:
            self.stop()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *fault):
        codes = self.stop()
        if fault[0] is None:
            assert set(codes) <= {0}, self.logs()

    # ---- preparing ----

    def _prepare_store(self):
        connection = self.store.connect()
        with connection.cursor() as cursor:
            cursor.execute("create role needwatch_owner login createrole")
            cursor.execute("create database needwatch owner needwatch_owner")
        connection.close()

    def _write_areas(self):
        with open(self.folder / "areas.csv", "w", encoding="utf-8") as file:
            file.write("code,name,parent_code,level\n")
            for area in AREAS:
                file.write(",".join(area) + "\n")

    def connect_text(self, role):
        return "host=%s dbname=needwatch user=%s" % (self.store.folder, role)

    def text(self, state=None, **changed):
        told = dict(self.told, **changed)
        source = told["sources"] % {"host": self.departments.folder, "database": "yingji"}
        return """
store {
	connect       "%s";
	web_connect   "%s";
	owner_connect "%s";
	%s
}
service {
	state       "%s";
	rules       "%s";
	areas       "%s/areas.csv";
	credentials "%s/keys";
	day %s;  canary %s;  lease %s;
}
%s
%s
""" % (self.connect_text("needwatch_monitor"), self.connect_text("needwatch_web"), self.connect_text("needwatch_owner"),
            told["store_settings"], state or self.state, told["rules"], self.folder, self.folder, told["day"],
            told["canary"], told["lease"], told["channels"] % {"url": self.gateway.url}, source)

    def write_configuration(self, name="needwatch.conf", **changed):
        path = self.folder / name
        path.write_text(self.text(**changed), encoding="utf-8")
        return path

    def command(self, *words, check=True, configuration=None):
        """`needwatch ...` to its end."""
        done = subprocess.run([str(PROGRAMS / "needwatch"), *words, "--config", str(configuration or self.configuration)],
                              text=True, capture_output=True, timeout=DEADLINE, cwd="/",
                              env=dict(os.environ, LC_ALL="C.UTF-8"))
        assert not check or done.returncode == 0, (words, done.returncode, done.stdout, done.stderr)
        return done

    def init(self):
        return self.command("init").stdout

    # ---- the daemon ----

    def start(self, wait="active", name=None, state=None, **options):
        configuration = self.configuration if not name else self.write_configuration(name, state=state)
        daemon = Daemon(self, configuration, state or self.state, **options)
        self.daemons.append(daemon)
        if wait:
            daemon.wait_state(wait)
        if wait == "active":
            for name in re.findall(r"^source (\w+)", configuration.read_text(encoding="utf-8"), re.M):
                daemon.wait_source(name, "following")
        return daemon

    # ---- the departments ----

    def damage(self, event, person=1, village=VILLAGE, grade="倒塌", on=None):
        """A house of that person has come down: red."""
        with self.department.cursor() as cursor:
            cursor.execute("insert into yj_house (event, certno, name, live_area, grade, report_day) values (%s, %s, %s,"
                           " %s, %s, %s) on conflict (event, certno) do update set grade = excluded.grade,"
                           " live_area = excluded.live_area, revoked = '0', updated = clock_timestamp()",
                           (event, number_of(person), "张某", village, grade, on or self.day()))

    def trouble(self, event, degree="red", person=1, village=VILLAGE, on=None):
        with self.department.cursor() as cursor:
            cursor.execute("insert into yj_trouble (event, certno, live_area, degree, day) values (%s, %s, %s, %s, %s)"
                           " on conflict (event, certno) do update set degree = excluded.degree, live_area ="
                           " excluded.live_area, revoked = '0', updated = clock_timestamp()",
                           (event, number_of(person), village, DEGREES.get(degree, degree), on or self.day()))

    def take_back(self, event, person=1):
        table = "yj_trouble" if "yj_trouble" in self.told["sources"] else "yj_house"
        with self.department.cursor() as cursor:
            cursor.execute("update " + table + " set revoked = '1', updated = clock_timestamp() where event = %s and"
                           " certno = %s", (event, number_of(person)))

    def day(self):
        """Today, as the service has it."""
        running = [daemon for daemon in self.daemons if daemon.process.poll() is None]
        if self.told["day"] != "1d" and running:
            return running[0].status()["daemon"]["now"][:10]
        return time.strftime("%Y-%m-%d", time.gmtime(time.time() + 8 * 3600))

    # ---- the store ----

    def store_connection(self):
        for connection in self.connections:
            if not connection.closed:
                return connection
        connection = self.store.connect("needwatch")
        self.connections = [connection]
        return connection

    def rows(self, sql, *values):
        for last in (False, True):
            try:
                with self.store_connection().cursor(cursor_factory=psycopg2.extras.RealDictCursor) as cursor:
                    cursor.execute(sql, values or None)
                    return [dict(row) for row in cursor.fetchall()] if cursor.description else []
            except (psycopg2.OperationalError, psycopg2.InterfaceError):
                self.connections = []
                if last:
                    raise

    def sql(self, sql, *values):
        return self.rows(sql, *values)

    def value(self, sql, *values):
        return next(iter(self.rows(sql, *values)[0].values()))

    def alerts(self, where="true", *values):
        """Alerts of people, not of the canary."""
        return self.rows("select a.*, o.area as office_area, o.tier as office_tier from needwatch.alert a"
                         " left join needwatch.office o on o.id = a.owner_office where a.county <> 990099 and "
                         + where + " order by a.id", *values)

    def wait_alerts(self, count, where="true", *values, deadline=DEADLINE):
        return until(lambda: (lambda found: found if len(found) >= count else None)(self.alerts(where, *values)),
                     deadline, tell=self.tell)

    def story(self, alert):
        """The reasons of its ledger lines, in order."""
        return [row["kind"] for row in self.rows(
            "select kind from needwatch.ledger where alert = %s order by sequence", alert)]

    def outbox(self, where="true"):
        """Messages to people, not to the canary."""
        return self.rows("select * from needwatch.outbox where county <> 990099 and (" + where + ") order by id")

    def logs(self):
        return "\n".join(daemon.log() for daemon in self.daemons)

    def tell(self):
        """What a test that has waited in vain wants to know."""
        said = ["alerts: %d" % len(self.alerts()), "touched: %s" % self.rows("select * from needwatch.touched")]
        for daemon in self.daemons:
            said.append(daemon.log())
            with contextlib.suppress(OSError, ConnectionError):
                said.append(json.dumps(daemon.status(), ensure_ascii=False, indent=1))
        return "\n".join(said)

    def stop(self):
        """The exit codes of the daemons that still ran."""
        codes = [daemon.stop() for daemon in self.daemons if daemon.process.poll() is None]
        self.gateway.stop()
        for server in {self.store, self.departments} - {None}:
            with contextlib.suppress(FileNotFoundError):
                server.remove()
        return codes


@contextlib.contextmanager
def held(service, *statements):
    """The locks that these take in the store are held by somebody else."""
    blocker = service.store.connect("needwatch")
    blocker.autocommit = False
    for statement in statements:
        blocker.cursor().execute(statement)
    try:
        yield
    finally:
        blocker.rollback()
        blocker.close()


def waits(service, application):
    """A connection of the daemon waits for a lock."""
    return service.value("select count(*) from pg_stat_activity where wait_event_type = 'Lock' and application_name = %s",
                         "needwatchd/" + application)


def take(calls, count, deadline=DEADLINE):
    """The next calls of a gateway."""
    end = time.monotonic() + deadline
    got = []
    while len(got) < count:
        try:
            got.append(calls.get(timeout=max(0.01, end - time.monotonic())))
        except queue.Empty:
            raise AssertionError("only %d of %d calls came" % (len(got), count))
    return got

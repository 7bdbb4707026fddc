"""needwatchd with a store and a department's database of its own, all copies of one prepared town, so that the same act can
be played again and again: undisturbed, and with something breaking at a chosen message."""
import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time

import psycopg2

import city
import content
from server import Server

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAMS = os.environ.get("PROGRAMS", ROOT + "/build/bin")
DEADLINE = 60

SERVICE = """
store {
	connect       host = "%(store_host)s" dbname = %(store)s user = needwatch_monitor;
	owner_connect host = "%(server)s" dbname = %(store)s user = needwatch_owner;
	web_connect   host = "%(server)s" dbname = %(store)s user = needwatch_web;
	statement_timeout %(timeout)s;
}
service {
	state       "%(folder)s";
	rules       "%(root)s/rules/standard";
	areas       "%(folder)s/areas.csv";
	credentials "%(keys)s";
	lease 1s;  canary 0s;
}
channel nowhere { kind null; }
"""

# What is still to be done; all zeros: nothing moves any more. Messages may wait for the morning.
UNDONE = """
select (select count(*) from needwatch.touched), (select count(*) from needwatch.touched_area),
    (select count(*) from needwatch.turn where not done), (select count(*) from needwatch.outbox
        where state < 2 and next_attempt <= clock_timestamp())
"""


class Town:
    """The prepared store and department's database, as templates on one server."""

    def __init__(self, settings=(), households=30):
        self.server = Server(settings)
        self.folder = tempfile.mkdtemp(prefix="nw-town-", dir="/tmp")
        os.chmod(self.folder, 0o755)
        self.keys = self.folder + "/keys"
        self.persons = city.people(households)
        self.count = 0
        try:
            self.prepare()
        except BaseException:
            self.remove()
            raise

    def prepare(self):
        department = self.server.database("town_department", city.TABLES)
        city.register(department, self.persons)
        for n in range(3):
            city.settle(department, "S%d" % n, self.persons[2 * n + 4], "3000.00", today(-20))
        department.close()
        self.run("create role needwatch_owner login createrole", "create database town_store owner needwatch_owner")
        scene = Scene(self, "town_store", "town_department")
        scene.init()
        with contextlib.closing(scene.look()) as store:
            content.begin_ids(store)
        try:
            for _ in ("the first load", "the turn of the day over all that it brought"):
                scene.start()
                scene.quiet(versions=len(self.persons) + 3)
                scene.follows()
                scene.stop()
        finally:
            scene.end()

    def scene(self, **how):
        """A fresh copy of everything."""
        self.count += 1
        store, department = "store_%d" % self.count, "department_%d" % self.count
        self.run("create database %s template town_store" % store,
                 "create database %s template town_department" % department)
        return Scene(self, store, department, **how)

    def run(self, *statements):
        """Each is a transaction of its own."""
        with contextlib.closing(self.server.connect()) as connection, connection.cursor() as cursor:
            for sql in statements:
                cursor.execute(sql)

    def remove(self):
        self.server.remove()
        shutil.rmtree(self.folder)


def today(days=0):
    return time.strftime("%Y-%m-%d", time.localtime(time.time() + days * 86400))


class Scene:
    """One store, one department, and at most one needwatchd."""

    def __init__(self, town, store, department, store_host=None, department_host=None, overlap="1d", timeout="60s"):
        self.town, self.store, self.department = town, store, department
        self.folder = "%s/%s" % (town.folder, store)
        os.mkdir(self.folder)
        self.process = None
        self.configuration = self.folder + "/needwatch.conf"
        server = town.server.folder
        with open(self.folder + "/areas.csv", "w", encoding="utf-8") as file:
            file.write(city.AREAS)
        with open(self.configuration, "w", encoding="utf-8") as file:
            file.write(SERVICE % {"store_host": store_host or server, "server": server, "store": store,
                                  "folder": self.folder, "keys": town.keys, "root": ROOT, "timeout": timeout})
            file.write(city.SOURCES % {"host": department_host or server, "database": department, "overlap": overlap,
                                       "timeout": timeout})

    # ---- programs ----

    def init(self):
        self.command("init")

    def command(self, *words):
        """`needwatch ...` to its end; its output."""
        done = subprocess.run([PROGRAMS + "/needwatch", *words, "--config", self.configuration], text=True, cwd="/",
                              capture_output=True, timeout=DEADLINE)
        assert done.returncode == 0, "%s: %s%s" % (words, done.stdout, done.stderr)
        return done.stdout

    def start(self):
        with open(self.folder + "/log", "ab") as log:
            self.log_start = len(self.log())
            self.process = subprocess.Popen([PROGRAMS + "/needwatchd", "--config", self.configuration],
                                            stdout=log, stderr=log)

    def follows(self):
        """Until every source is polled on its beat, nothing else being left to do."""
        self.await_log("-> following", city.SOURCES.count("\nsource "))
        self.quiet(self.known())

    def await_log(self, text, times=1):
        end = time.monotonic() + DEADLINE
        while self.log()[self.log_start:].count(text) < times:
            assert self.process.poll() is None and time.monotonic() < end, "no '%s': %s" % (text, self.log()[-3000:])
            time.sleep(0.02)

    def pid(self):
        return self.process.pid

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            assert self.process.wait(DEADLINE) == 0, self.log()[-3000:]

    def killed(self):
        """Waits for a process that somebody has killed."""
        assert self.process.wait(DEADLINE) == -signal.SIGKILL, self.log()[-3000:]

    def log(self):
        with open(self.folder + "/log", encoding="utf-8", errors="replace") as log:
            return log.read()

    # ---- databases ----

    def look(self):
        return self.town.server.connect(self.store)

    def clerk(self):
        """The department's own connection: each statement is a transaction unless it says otherwise."""
        return self.town.server.connect(self.department)

    def known(self):
        return self.state()[0]

    def expire_lease(self):
        """The time passes after which a dead holder's lease ends."""
        with contextlib.closing(self.look()) as store, store.cursor() as cursor:
            cursor.execute("update needwatch.lease set expires = clock_timestamp() - interval '1 second'")

    def quiet(self, versions, seconds=DEADLINE, unless=None):
        """Until so many versions of records are known and nothing is left to do, or something else has come about."""
        end = time.monotonic() + seconds
        while not (unless and unless()):
            assert unless or self.process.poll() is None, "needwatchd ended: " + self.log()[-3000:]
            known, undone = self.state()
            if known == versions and not any(undone):
                return
            assert known <= versions, "%d versions are too many: something was doubled" % known
            assert time.monotonic() < end, "known %s of %d, undone %s: %s" % (known, versions, undone, self.log()[-3000:])
            time.sleep(0.02)

    def state(self):
        try:
            with contextlib.closing(self.look()) as store, store.cursor() as cursor:
                cursor.execute("select coalesce(sum(version), 0) from needwatch.directory_key")
                known = cursor.fetchone()[0]
                cursor.execute(UNDONE)
                return known, cursor.fetchone()
        except psycopg2.OperationalError:
            return 0, (1,)

    def ask(self, sql, *values):
        with contextlib.closing(self.look()) as store, store.cursor() as cursor:
            cursor.execute(sql, values or None)
            return cursor.fetchall()

    def content(self, ordered=True):
        with contextlib.closing(self.look()) as store:
            return content.content(store, ordered)

    def end(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def remove(self):
        self.end()
        self.town.run(*("drop database if exists %s with (force)" % name for name in (self.store, self.department)))
        shutil.rmtree(self.folder)

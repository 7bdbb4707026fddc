"""What a demonstration stands on: departments with a past, a store of its own, both daemons, a syslog, accounts.

Sets things up as an administrator would, with the commands that an administrator has; judges nothing.
"""
import csv
import datetime
import glob
import os
import re
import select
import shutil
import signal
import socket
import time

import psycopg2

from children import Failure
from city import City
from cluster import Cluster, DEPARTMENTS
from life import CHINA
from past import Past, Serials
from places import Places
from rolls import Rolls
from screen import number

READY_SECONDS = 60
CHINESE = {name: chinese for name, chinese, _ in DEPARTMENTS}

# What each department tells of the past: (department, what, class that tells it, method).
HISTORY = (
    ("weijian", "死亡", "past", "deaths"), ("yibao", "结算", "past", "settlements"), ("weijian", "住院", "past", "inpatients"),
    ("canlian", "残疾人证", "past", "disabled"), ("yingji", "灾情", "past", "flood"), ("wangge", "走访", "past", "visits"),
    ("wangge", "上报", "past", "reports"), ("jiaojing", "事故", "past", "accidents"), ("gongan", "户籍", "rolls", "register"),
    ("renshe", "就业与缴费", "rolls", "employment"), ("shuiwu", "收入", "rolls", "income"),
    ("jiaoyu", "学籍", "rolls", "students"), ("minzheng", "救助在册", "rolls", "assistance"),
    ("minzheng", "补贴", "rolls", "allowances"), ("minzheng", "临时救助", "rolls", "aids"), ("sifa", "服刑", "rolls", "custody"),
)

SERVICE = """# Written by the demonstration: what holds paths. Sources stand beside it.
service {
	state       "%(folder)s/state";
	rules       "%(root)s/rules/standard";
	areas       "areas.csv";
	calendar    %(calendars)s;
	credentials "%(folder)s/credentials";
	day         %(day)s;
	canary      5s;
	web_port    0;
	web_pages   "%(root)s/inbox/app/dist";
}
"""
LOG_CHANNEL = """
channel syslog { kind log; socket "%(folder)s/syslog.socket"; }
"""
NULL_CHANNEL = """
# There is no syslog-ng on this machine: messages count as sent.
channel nowhere { kind null; }
"""
WEBHOOK = """
channel gateway { kind webhook; url "%s"; }
"""
SYSLOG = """@version: 3.38
options { keep-hostname(yes); };
source in { unix-dgram("%(folder)s/syslog.socket" flags(syslog-protocol)); };
destination out { file("%(folder)s/messages.log" template("${ISODATE} ${LEVEL} ${MSGID} ${MSG}\\n")); };
log { source(in); destination(out); };
"""


class Notify:
    """The end of a NOTIFY_SOCKET: hears when a daemon stands."""

    def __init__(self, folder, name):
        self.path = os.path.join(folder, name + ".notify")
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(self.path)
        self.socket.setblocking(False)
        self.status = ""
        self.ready = False

    def hear(self, seconds):
        """What has come within the time; True once READY=1 was among it."""
        if select.select([self.socket], [], [], seconds)[0]:
            text = self.socket.recv(4096).decode("utf-8", "replace")
            for line in text.splitlines():
                if line.startswith("STATUS="):
                    self.status = line[len("STATUS="):]
                self.ready = self.ready or line == "READY=1"
        return self.ready


class Stage:
    def __init__(self, options, children, root, screen):
        self.options = options
        self.children = children
        self.folder = children.folder
        self.root = root
        self.programs = options.programs or os.path.join(root, "build", "bin")
        self.screen = screen
        self.state = os.path.join(self.folder, "state")
        self.configuration = os.path.join(self.folder, "conf")
        self.environment = {"PGSERVICEFILE": os.path.join(self.folder, "services"), "TZ": "Asia/Shanghai"}
        self.places = self.city = self.cluster = self.serials = self.port = None
        self.syslog = False

    # ---- steps ----

    def prepare(self):
        """Everything up to two daemons that stand; each step shows how far it is."""
        steps = [(1, "十二个部门的数据库", self.make_cluster), (2, "村（社区）与住户", self.make_city)]
        steps += [(2 if what in ("结算", "户籍", "就业与缴费") else 0.3, CHINESE[department] + " " + what,
                   lambda teller=teller, method=method: getattr(getattr(self, teller), method)())
                  for department, what, teller, method in HISTORY]
        steps += [(0.5, "统计信息", self.gather_statistics), (3, "needwatch init", self.init), (1, "needwatchd、needwatch-web", self.start_daemons)]
        total, done = sum(weight for weight, _, _ in steps), 0
        for weight, text, step in steps:
            self.screen.bar(done / total, text, done=False)
            count = step()
            done += weight
            self.screen.bar(done / total, "%s %s 条" % (text, number(count)) if count else text)
        self.screen.end_run()

    def make_cluster(self):
        self.cluster = Cluster(self.children)
        self.cluster.create()
        self.cluster.make_departments()
        self.cluster.write_services(self.environment["PGSERVICEFILE"])

    def make_city(self):
        self.places = Places()
        self.city = City(self.places, self.options.households, self.options.seed, datetime.datetime.now(CHINA).date())
        self.serials = Serials()
        self.past = Past(self.city, self.cluster.departments, self.serials, self.options.seed)
        self.rolls = Rolls(self.past)

    def gather_statistics(self):
        """As autovacuum would have done long ago; without it the departments' server plans for empty tables."""
        for department in self.cluster.departments.values():
            department.run("analyze")

    def run(self, program, *arguments):
        return self.children.run(program, [os.path.join(self.programs, program)] + list(arguments), self.environment)

    # ---- the store ----

    def init(self):
        os.mkdir(self.configuration)
        os.mkdir(os.path.join(self.folder, "credentials"), 0o700)
        self.start_syslog()
        calendars = sorted(glob.glob(os.path.join(self.root, "rules", "standard", "calendar", "*.csv")))
        names = {"folder": self.folder, "root": self.root, "day": self.options.day or "1d",
                 "calendars": ", ".join('"%s"' % path for path in calendars)}
        with open(os.path.join(self.configuration, "demo.conf"), "w", encoding="utf-8") as file:
            file.write((SERVICE + (LOG_CHANNEL if self.syslog else NULL_CHANNEL)) % names)
            file.write(WEBHOOK % self.options.webhook if self.options.webhook else "")
        shutil.copy(os.path.join(os.path.dirname(os.path.abspath(__file__)), "needwatch.conf"),
                    os.path.join(self.configuration, "sources.conf"))
        self.places.write(os.path.join(self.configuration, "areas.csv"))
        self.run("needwatch", "init", "--config", self.configuration)
        self.start_store()
        self.set_thresholds()

    def start_store(self):
        """The private cluster that init made, as its unit runs it."""
        self.children.start("store", [self.cluster.bin + "/postgres", "-D", os.path.join(self.state, "postgresql")],
                            signal.SIGQUIT)
        end = time.monotonic() + READY_SECONDS
        while True:
            try:
                self.store().close()
                return
            except psycopg2.OperationalError as fault:
                if self.children.dead() or time.monotonic() > end:
                    raise Failure("the private store did not start: %s\n%s" % (fault, self.children.tail("store")))
                time.sleep(0.05)

    def store(self):
        """Who made the private cluster may be every role in it."""
        connection = psycopg2.connect(host=os.path.join(self.state, "socket"), port=5432, dbname="needwatch",
                                      user="needwatch_admin")
        connection.autocommit = True
        return connection

    # ---- messages ----

    def start_syslog(self):
        program = next((path for path in (os.path.join(self.root, "build/syslog-ng/run"), "/usr/sbin/syslog-ng")
                        if os.access(path, os.X_OK)), None)
        if not program:
            return
        files = {name: os.path.join(self.folder, "syslog." + name) for name in ("conf", "persist", "ctl", "pid", "socket")}
        with open(files["conf"], "w") as file:
            file.write(SYSLOG % {"folder": self.folder})
        self.children.start("syslog", [program, "-F", "-f", files["conf"], "-R", files["persist"], "-c", files["ctl"],
                                       "-p", files["pid"], "--no-caps"])
        end = time.monotonic() + READY_SECONDS
        while not os.path.exists(files["socket"]):
            if self.children.dead() or time.monotonic() > end:
                raise Failure("syslog-ng did not start:\n" + self.children.tail("syslog"))
            time.sleep(0.02)
        self.syslog = True

    # ---- the daemons ----

    def start_daemon(self, program):
        notify = Notify(self.folder, program)
        self.children.start(program, [os.path.join(self.programs, program), "--config", self.configuration],
                            environment=dict(self.environment, NOTIFY_SOCKET=notify.path))
        end = time.monotonic() + READY_SECONDS
        while not notify.hear(0.1):
            if self.children.dead() or time.monotonic() > end:
                raise Failure("%s did not become ready:\n%s" % (program, self.children.tail(program)))
        return notify

    def start_daemons(self):
        self.start_daemon("needwatchd")
        said = self.start_daemon("needwatch-web").status
        port = re.search(r"port (\d+)", said)
        if not port:
            raise Failure("needwatch-web does not say on which port it listens, but '%s'" % said)
        self.port = int(port.group(1))

    def address(self):
        return "http://127.0.0.1:%d/" % self.port

    # ---- who may sign in ----

    def accounts(self, area):
        """One each for the village, the town and the county of that area. Returns (whose, link)."""
        made = []
        for name, length, role, entitled in (("village", 12, "worker", False), ("town", 9, "town", True),
                                             ("county", 6, "county", True)):
            code = area[:length]
            place = self.places.name(code)
            self.run("needwatch", "account", "add", name, "--office", code, "--role", role, "--label", "演示 " + place,
                     *(["--detail", "--opens"] if entitled else []), "--config", self.configuration)
            link = self.run("needwatch", "account", "link", name, "--minutes", "600", "--config", self.configuration)
            made.append((place, self.address() + "#" + link.strip().partition("#")[2]))
        return made

    def set_thresholds(self):
        """The figures of data/thresholds.csv, kinds.md 1.2, as the store keeps them: money in fen, county and area apart."""
        path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "data", "thresholds.csv")
        money = ("dibao_line", "disposable_income", "school_fee_limit")
        connection = self.store()
        with open(path, encoding="utf-8", newline="") as file, connection.cursor() as cursor:
            for row in csv.DictReader(file):
                area = row["area"].ljust(12, "0") if row["area"] else "0"
                cursor.execute(
                    "insert into needwatch.threshold (county, name, area, class, residence, value, basis, set_at, set_by) "
                    "values (%s, %s, %s, %s, %s, %s, '演示', %s, 'demo')",
                    (int(area[:6]) if area[4:6] != "00" and area != "0" else 0, row["name"], int(area), row["class"],
                     {"": 0, "urban": 1, "rural": 2}[row["residence"]],
                     int(row["value"]) * (100 if row["name"] in money else 1), datetime.datetime.now(CHINA)))
        connection.close()

"""A whole inbox for tests: PostgreSQL, `needwatch init`, accounts, alerts in the real tables, and the real needwatch-web.
Ends what it starts by its own pid."""
import base64
import ctypes
import http.client
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "faults"))
from server import Server  # noqa: E402

BIN = pathlib.Path(os.environ.get("BUILD", ROOT / "build")) / "bin"
DEADLINE = 40
PASSWORD = "a long enough password"

# Two counties of a city that is not on any map; the second village of the first town is the neighbour.
AREAS = """code,name,parent_code,level
99,试验省,,1
9901,试验市,99,2
990102,甲县,9901,3
990103,乙县,9901,3
990102001,东镇,990102,4
990102002,西镇,990102,4
990103001,南镇,990103,4
990102001201,东一村,990102001,5
990102001202,东二村,990102001,5
990102002201,西一村,990102002,5
990103001201,南一村,990103001,5
"""
CITY, COUNTY, TOWN, VILLAGE = 990100000000, 990102000000, 990102001000, 990102001201
NEIGHBOUR, OTHER_TOWN, OTHER_VILLAGE = 990102001202, 990102002000, 990102002201
FAR_COUNTY, FAR_TOWN, FAR_VILLAGE = 990103000000, 990103001000, 990103001201

# name: (area, role, options)
ACCOUNTS = {
    "village": (VILLAGE, "worker", ("--opens", "--label", "村协办员")),
    "neighbour": (NEIGHBOUR, "worker", ("--opens", "--label", "邻村协办员")),
    "town": (TOWN, "town", ("--detail", "--opens", "--label", "东镇经办")),
    "town2": (TOWN, "town", ("--label", "东镇另一经办")),
    "other_town": (OTHER_TOWN, "town", ("--detail", "--opens", "--label", "西镇经办")),
    "county": (COUNTY, "county", ("--detail", "--label", "甲县经办")),
    "far_county": (FAR_COUNTY, "county", ("--detail", "--opens", "--label", "乙县经办")),
    "city": (CITY, "city", ("--detail", "--label", "市级经办")),
}

RISK, POLICY_GAP, EXIT_REVIEW, SUPERVISION = range(4)
BLUE, YELLOW, ORANGE, RED = 1, 2, 3, 4
PLAIN = [{"rule": None, "name": None, "family": None, "category": None, "need": None, "points": 40, "floor": "none",
          "on": "2026-06-10", "because": "家庭成员有重大健康支出"},
         {"rule": "inc_drop", "name": "收入骤降", "family": "income", "category": "poor", "need": None, "points": 20,
          "floor": "none", "on": "2026-06-01", "because": "家庭收入下降",
          "evidence": [{"kind": "wage", "source": "renshe", "record": "77", "on": "2026-06-01"}]}]
DETAIL = [dict(PLAIN[0], rule="med_cancer", name="恶性肿瘤", category="ill", because="主诊断 C34，自付 12300 元",
               evidence=[{"kind": "settlement", "source": "yibao", "record": "5", "on": "2026-06-10"}]), PLAIN[1]]


def citizen(seventeen):
    """A number with its check digit (GB 11643): prefix 99 belongs to nobody."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return seventeen + "10X98765432"[sum(int(sign) * weight for sign, weight in zip(seventeen, weights)) % 11]


NUMBER = citizen("99010119900101001")


class Answer:
    def __init__(self, answer):
        self.status = answer.status
        self.headers = {name.lower(): value for name, value in answer.getheaders()}
        self.raw = answer.read()
        self.cookies = answer.headers.get_all("Set-Cookie") or []
        kind = self.headers.get("content-type", "")
        self.json = json.loads(self.raw) if kind.startswith("application/json") else None

    def __repr__(self):
        return f"{self.status} {self.raw[:300]!r}"


class Browser:
    """One browser: a cookie, and the token that its page was told."""

    def __init__(self, port):
        self.port = port
        self.cookie = None
        self.token = None
        self.me = None

    def ask(self, method, path, body=None, key=None, headers=None, raw=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=DEADLINE)
        sent = {}
        if self.cookie:
            sent["Cookie"] = "needwatch=" + self.cookie
        if method != "GET":
            sent["Content-Type"] = "application/json"
            if self.token:
                sent["X-Needwatch-Token"] = self.token
        if key:
            sent["Idempotency-Key"] = key
        sent.update(headers or {})
        sent = {name: value for name, value in sent.items() if value is not None}
        if body is not None:
            raw = json.dumps(body).encode()
        connection.request(method, path if path.startswith("/") else "/api/v1/" + path, body=raw, headers=sent)
        answer = Answer(connection.getresponse())
        connection.close()
        return answer

    def get(self, path, **more):
        return self.ask("GET", path, **more)

    def post(self, path, body, **more):
        return self.ask("POST", path, body, **more)

    def take(self, answer):
        """Keeps what a sign-in gave."""
        assert answer.status == 200, answer
        self.cookie = re.match(r"needwatch=([^;]+)", answer.cookies[0]).group(1)
        self.token = answer.json["token"]
        self.me = answer.json
        return self

    def sign_in(self, name, password=PASSWORD):
        return self.take(self.post("session", {"name": name, "password": password}))


class Inbox:
    """`more` are lines of service {}; `clean` makes accounts and offices only."""

    def __init__(self, more=""):
        self.server = Server()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="nw-inbox-"))
        os.chmod(self.folder, 0o755)
        self.process = None
        self.more = more
        self.alerts = 0
        self.people = 0
        admin = self.server.connect()
        cursor = admin.cursor()
        cursor.execute("create role needwatch_owner login createrole")
        cursor.execute("create database nw owner needwatch_owner")
        admin.close()
        self.write_files()
        self.tool("init")
        self.db = self.server.connect("nw")
        for name, (area, role, options) in ACCOUNTS.items():
            self.tool("account", "add", name, "--office", str(area), "--role", role, *options, "--password-stdin",
                      input=PASSWORD + "\n")

    # ---- the programs ----

    def write_files(self):
        for name in ("state", "keys", "rules", "pages/assets"):
            (self.folder / name).mkdir(parents=True)
        (self.folder / "areas.csv").write_text(AREAS, encoding="utf-8")
        (self.folder / "rules" / "kinds.rules").write_text('kind wage "工资" { subject person; amount money; }\n',
                                                           encoding="utf-8")
        pages = self.folder / "pages"
        (pages / "index.html").write_text("<!doctype html><title>页</title>", encoding="utf-8")
        (pages / "assets" / "index-1a2b.js").write_text("export {};\n")
        (pages / "assets" / "index-1a2b.js.map").write_text("{}")
        (pages / ".hidden.html").write_text("no")
        self.config = self.folder / "needwatch.conf"
        where = f"host = '{self.server.folder}' dbname = nw user = needwatch"
        self.config.write_text(f"""
store {{
	connect "{where}_monitor";
	web_connect "{where}_web";
	owner_connect "{where}_owner";
}}
service {{
	state "state";
	rules "rules";
	areas "areas.csv";
	credentials "keys";
	web_port 0;
	web_pages "pages";
	{self.more}
}}
channel gateway {{ kind log; }}
""", encoding="utf-8")

    def tool(self, *words, input=None, check=True):
        done = subprocess.run([BIN / "needwatch", *words, "--config", self.config], text=True, capture_output=True,
                              timeout=120, input=input)
        assert not check or done.returncode == 0, (done.stdout, done.stderr)
        return done

    def start(self, environment=None):
        self.log = []
        self.process = subprocess.Popen([BIN / "needwatch-web", "--config", self.config], stderr=subprocess.PIPE,
                                        text=True, env={**os.environ, **(environment or {})})
        ready = threading.Event()

        def read():
            for line in self.process.stderr:
                self.log.append(line.rstrip("\n"))
                if "ready on port" in line:
                    self.port = int(line.split()[-1])
                    ready.set()
            ready.set()

        self.reader = threading.Thread(target=read, daemon=True)
        self.reader.start()
        assert ready.wait(DEADLINE) and self.process.poll() is None, self.log
        return self

    def stop(self):
        """SIGTERM; what it answers with."""
        self.process.terminate()
        code = self.process.wait(DEADLINE)
        self.reader.join(DEADLINE)
        self.process = None
        return code

    def remove(self):
        code = self.stop() if self.process else 0
        self.db.close()
        self.server.remove()
        shutil.rmtree(self.folder)
        assert code == 0, self.log[-40:]

    def browser(self, name=None):
        browser = Browser(self.port)
        return browser.sign_in(name) if name else browser

    # ---- the tables ----

    def run(self, sql, *values):
        with self.db.cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.fetchall() if cursor.description else None

    def office(self, area):
        return self.run("select id from needwatch.office where area = %s and kind = 0", area)[0][0]

    def seal(self, person, name, number=NUMBER, phone="13800000000", address="东镇东一村1号"):
        """What identity_seal() would have sealed for the person."""
        sodium = ctypes.CDLL("libsodium.so.23")
        public = bytes.fromhex((self.folder / "keys" / "seal.public").read_text().strip())
        card = json.dumps({"person": str(person), "number": number, "name": name, "address": address,
                           "phone": phone}).encode()
        sealed = ctypes.create_string_buffer(len(card) + 48)
        assert sodium.crypto_box_seal(sealed, card, ctypes.c_ulonglong(len(card)), public) == 0
        return sealed.raw

    def person(self, county, household, name, sealed=True):
        self.people += 1
        person = self.people
        self.run("insert into needwatch.person (county, id, unidentified, number_mask, name_mask, key_id, sealed, birth,"
                 " sex, first_seen) values (%s, %s, false, '990101********0015', %s, 1, %s, '1990-01-01', 'M',"
                 " '2026-06-01')", county, person, name[0] + "*", self.seal(person, name) if sealed else None)
        self.run("insert into needwatch.membership (county, person, position, household_county, household, resolved, rank,"
                 " since) values (%s, %s, 1, %s, %s, true, 0, '2026-06-01')", county, person, county, household)
        return person

    def alert(self, area, owner=None, role=None, level=YELLOW, lane=RISK, state=0, people=("张三", "李四"), due=48):
        """An open alert of a household that lives in the area, led by the office over `owner`; its id."""
        self.alerts += 1
        alert, county = self.alerts, area // 1000000
        household = 1000 + alert
        owner = owner or area
        tier = 0 if owner % 1000 else 4 if owner % 1000000 else 5 if owner % 100000000 else 7
        office = self.office(owner)
        role = tier if role is None else role
        self.run("insert into needwatch.household values (%s, %s, '2026-06-01') on conflict do nothing", county, household)
        self.run("insert into needwatch.alert (county, id, household, lane, state, level, score, residence, routed_by,"
                 " owner_office, owner_role, first_office, first_role, opened, as_of, findings, findings_detail, version,"
                 " wake) values (%s, %s, %s, %s, %s, %s, 40, %s, 0, %s, %s, %s, %s, now(), current_date, %s, %s, 1,"
                 " now() + make_interval(hours => %s))", county, alert, household, lane, state, level, area, office,
                 role, office, role, json.dumps(PLAIN), json.dumps(DETAIL), due)
        self.run("insert into needwatch.alert_clock values (%s, %s, %s, true, now(), now() + make_interval(hours => %s),"
                 " now() + make_interval(hours => %s), false, 0)", county, alert, 0 if state == 0 else 1, due, due // 2)
        self.run("insert into needwatch.alert_told values (%s, %s, %s, %s, true, now())", county, alert, office, role)
        self.run("insert into needwatch.alert_memory values (%s, %s, %s, %s)", county, household, lane, level)
        self.run("insert into needwatch.alert_hit (county, household, lane, rule, event_key, \"on\", since, absence, points,"
                 " live, event, spent, seen) values (%s, %s, %s, 'med_cancer', '2026', 20600, 20600, false, 40, true, true,"
                 " false, 20600)", county, household, lane)
        self.run("select setval('needwatch.alert_id', %s)", alert)
        for name in people:
            self.person(county, household, name)
        return f"{county}-{alert}"

    def members(self, alert):
        county, number = map(int, alert.split("-"))
        return [row[0] for row in self.run(
            "select m.person from needwatch.alert a join needwatch.membership m on m.household = a.household"
            " where a.county = %s and a.id = %s order by m.person", county, number)]

    def ledger(self, alert):
        """(reason number, actor, payload) of its lines."""
        county, number = map(int, alert.split("-"))
        return self.run("select l.kind, l.actor, p.payload from needwatch.ledger l left join needwatch.ledger_payload p"
                        " on p.county = l.county and p.sequence = l.sequence where l.county = %s and l.alert = %s"
                        " order by l.sequence", county, number)

    def account(self, name):
        return self.run("select id from needwatch.account where name = %s", name)[0][0]


def raw_ask(port, text, deadline=DEADLINE):
    """Sends bytes as they are; what came back until the end or the deadline."""
    with socket.create_connection(("127.0.0.1", port), timeout=deadline) as stream:
        stream.sendall(text if isinstance(text, bytes) else text.encode())
        came = b""
        try:
            while True:
                part = stream.recv(65536)
                if not part:
                    break
                came += part
                head, _, body = came.partition(b"\r\n\r\n")
                length = re.search(rb"content-length: (\d+)", head, re.I)
                if length and len(body) >= int(length.group(1)):
                    break
        except (TimeoutError, ConnectionResetError):
            pass
        return came.decode("utf-8", "replace")


def random_key():
    return base64.urlsafe_b64encode(os.urandom(18)).decode()

"""`needwatch init` and `needwatch ledger` on a real PostgreSQL: a private cluster, and somebody else's server."""

import datetime
import os
import pathlib
import pwd
import re
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time

import psycopg2
import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "faults"))
from server import Server  # noqa: E402

PROGRAM = os.environ["NEEDWATCH"]
RULES = """kind wage "工资" {
	subject person;
	amount money "金额";
}
family income { cap 10; }
rule low "收入低" {
	family income;
	when sum(w.amount for wage w of all persons) < 100 yuan;
	points 5;
	decay state;
	basis "甲省办法";
	because "低";
}
"""
AREAS = "code,name,parent_code,level\n99,甲省,,1\n9901,乙市,99,2\n990102,丙县,9901,3\n990102001,丁镇,990102,4\n"
CALENDAR = "day,work,basis\n2026-10-01,no,国办发明电〔2025〕7号\n2026-10-10,yes,\n"


class Place:
    """A folder with a configuration, where one store is."""

    def __init__(self):
        # Short, since a socket's path may not be long; passed through by the server's own user.
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="nw-init-", dir="/tmp"))
        self.folder.chmod(0o755)
        self.write("core.rules", RULES)
        self.write("areas.csv", AREAS)
        self.write("2026.csv", CALENDAR)
        self.configure()

    def write(self, name, text):
        (self.folder / name).write_text(text, encoding="utf-8")

    def configure(self, store="", service='areas "areas.csv";\n\tcalendar "2026.csv";'):
        self.write("needwatch.conf", f'{store}\nservice {{\n\tstate "state";\n\trules "core.rules";\n'
                                     f'\tcredentials "keys";\n\t{service}\n}}\n')

    def run(self, *words):
        return subprocess.run([PROGRAM, *words, "--config", "needwatch.conf"], cwd=self.folder, text=True,
                              capture_output=True, timeout=120)

    @property
    def data(self):
        return self.folder / "state/postgresql"

    def start(self):
        """Runs the private cluster as a unit would."""
        command = ["/usr/lib/postgresql/15/bin/postgres", "-D", str(self.data)]
        if os.geteuid() == 0:
            owner = pwd.getpwuid(os.stat(self.data).st_uid).pw_name
            command = ["setpriv", "--reuid=" + owner, "--regid=" + owner, "--clear-groups"] + command
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, cwd="/")
        end = time.monotonic() + 60
        while True:
            try:
                return self.connect("needwatch_admin")
            except psycopg2.OperationalError:
                assert self.process.poll() is None and time.monotonic() < end
                time.sleep(0.05)

    def connect(self, role):
        connection = psycopg2.connect(host=str(self.folder / "state/socket"), port=5432, dbname="needwatch", user=role)
        connection.autocommit = True
        return connection

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        self.process.wait(60)

    def remove(self):
        shutil.rmtree(self.folder)


@pytest.fixture
def place():
    made = Place()
    yield made
    made.remove()


@pytest.fixture(scope="module")
def ready():
    """A private store that was set up once; its cases leave it as they found it."""
    made = Place()
    done = made.run("init")
    assert done.returncode == 0, done.stderr
    made.first = done.stdout
    yield made
    made.remove()


@pytest.fixture
def running(ready):
    connection = ready.start()
    yield ready, connection
    connection.close()
    ready.stop()


def one(connection, sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0] if cursor.description else None


def modes(folder):
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}


# ---- a private cluster ----

def test_says_every_thing_it_did(ready):
    told = ready.first
    assert f"private store made in {ready.data}\n" in told
    assert "step 001_journal applied\n" in told
    assert "kind wage: table made\n" in told and "kind resident: table made\n" in told
    assert "areas: 4\noffices: 3 made\n" in told
    assert "calendar of 2026: 国办发明电〔2025〕7号\n" in told
    assert re.search(r"rule set [0-9a-f]{32} put in force: \d+ rules\n", told)
    assert told.splitlines()[-1].startswith("next: ")


def test_keys_are_for_their_owner_alone(ready):
    assert modes(ready.folder / "keys") == {"pseudonym.key": 0o600, "seal.secret": 0o600, "seal.public": 0o644}
    assert stat.S_IMODE((ready.folder / "keys").stat().st_mode) == 0o700
    assert stat.S_IMODE(ready.data.stat().st_mode) == 0o700
    for key in (ready.folder / "keys").iterdir():
        assert re.fullmatch("[0-9a-f]{64}\n", key.read_text())


def test_twice_in_a_row_changes_nothing(ready):
    keys = {path.name: path.read_text() for path in (ready.folder / "keys").iterdir()}
    done = ready.run("init")
    assert (done.returncode, done.stderr) == (0, "")
    assert "made in" not in done.stdout and "applied" not in done.stdout and "table made" not in done.stdout
    assert "schema up to date\n" in done.stdout and "offices: 0 made\n" in done.stdout
    assert "is in force\n" in done.stdout
    assert keys == {path.name: path.read_text() for path in (ready.folder / "keys").iterdir()}


# 国办发明电〔2025〕7号, as the notice says it: from and to of each holiday, and the days that are worked for them.
FREE_2026 = (((1, 1), (1, 3)), ((2, 15), (2, 23)), ((4, 4), (4, 6)), ((5, 1), (5, 5)), ((6, 19), (6, 21)), ((9, 25), (9, 27)),
             ((10, 1), (10, 7)))
WORKED_2026 = ((1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10))


def worked(rows, day):
    return rows.get(day, day.weekday() < 5)


def test_the_shipped_calendar_is_that_of_the_notice(running):
    """Loaded beside a running store, which programs that run hear of by the organisation's version, once."""
    place, connection = running
    before = one(connection, "select version from needwatch.organisation_version")
    shipped = pathlib.Path(__file__).resolve().parents[2] / "rules/standard/calendar/2026.csv"
    place.write("2026.csv", shipped.read_text(encoding="utf-8"))
    try:
        assert "calendar of 2026: 国务院办公厅关于2026年部分节假日安排的通知（国办发明电〔2025〕7号）\n" in place.run("init").stdout
        assert one(connection, "select version from needwatch.organisation_version") == before + 1
        assert place.run("init").returncode == 0
        assert one(connection, "select version from needwatch.organisation_version") == before + 1
    finally:
        place.write("2026.csv", CALENDAR)
    with connection.cursor() as cursor:
        cursor.execute("select day, work from needwatch.workday")
        rows = dict(cursor.fetchall())
    days = [datetime.date(2026, 1, 1) + datetime.timedelta(n) for n in range(365)]
    for day in days:
        free = any(first <= (day.month, day.day) <= last for first, last in FREE_2026)
        moved = (day.month, day.day) in WORKED_2026
        assert worked(rows, day) == (moved or not free and day.weekday() < 5), day
    assert all(work == (day.weekday() > 4) for day, work in rows.items()), "a row says what is so anyway"
    assert sum(worked(rows, day) for day in days) == 248


def test_leaves_a_running_store_running(running):
    place, connection = running
    done = place.run("init")
    assert done.returncode == 0 and "started" not in done.stdout and "stopped" not in done.stdout
    assert one(connection, "select count(*) from needwatch.office") == 3


def test_roles_and_owner(running):
    place, connection = running
    assert one(connection, "select pg_get_userbyid(datdba) from pg_database where datname = 'needwatch'") \
        == "needwatch_owner"
    assert one(connection, "select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace"
                           " where n.nspname = 'needwatch' and pg_get_userbyid(relowner) <> 'needwatch_owner'") == 0
    assert one(connection, "show listen_addresses") == ""
    monitor = place.connect("needwatch_monitor")
    assert one(monitor, "select count(*) from needwatch.area") == 4
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        one(monitor, "create table needwatch.mine (a int)")
    monitor.close()


@pytest.mark.skipif(os.geteuid() != 0, reason="becoming somebody else needs root")
def test_nobody_else_may_connect(running):
    place, _ = running
    done = subprocess.run(["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "/usr/lib/postgresql/15/bin/psql",
                           "-h", place.folder / "state/socket", "-U", "needwatch_monitor", "needwatch", "-c", "select 1"],
                          text=True, capture_output=True, cwd="/", timeout=60)
    assert done.returncode != 0 and "Peer authentication failed" in done.stderr


def test_the_users_of_the_units_are_their_roles(ready):
    lines = (ready.data / "pg_ident.conf").read_text().splitlines()
    assert 'needwatch "needwatch" needwatch_monitor' in lines and 'needwatch "needwatch-web" needwatch_web' in lines
    assert not any('"needwatch-web" needwatch_monitor' in line for line in lines)
    rules = [line.split() for line in (ready.data / "pg_hba.conf").read_text().splitlines() if not line.startswith("#")]
    assert rules == [["local", "all", "all", "peer", "map=needwatch"]]


def test_a_half_made_cluster_is_made_again(place):
    half = place.folder / "state/postgresql.unfinished"
    half.mkdir(parents=True)
    (place.folder / "state").chmod(0o755)
    (half / "PG_VERSION").write_text("15\n")
    done = place.run("init")
    assert (done.returncode, done.stderr) == (0, "")
    assert not half.exists() and place.data.exists()


def test_a_folder_of_something_else_is_left_alone(place):
    place.data.mkdir(parents=True)
    (place.data / "letters").write_text("mine")
    done = place.run("init")
    assert done.returncode == 3
    assert done.stderr == f"needwatch init: {place.data} is there already, and is left as it is\n"
    assert (place.data / "letters").read_text() == "mine"


def test_a_socket_needs_a_short_path(place):
    place.configure(service=f'state "{"/tmp/" + "x" * 100}";')
    text = (place.folder / "needwatch.conf").read_text().replace('\tstate "state";\n', "")
    place.write("needwatch.conf", text)
    done = place.run("init")
    assert done.returncode == 1 and "longer than 107 bytes: choose a shorter one" in done.stderr


# ---- what is wrong is told before anything is changed ----

def untouched(place):
    return not (place.folder / "state").exists() and not (place.folder / "keys").exists()


def test_missing_area_file(place):
    place.configure(service='areas "nowhere.csv";')
    done = place.run("init")
    assert done.returncode == 1 and done.stdout == ""
    assert done.stderr == (f"needwatch init: {place.folder}/nowhere.csv: there is no such file; "
                           "service { areas ...; } names it\n")
    assert untouched(place)


def test_broken_rule_file(place):
    place.write("core.rules", RULES.replace("for wage w", "for wages w"))
    done = place.run("init")
    assert done.returncode == 1 and done.stdout == ""
    assert re.match(rf"{place.folder}/core.rules:8:\d+: error: 'wages' is not a kind", done.stderr), done.stderr
    assert untouched(place)


def test_every_fault_of_every_file_in_one_run(place):
    place.write("areas.csv", "code,name,parent_code\n99,甲省,\n990,乙市,99\n99,又甲省,\n9902,,99\n")
    place.write("2026.csv", "day,work\n2026-10-01,no\n2026-02-30,no\n2027-01-01,no\n2026-10-10,maybe\n")
    done = place.run("init")
    faults = [line for line in done.stderr.splitlines() if ": error: " in line]
    assert done.returncode == 1
    assert [line.removeprefix(f"{place.folder}/") for line in faults] == [
        "2026.csv:3:1: error: '2026-02-30' is no day",
        "2026.csv:4:1: error: this is not a day of 2026, like those before",
        "2026.csv:5:12: error: 'maybe' does not say whether the day is worked",
        "areas.csv:1:1: error: the area 99 stands there twice: '甲省' and '又甲省'",
        "areas.csv:3:1: error: '990' is no area code",
        "areas.csv:5:6: error: the area has no name"]
    assert untouched(place)


def test_A12_changed_codes_lead_to_areas_that_are_there(place):
    place.configure(service='areas "areas.csv"; area_changes "changes.csv";')
    place.write("areas.csv", "code,name\n99,甲省\n9901,乙市\n990102,丙县\n990102001,丁镇\n990102001201,戊村\n")
    place.write("changes.csv", "old_code,new_code,change_date\n990102001202,990102001201,2026-03-01\n"
                "990102001203,990102001204,2024-03-01\n990102001204,990102001205,2025-03-01\n"
                "990102001206,990102001206,2025-03-01\n990102001207,990102001202,2024-03-01\n")
    done = place.run("init")
    assert done.returncode == 1 and done.stdout == ""
    assert done.stderr.replace(f"{place.folder}/", "") == """\
changes.csv:3:14: error: this leads to 990102001205, which is not among the areas
    3 | 990102001203,990102001204,2024-03-01
      |              ^~~~~~~~~~~~ name what stands for it today, or add it to the file of areas
changes.csv:4:14: error: this leads to 990102001205, which is not among the areas
    4 | 990102001204,990102001205,2025-03-01
      |              ^~~~~~~~~~~~ name what stands for it today, or add it to the file of areas
changes.csv:5:14: error: this leads in a circle: nothing stands for 990102001206
    5 | 990102001206,990102001206,2025-03-01
      |              ^~~~~~~~~~~~ a code that came back does so on a later day
"""
    assert untouched(place)
    (place.folder / "changes.csv").unlink()
    done = place.run("init")
    assert done.returncode == 1 and done.stdout == ""
    assert done.stderr == (f"needwatch init: {place.folder}/changes.csv: No such file or directory: "
                           "service { area_changes ...; } names it\n")


def test_no_configuration(place):
    (place.folder / "needwatch.conf").unlink()
    done = place.run("init")
    assert done.returncode == 1 and "needwatch.conf" in done.stderr


def test_usage(place):
    done = place.run("init", "--everything")
    assert done.returncode == 2 and "usage: needwatch init" in done.stderr
    done = place.run("ledger")
    assert done.returncode == 2 and "usage: needwatch ledger" in done.stderr


# ---- rules that change ----

def test_a_changed_type_is_refused_and_a_new_set_is_put_in_force(running):
    place, connection = running
    try:
        place.write("core.rules", RULES.replace("amount money", "amount int").replace("100 yuan", "100"))
        done = place.run("init")
        assert done.returncode == 1
        assert done.stderr == ("needwatch init: kind wage: its field amount was money and is now int;"
                               " give the changed field or kind another name\n")
        place.write("core.rules", RULES.replace("points 5", "points 6"))
        done = place.run("init")
        assert done.returncode == 0
        assert re.search("rule set [0-9a-f]{32} stays in force; the rule files say [0-9a-f]{32}: "
                         "`needwatch init --rules` puts it in force", done.stdout)
        done = place.run("init", "--rules")
        assert done.returncode == 0 and "put in force" in done.stdout and "areas" not in done.stdout
        assert one(connection, "select count(*) from needwatch.rule_publication") == 2
        # Back again: the old set, said last, holds.
        place.write("core.rules", RULES)
        assert "put in force" in place.run("init", "--rules").stdout
        assert "is in force" in place.run("init").stdout
    finally:
        place.write("core.rules", RULES)


# ---- keys ----

def test_a_lost_key_is_not_replaced(running):
    place, connection = running
    key = place.folder / "keys/pseudonym.key"
    kept = key.read_text()
    one(connection, "insert into needwatch.person (county, id, unidentified, number_mask, key_id, first_seen)"
                    " values (990102, 1, false, '', 1, '2026-01-01')")
    try:
        key.unlink()
        done = place.run("init")
        assert done.returncode == 3 and not key.exists()
        assert done.stderr == (f"needwatch init: {key}: is missing, but the store knows persons by it already: bring it back"
                               " from your backup; with another key everybody would be a stranger\n")
    finally:
        key.write_text(kept)
        key.chmod(0o600)
        one(connection, "delete from needwatch.person")


def test_seal_halves(ready):
    public, secret = ready.folder / "keys/seal.public", ready.folder / "keys/seal.secret"
    kept = public.read_text()
    public.unlink()
    assert ready.run("init").returncode == 0
    assert public.read_text() == kept
    public.write_text("0" * 64 + "\n")
    done = ready.run("init")
    assert done.returncode == 3 and "is not the other half of seal.secret" in done.stderr
    public.write_text("nothing\n")
    done = ready.run("init")
    assert done.returncode == 3 and "is no key: one line of 64 hexadecimal digits" in done.stderr
    public.write_text(kept)
    secret.chmod(0o644)
    assert f"{secret}: others may read it: chmod 600" in ready.run("init").stdout
    secret.chmod(0o600)


# ---- the ledger ----

def test_ledger_verify(running):
    place, connection = running
    done = place.run("ledger", "verify")
    assert (done.returncode, done.stdout) == (0, "the ledger holds no line yet\n")
    one(connection, "insert into needwatch.ledger_head values (990102, 1, decode(repeat('00', 32), 'hex'))")
    one(connection, "insert into needwatch.ledger values (990102, 1, '\\x00', '\\x00', '\\x00', 0, '2026-01-01', 1, 1, 1)")
    try:
        done = place.run("ledger", "verify")
        assert done.returncode == 1 and done.stdout.startswith("990102: BROKEN: ") and "line 1" in done.stdout
    finally:
        one(connection, "delete from needwatch.ledger")
        one(connection, "delete from needwatch.ledger_head")


def test_ledger_verify_without_a_store(ready):
    done = ready.run("ledger", "verify")
    assert done.returncode == 3 and "No such file or directory" in done.stderr
    assert "systemctl start needwatch-store" in done.stderr


# ---- somebody else's server ----

@pytest.fixture(scope="module")
def outside():
    server = Server()
    yield server
    server.remove()


def outside_store(server, user):
    where = f'host = "{server.folder}" dbname = needwatch user ='
    return f"store {{\n\tconnect {where} needwatch_monitor;\n\towner_connect {where} {user};\n}}\n"


def test_outside_server_without_the_right_to_make_roles(outside, place):
    connection = outside.connect()
    one(connection, "create role plain login")
    one(connection, "create database needwatch")
    place.configure(store=outside_store(outside, "plain"))
    done = place.run("init")
    assert done.returncode == 3 and done.stdout == ""
    told = re.fullmatch("needwatch init: user plain may not make the roles that are missing; an administrator of the server"
                        " runs: (.*)\n", done.stderr)
    assert told
    # What it says is enough, but for the database.
    one(connection, told.group(1))
    place.configure(store=outside_store(outside, "needwatch_owner"))
    done = place.run("init")
    assert done.returncode == 3 and "alter database ... owner to needwatch_owner" in done.stderr
    one(connection, "alter database needwatch owner to needwatch_owner")
    done = place.run("init")
    assert (done.returncode, done.stderr) == (0, "")
    assert not (place.folder / "state/postgresql").exists()
    assert done.stdout.splitlines()[-1] == ("next: run needwatchd --config needwatch.conf; "
                                            "needwatch-web --config needwatch.conf")
    assert place.run("init").returncode == 0
    connection.close()


def test_outside_server_needs_the_owner_named(outside, place):
    place.configure(store=f'store {{ connect host = "{outside.folder}" dbname = needwatch user = needwatch_monitor; }}')
    done = place.run("init")
    assert done.returncode == 1
    assert done.stderr == ("needwatch init: store {} names an outside server but has no 'owner_connect': say how"
                           " needwatch_owner reaches it\n")


def test_outside_server_that_is_away(place):
    place.configure(store='store { connect host = "/nowhere" dbname = n user = m; owner_connect host = "/nowhere" dbname = n'
                          ' user = o; }')
    done = place.run("init")
    assert done.returncode == 3 and "/nowhere/.s.PGSQL.5432" in done.stderr


def test_store_newer_than_this_needwatch(outside, place):
    connection = outside.connect("needwatch")
    place.configure(store=outside_store(outside, "needwatch_owner"))
    one(connection, "insert into needwatch.migration values (900, '900_future', '00', '2030-01-01')")
    done = place.run("init")
    assert done.returncode == 3
    assert done.stderr == ("needwatch init: the store has step 900_future, which this needwatch does not know: it is newer;"
                           " install that version here, too\n")
    one(connection, "delete from needwatch.migration where number = 900")
    one(connection, "update needwatch.migration set checksum = '00' where number = 1")
    done = place.run("init")
    assert done.returncode == 3 and "step 001_journal is not what was applied to the store" in done.stderr
    connection.close()

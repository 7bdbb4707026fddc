"""The three services as their units start them: users, folders, credentials, system calls and sockets of systemd/, the
store of `needwatch init`. Each gets ready, does its work, and is refused what it must not do."""
import os
import pathlib
import re
import sys
import time

import pytest

import house

sys.path.insert(0, str(house.HERE.parent / "faults"))
from server import Server  # noqa: E402

PROGRAMS = os.environ.get("PROGRAMS", str(house.HERE.parents[1] / "build" / "bin"))
PAGES = house.HERE.parents[1] / "inbox" / "app" / "dist"
USERS = ("needwatch", "needwatch-web", "needwatch-store")
ROLES = ("needwatch_monitor", "needwatch_web", "needwatch_owner", "needwatch_admin", "needwatch_reader", "needwatch_actor")
# Which users may be which roles: the store's own user, like root, may be every one that may sign in.
MAPPED = {("needwatch", "needwatch_monitor"), ("needwatch-web", "needwatch_web")} | {
    ("needwatch-store", role) for role in ROLES[:4]}
PASSWORD = "open-sesame"

pytestmark = pytest.mark.skipif(not house.possible(), reason="only root may have a mount namespace and other users")

AREAS = """code,name,parent_code,level
9901,测试市,,2
990102,测试县,9901,3
990102001,第一镇,990102,4
990102001201,第一村,990102001,5
"""
CONFIGURATION = """
service {
	rules        "%(folder)s/rules";
	areas        "/etc/needwatch/areas.csv";
	socket_group "needwatch-socket";
	web_pages    "%(folder)s/pages";
	web_port     0;
}
channel log { kind log; }
source damage "灾情到户" {
	connect    host = "%(department)s" dbname = yingji user = reader;
	credential "source_yingji";
	query      "select id, certno, area, day, updated from yj_house";
	key        id;
	cursor     updated;
	every 100ms;  margin 0s;
	person     certno;
	fact house_damage { on day as date; area area; event = id; grade = "collapsed"; report = "verified"; }
	resident { area = area; }
}
"""
DEPARTMENT = """
create table yj_house (id text primary key, certno text, area text, day date default current_date,
    updated timestamptz default clock_timestamp());
create role reader login password '%s';
grant select on yj_house to reader;
insert into yj_house values ('a', '99010119700101001X', '990102001201');
""" % PASSWORD


@pytest.fixture(scope="module")
def department():
    """A department's server that asks for a password."""
    server = Server()
    server.database("yingji", DEPARTMENT).close()
    pathlib.Path(server.data, "pg_hba.conf").write_text("local all postgres trust\nlocal all all scram-sha-256\n")
    server.stop()
    server.start()
    yield server
    server.remove()


@pytest.fixture(scope="module")
def place(department):
    """The house with its store made, nothing started."""
    place = house.House(PROGRAMS, PAGES)
    etc = pathlib.Path("/etc/needwatch")
    (etc / "areas.csv").write_text(AREAS, encoding="utf-8")
    (etc / "needwatch.conf").write_text(CONFIGURATION % {"folder": place.folder, "department": department.folder},
                                        encoding="utf-8")
    (etc / "sources" / "yingji").write_text(PASSWORD + "\n")
    done = place.root("needwatch init")
    assert done.returncode == 0, done.stderr
    yield place
    place.end()


@pytest.fixture(scope="module")
def services(place):
    """All three, ready, in the order in which systemd starts them."""
    started = {}
    for name in ("needwatch-store", "needwatchd", "needwatch-web"):
        started[name] = place.service(name).start()
        started[name].await_word("READY=1")
    return started


def test_init_leaves_folders_as_the_units_need_them(place):
    done = house.run("stat", "-c", "%n %a %U %G", "/var/lib/needwatch", "/var/lib/needwatch/postgresql",
                     "/var/lib/needwatch/socket", "/etc/needwatch/keys", "/etc/needwatch/keys/seal.secret",
                     "/etc/needwatch/keys/pseudonym.key")
    assert done.stdout.splitlines() == [
        "/var/lib/needwatch 710 needwatch needwatch-socket",
        "/var/lib/needwatch/postgresql 700 needwatch-store needwatch-socket",
        "/var/lib/needwatch/socket 750 needwatch-store needwatch-socket",
        "/etc/needwatch/keys 700 root root",
        "/etc/needwatch/keys/seal.secret 600 root root",
        "/etc/needwatch/keys/pseudonym.key 600 root root"]


def test_all_three_get_ready_and_feed_their_watchdogs(services):
    for name in ("needwatchd", "needwatch-web"):
        services[name].await_word("WATCHDOG=1")


def test_a_row_behind_a_password_becomes_an_alert(place, services):
    end = time.monotonic() + house.DEADLINE
    while place.psql("needwatch", "needwatch_monitor",
                     "select count(*) from needwatch.alert where county = 990102").stdout.strip() in ("", "0"):
        assert time.monotonic() < end, services["needwatchd"].said()[-3000:]
        time.sleep(0.1)
    assert PASSWORD not in services["needwatchd"].said()


def test_the_command_line_asks_the_daemon(place, services):
    done = place.root("needwatch status")
    assert done.returncode == 0 and "needwatchd  active" in done.stdout, done.stderr


@pytest.mark.parametrize("user", USERS + ("nobody",))
@pytest.mark.parametrize("role", ROLES)
def test_who_may_be_whom(place, services, user, role):
    done = place.psql(user, role, "select 1")
    assert (done.returncode == 0) == ((user, role) in MAPPED), done.stderr


@pytest.mark.parametrize("sql", [
    "create table needwatch.mine (n int)",
    "alter table needwatch.alert add mine int",
    "delete from needwatch.ledger",
    "update needwatch.ledger set hash = ''",
    "delete from needwatch.fact_house_damage",
    "update needwatch.fact_house_damage set version = 7",
    "set role needwatch_owner",
    "copy needwatch.person to program 'cat'",
])
def test_what_the_monitor_may_not_do_to_the_store(place, services, sql):
    done = place.psql("needwatch", "needwatch_monitor", sql)
    assert done.returncode != 0 and re.search("permission denied|must be (owner|superuser)", done.stderr), done.stderr


@pytest.mark.parametrize("table", ["alert", "person", "ledger_payload", "fact_house_damage", "account", "outbox"])
def test_the_pages_have_no_right_of_their_own(place, services, table):
    done = place.psql("needwatch-web", "needwatch_web", "select count(*) from needwatch.%s" % table)
    assert "permission denied" in done.stderr


def test_keys_are_with_those_who_need_them(place, services):
    monitor, web = services["needwatchd"].credentials, services["needwatch-web"].credentials
    assert sorted(os.listdir(monitor)) == ["pseudonym.key", "seal.public", "source_yingji"]
    assert sorted(os.listdir(web)) == ["seal.public", "seal.secret"]
    keys, sources = "/etc/needwatch/keys/seal.secret", "/etc/needwatch/sources/yingji"
    for user, files in {"needwatch": [web / "seal.secret", keys, sources],
                        "needwatch-web": [monitor / "source_yingji", keys, sources],
                        "needwatch-store": [monitor / "source_yingji", web / "seal.secret", keys, sources],
                        "nobody": [monitor / "source_yingji", web / "seal.secret", keys, sources]}.items():
        for file in files:
            done = place.as_user(user, "cat", file)
            assert done.returncode != 0 and "Permission denied" in done.stderr, "%s reads %s" % (user, file)


def test_only_the_group_asks_the_daemon(place, services):
    asks = "import socket; s = socket.socket(socket.AF_UNIX); s.connect('/var/lib/needwatch/question.sock')"
    for user, may in (("needwatch-web", True), ("nobody", False)):
        done = place.as_user(user, "/usr/bin/python3", "-c", asks)
        assert (done.returncode == 0) == may, done.stderr


def processes(pid):
    """A process and those below it."""
    found = [pid]
    for child in pathlib.Path("/proc/%d/task/%d/children" % (pid, pid)).read_text().split():
        found += processes(int(child))
    return found


def test_nothing_holds_a_privilege_or_memory_that_is_written_and_run(services):
    for name, service in services.items():
        for pid in processes(service.process.pid):
            status = pathlib.Path("/proc/%d/status" % pid).read_text()
            assert re.search(r"^NoNewPrivs:\t1$", status, re.M) and re.search(r"^Seccomp:\t2$", status, re.M), name
            assert re.search(r"^CapEff:\t0+$", status, re.M) and re.search(r"^CapBnd:\t0+$", status, re.M), name
            maps = pathlib.Path("/proc/%d/maps" % pid).read_text()
            assert not re.search(r"^\S+ .wx", maps, re.M), "%s has memory that is written and run" % name


def test_nothing_was_refused_that_they_need(services):
    for name, service in services.items():
        assert not re.search("Operation not permitted|Permission denied|Read-only", service.said()), service.said()


def operations(says):
    """The commands of docs/operations.md that hold a word."""
    text = (house.HERE.parents[1] / "docs" / "operations.md").read_text(encoding="utf-8")
    script, = (block for block in re.findall(r"^```sh\n(.*?)^```$", text, re.M | re.S) if says in block)
    return script


def test_a_threshold_that_is_set_as_the_operations_page_says_is_noticed(place, services):
    before = services["needwatchd"].said().count("with thresholds of")
    done = place.root(operations("needwatch.threshold"))
    assert done.returncode == 0, done.stderr
    end = time.monotonic() + house.DEADLINE
    while services["needwatchd"].said().count("with thresholds of") == before:
        assert time.monotonic() < end, services["needwatchd"].said()[-2000:]
        time.sleep(0.1)


def test_the_daemons_end_when_told(services):
    for name in ("needwatch-web", "needwatchd"):
        assert services[name].stop() == 0, services[name].said()[-2000:]


def counts(place):
    tables = place.psql("needwatch-store", "needwatch_admin",
                        "select tablename from pg_tables where schemaname = 'needwatch' order by 1").stdout.split()
    return place.psql("needwatch-store", "needwatch_admin", " union all ".join(
        "select '%s', count(*) from needwatch.%s" % (table, table) for table in tables)).stdout


def test_backup_and_restore_as_the_operations_page_says(place, services):
    before = counts(place)
    assert "alert|1" in before
    done = place.root(operations("pg_dump"))
    assert done.returncode == 0, done.stderr
    done = place.psql("needwatch-store", "needwatch_admin", "drop schema needwatch cascade")
    assert done.returncode == 0, done.stderr
    done = place.root("needwatch init")
    assert done.returncode == 0, done.stderr
    assert counts(place) != before
    done = place.root(operations("pg_restore"))
    assert done.returncode == 0, done.stderr
    assert "990102: " in done.stdout and "whole" in done.stdout
    assert counts(place) == before
    done = place.root("needwatch init")
    assert done.returncode == 0, "what was restored is as it should be: " + done.stderr


def test_the_store_ends_last(services):
    assert services["needwatch-store"].stop() == 0, services["needwatch-store"].said()[-2000:]

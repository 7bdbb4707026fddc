"""Row-level security: what each role sees and writes, whatever the statement says."""
import collections
import re
import subprocess

import psycopg2
import pytest

from inbox import (BIN, CITY, COUNTY, FAR_COUNTY, FAR_VILLAGE, NEIGHBOUR, OTHER_VILLAGE, SUPERVISION, TOWN, VILLAGE)

OFFICES = {"village": VILLAGE, "neighbour": NEIGHBOUR, "town": TOWN, "county": COUNTY, "far_county": FAR_COUNTY,
           "city": CITY}


@pytest.fixture(scope="module")
def world(inbox):
    inbox.names = {
        "village": inbox.alert(VILLAGE), "by_town": inbox.alert(VILLAGE, owner=TOWN),
        "neighbour": inbox.alert(NEIGHBOUR), "other_town": inbox.alert(OTHER_VILLAGE), "far": inbox.alert(FAR_VILLAGE),
        "supervision": inbox.alert(VILLAGE, owner=TOWN, lane=SUPERVISION),
        "of_town": inbox.alert(TOWN, owner=COUNTY, lane=SUPERVISION, people=()),
        "moved_here": inbox.alert(FAR_VILLAGE, owner=VILLAGE),
        "unclaimed": inbox.alert(COUNTY, owner=COUNTY, people=()),
    }
    inbox.run("update needwatch.alert set residence = 0 where id = %s", number(inbox.names["unclaimed"]))
    # The household of a closed alert moved to another county, where it is in trouble again.
    inbox.names["left"] = left = inbox.alert(VILLAGE)
    inbox.names["arrived"] = "990102-%d" % number(inbox.alert(FAR_VILLAGE, people=()))
    inbox.run("update needwatch.alert set closed = now(), state = 10 where id = %s", number(left))
    for table in ("alert_memory", "alert_hit"):
        inbox.run(f"delete from needwatch.{table} where household = %s", 1000 + number(inbox.names["arrived"]))
    for table, key in (("alert", "id"), ("alert_clock", "alert"), ("alert_told", "alert")):
        inbox.run(f"update needwatch.{table} set county = 990102 where {key} = %s", number(inbox.names["arrived"]))
    inbox.run("update needwatch.alert set household = %s where id = %s", 1000 + number(left),
              number(inbox.names["arrived"]))
    for name, alert in inbox.names.items():
        county = int(alert.split("-")[0])
        for sequence in (2 * number(alert), 2 * number(alert) + 1):
            inbox.run("insert into needwatch.ledger values (%s, %s, '', '', %s, 0, now(), 1, %s, 0)", county, sequence,
                      f"{name} {sequence}".encode(), number(alert))
            inbox.run("insert into needwatch.ledger_payload values (%s, %s, '', %s)", county, sequence, name)
    # One member of the village's household has left for the far village's.
    gone = inbox.members(inbox.names["village"])[1]
    inbox.run("insert into needwatch.membership values (990102, %s, 2, 990103, %s, true, 0, now())", gone,
              1000 + number(inbox.names["far"]))
    inbox.gone = gone
    return inbox


VISIBLE = {
    "village": {"village", "by_town", "moved_here", "left"},
    "neighbour": {"neighbour"},
    "town": {"village", "by_town", "neighbour", "supervision", "moved_here", "left"},
    "county": {"village", "by_town", "neighbour", "supervision", "moved_here", "other_town", "of_town", "unclaimed", "left"},
    "far_county": {"far", "moved_here", "arrived"},
    "city": {"village", "by_town", "neighbour", "supervision", "moved_here", "other_town", "of_town", "unclaimed", "far",
             "left", "arrived"},
}


def number(alert):
    return int(alert.split("-")[1])


class Web:
    """A transaction of needwatch-web, as the program begins it."""

    def __init__(self, world):
        self.world = world
        self.connection = psycopg2.connect(host=world.server.folder, dbname="nw", user="needwatch_web")
        self.cursor = self.connection.cursor()

    def __enter__(self):
        return self

    def __exit__(self, *fault):
        self.connection.rollback()
        self.connection.close()

    def run(self, sql, *values):
        self.cursor.execute(sql, values or None)
        return self.cursor.fetchall() if self.cursor.description else self.cursor.rowcount

    def read_as(self, who):
        area = OFFICES[who]
        width = 1 if area % 1000 else 1000 if area % 1000000 else 1000000 if area % 100000000 else 100000000
        self.run("select set_config('role', 'needwatch_reader', true), set_config('needwatch.area_from', %s, true),"
                 " set_config('needwatch.area_to', %s, true), set_config('needwatch.office', %s, true)", str(area),
                 str(area + width - 1), str(self.world.office(area)))
        return self

    def act_on(self, alert, account="village", person=0):
        county, number_of = alert.split("-")
        self.run("select set_config('role', 'needwatch_actor', true), set_config('needwatch.county', %s, true),"
                 " set_config('needwatch.alert', %s, true), set_config('needwatch.account', %s, true),"
                 " set_config('needwatch.person', %s, true)", county, number_of, str(self.world.account(account)),
                 str(person))
        return self


# ---- every statement, robbed of its where ----

def statements():
    table = subprocess.run([BIN / "statements_table"], text=True, capture_output=True, check=True).stdout
    return dict(line.split("\t", 1) for line in table.splitlines())


def robbed(sql):
    """Without any where-clause, and with nothing asked for: only the policies are left."""
    out, depth, robbing = "", 0, None
    at = 0
    while at < len(sql):
        word = re.match(r" (where|order by|group by|limit|for update|for share)\b", sql[at:])
        depth += sql[at] == "("
        if robbing is not None and (depth < robbing or sql[at] == ")" and depth == robbing):
            robbing = None
        if word and robbing is None and word.group(1) == "where":
            robbing = depth
        elif word and robbing == depth:
            robbing = None
        if robbing is None:
            out += sql[at]
        depth -= sql[at] == ")"
        at += 1
    return re.sub(r"\$\d+::(\w+(?:\[\])?)", r"null::\1", out)


READING = {name: sql for name, sql in (statements() if (BIN / "statements_table").exists() else {}).items()
           if sql.startswith("select ") and "set_config" not in sql and "nextval" not in sql
           and name.lower() not in ("inbox_sealed", "plan_ids")}


def only(world, who):
    """Takes out of the store, in an open transaction, all that this office may not see."""
    cursor = world.db.cursor()
    seen = tuple(number(world.names[name]) for name in VISIBLE[who])
    cursor.execute("begin")
    cursor.execute("delete from needwatch.ledger_payload p using needwatch.ledger l where p.county = l.county"
                   " and p.sequence = l.sequence and l.alert not in %s", (seen,))
    for table in ("ledger", "alert_clock", "alert_told"):
        cursor.execute(f"delete from needwatch.{table} where alert not in %s", (seen,))
    for table, which in (("alert_memory", ""), ("alert_hit", " and a.closed is null")):
        cursor.execute(f"delete from needwatch.{table} m where not exists (select from needwatch.alert a where a.id in %s"
                       f" and a.household = m.household and a.lane = m.lane{which})", (seen,))
    cursor.execute("delete from needwatch.membership where person = %s and position = 1", (world.gone,))
    cursor.execute("delete from needwatch.alert where id not in %s", (seen,))
    cursor.execute("delete from needwatch.membership m where not exists (select from needwatch.alert a"
                   " where a.household = m.household and a.closed is null)")
    cursor.execute("delete from needwatch.person p where not exists (select from needwatch.membership m"
                   " where m.person = p.id)")
    return cursor


def counted(rows):
    """As text, for JSON has no hash; of bytes the contents."""
    return collections.Counter(repr([bytes(cell) if isinstance(cell, memoryview) else cell for cell in row]) for row in rows)


def test_the_statements_are_there():
    assert {"INBOX_LIST", "INBOX_PEOPLE", "PLAN_LOCK_ALERTS", "PLAN_HITS", "ALERT_ONE"} <= {
        name.upper() for name in READING}
    assert robbed("select a from b where x in (select y where z) and v order by (select p where q limit 1) limit $1::int"
                  ) == "select a from b order by (select p limit 1) limit null::int"


@pytest.mark.parametrize("who", OFFICES)
@pytest.mark.parametrize("name", READING)
def test_without_its_where_a_statement_sees_the_subtree_alone(world, name, who):
    sql = robbed(READING[name])
    with Web(world) as web:
        web.read_as(who)
        seen = counted(web.run(sql))
    cursor = only(world, who)
    cursor.execute(sql)
    allowed = counted(cursor.fetchall())
    cursor.execute("rollback")
    assert seen == allowed


def test_the_oracle_can_fail(world):
    """A superuser sees all: the comparison above is not empty."""
    sql = robbed(READING[next(name for name in READING if name.upper() == "INBOX_PEOPLE")])
    everything = len(world.run(sql))
    with Web(world) as web:
        assert 0 < len(web.read_as("village").run(sql)) < everything


def test_a_closed_alert_shows_nobody_who_moved_away(world):
    """Its story stays with the old village; whose it was, and what befell them since, does not."""
    left, arrived = number(world.names["left"]), number(world.names["arrived"])
    people = "select person from needwatch.membership where household = %s order by person"
    names = "select p.name_mask from needwatch.person p where p.id = any (%s)"
    members = world.members(world.names["arrived"])
    with Web(world).read_as("village") as web:
        assert web.run("select closed is not null from needwatch.alert where id = %s", left) == [(True,)]
        assert web.run(people, 1000 + left) == [] and web.run(names, members) == []
        assert web.run("select rule from needwatch.alert_hit where household = %s", 1000 + left) == []
    with Web(world).read_as("far_county") as web:
        assert web.run("select id from needwatch.alert where household = %s", 1000 + left) == [(arrived,)]
        assert web.run(people, 1000 + left) == [(person,) for person in members]
        assert len(web.run(names, members)) == len(members) == 2


def test_a_closed_alert_opens_no_box(world):
    alert = world.names["left"]
    with Web(world).read_as("village").act_on(alert, person=world.members(alert)[0]) as web:
        assert web.run("select id from needwatch.alert") == [(number(alert),)]
        assert web.run("select sealed from needwatch.person") == []


# ---- needwatch_web itself ----

TABLES = ("account", "session", "sign_in_token", "sign_in_attempt", "alert", "person", "ledger", "ledger_payload",
          "outbox", "office", "membership", "organisation_version", "source", "touched")


@pytest.mark.parametrize("table", TABLES)
def test_needwatch_web_itself_has_no_right(world, table):
    with Web(world) as web, pytest.raises(psycopg2.errors.InsufficientPrivilege):
        web.run(f"select * from needwatch.{table}")


@pytest.mark.parametrize("role, table", [
    (role, table) for role in ("needwatch_reader", "needwatch_actor")
    for table in ("session", "sign_in_token", "sign_in_attempt", "source", "touched", "quarantine", "directory_number")])
def test_roles_do_not_see_sessions_nor_sources(world, role, table):
    with Web(world) as web, pytest.raises(psycopg2.errors.InsufficientPrivilege):
        web.run(f"set local role {role}")
        web.run(f"select * from needwatch.{table}")


@pytest.mark.parametrize("columns", ("password", "name", "*"))
def test_the_reader_sees_no_password(world, columns):
    with Web(world) as web, pytest.raises(psycopg2.errors.InsufficientPrivilege):
        web.read_as("city").run(f"select {columns} from needwatch.account")


@pytest.mark.parametrize("columns", ("sealed", "name_hash", "*"))
def test_the_reader_sees_no_box(world, columns):
    with Web(world) as web, pytest.raises(psycopg2.errors.InsufficientPrivilege):
        web.read_as("city").run(f"select {columns} from needwatch.person")


def test_the_monitor_sees_no_account(world):
    connection = psycopg2.connect(host=world.server.folder, dbname="nw", user="needwatch_monitor")
    with connection.cursor() as cursor, pytest.raises(psycopg2.errors.InsufficientPrivilege):
        cursor.execute("select password from needwatch.account")
    connection.close()


def test_the_monitor_still_sees_every_alert(world):
    connection = psycopg2.connect(host=world.server.folder, dbname="nw", user="needwatch_monitor")
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from needwatch.alert")
        assert cursor.fetchone()[0] == len(world.names)
    connection.close()


def test_a_reader_without_an_area_sees_nobody(world):
    with Web(world) as web:
        web.run("set local role needwatch_reader")
        for table in ("alert", "alert_clock", "alert_told", "alert_hit", "ledger", "ledger_payload", "membership"):
            assert web.run(f"select count(*) from needwatch.{table}") == [(0,)], table
        assert web.run("select count(id) from needwatch.person") == [(0,)]


# ---- the reader locks and never writes ----

@pytest.mark.parametrize("sql", [
    "update needwatch.alert set version = 9",
    "update needwatch.organisation_version set version = 9",
])
def test_the_reader_cannot_write_what_it_may_lock(world, sql):
    with Web(world) as web, pytest.raises(psycopg2.errors.InsufficientPrivilege, match="row-level security"):
        web.read_as("city").run(sql)


@pytest.mark.parametrize("sql", [
    "update needwatch.alert set state = 10", "delete from needwatch.alert", "insert into needwatch.alert_told values (1)",
    "update needwatch.ledger set at = now()", "delete from needwatch.ledger_payload",
    "update needwatch.person set name_mask = 'x'", "insert into needwatch.outbox (county) values (1)",
])
def test_the_reader_writes_nothing(world, sql):
    with Web(world) as web, pytest.raises(psycopg2.errors.InsufficientPrivilege):
        web.read_as("city").run(sql)


# ---- the actor and a second alert ----

def acting(world, **more):
    return Web(world).read_as("village").act_on(world.names["village"], **more)


def test_the_actor_sees_and_changes_its_alert_alone(world):
    with acting(world) as web:
        mine = number(world.names["village"])
        assert web.run("select id from needwatch.alert") == [(mine,)]
        assert web.run("update needwatch.alert set version = version + 1 returning id") == [(mine,)]
        assert web.run("update needwatch.alert_clock set misses = 1 returning alert") == [(mine,)]
        assert web.run("update needwatch.alert_hit set spent = true returning household") == [(1000 + mine,)]
        assert web.run("update needwatch.alert_memory set level_seen = 1 returning household") == [(1000 + mine,)]


@pytest.mark.parametrize("table", ("alert", "alert_clock", "alert_memory", "alert_hit"))
def test_the_actor_cannot_turn_its_row_into_another(world, table):
    key = {"alert": "id", "alert_clock": "alert"}.get(table, "household")
    with acting(world) as web, pytest.raises(psycopg2.errors.InsufficientPrivilege):
        web.run(f"update needwatch.{table} set {key} = 77")


def second(world):
    return {"county": 990102, "alert": number(world.names["neighbour"]),
            "household": 1000 + number(world.names["neighbour"])}


@pytest.mark.parametrize("sql", [
    "insert into needwatch.alert_clock values ({county}, {alert}, 3, true, now(), now(), now(), false, 0)",
    "insert into needwatch.alert_told values ({county}, {alert}, 1, 1, true, now())",
    "insert into needwatch.alert_memory values ({county}, {household}, 1, 1)",
    "insert into needwatch.alert_hit (county, household, lane, rule, event_key, \"on\", since, absence, points, live, event,"
    " spent, seen) values ({county}, {household}, 0, 'x', 'x', 1, 1, false, 1, true, true, true, 1)",
    "insert into needwatch.ledger values ({county}, 900, '', '', 'x', 0, now(), 1, {alert}, {account})",
    "insert into needwatch.outbox (county, key, alert, office, role, channel, lead, level, template, reason, body,"
    " next_attempt, created) values ({county}, 'x', {alert}, 1, 1, 'x', true, 1, 1, 1, 'x', now(), now())",
    "insert into needwatch.ledger_head values (990103, 1, '')",
])
def test_the_actor_cannot_write_about_a_second_alert(world, sql):
    with acting(world) as web, pytest.raises(psycopg2.errors.InsufficientPrivilege, match="row-level security"):
        web.run(sql.format(account=world.account("village"), **second(world)))


def test_the_actor_writes_the_ledger_under_its_own_name(world):
    line = "insert into needwatch.ledger values (990102, %s, '', '', %s, 0, now(), 1, %s, %s)"
    mine = number(world.names["village"])
    with acting(world) as web:
        web.run(line, 901, b"mine", mine, world.account("village"))
        web.run("insert into needwatch.ledger_payload values (990102, 901, '', 'mine')")
    with acting(world) as web, pytest.raises(psycopg2.errors.InsufficientPrivilege, match="row-level security"):
        web.run(line, 901, b"mine", mine, world.account("town"))
    with acting(world) as web, pytest.raises(psycopg2.errors.InsufficientPrivilege, match="row-level security"):
        web.run("insert into needwatch.ledger_payload values (990102, 903, '', 'of a line of another alert')")


@pytest.mark.parametrize("sql", [
    "delete from needwatch.alert", "delete from needwatch.ledger", "update needwatch.ledger set at = now()",
    "update needwatch.ledger_payload set payload = ''", "update needwatch.outbox set state = 2",
    "update needwatch.organisation_version set version = 2", "update needwatch.post set state = 0",
    "select name_mask from needwatch.person", "select payload from needwatch.ledger_payload",
])
def test_the_actor_takes_nothing_away(world, sql):
    with acting(world) as web, pytest.raises(psycopg2.errors.InsufficientPrivilege):
        web.run(sql)


def test_an_actor_outside_its_area_changes_nothing(world):
    """The lock comes first; without it the actor's update finds no row either."""
    with Web(world).read_as("village").act_on(world.names["neighbour"]) as web:
        assert web.run("update needwatch.alert set version = 7 returning id") == []


def test_the_actor_reads_the_box_of_one_member_alone(world):
    member = world.members(world.names["village"])[0]
    with acting(world, person=member) as web:
        assert len(web.run("select sealed from needwatch.person")) == 1
    with acting(world) as web:
        assert web.run("select sealed from needwatch.person") == []
    for stranger in (*world.members(world.names["neighbour"]), world.gone):
        with acting(world, person=stranger) as web:
            assert web.run("select sealed from needwatch.person") == []

"""Sources against living departments' tables. Names carry the ids of docs/domain.md 5.1."""
import time

import pytest

from departments import Cluster, Driver

NUMBER = "99010119700101001X"
TABLE = """
create table yb_settlement (setl_id varchar(30) primary key, certno varchar(50), psn_part_amt numeric(16,2),
    dscg_date varchar(19), vali_flag char(1) default '1', updt_time timestamp default clock_timestamp());
"""
SOURCE = """
source settlement {
	connect   host = "%s" dbname = %s user = postgres;
	query     "select setl_id, certno, psn_part_amt, dscg_date, vali_flag, updt_time from yb_settlement";
	key       setl_id;
	cursor    updt_time;
	margin    0s;  every 20ms;  %s
	person    certno;
	gone      when vali_flag = "0";
	fact settlement { on dscg_date as "yyyy-MM-dd"; self_paid = psn_part_amt as yuan; }
}
"""


@pytest.fixture(scope="module")
def cluster():
    cluster = Cluster()
    yield cluster
    cluster.remove()


class Bench:
    """One department's database and the driver that watches it."""

    count = 0

    def __init__(self, cluster, folder, table=TABLE, source=SOURCE, beats="overlap 1h every 100ms;", options=""):
        Bench.count += 1
        self.cluster, self.folder = cluster, folder
        self.database = "dept%d" % Bench.count
        self.connection = cluster.database(self.database, table, options)
        self.configuration = source % (cluster.folder, self.database, beats)
        self.driver = None

    def sql(self, sql, *values):
        self.connection.cursor().execute(sql, values or None)

    def watch(self, state="following"):
        self.driver = Driver(self.configuration, self.folder)
        self.driver.await_line("-> " + state)
        return self.driver

    def settle(self, key, amount, updated="clock_timestamp()::timestamp", number=NUMBER):
        self.sql("insert into yb_settlement values (%s, %s, %s, '2026-06-01', '1', " + updated + ")",
                 key, number, amount)

    def rows(self):
        return self.driver.facts("settlement")[0]

    def wait_rows(self, test):
        end = time.monotonic() + 30
        while not test(self.rows()):
            assert time.monotonic() < end, self.rows()
        return self.rows()


@pytest.fixture
def bench(cluster, tmp_path):
    made = []

    def make(**how):
        made.append(Bench(cluster, str(tmp_path), **how))
        return made[-1]
    yield make
    for each in made:
        if each.driver:
            each.driver.end()
        each.connection.close()


def test_A24_first_load_then_forward(bench):
    b = bench()
    b.sql("insert into yb_settlement select 'S' || n, %s, n, '2026-06-01', '1', "
          "clock_timestamp()::timestamp - interval '1 day' from generate_series(1, 25000) n", NUMBER)
    d = b.watch()
    assert d.status("settlement")["rows"] == 25000
    b.settle("N1", 5)
    d.await_line("committed settlement 1")
    assert len(b.rows()) == 25001


def test_A01_A05_a_late_commit_is_found_by_the_overlap(bench):
    b = bench()
    b.settle("S1", 1)
    d = b.watch()
    late = b.cluster.connect(b.database)
    late.autocommit = False
    late.cursor().execute("insert into yb_settlement values ('LATE', %s, 7, '2026-06-01')", [NUMBER])
    b.settle("S2", 2)
    b.wait_rows(lambda rows: "S2" in rows)
    late.commit()
    b.wait_rows(lambda rows: "LATE" in rows)
    assert d.status("settlement")["late"] == 1
    late.close()


def test_A02_A04_correction_soft_delete_and_return(bench):
    b = bench()
    b.settle("S1", 100)
    b.watch()
    b.wait_rows(lambda rows: rows.get("S1", (0,))[0] == 1)
    b.sql("update yb_settlement set psn_part_amt = 90, updt_time = clock_timestamp()")
    b.wait_rows(lambda rows: rows["S1"][0] == 2 and "9000" in rows["S1"][1])
    b.sql("update yb_settlement set vali_flag = '0', updt_time = clock_timestamp()")
    b.wait_rows(lambda rows: rows["S1"] == (3, "gone"))
    b.sql("update yb_settlement set vali_flag = '1', updt_time = clock_timestamp()")
    b.wait_rows(lambda rows: rows["S1"][0] == 4 and "9000" in rows["S1"][1])


def test_A02_a_negative_reversal_stands_beside_its_original(bench):
    b = bench()
    b.settle("S1", 100)
    b.watch()
    b.settle("S1R", -100)
    rows = b.wait_rows(lambda rows: len(rows) == 2)
    assert "-10000" in rows["S1R"][1]


def test_A03_redelivery_changes_nothing(bench):
    b = bench()
    for i in range(50):
        b.settle("S%d" % i, i)
    d = b.watch()
    b.sql("update yb_settlement set updt_time = clock_timestamp()")
    d.until("settlement", lambda s: s["rows"] >= 100)
    assert all(version == 1 for version, content in b.rows().values())
    assert d.status("settlement")["changed"] == 50


def test_A04_a_vanished_row_is_retracted_and_may_return(bench):
    b = bench()
    for i in range(100):
        b.settle("S%d" % i, i)
    d = b.watch()
    b.sql("delete from yb_settlement where setl_id = 'S7'")
    assert d.ask("reconcile", "settlement")
    b.wait_rows(lambda rows: rows["S7"] == (2, "gone"))
    b.settle("S7", 7)
    b.wait_rows(lambda rows: rows["S7"][0] == 3)


def test_A05_reconcile_finds_an_update_that_left_the_cursor_alone(bench):
    b = bench(beats="overlap 1h every 1h;")
    for i in range(100):
        b.settle("S%d" % i, i)
    d = b.watch()
    d.until("settlement", lambda s: s["polls"] > 1)
    b.sql("update yb_settlement set psn_part_amt = 4242 where setl_id = 'S3'")
    assert d.ask("reconcile", "settlement")
    b.wait_rows(lambda rows: rows["S3"][0] == 2 and "424200" in rows["S3"][1])
    assert d.status("settlement")["late"] == 1


def test_A04_the_brake_holds_and_accept_goes_on(bench):
    b = bench()
    for i in range(100):
        b.settle("S%d" % i, i)
    d = b.watch()
    b.sql("delete from yb_settlement where setl_id like 'S1%'")
    assert d.ask("reconcile", "settlement")
    d.await_line("waiting for accept")
    status = d.status("settlement")
    assert (status["known"], status["vanished"]) == (100, 11)
    assert "11 of 100 rows would vanish" in status["reason"]
    assert all(content != "gone" for version, content in b.rows().values())
    b.settle("NEW", 1)  # waiting, it still follows
    b.wait_rows(lambda rows: "NEW" in rows)
    assert d.ask("accept", "settlement")
    b.wait_rows(lambda rows: sum(content == "gone" for version, content in rows.values()) == 11)
    d.until("settlement", lambda s: s["state"] == "following")


def test_A05_cursor_ties_over_many_pages(bench):
    b = bench(beats="overlap 1h every 1h; at most 500 rows per second;")
    b.sql("insert into yb_settlement select 'S' || n, %s, n, '2026-06-01', '1', '2026-06-01 00:00:00' "
          "from generate_series(1, 1700) n", NUMBER)
    d = b.watch()
    rows = b.rows()
    assert len(rows) == 1700 and all(version == 1 for version, content in rows.values())
    assert d.status("settlement")["changed"] == 1700


def test_A17_rows_from_the_future_wait_and_hide_nothing(bench):
    b = bench()
    b.settle("AHEAD", 1, "clock_timestamp()::timestamp + interval '3 seconds'")
    d = b.watch()
    b.settle("NOW", 2)
    b.wait_rows(lambda rows: "NOW" in rows)
    assert "AHEAD" not in b.rows()
    b.wait_rows(lambda rows: "AHEAD" in rows)
    assert abs(d.status("settlement")["ahead"]) < 1000000


def test_A15_a_lost_column_stops_its_source_alone_and_comes_back(bench):
    b = bench()
    other = bench()
    b.settle("S1", 1)
    two = b.configuration + other.configuration.replace("source settlement", "source other")
    b.configuration = two
    d = b.watch()
    b.sql("alter table yb_settlement rename vali_flag to flag")
    d.until("settlement", lambda s: s["state"] == "broken")
    status = d.status("settlement")
    assert status["blind"] and "vali_flag" in status["reason"]
    other.settle("O1", 1)
    d.await_line("committed other 1")
    b.sql("alter table yb_settlement rename flag to vali_flag")
    d.ask("restart", "settlement")
    d.until("settlement", lambda s: s["state"] == "following" and not s["blind"])


def test_A15_a_changed_type_waits_for_accept(bench):
    b = bench()
    b.settle("S1", 1)
    d = b.watch()
    b.sql("alter table yb_settlement alter dscg_date type date using dscg_date::date")
    d.ask("restart", "settlement")
    d.await_line("checking -> broken: column types have changed")
    assert "dscg_date" in d.status("settlement")["reason"]
    assert d.ask("accept", "settlement")
    d.await_line("-> following")


def test_A18_a_restarted_server_loses_nothing(bench):
    b = bench()
    for i in range(100):
        b.settle("S%d" % i, i)
    d = b.watch()
    b.cluster.stop()
    d.await_line("-> backing off")
    assert d.status("settlement")["blind"]
    b.cluster.start()
    b.connection = b.cluster.connect(b.database)
    b.settle("AFTER", 1)
    rows = b.wait_rows(lambda rows: "AFTER" in rows)
    assert len(rows) == 101 and all(version == 1 for version, content in rows.values())
    assert not d.status("settlement")["blind"]


def test_A18_a_locked_table_times_out_and_is_read_later(bench):
    b = bench(beats="timeout 100ms;")
    b.settle("S1", 1)
    d = b.watch()
    lock = b.cluster.connect(b.database)
    lock.autocommit = False
    lock.cursor().execute("insert into yb_settlement values ('S2', %s, 7, '2026-06-01')", [NUMBER])
    lock.cursor().execute("lock table yb_settlement in access exclusive mode")
    d.await_line("-> backing off")
    lock.commit()
    b.wait_rows(lambda rows: "S2" in rows)
    lock.close()


def test_the_store_away_loses_nothing(bench):
    b = bench()
    b.settle("S1", 1)
    d = b.watch()
    d.say("fail", "settlement", 1)
    b.settle("S2", 2)
    d.await_line("-> backing off: the store: told to fail")
    b.wait_rows(lambda rows: set(rows) == {"S1", "S2"})


def test_A10_what_cannot_be_read_is_quarantined_alone_and_released(bench):
    b = bench()
    b.settle("BAD", 1, number="990101197001010011")
    b.settle("GOOD", 1)
    d = b.watch()
    rows, quarantine = d.facts("settlement")
    assert set(rows) == {"GOOD"}
    assert quarantine == {"BAD": "citizen_bad_check certno 99****************"}
    b.sql("update yb_settlement set certno = %s where setl_id = 'BAD'", NUMBER)  # the cursor stays
    assert d.ask("release", "settlement")
    b.wait_rows(lambda rows: "BAD" in rows)
    assert d.facts("settlement")[1] == {}


def test_a_notify_is_a_hint(bench):
    b = bench(beats="listen settled;")
    b.configuration = b.configuration.replace("every 20ms", "every 1h")
    d = b.watch()
    d.until("settlement", lambda s: s["polls"] == 1)
    b.settle("S1", 1)
    b.sql("notify settled")
    d.await_line("committed settlement 1")


def test_a_notify_waits_for_the_margin(bench):
    """What was committed just now lies behind the cap of the forward poll until then; the hint must not be spent before."""
    b = bench(beats="listen settled;")
    b.configuration = b.configuration.replace("every 20ms", "every 1h").replace("margin    0s", "margin 300ms")
    d = b.watch()
    d.until("settlement", lambda s: s["polls"] == 1)
    for key in ("S1", "S2"):
        b.settle(key, 1)
        b.sql("notify settled")
    b.wait_rows(lambda rows: {"S1", "S2"} <= set(rows))


def test_A07_a_text_cursor(bench):
    b = bench(table="""create table yb_settlement (setl_id varchar(30) primary key, certno varchar(50),
        psn_part_amt varchar(20), dscg_date varchar(19), vali_flag char(1), updt_time varchar(19))""")
    b.configuration = b.configuration.replace("cursor    updt_time", 'cursor updt_time as "yyyyMMddHHmmss"')
    stamp = "to_char(clock_timestamp() at time zone 'Asia/Shanghai', 'yyyymmddhh24miss')"
    b.settle("S1", "1,200.50", stamp)
    d = b.watch()
    b.wait_rows(lambda rows: "S1" in rows)
    b.settle("S2", "3", stamp)
    rows = b.wait_rows(lambda rows: len(rows) == 2)
    assert "120050" in rows["S1"][1]


GA_TABLE = """
create table ga_resident (hukou_no varchar(20), id_no varchar(24), name bytea, live_area varchar(12), batch_no char(6));
create table ctl_batch (batch_no varchar(20), state char(1));
"""
GA_SOURCE = """
source settlement {
	connect    host = "%s" dbname = %s user = postgres;
	query      "select hukou_no, id_no, name, live_area, batch_no from ga_resident";
	key        hukou_no, id_no;
	snapshot   batch batch_no;
	complete   when "select state = '2' from ctl_batch where batch_no = $1";
	every 20ms; charset gb18030; %s
	person     id_no name name;
	household  hukou_no rank register;
	resident { area = live_area; }
}
"""


def resident(b, batch, count, first=0):
    b.sql("insert into ga_resident select 'H' || n, %s, '\\xd5c5c8fd', '990102001201', %s "
          "from generate_series(%s, %s) n", NUMBER, batch, first + 1, first + count)


def test_A06_A16_a_monthly_snapshot_waits_until_complete(bench):
    b = bench(table=GA_TABLE, source=GA_SOURCE, beats="brake 5;")
    resident(b, "202605", 100)
    b.sql("insert into ctl_batch values ('202605', '1')")
    d = b.watch("loading")
    status = d.until("settlement", lambda s: s["reason"])
    assert status["reason"] == "the control table calls batch 202605 incomplete" and status["rows"] == 0
    b.sql("update ctl_batch set state = '2'")
    d.await_line("-> following")
    assert len(b.rows()) == 100
    # the next month: one moved in, two moved out; last month's rows still stand in the table
    resident(b, "202606", 99, first=2)
    b.sql("insert into ctl_batch values ('202606', '2')")
    rows = b.wait_rows(lambda rows: len(rows) == 101 and
                       sum(content == "gone" for version, content in rows.values()) == 2)
    assert {key.split("\x1f")[0] for key, row in rows.items() if row[1] == "gone"} == {"H1", "H2"}
    assert sorted({version for version, content in rows.values()}) == [1, 2]


def test_A08_gb18030_bytes_and_half_characters(bench):
    b = bench(table=GA_TABLE, source=GA_SOURCE)
    resident(b, "202605", 1)
    b.sql("insert into ga_resident values ('HALF', %s, '\\xd5c5c8', '990102001201', '202605'), "
          "('NOISE', %s, '\\xffffffff', '990102001201', '202605')", NUMBER, NUMBER)
    b.sql("insert into ctl_batch values ('202605', '2')")
    d = b.watch()
    rows, quarantine = d.facts("settlement")
    assert {key.split("\x1f")[0] for key in rows} == {"H1", "HALF"}
    assert list(quarantine.values())[0].startswith("charset name")
    assert d.status("settlement")["losses"] == 5


def test_A08_texts_of_a_sql_ascii_database_are_bytes_of_the_charset(bench):
    b = bench(table=GA_TABLE.replace("bytea", "varchar(60)"), source=GA_SOURCE,
              options="encoding 'SQL_ASCII' template template0 lc_collate 'C' lc_ctype 'C'")
    b.connection.set_client_encoding("SQL_ASCII")
    with b.connection.cursor() as cursor:
        cursor.execute(b"insert into ga_resident values ('H1', '99010119700101001X', '\xd5\xc5\xc8\xfd', "
                       b"'990102001201', '202605')")
    b.sql("insert into ctl_batch values ('202605', '2')")
    d = b.watch()
    rows, quarantine = d.facts("settlement")
    assert [key.split("\x1f")[0] for key in rows] == ["H1"] and not quarantine
    assert d.status("settlement")["losses"] == 0


def test_eight_sources_at_once_use_one_connection_each(bench):
    b = bench()
    b.configuration = "".join(b.configuration.replace("source settlement", "source s%d" % i) for i in range(10))
    d = b.watch()
    b.settle("S1", 1)
    waiting = {"committed s%d 1" % i for i in range(10)}
    while waiting:
        waiting.discard(d.await_line("committed "))
    cursor = b.connection.cursor()
    cursor.execute("select application_name, count(*) from pg_stat_activity "
                   "where application_name like 'needwatch/%%' group by 1")
    assert sorted(cursor.fetchall()) == [("needwatch/s%d" % i, 1) for i in range(10)]

"""`needwatch source check` against a department's database with a reader who lacks a right."""
import os
import subprocess

import pytest

from departments import Cluster

ROOT = os.path.join(os.path.dirname(__file__), "..", "..")
NUMBER = "99010119700101001X"
TABLES = """
create role reader login;
create schema yb;
create table yb.settlement (setl_id text primary key, certno text, psn_name text, amt numeric, dise text, dscg text,
    psn_no text, updt_time timestamp default clock_timestamp());
insert into yb.settlement select 'S' || n, '99010119700101001X', '张三', n * 100, 'C34.900', '2026-01-02' from generate_series(1, 8) n;
insert into yb.settlement values ('BAD', '990101197001010011', '李四', 1, 'J18', '2026-01-02');
"""
CONFIG = """
service { rules "%s/rules/standard/core"; }
source settlement {
	connect host = "%s" dbname = hospital user = reader;
	query "select setl_id, certno, psn_name, psn_no, amt, dise, dscg, updt_time from yb.settlement s";
	key setl_id; cursor updt_time; person certno name psn_name;
	fact settlement { on dscg as "yyyy-MM-dd"; self_paid = amt as yuan; icd = dise; }
}
"""


@pytest.fixture(scope="module")
def hospital():
    cluster = Cluster()
    connection = cluster.database("hospital", TABLES)
    yield cluster, connection
    connection.close()
    cluster.remove()


def check(hospital, tmp_path, name="settlement", change=lambda text: text):
    path = tmp_path / "needwatch.conf"
    path.write_text(change(CONFIG % (os.path.abspath(ROOT), hospital[0].folder)))
    return subprocess.run([os.environ["NEEDWATCH"], "source", "check", name, "--config", str(path)],
                          capture_output=True, text=True)


def test_the_grants_that_are_missing_are_printed(hospital, tmp_path):
    got = check(hospital, tmp_path)
    assert got.returncode == 3
    assert "grant usage on schema yb to reader;" in got.stdout
    assert "grant select on yb.settlement to reader;" in got.stdout


def test_rows_are_shown_masked_and_faults_counted(hospital, tmp_path):
    hospital[1].cursor().execute("grant usage on schema yb to reader; grant select on yb.settlement to reader")
    got = check(hospital, tmp_path)
    assert got.returncode == 0, got.stderr
    assert "yb.settlement            may be read" in got.stdout
    assert "psn_no                   nothing uses it" in got.stdout
    assert "quarantine: 1 of 9 rows" in got.stdout
    assert "1 x citizen_bad_check at certno, like '99****************'" in got.stdout
    assert "settlement 990101********001X on 2026-01-02" in got.stdout
    assert "icd=(sensitive)" in got.stdout and "self_paid=100" in got.stdout
    assert NUMBER not in got.stdout and "张三" not in got.stdout and "C34" not in got.stdout


def test_faults_of_the_configuration_are_told(hospital, tmp_path):
    got = check(hospital, tmp_path, change=lambda text: text.replace("self_paid", "self_payed"))
    assert got.returncode == 1 and "did you mean 'self_paid'?" in got.stderr
    got = check(hospital, tmp_path, name="settlment")
    assert got.returncode == 1 and "names no source 'settlment'" in got.stderr


def test_accept_without_a_daemon_fails_as_the_world_does(hospital, tmp_path):
    path = tmp_path / "needwatch.conf"
    path.write_text('service { state "%s"; }' % tmp_path)
    got = subprocess.run([os.environ["NEEDWATCH"], "source", "accept", "settlement", "--config", str(path)],
                         capture_output=True, text=True)
    assert got.returncode == 3 and "needwatch source: " in got.stderr
    got = subprocess.run([os.environ["NEEDWATCH"], "source", "mend", "settlement"], capture_output=True, text=True)
    assert got.returncode == 2 and "'mend' is none of" in got.stderr

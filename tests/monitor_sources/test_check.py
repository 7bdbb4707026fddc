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


@pytest.fixture
def readable(hospital):
    hospital[1].cursor().execute("grant usage on schema yb to reader; grant select on yb.settlement to reader")
    return hospital


def check(hospital, tmp_path, name="settlement", change=lambda text: text, **environment):
    path = tmp_path / "needwatch.conf"
    path.write_text(change(CONFIG % (os.path.abspath(ROOT), hospital[0].folder)))
    got = subprocess.run([os.environ["NEEDWATCH"], "source", "check", name, "--config", str(path)],
                         env={k: v for k, v in os.environ.items() if k != "CREDENTIALS_DIRECTORY"} | environment,
                         capture_output=True, text=True)
    got.stderr = got.stderr.replace(str(tmp_path) + "/", "").replace(hospital[0].folder, "SOCKETS")
    return got


QUERY = "select setl_id, certno, psn_name, psn_no, amt, dise, dscg, updt_time from yb.settlement s"


def marked(where, message, line, column, width, hint):
    """A diagnostic as it is read: the place, the line, what is meant in it, the remedy."""
    number = where.split(":")[1]
    return (f"{where}: error: {message}\n{number:>5} | \t{line}\n      | \t{' ' * (column - 2)}^{'~' * (width - 1)}"
            f"{' ' + hint if hint else ''}\n")


def test_the_grants_that_are_missing_are_printed(hospital, tmp_path):
    got = check(hospital, tmp_path)
    assert got.returncode == 3
    assert got.stdout == """\
rights of reader on database hospital: connect
  yb.settlement            MISSING
    grant usage on schema yb to reader;
    grant select on yb.settlement to reader;
"""
    assert got.stderr == marked("needwatch.conf:5:8", "the database refuses the query: permission denied for schema yb",
                                f'query "{QUERY}";', 8, len(QUERY) + 2, "an administrator there runs the grants above")
    hospital[1].cursor().execute("grant usage on schema yb to reader; grant select (setl_id) on yb.settlement to reader")
    got = check(hospital, tmp_path)
    assert got.returncode == 3
    assert got.stdout == """\
rights of reader on database hospital: connect
  yb.settlement            some of its columns may be read
    grant select on yb.settlement to reader;
"""
    hospital[1].cursor().execute("revoke all on yb.settlement from reader; revoke all on schema yb from reader")


def test_a_column_that_the_query_does_not_give(readable, tmp_path):
    got = check(readable, tmp_path, change=lambda text: text.replace("amt as yuan", "amnt as yuan").replace("= dise", "= icd10"))
    assert got.returncode == 1
    assert got.stdout == """\
rights of reader on database hospital: connect
  yb.settlement            may be read
columns
  setl_id                  key
  certno                   citizen number: kept as a keyed hash and a sealed box
  psn_name                 kept in the sealed box
  psn_no                   nothing uses it: leave it out of the query
  amt                      nothing uses it: leave it out of the query
  dise                     nothing uses it: leave it out of the query
  dscg                     facts
  updt_time                cursor
  amnt                     MISSING: the query does not give it
  icd10                    MISSING: the query does not give it
"""
    line = 'fact settlement { on dscg as "yyyy-MM-dd"; self_paid = amnt as yuan; icd = icd10; }'
    assert got.stderr == (
        marked("needwatch.conf:7:57", "the query does not give the column 'amnt'", line, 57, 4, "did you mean 'amt'?") +
        marked("needwatch.conf:7:77", "the query does not give the column 'icd10'", line, 77, 5,
               "name it in the query, or correct this"))


def test_what_the_database_does_not_have(readable, tmp_path):
    for old, new, message, hint in (
            ("amt", "amount", 'column "amount" does not exist', 'Perhaps you meant to reference the column "s.amt".'),
            ("yb.settlement", "yb.setlement", 'relation "yb.setlement" does not exist', "correct the query")):
        query = QUERY.replace(old, new)
        got = check(readable, tmp_path, change=lambda text: text.replace(QUERY, query))
        assert got.returncode == 1
        assert got.stderr == marked("needwatch.conf:5:8", f"the database refuses the query: {message}", f'query "{query}";', 8,
                                    len(query) + 2, hint)


def test_a_cursor_of_another_type(readable, tmp_path):
    for cursor, message in (
            ('updt_time as "yyyy-MM-dd HH:mm:ss"', "the cursor updt_time is no text: leave out its format"),
            ("dscg", 'the cursor dscg is text: say its format, as "yyyy-MM-dd HH:mm:ss"')):
        got = check(readable, tmp_path, change=lambda text: text.replace("cursor updt_time", f"cursor {cursor}"))
        assert got.returncode == 1
        assert got.stderr == marked("needwatch.conf:6:22", message, f"key setl_id; cursor {cursor}; person certno name psn_name;", 22,
                                    len(cursor.split()[0]), "")


def test_a_source_that_is_away(hospital, tmp_path):
    got = check(hospital, tmp_path, change=lambda text: text.replace(hospital[0].folder, "/nowhere"))
    assert got.returncode == 3 and got.stdout == ""
    assert got.stderr == marked(
        "needwatch.conf:4:10", 'source \'settlement\' cannot be reached: connection to server on socket '
        '"/nowhere/.s.PGSQL.5432" failed: No such file or directory',
        'connect host = "/nowhere" dbname = hospital user = reader;', 10, 4,
        "if the address and the user are right, it is the database or the way to it: needwatchd asks again by itself")


def test_a_password_that_is_not_there(hospital, tmp_path):
    def change(text):
        return text.replace("user = reader;", 'user = reader;\n\tcredential "source_hospital";')
    got = check(hospital, tmp_path, change=change)
    assert got.returncode == 3
    assert got.stderr == marked(
        "needwatch.conf:5:13", "there is no password 'source_hospital' in $CREDENTIALS_DIRECTORY, which is not set",
        'credential "source_hospital";', 13, 17, "only a unit is handed it: see 'source check' in docs/operations.md")
    got = check(hospital, tmp_path, change=change, CREDENTIALS_DIRECTORY="/run/nowhere")
    assert "there is no password 'source_hospital' in /run/nowhere\n" in got.stderr


def test_rows_are_shown_masked_and_faults_counted(readable, tmp_path):
    got = check(readable, tmp_path)
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
    assert got.returncode == 1
    assert got.stderr == f"needwatch source: {tmp_path}/needwatch.conf names no source 'settlment': did you mean 'settlement'?\n".replace(
        f"{tmp_path}/", "")


def test_accept_without_a_daemon_fails_as_the_world_does(hospital, tmp_path):
    path = tmp_path / "needwatch.conf"
    path.write_text('service { state "%s"; }' % tmp_path)
    got = subprocess.run([os.environ["NEEDWATCH"], "source", "accept", "settlement", "--config", str(path)],
                         capture_output=True, text=True)
    assert got.returncode == 3 and "needwatch source: " in got.stderr
    got = subprocess.run([os.environ["NEEDWATCH"], "source", "mend", "settlement"], capture_output=True, text=True)
    assert got.returncode == 2 and "'mend' is none of" in got.stderr

"""The fault proxy itself, between psycopg2 and a PostgreSQL of its own."""
import signal
import struct
import subprocess
import sys
import time

import psycopg2
import pytest

import wire
from proxy import BLACK_HOLE, CUT, DELAY, HALF_CLOSE, KILL, Proxy
from server import Server
from wire import CLIENT, SERVER


@pytest.fixture(scope="module")
def server():
    server = Server()
    yield server
    server.remove()


@pytest.fixture
def proxy(server):
    with Proxy(server.folder) as proxy:
        yield proxy


def connect(proxy, autocommit=True):
    connection = psycopg2.connect(host=proxy.folder, dbname="postgres", user="postgres", application_name="test")
    connection.autocommit = autocommit
    return connection


def ask(connection, sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def typed(letter, body):
    return letter.encode() + struct.pack(">I", len(body) + 4) + body


def test_messages_are_split_wherever_the_bytes_are():
    startup = struct.pack(">II", 8, wire.SSL_REQUEST) + struct.pack(">I", 23) + struct.pack(">I", 196608) + \
        b"user\0somebody\0\0"
    said = startup + typed("Q", b"select 1\0") + typed("X", b"")
    for size in range(1, len(said)):
        splitter = wire.Splitter(startup=True)
        found = []
        for at in range(0, len(said), size):
            found += splitter.feed(said[at:at + size])
        assert [letter for letter, _ in found] == ["", "", "Q", "X"]
        assert b"".join(body for _, body in found) == said


def test_a_pipeline_is_named_statement_by_statement():
    talk = wire.Conversation(1)
    talk.said_by_client("", struct.pack(">II", 8, 196608) + b"application_name\0needwatchd\0\0")
    assert talk.application == "needwatchd"
    names = []
    for name, sql in (("a", "begin"), ("b", "insert into x values ($1)"), ("c", "commit")):
        for letter, body in (("P", name.encode() + b"\0" + sql.encode() + b"\0\0\0"),
                             ("B", b"\0" + name.encode() + b"\0\0\0\0\0\0\0"), ("E", b"\0\0\0\0\0")):
            names.append(talk.said_by_client(letter, typed(letter, body)))
    names.append(talk.said_by_client("S", typed("S", b"")))
    assert [m.place for m in names] == list(range(1, 11))
    assert [m.sql.split()[0] for m in names] == ["begin"] * 3 + ["insert"] * 3 + ["commit"] * 4
    answers = [talk.said_by_server(letter, typed(letter, b"")) for letter in "12C12C12CZ"]
    assert [m.place for m in answers] == list(range(1, 11))
    assert all(m.transaction is names[0].transaction for m in answers)
    assert names[0].transaction.statements == ["begin", "insert into x values ($1)", "commit"]
    assert talk.transaction is None


def test_every_byte_passes_unchanged(server, proxy):
    connection = connect(proxy)
    assert ask(connection, "select repeat('千', 300000)") == [("千" * 300000,)]
    assert len(ask(connection, "select n from generate_series(1, 50000) n")) == 50000
    assert proxy.count(SERVER, "DataRow") == 50001
    assert proxy.count(CLIENT, "Query") == 2
    connection.close()


def test_transactions_are_told_apart(proxy):
    connection = connect(proxy, autocommit=False)
    ask(connection, "select 1")
    connection.commit()
    ask(connection, "select 2")
    connection.rollback()
    seen = proxy.seen()
    assert [t.statements for t in seen] == [["BEGIN", "select 1", "COMMIT"], ["BEGIN", "select 2", "ROLLBACK"]]
    assert seen[0].messages[CLIENT] == ["Query"] * 3
    assert seen[0].messages[SERVER] == [
        "CommandComplete", "ReadyForQuery", "RowDescription", "DataRow", "CommandComplete", "ReadyForQuery",
        "CommandComplete", "ReadyForQuery"]
    assert seen[0].says("select 1") and not seen[0].says("select 2")
    connection.close()


def test_cut_at_the_nth_message(server, proxy):
    connection = connect(proxy)
    fault = proxy.break_at(CUT, direction=SERVER, name="DataRow", nth=3)
    with pytest.raises(psycopg2.OperationalError):
        ask(connection, "select generate_series(1, 10)")
    fault.wait()
    assert connection.closed
    assert ask(connect(proxy), "select 1") == [(1,)], "a fault strikes once"


@pytest.mark.parametrize("direction,place,stands", [
    (CLIENT, 1, False), (CLIENT, 2, False), (CLIENT, 3, True), (SERVER, 4, False), (SERVER, 5, True)])
def test_what_the_server_was_handed_is_done_and_the_rest_is_not(server, proxy, direction, place, stands):
    direct = server.connect()
    ask_nothing(direct, "drop table if exists line; create table line (n int)")
    connection = connect(proxy, autocommit=False)
    fault = proxy.break_at(CUT, direction=direction, place=place, first="insert into line")
    with pytest.raises(psycopg2.OperationalError):
        ask_nothing(connection, "insert into line values (1)")
        connection.commit()
    fault.wait()
    await_backends(direct, 1)
    assert ask(direct, "select count(*) from line") == [(int(stands),)]
    direct.close()


def ask_nothing(connection, sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)


def await_backends(connection, count):
    """Until only so many clients are left: a backend notices after a moment that its client is gone."""
    end = time.monotonic() + 10
    while ask(connection, "select count(*) from pg_stat_activity where backend_type = 'client backend'") != [(count,)]:
        assert time.monotonic() < end
        time.sleep(0.005)


def test_delay(proxy):
    connection = connect(proxy)
    proxy.break_at(DELAY, direction=CLIENT, name="Query", seconds=0.3)
    start = time.monotonic()
    assert ask(connection, "select 1") == [(1,)]
    assert time.monotonic() - start >= 0.3
    connection.close()


def test_half_close(proxy):
    connection = connect(proxy)
    proxy.break_at(HALF_CLOSE, direction=SERVER, name="DataRow")
    with pytest.raises(psycopg2.OperationalError):
        ask(connection, "select 1")


def test_black_hole(proxy):
    client = subprocess.Popen([sys.executable, "-c", "import psycopg2, sys\n"
                               "c = psycopg2.connect(host=sys.argv[1], dbname='postgres', user='postgres')\n"
                               "c.cursor().execute('select 42')", proxy.folder])
    fault = proxy.break_at(BLACK_HOLE, direction=SERVER, sql="select 42")
    fault.wait()
    with pytest.raises(subprocess.TimeoutExpired):
        client.wait(0.3)
    client.kill()
    client.wait()
    assert ask(connect(proxy), "select 1") == [(1,)], "other connections are not touched"


def test_kill(server, proxy):
    client = subprocess.Popen([sys.executable, "-c", "import psycopg2, sys\n"
                               "c = psycopg2.connect(host=sys.argv[1], dbname='postgres', user='postgres')\n"
                               "for n in range(100): c.cursor().execute('select %d' % n)", proxy.folder])
    fault = proxy.break_at(KILL, direction=CLIENT, sql="select 7$", victim=lambda: client.pid)
    fault.wait()
    assert client.wait(10) == -signal.SIGKILL
    assert proxy.count(CLIENT, "Query") == 9, "begin, 0 to 7"


def test_a_server_that_is_away(server, proxy):
    connection = connect(proxy)
    server.stop()
    with pytest.raises(psycopg2.OperationalError):
        ask(connection, "select 1")
    with pytest.raises(psycopg2.OperationalError):
        connect(proxy)
    server.start()
    assert ask(connect(proxy), "select 1") == [(1,)]


def test_cut_all(proxy):
    connections = [connect(proxy) for _ in range(3)]
    proxy.cut_all()
    for connection in connections:
        with pytest.raises(psycopg2.OperationalError):
            ask(connection, "select 1")

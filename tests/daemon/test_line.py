"""One row on its whole way: from a department's table to an alert, a message, and the silence after a correction."""
import pytest

from service import (ONLY_TROUBLE, OTHER_VILLAGE, RED, TOWN, VILLAGE, Service, number_of, take, until)


@pytest.fixture
def service(tmp_path):
    with Service(tmp_path, canary="1s") as service:
        yield service


def test_a_row_becomes_an_alert_and_a_delivered_message(service):
    daemon = service.start()
    service.damage("flood", person=7)
    alert = service.wait_alerts(1)[0]
    assert (alert["level"], alert["residence"]) == (RED, int(VILLAGE))
    assert alert["office_area"] == int(TOWN), "red is led by the town"

    # Town leads, village visits, the county's duty is told.
    calls = take(service.gateway.calls, 3)
    assert {call["body"]["role"] for call in calls} == {"town", "worker", "county_duty"}
    lead = next(call for call in calls if call["body"]["lead"])
    assert lead["body"]["level"] == "red" and lead["body"]["code"] == "new" and lead["body"]["due"]
    assert {call["headers"]["Idempotency-Key"] for call in calls} == {row["key"] for row in service.outbox()}
    until(lambda: not service.outbox("state <> 2"))
    assert daemon.wait_status(lambda s: s["judge"]["idle"] and s["outbox"][0]["sent"] == 3)["alerts"]["red"] == 1


def test_what_is_taken_back_before_anybody_signed_is_withdrawn(service):
    service.start()
    service.damage("flood")
    service.wait_alerts(1)
    take(service.gateway.calls, 3)
    service.take_back("flood")
    alert = service.wait_alerts(1, "a.closed is not null")[0]
    calls = take(service.gateway.calls, 3)
    assert {call["body"]["code"] for call in calls} == {"withdrawn"}
    assert {call["body"]["alert"] for call in calls} == {alert["id"]}


def test_the_same_rows_after_a_restart_say_nothing_new(service):
    daemon = service.start()
    service.damage("flood")
    service.wait_alerts(1)
    take(service.gateway.calls, 3)
    until(lambda: not service.outbox("state <> 2"))
    assert daemon.stop() == 0
    again = service.start()
    again.wait_status(lambda s: s["judge"]["idle"] and s["sources"][0]["polls"] > 3)
    service.damage("storm", person=2, village=OTHER_VILLAGE)
    service.wait_alerts(2)
    take(service.gateway.calls, 3)
    assert len(service.alerts()) == 2 and len(service.gateway.all) == 6


def test_no_citizen_number_in_logs_messages_and_tables(service):
    daemon = service.start()
    numbers = [number_of(person) for person in range(1, 6)]
    for person in range(1, 5):
        service.damage("flood", person=person)
    with service.department.cursor() as cursor:  # nobody's: quarantine must not show it either
        cursor.execute("insert into yj_house values ('flood', %s, '李四', %s, '歪了', current_date)", (numbers[4], VILLAGE))
    service.wait_alerts(4)
    daemon.wait_status(lambda s: s["sources"][0]["quarantined"] >= 1 and s["judge"]["idle"])
    until(lambda: not service.outbox("state <> 2"))
    texts = {"log": daemon.log(), "status": service.command("status").stdout}
    texts["messages"] = "\n".join(call["raw"].decode() for call in service.gateway.all)
    tables = service.rows("select 'needwatch.' || quote_ident(tablename) as name from pg_tables"
                          " where schemaname = 'needwatch'")
    for table in tables:
        texts[table["name"]] = str(service.rows("select t::text from %s t" % table["name"]))
    assert len(texts) > 20
    for where, text in texts.items():
        for number in numbers:
            assert number not in text and number.encode().hex() not in text, "%s holds a citizen number" % where


def test_the_canary_travels_and_shows_nowhere(service):
    daemon = service.start()
    status = daemon.wait_status(lambda s: s["canary"]["arrived"] >= 3)
    assert status["canary"]["travel_us"] > 0 and status["daemon"]["progress"]
    assert sum(status["alerts"].values()) == 0 and not service.outbox()
    assert not service.rows("select * from needwatch.alert")
    assert [s["name"] for s in status["sources"]] == ["damage"]
    # Its inbox is its own; former beats are forgotten, so that neither that nor the memory of alerts grows.
    inbox = service.rows("select * from needwatch.outbox where county = 990099")
    assert {(row["channel"], row["office"], row["alert"]) for row in inbox} == {("(canary)", 0, 0)}
    assert not [call for call in service.gateway.all]
    for table in ("alert_hit", "outbox"):
        until(lambda: service.value("select count(*) from needwatch.%s where county = 990099" % table) <= 2)


def test_status_is_readable_and_aligned(tmp_path):
    """What `needwatch status` prints is aligned and names every part."""
    with Service(tmp_path, **ONLY_TROUBLE) as service:
        daemon = service.start()
        service.trouble("a")
        service.wait_alerts(1)
        daemon.wait_status(lambda s: s["outbox"][0]["sent"] == 3)
        printed = service.command("status").stdout
        for part in ("needwatchd  active", "lease       held", "connections ready", "trouble", "困难", "following",
                     "alerts open", "red 1", "sms", "canary      stays at home"):
            assert part in printed, printed
        lines = printed.splitlines()
        head = next(line for line in lines if line.startswith("  source"))
        row = next(line for line in lines if line.startswith("  trouble"))
        # An ideograph takes two columns of a terminal.
        assert head.index("state") == len(row[:row.index("following")]) + sum(ord(c) > 0x2e80 for c in
                                                                              row[:row.index("following")])
        assert service.command("status", "--json").stdout.startswith("{")

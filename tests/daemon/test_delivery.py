"""Messages that do not arrive: back-off, dead letters, and an alert that climbs instead of being lost."""
import threading
import time

from service import COUNTY, ONLY_TROUBLE, TOWN, Service, take, until

TWO_ATTEMPTS = 'channel sms { kind webhook; url "%(url)s"; timeout 2s; attempts 2; }'


def office(service, area):
    return service.value("select id from needwatch.office where area = %s", int(area))


def test_a_message_that_never_arrives_lifts_the_alert(tmp_path):
    refused = {}

    def say(call):
        return (503, {}, b"") if call["body"]["office"] == refused.get("office") else (200, {}, b"{}")

    with Service(tmp_path, channels=TWO_ATTEMPTS, say=say, **ONLY_TROUBLE) as service:
        refused["office"] = office(service, TOWN)
        daemon = service.start()
        service.trouble("fall")
        alert = service.wait_alerts(1)[0]
        assert alert["owner_office"] == refused["office"]

        # Two attempts with the same key, at least five seconds apart; then a dead letter, and the county leads.
        climbed = service.wait_alerts(1, "a.owner_office = %s", office(service, COUNTY))[0]
        assert climbed["id"] == alert["id"]
        tries = [call for call in service.gateway.all
                 if call["body"]["office"] == refused["office"] and call["body"]["code"] == "new"]
        assert len(tries) == 2 and tries[0]["headers"]["Idempotency-Key"] == tries[1]["headers"]["Idempotency-Key"]
        dead = service.outbox("state = 3 and template = 0")
        assert [row["key"] for row in dead] == [tries[0]["body"]["key"]]
        assert dead[0]["attempts"] == 2 and "503" in dead[0]["last_error"]
        until(lambda: [c for c in service.gateway.all if c["body"]["office"] == office(service, COUNTY)
                       and c["body"]["lead"]], tell=service.tell)
        assert "dead letter" in daemon.log() and "deliveries fail" in daemon.log()
        # The town was also told that it no longer leads; that dies, too, and the county hears of it.
        daemon.wait_status(lambda s: s["outbox"][0]["dead"] == 2 and s["outbox"][0]["queued"] == 0)
        assert {row["office"] for row in service.outbox("state = 3")} == {refused["office"]}


def test_a_slow_channel_holds_up_no_other(tmp_path):
    gate = threading.Event()
    slow_seen = []

    def say(call):
        if call["path"].startswith("/slow"):
            slow_seen.append(time.monotonic())
            gate.wait(30)
        return 200, {}, b"{}"

    channels = ('channel slow { kind webhook; url "%(base)s/slow"; timeout 30s; at_once 1; }\n'
                'channel fast { kind webhook; url "%(base)s/fast"; timeout 2s; }')
    with Service(tmp_path, say=say, channels="", **ONLY_TROUBLE) as service:
        base = service.gateway.url.rsplit("/", 1)[0]
        service.told["channels"] = channels.replace("%(base)s", base)
        service.configuration = service.write_configuration()
        daemon = service.start()
        for person in range(1, 6):
            service.trouble("fall", person=person)
        service.wait_alerts(5)
        until(lambda: len([c for c in service.gateway.all if c["path"] == "/fast"]) == 15, tell=service.tell)
        assert len(slow_seen) == 1, "at_once 1"
        status = daemon.wait_status(lambda s: s["outbox"][1]["sent"] == 15)
        slow = status["outbox"][0]
        assert (slow["channel"], slow["sent"], slow["under_way"]) == ("slow", 0, 1)
        gate.set()
        until(lambda: not service.outbox("state <> 2"), tell=service.tell)


def test_a_refused_message_is_not_tried_again(tmp_path):
    with Service(tmp_path, say=lambda call: (422, {}, b""), **ONLY_TROUBLE) as service:
        service.start()
        service.trouble("fall")
        first = take(service.gateway.calls, 1)[0]
        until(lambda: service.outbox("state = 3"), tell=service.tell)
        keys = [call["body"]["key"] for call in service.gateway.all]
        assert keys.count(first["body"]["key"]) == 1
        # It climbs until there is nobody above, and is not lost from the inbox.
        until(lambda: not service.outbox("state < 3"), tell=service.tell)
        assert service.alerts("a.closed is null")


def deaths(service):
    """Events of dead letters, each with its ledger lines."""
    return service.value("select count(distinct l.event) from needwatch.ledger l join needwatch.ledger_payload p"
                         " using (county, sequence) where p.payload like '%%\"event\":\"undeliverable:%%'")


def test_a_letter_that_dies_again_after_a_replay_is_told_again(tmp_path):
    refused = {}

    def say(call):
        return (422, {}, b"") if call["body"]["key"] == refused.get("key") else (200, {}, b"{}")

    with Service(tmp_path, say=say, **ONLY_TROUBLE) as service:
        daemon = service.start()
        service.trouble("fall")
        alert = service.wait_alerts(1)[0]
        until(lambda: not service.outbox("state <> 2"), tell=service.tell)
        lead = service.outbox("lead")[0]
        assert deaths(service) == 0
        # It is to be sent once more, and is refused: the county leads. The same again: the county hears of it again.
        for count in (1, 2):
            refused["key"] = lead["key"]
            service.sql("update needwatch.outbox set state = 0, attempts = 0, next_attempt = now(), finished = null"
                        " where id = %s", lead["id"])
            until(lambda: deaths(service) == count, tell=service.tell)
            until(lambda: not service.outbox("state < 2"), tell=service.tell)
            assert [row["id"] for row in service.outbox("state = 3")] == [lead["id"]]
            assert service.alerts()[0]["owner_office"] == office(service, COUNTY)
        assert daemon.log().count("a message of alert %d is a dead letter" % alert["id"]) == 2


def test_a_death_is_decided_only_when_it_is_known_who_else_carries_the_message(tmp_path):
    """The question whether another channel carries it is lost: it is asked again, and nothing is assumed meanwhile."""
    gate, seen = threading.Event(), threading.Event()

    def say(call):
        if call["body"]["code"] == "new":
            seen.set()
            gate.wait(60)
            return 422, {}, b""
        return 200, {}, b"{}"

    channels = 'channel sms { kind webhook; url "%(url)s"; timeout 60s; }\nchannel other { kind null; }'
    # Locks are waited for half as long as statements run.
    with Service(tmp_path, say=say, channels=channels, store_settings="statement_timeout 2s;", **ONLY_TROUBLE) as service:
        daemon = service.start()
        service.trouble("fall")
        alert = service.wait_alerts(1)[0]
        until(seen.is_set)
        until(lambda: not service.outbox("channel = 'other' and state <> 2"), tell=service.tell)

        def asked():
            return service.rows("select query_start from pg_stat_activity where application_name = 'needwatchd/delivery'"
                                " and wait_event_type = 'Lock' and query like '%%select not exists (select 1 from"
                                " needwatch.outbox o%%' and query not like 'with%%'")

        blocker = service.store.connect("needwatch")
        blocker.autocommit = False
        blocker.cursor().execute("lock table needwatch.outbox in access exclusive mode")
        gate.set()
        # Twice: the first question has been lost by then.
        first = until(asked, tell=service.tell)[0]["query_start"]
        until(lambda: [row for row in asked() if row["query_start"] != first], tell=service.tell)
        blocker.rollback()
        blocker.close()
        daemon.wait_log("a message of alert %d is a dead letter; another channel carries it" % alert["id"])
        until(lambda: not service.outbox("state < 2"), tell=service.tell)
        assert deaths(service) == 0 and service.alerts()[0]["owner_office"] == alert["owner_office"]

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

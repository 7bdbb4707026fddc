"""The watchdog is fed only while the canary arrives: each stage of its way is blocked alone, while others go on."""
import time

from service import ONLY_TROUBLE, RED_MESSAGES, Service, held, until, waits

PATIENCE = 8  # seconds: the watchdog's time
FED = PATIENCE / 2


def service_of(folder):
    # Statements that wait for a lock are not cut off: the line stands still, and nothing fails.
    return Service(folder, canary="500ms", store_settings="statement_timeout 240s;", **ONLY_TROUBLE)


def start(service):
    daemon = service.start(watchdog_us=PATIENCE * 1_000_000)
    daemon.wait_status(lambda s: s["canary"]["arrived"] >= 2)
    until(lambda: len(daemon.notify.heard("WATCHDOG=1")) >= 2)
    return daemon


def expect_silence(daemon, place, go_on):
    """`go_on()` makes others commit something, as often as it is called; the watchdog is not fed all the same."""
    end = time.monotonic() + 60
    while "the canary has not arrived, it is %s" % place not in daemon.log():
        assert "no progress" not in daemon.log() and time.monotonic() < end, daemon.log()
        go_on()
    mark = time.monotonic() + 0.5  # what was sent before that line is heard
    while time.monotonic() < mark + FED + 1:
        go_on()
    assert not daemon.notify.heard("WATCHDOG=1", since=mark), "systemd would start it anew now"
    status = daemon.status()
    assert not status["daemon"]["progress"] and status["canary"]["place"] == place


def expect_food(daemon):
    daemon.wait_log("the line makes progress again")
    arrived = daemon.status()["canary"]["arrived"]
    mark = time.monotonic()
    daemon.notify.wait("WATCHDOG=1", since=mark)
    daemon.wait_status(lambda s: s["canary"]["arrived"] > arrived and s["daemon"]["progress"])


class People:
    """Each call brings one more into trouble, and waits until that has come as far as it can."""

    def __init__(self, service, arrived):
        self.service = service
        self.arrived = arrived
        self.count = 0

    def __call__(self):
        self.count += 1
        self.service.trouble("fall", person=self.count)
        until(lambda: self.arrived(self.count), tell=self.service.tell)
        time.sleep(0.3)


def test_a_blocked_source_of_its_own(tmp_path):
    with service_of(tmp_path) as service:
        daemon = start(service)
        # Alerts open and their messages are delivered.
        people = People(service, lambda count: len(service.gateway.all) == count * RED_MESSAGES)
        with held(service, "select 1 from needwatch.source where name = '(canary)' for update"):
            expect_silence(daemon, "at its source", people)
        expect_food(daemon)


def test_a_blocked_judge(tmp_path):
    with service_of(tmp_path) as service:
        daemon = start(service)
        facts = People(service, lambda count: service.value("select count(*) from needwatch.fact_trouble") == count)
        facts()
        alert = service.wait_alerts(1)[0]["id"]

        def others():
            """Facts come in; a deadline passes the door, and its plan is committed."""
            facts()
            story = len(service.story(alert))
            service.sql("update needwatch.alert_clock set due = now() - interval '1s', reminder = now() - interval '1s'"
                        " where alert = %s and running", alert)
            service.sql("update needwatch.alert set wake = now() - interval '1s' where id = %s", alert)
            until(lambda: len(service.story(alert)) > story, tell=service.tell)

        # Nobody but the judge reads thresholds.
        with held(service, "lock table needwatch.threshold in access exclusive mode"):
            until(lambda: waits(service, "judge"))
            expect_silence(daemon, "at the judge", others)
        expect_food(daemon)
        assert len(service.wait_alerts(facts.count)) == facts.count


def test_a_blocked_plan(tmp_path):
    with service_of(tmp_path) as service:
        daemon = start(service)
        facts = People(service, lambda count: service.value("select count(*) from needwatch.fact_trouble") == count)
        # Somebody holds what every plan has to write.
        with held(service, "lock table needwatch.ledger_head in access exclusive mode"):
            expect_silence(daemon, "at the judge", facts)
            assert "NO PROGRESS" in service.command("status").stdout, "questions are answered all the same"
        expect_food(daemon)


def test_a_blocked_sender(tmp_path):
    with service_of(tmp_path) as service:
        daemon = start(service)
        alerts = People(service, lambda count: len(service.alerts()) == count)
        # Messages may be written, and none be claimed.
        service.sql("revoke update on needwatch.outbox from needwatch_monitor")
        expect_silence(daemon, "at the sender", alerts)
        assert not service.gateway.all
        service.sql("grant update on needwatch.outbox to needwatch_monitor")
        expect_food(daemon)
        until(lambda: len(service.gateway.all) == alerts.count * RED_MESSAGES, tell=service.tell)


def test_a_long_queue_before_its_turn_is_no_standstill(tmp_path):
    """A start after a long night: more news than can be judged within the patience, all of it older than the beat."""
    backlog = 1536
    with service_of(tmp_path) as service:
        # Every mark takes its time, so that the queue takes twice the patience.
        service.sql("create function needwatch.slow() returns trigger language plpgsql as $$ begin"
                    " if old.county = 990102 then perform pg_sleep(%s); end if; return old; end $$" % (2.0 * PATIENCE / backlog))
        service.sql("create trigger slow before delete on needwatch.touched for each row execute function needwatch.slow()")
        service.sql("insert into needwatch.household (county, id, first_seen) select 990102, 1000000 + n, now()"
                    " from generate_series(1, %s) as n", backlog)
        service.sql("insert into needwatch.touched (county, household, position, history, since)"
                    " select county, id, 1, false, '2026-01-01' from needwatch.household where county = 990102")
        daemon = service.start(watchdog_us=PATIENCE * 1_000_000)
        status = daemon.wait_status(lambda s: s["canary"]["arrived"] >= 1)
        assert status["canary"]["travel_us"] > PATIENCE * 1_000_000, "it had to wait for its turn"
        assert "no progress" not in daemon.log()
        assert service.value("select count(*) from needwatch.touched where county = 990102") == 0

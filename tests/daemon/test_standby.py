"""Two daemons and one store: one works, the other waits, and takes over whatever happens to the first."""
import signal

import pytest

from service import ONLY_TROUBLE, Service, take, until


@pytest.fixture
def service(tmp_path):
    with Service(tmp_path, lease="2s", **ONLY_TROUBLE) as service:
        yield service


def second(service):
    """On another machine it would have a state folder of its own as well."""
    other = service.folder / "other"
    other.mkdir()
    return service.start(wait="standby", name="other.conf", state=other)


def test_a_waiting_daemon_takes_over_from_one_that_was_killed(service):
    first = service.start()
    standby = second(service)
    standby.notify.wait("READY=1")
    standby.notify.wait("STATUS=standby")
    service.trouble("fall")
    service.wait_alerts(1)
    fence = first.status()["lease"]["fence"]
    first.kill()
    service.trouble("flood", person=2)
    status = standby.wait_state("active")
    assert status["lease"]["fence"] > fence
    service.wait_alerts(2)
    until(lambda: not service.outbox("state <> 2"), tell=service.tell)
    calls = take(service.gateway.calls, 6)
    assert len({call["body"]["key"] for call in calls}) == 6, "nothing twice"
    assert standby.stop() == 0


def test_the_lease_given_back_is_taken_at_once(service):
    first = service.start()
    standby = second(service)
    assert first.stop() == 0
    standby.wait_state("active", deadline=5)


def test_a_daemon_that_slept_through_its_lease_writes_nothing_more(service):
    first = service.start()
    standby = second(service)
    first.process.send_signal(signal.SIGSTOP)
    try:
        standby.wait_state("active")
        service.trouble("fall")
        service.wait_alerts(1)
        owner = service.value("select holder from needwatch.lease")
    finally:
        first.process.send_signal(signal.SIGCONT)
    first.wait_log("the lease is lost")
    assert service.value("select holder from needwatch.lease") == owner
    first.wait_state("standby")
    service.trouble("flood", person=2)
    service.wait_alerts(2)
    assert len(service.alerts()) == 2
    until(lambda: not service.outbox("state <> 2"), tell=service.tell)
    assert service.outbox("attempts <> 1") == []
    # And back again.
    assert standby.stop() == 0
    first.wait_state("active")

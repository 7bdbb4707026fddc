"""The store: away, unprepared, restarted under load, locked."""
import signal
import threading
import time

from service import ONLY_TROUBLE, RED_MESSAGES, Service, until


def test_a_store_that_is_away_at_the_start_is_waited_for(tmp_path):
    with Service(tmp_path, apart=True, **ONLY_TROUBLE) as service:
        service.store.stop()
        daemon = service.start(wait=None)
        daemon.wait_log("the store cannot be reached")
        assert daemon.status()["daemon"]["state"] == "reaching"
        daemon.notify.wait("STATUS=waiting for the store")
        assert not daemon.notify.heard("READY=1")
        service.store.start()
        daemon.wait_state("active")
        daemon.notify.wait("READY=1")


def test_a_store_that_nobody_prepared_names_the_command(tmp_path):
    with Service(tmp_path, init=False, **ONLY_TROUBLE) as service:
        service.sql("create role needwatch_monitor login")
        (tmp_path / "keys").mkdir()
        for name in ("pseudonym.key", "seal.public"):
            (tmp_path / "keys" / name).write_text("a5" * 32 + "\n")
        daemon = service.start(wait="unfit")
        assert "needwatch init" in daemon.wait_log("needwatch init")
        assert not daemon.notify.heard("READY=1")
        service.init()
        daemon.wait_state("active")


def test_a_kind_that_the_store_lacks_names_the_command(tmp_path):
    with Service(tmp_path, **ONLY_TROUBLE) as service:
        service.sql("drop table needwatch.fact_trouble")
        service.sql("delete from needwatch.kind_field where kind = 'trouble'")
        service.sql("delete from needwatch.kind_table where kind = 'trouble'")
        daemon = service.start(wait="unfit")
        assert "needwatch init" in daemon.status()["daemon"]["reason"]
        service.command("init", "--rules")
        daemon.wait_state("active")


def test_a_restart_under_load_loses_nothing_and_doubles_nothing(tmp_path):
    people = 150

    with Service(tmp_path, apart=True, lease="3s", **ONLY_TROUBLE) as service:
        daemon = service.start()

        def load():
            for person in range(1, people + 1):
                service.trouble("fall", person=person)
                time.sleep(0.01)

        thread = threading.Thread(target=load)
        thread.start()
        for how in (signal.SIGQUIT, signal.SIGINT, signal.SIGQUIT):
            time.sleep(0.7)
            service.store.stop(how)
            time.sleep(0.2)
            service.store.start()
        thread.join()
        alerts = service.wait_alerts(people)
        until(lambda: not service.outbox("state <> 2"), tell=service.tell)
        assert len(alerts) == people == len({alert["household"] for alert in alerts})
        assert service.value("select count(*) from needwatch.fact_trouble") == people
        assert service.value("select count(*) from needwatch.touched") == 0
        keys = [call["body"]["key"] for call in service.gateway.all]
        assert set(keys) == {row["key"] for row in service.outbox()} and len(set(keys)) == people * RED_MESSAGES
        assert daemon.wait_state("active")
        service.command("ledger", "verify")

"""Beginning, reloading and ending."""
import os
import signal
import subprocess
import threading
import time

from service import ONLY_TROUBLE, PROGRAMS, RED_MESSAGES, Service, held, take, until, waits


def run(configuration, *words):
    return subprocess.run([str(PROGRAMS / "needwatchd"), "--config", str(configuration), *words], text=True,
                          capture_output=True, timeout=60, cwd="/", env=dict(os.environ, LC_ALL="C.UTF-8"))


def test_every_fault_of_the_configuration_is_told_and_nothing_starts(tmp_path):
    with Service(tmp_path, **ONLY_TROUBLE) as service:
        text = service.configuration.read_text(encoding="utf-8")
        broken = text.replace("degree = degree as int", "degre = degree as int").replace("canary 0s", "canari 0s")
        service.configuration.write_text(broken, encoding="utf-8")
        rules = tmp_path / "rules"
        rules.mkdir()
        (rules / "a.rules").write_text((service.told["rules"] / "trouble.rules").read_text(encoding="utf-8").replace(
            "when     x.degree > 0", "when     x.degre > 0"), encoding="utf-8")
        done = run(service.configuration)
        assert done.returncode == 1
        lines = broken.splitlines()
        line = next(i for i, line in enumerate(lines, 1) if "canari" in line)
        assert "needwatch.conf:%d:%d: error: " % (line, lines[line - 1].index("canari") + 1) in done.stderr
        assert "did you mean 'canary'?" in done.stderr
        assert not os.path.exists(service.state / "question.sock")

        # A fault of the rules is told together with one of the configuration.
        service.configuration.write_text(text.replace("canary 0s", "canari 0s").replace(
            'rules       "%s"' % service.told["rules"], 'rules       "%s"' % rules), encoding="utf-8")
        done = run(service.configuration, "--check")
        assert done.returncode == 1
        assert "canari" in done.stderr and "a.rules:13:" in done.stderr and "'degree'" in done.stderr

        # A field that the kind does not have, a missing key, a channel that cannot be.
        service.configuration.write_text(text.replace("degree = degree as int", "degre = degree as int"),
                                         encoding="utf-8")
        assert "'degree'" in run(service.configuration).stderr
        service.configuration.write_text(text.replace('url "http', 'url "gopher'), encoding="utf-8")
        os.rename(tmp_path / "keys/seal.public", tmp_path / "keys/seal.gone")
        done = run(service.configuration)
        assert done.returncode == 1 and "channel sms" in done.stderr and "seal.public" in done.stderr


def test_usage(tmp_path):
    done = subprocess.run([str(PROGRAMS / "needwatchd"), "--colour"], text=True, capture_output=True, timeout=20)
    assert done.returncode == 2 and "no option '--colour'" in done.stderr
    missing = run(tmp_path / "nothing.conf")
    assert missing.returncode == 1 and "nothing.conf" in missing.stderr


def test_it_ends_in_good_order_under_load(tmp_path):
    with Service(tmp_path, **ONLY_TROUBLE) as service:
        daemon = service.start()
        for person in range(1, 121):
            service.trouble("fall", person=person)
        service.wait_alerts(1)
        began = time.monotonic()
        assert daemon.stop(20) == 0
        assert time.monotonic() - began < 10
        assert daemon.notify.heard("STOPPING=1")
        assert service.value("select holder from needwatch.lease") == "", "given back"
        assert not os.path.exists(daemon.path)
        # What was not done is done by the next one, once.
        service.start()
        service.wait_alerts(120)
        until(lambda: not service.outbox("state <> 2"), tell=service.tell)
        keys = [call["body"]["key"] for call in service.gateway.all]
        assert len(keys) == len(set(keys)) == 120 * RED_MESSAGES


def test_it_ends_while_the_store_is_away(tmp_path):
    with Service(tmp_path, apart=True, **ONLY_TROUBLE) as service:
        daemon = service.start()
        service.store.stop()
        began = time.monotonic()
        assert daemon.stop(20) == 0
        assert time.monotonic() - began < 10
        service.store.start()


def test_who_asks_while_lines_end_is_answered(tmp_path):
    """A status that waits for counts of the store when its line ends, is told the rest, and nothing is left of it: that, the
    sanitizer sees."""
    with Service(tmp_path, **ONLY_TROUBLE) as service:
        daemon = service.start()
        daemon.wait_source("trouble", "following")
        over, answers = threading.Event(), []

        def ask():
            while not over.is_set():
                answers.append(daemon.status())

        askers = [threading.Thread(target=ask) for _ in range(4)]
        for asker in askers:
            asker.start()
        for reload in range(1, 9):
            daemon.process.send_signal(signal.SIGHUP)
            until(lambda: len([line for line in daemon.lines if "reloaded" in line]) == reload)
            daemon.wait_source("trouble", "following")
        over.set()
        for asker in askers:
            asker.join(60)
        assert all(status["ok"] for status in answers) and any(status["alerts"] for status in answers)
        assert daemon.stop() == 0, daemon.log()


def test_a_reload_keeps_the_old_settings_if_the_new_ones_are_wrong(tmp_path):
    with Service(tmp_path, **ONLY_TROUBLE) as service:
        daemon = service.start()
        text = service.configuration.read_text(encoding="utf-8")
        service.configuration.write_text(text.replace("source trouble", "sorce trouble"), encoding="utf-8")
        answer = daemon.ask("reload")
        assert not answer["ok"] and "did you mean 'source'?" in answer["error"]
        daemon.process.send_signal(signal.SIGHUP)
        daemon.wait_log("not reloaded, the old settings stay")
        service.trouble("fall")
        assert {call["path"] for call in take(service.gateway.calls, RED_MESSAGES)} == {"/send"}

        # Another channel comes with the next reload; what is said afterwards goes to it as well.
        service.configuration.write_text(text + '\nchannel second { kind webhook; url "%s2"; }\n' % service.gateway.url,
                                         encoding="utf-8")
        assert daemon.ask("reload")["ok"]
        daemon.wait_log("reloaded")
        daemon.wait_source("trouble", "following")
        assert daemon.status()["daemon"]["pid"] == daemon.process.pid
        service.trouble("flood", person=2)
        assert {call["path"] for call in take(service.gateway.calls, 2 * RED_MESSAGES)} == {"/send", "/send2"}

        # Where the store is cannot be changed without a restart.
        service.configuration.write_text(text.replace("lease 2s", "lease 9s"), encoding="utf-8")
        assert "restart" in daemon.ask("reload")["error"]
        assert daemon.stop() == 0


def test_ending_finishes_what_is_being_judged(tmp_path):
    """Told to end while the facts of a household are read: it is judged and planned, and only then the daemon is gone."""
    with Service(tmp_path, canary="1h", store_settings="statement_timeout 60s;", **ONLY_TROUBLE) as service:
        daemon = service.start()
        daemon.wait_status(lambda status: status["canary"]["arrived"] == 1)
        # Until its next beat nobody but the judge asks for the canary's facts.
        with held(service, "lock table needwatch.fact_canary in access exclusive mode"):
            service.trouble("fall")
            until(lambda: waits(service, "judge"), tell=service.tell)
            daemon.process.send_signal(signal.SIGTERM)
            daemon.wait_log("told to end")
        assert daemon.wait() == 0
        assert len(service.alerts()) == 1, "it is not left to the next daemon"
        assert service.value("select count(*) from needwatch.touched") == 0

"""The whole demonstration with a small city: to its end, interrupted, killed. Afterwards nothing of it is left."""
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request

import pytest

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
RUN = os.path.join(ROOT, "demo", "run")
PATIENCE = 300


class Stage:
    """A folder for temporary files of its own, so that what is left can be seen."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="nw-acts-", dir="/tmp")
        os.chmod(self.folder, 0o1777)
        self.process = None
        self.said = ""

    def start(self, *arguments, **environment):
        self.log = open(os.path.join(self.folder + ".log"), "w+b")
        self.process = subprocess.Popen(
            [RUN, "--programs", os.environ["PROGRAMS"]] + list(arguments), stdin=subprocess.DEVNULL, stdout=self.log,
            stderr=subprocess.STDOUT, env=dict(os.environ, TMPDIR=self.folder, **environment))
        return self

    def text(self):
        self.log.seek(0)
        return self.log.read().decode("utf-8")

    def wait_for(self, pattern, seconds=PATIENCE):
        end = time.monotonic() + seconds
        while not re.search(pattern, self.text()):
            assert self.process.poll() is None, self.text()
            assert time.monotonic() < end, self.text()
            time.sleep(0.05)

    def end(self, how=None):
        """Its exit code."""
        if how:
            self.process.send_signal(how)
        return self.process.wait(PATIENCE)

    def processes(self):
        """Of the folder, by what /proc says of their command lines."""
        found = []
        for entry in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open("/proc/%s/cmdline" % entry, "rb") as file:
                    line = file.read()
            except OSError:
                continue
            if self.folder.encode() in line and int(entry) != os.getpid():
                found.append(line.replace(b"\0", b" ").decode("utf-8", "replace"))
        return found

    def assert_nothing_left(self, seconds=0):
        end = time.monotonic() + seconds
        while (self.processes() or os.listdir(self.folder)) and time.monotonic() < end:
            time.sleep(0.1)
        assert self.processes() == [] and os.listdir(self.folder) == []
        port = re.search(r"http://127\.0\.0\.1:(\d+)/", self.text())
        if port:
            with socket.socket() as probe:
                assert probe.connect_ex(("127.0.0.1", int(port.group(1)))) != 0

    def remove(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(PATIENCE)
        self.log.close()
        os.unlink(self.folder + ".log")
        shutil.rmtree(self.folder)


@pytest.fixture
def stage():
    made = Stage()
    yield made
    made.remove()


def test_once_ends_by_itself_with_a_table_under_the_c_locale(stage):
    code = stage.start("--once", "--households", "600", "--seconds", "20", LC_ALL="C", LANG="C").end()
    text = stage.text()
    assert code == 0, text
    assert text.startswith("needwatch 演示")
    assert re.search(r"^  区县 +牵头 +红 +橙 +黄 +蓝", text, re.MULTILINE)
    assert re.search(r"^  长宁县 +镇街 +[1-9]", text, re.MULTILINE), "the earthquake's red alerts are with the towns of Changning"
    assert "镇街牵头、村（社区）、区县" in text and "长宁6.0级地震 2019-06-17" in text
    assert re.search(r"入库→待办  .* [1-9]\d* 件", text) and len(re.findall(r"#/link/[\w-]{20,}", text)) == 3
    stage.assert_nothing_left()


def test_the_first_line_comes_within_a_second(stage):
    begun = time.monotonic()
    stage.start("--once", "--households", "600")
    stage.wait_for("needwatch 演示", 5)
    assert time.monotonic() - begun < 1
    assert stage.end(signal.SIGTERM) == 128 + signal.SIGTERM
    stage.assert_nothing_left()


def signed_in(link):
    """Follows the link; what it returns asks the API as that account."""
    address, _, token = link.partition("#/link/")
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())

    def ask(path, body=None):
        request = urllib.request.Request(address + "api/v1/" + path, body and json.dumps(body).encode(),
                                         {"Content-Type": "application/json"})
        with browser.open(request, timeout=20) as answer:
            return json.loads(answer.read())
    ask("session/link", {"token": token})
    return ask


def test_village_town_and_county_sign_in_by_their_links_and_ctrl_c_ends_everything(stage):
    stage.start("--households", "600")
    stage.wait_for("长宁6.0级地震")
    everybody = [signed_in(link) for link in re.findall(r"http://\S+#/link/\S+", stage.text())]
    assert [ask("me")["account"]["role"] for ask in everybody] == ["worker", "town", "county"]
    end = time.monotonic() + 60
    while not everybody[0]("alerts?scope=all")["alerts"]:
        assert time.monotonic() < end, "the house that fell in this village has not come"
        time.sleep(0.2)
    village, town, county = (len(ask("alerts?scope=all")["alerts"]) for ask in everybody)
    assert 1 <= village <= town <= county
    assert stage.end(signal.SIGINT) == 0, stage.text()
    stage.assert_nothing_left()


def test_a_killed_demonstration_leaves_nothing_behind(stage):
    stage.start("--households", "300")
    stage.wait_for("首次接入|事件")
    assert len(stage.processes()) >= 5
    stage.end(signal.SIGKILL)
    stage.assert_nothing_left(60)


def test_a_fast_day_lets_an_unsigned_red_alert_climb_to_the_county(stage):
    stage.start("--households", "600", "--day", "20s")
    stage.wait_for(r"↑ 红 .* 长宁县 \S+镇 → 长宁县")
    assert stage.end(signal.SIGINT) == 0
    stage.assert_nothing_left()


def test_a_program_that_is_missing_is_named(stage):
    empty = os.path.join(stage.folder, "empty")
    os.mkdir(empty)
    stage.start("--once", "--households", "300", "--programs", empty)
    assert stage.end() == 3
    assert "FAILED: " in stage.text() and os.path.join(empty, "needwatch") in stage.text()
    os.rmdir(empty)
    stage.assert_nothing_left()


@pytest.mark.parametrize("arguments", [["--day", "soon"], ["--households", "3"], ["--check", "/bin/true"], ["--no-such"]])
def test_a_wrong_call_is_told_and_starts_nothing(stage, arguments):
    stage.start(*arguments)
    assert stage.end() == 2
    assert arguments[0].lstrip("-") in stage.text()
    stage.assert_nothing_left()

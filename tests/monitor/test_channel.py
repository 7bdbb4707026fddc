"""Channels by themselves: a syslog-ng that dies and comes back, gateways that refuse, are slow, or lie."""
import hashlib
import hmac
import threading

import pytest

import syslog_ng
from driver import driver
from gateway import Gateway


# ---- log ----

@pytest.mark.skipif(not syslog_ng.program(), reason="syslog-ng is not installed")
def test_log_record_is_read_by_syslog_ng(tmp_path):
    server = syslog_ng.Syslog(tmp_path)
    server.start()
    channel = driver("log", "socket=" + server.socket)
    channel.say("1 red 【预警】红色预警 编号1：请于18:00前签收。")
    assert channel.next().startswith("sent 1 ")
    (at, level, program, identity, key, word, text), = server.lines(1)
    assert (level, program, identity, key, word) == ("crit", "needwatchd", "new", "key-1", "red")
    assert text == "【预警】红色预警 编号1：请于18:00前签收。"
    assert channel.end() == 0
    server.kill()


@pytest.mark.skipif(not syslog_ng.program(), reason="syslog-ng is not installed")
def test_log_syslog_ng_killed_and_restarted_loses_nothing(tmp_path):
    server = syslog_ng.Syslog(tmp_path)
    server.start()
    channel = driver("log", "socket=" + server.socket)
    for n in range(1, 51):
        channel.say("%d yellow one" % n)
    for n in range(1, 51):
        assert channel.next().startswith("sent %d " % n)
    server.lines(50)
    server.kill()
    for n in range(51, 101):
        channel.say("%d yellow two" % n)
    channel.until("socket")
    server.start()
    for n in range(51, 101):
        channel.until("sent %d " % n)
    keys = [line[4] for line in server.lines(100)]
    assert keys == ["key-%d" % n for n in range(1, 101)]
    assert channel.end() == 0
    server.kill()


def test_log_receiver_that_stays_away_is_told(tmp_path):
    channel = driver("log", "socket=%s/nobody" % tmp_path, "timeout_ms=200")
    channel.say("1 red text")
    assert channel.next().startswith("again 1 0 nobody reads")
    assert channel.end() == 0


def test_log_ring_is_bounded_and_counts_what_it_dropped(tmp_path):
    channel = driver("log", "socket=%s/nobody" % tmp_path, "timeout_ms=60000")
    for n in range(1, 1100):
        channel.say("%d red text" % n)
    assert channel.next().startswith("again 1025 0 the ring is full")
    assert channel.end() == 0


# ---- webhook ----

@pytest.fixture
def gateway():
    gateway = Gateway()
    yield gateway
    gateway.stop()


def test_webhook_posts_code_level_deadline_and_link(gateway, tmp_path):
    (tmp_path / "sms").write_text("a secret\n")
    channel = driver("webhook", "url=" + gateway.url, "hosts=example.org 127.0.0.1", "secret=sms",
                     "credentials=%s" % tmp_path, "link=https://inbox.example/a/")
    channel.say("7 red 【预警】红色预警")
    assert channel.next().startswith("sent 7 ")
    call = gateway.next()
    assert call["headers"]["Idempotency-Key"] == "key-7"
    sign = hmac.new(b"a secret", call["raw"], hashlib.sha256).hexdigest()
    assert call["headers"]["X-Needwatch-Signature"] == "sha256=" + sign
    assert call["body"] == {"key": "key-7", "code": "new", "alert": 7, "level": "red", "reason": "opened",
                            "office": 7, "role": "town", "lead": True,
                            "due": "2026-05-29T04:26:40.000000+08:00",
                            "link": "https://inbox.example/a/7", "text": "【预警】红色预警"}
    assert channel.end() == 0


@pytest.mark.parametrize("answer, ended", [
    ((200, {}, b'{"errcode":0,"errmsg":"ok"}'), "sent 1 0 "),
    ((200, {}, b'{"errcode":45009}'), "again 1 0 errcode 45009"),
    ((200, {}, b"x" * 100000), "again 1 0 the answer is too long"),
    ((200, {"Content-Length": "50"}, b"short"), "again 1 0 "),
    ((302, {"Location": "http://127.0.0.1:1/elsewhere"}, b""), "again 1 0 status 302"),
    ((404, {}, b""), "again 1 0 status 404"),
    ((422, {}, b""), "refused 1 0 status 422"),
    ((429, {"Retry-After": "7"}, b""), "again 1 7000000 status 429"),
    ((503, {"Retry-After": "99999999"}, b""), "again 1 3600000000 status 503"),
    (None, "again 1 0 "),
])
def test_webhook_gateway_refusing_or_lying(gateway, answer, ended):
    gateway.say = lambda call: answer
    channel = driver("webhook", "url=" + gateway.url, "timeout_ms=2000")
    channel.say("1 red text")
    assert channel.next().startswith(ended)
    assert len(gateway.all) == 1
    assert channel.end() == 0


def test_webhook_slow_gateway_holds_up_only_its_own_message(gateway):
    gone = threading.Event()
    gateway.say = lambda call: gone.wait(20) and None if call["number"] == 0 else (200, {}, b"")
    channel = driver("webhook", "url=" + gateway.url, "timeout_ms=1500")
    channel.say("1 red text")
    gateway.next()
    channel.say("2 red text")
    assert channel.next().startswith("sent 2 ")
    assert channel.next().startswith("again 1 0 ")
    gone.set()
    assert channel.end() == 0


def test_webhook_nobody_listens_then_somebody(gateway):
    gateway.stop()
    channel = driver("webhook", "url=" + gateway.url)
    channel.say("1 red text")
    assert channel.next().startswith("again 1 0 ")
    assert channel.end() == 0


@pytest.mark.parametrize("arguments, fault", [
    (["url=http://elsewhere/x", "hosts=127.0.0.1 gateway"], "the host of its url is not in `hosts`"),
    (["url=file:///etc/passwd"], "its url must begin with http:// or https://"),
    (["url=http://user:word@gateway/x"], "its url holds a user name; use `secret`"),
    (["url=http://gateway/x", "secret=none", "credentials=/nowhere"],
     "the credential file of its secret is missing or empty"),
    ([], "its url cannot be read"),
])
def test_webhook_that_may_not_be_called_is_not_opened(arguments, fault):
    channel = driver("webhook", *arguments)
    assert channel.next() == "fault " + fault
    assert channel.end() == 1


# ---- null ----

def test_null_takes_every_message():
    channel = driver("null")
    channel.say("1 red text")
    channel.say("2 red text")
    assert channel.next().startswith("sent 1 ")
    assert channel.next().startswith("sent 2 ")
    assert channel.end() == 0

"""The HTTP server: what every answer carries, what it refuses, that slow clients harm nobody, and how it starts and ends."""
import json
import signal
import socket
import struct
import subprocess
import threading
import time

import pytest

from inbox import BIN, PASSWORD, VILLAGE, Inbox, random_key, raw_ask

GUARDS = {"content-security-policy", "x-content-type-options", "x-frame-options", "referrer-policy",
          "cross-origin-opener-policy", "cross-origin-resource-policy", "permissions-policy"}


def until(what, deadline=30):
    end = time.monotonic() + deadline
    while not what():
        assert time.monotonic() < end
        time.sleep(0.05)


# ---- pages ----

@pytest.mark.parametrize("path, kind, cached", [
    ("/", "text/html; charset=utf-8", "no-cache"),
    ("/index.html", "text/html; charset=utf-8", "no-cache"),
    ("/assets/index-1a2b.js", "text/javascript; charset=utf-8", "public, max-age=31536000, immutable"),
])
def test_pages_come_with_their_kind(inbox, path, kind, cached):
    answer = inbox.browser().get(path)
    assert (answer.status, answer.headers["content-type"], answer.headers["cache-control"]) == (200, kind, cached)
    again = inbox.browser().get(path, headers={"If-None-Match": answer.headers["etag"]})
    assert again.status == 304 and again.raw == b""


@pytest.mark.parametrize("path", ["/assets/index-1a2b.js.map", "/.hidden.html", "/assets", "/assets/", "/../keys/seal.secret",
                                  "/assets/..%2f..%2fkeys%2fseal.secret", "//index.html", "/index.html/", "/%69ndex.html",
                                  "/needwatch.conf"])
def test_what_is_no_page_is_not_there(inbox, path):
    assert inbox.browser().get(path).status in (400, 404)


@pytest.mark.parametrize("path", ["/", "/nothing", "/api/v1/me", "/api/v1/nothing", "/assets/index-1a2b.js"])
def test_every_answer_is_guarded(inbox, path):
    headers = inbox.browser().get(path).headers
    assert GUARDS <= set(headers) and "server" not in headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy


# ---- host and site ----

@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil", ""])
def test_a_foreign_host_is_refused(inbox, host):
    answer = inbox.browser().get("me", headers={"Host": host})
    assert answer.status in (400, 421), answer


def test_our_own_names_are_not(inbox):
    for host in (f"127.0.0.1:{inbox.port}", "localhost", "LOCALHOST:1", "[::1]"):
        assert inbox.browser().get("me", headers={"Host": host}).status == 401


@pytest.mark.parametrize("head", [
    "GET /api/v1/me HTTP/1.1\r\n\r\n",
    "GET /api/v1/me HTTP/1.1\r\nHost: localhost\r\nHost: evil\r\n\r\n",
    "GET http://evil.example/api/v1/me HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nContent-Length: 20\r\n\r\n{}",
    "POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}",
    "POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n{}",
    "GET /api/v1/me HTTP/1.1\r\nHost: localhost\r\nCookie: a=b\r\nCookie: c=d\r\n\r\n",
    "BREW /pot HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "OPTIONS /api/v1/session HTTP/1.1\r\nHost: localhost\r\nOrigin: http://evil\r\n\r\n",
    "\r\n\r\n\r\n", "\0\0\0\0\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\nHost: localhost\r\n\r\n",
])
def test_what_no_browser_sends_is_refused(inbox, head):
    answer = raw_ask(inbox.port, head, deadline=3)
    assert not answer.startswith("HTTP/1.1 2") and "inbox/" not in answer and ".c:" not in answer
    assert inbox.browser().get("me").status == 401


@pytest.mark.parametrize("headers", [
    {"Origin": "http://evil.example"}, {"Origin": "null"}, {"Origin": "http://localhost"},
    {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Sec-Fetch-Site": "none"},
    {"Content-Type": "text/plain"}, {"Content-Type": "application/x-www-form-urlencoded"}, {"Content-Type": None},
    {"X-Needwatch-Token": None}, {"X-Needwatch-Token": ""}, {"X-Needwatch-Token": "A" * 43},
])
def test_a_change_from_another_site_is_refused(inbox, headers):
    alert = inbox.alert(VILLAGE)
    browser = inbox.browser("village")
    answer = browser.post(f"alerts/{alert}/actions", {"action": "sign", "version": 1}, key=random_key(), headers=headers)
    assert (answer.status, answer.json["error"]) == (403, "foreign_page")
    assert inbox.ledger(alert) == []


def test_a_change_from_our_page_is_not(inbox):
    alert = inbox.alert(VILLAGE)
    browser = inbox.browser("village")
    answer = browser.post(f"alerts/{alert}/actions", {"action": "sign", "version": 1}, key=random_key(), headers={
        "Origin": f"http://127.0.0.1:{inbox.port}", "Sec-Fetch-Site": "same-origin",
        "Content-Type": "application/json; charset=utf-8"})
    assert answer.status == 200


def test_another_session_s_token_is_no_proof(inbox):
    alert = inbox.alert(VILLAGE)
    browser, other = inbox.browser("village"), inbox.browser("village")
    answer = browser.post(f"alerts/{alert}/actions", {"action": "sign", "version": 1}, key=random_key(),
                          headers={"X-Needwatch-Token": other.token})
    assert answer.status == 403


@pytest.mark.parametrize("key", [None, "short", "a b c d e f g h", "x" * 101, "' or 1=1; --"])
def test_an_act_needs_a_key(inbox, key):
    alert = inbox.alert(VILLAGE)
    answer = inbox.browser("village").post(f"alerts/{alert}/actions", {"action": "sign", "version": 1}, key=key)
    assert (answer.status, answer.json["error"]) == (400, "no_key")


# ---- sizes ----

def test_a_large_body_is_refused_in_words(inbox):
    answer = inbox.browser("village").post("alerts/990102-1/actions", {"text": "x" * 70000}, key=random_key())
    assert (answer.status, answer.json["error"]) == (413, "too_large")


def test_a_huge_body_is_cut_off(inbox):
    head = "POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    for body in ("Content-Length: 4000000\r\n\r\n", "Content-Length: 99999999999999999999\r\n\r\n",
                 "Transfer-Encoding: chunked\r\n\r\n400000\r\n" + "x" * 400000):
        answer = raw_ask(inbox.port, head + body, deadline=3)
        assert answer == "" or answer.split()[1] in ("413", "400"), answer


def test_large_headers_are_refused(inbox):
    answer = raw_ask(inbox.port, "GET / HTTP/1.1\r\nHost: localhost\r\nX: " + "x" * 20000 + "\r\n\r\n", deadline=3)
    assert answer == "" or answer.split()[1] == "400"


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{", b'{"a":1,"a":2}', b"\xff", b"[" * 60000, b'{"a":' * 12000])
def test_what_is_no_form_is_refused(inbox, body):
    answer = inbox.browser().ask("POST", "session", raw=body)
    assert (answer.status, answer.json["error"]) == (400, "malformed")


def test_a_keep_alive_connection_serves_many(inbox):
    with socket.create_connection(("127.0.0.1", inbox.port)) as stream:
        stream.settimeout(20)
        for _ in range(20):
            stream.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            came = b""
            while b"</title>" not in came:
                came += stream.recv(65536)
            assert came.startswith(b"HTTP/1.1 200")


# ---- slow and leaving clients ----

def test_two_hundred_slow_clients_block_nobody_and_are_ended(inbox):
    slow = []
    for i in range(200):
        stream = socket.create_connection(("127.0.0.1", inbox.port))
        stream.sendall(b"GET /api/v1/me HTTP/1.1\r\nHost: localhost\r\n" if i % 2 else
                       b"POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500\r\n\r\n{")
        slow.append(stream)
    start = time.monotonic()
    browser = inbox.browser("village")
    for _ in range(20):
        assert browser.get("alerts").status == 200
    assert time.monotonic() - start < 15
    # They go on trickling, so that no idle time-out helps; the deadline of the whole request does.
    while slow:
        assert time.monotonic() - start < 60, f"{len(slow)} are still there"
        still = []
        for stream in slow:
            try:
                stream.sendall(b"X")
                stream.setblocking(False)
                alive = stream.recv(1, socket.MSG_PEEK) != b""
            except BlockingIOError:
                alive = True
            except OSError:
                alive = False
            stream.setblocking(True)
            if alive:
                still.append(stream)
            else:
                stream.close()
        slow = still
        time.sleep(0.5)
    assert browser.get("alerts").status == 200


def test_clients_that_leave_in_the_middle_are_forgotten(inbox):
    cookie = inbox.browser("village").cookie
    head = f"GET /api/v1/alerts?scope=all HTTP/1.1\r\nHost: localhost\r\nCookie: needwatch={cookie}\r\n\r\n".encode()
    body = json.dumps({"name": "nobody", "password": "wrong password"}).encode()
    sign_in = (b"POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
               b"X-Forwarded-For: 203.0.113.50\r\nContent-Length: %d\r\n\r\n" % len(body)) + body
    for request in (head, sign_in) * 40:
        stream = socket.create_connection(("127.0.0.1", inbox.port))
        stream.sendall(request)
        stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        stream.close()
    inbox.run("delete from needwatch.sign_in_attempt")
    assert inbox.browser("village").get("alerts").status == 200


# ---- needwatchd there or not ----

def answer_questions(path, answers):
    """Speaks as needwatchd does: four bytes of length and a JSON object."""
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    listener.listen(8)

    def serve():
        while True:
            try:
                stream, _ = listener.accept()
            except OSError:
                return
            with stream:
                length = struct.unpack(">I", stream.recv(4, socket.MSG_WAITALL))[0]
                answers.append(json.loads(stream.recv(length, socket.MSG_WAITALL)))
                said = json.dumps({"ok": True}).encode()
                stream.sendall(struct.pack(">I", len(said)) + said)

    threading.Thread(target=serve, daemon=True).start()
    return listener


def test_status_says_whether_the_daemon_answers(inbox):
    browser = inbox.browser("village")
    answer = browser.get("status").json
    assert answer["live"] is False and "没有应答" in answer["message"]
    asked = []
    path = inbox.folder / "state" / "question.sock"
    listener = answer_questions(path, asked)
    try:
        until(lambda: browser.get("status").json["live"])
        assert browser.get("status").json["message"] == "" and asked[0] == {"ask": "status"}
        before = len(asked)
        for _ in range(30):
            browser.get("status")
        assert len(asked) <= before + 2, "one question for all who wait"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        path.unlink()
    until(lambda: not browser.get("status").json["live"])


# ---- the store away ----

def test_without_its_store_it_says_so_and_comes_back(inbox):
    browser = inbox.browser("village")
    inbox.db.close()
    inbox.server.stop()
    until(lambda: browser.get("alerts").status == 503)
    answer = browser.get("alerts")
    assert answer.json["error"] == "store_away" and "数据库" in answer.json["message"]
    assert browser.get("/").status == 200
    assert inbox.browser().post("session", {"name": "village", "password": PASSWORD}).status == 503
    inbox.server.start()
    inbox.db = inbox.server.connect("nw")
    until(lambda: browser.get("alerts").status == 200)


# ---- reload, start, end ----

def test_hangup_reads_the_pages_again_and_keeps_them_on_a_fault(inbox):
    pages = inbox.folder / "pages"
    old = inbox.browser().get("/").headers["etag"]
    (pages / "index.html").write_text("<!doctype html><title>新页</title>", encoding="utf-8")
    assert inbox.browser().get("/").headers["etag"] == old, "read at the start alone"
    inbox.process.send_signal(signal.SIGHUP)
    until(lambda: inbox.browser().get("/").headers["etag"] != old)
    (pages / "index.html").rename(pages / "index.txt")
    inbox.process.send_signal(signal.SIGHUP)
    until(lambda: any("stay as they were" in line for line in inbox.log))
    assert "新页" in inbox.browser().get("/").raw.decode()
    (pages / "index.txt").rename(pages / "index.html")


@pytest.fixture
def other():
    made = Inbox()
    yield made
    made.remove()


def test_systemd_is_told(other):
    path = str(other.folder / "notify")
    heard = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    heard.bind(path)
    heard.settimeout(30)
    other.start({"NOTIFY_SOCKET": path, "WATCHDOG_USEC": "400000"})
    told = [heard.recv(500).decode()]
    while told[-1] == "WATCHDOG=1":  # fed from the first turn of the loop on
        told.append(heard.recv(500).decode())
    assert told[-1] == f"READY=1\nSTATUS=port {other.port}"
    assert [heard.recv(500) for _ in range(3)] == [b"WATCHDOG=1"] * 3
    other.process.send_signal(signal.SIGHUP)
    told = [heard.recv(500) for _ in range(4)]
    assert told.index(b"RELOADING=1") < told.index(b"READY=1")
    assert other.stop() == 0
    left = []
    heard.settimeout(0.5)
    try:
        while True:
            left.append(heard.recv(500))
    except TimeoutError:
        pass
    assert left[-1] == b"STOPPING=1"
    heard.close()


def test_the_end_waits_for_requests_under_way(other):
    other.start()
    other.run("delete from needwatch.sign_in_attempt")
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(
        other.browser().post("session", {"name": "village", "password": PASSWORD}))) for _ in range(4)]
    for thread in threads:
        thread.start()
    until(lambda: other.run("select 1 from needwatch.sign_in_attempt where cardinality(at) = 4"))  # all from one address
    assert other.stop() == 0
    for thread in threads:
        thread.join()
    assert [answer.status for answer in answers] == [200] * 4
    with pytest.raises(ConnectionRefusedError):
        other.browser().get("me")


def run_web(*words):
    return subprocess.run([BIN / "needwatch-web", *words], text=True, capture_output=True, timeout=60)


def test_what_stops_it_from_starting_is_named(tmp_path):
    config = tmp_path / "needwatch.conf"
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        config.write_text(f'service {{ state "{tmp_path}"; web_port {port}; }}\n')
        done = run_web("--config", config)
    assert done.returncode == 3 and f"cannot listen on 127.0.0.1 port {port}" in done.stderr, done.stderr
    done = run_web("--help")
    assert done.returncode == 2 and done.stderr.startswith("usage: needwatch-web")
    done = run_web("--config", tmp_path / "none.conf")
    assert done.returncode == 1 and "none.conf" in done.stderr
    config.write_text("service { web_prot 1; }\n")
    done = run_web("--config", config)
    assert done.returncode == 1 and "did you mean 'web_port'" in done.stderr

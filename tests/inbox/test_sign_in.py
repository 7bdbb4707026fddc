"""Signing in and out: passwords, the lock, links that work once, sessions that end."""
import threading
import time

import psycopg2
import pytest

from inbox import DEADLINE, PASSWORD, VILLAGE, random_key


def try_password(inbox, name, password, **more):
    return inbox.browser().post("session", {"name": name, "password": password}, **more)


@pytest.fixture(autouse=True)
def unlocked(inbox):
    inbox.run("delete from needwatch.sign_in_attempt")


def test_a_right_password_gives_a_guarded_cookie(inbox):
    answer = try_password(inbox, "village", PASSWORD)
    assert answer.status == 200 and answer.json["account"]["name"] == "village"
    assert len(answer.cookies) == 1
    parts = {part.strip() for part in answer.cookies[0].split(";")[1:]}
    assert parts == {"Path=/", "HttpOnly", "SameSite=Strict", "Max-Age=43200"}
    assert answer.headers["cache-control"] == "no-store"


def test_behind_tls_the_cookie_is_secure(inbox):
    answer = try_password(inbox, "village", PASSWORD, headers={"X-Forwarded-Proto": "https"})
    assert "Secure" in answer.cookies[0] and "strict-transport-security" in answer.headers


def test_the_store_knows_neither_cookie_nor_password(inbox):
    browser = inbox.browser("village")
    rows = inbox.run("select encode(hash, 'escape'), encode(hash, 'hex') from needwatch.session")
    assert all(browser.cookie not in cell for row in rows for cell in row)
    assert inbox.run("select password from needwatch.account where name = 'village'")[0][0].startswith("$argon2id$")


@pytest.mark.parametrize("name, password", [("village", "wrong password"), ("village", PASSWORD + " "),
                                            ("nobody", PASSWORD), ("Village", PASSWORD), ("' or 1=1 --", "x" * 12)])
def test_a_wrong_pair_is_refused_alike(inbox, name, password):
    answer = try_password(inbox, name, password)
    assert (answer.status, answer.json["error"], answer.cookies) == (401, "wrong_password", [])


def test_unknown_names_take_as_long_as_known_ones(inbox):
    """The same hash is computed: with one thread checking, the medians lie close together."""
    def median(name):
        times = []
        for _ in range(4):
            start = time.monotonic()
            assert try_password(inbox, name, "wrong password").status == 401
            times.append(time.monotonic() - start)
        return sorted(times)[1]
    known, unknown = median("village"), median("nobody at all")
    assert unknown > known / 3, (known, unknown)


def test_five_attempts_lock_a_name_and_no_other(inbox):
    for _ in range(5):
        assert try_password(inbox, "town", "wrong password").status == 401
    answer = try_password(inbox, "town", PASSWORD)
    assert (answer.status, answer.json["error"]) == (429, "locked")
    assert try_password(inbox, "village", PASSWORD).status == 200
    # Whether a name exists does not show.
    for _ in range(5):
        try_password(inbox, "nobody", "wrong password")
    assert try_password(inbox, "nobody", "wrong password").status == 429
    # A quarter of an hour later.
    inbox.run("update needwatch.sign_in_attempt a set at = array(select t - interval '16 minutes' from unnest(a.at) t)")
    assert try_password(inbox, "town", PASSWORD).status == 200


def test_a_success_forgets_the_failures(inbox):
    for _ in range(3):
        for _ in range(4):
            try_password(inbox, "county", "wrong password")
        assert try_password(inbox, "county", PASSWORD).status == 200


def test_an_address_is_locked_after_many_names(inbox):
    headers = {"X-Forwarded-For": "203.0.113.7, 198.51.100.9"}
    inbox.browser().post("session", {"name": "one", "password": "wrong password"}, headers=headers)
    inbox.run("update needwatch.sign_in_attempt set at = array_fill(at[1], array[100])")
    assert try_password(inbox, "other", "wrong password", headers=headers).status == 429
    # What the browser itself claims before the proxy's word makes no difference; another address does.
    assert try_password(inbox, "other", "wrong password", headers={"X-Forwarded-For": "1.2.3.4, 198.51.100.9"}
                        ).status == 429
    assert try_password(inbox, "other", "wrong password", headers={"X-Forwarded-For": "198.51.100.10"}).status == 401


class Attempt:
    """One sign-in in a session and a thread of its own, as a second needwatch-web would begin it; committed by end()."""

    def __init__(self, inbox, name, address):
        self.connection = psycopg2.connect(host=inbox.server.folder, dbname="nw", user="needwatch_web")
        self.backend = self.connection.info.backend_pid
        self.locked = None
        self.subjects = name.encode(), address.encode()
        self.thread = threading.Thread(target=self.begin)
        self.thread.start()

    def begin(self):
        with self.connection.cursor() as cursor:
            cursor.execute("select locked from needwatch.sign_in_begin('village', %s, %s, now())", self.subjects)
            self.locked = cursor.fetchone()[0]

    def end(self):
        self.thread.join(DEADLINE)
        self.connection.commit()
        self.connection.close()
        return self.locked


def test_two_attempts_at_once_are_counted_one_after_the_other(inbox):
    """The fifth is not answered yet when the sixth comes: the sixth waits for it and is refused."""
    for _ in range(4):
        assert Attempt(inbox, "name", "address").end() is False
    fifth = Attempt(inbox, "name", "address")
    fifth.thread.join(DEADLINE)
    sixth = Attempt(inbox, "name", "another address")
    deadline = time.monotonic() + DEADLINE
    while sixth.locked is None and inbox.run("select 1 from pg_stat_activity where pid = %s and wait_event_type = 'Lock'",
                                             sixth.backend) == []:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert (fifth.end(), sixth.end()) == (False, True)


def test_of_many_attempts_at_once_five_pass(inbox):
    """From addresses before and behind the name in the order of bytes: nobody waits for somebody who waits for them."""
    found = []
    ending = [threading.Thread(target=lambda which=which: found.append(Attempt(inbox, "name", which).end()))
              for which in ("address", "zone", "a place", "somewhere") * 4]
    for thread in ending:
        thread.start()
    for thread in ending:
        thread.join(DEADLINE)
    assert sorted(found, key=str) == [False] * 5 + [True] * 11


def test_attempts_of_yesterday_are_not_kept(inbox):
    assert Attempt(inbox, "name", "address").end() is False
    inbox.run("update needwatch.sign_in_attempt set last = last - interval '1 day 1 second'")
    assert Attempt(inbox, "another name", "another address").end() is False
    assert inbox.run("select count(*) from needwatch.sign_in_attempt") == [(2,)]


def test_a_disabled_account_is_out_at_once(inbox):
    inbox.tool("account", "add", "leaver", "--office", str(VILLAGE), "--role", "worker", "--password-stdin",
               input=PASSWORD + "\n")
    browser = inbox.browser("leaver")
    link = inbox.tool("account", "link", "leaver").stdout.strip().rsplit("/", 1)[1]
    inbox.tool("account", "disable", "leaver")
    assert browser.get("me").json["error"] == "signed_out"
    assert try_password(inbox, "leaver", PASSWORD).json["error"] == "wrong_password"
    assert inbox.browser().post("session/link", {"token": link}).json["error"] == "wrong_link"


# ---- links ----

def link_of(inbox, name, *more):
    url = inbox.tool("account", "link", name, *more).stdout.strip()
    assert url.startswith("http://127.0.0.1:0/#/link/")
    return url.rsplit("/", 1)[1]


def test_a_link_works_once(inbox):
    link = link_of(inbox, "village")
    browser = inbox.browser()
    browser.take(browser.post("session/link", {"token": link}))
    assert browser.get("me").json["account"]["name"] == "village"
    assert inbox.browser().post("session/link", {"token": link}).json["error"] == "wrong_link"
    rows = inbox.run("select encode(hash, 'escape') from needwatch.sign_in_token")
    assert all(link not in row[0] for row in rows)


def test_a_link_ends(inbox):
    link = link_of(inbox, "village", "--minutes", "1")
    inbox.run("update needwatch.sign_in_token set expires = expires - interval '61 seconds'")
    assert inbox.browser().post("session/link", {"token": link}).json["error"] == "wrong_link"


def test_a_link_opens_a_locked_name(inbox):
    for _ in range(5):
        try_password(inbox, "village", "wrong password")
    assert try_password(inbox, "village", PASSWORD).status == 429
    browser = inbox.browser()
    browser.take(browser.post("session/link", {"token": link_of(inbox, "village")}))


# ---- sessions ----

def test_signing_out_ends_the_session_itself(inbox):
    browser = inbox.browser("village")
    answer = browser.ask("DELETE", "session")
    assert answer.status == 200 and "Max-Age=0" in answer.cookies[0]
    assert browser.get("me").json["error"] == "signed_out"


@pytest.mark.parametrize("column, by", [("seen", "2 hours 1 second"), ("expires", "12 hours 1 second")])
def test_sessions_end_idle_and_at_the_end_of_the_day(inbox, column, by):
    browser = inbox.browser("village")
    assert browser.get("me").status == 200
    inbox.run(f"update needwatch.session set {column} = {column} - %s::interval", by)
    assert browser.get("me").json["error"] == "signed_out"


def awake(inbox, browser, *asked, **more):
    """Whether a session that was idle for an hour is fresh again after the call."""
    inbox.run("update needwatch.session set seen = now() - interval '1 hour'")
    browser.ask(*asked, **more)
    return inbox.run("select count(*) from needwatch.session where seen > now() - interval '1 minute'")[0][0] == 1


POLL = {"X-Needwatch-Poll": "1"}


def test_what_a_person_does_keeps_the_session_awake(inbox):
    browser = inbox.browser("village")
    alert = inbox.alert(VILLAGE)
    for path in ("me", "alerts", "alerts/" + alert, "alerts/" + alert + "/history", "status"):
        assert awake(inbox, browser, "GET", path), path


def test_what_an_open_page_asks_by_itself_keeps_no_session_awake(inbox):
    browser = inbox.browser("village")
    alert = inbox.alert(VILLAGE)
    for path in ("me", "alerts", "alerts/" + alert, "alerts/" + alert + "/history", "status"):
        assert not awake(inbox, browser, "GET", path, headers=POLL), path
    assert browser.get("alerts", headers=POLL).status == 200
    inbox.run("update needwatch.session set seen = seen - interval '1 hour 1 second'")
    assert browser.get("alerts", headers=POLL).json["error"] == "signed_out"


def test_whoever_acts_is_there_whatever_the_page_says(inbox):
    browser = inbox.browser("village")
    alert = inbox.alert(VILLAGE)
    assert awake(inbox, browser, "POST", f"alerts/{alert}/actions", {"action": "sign", "version": 1}, key=random_key(),
                 headers=POLL)


def test_a_made_up_cookie_is_nobody(inbox):
    browser = inbox.browser()
    browser.cookie = "A" * 43
    assert browser.get("me").json["error"] == "signed_out"
    browser.token = "A" * 43
    assert browser.post("alerts/990102-1/actions", {}, key=random_key()).status == 403


def test_an_account_whose_office_is_gone_is_told_so(inbox):
    browser = inbox.browser("neighbour")
    inbox.run("update needwatch.office set closed = now() where name = '东二村'")
    inbox.run("update needwatch.organisation_version set version = version + 1")
    deadline = time.monotonic() + 20
    while browser.get("me").status == 200:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert browser.get("me").json["error"] == "office_gone"
    inbox.run("update needwatch.office set closed = null")
    inbox.run("update needwatch.organisation_version set version = version + 1")


def test_the_log_holds_no_name_and_no_secret(inbox):
    log = "\n".join(inbox.log)
    assert "has signed in" in log
    for secret in (PASSWORD, "wrong password", "village ", "leaver", "argon2"):
        assert secret not in log

"""Opening the sealed name and address of a member: who may, and that the ledger says who did."""
import json
import pathlib

import pytest

from inbox import NEIGHBOUR, NUMBER, TOWN, VILLAGE, random_key
from types_ts import fault_of


@pytest.fixture(scope="module")
def village(inbox):
    return inbox.browser("village")


def open_box(browser, alert, person, reason="上门走访", key=None):
    return browser.post(f"alerts/{alert}/people/{person}", {"reason": reason}, key=key or random_key())


def openings(inbox, alert):
    return [(actor, json.loads(payload)) for kind, actor, payload in inbox.ledger(alert) if kind == 76]


def test_a_box_is_opened_and_the_ledger_says_who_looked(inbox, village):
    alert = inbox.alert(VILLAGE)
    person = inbox.members(alert)[1]
    answer = open_box(village, alert, person)
    assert answer.status == 200 and fault_of(answer.json, "Opened") is None
    assert answer.json == {"name": "李四", "phone": "13800000000", "address": "东镇东一村1号"}
    assert answer.headers["cache-control"] == "no-store"
    [(actor, payload)] = openings(inbox, alert)
    assert actor == inbox.account("village") and payload["text"] == "上门走访"
    assert payload["event"].startswith(f"opened/{actor}/{person}/{alert}/")
    step = village.get(f"alerts/{alert}/history").json["steps"][-1]
    assert (step["word"], step["who"], step["text"]) == ("查看了姓名和联系方式", "村协办员", "上门走访")
    assert village.get("alerts/" + alert).json["alert"]["version"] == 1, "looking disturbs nobody's work"
    assert "BROKEN" not in inbox.tool("ledger", "verify").stdout


def test_the_number_stays_in_the_box(inbox, village):
    alert = inbox.alert(VILLAGE)
    answer = open_box(village, alert, inbox.members(alert)[0])
    assert NUMBER[:14] not in answer.raw.decode() and NUMBER not in "\n".join(inbox.log)


def test_the_same_key_leaves_one_line(inbox, village):
    alert = inbox.alert(VILLAGE)
    person, key = inbox.members(alert)[0], random_key()
    for _ in range(3):
        assert open_box(village, alert, person, key=key).json["name"] == "张三"
    assert len(openings(inbox, alert)) == 1
    assert open_box(village, alert, person).status == 200
    assert len(openings(inbox, alert)) == 2


def test_each_member_by_itself(inbox, village):
    alert = inbox.alert(VILLAGE)
    key = random_key()
    assert [open_box(village, alert, person, key=key).json["name"] for person in inbox.members(alert)] == ["张三", "李四"]
    assert len(openings(inbox, alert)) == 2


@pytest.mark.parametrize("reason, error", [("", "needs_reason"), ("  ", "needs_reason"),
                                           (f"核对{NUMBER}", "number_in_text"), (None, "needs_reason")])
def test_without_a_reason_it_stays_shut(inbox, village, reason, error):
    alert = inbox.alert(VILLAGE)
    answer = open_box(village, alert, inbox.members(alert)[0], reason=reason)
    assert (answer.status, answer.json["error"]) == (422, error) and openings(inbox, alert) == []


def test_only_for_entitled_accounts(inbox):
    alert = inbox.alert(VILLAGE)
    answer = open_box(inbox.browser("town2"), alert, inbox.members(alert)[0])
    assert (answer.status, answer.json["error"]) == (403, "not_entitled") and openings(inbox, alert) == []


def test_only_in_the_own_area(inbox, village):
    far = inbox.alert(NEIGHBOUR)
    near = inbox.alert(VILLAGE)
    assert open_box(village, far, inbox.members(far)[0]).json["error"] == "no_such_alert"
    # Through an alert of the own area, a stranger's box.
    assert open_box(village, near, inbox.members(far)[0]).json["error"] == "no_such_person"
    assert openings(inbox, far) == openings(inbox, near) == []


def test_not_after_the_alert_has_ended(inbox, village):
    alert = inbox.alert(VILLAGE)
    inbox.run("update needwatch.alert set closed = now(), state = 10, wake = null where id = %s",
              int(alert.split("-")[1]))
    assert open_box(village, alert, inbox.members(alert)[0]).json["error"] == "alert_ended"


def test_nothing_in_the_box(inbox, village):
    alert = inbox.alert(VILLAGE, people=())
    county, household = 990102, 1000 + int(alert.split("-")[1])
    person = inbox.person(county, household, "无名", sealed=False)
    answer = open_box(village, alert, person)
    assert (answer.status, answer.json["error"]) == (404, "no_box") and openings(inbox, alert) == []


def test_a_box_moved_to_another_row_tells_nothing(inbox, village):
    alert = inbox.alert(VILLAGE)
    one, other = inbox.members(alert)
    inbox.run("update needwatch.person set sealed = (select sealed from needwatch.person where id = %s) where id = %s",
              other, one)
    answer = open_box(village, alert, one)
    assert (answer.status, answer.json["error"]) == (500, "box_shut") and "李四" not in answer.raw.decode()


def test_a_spoilt_box_is_a_fault_and_no_secret(inbox, village):
    alert = inbox.alert(VILLAGE)
    person = inbox.members(alert)[0]
    inbox.run("update needwatch.person set sealed = overlay(sealed placing 'xx' from 60) where id = %s", person)
    assert open_box(village, alert, person).json["error"] == "box_shut"


def test_without_the_key_all_else_works(inbox):
    secret = pathlib.Path(inbox.folder / "keys" / "seal.secret")
    kept = secret.read_text()
    secret.unlink()
    inbox.stop()
    inbox.start()
    try:
        assert any("cannot be opened" in line for line in inbox.log)
        village = inbox.browser("village")
        alert = inbox.alert(VILLAGE, owner=TOWN)
        assert village.get("alerts/" + alert).status == 200
        assert open_box(village, alert, inbox.members(alert)[0]).json["error"] == "box_shut"
    finally:
        secret.write_text(kept)
        inbox.stop()
        inbox.start()

"""Every endpoint: a request and the answer it must get, and that answers have the shape that the pages were written for."""
import json

import pytest

from inbox import (BLUE, CITY, COUNTY, FAR_VILLAGE, NEIGHBOUR, NUMBER, ORANGE, OTHER_VILLAGE, POLICY_GAP, RED, SUPERVISION,
                   TOWN, VILLAGE, YELLOW, random_key)
from types_ts import fault_of


@pytest.fixture(scope="module")
def world(inbox):
    """Alerts by a name, browsers by their account."""
    alerts = {
        "village": inbox.alert(VILLAGE),
        "by_town": inbox.alert(VILLAGE, owner=TOWN, level=RED),
        "neighbour": inbox.alert(NEIGHBOUR, level=ORANGE),
        "other_town": inbox.alert(OTHER_VILLAGE),
        "far": inbox.alert(FAR_VILLAGE),
        "gap": inbox.alert(VILLAGE, owner=TOWN, lane=POLICY_GAP, level=0),
        # Of the village, led by the town: not for the village to see.
        "supervision": inbox.alert(VILLAGE, owner=TOWN, lane=SUPERVISION, level=0),
        "of_town": inbox.alert(TOWN, owner=COUNTY, lane=SUPERVISION, level=0, people=()),
        # Nobody knows where they live: the county's pool.
        "unclaimed": inbox.alert(COUNTY, owner=COUNTY, level=BLUE, people=()),
        "closed": inbox.alert(VILLAGE, state=10),
    }
    inbox.run("update needwatch.alert set closed = now(), wake = null where id = %s",
              int(alerts["closed"].split("-")[1]))
    inbox.run("update needwatch.alert set residence = 0 where id = %s", int(alerts["unclaimed"].split("-")[1]))
    inbox.names = alerts
    inbox.browsers = {name: inbox.browser(name) for name in
                      ("village", "neighbour", "town", "other_town", "county", "far_county", "city")}
    inbox.browsers["nobody"] = inbox.browser()
    return inbox


# who, method, path, body, status, error
REQUESTS = [
    ("nobody", "GET", "me", None, 401, "signed_out"),
    ("nobody", "GET", "alerts", None, 401, "signed_out"),
    ("nobody", "GET", "alerts/{village}", None, 401, "signed_out"),
    ("nobody", "GET", "alerts/{village}/history", None, 401, "signed_out"),
    ("nobody", "GET", "alerts/{village}/why", None, 401, "signed_out"),
    ("nobody", "GET", "status", None, 401, "signed_out"),
    ("nobody", "POST", "alerts/{village}/actions", {"action": "sign", "version": 1}, 401, "signed_out"),
    ("nobody", "POST", "alerts/{village}/people/1", {"reason": "x"}, 401, "signed_out"),
    ("nobody", "DELETE", "session", None, 401, "signed_out"),
    ("nobody", "POST", "session", {"name": "village"}, 400, "malformed"),
    ("nobody", "POST", "session", {"name": "village", "password": 7}, 400, "malformed"),
    ("nobody", "POST", "session", {"name": "x" * 65, "password": "x"}, 400, "malformed"),
    ("nobody", "POST", "session", ["village"], 400, "malformed"),
    ("nobody", "POST", "session/link", {"token": ""}, 400, "malformed"),
    ("nobody", "POST", "session/link", {"token": "A" * 43}, 401, "wrong_link"),
    ("nobody", "GET", "session", None, 405, "no_such_method"),
    ("nobody", "POST", "me", {}, 405, "no_such_method"),
    ("nobody", "GET", "nothing", None, 404, "no_such_place"),
    ("nobody", "GET", "", None, 404, "no_such_place"),
    ("nobody", "GET", "alerts/", None, 404, "no_such_place"),
    ("nobody", "GET", "/nothing.html", None, 404, "no_such_place"),
    ("village", "GET", "me", None, 200, "Me"),
    ("village", "GET", "status", None, 200, "Status"),
    ("village", "GET", "alerts", None, 200, "AlertPage"),
    ("village", "GET", "alerts?scope=all&level=red", None, 200, "AlertPage"),
    ("village", "GET", "alerts?scope=mine&level=none", None, 200, "AlertPage"),
    ("village", "GET", "alerts?scope=theirs", None, 400, "malformed"),
    ("village", "GET", "alerts?level=green", None, 400, "malformed"),
    ("village", "GET", "alerts?level=red&level=blue", None, 400, "malformed"),
    ("village", "GET", "alerts?office=2", None, 400, "malformed"),
    ("village", "GET", "alerts?after=4", None, 400, "malformed"),
    ("village", "GET", "alerts?after=9.-.1.1", None, 400, "malformed"),
    ("village", "GET", "alerts?after=4.-.990102.9223372036854775808", None, 400, "malformed"),
    ("village", "GET", "alerts/{village}", None, 200, "AlertWhole"),
    ("village", "GET", "alerts/{by_town}", None, 200, "AlertWhole"),
    ("village", "GET", "alerts/{gap}", None, 200, "AlertWhole"),
    ("village", "GET", "alerts/{closed}", None, 200, "AlertWhole"),
    ("village", "GET", "alerts/{neighbour}", None, 404, "no_such_alert"),
    ("village", "GET", "alerts/{neighbour}/history", None, 404, "no_such_alert"),
    ("village", "GET", "alerts/{supervision}", None, 404, "no_such_alert"),
    ("village", "GET", "alerts/{supervision}/history", None, 404, "no_such_alert"),
    ("village", "GET", "alerts/{unclaimed}", None, 404, "no_such_alert"),
    ("village", "GET", "alerts/{village}/history", None, 200, "Story"),
    ("village", "GET", "alerts/{village}/why", None, 503, "no_why"),
    ("village", "GET", "alerts/{closed}/why", None, 409, "why_ended"),
    ("village", "GET", "alerts/{neighbour}/why", None, 404, "no_such_alert"),
    ("village", "POST", "alerts/{village}/why", {}, 405, "no_such_method"),
    ("village", "GET", "alerts/990102-999999", None, 404, "no_such_alert"),
    ("village", "GET", "alerts/17", None, 404, "no_such_place"),
    ("village", "GET", "alerts/990102-", None, 404, "no_such_place"),
    ("village", "GET", "alerts/-990102-1", None, 404, "no_such_place"),
    ("village", "GET", "alerts/990102-1%20or%201=1", None, 404, "no_such_place"),
    ("village", "GET", "alerts/990102-99999999999999999999", None, 404, "no_such_place"),
    ("village", "GET", "alerts/{village}/people/1", None, 405, "no_such_method"),
    ("village", "POST", "alerts/{neighbour}/actions", {"action": "sign", "version": 1}, 404, "no_such_alert"),
    ("village", "POST", "alerts/{supervision}/actions", {"action": "note", "version": 1, "text": "x"}, 404,
     "no_such_alert"),
    ("village", "POST", "alerts/{village}/actions", {"action": "dance", "version": 1}, 400, "no_such_action"),
    ("village", "POST", "alerts/{village}/actions", {"action": "sign"}, 400, "malformed"),
    ("village", "POST", "alerts/{village}/actions", {"action": "sign", "version": 0}, 400, "malformed"),
    ("village", "POST", "alerts/{village}/actions", {"action": "sign", "version": "1; drop"}, 400, "malformed"),
    ("village", "POST", "alerts/{village}/actions", {"action": "sign", "version": 1, "target": "x"}, 400, "malformed"),
    ("village", "POST", "alerts/{village}/actions", {"action": "sign", "version": 2}, 409, "stale_version"),
    ("village", "POST", "alerts/{by_town}/actions", {"action": "sign", "version": 1}, 403, "wrong_office"),
    ("village", "POST", "alerts/{village}/actions", {"action": "dispose", "version": 1, "disposition": "exit"}, 409,
     "wrong_state"),
    ("village", "POST", "alerts/{village}/actions", {"action": "dispose", "version": 1, "disposition": "x"}, 400,
     "malformed"),
    ("village", "POST", "alerts/{village}/actions", {"action": "note", "version": 1}, 422, "needs_text"),
    ("village", "POST", "alerts/{village}/actions", {"action": "note", "version": 1, "text": " \n "}, 422, "needs_text"),
    ("village", "POST", "alerts/{village}/actions", {"action": "note", "version": 1, "text": f"号{NUMBER}。"},
     422, "number_in_text"),
    ("village", "POST", "alerts/{village}/actions", {"action": "note", "version": 1, "text": "字" * 700}, 400,
     "malformed"),
    ("village", "POST", "alerts/{village}/actions", {"action": "transfer", "version": 1, "text": "x"}, 422,
     "needs_target"),
    ("village", "POST", "alerts/{village}/actions", {"action": "verify_true", "version": 1, "cause": "因懒"}, 422,
     "no_such_cause"),
    ("village", "POST", "alerts/{village}/people/999", {"reason": "上门走访"}, 404, "no_such_person"),
    ("village", "POST", "alerts/{village}/people/0", {"reason": "上门走访"}, 404, "no_such_place"),
    ("neighbour", "GET", "alerts/{village}", None, 404, "no_such_alert"),
    ("town", "GET", "alerts/{village}", None, 200, "AlertWhole"),
    ("town", "GET", "alerts/{neighbour}", None, 200, "AlertWhole"),
    ("town", "GET", "alerts/{supervision}", None, 200, "AlertWhole"),
    ("town", "GET", "alerts/{of_town}", None, 404, "no_such_alert"),
    ("town", "GET", "alerts/{other_town}", None, 404, "no_such_alert"),
    ("other_town", "GET", "alerts/{supervision}", None, 404, "no_such_alert"),
    ("county", "GET", "alerts/{of_town}", None, 200, "AlertWhole"),
    ("county", "GET", "alerts/{unclaimed}", None, 200, "AlertWhole"),
    ("county", "GET", "alerts/{far}", None, 404, "no_such_alert"),
    ("far_county", "GET", "alerts/{far}", None, 200, "AlertWhole"),
    ("city", "GET", "alerts/{far}", None, 200, "AlertWhole"),
    ("city", "GET", "alerts/{unclaimed}", None, 200, "AlertWhole"),
]


@pytest.mark.parametrize("who, method, path, body, status, word", REQUESTS,
                         ids=[f"{who} {method} {path[:60]} {word}" for who, method, path, _, _, word in REQUESTS])
def test_request(world, who, method, path, body, status, word):
    answer = world.browsers[who].ask(method, path.format(**world.names), body,
                                     key=random_key() if method == "POST" else None)
    assert answer.status == status, answer
    if status == 200:
        assert fault_of(answer.json, word) is None
    else:
        assert set(answer.json) == {"error", "message", "remedy"} and answer.json["error"] == word
        assert answer.json["message"] and answer.json["remedy"]
        assert not any(sign.isascii() and sign.isalpha() for sign in
                       answer.json["message"].replace("Idempotency-Key", "")), "people read Chinese"


def ids(answer):
    return {line["id"] for line in answer.json["alerts"]}


@pytest.mark.parametrize("who, scope, wanted", [
    ("village", "mine", {"village"}),
    ("village", "all", {"village", "by_town", "gap"}),
    ("neighbour", "all", {"neighbour"}),
    ("town", "mine", {"by_town", "gap", "supervision"}),
    ("town", "all", {"village", "by_town", "gap", "neighbour", "supervision"}),
    ("other_town", "all", {"other_town"}),
    ("county", "mine", {"of_town", "unclaimed"}),
    ("county", "all", {"village", "by_town", "gap", "neighbour", "supervision", "of_town", "unclaimed", "other_town"}),
    ("far_county", "all", {"far"}),
])
def test_lists_hold_the_subtree_and_nothing_else(world, who, scope, wanted):
    answer = world.browsers[who].get(f"alerts?scope={scope}")
    assert ids(answer) == {world.names[name] for name in wanted}
    assert all(line["mine"] == (line["owner"]["id"] == world.browsers[who].me["account"]["office"]["id"])
               for line in answer.json["alerts"])


def test_lists_are_most_serious_first_and_counted(world):
    page = world.browsers["county"].get("alerts?scope=all").json
    order = ["none", "blue", "yellow", "orange", "red"]
    levels = [order.index(line["level"]) for line in page["alerts"]]
    assert levels == sorted(levels, reverse=True)
    assert page["counts"] == {"mine": {"red": 0, "orange": 0, "yellow": 0, "blue": 1, "none": 1},
                              "all": {"red": 1, "orange": 1, "yellow": 2, "blue": 1, "none": 3}}
    reds = world.browsers["county"].get("alerts?scope=all&level=red").json["alerts"]
    assert [line["id"] for line in reds] == [world.names["by_town"]]


def test_pages_follow_each_other_without_gap_or_double(world):
    made = [world.alert(FAR_VILLAGE, level=[BLUE, YELLOW, RED][i % 3], due=24 + i % 5, people=()) for i in range(70)]
    world.run("update needwatch.alert set wake = null where id = %s", int(made[3].split("-")[1]))
    seen, after = [], ""
    while after is not None:
        page = world.browsers["far_county"].get("alerts?scope=all" + (f"&after={after}" if after else "")).json
        seen += [line["id"] for line in page["alerts"]]
        after = page["next"]
    assert len(seen) == len(set(seen)) == 71 and set(made) < set(seen)


# ---- what a tier may infer ----

def test_a_village_never_infers_a_diagnosis(world):
    """Even if somebody set the flag in the table."""
    world.run("update needwatch.account set detail = true where name = 'village'")
    for path in ("alerts?scope=all", "alerts/{village}", "alerts/{village}/history"):
        answer = world.browsers["village"].get(path.format(**world.names))
        text = answer.raw.decode()
        assert answer.status == 200 and not any(
            word in text for word in ("C34", "恶性肿瘤", "med_cancer", "12300", "yibao", '"ill"')), text
    assert answer.json is not None and world.browsers["village"].get("me").json["account"]["detail"] is False
    whole = world.browsers["village"].get("alerts/" + world.names["village"]).json
    assert whole["detail"] is False and "evidence" not in whole["findings"][0]
    assert whole["findings"][0]["name"] is None and whole["findings"][1]["name"] == "收入骤降"


def test_an_entitled_town_sees_the_detail(world):
    whole = world.browsers["town"].get("alerts/" + world.names["village"]).json
    assert whole["detail"] and whole["findings"][0]["name"] == "恶性肿瘤"
    assert whole["findings"][0]["because"] == "主诊断 C34，自付 12300 元"
    assert whole["findings"][0]["evidence"] == [{"kind": "settlement", "kind_word": None, "source": "yibao",
                                                "on": "2026-06-10"}]
    assert whole["findings"][1]["evidence"][0]["kind_word"] == "工资"
    plain = world.browser("town2").get("alerts/" + world.names["village"]).raw.decode()
    assert "C34" not in plain and "恶性肿瘤" not in plain


def test_no_answer_holds_a_number(world):
    for browser in world.browsers.values():
        for path in ("me", "alerts?scope=all", "status", *(f"alerts/{one}" for one in world.names.values()),
                     *(f"alerts/{one}/history" for one in world.names.values())):
            assert b"99010119900101" not in browser.get(path).raw


def test_places_and_faces_are_told(world):
    line = world.browsers["county"].get("alerts/" + world.names["village"]).json["alert"]
    assert (line["place"], line["household"], line["people"]) == ("东镇东一村", "张*", 2)
    unclaimed = world.browsers["county"].get("alerts/" + world.names["unclaimed"]).json["alert"]
    assert (unclaimed["place"], unclaimed["people"]) == ("", 0) and unclaimed["household"].startswith("户")


def test_offers_name_what_is_missing(world):
    alert = world.alert(VILLAGE, state=1)
    offers = {one["action"]: one for one in world.browsers["village"].get("alerts/" + alert).json["actions"]}
    assert offers["unreachable"] == {"action": "unreachable", "word": "联系不上", "allowed": False,
                                     "reason": "联系不上须有三次、分两日以上的记录", "needs": [], "primary": False}
    assert offers["visit"]["allowed"] and offers["visit"]["primary"]
    assert "dispose" not in offers and "sign" not in offers
    assert json.dumps(offers["transfer"]["needs"]) == '["text", "target"]'

"""Acting on an alert: through decide() and nothing else, once for each key, refused with the rule that forbids it."""
import threading
import time

import pytest

from inbox import COUNTY, NEIGHBOUR, OTHER_TOWN, OTHER_VILLAGE, PASSWORD, RED, TOWN, VILLAGE, random_key
from types_ts import fault_of


@pytest.fixture(scope="module")
def village(inbox):
    return inbox.browser("village")


@pytest.fixture(scope="module")
def town(inbox):
    return inbox.browser("town")


def act(browser, alert, action, key=None, **fields):
    version = fields.pop("version", None) or browser.get("alerts/" + alert).json["alert"]["version"]
    return browser.post(f"alerts/{alert}/actions", {"action": action, "version": version, **fields},
                        key=key or random_key())


def done(browser, alert, action, **fields):
    answer = act(browser, alert, action, **fields)
    assert answer.status == 200, answer
    assert fault_of(answer.json, "AlertWhole") is None
    return answer.json


def outbox(inbox, alert):
    return inbox.run("select office, role, lead, template, body from needwatch.outbox where alert = %s order by id",
                     int(alert.split("-")[1]))


def test_a_signature_is_written_whole(inbox, village):
    alert = inbox.alert(VILLAGE)
    whole = done(village, alert, "sign")
    assert whole["alert"]["state"] == "signed" and whole["alert"]["version"] == 2
    assert whole["signed"]["by"] == "村协办员"
    assert not any(clock["running"] for clock in whole["clocks"] if clock["stage"] == "sign")
    assert [(kind, actor) for kind, actor, _ in inbox.ledger(alert)][0] == (42, inbox.account("village"))
    story = village.get(f"alerts/{alert}/history").json["steps"]
    assert (story[0]["reason"], story[0]["word"], story[0]["who"]) == ("signed", "已签收", "村协办员")


def test_the_same_key_acts_once(inbox, village):
    alert = inbox.alert(VILLAGE)
    key = random_key()
    assert act(village, alert, "sign", key=key, version=1).status == 200
    lines = inbox.ledger(alert)
    again = act(village, alert, "sign", key=key, version=1)
    assert again.status == 200 and again.json["alert"]["version"] == 2
    assert inbox.ledger(alert) == lines


def test_the_same_key_at_the_same_moment_acts_once(inbox):
    alert = inbox.alert(VILLAGE)
    key, answers = random_key(), []
    browsers = [inbox.browser("village") for _ in range(2)]
    threads = [threading.Thread(target=lambda browser=browser: answers.append(
        act(browser, alert, "sign", key=key, version=1))) for browser in browsers for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status for answer in answers] == [200] * 8, answers
    assert [kind for kind, _, _ in inbox.ledger(alert)].count(42) == 1


def test_the_same_key_at_another_alert_is_another_act(inbox, village):
    first, second = inbox.alert(VILLAGE), inbox.alert(VILLAGE)
    key = random_key()
    for alert in (first, second):
        assert act(village, alert, "sign", key=key).json["alert"]["state"] == "signed"


def test_who_comes_second_is_told_to_look_again(inbox, village, town):
    alert = inbox.alert(VILLAGE, owner=TOWN)
    assert act(town, alert, "sign", version=1).status == 200
    late = act(inbox.browser("town2"), alert, "sign", version=1)
    assert (late.status, late.json["error"], late.json["message"]) == (409, "signed_already", "已有人签收")
    note = act(town, alert, "note", version=1, text="迟到的备注")
    assert (note.status, note.json["error"]) == (409, "stale_version")
    assert note.json["remedy"] == "页面已更新为最新内容，请看过后再办理"


def test_two_workers_at_one_alert(inbox):
    alert = inbox.alert(VILLAGE, owner=TOWN)
    browsers, answers = [inbox.browser("town"), inbox.browser("town2")], []
    threads = [threading.Thread(target=lambda browser=browser: answers.append(act(browser, alert, "sign", version=1)))
               for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status for answer in answers) == [200, 409]
    assert [kind for kind, _, _ in inbox.ledger(alert)].count(42) == 1


def test_a_life_from_signature_to_closing(inbox, town):
    alert = inbox.alert(VILLAGE, owner=TOWN)
    other = inbox.browser("town2")
    for action, fields in (("sign", {}), ("visit", {}), ("screen", {}), ("verify_true", {"cause": "因病"}), ("file", {}),
                           ("help", {"text": "送去米面"}), ("dispose", {"disposition": "off_policy_help"}),
                           ("follow", {})):
        done(town, alert, action, **fields)
    refused = act(town, alert, "close")
    assert (refused.status, refused.json["error"]) == (422, "needs_five_haves")
    own = act(town, alert, "evaluate")
    assert (own.status, own.json["error"]) == (422, "needs_other_evaluator")
    done(other, alert, "evaluate")
    done(town, alert, "feed_back")
    whole = done(town, alert, "close", text="已稳定")
    assert whole["alert"]["state"] == "closed" and whole["alert"]["due"] is None and whole["people"] == []
    assert alert not in {line["id"] for line in town.get("alerts?scope=all").json["alerts"]}
    words = [step["word"] for step in town.get(f"alerts/{alert}/history").json["steps"]]
    assert [word for word in words if word != "期限按周一至周五计算"] == [
        "已签收", "已入户", "开始甄别", "核实属实", "已建档", "已实施帮扶", "已处置", "已跟踪回访", "已评估", "已反馈", "已办结"]
    assert len(done(town, alert, "reopen", text="又有新情况")["people"]) == 2


def test_who_was_told_learns_that_the_lead_signs(inbox, village):
    alert = inbox.alert(VILLAGE, owner=TOWN)
    inbox.run("insert into needwatch.alert_told values (990102, %s, %s, 0, false, now())", int(alert.split("-")[1]),
              inbox.office(VILLAGE))
    refused = act(village, alert, "sign")
    assert (refused.status, refused.json["error"], refused.json["message"]) == (
        403, "lead_signs", "由牵头单位签收，签收后您单位即可登记入户")
    offers = {offer["action"]: offer for offer in village.get("alerts/" + alert).json["actions"]}
    assert offers["sign"]["reason"] == refused.json["message"] and not offers["sign"]["allowed"]


def test_who_was_not_told_learns_that_others_handle_it(inbox, village):
    refused = act(village, inbox.alert(VILLAGE, owner=TOWN), "note", text="看过")
    assert (refused.status, refused.json["error"], refused.json["message"]) == (
        403, "wrong_office", "由牵头单位办理，您单位知晓即可")


def test_the_remedy_of_a_missing_calendar_is_shown_to_administrators_alone(inbox, village):
    """Without a calendar the clocks that a visit starts are counted Monday to Friday."""
    inbox.tool("account", "add", "admin", "--office", str(COUNTY), "--role", "administrator", "--password-stdin",
               input=PASSWORD + "\n")
    alert = inbox.alert(VILLAGE)
    for action, fields in (("sign", {}), ("screen", {}), ("verify_true", {"cause": "因病"}), ("file", {})):
        done(village, alert, action, **fields)
    done(inbox.browser("town"), alert, "dispose", disposition="in_policy")
    def step(browser):
        return [s for s in browser.get(f"alerts/{alert}/history").json["steps"] if s["reason"] == "unknown_year"]
    mine, theirs = step(village), step(inbox.browser("admin"))
    assert mine and {s["word"] for s in mine + theirs} == {"期限按周一至周五计算"}
    assert {s["remedy"] for s in mine} == {None}
    assert all(s["remedy"].startswith("缺少该年度工作日历。") for s in theirs)


def test_verified_false_cools_the_hit_down(inbox, village):
    alert = inbox.alert(VILLAGE)
    done(village, alert, "sign")
    done(village, alert, "screen")
    done(village, alert, "verify_false", text="已有子女赡养")
    household = 1000 + int(alert.split("-")[1])
    assert inbox.run("select spent, cool_until is not null from needwatch.alert_hit where household = %s",
                     household) == [(True, True)]


def test_a_transfer_goes_out_of_sight_and_is_told(inbox, village, town):
    """Led elsewhere it is still where they live; the receiver sees it by leading it."""
    alert = inbox.alert(VILLAGE)
    neighbour = inbox.browser("neighbour")
    assert neighbour.get("alerts/" + alert).status == 404
    targets = {one["name"]: one["id"] for one in village.get("alerts/" + alert).json["targets"]}
    assert set(targets) == {"甲县", "东镇", "西镇", "东二村"}
    whole = done(village, alert, "transfer", target=targets["东二村"], text="实际住在邻村")
    assert whole["alert"]["owner"]["name"] == "东二村" and not whole["alert"]["mine"]
    assert neighbour.get("alerts/" + alert).json["alert"]["mine"]
    assert done(neighbour, alert, "sign")["alert"]["state"] == "signed"
    assert (inbox.office(NEIGHBOUR), 0) in {row[:2] for row in outbox(inbox, alert)}
    step = next(step for step in town.get(f"alerts/{alert}/history").json["steps"] if step["reason"] == "transferred")
    assert (step["from"], step["to"], step["text"]) == ("东一村", "东二村", "实际住在邻村")


def test_messages_name_nobody(inbox, village):
    alert = inbox.alert(VILLAGE)
    done(village, alert, "transfer", target=str(inbox.office(TOWN)), text="张三的病历")
    bodies = [row[4] for row in outbox(inbox, alert)]
    assert bodies and all("张" not in body and "病历" not in body for body in bodies)


def test_each_channel_gets_the_message(inbox, village):
    alert = inbox.alert(VILLAGE)
    done(village, alert, "transfer", target=str(inbox.office(TOWN)), text="请协助")
    assert inbox.run("select distinct channel from needwatch.outbox where alert = %s",
                     int(alert.split("-")[1])) == [("gateway",)]


def test_what_a_post_may_not_do_is_named(inbox, village):
    alert = inbox.alert(VILLAGE, state=7, owner=VILLAGE)
    refused = act(village, alert, "dispose", disposition="in_policy")
    assert (refused.status, refused.json["error"], refused.json["message"]) == (403, "wrong_role", "该岗位无权进行此操作")


def test_an_organisation_that_moves_meanwhile_is_read_again(inbox, village):
    alert = inbox.alert(VILLAGE)
    inbox.run("update needwatch.organisation_version set version = version + 1")
    assert done(village, alert, "sign")["alert"]["state"] == "signed"


def test_a_transfer_skips_a_vacant_post(inbox, village):
    alert = inbox.alert(VILLAGE)
    inbox.run("update needwatch.post set state = 0 where office = %s", inbox.office(OTHER_TOWN))
    inbox.run("update needwatch.organisation_version set version = version + 1")
    whole = done(village, alert, "transfer", target=str(inbox.office(OTHER_TOWN)), text="已搬走")
    assert whole["alert"]["owner"]["name"] == "甲县"
    inbox.run("update needwatch.post set state = 1")
    inbox.run("update needwatch.organisation_version set version = version + 1")


def test_a_locked_alert_holds_up_nobody_else(inbox, village):
    """Another transaction holds the row: the act waits, fails by its lock_timeout, is tried again and succeeds."""
    alert, other = inbox.alert(VILLAGE), inbox.alert(VILLAGE)
    holder = inbox.server.connect("nw")
    cursor = holder.cursor()
    cursor.execute("begin")
    cursor.execute("select from needwatch.alert where id = %s for update", (int(alert.split("-")[1]),))
    answers = []
    thread = threading.Thread(target=lambda: answers.append(act(village, alert, "sign", version=1)))
    thread.start()
    start = time.monotonic()
    while not inbox.run("select 1 from pg_stat_activity where usename = 'needwatch_web' and wait_event_type = 'Lock'"):
        assert time.monotonic() - start < 20
    assert done(inbox.browser("village"), other, "sign")["alert"]["state"] == "signed"
    time.sleep(4)  # beyond lock_timeout: a try has failed by now
    cursor.execute("rollback")
    holder.close()
    thread.join()
    assert answers[0].status == 200, answers


def test_the_ledger_holds(inbox, village):
    alert = inbox.alert(VILLAGE, level=RED)
    done(village, alert, "sign")
    told = inbox.tool("ledger", "verify").stdout
    assert "990102" in told and "whole" in told and "BROKEN" not in told


def test_words_of_the_service_are_not_shown(inbox, village):
    """A line of the service carries the rule's name: that tells a diagnosis."""
    alert = inbox.alert(VILLAGE)
    number = int(alert.split("-")[1])
    inbox.run("insert into needwatch.ledger values (990199, %s, '', '', %s, 0, now(), 1, %s, 0)", number,
              alert.encode(), number)
    inbox.run("update needwatch.alert set county = 990199 where id = %s", number)
    inbox.run("insert into needwatch.ledger_payload values (990199, %s, '', %s)", number,
              '{"reason":"opened","text":"med_cancer 2026","to":[7,"worker"]}')
    steps = village.get(f"alerts/990199-{number}/history").json["steps"]
    assert [(step["who"], step["text"], step["to"]) for step in steps] == [("系统", None, "东一村")]


def test_an_erased_line_says_so(inbox, village):
    alert = inbox.alert(VILLAGE)
    done(village, alert, "note", text="将被删除")
    inbox.run("update needwatch.ledger_payload p set payload = null, salt = null, erased_by = 'R', erased_on = current_date"
              " from needwatch.ledger l where l.county = p.county and l.sequence = p.sequence and l.alert = %s",
              int(alert.split("-")[1]))
    step = village.get(f"alerts/{alert}/history").json["steps"][0]
    assert step["erased"] and step["text"] is None and step["word"] == "已备注"


def test_the_county_acts_on_what_lies_below(inbox):
    county = inbox.browser("county")
    alert = inbox.alert(OTHER_VILLAGE, owner=OTHER_TOWN)
    assert done(county, alert, "note", text="请加快")["alert"]["version"] == 2
    assert COUNTY == 990102000000

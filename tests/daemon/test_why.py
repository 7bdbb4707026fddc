"""`needwatch why`: the running daemon says of a household in its store why, why not, and what would change it."""
import json
import re

import pytest

from service import COUNTY, TROUBLE, TROUBLE_TABLE, Service, number_of, until

# How bad it is may not be seen by a village; that there is trouble may.
RULES = """
kind trouble "困难" { subject person; event text "事项"; degree int "程度" sensitive; }
family trouble "困难" { cap 100; }
rule in_trouble "遇到困难" {
	family   trouble;
	for      trouble x of all persons;
	when     x.degree > trouble_line;
	key      x.event;
	on       x.on;
	points   x.degree;
	decay    hold 60 days;
	because  "遇到困难，请上门了解";
	detail   "困难程度{x.degree}";
	basis    "试验";
}
rule twice "不止一次" {
	family   trouble;
	when     count(trouble x of all persons) >= 2;
	points   5;
	decay    state;
	because  "不止一次";
	basis    "试验";
}
threshold trouble_line "困难线" { unit degrees; default 10; least 0; most 100; basis "试验办法"; }
threshold level_blue "蓝色分值" { unit points; default 20; least 0; most 1000; basis "试验"; }
threshold level_yellow "黄色分值" { unit points; default 35; least 0; most 1000; basis "试验"; }
threshold level_orange "橙色分值" { unit points; default 55; least 0; most 1000; basis "试验"; }
threshold level_red "红色分值" { unit points; default 75; least 0; most 1000; basis "试验"; }
levels blue level_blue, yellow level_yellow, orange level_orange, red level_red;
"""
DEGREE = 77


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """A service, its daemon, and the one alert that there is."""
    folder = tmp_path_factory.mktemp("why")
    (folder / "rules").mkdir()
    (folder / "rules" / "why.rules").write_text(RULES, encoding="utf-8")
    with Service(folder, apart=True, sources=TROUBLE, department=TROUBLE_TABLE, rules=folder / "rules") as service:
        service.sql("insert into needwatch.threshold (county, name, area, value, from_day, set_at, set_by) values"
                    " (990102, 'trouble_line', %s, 60, '2020-01-01', '2020-01-01T00:00:00Z', 'test')", int(COUNTY))
        daemon = service.start()
        service.trouble("fall", degree=DEGREE)
        alert, = service.wait_alerts(1)
        yield service, daemon, alert


def why(daemon, alert, **members):
    answer = daemon.ask("why", county=alert["county"], alert=alert["id"], **members)
    assert answer.pop("ok"), answer
    return answer


def rule_of(answer, name):
    return next(rule for rule in answer["rules"] if rule["rule"] == name)


def test_a_verdict_is_taken_apart_with_the_sources_of_its_facts(told):
    _, daemon, alert = told
    answer = why(daemon, alert)
    assert (answer["score"], answer["level"]) == (alert["score"], "red")
    rule = rule_of(answer, "in_trouble")
    row, = rule["rows"]
    assert rule["verdict"] == "fires" and row["hit"] and row["points"] == DEGREE
    assert rule["because"] == f"困难程度{DEGREE}"
    fact, = row["facts"]
    assert fact["kind"] == "trouble" and fact["source"] == "trouble" and fact["record"]
    part = row["when"]
    assert (part["truth"], part["left"]["value"], part["right"]["value"], part["distance"]) == \
        ("yes", str(DEGREE), "60", str(DEGREE - 60))
    assert rule_of(answer, "twice")["verdict"] == "silent"
    assert rule_of(answer, "twice")["rows"][0]["when"]["left"]["value"] == "1"


def test_a_threshold_names_whose_it_is(told):
    _, daemon, alert = told
    line = next(one for one in why(daemon, alert)["thresholds"] if one["name"] == "trouble_line")
    assert line == {"name": "trouble_line", "label": "困难线", "unit": "degrees", "basis": "试验办法", "value": "60",
                    "from": "row", "area": "990102", "class": None, "residence": None, "since": "2020-01-01", "until": None}


def test_what_would_change_the_level(told):
    _, daemon, alert = told
    flips = why(daemon, alert)["flips"]
    assert {"change": "days", "days": 60, "level": "none"}.items() <= flips[[f["change"] for f in flips].index("days")].items()
    assert any(f["change"] == "threshold" and (f["name"], f["was"], f["to"], f["level"]) == ("trouble_line", "60", "77", "none")
               for f in flips), flips
    assert any(f["change"] == "threshold" and (f["name"], f["to"], f["level"]) == ("level_red", "78", "orange")
               for f in flips), flips


def test_a_household_and_its_alert_have_one_answer(told):
    _, daemon, alert = told
    by_household = daemon.ask("why", county=alert["county"], household=alert["household"])
    assert by_household.pop("ok") and by_household == why(daemon, alert)
    assert by_household["household"] == "990102/%d" % alert["household"]


def test_a_village_reads_nothing_sensitive(told):
    service, daemon, alert = told
    answer = why(daemon, alert, plain=True)
    text = json.dumps(answer, ensure_ascii=False)
    numbers = re.sub(r'"record": "[^"]*"|"(score|points)": %d' % DEGREE, "", text)  # a masked key has any digits
    assert str(DEGREE) not in numbers
    for word in ("in_trouble", "遇到困难\"", "degree\"", "困难程度", "trouble_line"):
        assert word not in text, word
    hidden, = [rule for rule in answer["rules"] if rule["verdict"] == "fires"]
    assert hidden["because"] == "遇到困难，请上门了解" and hidden["hidden"]
    assert answer["flips_not_shown"] > 0
    shown = service.command("why", "%06d-%d" % (alert["county"], alert["id"]), "--all", "--tier", "village").stdout
    assert "in_trouble" not in shown and f"程度{DEGREE}" not in shown


def test_no_answer_names_a_person_or_the_canary(told):
    _, daemon, alert = told
    text = json.dumps(why(daemon, alert), ensure_ascii=False)
    assert number_of(1) not in text and "canary" not in text


def test_the_command_shows_it_in_two_languages_and_as_json(told):
    service, daemon, alert = told
    name = "%06d-%d" % (alert["county"], alert["id"])
    english = service.command("why", name, "--lang", "en").stdout
    assert english.splitlines()[0].startswith("990102/%d on " % alert["household"])
    assert "the smallest changes that give another level:" in english
    assert "最小的变级条件" in service.command("why", name, "--lang", "zh", "--all").stdout
    by_household = service.command("why", "990102/%d" % alert["household"], "--json").stdout
    assert json.loads(by_household) == why(daemon, alert)


@pytest.mark.parametrize("words, code, fault", [
    (["990102-999"], 3, "there is no such household and no such alert"),
    (["990102/999999"], 3, "there is no such household and no such alert"),
    (["somebody"], 2, "'somebody' is no alert as 990102-17 and no household as 990102/17"),
    ([], 2, "no household and no alert is named"),
])
def test_what_cannot_be_answered_says_why(told, words, code, fault):
    service, _, _ = told
    done = service.command("why", *words, check=False)
    assert done.returncode == code and done.stderr.splitlines()[0] == "needwatch why: " + fault


def test_a_source_that_cannot_be_seen_is_named(told):
    service, daemon, alert = told
    assert why(daemon, alert)["blind"] == []
    service.departments.stop()
    try:
        daemon.wait_status(lambda status: all(source["blind_since"] for source in status["sources"]))
        source, = why(daemon, alert)["blind"]
        assert source["name"] == "trouble" and source["blind_since"] and source["reason"]
        shown = service.command("why", "%06d-%d" % (alert["county"], alert["id"]), "--lang", "en").stdout
        assert "blind: source trouble" in shown
    finally:
        service.departments.start()
    until(lambda: not why(daemon, alert)["blind"])

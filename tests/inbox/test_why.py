"""Why, on the page of an alert: the real needwatchd is asked, at the depth of the account that looks."""
import contextlib
import json
import subprocess
import time

import pytest

from inbox import BIN, DEADLINE, NEIGHBOUR, VILLAGE, Inbox
from types_ts import fault_of

# Both rules fire for everybody of whom nothing is told: one of them rests on what a village may not see.
RULES = """
kind wage "工资" { subject person; amount money; }
kind sick "疾病" { subject person; icd text "诊断" sensitive; }
family poor "贫" { cap 60; }
family ill "病" { cap 60; }
rule no_wage "没有工资" { family poor; when not any(wage w of all persons where w.amount > wage_line); points 40;
	decay state; because "没有超过{wage_line}元的工资"; basis "试验"; }
rule no_cancer "没有癌症" { family ill; when not any(sick x of all persons where x.icd = "C34"); points 1;
	decay state; because "请上门了解"; detail "没有癌症记录"; basis "试验"; }
threshold wage_line "工资线" { unit yuan; default 500; least 0; basis "试验"; }
threshold level_yellow "黄色分值" { unit points; default 35; least 0; most 100; basis "试验"; }
levels yellow level_yellow;
"""


class WithDaemon(Inbox):
    def write_files(self):
        super().write_files()
        (self.folder / "rules" / "kinds.rules").write_text(RULES, encoding="utf-8")

    @contextlib.contextmanager
    def daemon(self):
        process = subprocess.Popen([BIN / "needwatchd", "--config", self.config], stderr=subprocess.DEVNULL)
        try:
            yield
        finally:
            process.terminate()
            process.wait(DEADLINE)


@pytest.fixture(scope="module")
def inbox():
    made = WithDaemon().start()
    yield made
    made.remove()


def why(browser, alert, deadline=DEADLINE):
    """The answer, as soon as needwatchd gives one."""
    end = time.monotonic() + deadline
    while True:
        answer = browser.get(f"alerts/{alert}/why")
        if answer.status != 503 or time.monotonic() > end:
            return answer
        time.sleep(0.05)


def test_each_account_reads_at_its_depth(inbox):
    alert, hers = inbox.alert(VILLAGE), inbox.alert(NEIGHBOUR)
    village, town, neighbour = (inbox.browser(name) for name in ("village", "town", "neighbour"))
    assert village.get(f"alerts/{alert}/why").json["error"] == "no_why", "nobody answers yet"
    with inbox.daemon():
        plain, whole = why(village, alert), why(town, alert)
        assert plain.status == whole.status == 200, (plain, whole)
        for answer in (plain, whole):
            assert fault_of(answer.json, "AlertWhy") is None
            assert (answer.json["why"]["score"], answer.json["why"]["level"]) == (41, "yellow")
        assert (plain.json["why"]["depth"], whole.json["why"]["depth"]) == ("plain", "detail")
        assert {"no_wage", "no_cancer"} == {rule["rule"] for rule in whole.json["why"]["rules"]}
        assert "没有癌症记录" in json.dumps(whole.json, ensure_ascii=False)
        text = json.dumps(plain.json, ensure_ascii=False)
        assert "请上门了解" in text and "没有超过500元的工资" in text
        for word in ("cancer", "癌症", "icd", "C34", "sick"):
            assert word not in text, word
        flip = next(flip for flip in plain.json["why"]["flips"] if flip["change"] == "threshold")
        assert (flip["name"], flip["was"], flip["to"], flip["level"]) == ("level_yellow", "35", "42", "none")

        # Whose alert it is not, does not ask; and nobody asks of one that is over.
        assert why(neighbour, alert).json["error"] == "no_such_alert"
        assert why(neighbour, hers).status == 200
        inbox.run("update needwatch.alert set closed = now(), state = 10, wake = null where id = %s",
                  int(alert.split("-")[1]))
        assert why(village, alert).json["error"] == "why_ended"

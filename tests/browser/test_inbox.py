"""What people do with the pages: a real Chromium on a real needwatch-web, alerts made by a real needwatchd from a
department's rows. Each case is a scene of scenes.mjs; what it did is looked up in the store."""
import json
import os
import pathlib
import shutil
import subprocess
import tempfile

import pytest

from web import HERE, PAGES, Service, Web
from service import DAMAGE, DEPARTMENT, ORANGE, OTHER_VILLAGE, RED, VILLAGE, check_digit, number_of, until

SHOTS = pathlib.Path(os.environ.get("SCREENSHOTS", HERE.parents[1] / "build" / "screenshots"))
SIGNED = 1
PASSWORD = "a long enough password"
HOUSES, BILLS = 30, 6

HOSPITAL = """
create table yb_settlement (setl_id text primary key, certno text, name text, live_area text, paid numeric(12,2), on_day date, med_type text default '21',
    updated timestamptz not null default clock_timestamp());
"""
SETTLEMENT = """
source settlement "医保结算" {
	connect   "host=%(host)s dbname=%(database)s user=postgres";
	query     "select setl_id, certno, name, live_area, paid, on_day, med_type, updated from yb_settlement";
	key       setl_id;
	cursor    updated;
	margin    0s;  every 50ms;  overlap 1h every 1s;  reconcile never;
	area      "990102";
	person    certno name name;
	fact settlement {
		on        on_day as date;
		stay      = setl_id;
		inpatient = med_type = "21";
		self_paid = paid as yuan;
		total     = paid as yuan;
	}
	resident { area = live_area; }
}
"""


class Inbox:
    """A town with houses that have come down, a village with hospital bills, and who signs in there."""

    def __init__(self, folder):
        self.service = Service(folder, department=DEPARTMENT + HOSPITAL, sources=DAMAGE + SETTLEMENT)
        self.web = self.stage = None
        self.taken = set()
        try:
            self.daemon = self.service.start()
            self.fill()
            self.web = Web(self.service)
            self.web.account("dongjie", "990102001", "town", "东街镇经办", "--detail", "--opens", password=PASSWORD)
            self.web.account("yicun", "990102001201", "worker", "一村协办员")
            self.stage = subprocess.Popen(["node", str(HERE / "scenes.mjs")], text=True, cwd="/", stdin=subprocess.PIPE,
                                          stdout=subprocess.PIPE)
        except BaseException:
            self.stop()
            raise

    def fill(self):
        for person in range(1, HOUSES + 1):
            self.service.damage("e%d" % person, person=person, village=VILLAGE if person % 2 else OTHER_VILLAGE)
        with self.service.department.cursor() as cursor:
            for person in range(HOUSES + 1, HOUSES + BILLS + 1):
                cursor.execute("insert into yb_settlement (setl_id, certno, name, live_area, paid, on_day) values"
                               " (%s, %s, '张某', %s, %s, %s)", ("s%d" % person, number_of(person), VILLAGE,
                                                              30000 + person, self.service.day()))
        self.service.wait_alerts(HOUSES + BILLS)

    def untouched(self, where="true"):
        """A red alert that no case has had."""
        for alert in self.service.alerts("a.state = 0 and a.level = %s and " + where, RED):
            if alert["id"] not in self.taken:
                self.taken.add(alert["id"])
                return alert
        raise AssertionError("no alert is left")

    def play(self, scene, size, name="dongjie", **told):
        told.update(origin=self.web.origin, size=size, shots=str(SHOTS))
        if "link" not in told:
            told["link"] = self.web.link(name)
        self.stage.stdin.write(json.dumps(dict(told, scene=scene)) + "\n")
        self.stage.stdin.flush()
        line = self.stage.stdout.readline()
        assert line, "the browser is gone"
        fault = json.loads(line)["fault"]
        assert fault is None, "%s\n%s" % (fault, self.web.log()[-1500:])

    def stop(self):
        if self.stage:
            self.stage.stdin.close()
            self.stage.wait(30)
        if self.web:
            self.web.stop()
        self.service.stop()


@pytest.fixture(scope="module")
def inbox():
    assert (PAGES / "index.html").is_file(), "the pages are not built: `./dev build` builds them"
    folder = tempfile.mkdtemp(prefix="nw-browser-", dir="/tmp")
    os.chmod(folder, 0o755)
    made = None
    try:
        made = Inbox(folder)
        yield made
    finally:
        if made:
            made.stop()
        shutil.rmtree(folder, ignore_errors=True)


def key(alert):
    return "%d-%d" % (alert["county"], alert["id"])


def signatures(inbox, alert):
    """Ledger lines of that alert that a person made."""
    return inbox.service.rows("select l.kind, c.name from needwatch.ledger l join needwatch.account c on c.id = l.actor"
                              " where l.county = %s and l.alert = %s order by l.sequence", alert["county"], alert["id"])


def counted(inbox, level):
    return len(inbox.service.alerts("a.closed is null and a.level = %s", level))


BOTH = pytest.mark.parametrize("size", ["small", "desk"])


def test_a_link_signs_in_once(inbox):
    inbox.play("link_signs_in_once", "phone")


def test_a_password_signs_in_and_leaving_ends_the_session(inbox):
    inbox.play("password_signs_in_and_leaving_ends_it", "desk", user="dongjie", password=PASSWORD)


@BOTH
def test_the_list_counts_filters_and_goes_on(inbox, size):
    red, orange = counted(inbox, RED), counted(inbox, ORANGE)
    assert red + orange > 30 and orange > 0
    inbox.play("list_counts_filters_and_goes_on", size, red=red, orange=orange)


@BOTH
def test_an_alert_is_signed_with_the_thumb(inbox, size):
    alert = inbox.untouched()
    inbox.play("alert_is_signed_with_the_thumb", size, alert=key(alert), label="东街镇经办")
    assert inbox.service.alerts("a.id = %s", alert["id"])[0]["state"] == SIGNED
    assert [line["name"] for line in signatures(inbox, alert)] == ["dongjie"]


def test_an_alert_is_signed_by_keyboard_alone(inbox):
    alert = inbox.untouched()
    inbox.play("alert_is_signed_by_keyboard", "desk", alert=key(alert))
    assert inbox.service.alerts("a.id = %s", alert["id"])[0]["state"] == SIGNED


def test_a_lost_answer_is_tried_again_and_happens_once(inbox):
    alert = inbox.untouched()
    inbox.play("lost_answer_is_tried_again_and_happens_once", "phone", alert=key(alert))
    assert len(signatures(inbox, alert)) == 1


@BOTH
def test_a_second_tab_hears_that_somebody_was_faster(inbox, size):
    alert = inbox.untouched()
    inbox.play("second_tab_hears_that_somebody_was_faster", size, alert=key(alert))
    assert len(signatures(inbox, alert)) == 2  # one signature, one note


def test_actions_ask_for_what_they_need(inbox):
    alert = inbox.untouched()
    inbox.play("actions_ask_for_what_they_need", "phone", alert=key(alert), digit=check_digit("99010219300101005"))
    after = inbox.service.alerts("a.id = %s", alert["id"])[0]
    assert (after["cause"], after["disposition"]) == ("因灾", 1)
    assert len(signatures(inbox, alert)) == 8


def test_a_name_is_opened_for_a_reason_that_the_ledger_keeps(inbox):
    alert = inbox.untouched()
    inbox.play("name_is_opened_for_a_reason", "phone", alert=key(alert))
    kept = inbox.service.rows("select p.payload from needwatch.ledger l join needwatch.ledger_payload p using (county, sequence)"
                              " where l.county = %s and l.alert = %s and l.actor <> 0", alert["county"], alert["id"])
    assert len(kept) == 1 and "上门走访" in kept[0]["payload"]


@BOTH
def test_a_village_sees_what_its_town_leads_and_nothing_of_its_neighbour(inbox, size):
    own = inbox.untouched("a.residence = 990102001201")
    other = inbox.untouched("a.residence = 990102001202")
    inbox.play("village_sees_what_its_town_leads", size, name="yicun", alert=key(own), other=key(other))


def test_the_page_lives_through_a_lost_network(inbox):
    inbox.play("page_lives_through_a_lost_network", "phone", alert=key(inbox.untouched()))


def test_the_page_says_that_the_watch_is_away_and_goes_on(inbox):
    alert = inbox.untouched()
    inbox.daemon.stop()
    inbox.play("page_says_that_the_watch_is_away", "phone", alert=key(alert))
    assert until(lambda: inbox.service.alerts("a.id = %s and a.state = %s", alert["id"], SIGNED))

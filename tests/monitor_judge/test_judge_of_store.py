"""From touched marks to alerts: what is opened, joined, raised, lowered and withdrawn, each once, whatever dies in between."""
import datetime
import json
import signal
import subprocess
import threading
import time

import pytest

from world import COUNTY, DRIVER, HALF_DAY_US, VILLAGE, Bench

NOON = "2026-06-10T12:00:00"
BLUE, YELLOW, ORANGE, RED = 1, 2, 3, 4
NEW, WITHDRAWN = 0, 12
RISK, GAP, EXIT, SUPERVISION = range(4)


@pytest.fixture(scope="module")
def bench():
    bench = Bench()
    yield bench
    bench.remove()


@pytest.fixture
def world(bench, tmp_path):
    world = bench.world(tmp_path)
    yield world
    world.close()


def one_person(world, household="H", person="P", area=VILLAGE):
    world.household(household, area // 1000000)
    world.person(person, area // 1000000)
    world.belongs(person, household)
    world.resident(person, birth="1980-01-01", sex="M", area=area)


def costs(world, person, yuan, on="2026-06-01", **how):
    return world.fact("settlement", person, on, inpatient=0, self_paid=yuan, **how)


def fire(world, person="P", on="2026-06-09", **how):
    return world.fact("fire", person, on, place="residence", **how)


def correct(world, kind, person, record):
    """The source takes the record back."""
    world.fact(kind, person, None, record=record, version=2, gone=True)


def ends(world):
    """All that stays, without numbers and times that depend on the order of work."""
    names = {number: key for key, (_, number) in world.houses.items()}
    alerts = sorted((names[row[0]], *row[1:]) for row in world.ask(
        "select household, lane, state, level, score, history, basis_changed, version from needwatch.alert"))
    hits = sorted((names[row[0]], *row[1:]) for row in world.ask(
        "select household, lane, rule, \"on\", points, live, spent from needwatch.alert_hit"))
    lines = world.ask("select kind, count(*) from needwatch.ledger group by kind order by kind")
    told = world.ask("select office, role, lead, level, template, reason, count(*) from needwatch.outbox"
                     " group by 1, 2, 3, 4, 5, 6 order by 1, 2, 3, 4, 5, 6")
    return {"alerts": alerts, "hits": hits, "ledger": lines, "outbox": told,
            "marks": world.ask("select count(*) from needwatch.touched"),
            "turns": world.ask("select county, as_of, done from needwatch.turn order by 1, 2")}


# ---- the life of one alert ----

def test_opened_merged_raised_lowered_and_withdrawn_when_its_basis_is_corrected(world):
    one_person(world)
    first = costs(world, "P", 16000)
    world.commit()
    status = world.judge(NOON)
    assert world.alerts() == [("H", RISK, YELLOW, NEW, 30)]
    assert status["outcomes"]["opened"] == 1

    burnt = fire(world)
    world.touch("H")
    world.commit()
    assert world.judge(NOON)["outcomes"]["raised"] == 1
    assert world.alerts() == [("H", RISK, RED, NEW, 75)]

    correct(world, "fire", "P", burnt)
    world.touch("H")
    world.commit()
    assert world.judge(NOON)["outcomes"]["lowered"] == 1
    assert world.alerts() == [("H", RISK, YELLOW, NEW, 30)]

    correct(world, "settlement", "P", first)
    world.touch("H")
    world.commit()
    assert world.judge(NOON)["outcomes"]["withdrawn_corrected"] == 1
    assert world.alerts() == [("H", RISK, YELLOW, WITHDRAWN, 30)]


def test_a_new_hit_of_the_same_level_joins_the_open_alert(world):
    one_person(world)
    costs(world, "P", 16000)
    world.commit()
    world.judge(NOON)
    world.fact("relocation", "P", "2026-06-09", event="F1", people=1)
    world.touch("H")
    world.commit()
    status = world.judge(NOON)
    assert status["outcomes"].get("merged", 0) + status["outcomes"].get("raised", 0) == 1
    assert len(world.alerts()) == 1
    assert world.ask("select count(distinct rule) from needwatch.alert_hit where live")[0][0] >= 2


def test_an_event_happens_once(world):
    one_person(world)
    costs(world, "P", 16000)
    positions = world.commit()
    world.judge(NOON)
    before = ends(world)
    # A mark that comes back as it was, as if its clearing had been lost.
    world.rows("insert into needwatch.touched values (%s, %s, %s, false, now())", *world.houses["H"], positions[COUNTY])
    world.connection.commit()
    status = world.judge(NOON)
    assert status["seen"] > 0
    assert ends(world) == before


def test_a_household_that_everybody_has_left_loses_its_alert(world):
    one_person(world)
    costs(world, "P", 16000)
    world.commit()
    world.judge(NOON)
    world.household("other")
    world.belongs("P", "other")
    world.touch("H")
    world.commit()
    status = world.judge(NOON)
    assert status["empty"] == 1
    assert world.alerts("H") == [("H", RISK, YELLOW, WITHDRAWN, 30)]
    assert world.alerts("other") == [("other", RISK, YELLOW, NEW, 30)]


def test_a_parent_in_another_household_is_read_with_the_child(world):
    one_person(world, "H1", "child")
    world.resident("child", birth="2015-01-01", sex="F", rank=0)
    one_person(world, "H2", "mother")
    one_person(world, "H3", "father")
    for role in ("mother", "father"):
        world.fact("parent", "child", "2015-01-01", role=role, parent=role)
        world.fact("custody", role, "2026-01-01", "2028-01-01", type="prison")
    world.commit()
    world.judge(NOON)
    assert ("dem_child_unattended", 60) in world.ask(
        "select rule, points from needwatch.alert_hit where live and household = %s", world.houses["H1"][1])
    assert world.alerts("H1")[0][:3] == ("H1", RISK, RED)


NAMING = """
kind parent "父母" { subject person; state; role code (father, mother); parent person; }
kind death "死亡" { subject person; source code (certificate, register); }
rule naming "父母" { kind supervision; for parent f of all persons; when yes; key f.person; because "{f.parent}"; basis "test"; }
"""


def test_a_person_of_whom_nothing_is_known_is_not_listed(tmp_path):
    (tmp_path / "naming.rules").write_text(NAMING)
    bench = Bench(str(tmp_path))
    try:
        naming_story(bench.world(tmp_path))
    finally:
        bench.remove()


def naming_story(world):
    one_person(world, "H", "child")
    world.fact("parent", "child", "2015-01-01", role="father", parent="stranger")
    world.commit()

    def named():
        return world.assess(1, "2026-06-10")[0]["is"]["findings"][0]["because"]

    assert named() == "不明"
    died = world.fact("death", "stranger", "2020-01-01", source="register")
    world.commit()
    assert named() == "stranger"
    correct(world, "death", "stranger", died)
    world.commit()
    assert named() == "不明"
    world.resident("stranger", birth="1980-01-01", sex="M")
    world.commit()
    assert named() == "stranger"
    world.close()


def test_an_emergency_goes_to_where_it_happened(world):
    one_person(world)
    fire(world, area=990102002201)
    world.commit()
    world.judge(NOON)
    office, reason = world.ask("select o.area, a.routed_by from needwatch.alert a join needwatch.office o on o.id = owner_office"
                               " where lane = 0")[0]
    assert office // 1000 == 990102002, "the town of the village where the fire was"


def test_the_canary_is_found_and_nobody_is_told(world):
    one_person(world)
    for beat in (7, 8):
        world.fact("canary", "P", "2026-06-10", beat=beat)
        world.touch("H")
        world.commit()
        world.judge(NOON)
        assert world.ask("select event_key from needwatch.alert_hit where rule = 'canary_beat' and live"
                         " order by event_key")[-1] == (str(beat),)
    assert world.alerts() == []
    assert world.ask("select count(*) from needwatch.outbox") == [(0,)]


def test_facts_of_an_area_touch_all_who_live_there(world):
    one_person(world)
    world.fact("roll", "P", "2026-06-09", **{"class": "dibao"})
    world.fact("village_month", VILLAGE, "2026-05-31", visits=4, zero=0, record="month")
    world.commit()
    world.judge(NOON)
    assert SUPERVISION not in [alert[1] for alert in world.alerts()]
    world.fact("village_month", VILLAGE, None, record="month", version=2, gone=True)
    positions = world.commit()
    world.rows("insert into needwatch.touched_area values (%s, %s, %s, false, now())", COUNTY, VILLAGE, positions[COUNTY])
    world.connection.commit()
    world.judge(NOON)
    assert [rule for rule, in world.ask("select rule from needwatch.alert_hit where live and lane = 3")] == [
        "sup_zero_report_missing"]
    assert world.ask("select count(*) from needwatch.touched_area")[0][0] == 0


def test_knowing_up_to_a_position(world):
    one_person(world)
    costs(world, "P", 16000)
    before = world.commit()[COUNTY]
    costs(world, "P", 40000)
    world.touch("H")
    after = world.commit()[COUNTY]
    assert world.assess(1, "2026-06-10", COUNTY, before)[0]["is"]["findings"][0]["points"] == 30
    assert world.assess(1, "2026-06-10", COUNTY, after)[0]["is"]["findings"][0]["points"] == 50
    nobody = world.assess(1, "2026-06-10", COUNTY, before - 1)[0]
    assert (nobody["persons"], nobody["position"], nobody["is"]["findings"]) == (0, before - 1, [])


# ---- the first load ----

def test_history_is_listed_and_the_turn_of_the_day_does_not_make_it_news(world):
    for number in range(40):
        one_person(world, f"H{number}", f"P{number}")
        world.fact("disability", f"P{number}", "2020-01-01", **{"class": 5, "grade": 3})
        world.fact("roll", f"P{number}", "2020-01-01", **{"class": "dibao"})
        world.fact("house", f"P{number}", "2020-01-01", grade="D", lived=1)
    world.commit(history=True)
    status = world.judge(NOON, BATCH_MOST="8")
    assert status["history"] == 40
    assert [alert for alert in world.alerts() if alert[1] == RISK] == []
    assert world.judge("2026-06-11T12:00:00")["turn"] == 40
    assert [alert for alert in world.alerts() if alert[1] == RISK] == []


def test_what_a_first_load_opens_stays_history_though_the_turn_of_the_day_goes_on_beside_it(world):
    for number in range(60):
        one_person(world, f"H{number:02}", f"P{number:02}")
        costs(world, f"P{number:02}", 16000)
    world.commit(history=True)
    status = world.judge(NOON, BATCH_MOST="8")
    assert status["outcomes"]["opened"] == 60
    assert world.ask("select history, count(*) from needwatch.alert group by history") == [(True, 60)]


def test_news_go_before_history(world):
    for number in range(120):
        one_person(world, f"H{number:03}", f"P{number:03}")
    world.commit(history=True, since=datetime.datetime(2026, 6, 1, tzinfo=datetime.timezone.utc))
    one_person(world, "news", "N")
    costs(world, "N", 16000)
    world.commit()
    world.judge(NOON, "--die-after", 1, check=False, BATCH_MOST="8")
    assert world.alerts() == [("news", RISK, YELLOW, NEW, 30)]


# ---- what dies in between ----

def crowd(world, count=30):
    for number in range(count):
        one_person(world, f"H{number:02}", f"P{number:02}")
        costs(world, f"P{number:02}", 11000 + 1000 * number)
        if number % 3 == 0:
            fire(world, f"P{number:02}", on="2026-06-05")


def until_done(world, at, die_after):
    """Starts the driver again until it ends by itself; how often it died."""
    deaths = 0
    while True:
        done = world.judge(at, "--die-after", die_after, check=False, BATCH_MOST="8")
        if isinstance(done, dict):
            return deaths
        assert done.returncode == -signal.SIGKILL, done.stderr
        deaths += 1


@pytest.fixture(scope="module")
def undisturbed(bench, tmp_path_factory):
    world = bench.world(tmp_path_factory.mktemp("undisturbed"))
    crowd(world)
    world.commit()
    world.judge(NOON)
    first = ends(world)
    world.judge("2026-09-20T12:00:00")
    second = ends(world)
    world.close()
    assert len(first["alerts"]) > 20 and first != second
    return first, second


@pytest.mark.parametrize("die_after", [1, 2, 3])
def test_killed_after_a_commit_and_started_again_nothing_is_lost_or_doubled(world, undisturbed, die_after):
    crowd(world)
    world.commit()
    assert until_done(world, NOON, die_after) > 0
    assert ends(world) == undisturbed[0]
    assert until_done(world, "2026-09-20T12:00:00", die_after) > 0
    assert ends(world) == undisturbed[1]


def test_killed_at_any_moment_and_started_again(world, undisturbed):
    crowd(world)
    world.commit()
    for at, expected in ((NOON, undisturbed[0]), ("2026-09-20T12:00:00", undisturbed[1])):
        for attempt in range(14):
            world.clock(at)
            driver = subprocess.Popen([DRIVER, "run", str(world.folder), str(HALF_DAY_US)], stdout=subprocess.DEVNULL,
                                      stderr=subprocess.DEVNULL, env=world.bench.environment(world.name, BATCH_MOST="8"))
            time.sleep(0.15 + 0.035 * attempt)
            driver.kill()
            driver.wait()
        world.judge(at)
        assert ends(world) == expected


def test_the_turn_goes_on_where_it_stopped(world):
    crowd(world, 40)
    world.commit()
    world.judge(NOON)
    world.judge("2026-06-11T12:00:00", "--die-after", 2, check=False, BATCH_MOST="8")
    first = min(number for _, number in world.houses.values())
    at, done = world.ask("select next, done from needwatch.turn where as_of = '2026-06-11'")[0]
    assert at >= first + 16 and not done
    status = world.judge("2026-06-11T12:00:00", BATCH_MOST="8")
    assert status["turn"] == 40 - (at - first)
    assert world.ask("select done from needwatch.turn where as_of = '2026-06-11'") == [(True,)]
    # The next day nobody goes on with a turn that was left behind.
    world.judge("2026-06-12T12:00:00", "--die-after", 1, check=False, BATCH_MOST="8")
    assert world.judge("2026-06-13T12:00:00")["turn"] == 40
    assert world.ask("select count(*) from needwatch.turn where not done") == [(0,)]


def test_facts_that_come_while_a_plan_is_written_are_judged_again(world, bench):
    one_person(world)
    costs(world, "P", 16000)
    world.commit()
    holder = bench.server.connect(world.name)
    holder.autocommit = False
    with holder.cursor() as cursor: # every plan waits behind this
        cursor.execute("select version from needwatch.organisation_version for update")
    world.clock(NOON)
    driver = subprocess.Popen([DRIVER, "run", str(world.folder), str(HALF_DAY_US)], stdout=subprocess.PIPE, text=True,
                              stderr=subprocess.DEVNULL, env=world.bench.environment(world.name))
    waiting = "select count(*) from pg_stat_activity where datname = %s and wait_event_type = 'Lock'"
    end = time.monotonic() + 30
    while world.ask(waiting, world.name)[0][0] == 0 and time.monotonic() < end:
        time.sleep(0.02)
    fire(world)
    world.touch("H")
    moved = world.commit()[COUNTY]
    holder.rollback()
    holder.close()
    assert driver.wait(60) == 0
    assert world.alerts() == [("H", RISK, RED, NEW, 75)]
    # Two assessments, of two positions: the mark of the second was not cleared with the first.
    assert world.ask("select count(distinct event) from needwatch.ledger") == [(2,)]
    assert world.ask("select position from needwatch.journal_head where county = %s", COUNTY) == [(moved,)]
    assert world.ask("select count(*) from needwatch.touched") == [(0,)]


# ---- rules and thresholds ----

def threshold(world, name, value, kind="general"):
    world.rows("update needwatch.threshold set retired = clock_timestamp() where name = %s and retired is null", name)
    world.rows("insert into needwatch.threshold (county, name, area, class, value, set_at, set_by)"
               " values (%s, %s, %s, %s, %s, clock_timestamp(), 'test')", COUNTY, name, COUNTY * 1000000, kind, value)
    world.connection.commit()


def test_a_moved_threshold_judges_everybody_again_also_when_it_moves_back(world):
    crowd(world, 12)
    world.commit()
    world.judge(NOON)
    open_before = [alert for alert in world.alerts() if alert[3] == NEW]
    threshold(world, "medical_limit", 9_999_900)
    status = world.judge(NOON)
    assert status["turn"] == 12
    assert status["outcomes"]["withdrawn_threshold"] > 0
    assert [alert for alert in world.alerts() if alert[2] == YELLOW and alert[3] == NEW] == []
    threshold(world, "medical_limit", 1_500_000)
    status = world.judge(NOON)
    assert status["turn"] == 12 and status["seen"] == 0
    assert [alert[:3] for alert in world.alerts() if alert[3] == NEW] == [alert[:3] for alert in open_before]
    assert world.judge(NOON)["turn"] == 0


def test_a_county_without_a_threshold_is_named_with_the_rules_that_are_silent(world):
    one_person(world)
    world.fact("authorisation", "P", "2026-01-01", scope="finance")
    world.fact("roll", "P", "2026-01-01", **{"class": "edge"})
    world.fact("wage", "P", "2026-05-01", item="salary", amount=100)
    world.commit()
    status = world.judge(NOON)
    assert {"county": COUNTY, "threshold": "dibao_line", "rule": "inc_below_dibao"} in status["silences"]
    threshold(world, "dibao_line", 48_500, kind="")
    assert "dibao_line" not in {silence["threshold"] for silence in world.judge(NOON)["silences"]}
    assert ("inc_below_dibao",) in world.ask("select rule from needwatch.alert_hit where live")


def test_a_household_that_gave_no_leave_is_no_silence_of_its_county(world):
    one_person(world)
    world.fact("roll", "P", "2026-01-01", **{"class": "edge"})
    world.fact("wage", "P", "2026-05-01", item="salary", amount=100)
    world.commit()
    threshold(world, "dibao_line", 48_500, kind="")
    threshold(world, "disposable_income", 3_100_000, kind="")
    assert world.judge(NOON)["silences"] == []


def test_a_household_that_the_store_refuses_does_not_hold_up_the_others(world):
    crowd(world, 20)
    world.commit()
    world.rows(f"alter table needwatch.alert add constraint trouble check (household <> {world.houses['H10'][1]})")
    world.connection.commit()
    status = world.judge(NOON)
    assert status["refused"] > 0
    assert f"household {world.houses['H10'][1]} of county {COUNTY} cannot be planned for" in world.said
    assert world.ask("select household from needwatch.touched") == [(world.houses["H10"][1],)]
    assert len(world.alerts()) > 12
    world.rows("alter table needwatch.alert drop constraint trouble")
    world.connection.commit()
    world.judge(NOON)
    assert world.alerts("H10") != []


# ---- a judge that stays ----

class Staying:
    """A driver that is told what happened, as needwatchd tells its judge. Killed if the test fails."""

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if kind:
            self.process.kill()
            self.process.wait()

    def __init__(self, world, at, **more):
        world.clock(at)
        self.process = subprocess.Popen([DRIVER, "run", str(world.folder), str(HALF_DAY_US), "--stay"], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        env=world.bench.environment(world.name, **more))
        self.said = []
        self.reader = threading.Thread(target=lambda: self.said.extend(self.process.stderr))
        self.reader.start()

    def tell(self, word):
        self.process.stdin.write(word + "\n")
        self.process.stdin.flush()

    def end(self):
        """Everything is judged; the last status."""
        self.process.stdin.close()
        out = self.process.stdout.read()
        self.process.wait(60)
        self.reader.join()
        assert self.process.returncode == 0, "".join(self.said)[-3000:]
        return json.loads(out.splitlines()[-1])


def wait_for(what, seconds=30):
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_each_event_is_in_the_inbox_at_once(world):
    for number in range(150):
        one_person(world, f"H{number:03}", f"P{number:03}")
    world.commit(history=True)
    with Staying(world, NOON) as staying:
        wait_for(lambda: world.ask("select count(*) from needwatch.touched")[0][0] == 0)
        for number in range(150):
            costs(world, f"P{number:03}", 16000)
            world.touch(f"H{number:03}")
            world.commit()
            staying.tell("wake")
            time.sleep(0.01)
        wait_for(lambda: len(world.alerts()) == 150)
        status = staying.end()
    # Marks that are read while their plan is committed are judged twice: the second time the event is seen.
    assert status["judged"] - status["history"] - status["turn"] >= 150
    assert status["outcomes"]["opened"] == 150


def test_rules_are_exchanged_while_facts_come(world, bench, tmp_path):
    crowd(world, 30)
    world.commit()
    with Staying(world, NOON, BATCH_MOST="8") as staying:
        for word in ("rules", "thresholds", "day"):
            staying.tell(word)
        wait_for(lambda: world.ask("select count(*) from needwatch.touched")[0][0] == 0)
        staying.tell("rules")
        fire(world, "P01")
        world.touch("H01")
        world.commit()
        staying.tell("wake")
        wait_for(lambda: ("H01", RISK, ORANGE, NEW, 45) in world.alerts("H01"))
        staying.end()


def test_the_connection_is_cut_and_comes_back(world):
    crowd(world, 60)
    world.commit()
    with Staying(world, NOON, BATCH_MOST="8") as staying:
        for _ in range(6):
            time.sleep(0.08)
            world.ask("select pg_terminate_backend(pid) from pg_stat_activity"
                      " where application_name like 'judge_driver%'")
        wait_for(lambda: world.ask("select count(*) from needwatch.touched")[0][0] == 0)
        wait_for(lambda: world.ask("select count(*) from needwatch.turn where not done")[0][0] == 0)
        staying.end()
    assert len([alert for alert in world.alerts() if alert[1] == RISK]) == len(
        {alert[0] for alert in world.alerts() if alert[1] == RISK})

"""The world around needwatchd misbehaves: servers restart, connections fall silent, departments commit late, people move.
What the store holds in the end is what a quiet world leaves."""
import contextlib
import json
import re
import signal
import threading
import time

import psycopg2
import pytest

import city
import content
from proxy import BLACK_HOLE, CUT, DELAY, Proxy
from scene import Town, today
from wire import SERVER

HOUSEHOLDS = 20
# The household of the stay A0.
OF_A0 = ("household = (select m.household from needwatch.fact_settlement f join needwatch.membership m on m.person = f.person"
         " where f.f_stay = 'A0' limit 1)")


@pytest.fixture(scope="module")
def town():
    town = Town(households=HOUSEHOLDS)
    yield town
    town.remove()


@pytest.fixture
def scenes(town):
    """Makes scenes; all are gone in the end."""
    with contextlib.ExitStack() as stack:
        def make(**how):
            scene = town.scene(**how)
            stack.callback(scene.remove)
            return scene
        yield make


@pytest.fixture
def proxy(town):
    with Proxy(town.server.folder) as proxy:
        yield proxy


def settle_all(scene):
    """One stay of every household, in one transaction of the department."""
    with contextlib.closing(scene.clerk()) as clerk:
        clerk.autocommit = False
        for n in range(HOUSEHOLDS):
            city.settle(clerk, "A%d" % n, scene.town.persons[2 * n], "30000.00", today(-1))
        clerk.commit()
    return HOUSEHOLDS


@pytest.fixture(scope="module")
def quiet_world(town):
    """What one stay of every household leaves."""
    scene = town.scene()
    try:
        scene.start()
        scene.follows()
        scene.quiet(scene.known() + settle_all(scene))
        scene.stop()
        return scene.content(ordered=False)
    finally:
        scene.remove()


def same_as(quiet_world, scene):
    scene.stop()
    assert content.difference(quiet_world, scene.content(ordered=False)) == ""
    assert "whole" in scene.command("ledger", "verify")


def insist(act, seconds=60):
    """Until the server takes it, as a department's clerk would."""
    end = time.monotonic() + seconds
    while True:
        try:
            return act()
        except psycopg2.Error:
            assert time.monotonic() < end
            time.sleep(0.05)


def test_postgresql_restarts_under_load(town, scenes, quiet_world):
    scene = scenes()
    scene.start()
    scene.follows()
    versions = scene.known()

    def settle(n):
        with contextlib.closing(scene.clerk()) as clerk, clerk.cursor() as cursor:
            cursor.execute("select 1 from yb_settlement where setl_id = %s", ["A%d" % n])
            if not cursor.fetchone():
                city.settle(clerk, "A%d" % n, town.persons[2 * n], "30000.00", today(-1))

    def load():
        for n in range(HOUSEHOLDS):
            insist(lambda: settle(n))
            time.sleep(0.05)
    clerk = threading.Thread(target=load)
    clerk.start()
    for how in (signal.SIGINT, signal.SIGQUIT):
        time.sleep(0.3)
        town.server.stop(how)
        town.server.start()
    clerk.join()
    scene.quiet(versions + HOUSEHOLDS)
    same_as(quiet_world, scene)


@pytest.mark.parametrize("action", [CUT, BLACK_HOLE])
@pytest.mark.parametrize("row", [1, HOUSEHOLDS // 2, HOUSEHOLDS])
def test_a_source_breaks_within_a_page(scenes, proxy, quiet_world, action, row):
    scene = scenes(department_host=proxy.folder, timeout="1s")
    scene.start()
    scene.follows()
    versions = scene.known()
    fault = proxy.break_at(action, direction=SERVER, name="DataRow", sql="(?s)yb_settlement.*limit", nth=row)
    settle_all(scene)
    fault.wait()
    proxy.heal()
    scene.quiet(versions + HOUSEHOLDS)
    same_as(quiet_world, scene)


@pytest.mark.parametrize("application", ["lease", "settlement", "judge", "door"])
def test_the_store_falls_silent(scenes, proxy, quiet_world, application):
    """Nothing is closed, nothing is answered: as when a firewall forgets a connection."""
    scene = scenes(store_host=proxy.folder, timeout="1s")
    scene.start()
    scene.follows()
    versions = scene.known()
    fault = proxy.break_at(BLACK_HOLE, direction=SERVER, application="needwatchd/" + application)
    settle_all(scene)
    fault.wait()
    proxy.heal()
    scene.quiet(versions + HOUSEHOLDS)
    same_as(quiet_world, scene)


def status(scene):
    return json.loads(scene.command("status", "--json"))


def test_a_late_commit_of_the_department_is_found(scenes, quiet_world):
    """Rows whose cursor lies behind what was read already: the overlap brings them."""
    scene = scenes(overlap="500ms")
    scene.start()
    scene.follows()
    versions = scene.known()
    with contextlib.closing(scene.clerk()) as late, contextlib.closing(scene.clerk()) as early:
        late.autocommit = False
        for n in range(0, HOUSEHOLDS, 2):
            city.settle(late, "A%d" % n, scene.town.persons[2 * n], "30000.00", today(-1))
        for n in range(1, HOUSEHOLDS, 2):
            city.settle(early, "A%d" % n, scene.town.persons[2 * n], "30000.00", today(-1))
        scene.quiet(versions + HOUSEHOLDS // 2)
        late.commit()
    scene.quiet(versions + HOUSEHOLDS)
    found = {source["name"]: source["late"] for source in status(scene)["sources"]}
    assert found["settlement"] == HOUSEHOLDS // 2
    same_as(quiet_world, scene)


def test_the_journal_is_in_the_order_of_its_commits(scenes, proxy):
    """A fact transaction whose commit is held up keeps its place: the next one of the county waits for it."""
    scene = scenes(store_host=proxy.folder)
    persons = scene.town.persons
    scene.start()
    scene.follows()
    versions = scene.known()
    fault = proxy.break_at(DELAY, application="needwatchd/settlement", name="Execute", sql="^commit", seconds=1)
    with contextlib.closing(scene.clerk()) as clerk, clerk.cursor() as cursor:
        city.settle(clerk, "A0", persons[0], "30000.00", today(-1))
        fault.wait()
        cursor.execute("update ga_resident set area = %s, updated = now() where resident_id in ('R0', 'R1')",
                       [city.SECOND_VILLAGE])
    scene.quiet(versions + 3)
    scene.stop()
    entries = scene.ask("select county, position from needwatch.journal_entry order by at, position")
    for county in {county for county, _ in entries}:
        positions = [position for of, position in entries if of == county]
        assert positions == list(range(1, len(positions) + 1)), "in the order of time, without gaps"
    sources = scene.ask("select s.name from needwatch.journal_entry e join needwatch.source s on s.id = e.source"
                        " order by e.position desc limit 2")
    assert sources == [("resident",), ("settlement",)]
    assert scene.ask("select residence from needwatch.alert where closed is null and " + OF_A0) == [(int(city.SECOND_VILLAGE),)]


def test_news_that_come_while_a_plan_is_written_are_judged_again(scenes, proxy):
    scene = scenes(store_host=proxy.folder)
    person = scene.town.persons[0]
    scene.start()
    scene.follows()
    versions = scene.known()
    fault = proxy.break_at(DELAY, application="needwatchd/door", name="Execute", sql="^commit", seconds=1)
    with contextlib.closing(scene.clerk()) as clerk:
        city.settle(clerk, "A0", person, "30000.00", today(-1))
        fault.wait()
        city.settle(clerk, "A1", person, "50000.00", today(-1))
    scene.quiet(versions + 2)
    scene.stop()
    paid, = scene.ask("select findings::text from needwatch.alert where lane = 0 and " + OF_A0)
    assert "80000" in paid[0], "both stays together: " + paid[0]


def test_a_household_moves_to_another_county_and_all_its_rows_come_again(scenes):
    """Delivered once or several times, the move leaves the same: one open alert, at the new place, no fact twice."""
    left = []
    for again in (0, 2):
        scene = scenes()
        scene.start()
        scene.follows()
        versions = scene.known() + settle_all(scene)
        scene.quiet(versions)
        with contextlib.closing(scene.clerk()) as clerk, clerk.cursor() as cursor:
            cursor.execute("update ga_resident set area = %s, updated = now() where household = 'H0'",
                           [city.NEIGHBOUR])
            versions += cursor.rowcount
            scene.quiet(versions)
            for _ in range(again):
                cursor.execute("update ga_resident set updated = now() where household = 'H0'")
                cursor.execute("update yb_settlement set updated = now()")
                time.sleep(0.5)
        scene.quiet(versions)
        scene.stop()
        left.append(scene.content())
        assert scene.ask("select count(*), min(residence) from needwatch.alert where closed is null and lane = 0 and " + OF_A0) == [(1, int(city.NEIGHBOUR))]
    assert content.difference(*left) == ""


def test_nobodys_number_stands_anywhere(town, scenes):
    """No table, log, message or answer holds a citizen number or a name, whatever has happened."""
    scene = scenes(overlap="500ms")
    scene.start()
    scene.follows()
    versions = scene.known() + settle_all(scene)
    with contextlib.closing(scene.clerk()) as clerk, clerk.cursor() as cursor:
        # Numbers where none should be, and a number that is wrong.
        number = town.persons[0].number
        cursor.execute("insert into yb_settlement values (%s, %s, %s, '1.00', '1', %s)",
                       [number, number, town.persons[0].name, today(-1)])
        cursor.execute("insert into yb_settlement values ('W', %s, '李测', '1.00', '1', %s)",
                       [number[:-1] + ("0" if number[-1] != "0" else "1"), number])
    end = time.monotonic() + 60
    while not scene.ask("select 1 from needwatch.quarantine having count(*) >= 1"):
        assert time.monotonic() < end, scene.log()
        time.sleep(0.05)
    scene.quiet(max(versions, scene.known()))
    said = [("log", scene.log()), ("status", scene.command("status")), ("status", scene.command("status", "--json"))]
    for name in ("resident", "settlement"):
        said.append(("check", scene.command("source", "check", name)))
    scene.stop()
    said.append(("log", scene.log()))
    with contextlib.closing(scene.look()) as store:
        said += content.texts(store)
    assert len(said) > 500
    numbers = re.compile("|".join(re.escape(person.number) for person in town.persons) + r"|99\d{4}19\d{2}[01]\d[0-3]\d{4}[\dX]")
    names = re.compile("张测.|李测")
    for place, text in said:
        assert not numbers.search(text), "%s: %s" % (place, text)
        assert not names.search(text), "%s: %s" % (place, text)

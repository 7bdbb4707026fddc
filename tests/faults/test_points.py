"""needwatchd dies, or loses the store, at every message of the transaction that writes facts and of the one that writes
plans. What the store holds in the end is what an undisturbed run leaves: nothing lost, nothing doubled.

A scene plays many acts, one after the other, each about a household that was not heard of before and two that were; in
each act the next message is the one at which something breaks."""
import concurrent.futures
import contextlib

import pytest

import city
import content
from proxy import CUT, KILL, Proxy
from scene import Town, today
from wire import CLIENT, SERVER

ACTS = 25
MANY = 20  # rows of a page that go by COPY; few go as single statements
AT_ONCE = 3  # a scene waits more than it works

# The connections on which needwatchd writes facts and plans, and what tells their transactions from others there.
FACTS = ("needwatchd/settlement", r"insert into needwatch\..fact_settlement")
COPIED = ("needwatchd/settlement", r"copy needwatch\..fact_settlement")
PLANS = ("needwatchd/door", r"insert into needwatch\.alert ")
both = pytest.mark.parametrize("where", [FACTS, PLANS], ids=["facts", "plans"])


@pytest.fixture(scope="module")
def town():
    town = Town(households=ACTS)
    yield town
    town.remove()


def act(scene, clerk, n, more):
    """One transaction of the department: two stays of the n-th household and `more` small ones, one of the last household
    corrected, one of the last but one taken back. How many versions of records that makes."""
    persons = scene.town.persons
    clerk.autocommit = False
    city.settle(clerk, "A%d" % n, persons[2 * n], "12000.00", today(-1))
    city.settle(clerk, "B%d" % n, persons[2 * n + 1], "30000.00", today(-2))
    for small in range(more):
        city.settle(clerk, "C%d.%d" % (n, small), persons[2 * n], "10.00", today(-3))
    with clerk.cursor() as cursor:
        cursor.execute("update yb_settlement set self_paid = '16000.00', updated = now() where setl_id = %s",
                       ["A%d" % (n - 1)])
        corrected = cursor.rowcount
        cursor.execute("update yb_settlement set valid = '0', updated = now() where setl_id = %s",
                       ["B%d" % (n - 2)])
        taken_back = cursor.rowcount
    clerk.commit()
    return 2 + more + corrected + taken_back


class Played:
    """All acts, through a proxy; `faults` are broken in turn, an act each."""

    def __init__(self, town, faults=(), more=0):
        self.struck = 0
        self.transactions = []  # of the first act
        with Proxy(town.server.folder) as proxy, contextlib.ExitStack() as stack:
            scene = town.scene(store_host=proxy.folder)
            stack.callback(scene.remove)
            scene.start()
            scene.follows()
            with contextlib.closing(scene.clerk()) as clerk:
                versions = scene.known()
                for n in range(ACTS):
                    proxy.clear()
                    fault = proxy.break_at(victim=scene.pid, **faults[n]) if n < len(faults) else None
                    versions += act(scene, clerk, n, more)
                    self.go_on(scene, proxy, fault, versions)
            scene.stop()
            self.content = scene.content()
            self.unordered = scene.content(ordered=False)

    def go_on(self, scene, proxy, fault, versions):
        """Until the act is over, whatever became of needwatchd."""
        scene.quiet(versions, unless=fault and fault.struck.is_set)
        proxy.heal()
        if fault and not fault.struck.is_set():
            # Statements that were prepared before, or have nothing to say this time, take fewer messages; and what follows
            # `commit` may pass after all is quiet.
            assert all(len(t.messages[fault.direction]) < fault.place + 3 for t in proxy.seen()
                       if t.application == fault.application), "a message came and nothing broke"
        self.transactions = self.transactions or proxy.seen()
        if not fault or not fault.struck.is_set():
            return
        self.struck += 1
        if fault.action == KILL:
            scene.killed()
            scene.expire_lease()
            scene.start()
        scene.quiet(versions)

    def messages(self, direction, says):
        found = [t for t in self.transactions if t.says(says)]
        assert len(found) == 1, "%d transactions say %s" % (len(found), says)
        return len(found[0].messages[direction])


@pytest.fixture(scope="module")
def undisturbed(town):
    return Played(town)


@pytest.fixture(scope="module")
def undisturbed_many(town):
    return Played(town, more=MANY)


def everywhere(town, undisturbed, action, where, direction, last=None):
    """Breaks at each message of the transaction, or at the `last` ones; what came out otherwise."""
    more = MANY if where == COPIED else 0
    application, says = where
    count = undisturbed.messages(direction, says)
    points = [dict(action=action, direction=direction, place=place, application=application)
              for place in range(1 if last is None else count - last + 1, count + 1)]
    parts = [points[at:at + ACTS] for at in range(0, len(points), ACTS)]

    def one(part):
        try:
            played = Played(town, part, more)
        except AssertionError as error:
            return "in %s: %s" % (part[0], error)
        struck.append(played.struck)
        if where == PLANS:
            # A break may part two households that would have been judged in one batch: which of them stands first in the
            # ledger then means nothing.
            return content.difference(undisturbed.unordered, played.unordered)
        return content.difference(undisturbed.content, played.content)

    struck = []
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        told = "\n".join(filter(None, pool.map(one, parts)))
    assert told or sum(struck) > len(points) * 2 // 3, "only %d of %d messages came" % (sum(struck), len(points))
    return told


def test_two_undisturbed_runs_are_equal_and_have_alerts(town, undisturbed):
    """Otherwise the comparisons below would mean nothing."""
    assert content.difference(undisturbed.content, Played(town).content) == ""
    assert len(undisturbed.content["alert"]) >= ACTS - 1
    assert len(undisturbed.content["fact_settlement"]) == 4 * ACTS


@both
def test_killed_at_every_message_to_the_store(town, undisturbed, where):
    assert everywhere(town, undisturbed, KILL, where, CLIENT) == ""


@pytest.mark.parametrize("action", [KILL, CUT])
def test_many_facts_are_broken_at_every_message(town, undisturbed_many, action):
    """COPY is outside of the pipeline, and has messages of its own."""
    assert everywhere(town, undisturbed_many, action, COPIED, CLIENT) == ""


@both
def test_killed_before_the_end_is_confirmed(town, undisturbed, where):
    """Whatever the store has answered makes no difference to it but the answer to `commit`."""
    assert everywhere(town, undisturbed, KILL, where, SERVER, last=3) == ""


@both
@pytest.mark.parametrize("direction", [CLIENT, SERVER])
def test_cut_at_every_message(town, undisturbed, where, direction):
    assert everywhere(town, undisturbed, CUT, where, direction) == ""

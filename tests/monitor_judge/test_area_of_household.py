"""Where a household lives: the head's residence, else the place named by the best source, then the latest, then the larger
code. The same rows in every order, and so with every order of ids, give one place; judging and routing use that one."""
import itertools
import json
import os
import subprocess

import pytest

from test_journal_to_judge import citizen
from world import Bench

TELLER = os.environ["JOURNAL_TELLER"]
AS_OF = "2026-06-10"
HERE, NEXT, THERE, ELSEWHERE = 990102001201, 990102001202, 990102002201, 990103001001
FAMILY, LIVING, REGISTER = 0, 1, 2

# name: (who lives there, [(who, rank, day, head, area)])
CASES = {
    "the_heads_residence": (NEXT, [("a", REGISTER, "2026-05-01", False, HERE), ("b", REGISTER, "2020-01-01", True, NEXT),
                                   ("c", LIVING, "2026-05-01", False, ELSEWHERE)]),
    "of_two_heads_the_one_of_the_better_source": (HERE, [("a", FAMILY, "", True, HERE), ("b", REGISTER, "2026-05-01", True, NEXT),
                                                         ("c", FAMILY, "2026-05-01", False, ELSEWHERE)]),
    "a_head_whose_residence_nobody_knows": (THERE, [("a", FAMILY, "", True, 0), ("b", LIVING, "", False, THERE),
                                                    ("c", REGISTER, "2026-05-01", False, HERE)]),
    "no_head_the_best_source": (HERE, [("a", REGISTER, "2026-05-01", False, ELSEWHERE), ("b", FAMILY, "2020-01-01", False, HERE),
                                       ("c", LIVING, "2026-05-01", False, NEXT)]),
    "equal_sources_the_latest": (HERE, [("a", REGISTER, "2024-05-01", False, ELSEWHERE), ("b", REGISTER, "2026-05-01", False, HERE),
                                        ("c", REGISTER, "", False, NEXT)]),
    "equal_in_all_the_closer_place": (THERE, [("a", REGISTER, "", False, 990102002000), ("b", REGISTER, "", False, THERE),
                                              ("c", REGISTER, "", False, HERE)]),
    "one_person_in_two_equal_registers": (THERE, [("a", REGISTER, "", False, HERE), ("a", REGISTER, "", False, THERE)]),
    "nobody_says_where": (0, [("a", REGISTER, "", True, 0), ("b", FAMILY, "", False, 0)]),
}


class Family:
    def __init__(self, name, order, taken):
        self.name = f"{name} {order}"
        where, rows = CASES[name]
        self.where = where
        self.rows = [rows[i] for i in order]
        self.numbers = {who: citizen(taken, "1970-01-01", "F") for who in sorted({row[0] for row in rows})}

    def records(self):
        for n, (who, rank, on, head, area) in enumerate(self.rows):
            yield {"key": f"{self.name} {n}", "kind": "resident", "number": self.numbers[who], "household": self.name,
                   "rank": rank, "on": on, "head": head, "area": str(area) if area else "", "residence": "rural"}
        yield {"key": f"{self.name} asks", "kind": "request", "number": self.numbers[self.rows[0][0]], "on": "2026-06-09",
               "cells": {"channel": "window"}}


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    bench = Bench()
    world = bench.world(tmp_path_factory.mktemp("areas"))
    taken = set()
    families = [Family(name, order, taken) for name, (_, rows) in CASES.items()
                for order in itertools.permutations(range(len(rows)))]
    lines = []
    for rows in itertools.zip_longest(*(family.records() for family in families)):
        lines.append(json.dumps({"records": [row for row in rows if row], "now": "2026-06-10T08:00:00+08:00"}))
    lines.append(json.dumps({"who": [number for family in families for number in family.numbers.values()]}))
    done = subprocess.run([TELLER], input="\n".join(lines), text=True, capture_output=True, env=bench.environment(world.name))
    assert done.returncode == 0, done.stderr[-4000:]
    who = json.loads(done.stdout)
    for family in families:
        homes = {who[number][1] for number in family.numbers.values()}
        assert len(homes) == 1, family.name
        world.houses[family.name] = (990102, homes.pop())
    yield world, families
    world.close()
    bench.remove()


def test_the_same_rows_in_any_order_are_judged_in_one_place(told):
    world, families = told
    names = {f"{number:019d}": key for key, (_, number) in world.houses.items()}
    areas = {names[line["is"]["household"]]: line["is"]["area"] for line in world.assess(256, AS_OF)
             if line["is"]["household"] in names}
    assert areas == {family.name: str(family.where) if family.where else "" for family in families}


def test_and_their_alerts_go_to_its_office(told):
    world, families = told
    world.judge(f"{AS_OF}T09:00:00")
    names = {number: key for key, (_, number) in world.houses.items()}
    alerts = {names[row[0]]: row[1:] for row in world.ask(
        "select a.household, a.residence, o.area from needwatch.alert a join needwatch.office o on o.id = a.owner_office")}
    # A place that nobody knows is the county's pool.
    assert alerts == {family.name: (family.where, family.where or 990102000000) for family in families}

"""The same households through the journal itself: told in pages, corrected, doubled and taken back, they mean what the files
mean, and the judge opens what the files say."""
import copy
import json
import os
import random
import subprocess

import pytest

from world import ROOT, Bench

from households import KINDS, Maker

PROGRAM, TELLER = os.environ["NEEDWATCH"], os.environ["JOURNAL_TELLER"]
HOUSEHOLDS = 220
LEVELS = ["none", "blue", "yellow", "orange", "red"]


def citizen(taken, birth, sex):
    """A valid number of that birthday and sex, in a county that does not exist."""
    weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    for county in ("990102", "990103", "990104", "990105"):
        for order in range(1 if sex == "M" else 2, 1000, 2):
            head = f"{county}{birth.replace('-', '')}{order:03d}"
            if head not in taken:
                taken.add(head)
                return head + "10X98765432"[sum(int(d) * w for d, w in zip(head, weights)) % 11]
    raise AssertionError("no number is left")


class Told:
    """A maker's households as pages of records."""

    def __init__(self, maker):
        self.maker, self.random = maker, random.Random(5)
        taken = set()
        self.numbers = {key: citizen(taken, row["birth"], row["sex"]) for key, row in sorted(maker.persons.items())}
        self.numbers["nobody"] = citizen(taken, "1960-01-01", "F")
        self.home = {key: row["household"] or key for key, row in maker.persons.items()}
        self.heads = {}
        for key in sorted(maker.persons):
            self.heads.setdefault(self.home[key], key)

    def records(self):
        for key, row in sorted(self.maker.persons.items()):
            yield {"key": f"person {key}", "kind": "resident", "number": self.numbers[key], "household": self.home[key],
                   "rank": 0, "birth": row["birth"], "sex": row["sex"], "area": row["area"],
                   "register_area": row["register_area"], "residence": row["residence"]}
        grains = {kind: told[0] for kind, told in KINDS.items()} | {"parent": "person"}
        for kind, rows in self.maker.rows.items():
            for n, row in enumerate(rows):
                row = dict(row)
                subject = row.pop(grains[kind])
                record = {"key": f"{kind} {n}", "kind": kind, "on": row.pop("on"), "until": row.pop("until", "")}
                if not record["on"]:
                    continue
                if grains[kind] == "person":
                    record["number"] = self.numbers[subject]
                elif grains[kind] == "area":
                    record["area"] = subject
                elif self.random.random() < 0.5:
                    record["household"] = subject
                else:
                    record["number"] = self.numbers[self.heads[subject]]
                record["cells"] = {name: str(self.numbers.get(value, value) if name in ("parent", "spouse") else value)
                                   for name, value in row.items()}
                yield record

    def pages(self):
        """First much that is wrong, or too much; then what is right."""
        r, right = self.random, list(self.records())
        first, second = [], []
        for record in right:
            chance = r.random()
            if chance < 0.15 and record["kind"] != "resident":
                first.append(record | {"on": "2020-01-01"})
                second.append(record)
            elif chance < 0.2 and record["kind"] == "resident":
                other = r.choice(list(self.home.values()))
                first.append(record | {"household": other, "area": "990103001001", "residence": "urban"})
                second.append(record)
            else:
                first.append(record)
            if chance > 0.93 and record["kind"] != "resident":
                extra = copy.deepcopy(record) | {"key": record["key"] + " more"}
                first.append(extra)
                second.append({"key": extra["key"], "gone": True})
        r.shuffle(first)
        for at in range(0, len(first), 700):
            yield {"records": first[at:at + 700], "now": "2026-01-05T08:00:00+08:00"}
        yield {"records": r.sample(right, 300) if not second else second, "overlap": True, "now": "2026-01-06T08:00:00+08:00"}


@pytest.fixture(scope="module")
def bench():
    bench = Bench()
    yield bench
    bench.remove()


@pytest.fixture(scope="module")
def told(bench, tmp_path_factory):
    folder = tmp_path_factory.mktemp("told")
    maker = Maker(21, HOUSEHOLDS)
    for row in maker.persons.values(): # a number says both
        row["birth"] = row["birth"] or "1970-01-01"
        row["sex"] = row["sex"] or "F"
    maker.write(folder)
    (folder / "threshold.csv").unlink()
    world = bench.world(folder)
    told = Told(maker)
    lines = [json.dumps(page) for page in told.pages()] + [json.dumps({"who": list(told.numbers.values())})]
    done = subprocess.run([TELLER], input="\n".join(lines), text=True, capture_output=True,
                          env=bench.environment(world.name))
    assert done.returncode == 0, done.stderr[-4000:]
    who = json.loads(done.stdout)
    for household, head in told.heads.items():
        number = who[told.numbers[head]][1]
        world.houses[household] = (990102, number)
    score = subprocess.run([PROGRAM, "score", "--rules", str(ROOT / "rules/standard"), "--facts", str(folder), "--areas",
                            str(folder / "areas.csv"), "--as-of", maker.as_of.isoformat()], text=True, capture_output=True)
    assert score.returncode == 0, score.stderr
    yield world, maker, {line["household"]: line for line in map(json.loads, score.stdout.splitlines())}
    world.close()


def meaning(told):
    return (told["score"], told["level"], [(f["rule"], f["points"], f["kind"], f["on"]) for f in told["findings"]],
            [u["rule"] for u in told["unknown"]])


@pytest.mark.parametrize("batch", [3, 256])
def test_what_the_journal_keeps_means_what_the_files_mean(told, batch):
    world, maker, offline = told
    names = {f"{number:019d}": key for key, (_, number) in world.houses.items()}
    assert len(names) == len(world.houses), "no two of them became one"
    found = 0
    for line in world.assess(batch, maker.as_of):
        key = names.get(line["is"]["household"])
        if key in offline:
            assert meaning(line["is"]) == meaning(offline[key]), key
            found += 1
        else:
            assert line["is"]["findings"] == []
    assert found == len(offline) > HOUSEHOLDS / 3


def test_the_judge_opens_what_the_files_say(told):
    world, maker, offline = told
    status = world.judge(f"{maker.as_of}T09:00:00")
    assert status["refused"] == 0 and status["judged"] > len(world.houses)
    names = {number: key for key, (_, number) in world.houses.items()}
    hits = {}
    for household, rule in world.ask("select household, rule from needwatch.alert_hit where live"):
        hits.setdefault(names[household], set()).add(rule)
    for key, told_offline in offline.items():
        expected = {f["rule"] for f in told_offline["findings"] if f["kind"] != "risk" or f["points"] > 0}
        assert hits.get(key, set()) == expected, key
    opened = [alert for alert in world.alerts() if alert[1] == 0]
    assert opened
    for key, _, level, _, score in opened:
        assert (LEVELS[level], score) == (offline[key]["level"], offline[key]["score"]), key

"""What the judge reads from the store means what the same facts mean in files: `needwatch score` and the judge agree on made-up
households, however the facts came in: by versions, by the ranks of registers, by persons who moved."""
import copy
import datetime
import json
import os
import random
import subprocess

import pytest

from world import DRIVER, ROOT, Bench, World  # noqa: F401  (world sets the path)

from households import KINDS, Maker

PROGRAM = os.environ["NEEDWATCH"]
HOUSEHOLDS = 260
WRONG_DAY = datetime.date(1999, 1, 1)
LEVELS = ["none", "blue", "yellow", "orange", "red"]


@pytest.fixture(scope="module")
def bench():
    bench = Bench()
    yield bench
    bench.remove()


class Fill:
    """Puts a maker's households into a store on crooked ways that end where the files stand."""

    def __init__(self, world, maker):
        self.world, self.maker, self.random = world, maker, random.Random(7)
        self.home = {key: row["household"] or key for key, row in maker.persons.items()}

    def county(self, area):
        return int(area[:6]) if area else 990102

    def all(self):
        world, maker = self.world, self.maker
        heads = {}
        for key in sorted(maker.persons):
            heads.setdefault(self.home[key], key)
        for key in sorted(heads):
            world.household(key, self.county(maker.persons[heads[key]]["area"]))
        for key in sorted(maker.persons):
            world.person(key, self.county(maker.persons[key]["area"]))
        world.person("nobody")
        self.before()
        world.commit(history=True)
        self.persons()
        self.facts(heads)
        self.thresholds()
        for key in heads:
            world.touch(key)
        world.commit()

    def before(self):
        """What was thought at first, and is replaced."""
        self.was = {}
        houses = sorted(self.world.houses)
        for key in sorted(self.maker.persons):
            self.world.belongs(key, self.random.choice(houses))
            self.was[key] = self.world.resident(key, birth=WRONG_DAY, sex="F", area=990103001001, residence="urban", rank=0)

    def persons(self):
        for key, row in sorted(self.maker.persons.items()):
            told = {"birth": row["birth"] or None, "sex": row["sex"] or None, "area": int(row["area"] or 0),
                    "register_area": int(row["register_area"] or 0), "residence": row["residence"]}
            wrong = {"birth": WRONG_DAY if row["birth"] else None, "sex": "M" if row["sex"] else None,
                     "area": 990103001001 if row["area"] else 0, "residence": "urban" if row["residence"] else ""}
            self.world.belongs(key, self.home[key])
            self.world.resident(key, record=self.was[key], version=2, gone=True)
            self.world.resident(key, rank=2, on="2026-05-01", register_area=0, **wrong)
            self.world.resident(key, rank=1, on="2020-05-01", register_area=0, **wrong)
            half = {name: told[name] for name in ("birth", "sex")}
            if self.random.random() < 0.5: # from two registers of which each knows a part
                self.world.resident(key, rank=1, on="2021-01-01", origin=2, **half, area=0, residence="")
                told |= {"birth": None, "sex": None}
            self.world.resident(key, rank=1, on="2021-01-01", **told)

    def facts(self, heads):
        subjects = {kind: told[0] for kind, told in KINDS.items()} | {"parent": "person"}
        for kind, rows in self.maker.rows.items():
            for row in rows:
                row = dict(row)
                subject, on, until = row.pop(subjects[kind]), row.pop("on"), row.pop("until", None) or None
                if on:
                    self.one(kind, subjects[kind], subject, on, until, row, heads)

    def one(self, kind, grain, subject, on, until, fields, heads):
        r, world = self.random, self.world
        told = {}
        if grain == "household":
            told["by_key"] = r.random() < 0.5
            subject = subject if told["by_key"] else heads[subject]
        if r.random() < 0.2: # the version before said another day
            record = world.fact(kind, subject, "2026-01-20", "2026-02-01" if until else None, **told, **fields)
            world.fact(kind, subject, on, until, record=record, version=3, **told, **fields)
            return
        world.fact(kind, subject, on, until, **told, **fields)
        if r.random() < 0.1: # and one that was taken back
            record = world.fact(kind, subject, on, until, **told, **fields)
            world.fact(kind, subject, None, record=record, version=2, gone=True, **told)

    def thresholds(self):
        for line in (self.maker.folder / "threshold.csv").read_text().splitlines()[1:]:
            name, area, kind, residence, value, first, last = line.split(",")
            plain = name in ("working_age_last_female", "level_red")
            self.world.rows(
                "insert into needwatch.threshold (county, name, area, class, residence, value, from_day, until_day, set_at,"
                " set_by) values (%s, %s, %s, %s, %s, %s, %s, %s, now(), 'test')",
                int(area.ljust(6, "0")[:6]), name, int(area.ljust(12, "0")), kind, {"urban": 1, "rural": 2}.get(residence, 0),
                int(value) if plain else round(float(value) * 100), first or "-infinity", last or None)


def plain(told):
    """Without what can only differ: the household's key and where the evidence lies."""
    told = copy.deepcopy(told)
    told.pop("household")
    for finding in told["findings"]:
        finding["evidence"] = sorted((e["kind"], e["on"]) for e in finding["evidence"])
    return told


def key_of(world):
    return {f"{number:019d}": key for key, (_, number) in world.houses.items()}


@pytest.fixture(scope="module", params=[3, 11])
def filled(request, bench, tmp_path_factory):
    folder = tmp_path_factory.mktemp(f"seed{request.param}")
    maker = Maker(request.param, HOUSEHOLDS)
    maker.folder = folder
    maker.write(folder)
    world = bench.world(folder)
    Fill(world, maker).all()
    done = subprocess.run([PROGRAM, "score", "--rules", str(ROOT / "rules/standard"), "--facts", str(folder), "--areas",
                           str(folder / "areas.csv"), "--as-of", maker.as_of.isoformat()], text=True, capture_output=True)
    assert done.returncode == 0, done.stderr
    offline = {told["household"]: told for told in map(json.loads, done.stdout.splitlines())}
    assert len(offline) > HOUSEHOLDS / 3
    yield world, maker, offline
    world.close()


@pytest.mark.parametrize("batch", [1, 7, 256])
def test_facts_mean_in_the_store_what_they_mean_in_files(filled, batch):
    world, maker, offline = filled
    names = key_of(world)
    found = 0
    for told in world.assess(batch, maker.as_of):
        key = names[told["is"]["household"]]
        if key in offline:
            assert told["persons"] > 0
            # A person id stands where the files have their key.
            text = json.dumps(plain(told["is"]), ensure_ascii=False)
            assert json.loads(text) == json.loads(json.dumps(plain(offline[key]))), key
            found += 1
        else:
            assert told["is"]["findings"] == [], key
    assert found == len(offline)


def test_the_judge_opens_what_the_files_say(filled):
    world, maker, offline = filled
    status = world.judge(f"{maker.as_of}T09:00:00")
    assert status["judged"] - status["turn"] == len(world.houses) and status["refused"] == 0
    names = {number: key for key, (_, number) in world.houses.items()}
    hits = {}
    for household, rule in world.ask("select household, rule from needwatch.alert_hit where live"):
        hits.setdefault(names[household], set()).add(rule)
    for key in world.houses:
        told = offline.get(key, {"findings": []})
        assert hits.get(key, set()) == {f["rule"] for f in told["findings"] if f["kind"] != "risk" or f["points"] > 0}, key
    opened = {(household, lane): (level, score) for household, lane, level, state, score in world.alerts()}
    assert opened
    for (key, lane), (level, score) in opened.items():
        if lane == 0:
            assert (LEVELS[level], score) == (offline[key]["level"], offline[key]["score"]), key
    assert world.ask("select count(*) from needwatch.touched")[0][0] == 0

"""What `needwatch score --why` says would change a household's level does change it, on made-up households; and a village
reads nothing that it may not infer."""

import csv
import json
import os
import pathlib
import re
import subprocess

import pytest

from households import Maker

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("NEEDWATCH", str(ROOT / "build" / "bin" / "needwatch"))
CORE = ROOT / "rules/standard/core"
HOUSEHOLDS = 16
SEEDS = [11, 12]


def made_up(seed, folder):
    """Households of which nothing is told that lies ahead: a day that comes must bring nothing but itself."""
    maker = Maker(seed, HOUSEHOLDS)
    as_of = maker.as_of.isoformat()
    for rows in maker.rows.values():
        rows[:] = [row for row in rows if row["on"] <= as_of]
    maker.write(folder)
    households = {}
    for key, row in maker.persons.items():
        households.setdefault(row["household"] or key, set()).add(key)
    return as_of, households


def score(folder, as_of, *options):
    done = subprocess.run([PROGRAM, "score", "--rules", str(CORE), "--facts", str(folder), "--areas",
                           str(folder / "areas.csv"), "--as-of", as_of, *options],
                          text=True, capture_output=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def level_of(folder, as_of, household, *options):
    told = {one["household"]: one["level"] for one in map(json.loads, score(folder, as_of, *options).splitlines())}
    return told.get(household, "none")


def same_number(one, other):
    return one != "" and float(one) == float(other)


def levels_with_fact(folder, as_of, household, flip, persons):
    """The levels that come of changing each fact that the flip may mean: nothing but kind, day and value is told."""
    path = folder / f"{flip['kind']}.csv"
    text = path.read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    found = []
    for row in rows:
        if row.get("person", row.get("household")) not in persons | {household} or row["on"] != flip["on"] or \
                not same_number(row[flip["name"]], flip["was"]):
            continue
        was = row[flip["name"]]
        row[flip["name"]] = flip["to"]
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0].keys())
            writer.writeheader()
            writer.writerows(rows)
        found.append(level_of(folder, as_of, household))
        row[flip["name"]] = was
    path.write_text(text, encoding="utf-8")
    return found


def levels_with(folder, as_of, household, flip, persons):
    if flip["change"] == "threshold":
        return [level_of(folder, as_of, household, "--threshold", f"{flip['name']}={flip['to']}")]
    if flip["change"] == "days":
        return [level_of(folder, flip["on"], household)]
    return levels_with_fact(folder, as_of, household, flip, persons)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_flip_that_is_shown_is_true(seed, tmp_path):
    as_of, households = made_up(seed, tmp_path)
    changes = {"threshold": 0, "fact": 0, "days": 0}
    for household, persons in households.items():
        why = json.loads(score(tmp_path, as_of, "--why", household, "--json"))
        assert len(why["flips"]) <= 5
        for flip in why["flips"]:
            assert flip["level"] != why["level"]
            assert flip["level"] in levels_with(tmp_path, as_of, household, flip, persons), (household, flip)
            changes[flip["change"]] += 1
    assert all(changes.values()), changes


def words_of(rules, kind, field):
    """The words that a code field may have, and their labels."""
    return re.findall(r"[\w一-鿿]+", re.search(rf"kind {kind} .*?{field}\s+code \(([^)]*)\)", rules, re.S)[1])


SENSITIVE = {("disability", "class"), ("disability", "grade"), ("custody", "type"), ("missing", "declared"),
             ("settlement", "icd"), ("traffic", "duty"), ("employment", "hard"), ("unemployment", "hard"), ("roll", "class")}
UNSPEAKABLE = {"disability", "custody", "missing", "chronic"}


def strings(told, path=()):
    if isinstance(told, dict):
        for key, one in told.items():
            yield from strings(one, path + (key,))
    elif isinstance(told, list):
        for one in told:
            yield from strings(one, path)
    elif isinstance(told, str):
        yield path, told


@pytest.mark.parametrize("seed", SEEDS)
def test_a_village_reads_nothing_sensitive(seed, tmp_path):
    as_of, households = made_up(seed, tmp_path)
    rules = "".join(path.read_text(encoding="utf-8") for path in CORE.glob("*.rules"))
    codes = {*words_of(rules, "custody", "type"), *words_of(rules, "roll", "class")}
    details = 0
    for household in households:
        asked = ("--why", household, "--json")
        whole = json.loads(score(tmp_path, as_of, *asked))
        plain = json.loads(score(tmp_path, as_of, *asked, "--tier", "village"))
        assert plain["class"] is None and plain["score"] == whole["score"]
        for path, text in strings(plain):
            assert text not in codes, (household, path, text)
            assert not any(f"{kind}.{field}" in text for kind, field in SENSITIVE), (household, path, text)
            assert not re.search(r"\bC34|c50|D59|I63|J18|E85", text), (household, path, text)
            # The words of a rule that is shown may not tell of what is not.
            assert not any(re.search(rf"\b{field}\b", text) for field in ("icd", r"\w\.duty", "hard")), (path, text)
            if path[-1] == "kind":
                assert text not in UNSPEAKABLE, (household, path)
        shown = {rule["rule"] for rule in plain["rules"]} - {None}
        for rule in whole["rules"]:
            if rule["rule"] in shown or rule["verdict"] != "fires":
                continue
            details += 1
            assert rule["rule"] not in json.dumps(plain), "neither its name nor its evidence"
    assert details > 0, "nothing was there to be hidden"

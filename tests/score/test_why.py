"""Why, why not, and what would change it: whole explanations, as why/*.expected shows them. The first line of such a file
says how `needwatch score` was asked; with WHY_WRITE=1 the files are written anew, to be read before they are kept."""

import json
import os
import pathlib
import re

import pytest

from command import ROOT, needwatch

WHY = pathlib.Path(__file__).parent / "why"


def ask(*options):
    return needwatch("score", "--rules", WHY / "few.rules", "--facts", WHY / "facts", "--areas", WHY / "facts" / "areas.csv",
                     "--as-of", "2026-06-10", *options)


@pytest.mark.parametrize("path", sorted(WHY.glob("*.expected")), ids=lambda path: path.stem)
def test_explanation(path):
    asked, _, expected = path.read_text(encoding="utf-8").partition("\n")
    done = ask(*asked.removeprefix("$ ").split())
    assert done.returncode == 0, done.stderr
    if os.environ.get("WHY_WRITE"):
        path.write_text(asked + "\n" + done.stdout, encoding="utf-8")
    assert done.stdout == expected


def test_lines_fit_a_terminal():
    """Ideographs take two columns. The sentences of rules are not ours to break."""
    for household in ("fires", "silent", "tie", "unknown", "ill"):
        for lang in ("zh", "en"):
            for line in ask("--why-all", household, "--lang", lang).stdout.splitlines():
                assert sum(2 if ord(sign) > 0x2E80 else 1 for sign in line) <= 80, line


def test_the_language_is_that_of_the_environment(monkeypatch):
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    assert "the smallest changes" in ask("--why", "fires").stdout
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert "最小的变级条件" in ask("--why", "fires").stdout
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert "the smallest changes" in ask("--why", "fires").stdout
    assert "最小的变级条件" in ask("--why", "fires", "--lang", "zh").stdout


def test_the_explanation_says_what_the_assessment_says():
    """One evaluator: score, level, findings and what is unknown are those of the line without --why."""
    for line in ask().stdout.splitlines():
        told = json.loads(line)
        why = json.loads(ask("--why", told["household"], "--json").stdout)
        assert {key: why[key] for key in ("score", "level", "area", "as_of")} == \
            {key: told[key] for key in ("score", "level", "area", "as_of")}
        fired = [{key: rule[key] for key in ("rule", "kind", "points", "on", "because", "evidence")}
                 for rule in why["rules"] if rule["verdict"] == "fires"]
        assert fired == [{key: f[key] for key in ("rule", "kind", "points", "on", "because", "evidence")}
                         for f in told["findings"]]
        assert [{"rule": rule["rule"], "missing": rule["missing"]} for rule in why["rules"]
                if rule["verdict"] in ("unknown", "unauthorised") and rule["stage"] == "rule"] == told["unknown"]


@pytest.mark.parametrize("options, fault", [
    (("--why", "fires", "--tier", "hamlet"), "--tier wants village, town, county, city or province, not 'hamlet'"),
    (("--why", "fires", "--lang", "fr"), "--lang wants zh or en, not 'fr'"),
    (("--why-all",), "--why-all wants a value"),
])
def test_what_is_asked_wrongly(options, fault):
    done = ask(*options)
    assert done.returncode == 2 and done.stderr.splitlines()[0] == f"needwatch score: {fault}"


def test_both_languages_ask_for_the_same_values():
    words = re.findall(r'X\((\w+), "(.*)", "(.*)"\)', (ROOT / "monitor/why_words.h").read_text(encoding="utf-8"))
    assert len(words) > 30
    for name, english, chinese in words:
        assert re.findall(r"%(?:lld|s)", english) == re.findall(r"%(?:lld|s)", chinese), name

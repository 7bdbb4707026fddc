"""What the README shows is what the programs do: its commands run, their output is the one printed, its rule is the
pack's, its links and folders are there."""

import os
import pathlib
import re
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("NEEDWATCH", str(ROOT / "build" / "bin" / "needwatch"))
READMES = ("README.md", "README.zh-CN.md")


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(text, kind):
    return [body for of, body in re.findall(r"^```(\w*)\n(.*?)^```$", text, re.M | re.S) if of == kind]


def run(script, folder):
    script = script.replace("build/bin/needwatch", PROGRAM).replace("rules/standard", str(ROOT / "rules" / "standard"))
    done = subprocess.run(["bash", "-euc", script], cwd=folder, text=True, capture_output=True, timeout=60,
                          env={**os.environ, "LC_ALL": "C.UTF-8"})
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("name", READMES)
def test_scoring_prints_what_is_shown(name, tmp_path):
    script, = blocks(read(name), "sh")
    assert run(script, tmp_path) in blocks(read(name), "")


@pytest.mark.parametrize("name", READMES)
def test_the_rule_is_the_one_of_the_pack(name):
    rule = next(block for block in blocks(read(name), "") if block.startswith("rule "))
    assert rule in (ROOT / "rules/standard/core/medical.rules").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", READMES)
def test_links_and_folders_are_there(name):
    text = read(name)
    for target in re.findall(r"\]\(([^)#:]+)\)", text) + re.findall(r"^\| `(\w+)/`", text, re.M):
        assert (ROOT / target).exists(), target
    shown = set(re.findall(r"`(\w+)/`", text))
    assert shown >= {p.parent.name for p in ROOT.glob("*/CMakeLists.txt")}, "every folder that is built is on the map"


@pytest.mark.parametrize("name", READMES)
def test_commands_of_dev_are_there(name):
    known = re.search(r"^(demo[ |\w]+)\)$", read("dev"), re.M)[1].split(" | ")
    for command in re.findall(r"\./dev (\w+)", read(name)):
        assert command in known

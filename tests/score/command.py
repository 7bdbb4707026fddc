"""Runs the program under test; NEEDWATCH names it."""

import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
CORE = ROOT / "rules" / "standard" / "core"
PROGRAM = os.environ.get("NEEDWATCH", str(ROOT / "build" / "bin" / "needwatch"))


def needwatch(*arguments, cwd=None):
    """The finished process, with its output as text."""
    return subprocess.run([PROGRAM, *map(str, arguments)], cwd=cwd, text=True, capture_output=True, timeout=300)


def score(facts, as_of="2026-06-10", *more, rules=CORE):
    return needwatch("score", "--rules", rules, "--facts", facts, "--areas", pathlib.Path(facts) / "areas.csv",
                     "--as-of", as_of, *more)

"""The manual pages: clean, true to the program's tables, and with examples that run as they are printed."""

import os
import pathlib
import re
import shutil
import subprocess

import pytest

import tables

ROOT = tables.ROOT
PROGRAM = os.environ.get("NEEDWATCH", str(ROOT / "build" / "bin" / "needwatch"))
PAGES = sorted(tables.MAN.glob("*.[1-8]"))
every_page = pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)


def run(*command, **more):
    return subprocess.run(list(map(str, command)), text=True, capture_output=True, timeout=60, **more)


def examples(page, mark):
    """The literal displays behind a mark, as they are read."""
    text = page.read_text(encoding="utf-8")
    found = re.findall(r'^\.\\" %s\n\.Bd -literal[^\n]*\n(.*?)^\.Ed\n' % mark, text, re.M | re.S)
    return [example.replace(r"\-", "-").replace(r"\e", "\\") for example in found]


def test_all_pages_are_there():
    assert [page.name for page in PAGES] == ["needwatch-web.8", "needwatch.1", "needwatch.conf.5", "needwatch.rules.5",
                                             "needwatchd.8"]


@every_page
def test_groff_has_nothing_to_say(page):
    done = run("groff", "-mandoc", "-ww", "-z", "-Tutf8", "-Kutf8", page)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@every_page
@pytest.mark.skipif(not shutil.which("mandoc"), reason="there is no mandoc here")
def test_mandoc_has_nothing_to_say(page):
    done = run("mandoc", "-T", "lint", "-W", "warning", page)
    assert (done.returncode, done.stdout) == (0, "")


@every_page
def test_pages_name_only_pages_of_ours_that_exist(page):
    names = {"%s(%s)" % tuple(p.name.rsplit(".", 1)) for p in PAGES}
    for name, section in re.findall(r"^\.Xr (needwatch\S*) (\d)", page.read_text(encoding="utf-8"), re.M):
        assert "%s(%s)" % (name, section) in names


@pytest.mark.parametrize("page", tables.TABLES)
def test_tables_are_those_of_the_program(page):
    assert tables.renewed(page, PROGRAM) == (tables.MAN / page).read_text(encoding="utf-8"), \
        "run tests/docs/tables.py build/bin/needwatch --update"


def test_every_command_is_described():
    """Each has a paragraph of its own besides its line in the table."""
    page = (tables.MAN / "needwatch.1").read_text(encoding="utf-8")
    commands = re.findall(r"^  ([a-z]+) ", run(PROGRAM, "help").stdout, re.M)
    assert sorted(re.findall(r"^\.Ss (.*)$", page, re.M)) == sorted(commands)


def test_examples_of_the_command_line_run():
    page = tables.MAN / "needwatch.1"
    scripts = examples(page, "run")
    assert len(scripts) == 2
    for script in scripts:
        done = run("bash", "-euc", 'needwatch() { "$NEEDWATCH" "$@"; }\n' + script, cwd=ROOT,
                   env=dict(os.environ, NEEDWATCH=PROGRAM))
        assert done.returncode == 0 and done.stdout, done.stderr


def test_example_of_the_rules_is_right(tmp_path):
    (tmp_path / "page.rules").write_text(*examples(tables.MAN / "needwatch.rules.5", "check"), encoding="utf-8")
    done = run(PROGRAM, "check", "page.rules", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("1 rules, ")


def test_example_of_the_configuration_is_right(tmp_path):
    text, = examples(tables.MAN / "needwatch.conf.5", "conf")
    rules = 'service {\n\trules "%s";' % (ROOT / "rules" / "standard" / "core")
    (tmp_path / "needwatch.conf").write_text(text.replace("service {", rules, 1), encoding="utf-8")
    done = run(PROGRAM, "source", "check", "nobody", "--config", "needwatch.conf", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (
        1, "needwatch source: needwatch.conf names no source 'nobody'\n"), "it is read, and has no fault"

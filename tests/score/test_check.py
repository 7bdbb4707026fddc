"""`needwatch check` and the table of commands, from outside."""

import json

from command import CORE, needwatch

BROKEN = """\
kind settlement "医保结算" {
	subject person;
	self_paid money;
}
family medical { cap 60; }
rule r "家庭自付" {
	family medical;
	when   sum(settlment.self_paid of all persons) > 5 yuan;
	points 5;
	decay  state;
	because "x";
}
"""


def test_the_standard_set_is_right():
    done = needwatch("check", CORE)
    assert (done.returncode, done.stderr) == (0, "")


def test_print_parses_to_the_same_set(tmp_path):
    printed = needwatch("check", CORE, "--print")
    assert printed.returncode == 0
    (tmp_path / "all.rules").write_text(printed.stdout, encoding="utf-8")
    assert needwatch("check", tmp_path).stdout == needwatch("check", CORE).stdout
    assert needwatch("check", tmp_path, "--print").stdout == printed.stdout


def test_faults_are_told_with_their_place(tmp_path):
    (tmp_path / "broken.rules").write_text(BROKEN, encoding="utf-8")
    done = needwatch("check", "broken.rules", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("broken.rules:8:")
    assert "settlment" in done.stderr
    faults = json.loads(needwatch("check", "broken.rules", "--json", cwd=tmp_path).stdout)
    assert faults[0]["file"] == "broken.rules" and faults[0]["line"] == 8 and faults[0]["severity"] == "error"


def test_commands():
    assert needwatch().returncode == 2
    done = needwatch("scroe")
    assert (done.returncode, done.stderr) == (
        2, "needwatch: no command 'scroe'; did you mean 'score'?\n`needwatch help` lists the commands\n")
    done = needwatch("check")
    assert (done.returncode, done.stderr) == (
        2, "needwatch check: no file or folder of rules is named\nusage: needwatch check FILE|DIR... [--print] [--json]\n")
    assert "score" in needwatch("help").stdout
    assert needwatch("score", "--help").returncode == 0


def test_a_file_that_is_not_there():
    done = needwatch("check", "/nowhere")
    assert (done.returncode, done.stderr) == (1, "needwatch: /nowhere: No such file or directory\n")

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


ROOTS = {
	"main.rules": 'include "parts/kinds.rules";\ninclude "parts/rules.rules";\n',
	"parts/kinds.rules": 'kind fire "火灾" { subject household; }\nfamily accident { cap 70; }\n',
	"parts/rules.rules": 'include "kinds.rules";\n'
		'rule burnt { family accident; for fire f; when yes; on f.on; points 5; decay hold 9 days; basis "x"; }\n',
}


def put(folder, texts):
    for name, text in texts.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def test_included_files_are_read_once_and_printed_with_the_set(tmp_path):
    put(tmp_path, ROOTS)
    alone = needwatch("check", "main.rules", cwd=tmp_path)
    assert (alone.returncode, alone.stderr) == (0, "") and alone.stdout.startswith("1 rules, ")
    printed = needwatch("check", "main.rules", "--print", cwd=tmp_path).stdout
    assert "include" not in printed and printed.count("kind fire") == 1
    # Named twice, by another way, and by the folder: still each file once.
    for paths in (["main.rules", "parts/../parts/kinds.rules"], ["."]):
        assert needwatch("check", *paths, cwd=tmp_path).returncode == 0
    (tmp_path / "all").mkdir()
    (tmp_path / "all/printed.rules").write_text(printed, encoding="utf-8")
    assert needwatch("check", "all", "--print", cwd=tmp_path).stdout == printed


def test_an_include_that_leads_in_a_circle(tmp_path):
    put(tmp_path, {**ROOTS, "parts/kinds.rules": '# comment\ninclude "../main.rules";\n'})
    done = needwatch("check", "main.rules", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (1, """\
parts/kinds.rules:2:9: error: this include leads in a circle
    2 | include "../main.rules";
      |         ^~~~~~~~~~~~~~~ main.rules -> parts/kinds.rules -> main.rules
""")


def test_an_include_that_is_not_there(tmp_path):
    put(tmp_path, {"main.rules": 'include "parts.rules";\ninclude parts;\n'})
    done = needwatch("check", "main.rules", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (1, """\
main.rules:1:9: error: 'parts.rules' cannot be read: No such file or directory
    1 | include "parts.rules";
      |         ^~~~~~~~~~~~~
""")

"""`needwatch score` from outside: the worked example, and every way its input can be wrong."""

import json
import pathlib
import shutil

import pytest

from command import CORE, needwatch, score

EXAMPLE = pathlib.Path(__file__).parent / "example"
PERSON = "person,household,birth,sex,area,register_area,residence\n"
AREAS = "code,name,parent_code,level\n990102,测试县,9901,3\n990102001201,第一村,990102001,5\n"


def write(folder, **files):
    """Files by name without .csv; areas.csv and person.csv are made up if they are not said."""
    files.setdefault("areas", AREAS)
    files.setdefault("person", PERSON + "P1,H1,1981-02-03,M,990102001201,,rural\n")
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def faults(folder, *more):
    """Exit code and diagnostics of a folder that cannot be judged, with paths from the folder on."""
    done = needwatch("score", "--rules", CORE, "--facts", ".", "--areas", "areas.csv", "--as-of", "2026-06-10", *more,
                     cwd=folder)
    assert done.stdout == ""
    return done.returncode, done.stderr


def found(text):
    return {o["household"]: (o["score"], o["level"], [(f["rule"], f["points"]) for f in o["findings"]])
            for o in map(json.loads, text.splitlines())}


def test_worked_example_of_kinds():
    got = found(score(EXAMPLE).stdout)
    expected = found((EXAMPLE / "expected.jsonl").read_text())
    assert got.keys() == expected.keys()
    for household, (points, level, findings) in expected.items():
        assert got[household] == (points, level, sorted(findings)), household


def test_same_bytes_at_any_number_of_threads_and_repeats(tmp_path):
    one = score(EXAMPLE)
    for threads in (2, 3, 16):
        assert score(EXAMPLE, "2026-06-10", "--threads", threads, "--repeat", 2).stdout == one.stdout


def test_same_bytes_in_any_order_of_rows(tmp_path):
    shutil.copytree(EXAMPLE, tmp_path, dirs_exist_ok=True)
    for path in tmp_path.glob("*.csv"):
        head, *rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
        path.write_text(head + "".join(reversed(rows)), encoding="utf-8")
    assert score(tmp_path).stdout == score(EXAMPLE).stdout


def test_households_in_byte_order_findings_in_byte_order():
    households = [json.loads(line) for line in score(EXAMPLE).stdout.splitlines()]
    assert [h["household"] for h in households] == sorted(h["household"] for h in households)
    for household in households:
        rules = [f["rule"] for f in household["findings"]]
        assert rules == sorted(rules)
        unknown = [u["rule"] for u in household["unknown"]]
        assert unknown == sorted(unknown)


def test_a_threshold_replaces_rows_and_defaults():
    lower = found(score(EXAMPLE, "2026-06-10", "--threshold", "medical_limit=9999.99").stdout)
    assert ("med_oop_annual_high", 30) in lower["E00"][2]
    assert "E00" not in found(score(EXAMPLE).stdout)


def test_what_was_left_out_is_counted(tmp_path):
    write(tmp_path, person=PERSON + "P1,H1,,,440102001201,,\n",
          fire="household,on,place\nH1,,residence\nH1,2026-06-11,residence\nH9,2026-06-01,residence\nH1,2026-06-01,residence\n",
          village_month="area,on,visits,zero\nsomewhere,2026-05-01,1,0\n")
    done = score(tmp_path)
    assert done.returncode == 0
    assert ("needwatch: facts left out: 1 without a day, 1 after the day, 1 of a subject that is not listed, "
            "1 of an area that cannot be read\n") in done.stderr
    assert f"needwatch: 1 persons live in an area that {tmp_path}/areas.csv does not list\n" in done.stderr
    assert "needwatch: no facts, for there is no file: settlement, inpatient, " in done.stderr
    assert "fire" not in done.stderr.split("there is no file: ")[1]
    assert found(done.stdout)["H1"][1] == "orange"


def test_a_missing_column_is_all_empty_and_further_columns_are_ignored(tmp_path):
    write(tmp_path, person="note,person\nx,P1\n", fire="loss,place,on,household,note\n1,residence,2026-06-01,P1,y\n")
    done = score(tmp_path)
    assert done.returncode == 0, done.stderr
    assert found(done.stdout)["P1"][2] == [("acc_fire", 45)]


def test_rfc_4180(tmp_path):
    write(tmp_path, person="\ufeff" + PERSON + 'P1,"H,""1""\r\nx",,,,,\r\n\r\n',
          fire='household,on,place\r\n"H,""1""\r\nx","2026-06-01",residence')
    done = score(tmp_path)
    assert list(found(done.stdout)) == ['H,"1"\r\nx'], done.stderr


def test_every_fault_of_every_file_at_once(tmp_path):
    write(tmp_path, person=PERSON + "P1,H1,1981-02-30,X,99010,,town\nP1,,,,,,\n,,,,,,\n",
          settlement="person,on,self_payd,inpatient\nP1,20260601,5,2\n",
          fire="household,on,place,loss\nH1,2026-06-01,residense,12.345\nH1,2026-06-01\n")
    code, text = faults(tmp_path)
    assert code == 1
    assert text == """\
./fire.csv:2:15: error: 'residense' is not one of its words
    2 | H1,2026-06-01,residense,12.345
      |               ^~~~~~~~~ did you mean 'residence'?
./fire.csv:2:25: error: '12.345' is not an amount
    2 | H1,2026-06-01,residense,12.345
      |                         ^~~~~~ write yuan with up to two decimals, as 12300.50
./fire.csv:3:1: error: 2 cells, but the header names 4 columns
    3 | H1,2026-06-01
      | ^~~~~~~~~~~~~ a comma inside a cell needs quotes around the cell
./person.csv:2:7: error: '1981-02-30' is not a date
    2 | P1,H1,1981-02-30,X,99010,,town
      |       ^~~~~~~~~~ write yyyy-MM-dd, as 2026-06-10, or leave it empty
./person.csv:2:18: error: 'X' is not one of its words
    2 | P1,H1,1981-02-30,X,99010,,town
      |                  ^ it is M or F
./person.csv:2:20: error: '99010' is not an area code
    2 | P1,H1,1981-02-30,X,99010,,town
      |                    ^~~~~ a code has 12 digits, or 2, 4, 6 or 9 for the areas above a village
./person.csv:2:27: error: 'town' is not one of its words
    2 | P1,H1,1981-02-30,X,99010,,town
      |                           ^~~~ it is urban or rural
./person.csv:3:1: error: the person 'P1' stands twice
    3 | P1,,,,,,
      | ^~ one row per person
./person.csv:4:1: error: a person without an id
    4 | ,,,,,,
      | ^
./settlement.csv:1:11: warning: the column 'self_payd' is not read, and there is no column 'self_paid'
    1 | person,on,self_payd,inpatient
      |           ^~~~~~~~~ did you mean 'self_paid'?
./settlement.csv:2:4: error: '20260601' is not a date
    2 | P1,20260601,5,2
      |    ^~~~~~~~ write yyyy-MM-dd, as 2026-06-10, or leave it empty
./settlement.csv:2:15: error: '2' is not one of its words
    2 | P1,20260601,5,2
      |               ^ it is 0 or 1
"""


def test_thresholds_that_cannot_stand(tmp_path):
    write(tmp_path, threshold="name,area,class,residence,value,from,until\n"
          "dibao_lin,,,,1,,\ndibao_line,,rich,,1,,\ndibao_line,99,,,1,,\ndibao_line,99,,,2,,\nedge_percent,,,,1.5,,\n")
    code, text = faults(tmp_path, "--threshold", "wage_drop_percen=1", "--threshold", "level_red=x")
    assert code == 1
    assert text == """\
./threshold.csv:2:1: warning: the rules declare no threshold 'dibao_lin'; the row is left out
    2 | dibao_lin,,,,1,,
      | ^~~~~~~~~ did you mean 'dibao_line'?
./threshold.csv:3:13: error: 'rich' is not a class of a household
    3 | dibao_line,,rich,,1,,
      |             ^~~~
./threshold.csv:5:1: error: a second row for the same name, area, class, residence and first day
    5 | dibao_line,99,,,2,,
      | ^~~~~~~~~~ remove one of the two, or give it another first day
./threshold.csv:6:17: error: '1.5' is not a value of 'edge_percent'
    6 | edge_percent,,,,1.5,,
      |                 ^~~ write a number; only yuan may have decimals, two at most
needwatch: --threshold wage_drop_percen=1: the rules declare no such threshold; did you mean 'wage_drop_percent'?
needwatch: --threshold level_red=x: 'x' is not a value of it: write a number; only yuan may have decimals, two at most
"""


@pytest.mark.parametrize("text, message", [
    ("", "./person.csv:1:1: error: the file is empty\n"),
    ("household\nH1\n", "./person.csv:1:1: error: there is no column 'person'\n"),
    ("person,person\n", "./person.csv:1:8: error: the column stands twice\n"),
    ('person\n"P1\n', "./person.csv:2:1: error: the quote is never closed\n"),
    ('person\n"P1"x\n', "./person.csv:2:5: error: there is text behind the closing quote\n"),
    ('person\nP"1\n', "./person.csv:2:2: error: a quote inside a cell without quotes\n"),
])
def test_files_that_are_no_csv(tmp_path, text, message):
    code, said = faults(write(tmp_path, person=text))
    assert code == 1
    assert message in said


def test_files_that_are_not_there(tmp_path):
    done = score(tmp_path)
    assert done.returncode == 1
    assert done.stderr == (f"needwatch: {tmp_path}/areas.csv: there is no such file of areas\n"
                           f"needwatch: {tmp_path}/person.csv: there is no such file: it lists the persons and their "
                           "households\n")
    done = score(EXAMPLE, rules=tmp_path)
    assert (done.returncode, done.stderr) == (1, f"needwatch: {tmp_path}: no file that ends with .rules\n")


def test_why_says_what_and_what_is_unknown():
    done = score(EXAMPLE, "2026-06-10", "--why", "E03")
    assert done.returncode == 0
    assert done.stdout.startswith("E03 on 2026-06-10: score 55, level orange, class rigid\n   55  inc_below_dibao ")
    done = score(EXAMPLE, "2026-06-10", "--why", "E99")
    assert (done.returncode, done.stderr) == (1, f"needwatch: there is no household 'E99' in {EXAMPLE}/person.csv\n")


@pytest.mark.parametrize("arguments, message", [
    (["--rules", "x"], "--facts is missing"),
    (["--rule", "x"], "no option '--rule'; did you mean '--rules'?"),
    (["--as-of", "today"], "--as-of wants a date as 2026-06-10, not 'today'"),
    (["--threads", "0"], "--threads wants a number from 1 to 256, not '0'"),
    (["--threshold", "x"], "--threshold wants NAME=VALUE, not 'x'"),
    (["--facts"], "--facts wants a value"),
    (["x"], "'x' belongs to no option"),
])
def test_usage(arguments, message):
    done = needwatch("score", *arguments)
    assert done.returncode == 2
    assert done.stderr.splitlines()[0] == f"needwatch score: {message}"
    assert done.stderr.splitlines()[1].startswith("usage: needwatch score --rules FILE|DIR...")

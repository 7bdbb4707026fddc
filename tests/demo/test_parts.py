"""What of the demonstration needs no server: its people, its places, its earthquake, its screen."""
import datetime
import os
import pty
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
DEMO = os.path.join(HERE, "..", "..", "demo")
sys.path.insert(0, DEMO)

import citizen
import screen
from city import City, FATES
from places import Places

TODAY = datetime.date(2026, 11, 24)
PLACES = Places()


def city(households=800, seed=1):
    return City(PLACES, households, seed, TODAY)


# ---- people and places ----

def test_numbers_belong_to_nobody_and_are_valid():
    numbers = [person.number for person in city().persons]
    assert len(set(numbers)) == len(numbers)
    for number in numbers:
        assert number.startswith("99") and len(number) == 18
        assert citizen.check_digit(number[:17]) == number[17]


def test_sex_and_birth_stand_in_the_number():
    for person in city(200).persons:
        assert person.number[6:14] == person.birth.strftime("%Y%m%d")
        assert int(person.number[16]) % 2 == person.male


def test_the_same_seed_makes_the_same_city():
    assert [p.number for p in city().persons] == [p.number for p in city().persons]
    assert [p.number for p in city().persons] != [p.number for p in city(seed=2).persons]


def test_households_live_on_real_villages_of_yibin_and_shapingba():
    assert {h.live.county[:4] for h in city().households} == {"5115", "5001"}
    assert PLACES.names["500106"] == "沙坪坝区" and PLACES.names["511524"] == "长宁县"
    assert all(h.live.code in PLACES.names and len(h.live.code) == 12 for h in city().households)


def test_every_fate_befalls_somebody_even_in_a_small_city():
    fated = city(600).fated
    assert set(fated) == set(FATES) and all(len(persons) == 2 for persons in fated.values())
    households = [person.household for persons in fated.values() for person in persons]
    assert len(set(households)) == len(households)


# ---- the earthquake ----

def test_the_earthquake_carries_its_real_figures_and_its_real_date():
    import earthquake
    figures = earthquake.real_figures()
    assert figures["occurred_at"].startswith("2019-06-17") and figures["county_code"] == "511524"
    assert (figures["houses_damaged"], figures["deaths"], figures["injuries"]) == ("12700", "13", "200")
    assert "2019-06-17" in earthquake.LABEL and "演示" in earthquake.LABEL


# ---- the screen ----

def test_an_ideograph_takes_two_columns():
    assert screen.width("abc") == 3 and screen.width("长宁县") == 6 and screen.width("（红）") == 6
    assert screen.pad("红", 4) == "红  " and screen.pad("12", 4, right=True) == "  12"
    assert screen.cut("长宁县双河镇", 7) == "长宁县…" and screen.cut("长宁县", 6) == "长宁县"


def shown(program, locale="C"):
    code = "import sys; sys.path.insert(0, %r); from screen import Screen; s = Screen(); %s" % (DEMO, program)
    return subprocess.run([sys.executable, "-B", "-c", code], stdout=subprocess.PIPE, check=True,
                          env={"LC_ALL": locale, "PATH": os.environ["PATH"]}).stdout


def test_output_is_utf_8_in_the_c_locale():
    assert shown("s.say('沙坪坝区 ↑')").decode("utf-8") == "沙坪坝区 ↑\n"


def test_chinese_columns_are_aligned():
    lines = shown("s.table(['区县', 'n'], [['长宁县', '1'], ['a', '20']], numbers=(1,))").decode("utf-8").splitlines()
    assert lines == ["  区县     n", "  ------  --", "  长宁县   1", "  a       20"]


def test_without_a_terminal_there_are_whole_lines_only():
    text = shown("s.bar(0, 'begins', done=False); s.bar(0.5, 'half'); s.run('x'); s.run('y'); s.end_run()").decode()
    assert "\r" not in text and text.splitlines() == ["[############............]  50%  half", "x"]


def everything(terminal):
    """A read gives what has come so far; the end of a terminal is an error."""
    read = b""
    try:
        while piece := os.read(terminal, 4096):
            read += piece
    except OSError:
        pass
    return read


def test_on_a_terminal_the_line_runs_in_its_place():
    ours, theirs = pty.openpty()
    pid = os.fork()
    if pid == 0:
        os.environ["TERM"] = "xterm"
        os.environ["COLUMNS"] = "20"
        shown_here = screen.Screen(theirs)
        shown_here.run("长" * 30)
        shown_here.say("news")
        os._exit(0)
    os.close(theirs)
    os.waitpid(pid, 0)
    text = everything(ours).decode("utf-8")
    os.close(ours)
    assert text.startswith("\r\x1b[K" + "长" * 9 + "…") and "news" in text
    assert text.endswith("长" * 9 + "…")

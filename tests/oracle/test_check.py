"""The comparison of check.py can fail: each way in which an alert may be wrong is told."""
import os
import sys

import pytest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import check
import copy_store

WANTED = (60, "orange", ["dem_earner_death", "job_contrib_gap"], "511524103000", True)
RIGHT = (3, 60, "511524103000", None, ["dem_earner_death", "job_contrib_gap"])


def test_what_is_as_expected_is_no_fault():
    assert check.compare_one("H1", WANTED, RIGHT) == []
    assert check.compare_one("H1", None, None) == []


def test_a_long_standing_state_needs_no_alert():
    assert check.compare_one("H1", WANTED[:4] + (False,), None) == []


@pytest.mark.parametrize("wanted, alert, told", [
    (WANTED, None, "no alert, but orange"),
    (None, RIGHT, "nobody expected"),
    (WANTED, (2,) + RIGHT[1:], "level yellow, expected orange"),
    (WANTED, (4,) + RIGHT[1:], "level red, expected orange"),
    (WANTED, RIGHT[:1] + (59,) + RIGHT[2:], "score 59, expected 60"),
    (WANTED, RIGHT[:4] + (["dem_earner_death"],), "found by"),
])
def test_what_differs_is_told(wanted, alert, told):
    faults = check.compare_one("H1", wanted, alert)
    assert len(faults) == 1 and told in faults[0]


def test_near_the_border_an_open_alert_keeps_its_level():
    assert check.held("orange", "yellow", 52) and not check.held("orange", "yellow", 49)
    assert not check.held("yellow", "orange", 60)
    below = (15, "none", ["med_critical_illness", "mit_temp_aid_recent"], "511524103201", False)
    assert check.compare_one("H1", below, (1, 15, "511524103201", None, below[2])) == []
    assert check.compare_one("H1", (14,) + below[1:], (1, 14, "511524103201", None, below[2])) == [
        "H1: level blue, expected none"]
    assert check.compare_one("H1", below, None) == []


def test_a_number_is_hashed_as_the_store_does():
    """BLAKE2b-128, keyed, personalised, the length in eight bytes in front: what store/identity.c writes."""
    key = bytes(range(32))
    assert copy_store.number_hash(key, "99010119700101001X") != copy_store.number_hash(key, "990101197001010028")
    assert len(copy_store.number_hash(key, "99010119700101001X")) == 16

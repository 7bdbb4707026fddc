"""The Changning earthquake of 2019-06-17, in proportion to the demonstration's households, on the day it is played.

The figures are those of data/seed_disasters_yibin.csv; how damage splits into grades is an assumption and says so.
"""
import csv
import os

import records
from events import Expected

PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "data", "seed_disasters_yibin.csv")
EVENT = "EQ20190617"
LABEL = "长宁6.0级地震 2019-06-17（演示重放于今日）"

# About 330,000 people live in the county. The source counts damaged houses only, none as destroyed.
REAL_PEOPLE = 330000
GRADES = (("倒塌", 0.03), ("严重损坏", 0.17), ("一般损坏", 0.80))
UNNUMBERED = 0.15  # of the first reports, which name a head without a number


def real_figures(path=PATH):
    with open(path, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["event_id"] == EVENT:
                return row
    raise KeyError(EVENT)


class Earthquake:
    """Three waves: first reports within seconds, then what was missing, then what was verified."""

    def __init__(self, city, department, rng, clock):
        self.department = department
        self.rng = rng
        self.clock = clock
        figures = real_figures()
        self.real_damaged = int(figures["houses_damaged"])
        self.real_dead = int(figures["deaths"])
        self.real_injured = int(figures["injuries"])
        struck = [h for h in city.households if h.live.county == figures["county_code"] and not h.head.dead]
        people = sum(len(h.members) for h in struck)
        count = max(min(6, len(struck)), round(self.real_damaged * 3.0 * people / REAL_PEOPLE / 3.0))
        self.waiting = self.choose(struck, min(count, len(struck)))
        self.reported = []
        self.announced = False

    def choose(self, struck, count):
        """(household, grade, rooms, relocated); one head of a name per village, as a first report knows names only."""
        chosen, names = [], set()
        for household in self.rng.sample(struck, len(struck)):
            if len(chosen) == count:
                break
            name = (household.live.code, household.head.name)
            if name in names:
                continue
            names.add(name)
            grade = self.rng.choices([g for g, _ in GRADES], [share for _, share in GRADES])[0]
            if len(chosen) < 3:
                grade = GRADES[min(len(chosen), 1)][0]
            relocated = grade != "一般损坏" or self.rng.random() < 0.15
            chosen.append((household, grade, self.rng.randint(1, 5), relocated))
        return chosen

    def announce(self):
        self.announced = True
        self.department.copy("yj_event", "event_code, label, happened", [
            (EVENT, LABEL, records.stamp(self.clock.wall()))])

    def row(self, hit, kind, with_number=True):
        household, grade, rooms, relocated = hit
        return (EVENT, household.live.code, household.head.name, household.head.number if with_number else None,
                len(household.members), grade, rooms, "1" if relocated else "0", None, 0, 0, kind,
                self.clock.wall().strftime("%Y-%m-%d %H:%M:%S.%f"))

    def first_reports(self, count):
        """The next `count` households; what should follow for those that are known by number."""
        if not self.announced:
            self.announce()
        hits = [self.waiting.pop(0) for _ in range(min(count, len(self.waiting)))]
        known = [self.rng.random() >= UNNUMBERED for _ in hits]
        self.department.copy("yj_disaster_hh", records.DISASTER,
                             [self.row(hit, "初报", with_number) for hit, with_number in zip(hits, known)])
        self.reported.extend(hits)
        moment = self.clock.mono()
        return [Expected(hit[0].residence, "dst_house_collapsed", moment) for hit, with_number in zip(hits, known)
                if with_number and hit[1] != "一般损坏"]

    def later_reports(self, kind):
        """续报 brings the numbers, 核报 corrects: one serious damage in eight was minor after all (A02)."""
        rows = []
        for place, hit in enumerate(self.reported):
            if kind == "核报" and hit[1] == "严重损坏" and self.rng.random() < 0.125:
                hit = self.reported[place] = (hit[0], "一般损坏", hit[2], hit[3])
            rows.append(self.row(hit, kind))
        self.department.copy("yj_disaster_hh", records.DISASTER, rows)

    def summary(self):
        return "%s：真实数字为损坏房屋%s间（户）、遇难%d人、受伤%d人；本演示按人口比例 %d 户" % (
            LABEL, "{:,}".format(self.real_damaged), self.real_dead, self.real_injured,
            len(self.waiting) + len(self.reported))

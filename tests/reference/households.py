"""Seeded households that stand close to every limit: made up, with person ids that are no citizen numbers."""

import csv
import datetime
import random

# kind: (subject, state, {field: how its values are drawn})
LIMITS = [0, 1, 8000, 9999.99, 10000, 10000.01, 20000, 5000, 15000, 30000.01, 45000.01, 500, 310, 3100.05, 31000.5]
MONEY, FLAG = "money", "flag"
ROLLS = ["tekun", "orphan", "defacto_orphan", "dibao", "dibao", "dibao_single", "edge", "edge", "rigid", "fanpin",
         "child_hard", "exited_1y"]
KINDS = {
    "settlement": ("person", False, {"stay": ["", "S1", "S1", "S2"], "inpatient": FLAG,
                                     "icd": ["", "C34.900", "c50", "I10", "J18", "D59.4", "I63.900x001", "E85"],
                                     "self_paid": MONEY, "medaid": [0, 0, 300, -300, ""], "total": MONEY}),
    "disability": ("person", True, {"class": [1, 2, 3, 4, 5, 6, 7, ""], "grade": [1, 2, 3, 3, 4, ""]}),
    "contribution": ("person", False, {"scheme": ["employee", ""], "base": [4000, 5000, ""], "paid": FLAG}),
    "wage": ("person", False, {"item": ["salary", "labour", "business", "property", "transfer", ""],
                               "amount": [970, 1500, 2400, 4000, 400, ""]}),
    "pension": ("person", True, {"scheme": ["employee", "resident", "special"], "amount": [200, 1000, 3000, ""],
                                 "stop_reason": [""]}),
    "employment": ("person", True, {"employer": ["", "E"], "hard": FLAG}),
    "unemployment": ("person", True, {"reason": [""], "hard": FLAG}),
    "business": ("person", True, {"type": ["shop", "company"]}),
    "death": ("person", False, {"source": ["certificate", "cremation", "register"]}),
    "custody": ("person", True, {"type": ["prison", "rehab", "restricted", "community", ""]}),
    "missing": ("person", True, {"declared": FLAG}),
    "marriage": ("person", False, {"event": ["marry", "divorce", "divorce"], "spouse": ["", "nobody"]}),
    "enrolment": ("person", True, {"stage": ["compulsory", "senior", "college", ""],
                                   "tuition": [0, 600, 4000, 9000, ""], "boarding": [0, 500, ""], "aided": FLAG}),
    "absence": ("person", False, {"days": [1, 9, 10, 20, ""], "reason": [""]}),
    "house_damage": ("household", False, {"event": ["", "F1", "F1", "F2"],
                                          "grade": ["collapsed", "serious", "minor", ""],
                                          "report": ["first", "update", "verified", ""], "only_home": FLAG,
                                          "rooms": [1, ""]}),
    "relocation": ("household", False, {"event": ["F1"], "people": [1]}),
    "fire": ("household", False, {"place": ["residence", "other", ""], "loss": MONEY}),
    "traffic": ("person", False, {"injury": ["dead", "serious", "minor", "none", ""],
                                  "duty": ["full", "main", "equal", "none", ""],
                                  "victim": ["dead", "serious", "minor", "none", ""]}),
    "house": ("household", True, {"grade": ["A", "B", "C", "D", ""], "lived": FLAG}),
    "roll": ("person", True, {"class": ROLLS, "next_review": "date", "grace_until": "date"}),
    "review": ("household", False, {"result": ["", "kept"]}),
    "allowance": ("person", False, {"scheme": ["dibao", "disabled_living", "disabled_nursing", "other"],
                                    "amount": [400, 80, 0, -400, ""]}),
    "aid": ("household", False, {"type": ["emergency"], "amount": MONEY,
                                 "cause": ["ill", "disability", "job", "death", "custody", "school", "disaster",
                                           "accident", "house", "other", ""]}),
    "expense": ("household", False, {"item": ["living", "rehabilitation", "other"], "amount": [500, 9000, ""]}),
    "authorisation": ("household", True, {"scope": ["finance", "finance", "utility"]}),
    "request": ("person", False, {"channel": ["app", "window"]}),
    "report": ("household", False, {"reporter": ["", "g1", "g1", "v2"], "role": ["grid"], "difficulty": [""]}),
    "visit": ("household", False, {"way": ["home", "phone", ""], "result": [""]}),
    "verification": ("household", False, {"result": ["true", "false", "false", "unreachable"]}),
    "duty": ("household", True, {"node": ["sign", "visit"], "due": "date"}),
    "village_month": ("area", False, {"visits": [0, 0, 4, ""], "zero": FLAG}),
    "batch": ("area", False, {"source": ["yb", "cl"], "cadence": [1, 30, ""], "rows": [100, 150, 151, 49, ""],
                              "median": [100, ""]}),
}
OFTEN = {"wage": 3, "settlement": 3, "disability": 2, "roll": 2, "authorisation": 2, "contribution": 2}
EDGES = [0, 1, 7, 8, 28, 29, 30, 31, 59, 60, 61, 89, 90, 91, 119, 120, 179, 180, 181, 182, 183, 184, 239, 240, 269, 364,
         365, 366, 729, 730, 731, -1, -30]
AREAS = ["990102001201", "990102001202", "990102002201", "990103001001"]
DAYS = ["2026-06-10", "2026-01-20", "2024-02-29", "2026-03-31", "2025-09-01", "2026-12-04"]
# Kinds that must meet in one household for some rules to speak at all.
THEMES = [
    ["death", "allowance", "allowance", "allowance", "steady", "death"],
    ["custody", "missing", "child", "child", "custody", "disability", "missing"],
    ["custody", "steady", "custody", "custody"],
    ["unemployment", "steady", "unemployment", "employment", "contribution"],
    ["contribution", "contribution", "employment", "employment", "unemployment", "wage", "steady"],
    ["fire", "report", "report", "settlement", "request", "relocation"],
    ["steady", "settlement", "settlement", "enrolment", "expense", "authorisation"],
    ["roll", "disability", "disability", "allowance", "visit", "review"],
    ["marriage", "child", "marriage", "death"],
    ["settlement", "aid", "verification", "contribution", "fire"],
]
THRESHOLDS = """\
name,area,class,residence,value,from,until
dibao_line,990102,,rural,485,,
dibao_line,990102,,urban,740,,
dibao_line,990102001,,urban,741.5,2025-01-01,2025-12-31
disposable_income,990102,,,31000.50,,
disposable_income,990102002201,,,310,,
medical_limit,990102002,,,20000,,
medical_limit,990102,edge,,9999.99,2026-01-01,2026-12-31
school_fee_limit,990102002,,,4000,,
working_age_last_female,990102001202,,,49,,
level_red,99,,,80,,
level_red,990102,,,75,,
"""


class Maker:
    def __init__(self, seed, count):
        self.random = random.Random(seed)
        self.as_of = datetime.date.fromisoformat(self.random.choice(DAYS))
        self.persons, self.rows = {}, {kind: [] for kind in KINDS}
        self.rows["parent"] = []
        self.ids = [f"H{n:05d}" for n in range(count)]
        for key in self.ids:
            self.household(key)
        for area in AREAS + ["990102", "990102001", "99"]:
            for kind in ("village_month", "batch"):
                for _ in range(self.random.randrange(3)):
                    self.fact(kind, area)

    def day(self):
        r = self.random
        back = r.choice(EDGES) if r.random() < 0.6 else r.randrange(0, 800)
        return self.as_of - datetime.timedelta(back)

    def month_day(self):
        """A day in one of the last fourteen months: what wages and contributions are told about."""
        r = self.random
        number = self.as_of.year * 12 + self.as_of.month - 1 - r.randrange(0, 14)
        return datetime.date(number // 12, number % 12 + 1, r.choice([1, 1, 15, 28]))

    def until(self, on):
        r = self.random
        if r.random() < 0.6:
            return None
        return max(on, self.day()) if r.random() < 0.7 else on + datetime.timedelta(r.choice([30, 181, 182, 184, 400]))

    def value(self, how):
        r = self.random
        if how == MONEY:
            if r.random() < 0.06:
                return ""
            amount = r.choice(LIMITS) if r.random() < 0.5 else r.randrange(0, 40000)
            return -amount if r.random() < 0.12 else amount
        if how == FLAG:
            return r.choice([1, 1, 1, 0, ""])
        if how == "date":
            return "" if r.random() < 0.5 else self.day().isoformat()
        return r.choice(how)

    def fact(self, kind, subject, on=None, **told):
        column, state, fields = KINDS[kind]
        monthly = kind in ("wage", "contribution", "allowance", "village_month")
        on = on or (self.month_day() if monthly else self.day())
        row = {column: subject, "on": "" if self.random.random() < 0.01 else on.isoformat()}
        if state:
            until = self.until(on)
            row["until"] = until.isoformat() if until else ""
        for name, how in fields.items():
            row[name] = told[name] if name in told else self.value(how)
        self.rows[kind].append(row)

    def person(self, key, household, area, residence):
        r = self.random
        years = r.choice([1, 5, 6, 10, 15, 16, 17, 18, 25, 35, 40, 49, 50, 54, 55, 59, 60, 79, 80, 84])
        birth = self.as_of.replace(year=self.as_of.year - years, day=min(self.as_of.day, 28))
        birth -= datetime.timedelta(r.choice([0, 0, 1, -1, 200, 300]))
        self.persons[key] = {"person": key, "household": household, "birth": "" if r.random() < 0.04 else
                             birth.isoformat(), "sex": r.choice(["M", "F", "M", "F", "M", "F", ""]), "area": area,
                             "register_area": area, "residence": residence}

    def steady_income(self, person):
        """Twelve whole months close to a line, so that sums can be complete."""
        amount = self.random.choice([484.99, 485, 727.49, 727.5, 970, 1500, 4000])
        number = self.as_of.year * 12 + self.as_of.month - 1
        for back in range(1, self.random.choice([13, 13, 13, 8])):
            low = self.random.random() < 0.05
            self.fact("wage", person, datetime.date((number - back) // 12, (number - back) % 12 + 1, 1),
                      item="salary", amount="" if low and back == 5 else amount if back > 3 else
                      round(amount * self.random.choice([1, 0.6, 0.61]), 2))

    def parents(self, child, household):
        r = self.random
        known = list(self.persons)
        for role in ("father", "mother"):
            for _ in range(r.choice([1, 1, 1, 0, 2])):
                other = [p for p in known if self.persons[p]["household"] == household and p != child]
                parent = r.choice(other) if other and r.random() < 0.7 else r.choice(known + ["", "nobody"])
                if any(f["person"] == child and f["parent"] == parent for f in self.rows["parent"]):
                    continue
                on = self.day()
                until = self.until(on)
                self.rows["parent"].append({"person": child, "on": on.isoformat(), "role": role, "parent": parent,
                                            "until": until.isoformat() if until and r.random() < 0.3 else ""})

    def household(self, key):
        r = self.random
        area, residence = r.choice(AREAS + AREAS + [""]), r.choice(["rural", "urban", "rural", ""])
        persons = [f"{key}p{i}" for i in range(r.choice([1, 1, 2, 2, 3, 4]))]
        alone = len(persons) == 1 and r.random() < 0.2
        for person in persons:
            self.person(person, "" if alone else key, area, residence)
        for person in persons:
            if r.random() < 0.35:
                self.steady_income(person)
            if r.random() < 0.3:
                self.parents(person, self.persons[person]["household"])
        subject = persons[0] if alone else key
        if r.random() < 0.5:
            self.theme(persons, subject)
        rare = {"death": 0.25, "custody": 0.4, "missing": 0.4}
        for kind in r.sample([k for k in KINDS if KINDS[k][0] != "area"], r.randrange(1, 8)) + ["roll", "authorisation"]:
            for _ in range(r.choice([1, 1, 2, OFTEN.get(kind, 1)])):
                if r.random() < rare.get(kind, 0.9):
                    self.fact(kind, subject if KINDS[kind][0] == "household" else r.choice(persons))

    def theme(self, persons, household):
        """Facts that belong together, most of them about one person."""
        r = self.random
        centre = r.choice(persons)
        for kind in r.choice(THEMES):
            person = centre if r.random() < 0.8 else r.choice(persons)
            if kind == "steady":
                self.steady_income(person)
            elif kind == "child":
                self.child(r.choice(persons), person, persons)
            elif r.random() < (0.5 if kind == "death" else 0.9):
                self.fact(kind, household if KINDS[kind][0] == "household" else person)

    def child(self, child, parent, persons):
        """Father and mother of a child who is not of age; both may be lost."""
        r = self.random
        if any(f["person"] == child for f in self.rows["parent"]):
            return
        birth = self.as_of.replace(year=self.as_of.year - r.choice([5, 10, 17]), day=1)
        self.persons[child]["birth"] = birth.isoformat()
        other = r.choice(persons + list(self.persons))
        for role, who in (("father", parent), ("mother", other)):
            if who != child:
                self.rows["parent"].append({"person": child, "on": birth.isoformat(), "role": role, "parent": who,
                                            "until": ""})
        for who in (parent, other):
            if r.random() < 0.6 and who != child:
                self.fact(r.choice(["custody", "missing", "disability", "death"]), who)

    def write(self, folder):
        def table(name, rows):
            with open(folder / f"{name}.csv", "w", newline="", encoding="utf-8") as out:
                writer = csv.DictWriter(out, list(rows[0]))
                writer.writeheader()
                writer.writerows(self.random.sample(rows, len(rows)))
        table("person", list(self.persons.values()))
        for kind, rows in self.rows.items():
            if rows:
                table(kind, rows)
        (folder / "threshold.csv").write_text(THRESHOLDS, encoding="utf-8")
        (folder / "areas.csv").write_text("code,name,parent_code,level\n", encoding="utf-8")

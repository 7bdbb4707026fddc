"""The words of docs/kinds.md 1.3 about one household on one day."""

import re

from three import add_months, age, all_of, any_of, first_of, minus, month, negate, test

CRITICAL = re.compile(
    r"^(C[0-8][0-9]|C9[0-7]|D46|D59\.?[3-9]|D6[0167]|E84|G12|G20|G35|I2[12]|I6[0-4]|K7[24]|M32|N1[789]|Q2[0-5]"
    r"|T2[0-9]|T3[0-2]|Z94|Z49|B2[0-4])", re.IGNORECASE)
EARNED = ("salary", "labour", "business")
LOCKED = ("prison", "rehab", "restricted")
CLASSES = ("tekun", "dibao", "edge", "rigid", "fanpin", "general")
CLASS_OF_ROLL = {"tekun": "tekun", "orphan": "tekun", "defacto_orphan": "tekun", "dibao": "dibao",
                 "dibao_single": "dibao", "edge": "edge", "rigid": "rigid", "fanpin": "fanpin"}


def in_force(fact, day):
    return fact["on"] <= day and (fact["until"] is None or day <= fact["until"])


class Household:
    """One household in its world. `world` gives persons, facts by (kind, subject) and thresholds."""

    def __init__(self, world, key):
        self.world, self.key, self.as_of = world, key, world.as_of
        self.persons = sorted(world.households[key], key=str.encode)
        self.members = [p for p in self.persons if not self.dead(p, self.as_of)]
        self.M = month(self.as_of)
        head = world.persons[self.persons[0]]
        self.area, self.residence = head["area"], head["residence"]
        found = [self.class_of(p) for p in self.members]
        self.klass = next((c for c in CLASSES if c in found), "general")
        self.low_income = self.klass != "general"
        self.co_living = [p for p in self.members if not self.detained(p, self.as_of)
                          and not self.held("missing", p, self.as_of)]

    def T(self, name):
        return self.world.threshold(name, self)

    def facts(self, kind, subject):
        return self.world.facts.get((kind, subject), [])

    def held(self, kind, person, day):
        return [f for f in self.facts(kind, person) if in_force(f, day)]

    def within(self, fact, days):
        return minus(self.as_of, days) < fact["on"] <= self.as_of

    def birth(self, person):
        return self.world.persons[person]["birth"]

    def age(self, person, day=None):
        return age(self.birth(person), day or self.as_of)

    def day_of_death(self, person):
        return min((f["on"] for f in self.facts("death", person)), default=None)

    def dead(self, person, day):
        died = self.day_of_death(person)
        return died is not None and died <= day

    def detained(self, person, day):
        return any(f["type"] in LOCKED for f in self.held("custody", person, day))

    def six_months(self, custody):
        half = add_months(custody["on"], 6)
        return (custody["until"] or self.as_of) >= half

    def working_age(self, person, day):
        years = self.age(person, day)
        if years is None:
            return None
        if years < 16:
            return False
        last = {"M": self.T("working_age_last_male"), "F": self.T("working_age_last_female")}
        sex = self.world.persons[person]["sex"]
        if sex:
            return years <= last[sex]
        if years <= min(last.values()):
            return True
        return False if years > max(last.values()) else None

    def diagnoses(self, person):
        return [f for f in self.facts("settlement", person)
                if not (f["self_paid"] is not None and f["self_paid"] < 0) and CRITICAL.search(f["icd"])]

    def critically_ill(self, person, day):
        return any(minus(day, 365) < f["on"] <= day for f in self.diagnoses(person))

    @staticmethod
    def heavy(disability):
        return test(disability["grade"], lambda g: g in (1, 2))

    @staticmethod
    def severe(disability):
        mind = test(disability["class"], lambda c: c in (5, 6))
        return any_of([Household.heavy(disability), all_of(test(disability["grade"], lambda g: g == 3), mind)])

    def able(self, person, day):
        return all_of(self.working_age(person, day),
                      negate(any_of(self.heavy(f) for f in self.held("disability", person, day))),
                      not self.critically_ill(person, day),
                      not self.held("enrolment", person, day),
                      not self.detained(person, day),
                      not self.held("missing", person, day))

    def paid_months(self, person):
        return [month(f["on"]) for f in self.facts("contribution", person) if f["paid"]]

    def rolls(self, person):
        return [f["class"] for f in self.held("roll", person, self.as_of)]

    def class_of(self, person):
        held = {CLASS_OF_ROLL.get(c) for c in self.rolls(person)}
        return next((c for c in CLASSES if c in held), "general")

    def main_earners(self, day):
        """The main earners on the day; None when they are unknown."""
        alive = [p for p in self.persons
                 if (self.day_of_death(p) is None or self.day_of_death(p) >= day) and self.working_age(p, day)]
        months = range(month(day) - 12, month(day))
        wages = {p: [f["amount"] for f in self.facts("wage", p) if f["item"] in EARNED
                     and month(f["on"]) in months and f["amount"] is not None] for p in alive}
        if not any(wages.values()):
            wages = {p: [f["base"] for f in self.facts("contribution", p) if f["paid"] and month(f["on"]) in months
                         and f["base"] is not None] for p in alive}
        sums = {p: sum(amounts) for p, amounts in wages.items()}
        most = max(sums.values(), default=0)
        return {p for p in alive if sums[p] == most} if most > 0 else None

    def is_main_earner(self, person, day):
        earners = self.main_earners(day)
        return None if earners is None else person in earners

    def income(self):
        """(fen, whether it is only a lower bound)."""
        total, bound, months = 0, False, range(self.M - 12, self.M)
        for person in self.co_living:
            wages = [f["amount"] for f in self.facts("wage", person) if month(f["on"]) in months]
            pensions = [f["amount"] for f in self.facts("pension", person) if f["scheme"] == "employee"
                        for m in months if in_force(f, first_of(m))]
            total += sum(a for a in wages + pensions if a is not None)
            bound |= None in wages + pensions
            bound |= not wages and not pensions and self.able(person, self.as_of) is not False
        return total, bound

    def stays(self, person):
        """Lists of rows, one for each stay."""
        named, own = {}, []
        for f in self.facts("settlement", person):
            if f["inpatient"]:
                if f["stay"]:
                    named.setdefault(f["stay"], []).append(f)
                else:
                    own.append([f])
        return list(named.values()) + own

    @staticmethod
    def net(rows):
        return sum(f["self_paid"] or 0 for f in rows)

    @staticmethod
    def paid_day(rows):
        return max((f["on"] for f in rows if (f["self_paid"] or 0) > 0), default=None)

    def settlements(self):
        return [f for p in self.persons for f in self.facts("settlement", p)]

    def school_costs(self):
        total, limit = 0, self.T("school_fee_limit")
        for person in self.members:
            for f in self.held("enrolment", person, self.as_of):
                cost = (f["tuition"] or 0) + (f["boarding"] or 0)
                total += cost if limit is None else min(cost, limit)
        return total

    def authorised(self):
        return any(in_force(f, self.as_of) and f["scope"] == "finance" for f in self.facts("authorisation", self.key))

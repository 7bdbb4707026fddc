"""Score and level of a household after docs/kinds.md 3, and the thresholds of 1.2."""

from rules import DATED, EXITS, GAPS, RISK, SUPERVISION
from three import all_of, any_of, minus, month, test
from words import Household

CAPS = {"MED": 60, "DIS": 50, "INC": 60, "DEM": 60, "EDU": 30, "ACC": 70, "EXP": 60, "FLD": 40}
LEVELS = ("none", "blue", "yellow", "orange", "red")
FAMILY_OF_CAUSE = {"ill": "MED", "disability": "DIS", "job": "INC", "death": "DEM", "custody": "DEM",
                   "school": "EDU", "disaster": "ACC", "accident": "ACC", "house": "ACC"}


def by_class(default, **told):
    return lambda klass: told.get(klass, default)


# Money in fen.
DEFAULTS = {
    "medical_limit": by_class(1500000, tekun=100000, dibao=500000, edge=1000000, rigid=1000000, fanpin=1000000),
    "medical_income_percent": by_class(100, fanpin=50), "single_stay_limit": by_class(800000, general=2000000),
    "medaid_deductible_percent": by_class(10, tekun=0, dibao=0), "wage_drop_percent": by_class(60),
    "school_fee_limit": by_class(None), "visit_days_high": by_class(7), "visit_days_key": by_class(30),
    "visit_days_general": by_class(90), "working_age_last_male": by_class(59),
    "working_age_last_female": by_class(54), "dibao_line": by_class(None), "disposable_income": by_class(None),
    "edge_percent": by_class(150), "rigid_percent": by_class(60), "school_cost_percent": by_class(30),
    "contribution_gap": by_class(3), "review_months": by_class(12), "review_months_able": by_class(6),
    "level_blue": by_class(20), "level_yellow": by_class(35), "level_orange": by_class(55), "level_red": by_class(75),
}


class World:
    """persons: id -> row; facts: (kind, subject) -> rows; area_facts: kind -> rows; thresholds: rows."""

    def __init__(self, as_of, persons, rows, subjects, thresholds):
        self.as_of, self.persons, self.thresholds = as_of, persons, thresholds
        self.households, self.facts, self.area_facts = {}, {}, {"village_month": [], "batch": []}
        for key, person in persons.items():
            self.households.setdefault(person["household"] or key, []).append(key)
        for kind, facts in rows.items():
            known = {"person": self.persons, "household": self.households}.get(subjects[kind])
            for fact in facts:
                subject = fact[subjects[kind]]
                if fact["on"] is None or fact["on"] > as_of or (known is not None and subject not in known):
                    continue
                if known is None:
                    self.area_facts[kind].append(fact)
                else:
                    self.facts.setdefault((kind, subject), []).append(fact)

    def threshold(self, name, h):
        best = None
        for row in self.thresholds:
            if (row["name"] == name and (h.area or "").startswith(row["area"]) and row["class"] in ("", h.klass)
                    and row["residence"] in ("", h.residence or "?") and (not row["from"] or row["from"] <= self.as_of)
                    and (not row["until"] or self.as_of <= row["until"])):
                rank = (len(row["area"]), row["class"] != "", row["residence"] != "",
                        row["from"].toordinal() if row["from"] else 0)
                if best is None or rank > best[0]:
                    best = (rank, row["value"])
        return best[1] if best else DEFAULTS[name](h.klass)


def combinations(h, F, hits):
    fresh = any(hit[2] is not None and hit[2] > minus(h.as_of, 30) for rule in DATED for hit in hits.get(rule, []))
    young = any(test(h.age(p), lambda years: years < 18) for p in h.members)
    grown = any_of(all_of(test(h.age(p), lambda years: years >= 18), h.able(p, h.as_of)) for p in h.members)
    if F["MED"] >= 25 and F["INC"] >= 20:
        yield "combo_ill_and_jobless", 10
    if young and grown is False:
        yield "combo_elder_child_only", 15
    if F["ACC"] >= 25 and h.low_income:
        yield "combo_disaster_lowincome", 10
    if F["FLD"] > 0 and fresh:
        yield "combo_two_sources", 10


def reemployed(h, person):
    return any(h.within(f, 180) and any(m >= month(f["on"]) for m in h.paid_months(person))
               for f in h.held("employment", person, h.as_of))


def mitigations(h, F, hits):
    aid = sum(f["medaid"] or 0 for f in h.settlements() if (h.as_of - f["on"]).days <= 180)
    if F["MED"] > 0 and aid > 0:
        yield "mit_medaid_paid", -10, "MED"
    if F["INC"] > 0 and any(reemployed(h, p) for p in h.members):
        yield "mit_reemployed", -20, "INC"
    if any((h.as_of - f["on"]).days <= 90 and F.get(FAMILY_OF_CAUSE.get(f["cause"]), 0) > 0
           for f in h.facts("aid", h.key)):
        yield "mit_temp_aid_recent", -15, None
    settled = [f["on"] for f in h.facts("verification", h.key) if f["result"] == "false"]
    late = [hit[2] for rule in DATED + ("fld_self_request", "fld_worker_report") for hit in hits.get(rule, [])]
    if settled and (h.as_of - max(settled)).days <= 60 and not any(day > max(settled) for day in late):
        yield "mit_verified_ok", -15, None


def judge(world, key):
    """(score, level, sorted findings (rule, points)) of a household; None if there is nothing to say."""
    h = Household(world, key)
    found = [(rule, 0) for rule, function in EXITS.items() if any_of(function(h))]
    if not h.members:
        return (0, "none", sorted(found)) if found else None
    for table in (GAPS, SUPERVISION):
        found += [(rule, 0) for rule, function in table.items() if any_of(function(h))]
    hits, sums, floor = {}, dict.fromkeys(CAPS, 0), 0
    for rule, (family, function) in RISK.items():
        good = [hit for hit in function(h) if hit[0] > 0]
        if good:
            hits[rule] = good
            most = max(hit[0] for hit in good)
            sums[family] += most
            found.append((rule, most))
            floor = max([floor] + [LEVELS.index(hit[1]) for hit in good])
    score = 0
    if hits:
        F = {family: min(CAPS[family], points) for family, points in sums.items()}
        combos, eased = list(combinations(h, F, hits)), list(mitigations(h, F, hits))
        lowered = dict(F)
        for _, points, family in eased:
            if family:
                lowered[family] = max(0, lowered[family] + points)
        total = sum(points for _, points, family in eased if not family)
        score = min(100, max(0, sum(lowered.values()) + sum(points for _, points in combos) + total))
        found += combos + [(rule, points) for rule, points, _ in eased]
    level = sum(score >= h.T("level_" + name) for name in LEVELS[1:])
    return (score, LEVELS[max(level, floor)], sorted(found)) if found else None

"""The checked rules of docs/kinds.md 2. Each yields hits (points, floor, day); those of no points are no hits."""

import datetime

from three import add_months, all_of, any_of, first_of, minus, month, negate, test
from words import CLASS_OF_ROLL, EARNED, LOCKED, in_force

RISK, GAPS, EXITS, SUPERVISION = {}, {}, {}, {}
DATED = ("med_oop_annual_high", "med_oop_vs_income", "med_single_stay_high", "med_critical_illness",
         "dis_severe_new", "dis_grade_worse", "job_registered_unemployed", "job_contrib_gap", "dem_earner_death",
         "dem_single_parent_new", "dem_earner_detained", "dst_house_collapsed", "dst_relocated", "acc_fire",
         "acc_traffic_severe")


def risk(family):
    def put(function):
        RISK[function.__name__] = (family, function)
        return function
    return put


def check(table):
    def put(function):
        table[function.__name__] = function
        return function
    return put


def hold(h, points, days, day, floor="none"):
    return (points if 0 <= (h.as_of - day).days < days else 0, floor, day)


def linear(h, points, days, day, floor="none"):
    gone = (h.as_of - day).days
    return (points * (days - gone) // days if gone < days else 0, floor, day)


# ---- MED ----

@risk("MED")
def med_oop_annual_high(h):
    limit = h.T("medical_limit")
    for year in (h.as_of.year, h.as_of.year - 1):
        rows = [f for f in h.settlements() if f["on"].year == year]
        paid = h.net(rows)
        if limit is None or paid <= limit:
            continue
        points = 50 if paid > 3 * limit else 40 if paid > 2 * limit else 30
        if year == h.as_of.year:
            yield points, "yellow", h.paid_day(rows)
        else:
            faded, _, _ = linear(h, points, 60, datetime.date(year, 12, 31))
            yield faded, "yellow", h.paid_day(rows)


@risk("MED")
def med_oop_vs_income(h):
    rows = [f for f in h.settlements() if h.within(f, 365)]
    paid, income, percent = h.net(rows), h.T("disposable_income"), h.T("medical_income_percent")
    if income is not None and 100 * paid > percent * income and h.paid_day(rows):
        yield hold(h, 45, 180, h.paid_day(rows), "orange" if paid >= income else "none")


@risk("MED")
def med_single_stay_high(h):
    for person in h.persons:
        for rows in h.stays(person):
            if h.paid_day(rows) and h.net(rows) >= h.T("single_stay_limit"):
                yield linear(h, 25, 180, h.paid_day(rows))


@risk("MED")
def med_critical_illness(h):
    for person in h.members:
        days = [f["on"] for f in h.diagnoses(person) if h.within(f, 730)]
        if days:
            yield hold(h, 30, 365, min(days))


# ---- DIS ----

@risk("DIS")
def dis_severe_new(h):
    for person in h.members:
        rows = h.facts("disability", person)
        first = min((f["on"] for f in rows), default=None)
        if any_of(h.severe(f) for f in rows if f["on"] == first):
            yield hold(h, 40, 365, first, "yellow")


@risk("DIS")
def dis_grade_worse(h):
    for person in h.members:
        days = {}
        for f in h.facts("disability", person):
            if f["grade"] is not None:
                days.setdefault(f["on"], []).append(f)
        grades = [(on, min(f["grade"] for f in rows), any_of(map(h.severe, rows)) is True)
                  for on, rows in sorted(days.items())]
        for (_, before, was), (on, grade, severe) in zip(grades, grades[1:]):
            if grade < before:
                yield hold(h, 30 if severe and not was else 20, 180, on)


# ---- INC ----

@risk("INC")
def job_registered_unemployed(h):
    for person in h.members:
        for f in h.held("unemployment", person, h.as_of):
            again = any(f["on"] < e["on"] for e in h.facts("employment", person))
            if h.working_age(person, f["on"]) and h.is_main_earner(person, f["on"]) and not again:
                yield linear(h, 20, 180, f["on"])


@risk("INC")
def job_zero_employment_household(h):
    start = minus(h.as_of, 30)
    worked = any(f["until"] is None or f["until"] > start
                 for p in h.members for kind in ("employment", "business") for f in h.facts(kind, p))
    if h.low_income and not worked and any_of(h.able(p, h.as_of) for p in h.members):
        yield 35, "yellow", None


@risk("INC")
def job_contrib_gap(h):
    gap = h.T("contribution_gap")
    last = {p: max(h.paid_months(p)) for p in h.members if h.paid_months(p)}
    for person, paid in last.items():
        others = any(h.M - paid2 - 1 < gap for p2, paid2 in last.items() if p2 != person)
        if (h.working_age(person, h.as_of) and not h.held("pension", person, h.as_of)
                and h.M - paid - 1 >= gap and not others):
            yield hold(h, 20, 365, first_of(paid + gap + 1))


@risk("INC")
def inc_wage_drop(h):
    months = {}
    for person in h.members:
        for f in h.facts("wage", person):
            if f["item"] in EARNED:
                months.setdefault(h.M - month(f["on"]), []).append(f["amount"])
    late = [a for back in range(1, 4) for a in months.get(back, [])]
    early = [a for back in range(4, 10) for a in months.get(back, [])]
    if None not in late + early and sum(early) > 0 and 200 * sum(late) <= h.T("wage_drop_percent") * sum(early):
        yield linear(h, 25, 180, first_of(h.M))


@risk("INC")
def inc_below_dibao(h):
    income, bound = h.income()
    n, line = len(h.co_living), h.T("dibao_line")
    if (h.klass in ("edge", "rigid", "fanpin", "general") and h.authorised() and n >= 1 and line is not None
            and income < 12 * n * line):
        yield (20, "none", None) if bound else (55, "orange", None)


@risk("INC")
def inc_below_edge(h):
    income, bound = h.income()
    n, line, percent = len(h.co_living), h.T("dibao_line"), h.T("edge_percent")
    if (h.klass in ("rigid", "fanpin", "general") and h.authorised() and n >= 1 and line is not None
            and 12 * n * line <= income and 100 * income < percent * 12 * n * line):
        yield (20, "none", None) if bound else (35, "yellow", None)


# ---- DEM ----

@risk("DEM")
def dem_earner_death(h):
    for person in h.persons:
        day = h.day_of_death(person)
        if day is None:
            continue
        earner = h.is_main_earner(person, day)
        if earner or (earner is None and h.able(person, day)):
            yield hold(h, 45, 180, day, "orange")


@risk("DEM")
def dem_single_parent_new(h):
    for child in h.members:
        if not test(h.age(child), lambda years: years < 18):
            continue
        named = [f["parent"] for f in h.held("parent", child, h.as_of) if f["parent"] in h.world.persons]
        for parent in named:
            others = [q for q in named if q != parent]
            if others and all(h.dead(q, h.as_of) for q in others):
                continue
            if h.dead(parent, h.as_of):
                yield hold(h, 10, 180, h.day_of_death(parent))
            events = h.facts("marriage", parent)
            for f in events:
                if f["event"] == "divorce" and not any(m["event"] == "marry" and m["on"] > f["on"] for m in events):
                    yield hold(h, 10, 180, f["on"])


def lost(h, parent):
    if parent not in h.world.persons:
        return None
    half = [f for f in h.held("missing", parent, h.as_of) if add_months(f["on"], 6) <= h.as_of]
    locked = [f for f in h.held("custody", parent, h.as_of) if f["type"] in LOCKED and h.six_months(f)]
    disabled = any_of(
        any_of([h.heavy(f), all_of(test(f["grade"], lambda g: g in (3, 4)), test(f["class"], lambda c: c in (5, 6)))])
        for f in h.held("disability", parent, h.as_of))
    return any_of([h.dead(parent, h.as_of), bool(locked), bool(half), disabled, h.critically_ill(parent, h.as_of)])


def unattended(h, child):
    """True, False, or None: that a parent is lost cannot be told of somebody who is not listed."""
    facts = h.held("parent", child, h.as_of)
    by_role = {role: [f["parent"] for f in facts if f["role"] == role] for role in ("father", "mother")}
    enrolled = any(c in ("orphan", "defacto_orphan") for c in h.rolls(child))
    return all_of(test(h.age(child), lambda years: years < 18), not enrolled, all(by_role.values()),
                  *(lost(h, p) for role in by_role.values() for p in role))


@risk("DEM")
def dem_child_unattended(h):
    for child in h.members:
        if unattended(h, child):
            yield 60, "red", None


@risk("DEM")
def dem_earner_detained(h):
    for person in h.members:
        for f in h.held("custody", person, h.as_of):
            if f["type"] in ("prison", "rehab") and h.six_months(f) and h.is_main_earner(person, f["on"]):
                yield 30, "none", f["on"]


# ---- EDU ----

@risk("EDU")
def edu_cost_ratio(h):
    income, bound = h.income()
    costs = h.school_costs()
    if not bound and costs > 0 and 100 * costs >= h.T("school_cost_percent") * income:
        day = datetime.date(h.as_of.year, 9, 1)
        yield hold(h, 20, 240, day if day <= h.as_of else day.replace(year=day.year - 1))


@risk("EDU")
def edu_dropout_suspect(h):
    for person in h.members:
        away = any_of(test(f["days"], lambda days: days >= 10)
                      for f in h.facts("absence", person) if h.within(f, 60))
        absent = any_of([not h.held("enrolment", person, h.as_of), away])
        if all_of(test(h.age(person), lambda years: 6 <= years <= 15), absent):
            yield 25, "yellow", None


# ---- ACC ----

@risk("ACC")
def dst_house_collapsed(h):
    events, single = {}, 0
    for f in h.facts("house_damage", h.key):
        single += 1
        events.setdefault(f["event"] or single, []).append(f)
    for rows in events.values():
        standing = max(rows, key=lambda f: (
            f["on"], ("", "first", "update", "verified").index(f["report"]),
            ("", "minor", "serious", "collapsed").index(f["grade"]), f["only_home"] is not False))
        if standing["grade"] in ("collapsed", "serious") and standing["only_home"] is not False:
            yield hold(h, 60, 365, min(f["on"] for f in rows), "red")


@risk("ACC")
def dst_relocated(h):
    for f in h.facts("relocation", h.key):
        yield hold(h, 20, 60, f["on"], "yellow")


@risk("ACC")
def acc_fire(h):
    for f in h.facts("fire", h.key):
        if f["place"] == "residence":
            yield hold(h, 45, 90, f["on"], "orange")


@risk("ACC")
def acc_traffic_severe(h):
    for person in h.persons:
        for f in h.facts("traffic", person):
            if f["injury"] in ("dead", "serious") or (f["duty"] in ("full", "main")
                                                      and f["victim"] in ("dead", "serious")):
                yield hold(h, 40, 120, f["on"], "orange")


@risk("ACC")
def house_dangerous(h):
    for f in h.facts("house", h.key):
        if h.low_income and in_force(f, h.as_of) and f["lived"]:
            yield {"D": 25, "C": 15}.get(f["grade"], 0), "none", None


# ---- EXP, FLD ----

@risk("EXP")
def exp_rigid_ratio(h):
    income, bound = h.income()
    n, disposable, months = len(h.co_living), h.T("disposable_income"), range(h.M - 12, h.M)
    if h.klass not in ("fanpin", "general") or not h.authorised() or n < 1 or bound or disposable is None:
        return
    rigid = h.net(f for f in h.settlements() if month(f["on"]) in months) + h.school_costs()
    rigid += sum(f["amount"] or 0 for f in h.facts("expense", h.key) if month(f["on"]) in months)
    if 100 * rigid > h.T("rigid_percent") * income and income < n * disposable:
        yield 50, "none", None


@risk("FLD")
def fld_self_request(h):
    for person in h.members:
        for f in h.facts("request", person):
            yield hold(h, 25, 30, f["on"], "yellow")


@risk("FLD")
def fld_worker_report(h):
    rows = [f for f in h.facts("report", h.key) if h.within(f, 30)]
    names = {f["reporter"] for f in rows if f["reporter"]}
    if rows:
        yield hold(h, 40 if len(names) >= 2 else 25, 30, max(f["on"] for f in rows), "yellow")


# ---- gaps, exits, supervision: yes, no or unknown ----

def paid(h, person, scheme):
    return any_of(test(f["amount"], lambda fen: fen > 0) for f in h.facts("allowance", person)
                  if f["scheme"] == scheme and h.M - month(f["on"]) in (0, 1))


@check(GAPS)
def pol_twosubsidy_missing(h):
    for person in h.members:
        rolls = h.rolls(person)
        poor = any(c in ("dibao", "dibao_single") for c in rolls)
        orphan = any(c in ("orphan", "defacto_orphan") for c in rolls)
        for f in h.held("disability", person, h.as_of):
            if f["on"] <= minus(h.as_of, 60):
                yield any_of([all_of(poor and not orphan, negate(paid(h, person, "disabled_living"))),
                              all_of(h.heavy(f), negate(paid(h, person, "disabled_nursing")))])


@check(GAPS)
def pol_medaid_missing(h):
    percent, disposable = h.T("medaid_deductible_percent"), h.T("disposable_income")
    for person in h.members if h.klass in ("tekun", "dibao", "edge") else []:
        for rows in h.stays(person):
            day = h.paid_day(rows)
            if day is None or not minus(h.as_of, 365) <= day <= minus(h.as_of, 30):
                continue
            deductible = 0 if percent == 0 else None if disposable is None else percent * disposable
            aid = None if any(f["medaid"] is None for f in rows) else sum(f["medaid"] for f in rows)
            yield all_of(test(deductible, lambda fen: 100 * h.net(rows) > fen), test(aid, lambda fen: fen == 0))


@check(GAPS)
def pol_single_dibao_candidate(h):
    for person in h.members:
        severe = any_of(h.severe(f) for f in h.held("disability", person, h.as_of))
        yield all_of(h.class_of(person) == "edge", any_of([severe, h.critically_ill(person, h.as_of)]))


@check(EXITS)
def exit_death_unprocessed(h):
    for person in h.persons:
        day = h.day_of_death(person)
        if day is not None:
            yield sum(f["amount"] or 0 for f in h.facts("allowance", person) if month(f["on"]) > month(day)) > 0


@check(EXITS)
def exit_review_due(h):
    able = any_of(h.able(p, h.as_of) for p in h.members) is True
    months = h.T("review_months_able" if able else "review_months")
    for person in h.members:
        for f in h.held("roll", person, h.as_of):
            if f["class"] not in ("dibao", "dibao_single", "tekun"):
                continue
            reviews = [r["on"] for r in h.facts("review", h.key) if r["on"] >= f["on"]]
            due = f["next_review"] or add_months(max(reviews, default=f["on"]), months)
            grace = f["grace_until"] is not None and h.as_of <= f["grace_until"]
            yield not grace and h.as_of >= minus(due, 30)


@check(SUPERVISION)
def sup_visit_overdue(h):
    if not h.low_income:
        return
    old = [test(h.age(p), lambda years: years >= 80) is True for p in h.members]
    frail = any(test(h.age(p), lambda years: years >= 60) is True and h.held("disability", p, h.as_of)
                for p in h.members)
    name = ("visit_days_high" if old == [True] else
            "visit_days_key" if h.klass == "tekun" or frail else "visit_days_general")
    enrolled = min(f["on"] for p in h.members for f in h.held("roll", p, h.as_of) if f["class"] in CLASS_OF_ROLL)
    last = max([enrolled] + [f["on"] for f in h.facts("visit", h.key)])
    yield (h.as_of - last).days > h.T(name)


@check(SUPERVISION)
def sup_zero_report_missing(h):
    told = any(f["area"] == h.area and month(f["on"]) == h.M - 1 and ((f["visits"] or 0) > 0 or f["zero"])
               for f in h.world.area_facts["village_month"])
    yield h.low_income and h.as_of.day >= 5 and not told


@check(SUPERVISION)
def sup_alert_overdue(h):
    for f in h.facts("duty", h.key):
        if in_force(f, h.as_of):
            yield test(f["due"], lambda day: day < h.as_of)


@check(SUPERVISION)
def sup_source_stale(h):
    sources = {}
    for f in h.world.area_facts["batch"]:
        if h.low_income and h.area and h.area.startswith(f["area"]):
            sources.setdefault((f["area"], f["source"]), []).append(f)
    for rows in sources.values():
        for f in rows:
            if f["on"] != max(r["on"] for r in rows):
                continue
            yield test(f["cadence"], lambda days: (h.as_of - f["on"]).days > 2 * days)
            if f["rows"] is not None and f["median"] is not None:
                yield 2 * abs(f["rows"] - f["median"]) > f["median"]

"""Rule sets made up at random, each expression with what it means after docs/language.md, written from that page alone.

A value is a text of the language and a function of an environment: variables by name, "" for the household. None is
unknown, "" an empty word; amounts are in fen, days are dates."""

import datetime
import functools
import re

from three import add_months, age, all_of, any_of, month, negate

OPEN = datetime.date.max
NEVER = datetime.date(1900, 1, 1)
# Kinds with their fields in the order of rules/standard/core/kinds.rules: ties are settled by it.
FIELDS = {
    "settlement": {"stay": "text", "inpatient": "flag", "icd": "text", "self_paid": "money", "medaid": "money",
                   "total": "money"},
    "wage": {"item": ("salary", "labour", "business", "property", "transfer"), "amount": "money"},
    "disability": {"class": "int", "grade": "int"},
    "custody": {"type": ("prison", "rehab", "restricted", "community")},
    "roll": {"class": ("tekun", "orphan", "defacto_orphan", "dibao", "dibao_single", "edge", "rigid", "fanpin",
                       "child_hard", "hard_worker", "elder_special", "disabled_severe", "exited_1y"),
             "next_review": "date", "grace_until": "date"},
    "report": {"reporter": "text", "role": ("grid", "volunteer", "social", "cadre"), "difficulty": "text"},
    "fire": {"place": ("residence", "other"), "loss": "money"},
    "visit": {"way": ("home", "phone", "video"), "result": "text"},
}
OF_HOUSEHOLD = {"report", "fire", "visit"}
STATES = {"disability", "custody", "roll"}
CODES = '"C00-C97", "d46", "D59.3-D61", "E84", "i60-I64", "Z94"'
IN_CODES = re.compile(r"^(C[0-8][0-9]|C9[0-7]|D46|D59[3-9]|D6[01]|E84|I6[0-4]|Z94)")
PATTERNS = [r"^(?i:c)", r"[0-9]{2}\\.", r"^[A-Z]+[0-9]*$", "1"]


class Value:
    def __init__(self, text, meaning):
        self.text, self.of = text, meaning


def toward_zero(a, b):
    return abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)


def cell_order(kind, fact):
    """Unknown first, then numbers, words in their order, texts in bytes."""
    for name, how in FIELDS[kind].items():
        value = fact.get(name)
        if value is None or value == "":
            yield (0, 0)
        elif isinstance(how, tuple):
            yield (1, how.index(value))
        else:
            yield (1, value.encode() if isinstance(value, str) else value)


class Household:
    """What a household's rules can read."""

    def __init__(self, world, key):
        self.world, self.key, self.as_of = world, key, world.as_of
        self.persons = sorted(world.households[key], key=str.encode)

    @functools.lru_cache(None)
    def facts(self, kind, subject):
        found = [dict(fact, subject=subject) for fact in self.world.facts.get((kind, subject), [])]
        return sorted(found, key=lambda f: (f["on"], f.get("until") or OPEN, *cell_order(kind, f)))


class Maker:
    """Makes expressions. `scope` holds the variables: name and kind, "person" for persons."""

    def __init__(self, random):
        self.random, self.names = random, 0

    def name(self):
        self.names += 1
        return f"v{self.names}"

    def of_scope(self, scope, wanted):
        fitting = [(name, kind) for name, kind in scope if wanted(kind)]
        return self.random.choice(fitting) if fitting else None

    # ---- sets ----

    def person(self, scope):
        """A person that is in sight, or None."""
        found = self.of_scope(scope, lambda kind: kind not in OF_HOUSEHOLD)
        if not found:
            return None
        name, kind = found
        if kind == "person":
            return Value(name, lambda e: e[name])
        return Value(f"{name}.person", lambda e: e[name] and e[name]["subject"])

    def set(self, scope, facts=False):
        """text, variable, its kind, rows of an environment."""
        name, r = self.name(), self.random
        kind = r.choice([k for k in FIELDS] + ([] if facts else ["person"]))
        if kind == "person":
            return f"persons {name}", name, kind, lambda e: e[""].persons
        if kind in OF_HOUSEHOLD:
            return f"{kind} {name}", name, kind, lambda e: e[""].facts(kind, e[""].key)
        one = self.person(scope) if r.random() < 0.5 else None
        if one:
            return f"{kind} {name} of {one.text}", name, kind, lambda e: e[""].facts(kind, one.of(e)) if one.of(e) else []
        return (f"{kind} {name} of all persons", name, kind,
                lambda e: [fact for p in e[""].persons for fact in e[""].facts(kind, p)])

    def rows(self, depth, scope, facts=False):
        """SETS where C: text, scope within, and (environment, condition) of every row."""
        text, name, kind, rows = self.set(scope, facts)
        inner = scope + [(name, kind)]
        if self.random.random() < 0.3:
            text2, name2, kind2, rows2 = self.set(inner, facts)
            text, inner = f"{text}, {text2}", inner + [(name2, kind2)]
        else:
            name2, rows2 = None, lambda e: [None]
        where = self.truth(depth - 1, inner) if self.random.random() < 0.7 else None

        def walk(e):
            for row in rows(e):
                one = {**e, name: row}
                for other in rows2(one):
                    both = {**one, name2: other} if name2 else one
                    yield both, where.of(both) if where else True
        return text + (f" where {where.text}" if where else ""), inner, walk, (name2 or name, inner[-1][1])

    def fact(self, depth, scope):
        """A fact that is in sight, or the first or last of some; with its kind."""
        found = self.of_scope(scope, lambda kind: kind != "person")
        if found and self.random.random() < 0.7:
            return Value(found[0], lambda e: e[found[0]]), found[1]
        text, _, walk, (name, kind) = self.rows(depth, scope, facts=True)
        last = self.random.random() < 0.5

        def pick(e):
            best = None
            for row, condition in walk(e):
                fact = row[name]
                if condition and (best is None or (fact["on"] >= best["on"] if last else fact["on"] < best["on"])):
                    best = fact
            return best
        return Value(f"{'last' if last else 'first'}({text})", pick), kind

    def field(self, depth, scope, types):
        """A field of one of the types, or None if this fact has none."""
        fact, kind = self.fact(depth, scope)
        names = [n for n, how in FIELDS[kind].items() if (how if isinstance(how, str) else "code") in types]
        if not names:
            return None
        name = self.random.choice(names)
        empty = "" if {"text", "code"} & set(types) else None
        return Value(f"{fact.text}.{name}", lambda e: fact.of(e).get(name) if fact.of(e) else empty), FIELDS[kind][name]

    # ---- numbers and amounts ----

    def literal(self, money):
        number = self.random.choice([0, 1, 2, 3, 5, 12, 100] if not money else [0, 1, 300, 4000, 15000])
        return Value(f"{number} yuan" if money else str(number), lambda e: number * 100 if money else number)

    def aggregate(self, depth, scope, money):
        what = self.random.choice(["sum", "sure_sum", "mean", "min", "max"] + ([] if money else ["count", "distinct"]))
        text, inner, walk, _ = self.rows(depth, scope)
        if what == "count":
            def count(e):
                found = [c for _, c in walk(e)]
                return None if None in found else found.count(True)
            return Value(f"count({text})", count)
        value = self.shown(depth - 1, inner) if what == "distinct" else self.number(depth - 1, inner, money)

        def reduce(e):
            rows = [(row, c) for row, c in walk(e)]
            values = [value.of(row) for row, c in rows if c]
            known = [v for v in values if v is not None and v != ""]
            if what == "distinct":
                return None if any(c is None for _, c in rows) else len(set(known))
            if what == "sure_sum" and len(known) < len(values):
                return None
            if what in ("sum", "sure_sum"):
                return sum(known)
            if not known:
                return None
            return toward_zero(sum(known), len(known)) if what == "mean" else (min if what == "min" else max)(known)
        return Value(f"{what}({value.text} for {text})", reduce)

    def shown(self, depth, scope):
        """Something of which there are different ones."""
        found = self.field(depth, scope, self.random.choice([("text",), ("code",), ("int", "flag")]))
        return found[0] if found else self.number(depth, scope, False)

    def arithmetic(self, depth, scope, money):
        a = self.number(depth - 1, scope, money)
        op = self.random.choice(["+", "-", "*", "/"])
        b = self.number(depth - 1, scope, money and op in "+-")

        def work(e):
            x, y = a.of(e), b.of(e)
            if x is None or y is None or (op == "/" and y == 0):
                return None
            return {"+": x + y, "-": x - y, "*": x * y}[op] if op != "/" else toward_zero(x, y)
        return Value(f"({a.text} {op} {b.text})", work)

    def choose(self, depth, scope, money):
        parts = [(self.number(depth - 1, scope, money), self.truth(depth - 1, scope)) for _ in range(2)]
        last = self.number(depth - 1, scope, money)
        text = ", ".join(f"{v.text} when {c.text}" for v, c in parts)
        return Value(f"choose({text}, {last.text})",
                     lambda e: next((v for v, c in parts if c.of(e) is True), last).of(e))

    def of_person(self, depth, scope):
        one = self.person(scope)
        if not one:
            return self.literal(False)
        return Value(f"(1 * age({one.text}, as_of))",
                     lambda e: age(e[""].world.persons[one.of(e)]["birth"], e[""].as_of) if one.of(e) else None)

    def of_days(self, depth, scope):
        fact, _ = self.fact(depth, scope)
        if self.random.random() < 0.5:
            return Value(f"(1 * (as_of - {fact.text}.on))",
                         lambda e: (e[""].as_of - fact.of(e)["on"]).days if fact.of(e) else None)
        return Value(f"(month(as_of) - month({fact.text}.on))",
                     lambda e: month(e[""].as_of) - month(fact.of(e)["on"]) if fact.of(e) else None)

    def number(self, depth, scope, money):
        r = self.random
        if depth <= 0:
            return self.literal(money)
        if r.random() < 0.35:
            found = self.field(depth, scope, ("money",) if money else ("int", "flag"))
            if found:
                return found[0]
        ways = [self.aggregate, self.aggregate, self.arithmetic, self.choose]
        if not money and r.random() < 0.4:
            return r.choice([self.of_person, self.of_days])(depth, scope)
        return r.choice(ways)(depth, scope, money)

    # ---- conditions ----

    def comparison(self, depth, scope):
        money = self.random.random() < 0.4
        a, b = self.number(depth - 1, scope, money), self.number(depth - 1, scope, money)
        op = self.random.choice(["=", "<>", "<", "<=", ">", ">="])

        def compare(e):
            x, y = a.of(e), b.of(e)
            if x is None or y is None:
                return None
            return {"=": x == y, "<>": x != y, "<": x < y, "<=": x <= y, ">": x > y, ">=": x >= y}[op]
        return Value(f"{a.text} {op} {b.text}", compare)

    def word_test(self, depth, scope):
        found = self.field(depth, scope, ("code",))
        if not found:
            return self.comparison(depth, scope)
        value, words = found
        chosen = self.random.sample(words, self.random.choice([1, 1, min(3, len(words))]))
        if len(chosen) > 1:
            return Value(f"{value.text} in ({', '.join(chosen)})", lambda e: (value.of(e) or "") in chosen)
        op = self.random.choice(["=", "<>"])
        return Value(f"{value.text} {op} {chosen[0]}", lambda e: (value.of(e) == chosen[0]) == (op == "="))

    def text_test(self, depth, scope):
        found = self.field(depth, scope, ("text",))
        if not found:
            return self.comparison(depth, scope)
        value = found[0]
        if self.random.random() < 0.5:
            return Value(f"{value.text} in listed", lambda e: bool(
                IN_CODES.match(re.sub(r"[^A-Z0-9]", "", (value.of(e) or "").upper()))))
        pattern = self.random.choice(PATTERNS)
        return Value(f'{value.text} matches "{pattern}"', lambda e: bool(
            value.of(e) and re.search(pattern.replace("\\\\", "\\").replace("(?i:c)", "[cC]"), value.of(e))))

    def known(self, depth, scope):
        value = self.number(depth - 1, scope, self.random.random() < 0.3)
        return Value(f"{value.text} is known", lambda e: value.of(e) is not None)

    def in_force(self, depth, scope):
        fact, kind = self.fact(depth, scope)
        if kind not in STATES:
            return self.word_test(depth, scope)
        return Value(f"in_force({fact.text}, as_of)", lambda e: None if not fact.of(e) else
                     fact.of(e)["until"] is None or e[""].as_of <= fact.of(e)["until"])

    def quantified(self, depth, scope):
        text, inner, walk, _ = self.rows(depth, scope)
        if self.random.random() < 0.5:
            return Value(f"any({text})", lambda e: any_of(c for _, c in walk(e)))
        value = self.truth(depth - 1, inner)
        return Value(f"all({value.text} for {text})",
                     lambda e: all_of(*[any_of([negate(c), value.of(row)]) for row, c in walk(e)]))

    def attribute(self, depth, scope):
        one, place = self.person(scope), self.random.choice(["urban", "rural"])
        told = lambda e, person: e[""].world.persons[person]["residence"] or None
        if not one or self.random.random() < 0.5:
            return Value(f"residence = {place}", lambda e: None if told(e, e[""].persons[0]) is None
                         else told(e, e[""].persons[0]) == place)
        return Value(f"{one.text}.residence = {place}",
                     lambda e: None if not one.of(e) or told(e, one.of(e)) is None else told(e, one.of(e)) == place)

    def logic(self, depth, scope):
        word = self.random.choice(["and", "or", "not", "surely", "possibly"])
        a = self.truth(depth - 1, scope)
        if word in ("and", "or"):
            b = self.truth(depth - 1, scope)
            join = all_of if word == "and" else lambda *values: any_of(values)
            return Value(f"({a.text} {word} {b.text})", lambda e: join(a.of(e), b.of(e)))
        return Value(f"({word} {a.text})", lambda e: {"not": negate(a.of(e)), "surely": a.of(e) is True,
                                                      "possibly": a.of(e) is not False}[word])

    def truth(self, depth, scope):
        if depth <= 0:
            return self.random.choice([self.attribute(depth, scope), Value("yes", lambda e: True)])
        return self.random.choice([self.comparison, self.comparison, self.word_test, self.text_test, self.known,
                                   self.in_force, self.quantified, self.attribute, self.logic, self.logic])(depth, scope)


# ---- decay ----

def left_of(decay, points, as_of, on, end):
    """decay: (hold days or None, "to" or None, fade, fade days); None is a state."""
    if decay is None:
        return points
    hold, to, fade, days = decay
    start = end if to else on and on + datetime.timedelta(hold or 0)
    if start is None:
        return points
    gone = (as_of - start).days
    if (gone <= 0 if to or fade else gone < 0):
        return points
    if fade == "linear":
        return points * (days - gone) // days if gone < days else 0
    return points >> gone // days if fade == "half" else 0


def half_year(day):
    return day and add_months(day, 6)


# ---- rules ----

class Rule:
    """A rule as text, and what it finds in a household: (finding or None, unknown)."""

    def __init__(self, maker, index):
        r = maker.random
        self.id, self.family = f"r{index:02d}", r.choice(["one", "two"])
        scope, self.rows = [], lambda e: [e]
        lines = []
        if r.random() < 0.75:
            text, name, kind, rows = maker.set([])
            scope, self.variable = [(name, kind)], (name, kind)
            self.rows = lambda e: [{**e, name: row} for row in rows(e)]
            lines.append(f"for {text}")
        else:
            self.variable = None
        self.let = maker.number(2, scope, False)
        lines.append(f"let n = {self.let.text}")
        self.when = maker.truth(3, scope)
        lines.append(f"when {self.when.text}")
        self.fact = self.variable if self.variable and self.variable[1] != "person" else None
        if self.variable:
            name, kind = self.variable
            lines.append(f"key {name}" if kind == "person" else f"key {name}.on")
        self.dated = bool(self.fact) and r.random() < 0.8
        self.since = bool(self.fact) and not self.dated and r.random() < 0.5
        if self.dated:
            lines.append(f"on {self.fact[0]}.on")
        if self.since:
            lines.append(f"since {self.fact[0]}.on")
        self.points = [(r.randrange(1, 40), None)] + [(r.randrange(0, 60), maker.truth(1, scope)) for _ in range(r.choice([0, 1, 2]))]
        lines += [f"points {n}" + (f" when {c.text}" if c else "") for n, c in self.points]
        lines.append("points n when n > 0 and n < 50")
        self.adds = r.choice([0, 0, 0, 2, 3])
        if self.adds:
            lines.append(f"adds {self.adds} hits")
        self.decay, self.end, text = self.make_decay(r)
        lines.append(f"decay {text}")
        self.tags = r.sample(["red", "green"], r.choice([0, 1, 1, 2]))
        if self.tags:
            lines.append("tag " + ", ".join(self.tags))
        self.leave = r.random() < 0.25
        if self.leave:
            lines.append("authorised finance")
        self.text = f"rule {self.id} {{ family {self.family}; {'; '.join(lines)}; basis \"x\"; }}"

    def make_decay(self, r):
        hold, days = r.choice([30, 90, 365]), r.choice([7, 60, 180, 400])
        fade = r.choice(["linear", "half"])
        if self.fact and r.random() < 0.3:
            name, kind = self.fact
            then = r.random() < 0.5
            tail = f", then {fade} {days} days" if then else ""
            if kind in STATES and r.random() < 0.5:
                return (None, "to", fade if then else None, days), lambda e: e[name]["until"], f"hold to {name}.until{tail}"
            return ((None, "to", fade if then else None, days), lambda e: half_year(e[name]["on"]),
                    f"hold to add_months({name}.on, 6){tail}")
        return r.choice([
            (None, None, "state"), ((hold, None, None, 0), None, f"hold {hold} days"),
            ((None, None, fade, days), None, f"{fade} {days} days"),
            ((hold, None, fade, days), None, f"hold {hold} days, then {fade} {days} days")])

    def points_of(self, e):
        found = 0
        for number, condition in self.points:
            if condition is None or condition.of(e) is True:
                found = number
        number = self.let.of(e)
        return number if number is not None and 0 < number < 50 else found

    def hit(self, e):
        """(points, day or None, key) of a row."""
        day = e[self.fact[0]]["on"] if self.dated or self.since else None
        points = left_of(self.decay, self.points_of(e), e[""].as_of, day, self.end(e) if self.end else None)
        if not self.variable:
            return points, day, ""
        return points, day, e[self.variable[0]] if self.variable[1] == "person" else e[self.variable[0]]["on"].isoformat()

    def judge(self, household):
        """Hits, the strongest first, and whether it could not be judged."""
        rows = [(e, self.when.of(e)) for e in self.rows({"": household})]
        if self.leave and not any(f["scope"] == "finance" and (f["until"] is None or household.as_of <= f["until"])
                                  for f in household.world.facts.get(("authorisation", household.key), [])):
            rows = [(e, None if c else c) for e, c in rows]
        hits = {}
        for points, day, key in (self.hit(e) for e, c in rows if c is True):
            if points and (key not in hits or (points, day or datetime.date.min) >
                           (hits[key][0], hits[key][1] or datetime.date.min)):
                hits[key] = (points, day, key)
        found = sorted(hits.values(), key=lambda h: (-h[0], -(h[1].toordinal() if h[1] else -1), h[2].encode()))
        return found, not any(c is True for _, c in rows) and any(c is None for _, c in rows)


CAPS = {"one": 60, "two": 45}
HEAD = f"""\
family one {{ cap {CAPS["one"]}; }}
family two {{ cap {CAPS["two"]}; }}
tag red;
tag green;
codes listed {{ values {CODES}; basis "x"; }}
scope finance when any(authorisation a where a.scope = finance and in_force(a, as_of));
scope utility when no;
combination both {{ when family_points(one) >= 20 and family_points(two) >= 20; points 10; basis "x"; }}
combination fresh {{ when latest_hit(red) > as_of - 90 and latest_hit(r00) < as_of; points 7; basis "x"; }}
mitigation eased {{ lowers one; when family_points(one) > 0 and latest_hit(green) > as_of - 400; points -12; basis "x"; }}
"""


class RuleSet:
    def __init__(self, random, count):
        maker = Maker(random)
        self.rules = [Rule(maker, index) for index in range(count)]
        self.text = HEAD + "\n".join(rule.text for rule in self.rules) + "\n"

    def judge(self, world, key):
        """(score, findings (rule, points), unknown rules); None without a finding."""
        household, found, sums = Household(world, key), [], dict.fromkeys(CAPS, 0)
        latest, unknown = dict.fromkeys(["red", "green", "r00"], NEVER), []
        for rule in self.rules:
            hits, unsure = rule.judge(household)
            unknown += [rule.id] * (unsure and not hits)
            if not hits:
                continue
            points = sum(hit[0] for hit in hits[:rule.adds or 1])
            found.append((rule.id, points))
            sums[rule.family] += points
            day = max([hit[1] for hit in hits if hit[1]], default=NEVER)
            for name in rule.tags + [rule.id] * (rule.id == "r00"):
                latest[name] = max(latest[name], day)
        if not found:
            return None
        F = {family: min(CAPS[family], points) for family, points in sums.items()}
        days = lambda name: (household.as_of - latest[name]).days
        extra = [("both", 10)] * (F["one"] >= 20 and F["two"] >= 20) + [("fresh", 7)] * (days("red") < 90 and days("r00") > 0)
        eased = F["one"] > 0 and days("green") < 400
        score = max(0, F["one"] - 12 * eased) + F["two"] + sum(points for _, points in extra)
        return min(100, score), sorted(found + extra + [("eased", -12)] * eased), unknown

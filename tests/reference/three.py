"""Three values after Kleene (True, False, None = unknown), and civil days. Written from docs/kinds.md alone."""

import datetime


def all_of(*values):
    if any(v is False for v in values):
        return False
    return None if any(v is None for v in values) else True


def any_of(values):
    values = list(values)
    if any(v is True for v in values):
        return True
    return None if any(v is None for v in values) else False


def negate(value):
    return None if value is None else not value


def test(value, condition):
    """Unknown of an unknown value, else what the condition says."""
    return None if value is None else bool(condition(value))


def month(day):
    """Months since year 0."""
    return day.year * 12 + day.month - 1


def first_of(number):
    return datetime.date(number // 12, number % 12 + 1, 1)


def add_months(day, count):
    first = first_of(month(day) + count)
    last = (first_of(month(first) + 1) - datetime.timedelta(1)).day
    return first.replace(day=min(day.day, last))


def minus(day, count):
    return day - datetime.timedelta(count)


def birthday(birth, year):
    try:
        return birth.replace(year=year)
    except ValueError:
        return datetime.date(year, 3, 1)


def age(birth, day):
    if birth is None:
        return None
    return day.year - birth.year - (day < birthday(birth, day.year))

"""Makes citizen numbers that no real person has (area prefix 99), and the ways in which departments spell them.

Never reads or checks a number: that is the monitor's work.
"""

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"


def check_digit(first_seventeen):
    return CHECKS[sum(int(digit) * weight for digit, weight in zip(first_seventeen, WEIGHTS)) % 11]


class Numbers:
    """Hands out each number once: odd sequences to men, even ones to women."""

    def __init__(self):
        self.next = {}

    def make(self, area, birth, male):
        body = area + birth.strftime("%Y%m%d")
        sequence = self.next.get((body, male), 1 if male else 2)
        assert sequence <= 995, "too many births on one day"
        self.next[(body, male)] = sequence + 2
        seventeen = "%s%03d" % (body, sequence)
        return seventeen + check_digit(seventeen)


FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")


def spelled(number, rng):
    """The number as a clerk may have typed it: still the same person (A10)."""
    dice = rng.random()
    if dice < 0.955:
        return number
    if dice < 0.965 and number[6:8] == "19":
        return number[:6] + number[8:17]
    if dice < 0.975:
        return number.lower()
    if dice < 0.985:
        return " " + number + "  "
    if dice < 0.990:
        return "'" + number
    return number.translate(FULL_WIDTH)


def spoiled(number, rng):
    """What no longer names the person for sure (A10)."""
    dice = rng.random()
    if dice < 0.35:
        wrong = "0" if number[17] != "0" else "1"
        return number[:17] + wrong
    if dice < 0.6:
        return number[:6] + "********" + number[14:]
    if dice < 0.75:
        return number[:17]
    if dice < 0.85:
        return "%.5E" % float(number[:17] + "0")
    return None

"""The real villages on which the demonstration's households live: 宜宾市 and 沙坪坝区. Reads one CSV, writes nothing."""
import csv
import os

SEED = os.path.join(os.path.dirname(os.path.abspath(__file__)), "data", "divisions_seed5.csv")
CITIES = ("5115",)
COUNTIES = ("500106",)
CHANGNING = "511524"


class Village:
    __slots__ = ("code", "county", "urban", "weight")

    def __init__(self, code):
        self.code = code
        self.county = code[:6]
        self.urban = code[9] in "014"
        # A community of a town holds more households than a village.
        self.weight = 2.0 if self.urban else 1.0


def wanted(code):
    """Whether the area, or one above or below it, is one of ours."""
    return any(code.startswith(own) or own.startswith(code) for own in CITIES + COUNTIES)


class Places:
    def __init__(self, path=SEED):
        self.names = {}
        self.rows = []
        self.villages = []
        with open(path, encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if not wanted(row["code"]):
                    continue
                self.names[row["code"]] = row["name"]
                self.rows.append((row["code"], row["name"], row["parent_code"], row["level"]))
                if row["level"] == "5":
                    self.villages.append(Village(row["code"]))
        self.counties = sorted({village.county for village in self.villages})

    def write(self, path):
        """The area tree as `needwatch init --areas` reads it."""
        with open(path, "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(("code", "name", "parent_code", "level"))
            writer.writerows(self.rows)

    def name(self, code):
        """宜宾市长宁县双河镇...: the parts below the city."""
        parts = [self.names.get(code[:length], "") for length in (6, 9, 12) if len(code) >= length]
        return "".join(parts)

"""The loop that lets events happen: a thread of its own with a rhythm, an earthquake in due time, and an end on request.

Knows nothing of the monitor but its clock.
"""
import datetime
import os
import random
import threading
import time

from earthquake import Earthquake
from events import Events

CHINA = datetime.timezone(datetime.timedelta(hours=8))
US = 1000000
DAY_US = 86400 * US

# What happens how often, relative to each other.
RHYTHM = (
    ("admission", 30), ("discharge", 26), ("clinic_visit", 25), ("reversal", 3), ("revocation", 1), ("certificate", 9),
    ("lay_off", 9), ("hire", 5), ("death", 6), ("report", 10), ("visit", 14), ("temporary_aid", 4), ("accident", 4),
)


class Clock:
    """Real wall time for the departments, and the daemon's day, which may run fast (its state folder holds the start)."""

    def __init__(self, state=None, day_seconds=86400):
        self.path = os.path.join(state, "clock") if state else None
        self.day_us = int(day_seconds * US)
        self.start = None

    def wall(self):
        return datetime.datetime.now(CHINA).replace(tzinfo=None)

    def mono(self):
        return time.monotonic()

    def business(self):
        """The daemon's now, as a wall time."""
        real = int(time.time() * US)
        if self.day_us < DAY_US:
            real = self.started() + (real - self.started()) * DAY_US // self.day_us
        return datetime.datetime.fromtimestamp(real / US, CHINA).replace(tzinfo=None)

    def started(self):
        if self.start is None:
            try:
                with open(self.path) as file:
                    self.start = int(file.read())
            except (OSError, ValueError):
                return int(time.time() * US)
        return self.start

    def today(self):
        return self.business().date()


class Life(threading.Thread):
    """`happened` gets every Expected; `failed` holds what went wrong, if anything did."""

    def __init__(self, city, departments, serials, seed, clock, **pace):
        super().__init__(name="life", daemon=True)
        self.rng = random.Random("life %d" % seed)
        self.events = Events(city, departments, serials, self.rng, clock)
        self.earthquake = Earthquake(city, departments["yingji"], self.rng, clock)
        self.per_second = pace.get("per_second", 3)
        self.quake_after = pace.get("quake_after", 25)
        self.happened = pace["happened"]
        self.announce = pace["announce"]
        self.count = 0
        self.stopping = threading.Event()
        self.failed = None
        self.stage = 0

    def run(self):
        started = time.monotonic()
        names = [name for name, _ in RHYTHM]
        weights = [weight for _, weight in RHYTHM]
        try:
            while not self.stopping.wait(self.rng.expovariate(self.per_second)):
                expected = getattr(self.events, self.rng.choices(names, weights)[0])()
                self.count += 1
                if expected:
                    self.happened(expected)
                self.shake(time.monotonic() - started - self.quake_after)
        except Exception as fault:  # shown by the view, which ends the demonstration
            if not self.stopping.is_set():
                self.failed = fault

    def shake(self, since):
        """0 s: the first reports come in, some at each step; 15 s: numbers; 25 s: what the county verified."""
        if since < 0 or self.stage == 3:
            return
        quake = self.earthquake
        if self.stage == 0:
            if not quake.announced:
                self.announce(quake.summary())
            for expected in quake.first_reports(6):
                self.happened(expected)
            if not quake.waiting:
                self.stage = 1
        elif self.stage == 1 and since > 15:
            quake.later_reports("续报")
            self.stage = 2
        elif self.stage == 2 and since > 25:
            quake.later_reports("核报")
            self.stage = 3

    def stop(self):
        self.stopping.set()
        self.join()

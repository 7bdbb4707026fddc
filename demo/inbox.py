"""What has come to the offices, read from the store: open alerts, whom they went to, how long the way took.

Reads only; takes nobody's word but the store's.
"""
import collections
import time

LEVELS = ((4, "红"), (3, "橙"), (2, "黄"), (1, "蓝"))
TIERS = {1: "村（社区）", 2: "镇街", 3: "区县", 4: "市"}
LANES = ("风险", "政策缺口", "退出复核", "监督")

FRESH_SECONDS = 5  # an alert may be seen before we are told to expect it

Alert = collections.namedtuple("Alert", "id county household lane state level residence office first_office rules findings")

OPEN = """
	select a.id, a.county, a.household, a.lane, a.state, a.level, a.residence, a.owner_office, a.first_office,
		array(select f->>'rule' from jsonb_array_elements(a.findings_detail) f),
		array(select coalesce(f->>'name', '') from jsonb_array_elements(a.findings) f)
	from needwatch.alert a where a.closed is null"""
SIGN = "select count(*), sum(version), max(id), sum(score) from needwatch.alert where closed is null"
OFFICES = "select id, parent, tier, area, name from needwatch.office"
TOLD = """
	select o.tier, t.lead, count(*) from needwatch.alert_told t join needwatch.office o on o.id = t.office
	where t.alert = %s and t.county = %s group by 1, 2 order by 2 desc, 1"""
SENT = "select channel, state, count(*) from needwatch.outbox where county <> 990099 group by 1, 2 order by 1, 2"

Office = collections.namedtuple("Office", "id parent tier area name")


class Inbox:
    def __init__(self, connection):
        self.connection = connection
        self.offices = {row[0]: Office(*row) for row in self.ask(OFFICES)}
        self.alerts = {}
        self.sign = None      # of what stands in self.alerts
        self.known = set()    # (alert, rule): what stood there before the latest look
        self.fresh = {}       # (area, rule): when such an alert was first seen, for those of the last seconds
        self.arrivals = collections.deque()  # Expected, from the thread that makes things happen
        self.waiting = []     # Expected, oldest first
        self.latencies = []   # seconds, of those that came
        self.lost = []        # Expected that did not come in time

    def ask(self, sql, *values):
        with self.connection.cursor() as cursor:
            cursor.execute(sql, values or None)
            return cursor.fetchall()

    # ---- offices ----

    def name(self, office):
        """长宁县 双河镇 笔架村: from the county down."""
        parts = []
        while office in self.offices and self.offices[office].tier < 4:
            parts.append(self.offices[office].name)
            office = self.offices[office].parent
        return " ".join(reversed(parts)) or (self.offices[office].name if office in self.offices else "?")

    def county(self, office):
        """The name of its county; of an office above the counties its own."""
        while office in self.offices and self.offices[office].tier < 3:
            office = self.offices[office].parent
        return self.offices[office].name if office in self.offices else "?"

    def at(self, code):
        """The office of an area, by its code."""
        area = int(str(code).ljust(12, "0"))
        return next((o for o in self.offices.values() if o.area == area), None)

    # ---- alerts ----

    def look(self):
        """Reads the open alerts. Returns (opened, climbed): alerts that are new, and (before, now) of those with another lead."""
        sign = self.ask(SIGN)
        now = self.alerts if sign == self.sign else {row[0]: Alert(*row) for row in self.ask(OPEN)}
        self.sign = sign
        moment = time.monotonic()
        opened = [alert for key, alert in now.items() if key not in self.alerts]
        climbed = [(self.alerts[key], alert) for key, alert in now.items()
                   if key in self.alerts and self.alerts[key].office != alert.office]
        self.match(now, moment)
        self.alerts = now
        return opened, climbed

    def match(self, now, moment):
        """What was expected and has come: a rule in an alert about the area that was not there before."""
        for alert in now.values():
            for rule in alert.rules:
                if (alert.id, rule) not in self.known:
                    self.known.add((alert.id, rule))
                    self.fresh.setdefault((alert.residence, rule), []).append(moment)
        while self.arrivals:
            self.waiting.append(self.arrivals.popleft())
        left = []
        for expected in self.waiting:
            seen = self.fresh.get((int(expected.area), expected.rule), [])
            first = next((at for at in seen if at > expected.committed), None)
            if first is None:
                left.append(expected)
            else:
                seen.remove(first)
                self.latencies.append(first - expected.committed)
        self.waiting = left
        self.fresh = {key: seen for key, seen in self.fresh.items() if seen and seen[-1] > moment - FRESH_SECONDS}

    def give_up(self, seconds):
        late = time.monotonic() - seconds
        self.lost += [e for e in self.waiting if e.committed < late]
        self.waiting = [e for e in self.waiting if e.committed >= late]

    def percentile(self, share):
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else None

    def counts(self):
        """{level: open alerts of the risk lane}"""
        return collections.Counter(alert.level for alert in self.alerts.values() if alert.lane == 0)

    # ---- what stands at the end ----

    def by_office(self):
        """Rows of county, tier that leads, a count for each level, further lanes, all."""
        rows = {}
        for alert in self.alerts.values():
            office = self.offices.get(alert.office)
            place = (self.county(alert.office), office.tier if office else 0)
            rows.setdefault(place, collections.Counter())[alert.level if alert.lane == 0 else "other"] += 1
        table = []
        for (county, tier), counter in sorted(rows.items(), key=lambda row: (row[0][0], -row[0][1])):
            table.append([county, TIERS.get(tier, "?")] + [str(counter[level] or "·") for level, _ in LEVELS]
                         + [str(counter["other"] or "·"), str(sum(counter.values()))])
        return table

    def told(self, alert):
        """Whom it went to: 镇街牵头、村（社区）、区县"""
        return "、".join(TIERS.get(tier, "?") + ("牵头" if lead else "") for tier, lead, _ in
                        self.ask(TOLD, alert.id, alert.county))

    def messages(self):
        """{channel: {state: count}}"""
        found = {}
        for channel, state, count in self.ask(SENT):
            found.setdefault(channel, {})[("queued", "leased", "sent", "dead")[state]] = count
        return found

"""The demonstration once everything stands: follows the daemon and the inbox, shows one running line, and says at the end
whether the line did its work.

Watches; writes in no database.
"""
import json
import subprocess
import threading
import time

from children import Failure
from inbox import LANES, LEVELS
from screen import number

LOOK_SECONDS = 0.1
LOST_SECONDS = 30     # an expected alert that has not come by then is lost
STALE_SECONDS = 30    # without an answer from the daemon
CLIMBS_SHOWN = 6      # a second, at most
UNSAID = "（敏感，不列出）"  # what the village may not infer stays out of tables, too
MESSAGES = {"sent": "已发", "leased": "在发", "queued": "待发（夜间 22 时至次日 7 时暂缓，红色除外）", "dead": "失败"}
FOLLOWS = ("following", "idle", "waiting")  # states of a source that was read whole
MUST_ARRIVE = 0.9     # of the expected: a household may have been known for the same reason already


class Status(threading.Thread):
    """The newest answer of `needwatch status --json --watch`."""

    def __init__(self, stage):
        super().__init__(name="status", daemon=True)
        self.child = stage.children.start(
            "status", [stage.programs + "/needwatch", "status", "--json", "--watch", "--config", stage.configuration],
            environment=stage.environment, pipe=subprocess.PIPE)
        self.answer = {}
        self.followed = set()  # sources whose first load has ended
        self.heard = time.monotonic()

    def run(self):
        for line in self.child.stdout:
            try:
                self.answer = json.loads(line)
                self.followed |= {source.get("name") for source in self.sources() if source.get("state") in FOLLOWS}
                self.heard = time.monotonic()
            except ValueError:
                continue

    def sources(self):
        return self.answer.get("sources") or []

    def facts(self):
        """Rows read since the daemon stands."""
        return sum(source.get("rows", 0) for source in self.sources())

    def judge(self):
        return self.answer.get("judge") or {}

    def loaded(self):
        """A source that reads its overlap again has not begun anew."""
        sources = self.sources()
        return bool(sources) and all(source.get("name") in self.followed for source in sources)

    def idle(self):
        judge = self.judge()
        return bool(judge.get("idle")) and not (judge.get("waiting_news") or judge.get("waiting_history"))


class Act:
    def __init__(self, stage, inbox, life, screen):
        self.stage = stage
        self.inbox = inbox
        self.life = life
        self.screen = screen
        self.status = Status(stage)
        self.status.start()

    # ---- while it runs ----

    def check_alive(self):
        dead = self.stage.children.dead()
        if dead:
            raise Failure("%s ended by itself with %d:\n%s" % dead)
        if self.life.failed:
            raise Failure("a department's database refused what happened: %r" % self.life.failed)
        if time.monotonic() - self.status.heard > STALE_SECONDS:
            raise Failure("needwatchd gives no answer on its question socket:\n" + self.stage.children.tail("status"))

    def load(self, seconds):
        """The first load: until every source follows and every household is judged."""
        end = time.monotonic() + seconds
        quiet = 0
        while quiet < 3:
            self.check_alive()
            if time.monotonic() > end:
                raise Failure("the first load did not end within %d s: %s" % (seconds, self.where()))
            self.inbox.look()
            waiting = self.status.judge().get("waiting_history", 0)
            self.screen.run("首次接入  记录 %s · 待研判户 %s · 预警 %s" % (
                number(self.status.facts()), number(waiting), self.levels()))
            # The sweep of the day may still be under way: it brings nothing new.
            quiet = quiet + 1 if self.status.loaded() and waiting == 0 and self.status.facts() > 0 else 0
            time.sleep(1)
        self.screen.end_run()

    def where(self):
        """What the daemon was at, for a failure."""
        slow = ["%s %s %s" % (s.get("name"), s.get("state"), s.get("reason", "")) for s in self.status.sources()
                if s.get("state") != "following"]
        return "; ".join(slow) or json.dumps(self.status.judge())

    def play(self, seconds=None):
        """Life goes on; for so long, or until somebody ends it."""
        end = seconds and time.monotonic() + seconds
        while not end or time.monotonic() < end:
            self.turn()
        return self

    def settle(self, seconds):
        """No more happens: until what happened has come through, or the time is over."""
        end = time.monotonic() + seconds
        quiet = 0
        while time.monotonic() < end and (quiet < 10 or self.inbox.waiting):
            self.turn()
            quiet = quiet + 1 if self.status.idle() else 0
        self.inbox.give_up(0)
        self.screen.end_run()

    def turn(self):
        self.check_alive()
        _, climbed = self.inbox.look()
        self.inbox.give_up(LOST_SECONDS)
        for before, now in climbed[:CLIMBS_SHOWN]:
            level = dict(LEVELS).get(now.level, "")
            self.screen.say("  ↑ %s %s  %s → %s" % (level, LANES[now.lane], self.inbox.name(before.office),
                                                   self.inbox.name(now.office)))
        self.screen.run(self.line())
        time.sleep(LOOK_SECONDS)

    def levels(self):
        counts = self.inbox.counts()
        return " ".join("%s%s" % (word, number(counts[level])) for level, word in LEVELS)

    def line(self):
        middle, late = self.inbox.percentile(0.5), self.inbox.percentile(0.95)
        parts = [self.life.events.clock.business().strftime("%m-%d %H:%M:%S"), "记录 " + number(self.status.facts()),
                 "事件 " + number(self.life.count), "预警 " + self.levels()]
        if middle is not None:
            parts.append("入库→待办 中位 %.2f s 95%% %.2f s" % (middle, late))
        return " · ".join(parts)

    # ---- at the end ----

    def report(self):
        """The tables of --once."""
        say, inbox = self.screen.say, self.inbox
        say()
        say("待办（未办结）  open alerts by office and level")
        heads = ["区县", "牵头"] + [word for _, word in LEVELS] + ["其他", "合计"]
        rows = inbox.by_office()
        self.screen.table(heads, rows, numbers=range(2, len(heads)))
        total = inbox.counts()
        say("  合计 %s  %s" % (number(len(inbox.alerts)), self.levels()))
        say()
        say("红色预警去向  where the red ones went")
        reds = sorted((a for a in inbox.alerts.values() if a.lane == 0 and a.level == 4), key=lambda a: -a.id)[:12]
        self.screen.table(["牵头单位", "原因", "送达"], [
            [inbox.name(alert.office), (alert.findings or [""])[0] or UNSAID, inbox.told(alert)] for alert in reds])
        if total[4] > len(reds):
            say("  … 另有 %d 条" % (total[4] - len(reds)))
        say()
        for channel, states in sorted(inbox.messages().items()):
            say("消息 %s  %s" % (channel, "  ".join("%s %s" % (MESSAGES[word], number(states[word]))
                                                  for word in MESSAGES if word in states)))
        if inbox.latencies:
            say("入库→待办  from a department's commit to the inbox: %d 件，中位 %.2f s，95%% %.2f s，最长 %.2f s" % (
                len(inbox.latencies), inbox.percentile(0.5), inbox.percentile(0.95), max(inbox.latencies)))

    def faults(self):
        """What the line failed to do; empty if it did its work."""
        found = []
        came, lost = len(self.inbox.latencies), len(self.inbox.lost)
        if came + lost and came < MUST_ARRIVE * (came + lost):
            found.append("%d of %d expected alerts did not come within %d s, such as %s" % (
                lost, came + lost, LOST_SECONDS, ", ".join(sorted({e.rule for e in self.inbox.lost}))))
        if not self.inbox.alerts:
            found.append("no alert is open")
        judge = self.status.judge()
        if judge.get("refused"):
            found.append("%d assessments were refused" % judge["refused"])
        for source in self.status.sources():
            if source.get("state") != "following":
                found.append("source %s is %s: %s" % (source.get("name"), source.get("state"), source.get("reason", "")))
        for channel, states in self.inbox.messages().items():
            if states.get("dead"):
                found.append("%d messages to %s are dead letters" % (states["dead"], channel))
        unowned = [a for a in self.inbox.alerts.values() if a.office not in self.inbox.offices]
        if unowned:
            found.append("%d open alerts have no office" % len(unowned))
        return found

"""The last fourteen months of health, death, disability, disaster and the grid, told to their departments.

Moderately dirty, as domain.md 5.1 has it; the present is life.py's.
"""
import datetime
import random

import citizen
import records

DAY = datetime.timedelta(days=1)
PAST_DAYS = 425


class Serials:
    """Running numbers of one kind each, shared by past and life."""

    def __init__(self):
        self.last = {}

    def next(self, kind):
        self.last[kind] = self.last.get(kind, 0) + 1
        return self.last[kind]


class Past:
    def __init__(self, city, departments, serials, seed):
        self.city = city
        self.today = city.today
        self.departments = departments
        self.serials = serials
        self.seed = seed

    def random(self, department):
        """Each department has its own luck, so that a change in one leaves the others as they were."""
        return random.Random("%s %d" % (department, self.seed))

    def night(self, day):
        """Batches are written in one second of the following night (A05)."""
        return records.at(min(day + DAY, self.today - DAY), 2, 10)

    # ---- deaths: decided first, since the dead settle nothing more ----

    def deaths(self):
        rng = self.random("deaths")
        certificates, cremations = [], []
        for person in self.city.persons:
            age = person.age(self.today)
            share = 0.0004 if age < 40 else 0.003 if age < 60 else 0.012 if age < 70 else 0.03 if age < 80 else 0.08
            dies = rng.random() < share
            day = self.today - rng.randint(3, 400) * DAY
            certified = rng.random() < 0.88
            if person.fate in ("dies", "bereft"):
                dies, certified, day = True, True, self.today - 12 * DAY
            elif person.fate == "still_paid":
                dies, certified, day = True, True, self.today - 75 * DAY
            elif any(member.fate for member in person.household.members) or not dies:
                continue
            if certified:
                # One certificate in forty was written for the wrong person and is revoked (A21).
                revoked = rng.random() < 0.025 and not person.fate
                certificates.append(records.death_certificate(
                    self.serials.next("death"), person, day, self.night(day + 2 * DAY), "1" if revoked else "0"))
                if revoked:
                    continue
            person.dead = day
            if rng.random() < 0.75 or not certified:
                later = day + DAY if rng.random() < 0.1 else day
                cremations.append(records.cremation(
                    self.serials.next("cremation"), person, later, self.night(day + 4 * DAY),
                    not certified or rng.random() < 0.8))
        self.departments["weijian"].copy("wj_death_cert", records.DEATH, certificates)
        self.departments["minzheng"].copy("mz_cremation", records.CREMATION, cremations)
        return len(certificates) + len(cremations)

    # ---- 医保 ----

    def settlements(self):
        rng = self.random("yibao")
        bills = []
        for person in self.city.persons:
            age = person.age(self.today)
            if rng.random() < (0.25 if age < 50 else 0.45):
                self.clinic_visit(bills, person, rng)
            if rng.random() < (0.035 if age < 50 else 0.09 if age < 65 else 0.19):
                self.hospital_stay(bills, person, rng)
        self.fated_stays(bills, rng)
        rows = [bill.row() for bill in bills]
        # One row in a hundred is delivered again in a later batch (A03).
        for bill in rng.sample(bills, len(bills) // 100):
            bill.written = self.night(bill.day + 20 * DAY)
            rows.append(bill.row())
        self.departments["yibao"].copy("yb_settlement", records.SETTLEMENT, rows)
        return len(rows)

    def fated_stays(self, bills, rng):
        """Two days ago and dear; six days ago, and helped with relief since (rolls.py); two months ago, without medical aid."""
        for fate, ago, paid in (("ill", 2, 66000.0), ("helped", 6, 17000.0), ("unaided", 60, 9000.0)):
            for person in self.city.fated[fate]:
                bill = self.bill(bills, person, self.today - ago * DAY, rng, paid=paid, total=paid * 2, inpatient=True,
                                 illness=rng.choice(records.CRITICAL))
                bill.spoiled, bill.number, bill.valid = False, person.number, True
                bill.written = self.night(bill.day)

    def bill(self, bills, person, day, rng, **rest):
        if person.dead and day > person.dead:
            day = person.dead
        # Paper receipts from elsewhere come weeks late (A01).
        late = rng.randint(20, 90) * DAY if rng.random() < 0.02 else 0 * DAY
        bill = records.Bill(self.serials.next("settlement"), person, day, written=self.night(day + late),
                            valid=rng.random() >= 0.004, **rest)
        bill.spoiled = rng.random() < 0.004
        bill.number = (citizen.spoiled if bill.spoiled else citizen.spelled)(person.number, rng)
        bills.append(bill)
        return bill

    def clinic_visit(self, bills, person, rng):
        day = self.today - rng.randint(1, PAST_DAYS) * DAY
        paid = round(rng.lognormvariate(4.7, 0.8), 2)
        self.bill(bills, person, day, rng, paid=paid, illness=rng.choice(records.ILLNESSES))

    def hospital_stay(self, bills, person, rng):
        day = self.today - rng.randint(1, PAST_DAYS) * DAY
        critical = rng.random() < 0.06
        paid = rng.lognormvariate(9.3 if critical else 7.6, 0.75)
        aid = 0.0
        if person.household.kind in ("tekun", "dibao", "edge"):
            aid = paid * (0.0 if rng.random() < 0.05 else 0.6)
            paid -= aid
        illness = rng.choice(records.CRITICAL if critical else records.ILLNESSES)
        if rng.random() < 0.01:
            illness = ("***", "***")
        parts = 2 if rng.random() < 0.05 else 1
        stay = None
        for _ in range(parts):
            bill = self.bill(bills, person, day, rng, paid=round(paid / parts, 2), aid=round(aid / parts, 2),
                             total=round(paid * 2.6 / parts, 2), inpatient=True, illness=illness,
                             **({"stay": stay} if stay else {}))
            stay = bill.stay
        if rng.random() < 0.012:
            refund = self.bill(bills, person, min(day + 10 * DAY, self.today - DAY), rng, paid=-bill.paid, total=0.0,
                               inpatient=True, illness=illness, stay=stay, reverses=bill.serial)
            refund.spoiled, refund.number, refund.valid = bill.spoiled, bill.number, bill.valid

    # ---- 卫健: in hospital now, and lately ----

    def inpatients(self):
        rng = self.random("weijian")
        rows = []
        for person in self.city.persons:
            if person.dead or rng.random() >= (0.003 if person.age(self.today) < 60 else 0.011):
                continue
            admitted = records.at(self.today - rng.randint(1, 24) * DAY, rng.randint(7, 21), rng.randint(0, 59))
            left = admitted + rng.randint(3, 16) * DAY
            out = left.date() < self.today
            rows.append(records.inpatient(
                self.serials.next("inpatient"), person, admitted, left if out else None,
                illness=rng.choice(records.ILLNESSES), arrears=rng.choice((0, 0, 0, 800, 2600)),
                written=left if out else self.night(self.today - DAY)))
        for person in self.city.fated["in_hospital"]:
            rows.append(records.inpatient(
                self.serials.next("inpatient"), person, records.at(self.today - 12 * DAY, 9), None, arrears=1200,
                written=self.night(self.today - 12 * DAY)))
        self.departments["weijian"].copy("wj_inpatient", records.INPATIENT, rows)
        return len(rows)

    # ---- 残联 ----

    def disabled(self):
        rng = self.random("canlian")
        rows = []
        for person in self.city.persons:
            if not person.disabled:
                continue
            oldest = min(6000, max(401, (self.today - person.birth).days - 200))
            first = self.today - (rng.randint(20, 330) if rng.random() < 0.03 else rng.randint(400, oldest)) * DAY
            if person.fate == "disabled":
                first = self.today - 15 * DAY
            if person.fate == "worse" or (person.disabled[1] < 4 and rng.random() < 0.004):
                rows.extend(self.regraded(person, rng))
                continue
            issued = first
            if (self.today - first).days > 3700 or rng.random() < 0.1:
                issued = max(first, self.today - rng.randint(5, 900) * DAY)
            rows.append(records.disabled_card(person, first, issued, self.night(issued), rng))
        self.departments["canlian"].copy("cl_disabled", records.DISABLED, rows)
        return len(rows)

    def regraded(self, person, rng):
        first, again = self.today - 800 * DAY, self.today - 20 * DAY
        return (records.disabled_card(person, first, first, self.night(again), rng, worse=1),
                records.disabled_card(person, again, again, self.night(again), rng))

    # ---- 应急: last summer's flood, long settled; a slope that slid three weeks ago ----

    def flood(self):
        rng = self.random("yingji")
        happened = self.today - 140 * DAY
        hit = rng.sample(self.city.households, max(3, len(self.city.households) // 400))
        rows = []
        for household in hit:
            grade = rng.choices(("严重损坏", "一般损坏"), (1, 3))[0] if rows else "严重损坏"
            rows.append(("FL%s" % happened.strftime("%Y%m%d"), household.live.code, household.head.name,
                         household.head.number, len(household.members), grade, rng.randint(1, 4), "1", None, 0, 0, "核报",
                         records.stamp(records.at(happened + 3 * DAY, 9, 30))))
        slid = self.today - 21 * DAY
        for person in self.city.fated["relocated"]:
            rows.append(("SL%s" % slid.strftime("%Y%m%d"), person.household.live.code, person.name, person.number,
                         len(person.household.members), "一般损坏", 1, "1", None, 0, 0, "核报",
                         records.stamp(records.at(slid, 20, 15))))
        self.departments["yingji"].copy("yj_disaster_hh", records.DISASTER, rows)
        self.departments["yingji"].copy("yj_event", "event_code, label, happened", [
            ("FL%s" % happened.strftime("%Y%m%d"), "暴雨洪涝（演示）", records.stamp(records.at(happened, 3))),
            ("SL%s" % slid.strftime("%Y%m%d"), "山体滑坡（演示）", records.stamp(records.at(slid, 19)))])
        return len(rows)

    # ---- 网格 ----

    def visits(self):
        rng = self.random("wangge")
        rows = []
        last = self.today.replace(day=1) - DAY
        before = last.replace(day=1) - DAY
        silent = {person.household.live.code for person in self.city.fated["unreported"]}
        for household in self.city.households:
            if household.kind == "general" and rng.random() >= 0.02:
                continue
            gap = rng.randint(1, 6) if rng.random() < 0.93 else rng.randint(35, 120)
            for ago in (gap, gap + 28, gap + 57):
                day = self.today - ago * DAY
                if household.live.code in silent and (day.year, day.month) == (last.year, last.month):
                    continue
                rows.append(records.visit(self.serials.next("visit"), household, day, self.night(day),
                                          rng.choice("1112")))
        inhabited = {household.live.code for household in self.city.households}
        for village in self.city.places.villages:
            for month in (last, before):
                if village.code in inhabited and rng.random() < 0.985 and village.code not in silent:
                    rows.append(records.zero_report(self.serials.next("visit"), village, month, self.night(month)))
        self.departments["wangge"].copy("wg_visit", records.VISIT, rows)
        return len(rows)

    def reports(self):
        rng = self.random("reports")
        rows = []
        for household in rng.sample(self.city.households, max(2, len(self.city.households) // 250)):
            moment = records.at(self.today - rng.randint(1, 80) * DAY, rng.randint(8, 19), rng.randint(0, 59))
            rows.append(records.report(self.serials.next("report"), household, moment,
                                       rng.choice(("因病", "失业", "独居无人照料", "房屋漏雨")),
                                       rng.choice(("网格员", "眼线志愿者", "社工"))))
        rows.sort(key=lambda row: row[9])
        self.departments["wangge"].copy("wg_report", records.REPORT, rows)
        return len(rows)

    # ---- 交警 ----

    def accidents(self):
        rng = self.random("jiaojing")
        rows = []
        for person in rng.sample(self.city.persons, max(2, len(self.city.persons) // 700)):
            if not person.dead:
                day = self.today - rng.randint(2, 300) * DAY
                rows.append(records.accident(self.serials.next("accident"), person, day, self.night(day),
                                             rng.choices(("重伤", "轻伤", "无"), (1, 6, 4))[0],
                                             rng.choice(("全责", "主责", "同责", "次责", "无责"))))
        self.departments["jiaojing"].copy("jg_accident_person", records.ACCIDENT, rows)
        return len(rows)

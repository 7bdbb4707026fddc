"""What can happen to people, each as rows in one department's database. Chooses whom it happens to; keeps no time of its own."""
import collections
import datetime

import records

DAY = datetime.timedelta(days=1)

# What an event should bring, for the latency shown: the rule in an alert about that area, and the moment of the commit.
Expected = collections.namedtuple("Expected", "area rule committed")


class Events:
    """`clock` gives the daemon's day and the departments' own wall time."""

    def __init__(self, city, departments, serials, rng, clock):
        self.city = city
        self.departments = departments
        self.serials = serials
        self.rng = rng
        self.clock = clock
        self.in_hospital = collections.deque()
        self.bills = collections.deque(maxlen=50)
        self.hurt = collections.deque(maxlen=200)  # households whom something befell, to visit and to help
        self.earners = self.find_earners()

    def find_earners(self):
        """Households whose one largest earner is beyond doubt, with that person: wages count before contributions."""
        found = []
        for household in self.city.households:
            for job in ("labour", "employee"):
                paid = sorted((p for p in household.members if p.job == job and not p.dead), key=lambda p: -p.base)
                if paid:
                    if len(paid) == 1 or paid[0].base > paid[1].base * 1.3:
                        found.append(paid[0])
                    break
        self.rng.shuffle(found)
        return found

    def anybody(self, test=lambda person: True):
        while True:
            person = self.rng.choice(self.city.persons)
            if not person.dead and test(person):
                return person

    def write(self, department, table, columns, rows):
        self.departments[department].copy(table, columns, rows)

    def expect(self, household, rule):
        self.hurt.append(household)
        return Expected(household.residence, rule, self.clock.mono())

    # ---- 卫健 and 医保 ----

    def admission(self):
        person = self.anybody(lambda p: p.age(self.city.today) > 35)
        now = self.clock.wall()
        serial = self.serials.next("inpatient")
        admitted = records.at(self.clock.today(), 0)
        critical = self.rng.random() < 0.25
        illness = self.rng.choice(records.CRITICAL if critical else records.ILLNESSES)
        row = records.inpatient(serial, person, admitted, None, illness=illness, written=now)
        self.write("weijian", "wj_inpatient", records.INPATIENT, [row])
        self.in_hospital.append((serial, person, illness, critical))

    def discharge(self):
        if not self.in_hospital:
            return self.admission()
        serial, person, illness, critical = self.in_hospital.popleft()
        now, today = self.clock.wall(), self.clock.today()
        self.departments["weijian"].run(
            "update wj_inpatient set dis_time = %s, updated_at = %s where inpatient_no = %s",
            (records.stamp(records.at(today, 0)), records.stamp(now), "Z%08d" % serial))
        paid = round(self.rng.lognormvariate(10.2 if critical else 7.9, 0.6), 2)
        bill = records.Bill(self.serials.next("settlement"), person, today, written=now, paid=paid, total=paid * 2.4,
                            inpatient=True, illness=illness)
        self.write("yibao", "yb_settlement", records.SETTLEMENT, [bill.row()])
        self.bills.append(bill)
        return self.expect(person.household, "med_critical_illness") if critical else None

    def clinic_visit(self):
        person, now = self.anybody(), self.clock.wall()
        bill = records.Bill(self.serials.next("settlement"), person, self.clock.today(), written=now,
                            paid=round(self.rng.lognormvariate(4.7, 0.8), 2), illness=self.rng.choice(records.ILLNESSES))
        self.write("yibao", "yb_settlement", records.SETTLEMENT, [bill.row()])

    def reversal(self):
        """A refund is a negative row of the same stay (A02)."""
        if not self.bills:
            return
        bill = self.bills.popleft()
        back = records.Bill(self.serials.next("settlement"), bill.person, self.clock.today(), written=self.clock.wall(),
                            paid=-bill.paid, total=0.0, inpatient=True, illness=bill.illness, stay=bill.stay,
                            reverses=bill.serial)
        self.write("yibao", "yb_settlement", records.SETTLEMENT, [back.row()])

    def revocation(self):
        """A settlement is revoked: its row stays and says so (A04)."""
        if not self.bills:
            return
        bill = self.bills.popleft()
        self.departments["yibao"].run(
            "update yb_settlement set vali_flag = '0', updt_time = %s where setl_id = %s",
            (records.stamp(self.clock.wall()), "S%09d" % bill.serial))

    # ---- 残联 ----

    def certificate(self):
        person = self.anybody(lambda p: not p.disabled)
        person.disabled = (self.rng.choice((1, 4, 4, 5, 6)), self.rng.choice((1, 2, 2, 3)))
        now, today = self.clock.wall(), self.clock.today()
        self.write("canlian", "cl_disabled", records.DISABLED,
                   [records.disabled_card(person, today, today, now, self.rng)])
        kind, grade = person.disabled
        severe = grade <= 2 or kind in (5, 6)
        return self.expect(person.household, "dis_severe_new") if severe else None

    # ---- 人社 ----

    def lay_off(self):
        person = self.earners.pop() if self.earners else None
        if not person or person.dead:
            return
        now, today = self.clock.wall(), self.clock.today()
        row = records.employment(person, "2", None, today, now, "单位裁员")
        changed = self.departments["renshe"].run(
            "update rs_employment set state = '2', employer = null, event_date = %s, reason = %s, updated_at = %s "
            "where id_no = %s", (row[4], row[5], row[7], row[0]))
        if not changed:
            self.write("renshe", "rs_employment", records.EMPLOYMENT, [row])
        person.job = None

    def hire(self):
        person = self.anybody(lambda p: p.working_age(self.city.today) and p.job is None and not p.school)
        now, today = self.clock.wall(), self.clock.today()
        self.departments["renshe"].run("delete from rs_employment where id_no = %s", (person.number.lower(),))
        self.write("renshe", "rs_employment", records.EMPLOYMENT,
                   [records.employment(person, "1", "宜宾某某有限公司", today, now)])
        person.job = "farm"

    # ---- deaths ----

    def death(self):
        """Half of those whom life takes are a household's main earner: few, but the hardest."""
        earner = self.rng.random() < 0.5 and self.earners
        person = self.earners.pop() if earner else self.anybody(lambda p: p.age(self.city.today) > 70)
        if person.dead:
            return None
        person.dead = self.clock.today()
        self.write("weijian", "wj_death_cert", records.DEATH, [
            records.death_certificate(self.serials.next("death"), person, person.dead, self.clock.wall())])
        self.write("minzheng", "mz_cremation", records.CREMATION, [
            records.cremation(self.serials.next("cremation"), person, person.dead, self.clock.wall(),
                              self.rng.random() < 0.5)])
        return self.expect(person.household, "dem_earner_death") if earner else None

    # ---- 网格, 民政, 交警 ----

    def report(self):
        household = self.anybody().household
        difficulty = self.rng.choice(("因病", "失业", "独居无人照料", "房屋漏雨", "突发变故"))
        self.write("wangge", "wg_report", records.REPORT, [records.report(
            self.serials.next("report"), household, self.clock.wall(), difficulty,
            self.rng.choice(("网格员", "眼线志愿者", "社工")))])
        self.hurt.append(household)

    def visit(self):
        household = self.rng.choice(self.hurt) if self.hurt else self.anybody().household
        if household.head.dead:
            return
        self.write("wangge", "wg_visit", records.VISIT, [records.visit(
            self.serials.next("visit"), household, self.clock.today(), self.clock.wall())])

    def temporary_aid(self):
        if not self.hurt:
            return
        household = self.hurt.popleft()
        self.write("minzheng", "mz_temp_aid", records.AID, [records.temporary_aid(
            self.serials.next("aid"), household, self.clock.today(), self.clock.wall(),
            self.rng.choice(("因病", "因灾", "失业")), self.rng.randint(5, 30) * 100)])

    def accident(self):
        person = self.anybody(lambda p: 15 < p.age(self.city.today) < 75)
        injury = self.rng.choices(("重伤", "轻伤"), (2, 3))[0]
        self.write("jiaojing", "jg_accident_person", records.ACCIDENT, [records.accident(
            self.serials.next("accident"), person, self.clock.today(), self.clock.wall(), injury, "次责")])
        return self.expect(person.household, "acc_traffic_severe") if injury == "重伤" else None

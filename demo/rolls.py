"""Who lives where, earns what, goes to school and stands on which roll: the departments that tell states of people.

Monthly rows are unfolded by the departments' own databases; nothing here happens after today.
"""
import datetime

import records

DAY = datetime.timedelta(days=1)
MONTHS = 12

STAGES = {"preschool": "学前", "compulsory": "义务", "senior": "高中", "college": "高校"}
TUITION = {"preschool": "4,800.00元", "compulsory": "0", "senior": "1,600.00元", "college": "5200"}
KINDS = {"tekun": "特困分散", "dibao": "低保", "edge": "低边", "rigid": "刚性"}
RELATIONS = {"head": ("02", "户主"), "spouse": ("10", "配偶"), "child": ("20", "子"), "grandchild": ("40", "孙"),
             "parent": ("50", "父母"), "other": ("90", "其他")}


def month_before(day, count):
    """The first day of the month that lies `count` months before that of `day`."""
    number = day.year * 12 + day.month - 1 - count
    return datetime.date(number // 12, number % 12 + 1, 1)


def months_between(later, earlier):
    return (later.year - earlier.year) * 12 + later.month - earlier.month


class Rolls:
    def __init__(self, past):
        self.past = past
        self.city = past.city
        self.today = past.today
        self.departments = past.departments

    # ---- 公安 ----

    def register(self):
        rng = self.past.random("gongan")
        batch = month_before(self.today, 0).strftime("%Y%m")
        rows = []
        for household in self.city.households:
            household.told = self.live_area(household, rng)
            for person in household.members:
                rows.append(self.resident(person, household.told, batch, rng))
        department = self.departments["gongan"]
        department.copy("ga_resident", records.RESIDENT, rows)
        department.copy("ctl_batch", "source, batch_no, row_cnt, state", [("ga_resident", batch, len(rows), "2")])
        return len(rows)

    def live_area(self, household, rng):
        """Mostly the village; now and then only the town is known, or nothing (A12)."""
        dice = rng.random()
        if dice < 0.975:
            return household.live.code
        return household.live.code[:9] if dice < 0.985 or household.live is not household.village else None

    def resident(self, person, live, batch, rng):
        household = person.household
        cancelled = person.dead if person.dead and (self.today - person.dead).days > 45 else None
        code = RELATIONS[person.relation]
        relation = "30" if person.relation == "child" and not person.male else code[0]
        if person.relation in ("grandchild", "parent", "other") and rng.random() < 0.3:
            relation = code[1]  # A14
        return (household.number, person.number, person.name, None, "1" if person.male else "2",
                person.birth.strftime("%Y%m%d"), relation, household.village.code,
                self.city.places.name(household.village.code), live, None, "家庭户",
                "死亡" if cancelled else None, cancelled.strftime("%Y%m%d") if cancelled else None, batch)

    # ---- 人社 ----

    def employment(self):
        """Work and registered unemployment, and the months of contributions: (number, base, months paid, months ago)."""
        rng = self.past.random("renshe")
        rows, spans = [], []
        for person in self.city.persons:
            if person.job is None:
                continue
            written = self.past.night(self.today - rng.randint(2, 300) * DAY)
            gap = 0
            if person.dead:
                gap = months_between(self.today, person.dead)
            elif person.fate == "laid_off":
                day = self.today - 9 * DAY
                rows.append(records.employment(person, "2", None, day, self.past.night(day), "单位裁员"))
            elif person.job == "employee" and rng.random() < 0.012 and not person.fate:
                gap = rng.randint(1, 7)
                day = min(month_before(self.today, gap) + rng.randint(0, 20) * DAY, self.today - 2 * DAY)
                rows.append(records.employment(person, "2", None, day, self.past.night(day), "单位裁员"))
            elif person.job != "farm" or person.household.kind != "general" or rng.random() < 0.25:
                day = self.today - rng.randint(40, 4000) * DAY
                employer = {"employee": "四川某某有限公司", "labour": "外出务工", "farm": "灵活就业"}[person.job]
                rows.append(records.employment(person, "1", employer, day, written))
            if person.job == "employee":
                first = MONTHS if rng.random() < 0.95 or person.fate else rng.randint(2, MONTHS)
                gap = 4 if person.fate == "unpaid" else gap
                spans.append((person.number.lower(), person.base, first, 1 + gap))
        self.departments["renshe"].copy("rs_employment", records.EMPLOYMENT, rows)
        return len(rows) + self.contributions(spans)

    def contributions(self, spans):
        department = self.departments["renshe"]
        department.run("create temp table span (id_no text, base int, first int, last int)")
        department.copy("span", "id_no, base, first, last", spans)
        # Thirteen months, so that the twelve whole months before any day of this month are there.
        return department.run("""
            insert into rs_contribution
            select s.id_no, to_char(m.month, 'YYYYMM'), '110', s.base,
                case when hashtext(s.id_no || m.ago) %% 400 = 0 and m.ago > s.last then '0' else '1' end, to_char(m.month + 14, 'YYYY-MM-DD')
            from span s, lateral (
                select ago, (date_trunc('month', %s::date) - make_interval(months => ago))::date as month
                from generate_series(s.last, s.first + 1) as ago) m""", (self.today,))

    # ---- 税务 ----

    def income(self):
        rng = self.past.random("shuiwu")
        spans = []
        for person in self.city.persons:
            if person.job == "labour" and (rng.random() < 0.9 or person.fate):
                last = rng.randint(2, 6) if rng.random() < 0.015 else 1
                last = 5 if person.fate == "less_paid" else last
                if person.dead:
                    last = months_between(self.today, person.dead) + 1
                spans.append((person.number, person.base, MONTHS, last,
                              rng.choices(("工资薪金", "劳务", "经营"), (5, 4, 1))[0]))
        department = self.departments["shuiwu"]
        department.run("create temp table span (id_no text, base int, first int, last int, item text)")
        department.copy("span", "id_no, base, first, last, item", spans)
        return department.run("""
            insert into sw_income
            select id_no, to_char(month, 'YYYYMM'), item,
                case when abs(hash) %% 500 = 0 then '***'
                    else to_char(base * (900 + abs(hash) %% 200) / 1000.0, 'FM999,990.00') end,
                '劳务公司', to_char(month + 45, 'YYYY-MM-DD'), '0'
            from (select s.*, (date_trunc('month', %s::date) - make_interval(months => ago))::date as month,
                    hashtext(id_no || ago) as hash
                from span s, lateral generate_series(s.last, s.first + 1) as ago) months""", (self.today,))

    # ---- 教育 ----

    def students(self):
        rng = self.past.random("jiaoyu")
        year = self.today.year if self.today.month >= 9 else self.today.year - 1
        rows = []
        for person in self.city.persons:
            # One in a thousand of those who should be at school is not enrolled.
            if not person.school or person.dead or rng.random() < 0.001:
                continue
            area = person.household.live.code
            boarder = person.school in ("senior", "college")
            # Fees of nearly all children who live with their grandparents are waived.
            aided = person.relation == "grandchild" and rng.random() < 0.95
            rows.append(("X%09d" % len(rows), person.number, person.name, STAGES[person.school],
                         self.city.places.names[area[:9]] + "学校", area, "1" if boarder else "0",
                         "0" if aided else TUITION[person.school], "800.00元" if boarder and not aided else "0",
                         "%d-09-01" % year, None, None, None, "学费减免" if aided else None,
                         person.household.head.number, "%d09" % year))
        self.departments["jiaoyu"].copy(
            "jy_student", "stu_no, id_no, name, stage, school, school_area, boarding, tuition, board_fee, enroll_date, "
            "leave_date, leave_reason, hardship_level, aid_kind, guardian_id, batch_no", rows)
        return len(rows)

    # ---- 民政 ----

    def assistance(self):
        rng = self.past.random("minzheng")
        families, members = [], []
        for household in self.city.households:
            if household.kind == "general":
                continue
            start = self.today - rng.randint(40, 2500) * DAY
            review = self.today + (rng.randint(-5, 29) if rng.random() < 0.04 else rng.randint(45, 330)) * DAY
            if household.head.fate == "review_due":
                review = self.today + 10 * DAY
            written = records.stamp(self.past.night(self.today - rng.randint(2, 200) * DAY))
            number = "F" + household.number[1:]
            grant = 0 if household.kind in ("edge", "rigid") else 420 * len(household.members)
            families.append((number, KINDS[household.kind], "1" if household.live.urban else "2", household.head.number,
                             len(household.members), grant, rng.randint(150, 900), "因病", start.strftime("%Y%m"), None,
                             records.iso(review), None, household.live.code, "在册", "0", written))
            for person in household.members:
                members.append((number, person.number, person.name, RELATIONS[person.relation][1],
                                "1" if person.job else "0", None, "1" if person.school else "0", "0", written))
        department = self.departments["minzheng"]
        department.copy("mz_assist_family", "fam_no, kind, urban_rural, applicant_id, member_cnt, month_amount, "
                        "percap_income, cause, start_month, end_month, next_review, grace_end, area_code, status, "
                        "is_deleted, updated_at", families)
        department.copy("mz_assist_member", "fam_no, id_no, name, relation, able_work, health, in_school, is_deleted, "
                        "updated_at", members)
        return len(families) + len(members)

    def allowances(self):
        """生活补贴 for the poor, 护理补贴 for the severely disabled; one in thirty who should get it does not."""
        rng = self.past.random("allowances")
        rows = []
        for person in self.city.persons:
            if not person.disabled:
                continue
            schemes = (["1"] if person.household.kind == "dibao" else []) + (["2"] if person.disabled[1] <= 2 else [])
            for scheme in schemes:
                if rng.random() < 0.035 and not person.fate:
                    continue
                for ago in range(3):
                    month = month_before(self.today, ago)
                    if person.dead and month > person.dead and rng.random() < 0.9 and person.fate != "still_paid":
                        continue
                    rows.append((person.number, scheme, month.strftime("%Y%m"), "100.00", None,
                                 records.stamp(self.past.night(min(month + 9 * DAY, self.today - 2 * DAY)))))
        self.departments["minzheng"].copy(
            "mz_disabled_allow", "id_no, kind, month, amount, stop_reason, updated_at", rows)
        return len(rows)

    def aids(self):
        rng = self.past.random("aids")
        rows = []
        for household in rng.sample(self.city.households, max(2, len(self.city.households) // 120)):
            day = self.today - rng.randint(2, 300) * DAY
            rows.append(records.temporary_aid(self.past.serials.next("aid"), household, day, self.past.night(day),
                                              rng.choice(("因病", "因残", "失业", "因灾", "因学")), rng.randint(4, 30) * 100))
        for person in self.city.fated["helped"]:
            day = self.today - 3 * DAY
            rows.append(records.temporary_aid(self.past.serials.next("aid"), person.household, day, self.past.night(day),
                                              "因病", 2000))
        self.departments["minzheng"].copy("mz_temp_aid", records.AID, rows)
        return len(rows)

    # ---- 司法 ----

    def custody(self):
        rng = self.past.random("sifa")
        rows = []
        for person in rng.sample(self.city.persons, max(2, len(self.city.persons) // 900)):
            if person.dead or not 18 <= person.age(self.today) <= 65:
                continue
            start = self.today - rng.randint(30, 900) * DAY
            end = start + rng.randint(120, 1500) * DAY
            rows.append((person.number, rng.choices(("服刑", "强戒", "社区矫正"), (4, 2, 4))[0], records.iso(start),
                         records.iso(end), "某监狱"))
        for person in self.city.fated["bereft"]:
            mother = person.household.members[1]
            rows.append((mother.number, "服刑", records.iso(self.today - 20 * DAY),
                         records.iso(self.today + 700 * DAY), "某监狱"))
        self.departments["sifa"].copy("sf_custody", "id_no, kind, start_date, end_date, org", rows)
        return len(rows)

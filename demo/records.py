"""Rows as the departments write them: columns and builders, the same for the past and for what life brings.

Chooses nothing by chance but spellings; invents no event.
"""
import datetime

SETTLEMENT = ("setl_id, mdtrt_id, psn_no, certno, psn_name, insutype, med_type, adm_date, dscg_date, dise_code, dise_name, "
              "medfee_sumamt, inscp_scp_amt, fund_pay_sumamt, hifmi_pay, maf_pay, psn_part_amt, acct_pay, psn_cash_pay, "
              "refd_setl_flag, init_setl_id, setl_time, fixmedins_area, insu_admdvs, vali_flag, updt_time")
INPATIENT = ("org_code, inpatient_no, id_no, name, adm_time, dis_time, ward, critical_flag, arrears_amt, main_icd, "
             "updated_at")
DEATH = "cert_no, id_no, name, death_time, cause_icd, place, report_org, revoked, created_at, updated_at"
CREMATION = "cremate_no, id_no, name, death_date, cremate_time, agent_phone, load_time"
DISABLED = ("card_no, id_no, name, kind_code, grade, multi_detail, first_issue, issue_date, valid_to, status, "
            "guardian_name, guardian_phone, live_area, last_mod")
EMPLOYMENT = "id_no, name, state, employer, event_date, reason, job_hard, updated_at"
RESIDENT = ("hukou_no, id_no, name, used_name, sex, birth_date, relation_head, hukou_area, hukou_addr, live_area, "
            "live_addr, hukou_kind, cancel_reason, cancel_date, batch_no")
DISASTER = ("event_code, area_code, head_name, head_id, member_cnt, house_grade, rooms, relocated, crop_loss_pct, dead, "
            "missing, report_kind, report_time")
REPORT = ("report_no, reporter_no, role, grid_code, about_name, about_id, about_addr, difficulty, photo_hash, "
          "report_time, gps")
VISIT = ("visit_no, area_code, grid_code, visit_kind, visitors, id_no, visit_time, result, signed, month, created_at")
AID = "aid_no, id_no, fam_no, kind, cause, amount, approve_tier, paid_date, paper_done, updated_at"
ACCIDENT = "case_no, acc_time, place_area, id_no, name, injury, duty, updated_at"

ILLNESSES = (("I10.x00", "高血压"), ("J18.900", "肺炎"), ("J44.900", "慢性阻塞性肺病"), ("K29.700", "胃炎"), ("M51.200", "椎间盘突出"),
             ("I25.100", "冠心病"), ("E11.900", "2型糖尿病"), ("S82.100", "胫骨骨折"), ("K80.200", "胆囊结石"))
CRITICAL = (("C34.900", "肺恶性肿瘤"), ("c50.900", "乳腺恶性肿瘤"), ("C16.900x002", "胃恶性肿瘤"), ("I21.900", "急性心肌梗死"),
            ("I63.900", "脑梗死"), ("N18.500", "尿毒症"), ("K74.600", "肝硬化"), ("C22.000", "肝细胞癌"))

STAMP = "%Y-%m-%d %H:%M:%S"
GRADES = {1: ("一级", "1", "01"), 2: ("二级", "2", "02"), 3: ("三级", "3", "03"), 4: ("四级", "4", "04")}


def iso(day):
    return day.strftime("%Y-%m-%d")


def stamp(moment):
    return moment.strftime(STAMP)


def at(day, hour, minute=0, second=0):
    return datetime.datetime(day.year, day.month, day.day, hour, minute, second)


def drifting_day(day, rng):
    """A day in one of the spellings that one column holds (A07)."""
    dice = rng.random()
    if dice < 0.9:
        return iso(day)
    if dice < 0.96:
        return day.strftime("%Y%m%d")
    return "%d/%d/%d" % (day.year, day.month, day.day)


class Bill:
    """One settlement of one person; amounts in yuan."""

    def __init__(self, serial, person, day, **rest):
        self.serial = serial
        self.person = person
        self.day = day
        self.stay = rest.get("stay", serial)
        self.inpatient = rest.get("inpatient", False)
        self.illness = rest.get("illness", ILLNESSES[0])
        self.paid = rest.get("paid", 0.0)
        self.total = rest.get("total", max(self.paid, 0) * 2.5)
        self.aid = rest.get("aid", 0.0)
        self.written = rest["written"]
        self.valid = rest.get("valid", True)
        self.reverses = rest.get("reverses")
        self.number = rest.get("number")  # as the clerk typed it; None: as it is
        self.spoiled = rest.get("spoiled", False)

    def row(self):
        person, discharged = self.person, None
        if self.inpatient:
            discharged = iso(self.day) if self.serial % 5 else stamp(at(self.day, 11, 20))
        fund = max(self.total - self.paid - self.aid, 0) if self.paid >= 0 else 0
        return ("S%09d" % self.serial, "M%09d" % self.stay, "P%s%05d" % (
            person.household.number[1:], person.household.members.index(person)),
            self.number if self.number or self.spoiled else person.number, person.name,
            "310" if person.job == "employee" else "390", "21" if self.inpatient else "11",
            iso(self.day - datetime.timedelta(days=8)) if self.inpatient else None, discharged, self.illness[0],
            self.illness[1], "%.2f" % self.total, "%.2f" % (self.total * 0.9), "%.2f" % fund, "0.00", "%.2f" % self.aid,
            "%.2f" % self.paid, "0.00", "%.2f" % self.paid, "1" if self.reverses else "0",
            "S%09d" % self.reverses if self.reverses else None, stamp(at(self.day, 12, self.serial % 60)),
            person.household.live.county, person.household.village.county, "1" if self.valid else "0",
            stamp(self.written))


def inpatient(serial, person, admitted, discharged, **rest):
    illness = rest.get("illness", ILLNESSES[1])
    return ("H%s01" % person.household.live.county, "Z%08d" % serial, person.number, person.name, stamp(admitted),
            discharged and stamp(discharged), "内科%d病区" % (serial % 9 + 1), rest.get("critical", "0"),
            "%.2f" % rest.get("arrears", 0), illness[0], stamp(rest["written"]))


def death_certificate(serial, person, day, written, revoked="0"):
    return ("D%08d" % serial, person.number, person.name, stamp(at(day, 4, 30)), "I46.900", "家中", "乡镇卫生院", revoked,
            stamp(written), stamp(written))


def cremation(serial, person, day, written, with_number):
    return ("C%08d" % serial, person.number if with_number else None, person.name, iso(day), stamp(at(day, 22, 10)),
            None, stamp(written))


def disabled_card(person, first, issued, written, rng, worse=0):
    """`worse`: the card that a heavier one has replaced, by so many grades the lighter; it stays on file."""
    kind, grade = person.disabled[0], person.disabled[1] + worse
    return ("%s%d%d" % (person.number, kind, grade), person.number, person.name, str(kind),
            rng.choice(GRADES[grade]), "4-2;5-3" if kind == 7 else None, drifting_day(first, rng),
            drifting_day(issued, rng), iso(issued + datetime.timedelta(days=3652)), "已换证" if worse else "正常", None, None,
            person.household.live.code, written.strftime("%Y%m%d%H%M%S"))


def employment(person, state, employer, day, written, reason=None):
    # 人社 writes every check letter small.
    return (person.number.lower(), person.name, state, employer, iso(day), reason, None, stamp(written))


def visit(serial, household, day, written, way="1"):
    return ("V%09d" % serial, household.live.code, household.live.code + "003", way, "网格员,协办员",
            household.head.number, stamp(at(day, 15, 5)), "正常", "1", day.strftime("%Y%m"), stamp(written))


def zero_report(serial, village, month_day, written):
    return ("V%09d" % serial, village.code, None, "9", "村干部", None, stamp(at(month_day, 17)), "零报告", "1",
            month_day.strftime("%Y%m"), stamp(written))


def report(serial, household, moment, difficulty, role):
    return ("R%09d" % serial, "%s-%03d" % (role, serial % 211), role, household.live.code + "003",
            household.head.name, household.head.number, None, difficulty, None, stamp(moment), None)


def temporary_aid(serial, household, day, written, cause, amount):
    return ("A%08d" % serial, household.head.number, None, "2" if cause in ("因病", "因学") else "1", cause,
            "%.2f" % amount, "town", iso(day), "1", stamp(written))


def accident(serial, person, day, written, injury, duty):
    return ("J%08d" % serial, stamp(at(day, 18, 40)), person.household.live.county, person.number, person.name, injury,
            duty, stamp(written))

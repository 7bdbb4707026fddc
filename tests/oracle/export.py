"""Writes the auditor's facts as the CSV files of docs/kinds.md 1, for `needwatch score`."""
import os

FEN = "round(%s / 100.0, 2)"

# Kind: columns of the file and the query that gives them. Money leaves in yuan.
KINDS = {
    # What a household's area is was decided when the auditor gathered it: a file of persons knows no head.
    "person": "select p.person, household, p.birth, p.sex, h.area, p.register_area, h.residence from o.person p"
              " join o.household h using (household)",
    "settlement": 'select person, "on", stay, inpatient::int as inpatient, icd, %s as self_paid, %s as medaid, %s as total '
                  "from o.settlement" % tuple(FEN % column for column in ("self_paid", "medaid", "total")),
    "inpatient": 'select person, "on", until, icd, critical::int as critical, %s as arrears from o.inpatient' % FEN % "arrears",
    "death": "select person, \"on\", 'certificate' as source from o.death",
    "disability": 'select person, "on", class, grade from o.disability',
    "contribution": "select person, month as \"on\", 'employee' as scheme, %s as base, paid::int as paid from o.contribution"
                    % FEN % "base",
    "wage": 'select person, month as "on", item, %s as amount from o.wage' % FEN % "amount",
    "employment": "select person, \"on\", employer from o.work where state = '1'",
    "unemployment": "select person, \"on\", reason from o.work where state = '2'",
    "custody": 'select person, "on", until, type from o.custody',
    "parent": 'select person, "on", role, parent from o.parent',
    "enrolment": "select person, \"on\", until, case stage when '学前' then 'preschool' when '义务' then 'compulsory' "
                 "when '高中' then 'senior' when '中职' then 'vocational' when '高校' then 'college' end as stage, "
                 "%s as tuition, %s as boarding, aided::int as aided from o.enrolment" % (FEN % "tuition", FEN % "boarding"),
    "house_damage": 'select household, d."on", event, grade, report, rooms from o.disaster d join o.person using (person) '
                    "where grade is not null",
    "relocation": 'select household, d."on", event, people from o.disaster d join o.person using (person) where relocated',
    "traffic": "select person, \"on\", injury, case duty when '全责' then 'full' when '主责' then 'main' when '同责' then 'equal' "
               "when '次责' then 'minor' when '无责' then 'none' end as duty from o.traffic",
    "roll": 'select person, "on", until, class, next_review, grace_until from o.roll',
    "allowance": 'select person, "on", scheme, %s as amount from o.allowance' % FEN % "amount",
    "aid": 'select household, a."on", type, cause, %s as amount from o.aid a join o.person using (person)' % FEN % "amount",
    "report": 'select household, r."on", reporter, role, difficulty from o.report r join o.person using (person)',
    "visit": 'select household, v."on", way, result from o.visit v join o.person using (person)',
    "village_month": 'select area, "on", visits, zero::int as zero from o.village_month',
}


def export(auditor, folder, thresholds):
    with auditor.cursor() as cursor:
        for kind, query in KINDS.items():
            with open(os.path.join(folder, kind + ".csv"), "wb") as file:
                cursor.copy_expert("copy (%s) to stdout (format csv, header)" % query, file)
    with open(thresholds, "rb") as given, open(os.path.join(folder, "threshold.csv"), "wb") as file:
        file.write(given.read())

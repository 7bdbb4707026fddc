"""A small county of made-up people and the one department's database that knows them. Numbers begin with 99: nobody has
them."""
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"

AREAS = """code,name,parent_code,level
99,测试省,,1
9901,测试市,99,2
990102,测试县,9901,3
990102001,第一镇,990102,4
990102001201,第一村,990102001,5
990102001202,第二村,990102001,5
990103,邻县,9901,3
990103001,邻镇,990103,4
990103001201,邻村,990103001,5
"""
VILLAGE, SECOND_VILLAGE, NEIGHBOUR = "990102001201", "990102001202", "990103001201"

TABLES = """
create table ga_resident (resident_id text primary key, household text, id_no text, name text, birth text, sex text,
    area text, register_area text, updated timestamptz not null default clock_timestamp());
create table yb_settlement (setl_id text primary key, id_no text, name text, self_paid text, inpatient text, on_day text,
    valid text default '1', updated timestamptz not null default clock_timestamp());
"""

SOURCES = """

source resident "公安人口" {
	connect   host = "%(host)s" dbname = %(database)s user = postgres;
	query     "select resident_id, household, id_no, name, birth, sex, area, register_area, updated from ga_resident";
	key       resident_id;
	cursor    updated;
	every 50ms;  margin 0s;  overlap 1h every %(overlap)s;  reconcile never;  timeout %(timeout)s;
	area      "990102";
	person    id_no name name;
	household household rank register;
	resident {
		birth         = birth as "yyyy-MM-dd";
		sex           = map sex { "男" M, "女" F };
		area          = area;
		register_area = register_area;
		residence     = "rural";
	}
}
source settlement "医保结算" {
	connect   host = "%(host)s" dbname = %(database)s user = postgres;
	query     "select setl_id, id_no, name, self_paid, inpatient, on_day, valid, updated from yb_settlement";
	key       setl_id;
	cursor    updated;
	every 50ms;  margin 0s;  overlap 1h every %(overlap)s;  reconcile never;  timeout %(timeout)s;
	area      "990102";
	person    id_no name name;
	gone      when valid = "0";
	fact settlement {
		on        on_day as "yyyy-MM-dd";
		stay      = setl_id;
		inpatient = inpatient = "1";
		self_paid = self_paid as yuan;
	}
}
"""


def number(area, birth, sequence):
    body = area + birth.replace("-", "") + "%03d" % sequence
    return body + CHECKS[sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS)) % 11]


class Person:
    def __init__(self, index, household, sex, area=VILLAGE, birth="1980-01-01"):
        self.key, self.household, self.sex, self.area, self.birth = "R%d" % index, household, sex, area, birth
        self.number = number("990102", birth, 2 * index + (sex == "男"))
        self.name = "张测" + "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉"[index % 20]

    def row(self):
        return (self.key, self.household, self.number, self.name, self.birth, self.sex, self.area, self.area)


def people(households=30):
    """Two persons each; every third household lives in the second village."""
    found = []
    for house in range(households):
        area = SECOND_VILLAGE if house % 3 == 2 else VILLAGE
        for sex in "男女":
            found.append(Person(len(found), "H%d" % house, sex, area, "19%02d-03-0%d" % (60 + house % 30, 1 + len(found) % 9)))
    return found


def register(connection, persons):
    with connection.cursor() as cursor:
        for person in persons:
            cursor.execute("insert into ga_resident values (%s, %s, %s, %s, %s, %s, %s, %s)", person.row())


def settle(connection, key, person, self_paid, on, inpatient="1", updated=None):
    """One stay in hospital. Rows of one transaction have one cursor, so that they come in one page."""
    with connection.cursor() as cursor:
        cursor.execute("insert into yb_settlement values (%s, %s, %s, %s, %s, %s, '1', coalesce(%s, now()))",
                       (key, person.number, person.name, self_paid, inpatient, on, updated))

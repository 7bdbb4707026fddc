"""The people of the demonstration: households of every shape on real villages, the same for the same seed.

Knows no database and no rule; past.py and rolls.py tell each department what it would know about them.
"""
import datetime
import random

from citizen import Numbers

SURNAMES = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾萧田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛"
GIVEN_MALE = "伟强磊军勇杰涛明超刚平辉鹏华飞鑫波斌宇浩凯健俊帆帅旭宁龙林建国志文德忠诚永春祥福贵成康"
GIVEN_FEMALE = "芳娜敏静丽艳娟霞秀英玲桂兰婷雪梅燕红琴慧洁莉云凤琳萍珍玉莲蓉素淑群香月怡欣佳晓"
RARE = ("王䶮", "李堃", "张犇", "陈喆", "吉克·阿木", "马海·伍呷", "沙马·拉作")

HEAD, SPOUSE, CHILD, GRANDCHILD, PARENT, OTHER = "head", "spouse", "child", "grandchild", "parent", "other"

# Shape, share of all households.
SHAPES = (
    ("elder_alone", 0.075), ("elder_couple", 0.13), ("couple", 0.10), ("nuclear_one", 0.20), ("nuclear_two", 0.155),
    ("three_generations", 0.185), ("single_parent", 0.035), ("left_behind", 0.045), ("single", 0.075),
)

# Class, share among households of that shape; the rest are general. 2-4 % of all are in hardship.
POOR = {
    "elder_alone": (("tekun", 0.045), ("dibao", 0.05), ("edge", 0.01)),
    "elder_couple": (("dibao", 0.03), ("edge", 0.008)),
    "single_parent": (("dibao", 0.07), ("edge", 0.03), ("rigid", 0.01)),
    "left_behind": (("dibao", 0.06), ("edge", 0.02)),
    "three_generations": (("dibao", 0.02), ("edge", 0.008), ("rigid", 0.006)),
    "nuclear_two": (("dibao", 0.012), ("edge", 0.008), ("rigid", 0.006)),
    "nuclear_one": (("dibao", 0.01), ("edge", 0.006), ("rigid", 0.004)),
    "couple": (("dibao", 0.012), ("edge", 0.004)),
    "single": (("dibao", 0.03), ("tekun", 0.004), ("edge", 0.006)),
}


# What certainly befell somebody lately, so that even a small city shows each kind of hardship: see City.cast().
FATES = ("unaided", "review_due", "unreported", "in_hospital", "still_paid", "ill", "helped", "disabled", "worse", "laid_off",
         "unpaid", "less_paid", "dies", "bereft", "relocated")
# Those of them that befall the poor: what they may miss, what is to be reviewed, who is not looked after.
OF_THE_POOR = {"unaided": ("edge",), "review_due": ("dibao",), "unreported": ("dibao", "edge"),
               "in_hospital": ("tekun", "dibao", "edge", "rigid")}


class Person:
    __slots__ = ("number", "name", "male", "birth", "household", "relation", "job", "base", "dead", "disabled", "school",
                 "fate")

    def __init__(self, household, relation, male, birth):
        self.household = household
        self.relation = relation
        self.male = male
        self.birth = birth
        self.number = self.name = None
        self.job = None       # employee, labour, farm or None
        self.base = 0         # yuan a month
        self.dead = None      # day
        self.disabled = None  # (class, grade) of those who hold a card
        self.school = None    # stage
        self.fate = None      # one of FATES

    def age(self, day):
        return day.year - self.birth.year - ((day.month, day.day) < (self.birth.month, self.birth.day))

    def working_age(self, day):
        return 16 <= self.age(day) <= (59 if self.male else 54)


class Household:
    __slots__ = ("index", "village", "live", "told", "shape", "kind", "members", "number")

    def __init__(self, index, village, live, shape):
        self.index = index
        self.village = village  # of the register
        self.live = live        # Village where they live
        self.told = live.code   # what the register knows of it: a village, a town or nothing
        self.shape = shape
        self.kind = "general"
        self.members = []
        self.number = "H%s%06d" % (village.county, index)

    @property
    def head(self):
        return self.members[0]

    @property
    def residence(self):
        """The area that an alert about them must name, in twelve digits; civil affairs knows where its families live."""
        return (self.live.code if self.kind != "general" else self.told or "0").ljust(12, "0")


class City:
    def __init__(self, places, households, seed, today):
        self.places = places
        self.today = today
        self.rng = random.Random("city %d" % seed)
        self.numbers = Numbers()
        self.households = []
        self.persons = []
        villages = self.rng.choices(places.villages, [v.weight for v in places.villages], k=households)
        shapes = self.rng.choices([s for s, _ in SHAPES], [share for _, share in SHAPES], k=households)
        for index, (village, shape) in enumerate(zip(villages, shapes)):
            self.add_household(index, village, shape)
        self.fated = {fate: self.cast(fate, max(2, households // 5000)) for fate in FATES}

    # ---- fates ----

    def cast(self, fate, count):
        """The persons whom it befalls, each in a household of its own that nothing else certain befalls."""
        chosen = []
        for household in self.rng.sample(self.households, len(self.households)):
            person = self.fit(fate, household)
            if person and not any(member.fate for member in household.members):
                person.fate = fate
                chosen.append(person)
                if len(chosen) == count:
                    break
        return chosen

    def fit(self, fate, household):
        head = household.head
        if fate in OF_THE_POOR:
            return head if household.kind in OF_THE_POOR[fate] else None
        if household.kind != "general":
            return None
        if fate == "still_paid":
            old = [p for p in household.members if p.relation == PARENT and p.age(self.today) > 66]
            return self.disable(old[0], fate) if old and not old[0].disabled else None
        if fate == "bereft":
            children = [p for p in household.members if p.relation == CHILD and p.age(self.today) < 17]
            return head if household.shape in ("nuclear_one", "nuclear_two") and children else None
        if fate in ("ill", "helped", "relocated"):
            return head
        if fate in ("disabled", "worse"):
            return self.disable(head, fate) if not head.disabled and not head.job else None
        workers = [p for p in household.members if p.job in ("employee", "labour")]
        if len(workers) != 1 or not 25 <= workers[0].age(self.today) <= 50:
            return None
        wanted = "labour" if fate == "less_paid" else "employee"
        return workers[0] if workers[0].job == wanted else None

    def disable(self, person, fate):
        person.disabled = (4, 2) if fate == "worse" else (1, 1)
        return person

    # ---- households ----

    def add_household(self, index, village, shape):
        # 人户分离: one in twenty-five lives elsewhere in the city.
        live = self.rng.choice(self.places.villages) if self.rng.random() < 0.04 else village
        household = Household(index, village, live, shape)
        getattr(self, "make_" + shape)(household)
        for person in household.members:
            self.finish(person)
        dice = self.rng.random()
        for kind, share in POOR[shape]:
            if dice < share:
                household.kind = kind
                break
            dice -= share
        self.households.append(household)
        self.persons.extend(household.members)

    # ---- shapes ----

    def person(self, household, relation, male, low, high):
        """Aged low..high today."""
        days = self.rng.randint(low * 365 + low // 4 + 1, (high + 1) * 365 + high // 4)
        person = Person(household, relation, male, self.today - datetime.timedelta(days=days))
        household.members.append(person)
        return person

    def couple(self, household, low, high):
        head = self.person(household, HEAD, True, low, high)
        age = head.age(self.today)
        return head, self.person(household, SPOUSE, False, max(18, age - 5), age)

    def children(self, household, count, mother_age, relation=CHILD):
        for _ in range(count):
            high = max(0, min(24, mother_age - 21))
            self.person(household, relation, self.rng.random() < 0.53, max(0, high - 14), high)

    def make_elder_alone(self, household):
        self.person(household, HEAD, self.rng.random() < 0.4, 62, 91)

    def make_elder_couple(self, household):
        self.couple(household, 60, 84)

    def make_couple(self, household):
        self.couple(household, 24, 59)

    def make_nuclear_one(self, household):
        _, mother = self.couple(household, 26, 50)
        self.children(household, 1, mother.age(self.today))

    def make_nuclear_two(self, household):
        _, mother = self.couple(household, 28, 50)
        self.children(household, 2, mother.age(self.today))

    def make_three_generations(self, household):
        head, mother = self.couple(household, 28, 48)
        age = head.age(self.today)
        self.person(household, PARENT, True, age + 22, age + 28)
        if self.rng.random() < 0.7:
            self.person(household, PARENT, False, age + 20, age + 26)
        self.children(household, self.rng.randint(1, 2), mother.age(self.today))

    def make_single_parent(self, household):
        parent = self.person(household, HEAD, self.rng.random() < 0.35, 28, 48)
        self.children(household, self.rng.randint(1, 2), parent.age(self.today))

    def make_left_behind(self, household):
        self.couple(household, 58, 72)
        self.children(household, self.rng.randint(1, 2), 34, GRANDCHILD)

    def make_single(self, household):
        self.person(household, HEAD, self.rng.random() < 0.65, 19, 59)

    # ---- what everybody has ----

    def given_name(self, person):
        letters = GIVEN_MALE if person.male else GIVEN_FEMALE
        count = 2 if self.rng.random() < 0.7 else 1
        return "".join(self.rng.choice(letters) for _ in range(count))

    def finish(self, person):
        household, rng = person.household, self.rng
        area = "9901%02d" % (self.places.counties.index(household.village.county) + 1)
        person.number = self.numbers.make(area, person.birth, person.male)
        surname = rng.choice(SURNAMES)
        if person.relation == CHILD or (person.relation == PARENT and person.male):
            surname = household.head.name[0]
        person.name = rng.choice(RARE) if rng.random() < 0.002 else surname + self.given_name(person)
        age = person.age(self.today)
        if 3 <= age <= 15 or (16 <= age <= 21 and rng.random() < 0.6):
            person.school = ("preschool" if age < 6 else "compulsory" if age < 15 else "senior" if age < 18 else "college")
        elif person.working_age(self.today):
            self.give_job(person)
        self.give_disability(person, age)

    def give_job(self, person):
        dice = self.rng.random()
        if person.household.live.urban:
            person.job = "employee" if dice < 0.55 else "labour" if dice < 0.72 else "farm" if dice < 0.82 else None
        else:
            person.job = "employee" if dice < 0.12 else "labour" if dice < 0.30 else "farm" if dice < 0.92 else None
        if person.job in ("employee", "labour"):
            person.base = int(self.rng.lognormvariate(8.45, 0.35) / 10) * 10

    def give_disability(self, person, age):
        if self.rng.random() >= (0.02 if age < 45 else 0.05 if age < 65 else 0.09):
            return
        kind = self.rng.choices((1, 2, 3, 4, 5, 6, 7), (15, 20, 2, 42, 7, 10, 4))[0]
        grade = self.rng.choices((1, 2, 3, 4), (14, 24, 32, 30))[0]
        person.disabled = (kind, grade)
        if grade <= 2:
            person.job = None
            person.base = 0

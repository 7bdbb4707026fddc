"""The first load: who lives with whom comes before what befell them, and nobody is judged by half of what is known."""
from service import TROUBLE, TROUBLE_RULES, TROUBLE_TABLE, VILLAGE, Service, number_of, until

TABLES = TROUBLE_TABLE + """
create table ga_resident (certno text primary key, hukou text, live_area text, updated timestamptz default clock_timestamp());
create table slow (id int primary key, certno text, live_area text, updated timestamptz default clock_timestamp());
"""
REGISTER = """
source register "户籍" {
	connect   "host=%(host)s dbname=%(database)s user=postgres";
	query     "select certno, hukou, live_area, updated from ga_resident";
	key       certno;
	cursor    updated;
	margin    0s;  every 50ms;  reconcile never;
	area      "990102";
	person    certno;
	household hukou rank register;
	resident { area = live_area; }
}
"""
# One row that takes two seconds to be read.
SLOW = """
source slow "慢" {
	connect   "host=%(host)s dbname=%(database)s user=postgres";
	query     "select s.id, s.certno, s.live_area, s.updated, t.slept from slow s cross join lateral"
	          "(select pg_sleep(2)::text as slept where s.id > 0) t";
	key       id;
	cursor    updated;
	margin    0s;  every 10s;  overlap 1h every 1h;  reconcile never;
	area      "990102";
	person    certno;
	resident { area = live_area; }
}
"""
COUPLES = 150


def couples(service):
    """Both of each couple are in trouble."""
    with service.department.cursor() as cursor:
        cursor.executemany("insert into ga_resident (certno, hukou, live_area) values (%s, %s, %s)", [
            (number_of(2 * couple + spouse), "H%d" % couple, VILLAGE) for couple in range(1, COUPLES + 1) for spouse in (0, 1)])
    for couple in range(1, COUPLES + 1):
        for spouse in (0, 1):
            service.trouble("e%d" % spouse, "yellow", person=2 * couple + spouse)


def test_the_register_is_loaded_before_those_who_know_persons_only(tmp_path):
    with Service(tmp_path, sources=TROUBLE + REGISTER, department=TABLES, rules=TROUBLE_RULES) as service:
        couples(service)
        service.start()
        alerts = service.wait_alerts(COUPLES)
        # Nobody was a household alone first, to be merged later.
        assert service.value("select count(*) from needwatch.household where county <> 990099") == COUPLES
        assert len({alert["household"] for alert in alerts}) == COUPLES and len(service.alerts()) == COUPLES
        assert all(alert["history"] for alert in alerts)


def test_history_waits_until_every_first_load_is_whole(tmp_path):
    with Service(tmp_path, sources=TROUBLE + SLOW, department=TABLES, rules=TROUBLE_RULES) as service:
        service.trouble("flood", "yellow", person=1)
        with service.department.cursor() as cursor:
            cursor.execute("insert into slow (id, certno, live_area) values (1, %s, %s)", (number_of(2), VILLAGE))
        daemon = service.start(wait=None)
        seen = 0

        def loaded():
            nonlocal seen
            alerts = len(service.alerts())
            states = {source["name"]: source["state"] for source in daemon.status().get("sources", [])}
            if states.get("slow") != "loading":
                return states.get("slow") == "following"
            assert alerts == 0, "judged while a source was still loading"
            seen += states.get("trouble") == "following"
            return False
        daemon.wait_state("active")
        until(loaded, tell=service.tell)
        assert seen, "the other source was through before"
        service.wait_alerts(1)


def test_a_source_that_is_down_holds_up_no_history(tmp_path):
    gone = REGISTER.replace("dbname=%(database)s", "dbname=nowhere")
    with Service(tmp_path, sources=TROUBLE + gone, department=TABLES, rules=TROUBLE_RULES) as service:
        service.trouble("flood", "yellow", person=1)
        daemon = service.start(wait=None)
        daemon.wait_state("active")
        assert len(service.wait_alerts(1)) == 1

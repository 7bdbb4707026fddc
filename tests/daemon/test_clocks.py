"""Deadlines on a fast clock, and posts that fall vacant."""
from service import CITY, COUNTY, ONLY_TROUBLE, TOWN, VILLAGE, Service, until


def test_an_unsigned_alert_climbs_from_village_to_town_to_county(tmp_path):
    with Service(tmp_path, day="1s", canary="2s", **ONLY_TROUBLE) as service:
        daemon = service.start()
        service.trouble("fall", degree="yellow")
        seen = []

        def look():
            area = service.wait_alerts(1)[0]["office_area"]
            if not seen or seen[-1] != area:
                seen.append(area)
            return area == int(COUNTY)

        until(look, tell=service.tell)
        assert seen == [int(VILLAGE), int(TOWN), int(COUNTY)]
        # The next tier is copied before the lead moves to it.
        roles = [(row["role"], row["lead"]) for row in service.outbox()]
        assert (4, False) in roles and (4, True) in roles and (5, True) in roles
        until(lambda: service.alerts("o.area = %s", int(CITY)), tell=service.tell)
        # Days that turn under its wings delay the canary, and nothing else.
        assert daemon.wait_status(lambda s: s["canary"]["arrived"] >= 2)["daemon"]["progress"]


def test_a_post_that_falls_vacant_lifts_its_open_alerts(tmp_path):
    with Service(tmp_path, **ONLY_TROUBLE) as service:
        service.start()
        service.trouble("fall", degree="yellow")
        assert service.wait_alerts(1)[0]["office_area"] == int(VILLAGE)
        service.sql("update needwatch.post set state = 0 where office ="
                    " (select id from needwatch.office where area = %s)", int(VILLAGE))
        service.sql("update needwatch.organisation_version set version = version + 1")
        until(lambda: service.alerts("o.area = %s", int(TOWN)), tell=service.tell)
        # And the next one does not even go there.
        service.trouble("flood", degree="yellow", person=2)
        assert [a["office_area"] for a in service.wait_alerts(2)] == [int(TOWN)] * 2


def test_a_deadline_that_the_store_refuses_holds_up_no_other(tmp_path):
    with Service(tmp_path, **ONLY_TROUBLE) as service:
        daemon = service.start()
        for person in (1, 2, 3):
            service.trouble("fall", degree="yellow", person=person)
        alerts = [alert["id"] for alert in service.wait_alerts(3)]
        refused = alerts[1]
        service.sql("create function needwatch.refuse() returns trigger language plpgsql as $$ begin"
                    " raise exception 'not this one'; end $$")
        service.sql("create trigger refuse before insert or update on needwatch.alert_clock for each row"
                    " when (new.alert = %s) execute function needwatch.refuse()", refused)
        before = {alert: service.story(alert) for alert in alerts}
        # In one transaction, so that they come due in one batch; the trigger is not asked.
        with service.store_connection().cursor() as cursor:
            cursor.execute("begin; set local session_replication_role = replica;"
                           " update needwatch.alert_clock set due = now() - interval '1s', reminder = now() - interval '1s'"
                           " where running; update needwatch.alert set wake = now() - interval '1s' where closed is null; commit")
        others = [alert for alert in alerts if alert != refused]
        until(lambda: all(service.story(alert) != before[alert] for alert in others), tell=service.tell)
        daemon.wait_log("the store refuses a plan: not this one")
        assert service.story(refused) == before[refused]

        # It was left for the next rounds, and not forgotten.
        service.sql("drop trigger refuse on needwatch.alert_clock")
        until(lambda: service.story(refused) != before[refused], tell=service.tell)

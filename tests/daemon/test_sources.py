"""Sources that fail stop alone, say so, and come back."""
import signal

import pytest

from service import TROUBLE, TROUBLE_RULES, TROUBLE_TABLE, VILLAGE, Service, number_of, until

# The second department stands in the store's server, so that the first can be taken away.
OTHER = TROUBLE.replace("source trouble", "source other").replace("host=%(host)s dbname=%(database)s", "%(other)s")


@pytest.fixture
def service(tmp_path):
    with Service(tmp_path, apart=True, sources="", department=TROUBLE_TABLE, rules=TROUBLE_RULES, init=False) as service:
        service.other = service.store.database("other", TROUBLE_TABLE)
        service.told["sources"] = TROUBLE + OTHER.replace("%(other)s", "host=%s dbname=other" % service.store.folder)
        service.configuration = service.write_configuration()
        service.init()
        yield service


def other_moves(service, person):
    """The other source still brings alerts."""
    before = len(service.alerts())
    here, service.department = service.department, service.other
    service.trouble("fall", degree="yellow", person=person)
    service.department = here
    service.wait_alerts(before + 1)


def test_a_source_that_is_down_locked_or_changed_stops_alone(service):
    daemon = service.start()

    # A column is gone: broken, with the place; asked again every minute.
    service.department.cursor().execute("alter table yj_trouble rename column degree to grade")
    daemon.wait_source("trouble", "broken")
    broken = daemon.source("trouble")
    assert "degree" in broken["reason"] and broken["blind_since"]
    other_moves(service, 1)
    assert daemon.source("other")["state"] == "following"
    assert service.value("select blind_since is not null from needwatch.source where name = 'trouble'")
    service.department.cursor().execute("alter table yj_trouble rename column grade to degree")
    daemon.wait_source("trouble", "following", deadline=90)
    assert daemon.source("trouble")["blind_since"] is None

    # Somebody holds the table: the source gives up in its time, and goes on afterwards.
    blocker = service.departments.connect("yingji")
    blocker.autocommit = False
    blocker.cursor().execute("lock table yj_trouble in access exclusive mode")
    daemon.wait_source("trouble", "backing off")
    other_moves(service, 2)
    blocker.rollback()
    blocker.close()
    daemon.wait_source("trouble", "following")

    # The server is gone and comes back; what it was told meanwhile is found.
    service.department.close()
    service.departments.stop(signal.SIGINT)
    daemon.wait_source("trouble", "backing off")
    other_moves(service, 3)
    assert "blind since" in service.command("status").stdout
    service.departments.start()
    service.department = service.departments.connect("yingji")
    service.trouble("fall", degree="yellow", person=4)
    service.wait_alerts(4)
    daemon.wait_source("trouble", "following")


def test_rows_in_quarantine_say_why_and_come_out_on_release(tmp_path):
    with Service(tmp_path) as service:
        with service.department.cursor() as cursor:  # older than the overlap: nothing but the release reads them again
            cursor.execute("insert into yj_house values ('E1', %s, '张三丰', %s, '全倒', current_date, '0',"
                           " clock_timestamp() - interval '3 hours'), ('E2', '17位', '李四', %s, '倒塌', current_date, '0',"
                           " clock_timestamp() - interval '3 hours')", [number_of(1), VILLAGE, VILLAGE])
        daemon = service.start()
        until(lambda: daemon.source("damage").get("held") == 2)
        told = service.command("status").stdout
        assert "1 in quarantine for grade: the value table does not hold this value, like '全*' in row 'E1 99****************'" in told
        assert "1 in quarantine for certno: " in told and "in row 'E2 17" in told
        assert "once the mapping reads them: reload, then `needwatch source release damage`" in told
        assert number_of(1) not in told and "张三" not in told and "三丰" not in told

        # It lies in the store: the next daemon tells it, too.
        daemon.stop()
        daemon = service.start()
        until(lambda: daemon.source("damage").get("held") == 2)

        service.told["sources"] = service.told["sources"].replace('"倒塌" collapsed', '"倒塌" collapsed, "全倒" collapsed')
        service.write_configuration()
        assert daemon.ask("reload")["ok"]
        daemon.wait_source("damage", "following")
        assert "told to release" in service.command("source", "release", "damage").stdout
        service.wait_alerts(1)
        until(lambda: daemon.source("damage")["held"] == 1)
        told = service.command("status").stdout
        assert "for grade" not in told and "1 in quarantine for certno: " in told


def test_the_command_line_tells_a_source(service):
    daemon = service.start()
    assert "told to reconcile" in service.command("source", "reconcile", "trouble").stdout
    until(lambda: daemon.source("trouble")["state"] == "following")
    refused = service.command("source", "accept", "trouble", check=False)
    assert refused.returncode == 1 and "nothing waits to be accepted" in refused.stderr
    unknown = service.command("source", "release", "nobody", check=False)
    assert unknown.returncode == 1 and "no source of that name" in unknown.stderr
    daemon.stop()
    away = service.command("source", "release", "trouble", check=False)
    assert away.returncode == 3

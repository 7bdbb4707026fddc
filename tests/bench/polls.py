"""What watching a department's database costs: an empty poll against SELECT 1, and a poll with changes at ten times the
rows. The program watched is the sources' own code with a store in memory behind it, so that nothing else is measured."""
import json
import subprocess
import time

from measure import Cpu, at_most, backend, median

SECONDS = 4
PAUSE_US = 10000
CHANGED, ROUNDS = 100, 25

TABLE = """
create table yb_settlement (setl_id text primary key, certno text, psn_part_amt numeric(16,2), dscg_date text,
    vali_flag text default '1', updt_time timestamp not null);
create index on yb_settlement (updt_time, setl_id);
insert into yb_settlement select 'S' || n, '99010119700101001X', n % 90000, '2026-06-01', '1',
    localtimestamp - interval '3 days' + n * interval '1 microsecond' from generate_series(1, {rows}) n;
"""
SOURCE = """
source settlement {{
	connect   host = "{host}" dbname = {database} user = postgres;
	query     "select setl_id, certno, psn_part_amt, dscg_date, vali_flag, updt_time from yb_settlement";
	key       setl_id;
	cursor    updt_time;
	margin    0s;  every 10ms;  overlap 1h every 1d;  reconcile never;
	person    certno;
	gone      when vali_flag = "0";
	fact settlement {{ on dscg_date as "yyyy-MM-dd"; self_paid = psn_part_amt as yuan; }}
}}
"""


class Watched:
    """A table of so many rows, and the sources' driver that has read it and follows."""

    def __init__(self, programs, server, folder, rows):
        database = "poll%d" % rows
        self.connection = server.database(database, TABLE.format(rows=rows))
        self.run("analyze")
        path = "%s/%s.conf" % (folder, database)
        with open(path, "w", encoding="utf-8") as file:
            file.write(SOURCE.format(host=server.folder, database=database))
        self.process = subprocess.Popen([programs + "/source_driver", path], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True, bufsize=1)
        self.await_line("-> following")
        with self.connection.cursor() as cursor:
            cursor.execute("select pid from pg_stat_activity where datname = %s and pid <> pg_backend_pid()", [database])
            self.pids = (self.process.pid, cursor.fetchone()[0])

    def run(self, sql):
        with self.connection.cursor() as cursor:
            cursor.execute(sql)

    def await_line(self, part):
        for line in self.process.stdout:
            if part in line:
                return line
        raise AssertionError("the driver ended")

    def polls(self):
        self.process.stdin.write("status settlement\n")
        return json.loads(self.await_line("status ").split(" ", 1)[1])["polls"]

    def change(self):
        """Processor time of both sides from the commit of so many changed rows until they are taken."""
        with Cpu(*self.pids) as spent:
            self.run("update yb_settlement set psn_part_amt = psn_part_amt + 1, updt_time = clock_timestamp() "
                     "where setl_id in (select 'S' || (random() * %d)::int + 1 from generate_series(1, %d))"
                     % (self.rows() - 2, CHANGED))
            self.await_line("committed settlement")
        return spent.seconds

    def rows(self):
        with self.connection.cursor() as cursor:
            cursor.execute("select reltuples::bigint from pg_class where relname = 'yb_settlement'")
            return cursor.fetchone()[0]

    def end(self):
        self.process.stdin.close()
        self.process.wait(30)
        self.connection.close()


def empty_poll(watched):
    """Seconds of both sides for one poll that finds nothing."""
    time.sleep(0.5)
    before = watched.polls()
    with Cpu(*watched.pids) as spent:
        time.sleep(SECONDS)
    return spent.seconds / (watched.polls() - before)


def select_one(programs, server):
    """The same for SELECT 1, at the same pace."""
    count = SECONDS * 1000000 // PAUSE_US
    client = subprocess.Popen([programs + "/select_one", "host=%s user=postgres dbname=postgres" % server.folder,
                               str(count), str(PAUSE_US)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
    pids = (client.pid, int(client.stdout.readline()))
    with Cpu(*pids) as spent:
        client.stdin.write("\n")
        assert client.stdout.readline() == "done\n"
    client.stdin.close()
    client.wait(30)
    return spent.seconds / count


def rows(programs, server, folder, scale):
    small, large = (Watched(programs, server, folder, int(scale * count)) for count in (50000, 500000))
    try:
        polls = [(empty_poll(large), select_one(programs, server)) for _ in range(3)]
        empty, one = median(p[0] for p in polls), median(p[1] for p in polls)
        changes = [(small.change(), large.change()) for _ in range(ROUNDS)]
    finally:
        small.end()
        large.end()
    few, many = median(c[0] for c in changes), median(c[1] for c in changes)
    return [
        at_most("empty forward poll, CPU on both sides / SELECT 1", 2, empty / one,
                "%.0f us against %.0f us" % (empty * 1e6, one * 1e6)),
        at_most("cost of a poll with 100 changed rows at 10 times the population", 1.1, many / few,
                "%.2f ms of CPU at %d rows against %.2f ms" % (many * 1e3, scale * 500000, few * 1e3)),
    ]

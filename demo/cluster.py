"""One throw-away PostgreSQL with a database and a read-only role per department. Touches no other cluster, opens no port."""
import glob
import io
import os
import signal
import time

import psycopg2

from children import Failure

OWNER = "demo"
START_SECONDS = 30
HERE = os.path.dirname(os.path.abspath(__file__))

# Database, Chinese name, charset of its bytes. SQL_ASCII databases hold bytes that only their readers understand.
DEPARTMENTS = (
    ("yibao", "医保局", "utf-8"), ("weijian", "卫健委", "utf-8"), ("canlian", "残联", "gb18030"),
    ("renshe", "人社局", "utf-8"), ("minzheng", "民政局", "utf-8"), ("gongan", "公安局", "gb18030"),
    ("yingji", "应急局", "utf-8"), ("shuiwu", "税务局", "utf-8"), ("wangge", "网格中心", "utf-8"),
    ("jiaoyu", "教育局", "utf-8"), ("jiaojing", "交警支队", "utf-8"), ("sifa", "司法局", "utf-8"),
)


def binaries():
    """The newest installed PostgreSQL's programs."""
    found = glob.glob("/usr/lib/postgresql/*/bin/postgres")
    if not found:
        raise Failure("PostgreSQL's server is not installed: `./dev demo` installs it, or apt install postgresql-15")
    return os.path.dirname(max(found, key=lambda path: int(path.split("/")[4])))


def role_of(department):
    return "needwatch_reads_" + department


def schema_of(department):
    with open(os.path.join(HERE, "sql", department + ".sql"), encoding="utf-8") as file:
        return "".join(line for line in file if not line.startswith("--"))


def csv_cell(value):
    if value is None:
        return ""
    text = str(value)
    # Quoted, the empty text is not NULL; GB18030 never uses the bytes of quote, comma or newline inside a character.
    return '"%s"' % text.replace('"', '""') if text == "" or any(c in text for c in '",\n\r') else text


class Department:
    """A connection as the department's own clerk: writes what life brings."""

    def __init__(self, connection, name, charset):
        self.connection = connection
        self.name = name
        self.charset = charset

    def copy(self, table, columns, rows):
        """Appends the rows, in the department's own bytes."""
        lines = "".join(",".join(map(csv_cell, row)) + "\n" for row in rows)
        with self.connection.cursor() as cursor:
            cursor.copy_expert("copy %s (%s) from stdin (format csv)" % (table, columns),
                               io.BytesIO(lines.encode(self.charset)))

    def run(self, sql, values=None):
        """One statement; texts with Chinese characters only where the database is UTF-8."""
        with self.connection.cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.fetchall() if cursor.description else cursor.rowcount


class Cluster:
    def __init__(self, children):
        self.children = children
        self.bin = binaries()
        self.socket = os.path.join(children.folder, "departments")
        self.data = os.path.join(children.folder, "departments.data")
        self.departments = {}

    def create(self):
        os.mkdir(self.socket, 0o700)
        self.children.run("initdb", [
            self.bin + "/initdb", "-D", self.data, "-U", OWNER, "-A", "trust", "-E", "UTF8", "--no-locale", "-N"])
        self.children.start("departments", [
            self.bin + "/postgres", "-D", self.data, "-k", self.socket, "-c", "listen_addresses=",
            "-c", "unix_socket_permissions=0700", "-c", "fsync=off", "-c", "synchronous_commit=off",
            "-c", "full_page_writes=off", "-c", "wal_level=minimal", "-c", "max_wal_senders=0",
            "-c", "shared_buffers=128MB", "-c", "max_connections=120",
            "-c", "timezone=Asia/Shanghai", "-c", "log_min_messages=warning"], signal.SIGQUIT)
        self.wait()

    def wait(self):
        end = time.monotonic() + START_SECONDS
        while True:
            try:
                self.connect("postgres").close()
                return
            except psycopg2.OperationalError as fault:
                if self.children.dead() or time.monotonic() > end:
                    raise Failure("the departments' server did not start: %s\n%s" % (
                        fault, self.children.tail("departments")))
                time.sleep(0.03)

    def connect(self, database):
        connection = psycopg2.connect(host=self.socket, dbname=database, user=OWNER)
        connection.autocommit = True
        return connection

    def make_departments(self):
        """Each database with its tables and the one role that may read them and nothing else."""
        postgres = self.connect("postgres")
        with postgres.cursor() as cursor:
            for name, _, charset in DEPARTMENTS:
                encoding = "UTF8" if charset == "utf-8" else "SQL_ASCII"
                cursor.execute("create role %s login" % role_of(name))
                cursor.execute("alter role %s set default_transaction_read_only = on" % role_of(name))
                cursor.execute("create database %s encoding '%s' template template0 lc_collate 'C' lc_ctype 'C'" % (
                    name, encoding))
                cursor.execute("revoke all on database %s from public" % name)
                cursor.execute("grant connect on database %s to %s" % (name, role_of(name)))
        postgres.close()
        for name, _, charset in DEPARTMENTS:
            department = Department(self.connect(name), name, charset)
            department.run(schema_of(name))
            department.run("revoke create on schema public from public; grant select on all tables in schema public to "
                           + role_of(name))
            self.departments[name] = department

    def write_services(self, path):
        """The connections as libpq services, so that the configuration names departments and no paths."""
        with open(path, "w") as file:
            for name, _, _ in DEPARTMENTS:
                file.write("[%s]\nhost=%s\ndbname=%s\nuser=%s\n\n" % (name, self.socket, name, role_of(name)))

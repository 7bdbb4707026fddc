"""A PostgreSQL of its own in a temporary folder, and a driver that watches it. Never touches another cluster."""
import json
import os
import pwd
import queue
import shutil
import signal
import subprocess
import tempfile
import threading
import time

import psycopg2

BIN = "/usr/lib/postgresql/15/bin"
DEADLINE = 30


def as_postgres(command):
    if os.geteuid() != 0:
        return command
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] + command


class Cluster:
    """One server on a Unix socket, ended by its pid."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="nw-dept-", dir="/tmp")
        self.data = self.folder + "/data"
        if os.geteuid() == 0:
            user = pwd.getpwnam("postgres")
            os.chown(self.folder, user.pw_uid, user.pw_gid)
        os.chmod(self.folder, 0o755)
        subprocess.run(as_postgres([BIN + "/initdb", "-D", self.data, "-U", "postgres", "-A", "trust",
                                    "-E", "UTF8", "--no-locale", "-N"]),
                       check=True, stdout=subprocess.DEVNULL, cwd="/")
        self.server = None
        self.start()

    def start(self):
        self.server = subprocess.Popen(
            as_postgres([BIN + "/postgres", "-D", self.data, "-k", self.folder, "-c", "listen_addresses=",
                         "-c", "fsync=off", "-c", "max_connections=60"]),
            stdout=subprocess.DEVNULL, stderr=open(self.folder + "/log", "ab"), cwd="/")
        end = time.monotonic() + DEADLINE
        while True:
            try:
                self.connect("postgres").close()
                return
            except psycopg2.OperationalError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.05)

    def stop(self, how=signal.SIGINT):
        self.server.send_signal(how)
        self.server.wait(DEADLINE)

    def connect(self, database):
        connection = psycopg2.connect(host=self.folder, dbname=database, user="postgres",
                                      options="-c timezone=Asia/Shanghai")
        connection.autocommit = True
        return connection

    def database(self, name, sql, options=""):
        with self.connect("postgres").cursor() as cursor:
            cursor.execute("create database %s %s" % (name, options))
        connection = self.connect(name)
        connection.cursor().execute(sql)
        return connection

    def remove(self):
        self.stop()
        shutil.rmtree(self.folder)


class Driver:
    """The program under test. Its lines arrive on a queue, so that a test waits for what happens."""

    def __init__(self, configuration, folder):
        path = os.path.join(folder, "needwatch.conf")
        with open(path, "w") as file:
            file.write(configuration)
        self.process = subprocess.Popen([os.environ["SOURCE_DRIVER"], path], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True, bufsize=1)
        self.lines = queue.Queue()
        self.seen = []
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stdout:
            self.lines.put(line.rstrip("\n"))
        self.lines.put(None)

    def next(self, deadline):
        line = self.lines.get(timeout=max(0.01, deadline - time.monotonic()))
        assert line is not None, "the driver ended: %s" % self.seen[-5:]
        self.seen.append(line)
        return line

    def await_line(self, part, seconds=DEADLINE):
        """The next line that holds `part`."""
        end = time.monotonic() + seconds
        try:
            while True:
                line = self.next(end)
                if part in line:
                    return line
        except queue.Empty:
            raise AssertionError("no '%s' in %s" % (part, self.seen[-12:]))

    def say(self, *words):
        self.process.stdin.write(" ".join(str(w) for w in words) + "\n")

    def ask(self, *words):
        self.say(*words)
        return self.await_line("answer ") == "answer yes"

    def status(self, source):
        self.say("status", source)
        return json.loads(self.await_line("status ")[len("status "):])

    def facts(self, source):
        """{key: (version, content)} and {key: reason} of what is quarantined."""
        self.say("facts", source)
        rows, quarantine = {}, {}
        while True:
            line = self.next(time.monotonic() + DEADLINE)
            if line == "end":
                return rows, quarantine
            parts = line.split("\t")
            if parts[0] == "row":
                rows[parts[1]] = (int(parts[2]), parts[3])
            elif parts[0] == "quarantine":
                quarantine[parts[1]] = parts[2]

    def until(self, source, test):
        """Asks for the status after every line of the driver, and every 20 ms, until the test holds."""
        end = time.monotonic() + DEADLINE
        while True:
            status = self.status(source)
            if test(status):
                return status
            assert time.monotonic() < end, status
            try:
                self.seen.append(self.lines.get(timeout=0.02))
            except queue.Empty:
                pass

    def end(self):
        self.process.stdin.close()
        assert self.process.wait(DEADLINE) == 0

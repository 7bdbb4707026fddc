"""A PostgreSQL of a test's own in a temporary folder, reachable through a Unix socket alone. Ended by its pid; never
touches another cluster."""
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time

import psycopg2

BIN = "/usr/lib/postgresql/15/bin"
DEADLINE = 60


def as_postgres(command):
    """PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return command
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] + command


class Server:
    def __init__(self, settings=()):
        self.folder = tempfile.mkdtemp(prefix="nw-faults-", dir="/tmp")
        self.data = self.folder + "/data"
        self.settings = settings
        if os.geteuid() == 0:
            user = pwd.getpwnam("postgres")
            os.chown(self.folder, user.pw_uid, user.pw_gid)
        os.chmod(self.folder, 0o755)
        subprocess.run(as_postgres([BIN + "/initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8",
                                    "--no-locale", "-N"]), check=True, stdout=subprocess.DEVNULL, cwd="/")
        self.process = None
        self.start()

    def start(self):
        command = [BIN + "/postgres", "-D", self.data, "-k", self.folder, "-c", "listen_addresses=",
                   "-c", "fsync=off", "-c", "max_connections=60", "-c", "timezone=Asia/Shanghai"]
        for setting in self.settings:
            command += ["-c", setting]
        with open(self.folder + "/log", "ab") as log:
            self.process = subprocess.Popen(as_postgres(command), stdout=subprocess.DEVNULL, stderr=log, cwd="/")
        end = time.monotonic() + DEADLINE
        while True:
            try:
                self.connect().close()
                return
            except psycopg2.OperationalError:
                assert self.process.poll() is None and time.monotonic() < end, self.log()[-2000:]
                time.sleep(0.02)

    def stop(self, how=signal.SIGINT):
        """SIGINT: clients are cut off and a checkpoint is written. SIGQUIT: as in a crash."""
        self.process.send_signal(how)
        self.process.wait(DEADLINE)

    def connect(self, database="postgres", user="postgres"):
        connection = psycopg2.connect(host=self.folder, dbname=database, user=user)
        connection.autocommit = True
        return connection

    def database(self, name, sql):
        connection = self.connect()
        with connection.cursor() as cursor:
            cursor.execute("create database " + name)
        connection.close()
        connection = self.connect(name)
        with connection.cursor() as cursor:
            cursor.execute(sql)
        return connection

    def log(self):
        with open(self.folder + "/log", encoding="utf-8", errors="replace") as log:
            return log.read()

    def remove(self):
        if self.process.poll() is None:
            self.stop()
        shutil.rmtree(self.folder)

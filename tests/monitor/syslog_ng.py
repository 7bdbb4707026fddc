"""A syslog-ng of the test's own: its socket, files and pid lie in one folder; nothing of the host's is touched."""
import os
import shutil
import signal
import subprocess
import time

CONFIGURATION = """@version: 3.38
options { keep-hostname(yes); };
source in { unix-dgram("%(folder)s/in.sock" flags(syslog-protocol)); };
destination out { file("%(folder)s/out.log" template("${ISODATE}|${LEVEL}|${PROGRAM}|${MSGID}|${.SDATA.needwatch@32473.key}|${.SDATA.needwatch@32473.level}|${MSG}\\n")); };
log { source(in); destination(out); };
"""


def program():
    """Debian's, or the one that ./dev unpacked into the build folder."""
    for path in ("/usr/sbin/syslog-ng", os.environ.get("BUILD", "") + "/syslog-ng/run"):
        if os.access(path, os.X_OK):
            return path
    return shutil.which("syslog-ng")


class Syslog:
    def __init__(self, folder):
        self.folder = str(folder)
        self.socket = self.folder + "/in.sock"
        with open(self.folder + "/ng.conf", "w") as file:
            file.write(CONFIGURATION % {"folder": self.folder})
        self.process = None

    def start(self):
        self.process = subprocess.Popen(
            [program(), "-F", "-f", self.folder + "/ng.conf", "-R", self.folder + "/ng.persist", "-c",
             self.folder + "/ng.ctl", "-p", self.folder + "/ng.pid", "--no-caps"],
            stdout=subprocess.DEVNULL, stderr=open(self.folder + "/ng.err", "ab"))
        end = time.monotonic() + 20
        # The control socket comes last: then all sources are open.
        while not os.path.exists(self.folder + "/ng.ctl"):
            assert self.process.poll() is None, open(self.folder + "/ng.err").read()
            assert time.monotonic() < end
            time.sleep(0.02)

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(20)
        if os.path.exists(self.folder + "/ng.ctl"):
            os.unlink(self.folder + "/ng.ctl")

    def lines(self, count):
        """At least so many lines, as soon as they are there."""
        end = time.monotonic() + 20
        while True:
            lines = []
            if os.path.exists(self.folder + "/out.log"):
                lines = open(self.folder + "/out.log", encoding="utf-8").read().splitlines()
            if len(lines) >= count:
                return [line.split("|") for line in lines]
            assert time.monotonic() < end, lines
            time.sleep(0.02)

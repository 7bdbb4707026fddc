"""A needwatch-web on the store of a whole Service, with the built pages, and the accounts that sign in to it."""
import os
import pathlib
import socket
import subprocess
import sys
import threading

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE.parent / "daemon"))

from service import PROGRAMS, Service, until  # noqa: E402,F401

PAGES = ROOT / "inbox" / "app" / "dist"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Web:
    """Ended by its own pid. The port is known before, since the links that `needwatch account link` prints name it."""

    def __init__(self, service):
        self.service = service
        self.port = free_port()
        self.origin = "http://127.0.0.1:%d" % self.port
        self.configuration = service.folder / "web.conf"
        own = 'service {\n\tweb_port %d;\n\tweb_pages "%s";\n' % (self.port, PAGES)
        self.configuration.write_text(service.text().replace("service {\n", own, 1), encoding="utf-8")
        self.lines = []
        self.process = None
        self.start()

    def start(self):
        self.process = subprocess.Popen([str(PROGRAMS / "needwatch-web"), "--config", str(self.configuration)],
                                        stderr=subprocess.PIPE, text=True, cwd="/", env=dict(os.environ, LC_ALL="C.UTF-8"))
        threading.Thread(target=self._read, args=(self.process,), daemon=True).start()
        until(lambda: any("ready on port" in line for line in self.lines) or self.process.poll() is not None)
        assert self.process.poll() is None, self.log()

    def _read(self, process):
        for line in process.stderr:
            self.lines.append(line.rstrip("\n"))

    def log(self):
        return "\n".join(self.lines)

    def account(self, name, area, role, label, *flags, password=None):
        words = ["account", "add", name, "--office", area, "--role", role, "--label", label, *flags]
        if password:
            words.append("--password-stdin")
        done = subprocess.run([str(PROGRAMS / "needwatch"), *words, "--config", str(self.configuration)], text=True,
                              input=(password or "") + "\n", capture_output=True, cwd="/")
        assert done.returncode == 0, done.stderr

    def link(self, name):
        """The address that an administrator hands to somebody, good for one sign-in."""
        return self.service.command("account", "link", name, configuration=self.configuration).stdout.strip()

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.wait(30)

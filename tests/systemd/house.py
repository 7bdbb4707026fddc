"""A house for the services: in a mount namespace of its own, where /etc is a copy and /var/lib and /run are empty, the users,
folders and credentials are made from systemd/ and the services started as their units say. Outside of it nothing changes,
and with the process that opened it everything is gone. Needs root."""
import ctypes
import os
import pathlib
import pwd
import grp
import shlex
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time

from locked import directives

HERE = pathlib.Path(__file__).resolve().parent
UNITS = HERE.parents[1] / "systemd"
CLONE_NEWNS = 0x00020000
EMPTY = ("/var/lib", "/var/backups", "/run")
DEADLINE = 60


def run(*command, **more):
    return subprocess.run(list(map(str, command)), text=True, capture_output=True, timeout=DEADLINE, **more)


def must(*command, **more):
    done = run(*command, **more)
    assert done.returncode == 0, "%s: %s%s" % (command, done.stdout, done.stderr)
    return done.stdout


def possible():
    """May this process open a house?"""
    return os.geteuid() == 0 and run("unshare", "-m", "true").returncode == 0


class House:
    """`programs` is the folder where needwatch, needwatchd and needwatch-web were built."""

    def __init__(self, programs, pages):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="nw-house-", dir="/tmp"))
        self.services = []
        self.enter()
        # Where a package would put them, for users who may not pass through a home.
        shutil.copytree(programs, self.folder / "bin", ignore=lambda path, names: [
            name for name in names if not name.startswith("needwatch")])
        shutil.copytree(HERE.parents[1] / "rules" / "standard", self.folder / "rules")
        if pages and os.path.isdir(pages):
            shutil.copytree(pages, self.folder / "pages")
        must("chmod", "-R", "a+rX", *(place for place in self.folder.iterdir() if place.name in ("bin", "rules", "pages")))

    def enter(self):
        assert ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNS) == 0, "no mount namespace"
        must("mount", "--make-rprivate", "/")
        self.folder.chmod(0o755)
        must("cp", "-a", "/etc", self.folder / "etc")
        must("systemd-sysusers", "--root=%s" % self.folder, UNITS / "needwatch.sysusers")
        must("mount", "--bind", self.folder / "etc", "/etc")
        for place in EMPTY:
            must("mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", place)
        must("systemd-tmpfiles", "--create", UNITS / "needwatch.tmpfiles")

    def told(self, text):
        """Paths of an installed package as they are here."""
        return text.replace("/usr/bin/needwatch", "%s/bin/needwatch" % self.folder).replace(
            "/usr/share/needwatch", str(self.folder))

    def service(self, name):
        self.services.append(Service(self, name))
        return self.services[-1]

    def end(self):
        for service in reversed(self.services):
            service.stop()
        for mounted in EMPTY + ("/etc",):
            must("umount", "-l", mounted)
        shutil.rmtree(self.folder)

    def root(self, script):
        """Commands as an administrator types them."""
        path = "%s/bin:%s" % (self.folder, os.environ["PATH"])
        return run("bash", "-euc", script, cwd="/", env=dict(os.environ, LC_ALL="C.UTF-8", PATH=path))

    def as_user(self, user, *command):
        fields = pwd.getpwnam(user)
        return run("setpriv", "--reuid=%d" % fields.pw_uid, "--regid=%d" % fields.pw_gid, "--clear-groups", *command,
                   cwd="/")

    def psql(self, user, role, sql):
        """A statement in the private store by a user of the system as a role of the database."""
        return self.as_user(user, "psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-c", sql,
                            "host=/var/lib/needwatch/socket dbname=needwatch user=" + role)


class Service:
    """One unit, started once."""

    def __init__(self, house, name):
        self.house, self.name = house, name
        self.unit = UNITS / (name + ".service")
        self.lines = directives(self.unit)
        self.facts = dict(self.lines)
        self.credentials = pathlib.Path("/run/credentials") / (name + ".service")
        self.process = None

    def owned(self, path, mode):
        path.mkdir(parents=True, exist_ok=True)
        os.chown(path, pwd.getpwnam(self.facts["User"]).pw_uid, grp.getgrnam(self.facts["Group"]).gr_gid)
        path.chmod(mode)

    def load_credentials(self):
        """As LoadCredential= does: a file under its name, a folder's files each as NAME_FILE."""
        self.owned(self.credentials, 0o700)
        user = pwd.getpwnam(self.facts["User"])
        for line in (value for name, value in self.lines if name == "LoadCredential"):
            name, path = line.split(":")
            path = pathlib.Path(path)
            found = {"%s_%s" % (name, file.name): file for file in path.iterdir()} if path.is_dir() else {name: path}
            for as_name, file in found.items():
                target = self.credentials / as_name
                shutil.copyfile(file, target)
                os.chown(target, user.pw_uid, user.pw_gid)
                target.chmod(0o400)
        self.credentials.chmod(0o500)

    def start(self):
        for name, place in (("StateDirectory", "/var/lib"), ("RuntimeDirectory", "/run")):
            if name in self.facts:
                self.owned(pathlib.Path(place) / self.facts[name], int(self.facts[name + "Mode"], 8))
        self.load_credentials()
        self.notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
        self.notify.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        path = str(self.house.folder / (self.name + ".notify"))
        if os.path.exists(path):
            os.unlink(path)
        self.notify.bind(path)
        os.chmod(path, 0o777)
        environment = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "NOTIFY_SOCKET": path,
                       "CREDENTIALS_DIRECTORY": str(self.credentials)}
        if "WatchdogSec" in self.facts:
            environment["WATCHDOG_USEC"] = "30000000"
        command = shlex.split(self.house.told(self.facts["ExecStart"]))
        self.log = open(self.house.folder / (self.name + ".log"), "ab")
        self.process = subprocess.Popen([sys.executable, "-B", str(HERE / "locked.py"), str(self.unit)] + command,
                                        env=environment, stdout=self.log, stderr=self.log)
        return self

    def said(self):
        return (self.house.folder / (self.name + ".log")).read_text(encoding="utf-8", errors="replace")

    def await_word(self, word, seconds=DEADLINE):
        """The next message to systemd that holds the word, from the main process alone (NotifyAccess=main)."""
        end = time.monotonic() + seconds
        while True:
            assert self.process.poll() is None, "%s ended: %s" % (self.name, self.said()[-2000:])
            assert time.monotonic() < end, "%s never said %s: %s" % (self.name, word, self.said()[-2000:])
            self.notify.settimeout(0.2)
            try:
                text, ancillary, _, _ = self.notify.recvmsg(4096, socket.CMSG_SPACE(12))
            except socket.timeout:
                continue
            sender = struct.unpack("3i", ancillary[0][2])[0]
            if word in text.decode().split("\n"):
                assert sender == self.process.pid, "told by a process that systemd would not hear"
                return

    def stop(self):
        """By its unit's signal; its exit code."""
        if self.process is None or self.process.poll() is not None:
            return self.process and self.process.returncode
        self.process.send_signal(getattr(signal, self.facts.get("KillSignal", "SIGTERM")))
        return self.process.wait(DEADLINE)

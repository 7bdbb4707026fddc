"""The processes and the folder of one demonstration: started here, ended here by their own ids, nothing left behind."""
import contextlib
import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time

PR_SET_PDEATHSIG = 1
STOP_SECONDS = 20


class Failure(Exception):
    """The world failed: the text says where, what and the remedy."""


def die_with_parent(how):
    """Runs in the child: a demonstration that is killed takes its children along."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, how)


@contextlib.contextmanager
def told_if_missing(command):
    try:
        yield
    except OSError as fault:
        raise Failure("%s cannot be started: %s; `./dev build` makes the programs" % (command[0], fault.strerror))


def private_folder(user):
    """A folder of our own in TMPDIR, readable to nobody else; it belongs to `user` if we are root."""
    folder = tempfile.mkdtemp(prefix="needwatch-demo-")
    if user:
        os.chown(folder, user.pw_uid, user.pw_gid)
    return folder


def plain_user():
    """The account that PostgreSQL and the daemons get when we are root, which PostgreSQL refuses."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise Failure("there is neither a user 'postgres' nor 'nobody' to drop to; run the demo as a plain user")


def drop_to(user):
    """For good: from here on we are `user`."""
    if not user:
        return
    os.setgroups([])
    os.setgid(user.pw_gid)
    os.setuid(user.pw_uid)
    for name, value in (("HOME", user.pw_dir), ("USER", user.pw_name), ("LOGNAME", user.pw_name)):
        os.environ[name] = value


class Children:
    """In the order of their start; they end in the opposite one. `how`: the signal that ends one; a server whose data nobody
    will read again gets SIGQUIT and writes none of it out."""

    def __init__(self, folder):
        self.folder = folder
        self.running = []

    def start(self, name, command, how=signal.SIGTERM, environment=None, pipe=None):
        with open(os.path.join(self.folder, name + ".log"), "ab") as log, told_if_missing(command):
            child = subprocess.Popen(
                command, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=pipe or log, stderr=log,
                env=dict(os.environ, **(environment or {})), start_new_session=True,
                preexec_fn=lambda: die_with_parent(how))
        self.running.append((name, child, how))
        return child

    def run(self, name, command, environment=None, feed=None):
        """To its end; the text it prints. Its complaints are in NAME.log and in the failure."""
        with told_if_missing(command):
            done = subprocess.run(
                command, cwd=self.folder, input=feed, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                env=dict(os.environ, **(environment or {})), preexec_fn=lambda: die_with_parent(signal.SIGTERM))
        with open(os.path.join(self.folder, name + ".log"), "ab") as log:
            log.write(done.stdout + done.stderr)
        if done.returncode != 0:
            raise Failure("%s ended with %d: %s" % (
                " ".join(command[:3]), done.returncode, done.stderr.decode("utf-8", "replace").strip()[-2000:]))
        return done.stdout.decode("utf-8", "replace")

    def dead(self):
        """The name and the last lines of a child that ended by itself, or None."""
        for name, child, _ in self.running:
            if child.poll() is not None:
                return name, child.returncode, self.tail(name)
        return None

    def tail(self, name, lines=12):
        try:
            with open(os.path.join(self.folder, name + ".log"), "rb") as log:
                return b"\n".join(log.read()[-8000:].splitlines()[-lines:]).decode("utf-8", "replace")
        except OSError:
            return ""

    def stop(self):
        for name, child, how in reversed(self.running):
            if child.poll() is None:
                child.send_signal(how)
            try:
                child.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                sys.stderr.write("demo: %s did not end in %d s and is killed\n" % (name, STOP_SECONDS))
                child.kill()
                child.wait()
        self.running = []

    def keep_logs(self, folder):
        """Copies, for whoever looks for the reason afterwards."""
        for name in os.listdir(self.folder):
            if name.endswith(".log"):
                try:
                    shutil.copy(os.path.join(self.folder, name), folder)
                except OSError as fault:
                    sys.stderr.write("demo: %s is not kept: %s\n" % (name, fault))

    def remove_folder(self):
        """The server may still be unlinking its last files."""
        for _ in range(50):
            shutil.rmtree(self.folder, ignore_errors=True)
            if not os.path.exists(self.folder):
                return
            time.sleep(0.05)

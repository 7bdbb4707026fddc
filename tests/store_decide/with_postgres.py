#!/usr/bin/python3
"""Runs a command against a new PostgreSQL in a temporary folder, told in NEEDWATCH_TEST_STORE; ends it by its pid."""
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

BINARIES = "/usr/lib/postgresql/15/bin/"


def unprivileged():
    """PostgreSQL refuses root: then it runs as the account that Debian makes for it."""
    if os.getuid() != 0:
        return []
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]


def wait_until_ready(folder, server):
    while server.poll() is None:
        ready = subprocess.run([BINARIES + "pg_isready", "-q", "-h", folder, "-U", "postgres", "-d", "postgres"])
        if ready.returncode == 0:
            return
        time.sleep(0.05)
    sys.exit("PostgreSQL did not start; see its messages above")


def main():
    folder = tempfile.mkdtemp(prefix="needwatch-test-")
    os.chmod(folder, 0o711)
    if os.getuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    drop = unprivileged()
    cluster = folder + "/cluster"
    subprocess.run(drop + [BINARIES + "initdb", "-D", cluster, "-U", "postgres", "-A", "trust", "-E",
                           "UTF8", "--locale=C.UTF-8", "-N"],
                   check=True, stdout=subprocess.DEVNULL, cwd=folder)
    server = subprocess.Popen(drop + [BINARIES + "postgres", "-D", cluster, "-k", folder, "-c",
                                      "listen_addresses=", "-c", "fsync=off", "-c",
                                      "log_min_messages=fatal"],
                              cwd=folder)
    try:
        wait_until_ready(folder, server)
        os.environ["NEEDWATCH_TEST_STORE"] = f"host={folder} user=postgres dbname=postgres"
        code = subprocess.run(sys.argv[1:]).returncode
    finally:
        server.send_signal(signal.SIGINT)
        server.wait()
        shutil.rmtree(folder)
    sys.exit(code)


if __name__ == "__main__":
    main()

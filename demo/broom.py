"""Sweeps up behind a demonstration that was killed: waits until it is gone, then ends what stayed and removes its folder.

Touches no process but the postmasters whose pid files lie in that folder.
"""
import glob
import os
import shutil
import signal
import time

PATIENCE = 30


def end_postmasters(folder):
    for path in glob.glob(os.path.join(folder, "**", "postmaster.pid"), recursive=True):
        try:
            with open(path) as file:
                os.kill(int(file.readline()), signal.SIGQUIT)
        except (OSError, ValueError):
            pass


def sweep(folder):
    end = time.monotonic() + PATIENCE
    while os.path.exists(folder) and time.monotonic() < end:
        end_postmasters(folder)
        time.sleep(0.2)
        shutil.rmtree(folder, ignore_errors=True)


def start(folder):
    """A child that lives as long as the demonstration and a moment more. Called before there are threads."""
    held, holding = os.pipe()  # the other end closes with us, however we end
    child = os.fork()
    if child:
        os.close(held)
        return child
    try:
        os.close(holding)
        os.setsid()
        quiet = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(quiet, descriptor)
        os.chdir("/")
        for how in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(how, signal.SIG_IGN)
        os.read(held, 1)
        sweep(folder)
    finally:
        os._exit(0)

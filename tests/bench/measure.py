"""What every measurement shares: processor time of processes, percentiles, rows of the table, the machine."""
import collections
import os
import platform

# `met` is None where there is no goal.
Row = collections.namedtuple("Row", "name goal measured met detail")


def at_most(name, goal, measured, detail=""):
    return Row(name, "<= %g" % goal, measured, measured <= goal, detail)


def at_least(name, goal, measured, detail=""):
    return Row(name, ">= %g" % goal, measured, measured >= goal, detail)


def shown(name, measured, detail=""):
    return Row(name, "-", measured, None, detail)


def cpu(pid):
    """Seconds that a process with all its threads has spent on a processor, to the nanosecond."""
    total = 0
    for thread in os.listdir("/proc/%d/task" % pid):
        with open("/proc/%d/task/%s/schedstat" % (pid, thread), encoding="ascii") as file:
            total += int(file.read().split()[0])
    return total / 1e9


class Cpu:
    """Processor time that some processes spend while the block runs."""

    def __init__(self, *pids):
        self.pids = pids

    def __enter__(self):
        self.start = sum(map(cpu, self.pids))
        return self

    def __exit__(self, *what):
        self.seconds = sum(map(cpu, self.pids)) - self.start


def median(values):
    ordered = sorted(values)
    return ordered[len(ordered) // 2]


def percentile(values, percent):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


def backend(connection, application):
    """Pid of the server's process for the client with this application_name."""
    with connection.cursor() as cursor:
        cursor.execute("select pid from pg_stat_activity where application_name like %s", [application])
        pids = [row[0] for row in cursor]
    assert len(pids) == 1, "%s: %s" % (application, pids)
    return pids[0]


def machine():
    model = "unknown processor"
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        for line in file:
            if line.startswith("model name"):
                model = line.split(":")[1].strip()
                break
    return "%s, %d processors, Linux %s, load %.2f before" % (
        model, os.cpu_count(), platform.release(), os.getloadavg()[0])

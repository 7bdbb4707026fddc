#!/usr/bin/python3
"""Runs a command as its unit file says, as far as that needs no systemd: user and group, no new privileges, the calls it
may make, no memory that is written and then run, address families, limits. `locked.py UNIT COMMAND...`; needs root. It
makes no folder and no credential."""
import ctypes
import errno
import grp
import os
import pathlib
import pwd
import re
import resource
import socket
import subprocess
import sys

PR_SET_NO_NEW_PRIVS, PR_CAPBSET_DROP = 38, 24
LAST_CAPABILITY = 40
PROT_WRITE, PROT_EXEC, SHM_EXEC = 2, 4, 0o100000

# libseccomp: actions and comparisons.
ALLOW, REFUSE = 0x7FFF0000, 0x00050000 | errno.EPERM
EQUAL, MASKED_EQUAL = 4, 7


class Compare(ctypes.Structure):
    _fields_ = [("argument", ctypes.c_uint), ("op", ctypes.c_int), ("a", ctypes.c_uint64), ("b", ctypes.c_uint64)]


def directives(path):
    """(name, value) of each line of a unit file, continuation lines joined."""
    text = pathlib.Path(path).read_text(encoding="utf-8").replace("\\\n", " ")
    return [tuple(line.split("=", 1)) for line in text.splitlines() if "=" in line and not line.startswith("#")]


def call_sets():
    """systemd's own groups of system calls: name -> names of calls and of groups."""
    text = subprocess.run(["systemd-analyze", "syscall-filter"], text=True, capture_output=True, check=True).stdout
    sets, name = {}, None
    for line in re.sub(r"\x1b\[[0-9;]*m", "", text).splitlines():
        if line.startswith("@"):
            name = line.strip()
            sets[name] = []
        elif name and line.startswith("    ") and not line.strip().startswith("#"):
            sets[name].append(line.strip())
    return sets


def expand(words, sets):
    found = set()
    for word in words:
        found |= expand(sets[word], sets) if word.startswith("@") else {word}
    return found


def allowed_calls(told):
    sets, calls = call_sets(), set()
    for name, value in told:
        if name == "SystemCallFilter":
            words = expand(value.lstrip("~").split(), sets)
            calls = calls - words if value.startswith("~") else calls | words
    # systemd always lets a service start, end and look at the time.
    return calls | expand(["@default"], sets)


def conditions(call, told):
    """The arguments with which a call is allowed; a call that is not named here is allowed with any."""
    facts = dict(told)
    if call == "socket" and "RestrictAddressFamilies" in facts:
        return [Compare(0, EQUAL, getattr(socket, word), 0) for word in facts["RestrictAddressFamilies"].split()]
    if facts.get("MemoryDenyWriteExecute") != "yes":
        return []
    both = PROT_WRITE | PROT_EXEC
    return {
        "mmap": [Compare(2, MASKED_EQUAL, both, bits) for bits in (0, PROT_WRITE, PROT_EXEC)],
        "mprotect": [Compare(2, MASKED_EQUAL, PROT_EXEC, 0)],
        "pkey_mprotect": [Compare(2, MASKED_EQUAL, PROT_EXEC, 0)],
        "shmat": [Compare(2, MASKED_EQUAL, SHM_EXEC, 0)],
    }.get(call, [])


def filter_calls(told):
    library = ctypes.CDLL("libseccomp.so.2", use_errno=True)
    library.seccomp_init.restype = ctypes.c_void_p
    filter_ = ctypes.c_void_p(library.seccomp_init(REFUSE))
    for call in sorted(allowed_calls(told)):
        number = library.seccomp_syscall_resolve_name(call.encode())
        if number < 0:
            continue
        for compare in conditions(call, told) or [None]:
            one = (Compare * 1)(*[compare] if compare else [])
            failed = library.seccomp_rule_add_array(filter_, ALLOW, number, 1 if compare else 0, one)
            assert not failed, "%s: %s" % (call, os.strerror(-failed))
    assert library.seccomp_load(filter_) == 0


def become(told):
    facts = dict(told)
    user, group = pwd.getpwnam(facts["User"]), grp.getgrnam(facts["Group"])
    libc = ctypes.CDLL(None, use_errno=True)
    if facts.get("CapabilityBoundingSet") == "":
        for capability in range(LAST_CAPABILITY + 1):
            libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
    os.setgroups([])
    os.setgid(group.gr_gid)
    os.setuid(user.pw_uid)
    os.umask(int(facts["UMask"], 8))
    if facts.get("NoNewPrivileges") == "yes":
        assert libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0


def limit(told):
    facts = dict(told)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if "LimitNOFILE" in facts:
        count = int(facts["LimitNOFILE"])
        resource.setrlimit(resource.RLIMIT_NOFILE, (count, count))


def main():
    told = directives(sys.argv[1])
    limit(told)
    become(told)
    os.chdir("/")
    filter_calls(told)
    os.execv(sys.argv[2], sys.argv[2:])


if __name__ == "__main__":
    main()

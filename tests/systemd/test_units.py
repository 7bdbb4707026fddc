"""The unit files are clean, well locked in, and say why of each line."""

import pathlib
import re
import subprocess

import pytest

UNITS = pathlib.Path(__file__).resolve().parents[2] / "systemd"
SERVICES = sorted(UNITS.glob("*.service"))
DAEMONS = ("needwatchd", "needwatch-web")


def run(*command):
    return subprocess.run([str(word) for word in command], text=True, capture_output=True, timeout=60)


def directives(path):
    """(name, value) of each line, continuation lines joined."""
    text = path.read_text(encoding="utf-8").replace("\\\n", " ")
    return [tuple(line.split("=", 1)) for line in text.splitlines() if "=" in line and not line.startswith("#")]


def test_verify_is_clean(tmp_path):
    for unit in SERVICES:
        text = re.sub(r"/usr/bin/needwatch\S*|/usr/lib/postgresql/15/bin/postgres", "/usr/bin/true",
                      unit.read_text(encoding="utf-8"))
        (tmp_path / unit.name).write_text(text, encoding="utf-8")
    done = run("systemd-analyze", "verify", "--man=no", *sorted(tmp_path.glob("*.service")))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("unit", SERVICES, ids=lambda path: path.stem)
def test_exposure(unit):
    done = run("systemd-analyze", "security", "--offline=true", "--no-pager", "--threshold=15", unit)
    assert done.returncode == 0, done.stdout.splitlines()[-1]


@pytest.mark.parametrize("unit", SERVICES, ids=lambda path: path.stem)
def test_each_lock_has_its_reason(unit):
    """A directive stands under a comment, or under directives that share one."""
    reason = False
    for line in unit.read_text(encoding="utf-8").splitlines():
        if line.startswith("# ----"):
            continue
        if line.startswith("#"):
            reason = True
        elif not line.strip():
            reason = False
        elif re.match(r"(Protect|Private|Restrict|Lock|Memory|NoNew|System|Capab|Ambient|IPAddr|Remove|Limit|Load)", line):
            assert reason, line


@pytest.mark.parametrize("name", DAEMONS)
def test_what_peer_authentication_forbids(name):
    told = dict(directives(UNITS / f"{name}.service"))
    assert told["Type"] == "notify" and "WatchdogSec" in told
    assert "PrivateUsers" not in told and "DynamicUser" not in told
    assert told["Group"] == "needwatch-socket"


def test_only_the_pages_can_open_what_is_sealed():
    keys = {unit.stem: [v.split(":")[0] for n, v in directives(unit) if n == "LoadCredential"] for unit in SERVICES}
    assert "seal.secret" not in keys["needwatchd"] and "seal.secret" in keys["needwatch-web"]
    assert "source" in keys["needwatchd"] and "source" not in keys["needwatch-web"]


def test_users_and_folders(tmp_path):
    (tmp_path / "etc").mkdir()
    done = run("systemd-sysusers", f"--root={tmp_path}", UNITS / "needwatch.sysusers")
    assert done.returncode == 0, done.stderr
    users = (tmp_path / "etc/passwd").read_text().splitlines()
    groups = {line.split(":")[0]: line.split(":")[2] for line in (tmp_path / "etc/group").read_text().splitlines()}
    for unit in SERVICES:
        told = dict(directives(unit))
        fields = next(line.split(":") for line in users if line.startswith(told["User"] + ":"))
        assert fields[3] == groups["needwatch-socket"] and fields[6].endswith("nologin")
    for line in (UNITS / "needwatch.tmpfiles").read_text().splitlines():
        if not line.startswith("#"):
            _, path, mode, user, _, _ = line.split()
            assert path.startswith(("/var/lib/needwatch", "/run/needwatch", "/etc/needwatch"))
            assert not int(mode, 8) & 0o022, "nobody else may write there"
            assert user in ("root", "needwatch", "needwatch-store")

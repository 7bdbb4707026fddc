#!/usr/bin/python3
"""The tables of the manual pages, taken from the program's own: `tables.py NEEDWATCH [--update]` says where a page and
the program differ, or rewrites what stands between the marks `.\\" TABLE` and `.\\" end of TABLE`."""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
MAN = ROOT / "docs" / "man"


def roff(text):
    """Plain text as roff; what stands between backquotes is bold."""
    text = text.replace("\\", "\\e")
    text = re.sub(r"`([^`]*)`", lambda word: "\\fB" + word[1].replace("-", "\\-") + "\\fP", text)
    return "\\&" + text if text[:1] in (".", "'") else text


def literal(text):
    lines = [line.replace("\\", "\\e").replace("-", "\\-") for line in text.splitlines()]
    lines = ["\\&" + line if line[:1] in (".", "'") else line for line in lines]
    return [".Bd -literal -compact"] + lines + [".Ed"]


def sentence(text):
    text = text[:1].upper() + text[1:] if not text.startswith("`") else text
    return roff(text if text.endswith(".") else text + ".")


def commands(needwatch):
    """As `needwatch help` has them."""
    def help_of(*words):
        return subprocess.run([needwatch, "help", *words], text=True, capture_output=True, check=True).stdout
    lines = [".Bl -tag -width Ds"]
    for name in re.findall(r"^  ([a-z]+) ", help_of(), re.M):
        usage, summary = help_of(name).rstrip("\n").rsplit("\n", 1)
        usage = usage.replace("usage: needwatch ", "", 1)
        usage = re.sub(r"^ {%d}" % len("usage: needwatch "), "", usage, flags=re.M)
        lines += [".It Cm " + name, *literal(usage), ".Pp", sentence(summary)]
    return lines + [".El"]


def settings(_):
    """As docs/configuration.md has them, which a test of its own holds to the parser's table."""
    text = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\w+) \| `(\w+)` \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$",
                      text[text.index("<!-- settings -->"):text.index("<!-- end of settings -->")], re.M)
    lines, block = [], None
    for of, name, kind, preset, meaning in rows:
        if of != block:
            lines += [".El"] * bool(block) + [".Ss " + of, ".Bl -tag -width Ds"]
            block = of
        lines.append(".It Ic %s Ar %s" % (name, kind.strip().replace(": ", " : ").split(" : ")[0].replace(" ", "-")))
        lines.append(sentence(meaning.strip()))
        if ": " in kind:
            lines.append("One of: %s." % ", ".join("\\fB%s\\fP" % word for word in kind.split(": ")[1].split()))
        if preset.strip() != "-":
            lines.append("The default is " + roff("`%s`." % preset.strip()))
    return lines + [".El"]


def grammar(_):
    text = (ROOT / "docs" / "language.md").read_text(encoding="utf-8")
    return literal(re.search(r"## Grammar\n\n```\n(.*?)```", text, re.S)[1])


def macro_rows(path, macro):
    """The rows of an X-macro: a list of fields each."""
    text = (ROOT / path).read_text(encoding="utf-8")
    body = re.search(r"#define %s\(X\)((?:.*\\\n)*.*\n)" % macro, text)[1]
    rows = re.findall(r'\bX\(((?:[^()"]|"(?:[^"\\]|\\.)*"|\([^()]*\))*)\)', body.replace("\\\n", "\n"))
    return [[field.strip().strip('"') for field in re.findall(r'"(?:[^"\\]|\\.)*"|[^,\s][^,]*', row)] for row in rows]


def limits(_):
    lines = [".Bl -tag -width Ds"]
    for name, value, reason in macro_rows("include/bounds.h", "BOUNDS"):
        if re.match("RULE|KIND|SCOPE|FIELD|NAME|PATTERN|TEXT_FIELD|DIAG", name):
            lines += [".It " + value, sentence(reason)]
    return lines + [".El"]


def states(path, macro):
    def lines_of(_):
        lines = [".Bl -tag -width Ds"]
        for _, word, meaning in macro_rows(path, macro):
            lines += [".It Sy " + word, sentence(meaning)]
        return lines + [".El"]
    return lines_of


TABLES = {
    "needwatch.1": {"commands": commands},
    "needwatch.conf.5": {"settings": settings},
    "needwatch.rules.5": {"grammar": grammar, "limits": limits},
    "needwatchd.8": {"daemon states": states("monitor/daemon.h", "DAEMON_STATES"),
                     "source states": states("monitor/source.h", "SOURCE_STATES")},
}


def renewed(page, needwatch):
    """The page's text with its tables as the program has them now."""
    text = (MAN / page).read_text(encoding="utf-8")
    for name, table in TABLES[page].items():
        first, last = '.\\" %s\n' % name, '.\\" end of %s\n' % name
        assert text.count(first) == 1 and text.count(last) == 1, "%s has no place for %s" % (page, name)
        head, rest = text.split(first)
        text = head + first + "\n".join(table(needwatch)) + "\n" + last + rest.split(last)[1]
    return text


def main():
    differ = False
    for page in TABLES:
        text = renewed(page, sys.argv[1])
        if text != (MAN / page).read_text(encoding="utf-8"):
            if sys.argv[2:] == ["--update"]:
                (MAN / page).write_text(text, encoding="utf-8")
            else:
                print("the tables of docs/man/%s are not the program's: run with --update" % page, file=sys.stderr)
                differ = True
    sys.exit(differ)


if __name__ == "__main__":
    main()

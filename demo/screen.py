"""What the demonstration shows: a bar, one line that runs, tables whose columns hold Chinese. UTF-8 whatever the locale says.

Knows nothing of the city or of the monitor.
"""
import io
import os
import shutil
import time
import unicodedata

BAR = 24
PLAIN_SECONDS = 5  # between two lines where there is no terminal


def width(text):
    """Columns on a terminal: an ideograph takes two."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def cut(text, columns):
    """No wider than so many columns; what was cut off shows as a dot."""
    if width(text) <= columns:
        return text
    used, kept = 0, []
    for c in text:
        used += width(c)
        if used > columns - 1:
            break
        kept.append(c)
    return "".join(kept) + "…"


def pad(text, columns, right=False):
    gap = " " * max(0, columns - width(text))
    return gap + text if right else text + gap


def number(value):
    return "{:,}".format(value)


class Screen:
    def __init__(self, descriptor=1):
        # A terminal in the C locale still gets UTF-8; what a stray byte spoils must not end the demonstration.
        self.out = io.TextIOWrapper(os.fdopen(os.dup(descriptor), "wb", buffering=0), encoding="utf-8", errors="replace",
                                    write_through=True)
        self.terminal = os.isatty(descriptor) and os.environ.get("TERM", "dumb") != "dumb"
        self.running = ""
        self.shown = 0.0
        self.broken = False

    def columns(self):
        return shutil.get_terminal_size().columns

    def write(self, text):
        """A reader that has gone is no reason to leave things behind: the demonstration goes on to its end."""
        if self.broken:
            return
        try:
            self.out.write(text)
        except OSError:
            self.broken = True

    def say(self, text=""):
        if self.terminal and self.running:
            self.write("\r\x1b[K" + text + "\n" + self.running)
        else:
            self.write(text + "\n")

    def run(self, text):
        """The line that runs: in its place on a terminal, else a line now and then."""
        if self.terminal:
            self.running = cut(text, self.columns() - 1)
            self.write("\r\x1b[K" + self.running)
        elif time.monotonic() - self.shown >= PLAIN_SECONDS:
            self.shown = time.monotonic()
            self.write(text + "\n")

    def bar(self, share, text, done=True):
        """How far the preparations are, 0 to 1. What has only begun shows on a terminal alone."""
        full = min(BAR, int(share * BAR + 0.5))
        line = "[%s%s] %3d%%  %s" % ("#" * full, "." * (BAR - full), int(share * 100 + 0.5), text)
        if self.terminal:
            self.run(line)
        elif done:
            self.write(line + "\n")

    def end_run(self):
        """The running line stays where it is; what follows stands below it."""
        if self.terminal and self.running:
            self.write("\n")
        self.running = ""

    def table(self, heads, rows, numbers=()):
        """`numbers`: columns that are right-aligned."""
        widths = [max(width(row[i]) for row in [heads] + rows) for i in range(len(heads))]
        for row in [heads, ["-" * w for w in widths]] + rows:
            cells = [pad(cell, widths[i], i in numbers) for i, cell in enumerate(row)]
            self.say("  " + "  ".join(cells).rstrip())

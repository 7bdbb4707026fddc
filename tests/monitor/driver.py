"""Programs that a test feeds by lines and hears by lines. Waits for what it expects, never for a time."""
import os
import queue
import subprocess
import threading

DEADLINE = 20


class Program:
    """A running program; its lines come from a queue, so that a test never blocks for ever."""

    def __init__(self, command, **options):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, text=True, bufsize=1, **options)
        self.lines = queue.Queue()
        self.seen = []
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.put(line.rstrip("\n"))
        self.lines.put(None)

    def say(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def next(self, deadline=DEADLINE):
        line = self.lines.get(timeout=deadline)
        if line is None:
            raise AssertionError("it ended; it said:\n" + "\n".join(self.seen))
        self.seen.append(line)
        return line

    def until(self, part, deadline=DEADLINE):
        """The next line that holds the part."""
        while True:
            line = self.next(deadline)
            if part in line:
                return line

    def end(self):
        if self.process.poll() is None:
            self.process.stdin.close()
            try:
                self.process.wait(DEADLINE)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        return self.process.returncode


def driver(*arguments, **options):
    return Program([os.environ["DRIVER"], *arguments], **options)

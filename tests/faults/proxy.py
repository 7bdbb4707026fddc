"""A proxy between a client and PostgreSQL that breaks their conversation at a chosen message. It counts and names the
messages of both directions, passes every byte on unchanged, and speaks to nobody else.

By itself: `proxy.py LISTEN_SOCKET SERVER_SOCKET` prints what passes by. In tests: `with Proxy(...) as proxy`."""
import asyncio
import os
import re
import shutil
import signal
import sys
import tempfile
import threading
import time

import wire

# What a fault does when its message comes. A client's message has been handed to the server before the fault strikes,
# a server's has not been handed to the client: so every state that the two can be left in is reached.
CUT = "cut"                # both connections are closed
KILL = "kill"              # the client's process is killed, then cut
DELAY = "delay"            # this message and all that follow it wait for a while
HALF_CLOSE = "half close"  # its direction ends; the other goes on
BLACK_HOLE = "black hole"  # nothing passes any more in either direction, and nothing is closed
ACTIONS = (CUT, KILL, DELAY, HALF_CLOSE, BLACK_HOLE)

DEADLINE = 30


class Fault:
    """Strikes once: at the `nth` message for which all that is given holds; at `place` of a transaction, counted by
    direction; in a transaction whose first statement after `begin` matches `first`; on a connection whose
    application_name is `application`."""

    def __init__(self, action, direction=None, name=None, sql=None, nth=1, place=None, first=None, application=None,
                 seconds=0.2, victim=None):
        assert action in ACTIONS and (action != KILL or victim)
        self.action, self.direction, self.name, self.sql = action, direction, name, sql
        self.nth, self.place, self.first, self.application, self.seconds = nth, place, first, application, seconds
        self.victim = victim  # gives the process id to kill
        self.seen = 0
        self.struck = threading.Event()
        self.message = None

    def strikes(self, message):
        if self.struck.is_set() or not self.fits(message):
            return False
        self.seen += 1
        if self.seen < self.nth:
            return False
        self.message = message
        return True

    def fits(self, message):
        if self.direction and message.direction != self.direction:
            return False
        if self.application and message.connection.application != self.application:
            return False
        if self.name and message.name != self.name:
            return False
        if self.sql and not re.search(self.sql, message.sql, re.I):
            return False
        if self.place is not None and (not message.transaction or message.place != self.place):
            return False
        return not self.first or self.first_fits(message.transaction)

    def first_fits(self, transaction):
        """A `begin` alone does not tell yet which transaction it opens: any will do."""
        if not transaction:
            return False
        if len(transaction.statements) < 2:
            return True
        return bool(re.search(self.first, transaction.statements[1], re.I))

    def wait(self, seconds=DEADLINE):
        assert self.struck.wait(seconds), "the message never came: %s" % vars(self)


class Link:
    """One client's connection and the one to the server that belongs to it."""

    def __init__(self, proxy, number):
        self.proxy = proxy
        self.conversation = wire.Conversation(number)
        self.writers = []
        self.silent = set()  # directions in which nothing passes any more

    async def run(self, reader, writer):
        self.writers = [writer]
        try:
            server_reader, server_writer = await asyncio.open_unix_connection(self.proxy.upstream)
        except OSError:
            writer.close()
            return
        self.writers.append(server_writer)
        await self.speak(reader, writer, server_reader, server_writer)
        self.close()

    async def speak(self, reader, writer, server_reader, server_writer):
        splitter = wire.Splitter(startup=True)
        first = await self.startup(reader, writer, server_writer, splitter)
        if first is None:
            return
        ways = [asyncio.ensure_future(self.pass_on(wire.CLIENT, reader, server_writer, splitter)),
                asyncio.ensure_future(self.pass_on(wire.SERVER, server_reader, writer, wire.Splitter(False)))]
        try:
            await asyncio.gather(*ways)
        except (ConnectionError, Broken):
            pass
        finally:
            for way in ways:
                way.cancel()

    async def startup(self, reader, writer, server_writer, splitter):
        """Requests for encryption are denied here; the startup message goes to the server."""
        while True:
            chunk = await reader.read(65536)
            if not chunk:
                return None
            for letter, body in splitter.feed(chunk):
                if not letter and wire.startup_code(body) in wire.ENCRYPTION_REQUESTS:
                    writer.write(b"N")
                    continue
                if not letter and wire.startup_code(body) == wire.CANCEL_REQUEST:
                    server_writer.write(body)
                    await server_writer.drain()
                    return None
                await self.one(wire.CLIENT, letter, body, server_writer)
                return body

    async def pass_on(self, direction, reader, writer, splitter):
        for letter, body in splitter.feed(b""):
            await self.one(direction, letter, body, writer)
        while True:
            chunk = await reader.read(262144)
            if not chunk:
                break
            for letter, body in splitter.feed(chunk):
                await self.one(direction, letter, body, writer)
            await writer.drain()
        if direction in self.silent:
            return
        if direction == wire.SERVER:
            raise Broken
        writer.write_eof()

    async def one(self, direction, letter, body, writer):
        if direction in self.silent:
            return
        if direction == wire.CLIENT:
            message = self.conversation.said_by_client(letter, body)
        else:
            message = self.conversation.said_by_server(letter, body)
        self.proxy.note(message)
        fault = next((fault for fault in self.proxy.faults if fault.strikes(message)), None)
        if fault and fault.action == DELAY:
            fault.struck.set()
            await asyncio.sleep(fault.seconds)
        if direction == wire.CLIENT:
            writer.write(body)
        if fault and fault.action != DELAY:
            try:
                await self.strike(fault, direction, writer)
            finally:
                fault.struck.set()
        if direction == wire.SERVER and direction not in self.silent:
            writer.write(body)

    async def strike(self, fault, direction, writer):
        if fault.action == BLACK_HOLE:
            self.silent = {wire.CLIENT, wire.SERVER}
            return
        # What was passed on before must arrive: the server acts on it.
        await self.flush(self.writers[1])
        if fault.action == KILL:
            os.kill(fault.victim(), signal.SIGKILL)
        if fault.action != HALF_CLOSE:
            raise Broken
        self.silent = {direction}
        writer.write_eof()

    @staticmethod
    async def flush(writer):
        while writer.transport.get_write_buffer_size() and not writer.transport.is_closing():
            await asyncio.sleep(0.001)

    def close(self):
        for writer in self.writers:
            if not writer.is_closing():
                writer.close()


class Broken(Exception):
    """The conversation ends here."""


class Proxy:
    """Listens on its own Unix socket, in a thread. The folder is made for it and removed with it."""

    def __init__(self, upstream_folder, port=5432):
        self.folder = tempfile.mkdtemp(prefix="nw-proxy-", dir="/tmp")
        os.chmod(self.folder, 0o755)
        self.port = port
        self.upstream = os.path.join(upstream_folder, ".s.PGSQL.%d" % port)
        self.listening = os.path.join(self.folder, ".s.PGSQL.%d" % port)
        self.lock = threading.Lock()
        self.faults = []
        self.transactions = []  # those that began since clear()
        self.counts = {}        # (direction, name) -> messages
        self.links = set()
        self.number = 0
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.ready = threading.Event()

    def __enter__(self):
        self.thread.start()
        assert self.ready.wait(DEADLINE)
        return self

    def __exit__(self, *what):
        self.loop.call_soon_threadsafe(self.stopping.set)
        self.thread.join(DEADLINE)
        shutil.rmtree(self.folder, ignore_errors=True)

    def serve(self):
        asyncio.set_event_loop(self.loop)
        self.loop.run_until_complete(self.listen())
        self.loop.close()

    async def listen(self):
        self.stopping = asyncio.Event()
        server = await asyncio.start_unix_server(self.accept, self.listening)
        os.chmod(self.listening, 0o777)
        self.ready.set()
        await self.stopping.wait()
        server.close()
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def accept(self, reader, writer):
        self.number += 1
        link = Link(self, self.number)
        self.links.add(link)
        try:
            await link.run(reader, writer)
        except (ConnectionError, asyncio.CancelledError):
            link.close()
        finally:
            self.links.discard(link)

    # ---- called by the proxy's own thread ----

    def note(self, message):
        with self.lock:
            key = (message.direction, message.name)
            self.counts[key] = self.counts.get(key, 0) + 1
            if message.transaction and message.direction == wire.CLIENT and message.place == 1:
                self.transactions.append(message.transaction)

    # ---- called by the test ----

    def break_at(self, action, **where):
        fault = Fault(action, **where)
        self.faults = [fault]
        return fault

    def heal(self):
        self.faults = []

    def clear(self):
        with self.lock:
            self.transactions = []
            self.counts = {}

    def seen(self):
        """Transactions since clear(), in the order of their `begin`."""
        with self.lock:
            return list(self.transactions)

    def count(self, direction, name):
        with self.lock:
            return self.counts.get((direction, name), 0)

    def cut_all(self):
        """Every connection that stands is closed; new ones are taken."""
        done = threading.Event()

        def cut():
            for link in list(self.links):
                link.close()
            done.set()
        self.loop.call_soon_threadsafe(cut)
        assert done.wait(DEADLINE)


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: proxy.py FOLDER    (of the server's .s.PGSQL.5432); prints its own folder, then what passes")
    with Proxy(sys.argv[1]) as proxy:
        print(proxy.folder, flush=True)
        note = proxy.note

        def show(message):
            note(message)
            print("%3d %s %-20s %s" % (message.connection.number, ">" if message.direction == wire.CLIENT else "<",
                                       message.name, " ".join(message.sql.split())[:80]), flush=True)
        proxy.note = show
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            pass


if __name__ == "__main__":
    main()

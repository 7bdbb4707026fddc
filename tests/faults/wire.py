"""The PostgreSQL protocol 3.0 as a proxy needs it: where a message ends, what it is called, which statement and which
transaction it belongs to. Opens no socket and changes no byte."""
import collections
import re
import struct

CLIENT, SERVER = "client", "server"

CLIENT_NAMES = {
    "Q": "Query", "P": "Parse", "B": "Bind", "D": "Describe", "E": "Execute", "S": "Sync", "H": "Flush", "C": "Close",
    "d": "CopyData", "c": "CopyDone", "f": "CopyFail", "p": "Password", "X": "Terminate", "F": "FunctionCall",
}
SERVER_NAMES = {
    "R": "Authentication", "S": "ParameterStatus", "K": "BackendKeyData", "Z": "ReadyForQuery", "T": "RowDescription",
    "D": "DataRow", "C": "CommandComplete", "1": "ParseComplete", "2": "BindComplete", "3": "CloseComplete",
    "n": "NoData", "t": "ParameterDescription", "I": "EmptyQueryResponse", "s": "PortalSuspended",
    "E": "ErrorResponse", "N": "NoticeResponse", "A": "NotificationResponse", "G": "CopyInResponse",
    "H": "CopyOutResponse", "W": "CopyBothResponse", "d": "CopyData", "c": "CopyDone",
    "v": "NegotiateProtocolVersion",
}

# Numbers that stand where a startup message has its protocol version.
SSL_REQUEST, GSS_REQUEST, CANCEL_REQUEST = 80877103, 80877104, 80877102
ENCRYPTION_REQUESTS = (SSL_REQUEST, GSS_REQUEST)

BEGINS = re.compile(r"\s*(begin|start\s+transaction)\b", re.I)
ENDS = re.compile(r"\s*(commit|rollback|end|abort)\b(?!\s+to\b)", re.I)

# One message on its way. `transaction` is None outside of one; `place` counts from 1 within the transaction, for each
# direction by itself, because the two directions overlap when statements are pipelined.
Message = collections.namedtuple("Message", "connection direction name sql transaction place body")


class Splitter:
    """Bytes in, whole messages out: (type letter, all bytes of the message)."""

    def __init__(self, startup):
        self.startup = startup  # the first message has no type letter
        self.bytes = bytearray()

    def feed(self, chunk):
        self.bytes += chunk
        while True:
            header = 4 if self.startup else 5
            if len(self.bytes) < header:
                return
            size = struct.unpack_from(">I", self.bytes, header - 4)[0] + header - 4
            if len(self.bytes) < size:
                return
            message = bytes(self.bytes[:size])
            del self.bytes[:size]
            if self.startup:
                # After a request for encryption, which is denied, the startup message comes once more.
                self.startup = startup_code(message) in ENCRYPTION_REQUESTS
                yield "", message
            else:
                yield chr(message[0]), message


def startup_code(message):
    return struct.unpack_from(">I", message, 4)[0]


def startup_parameters(message):
    words = message[8:].split(b"\0")
    return dict((words[i].decode(), words[i + 1].decode()) for i in range(0, len(words) - 1, 2) if words[i])


def strings(body, start, count):
    """`count` strings that end with a zero byte, from `start` on."""
    found = []
    for _ in range(count):
        end = body.index(b"\0", start)
        found.append(body[start:end].decode("utf-8", "replace"))
        start = end + 1
    return found


class Transaction:
    """From its `begin` on. Statements are listed in the order in which the client names them."""

    def __init__(self, number, application=""):
        self.number = number
        self.application = application
        self.statements = []
        self.messages = {CLIENT: [], SERVER: []}  # names

    def says(self, pattern):
        return any(re.search(pattern, sql, re.I) for sql in self.statements)


class Conversation:
    """What both sides have said on one connection, enough to name each message."""

    def __init__(self, number):
        self.number = number
        self.application = ""
        self.statements = {}  # prepared, by name
        self.portals = {}
        self.sql = ""         # the last that the client named
        self.transaction = None
        self.ending = False   # commit or rollback was sent
        self.asked = collections.deque()  # the transaction of each Sync and Query that has no answer yet
        self.count = 0

    def name(self, letter, names):
        return names.get(letter, "Unknown " + repr(letter)) if letter else "Startup"

    def said_by_client(self, letter, body):
        name = self.name(letter, CLIENT_NAMES)
        if name == "Startup":
            self.application = startup_parameters(body).get("application_name", "")
            return Message(self, CLIENT, name, "", None, 0, body)
        sql = self.client_sql(name, body)
        if sql is not None:
            self.sql = sql
            self.enter(sql)
        transaction = self.transaction
        message = Message(self, CLIENT, name, self.sql, transaction, self.place(CLIENT, name, transaction), body)
        if name in ("Query", "Execute") and transaction and ENDS.match(self.sql):
            self.ending = True
        if name in ("Query", "Sync", "FunctionCall"):
            self.asked.append(transaction)
            if self.ending:
                self.transaction, self.ending = None, False
        return message

    def client_sql(self, name, body):
        """The statement that a message speaks of; None: of the same as the one before."""
        if name == "Query":
            return strings(body, 5, 1)[0]
        if name == "Parse":
            statement, sql = strings(body, 5, 2)
            self.statements[statement] = sql
            return sql
        if name == "Bind":
            portal, statement = strings(body, 5, 2)
            self.portals[portal] = self.statements.get(statement, "")
            return self.portals[portal]
        if name == "Execute":
            return self.portals.get(strings(body, 5, 1)[0], "")
        return None

    def enter(self, sql):
        if self.transaction is None and BEGINS.match(sql):
            self.count += 1
            self.transaction = Transaction(self.count, self.application)
        if self.transaction and (not self.transaction.statements or self.transaction.statements[-1] != sql):
            self.transaction.statements.append(sql)

    def said_by_server(self, letter, body):
        name = self.name(letter, SERVER_NAMES)
        transaction = self.asked[0] if self.asked else self.transaction
        message = Message(self, SERVER, name, self.sql, transaction, self.place(SERVER, name, transaction), body)
        if name == "ReadyForQuery" and self.asked:
            self.asked.popleft()
        return message

    @staticmethod
    def place(direction, name, transaction):
        if not transaction:
            return 0
        transaction.messages[direction].append(name)
        return len(transaction.messages[direction])

"""What a store holds, so that two stores to which the same happened are equal: ids stand as what they mean, instants and
random bytes are left out, rows are sorted. Reads; changes nothing but, on a fresh store, where its ids begin."""
import json
import re

# Ids of a test's store begin here, so that they are known wherever they are written: in a column, a text, a key.
FIRST_ID = {"alert": 7000000001, "person": 8000000001, "household": 9000000001}
ID = re.compile(r"(?<![\d.])0*([789]0000\d{5})(?!\d)")
# Within the id of an assessment's event: the position that was judged, and what it was judged by.
POSITION = re.compile(r":\d+:(?=[0-9a-f]{32}\b)")
INSTANT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?([+-]\d\d(:?\d\d)?|Z)?")

# Tables that tell how a program is doing rather than what is true.
OPERATION = {"lease", "migration", "compare_key", "session", "sign_in_token"}
# Instants, random bytes, hashes of ids, numbers that count attempts: different in every run.
LOOSE = {
    "source": {"cursor", "fingerprint", "written", "state", "reason"},
    "person": {"sealed"},
    "ledger": {"header", "hash", "event"},
    "ledger_head": {"hash"},
    "ledger_payload": {"salt"},
    "outbox": {"id", "attempts", "fence", "last_error"},
    "threshold": {"id"},
    "organisation_version": {"version"},
}


# In which order and in how many transactions things came in.
ORDER = {"journal_entry": None, "assessed": {"position"}, "journal_head": None, "ledger": {"sequence"}, "ledger_head": None,
         "ledger_payload": {"sequence"}, "membership": {"position"}}


def begin_ids(connection):
    """On a store that has no people yet."""
    with connection.cursor() as cursor:
        for name, first in FIRST_ID.items():
            cursor.execute("alter sequence needwatch.%s_id restart with %d" % (name, first))


def tables(connection):
    with connection.cursor() as cursor:
        cursor.execute("select tablename from pg_tables where schemaname = 'needwatch' order by 1")
        return [row[0] for row in cursor]


def rows(connection, table):
    with connection.cursor() as cursor:
        cursor.execute("select to_jsonb(t)::text from needwatch.%s t" % table)
        return [row[0] for row in cursor]


class Names:
    """What the ids of a store mean."""

    def __init__(self, connection):
        with connection.cursor() as cursor:
            cursor.execute("select id, number_mask from needwatch.person")
            self.names = {person: "person " + mask for person, mask in cursor}
            assert len(set(self.names.values())) == len(self.names), "masks tell the persons of a test apart"
            cursor.execute("select household, array_agg(distinct person) from needwatch.membership group by 1")
            members = {household: sorted(self.names[p] for p in persons) for household, persons in cursor}
            self.add("select id, coalesce((select min(position) from needwatch.membership where household = h.id), 0) "
                     "from needwatch.household h order by 2, 1", cursor,
                     lambda household: "household of " + ", ".join(members.get(household, ["nobody"])))
            self.add("select id, household, lane from needwatch.alert order by opened, id", cursor,
                     lambda alert, household, lane: "alert %d of %s" % (lane, self.names.get(household, "nobody")))

    def add(self, sql, cursor, name):
        """Those that would have the same name are counted."""
        cursor.execute(sql)
        seen = {}
        for row in cursor.fetchall():
            text = name(*row[:name.__code__.co_argcount])
            seen[text] = seen.get(text, 0) + 1
            self.names[row[0]] = text if seen[text] == 1 else "%s (%d)" % (text, seen[text])

    def told(self, text):
        return INSTANT.sub("INSTANT", ID.sub(lambda id_: self.names.get(int(id_[1]), "nobody's id"), text))


def plain(value, names):
    if isinstance(value, dict):
        return {key: plain(each, names) for key, each in value.items()}
    if isinstance(value, list):
        return [plain(each, names) for each in value]
    if isinstance(value, bool) or value is None or isinstance(value, float):
        return value
    if isinstance(value, int):
        return names.names.get(value, value)
    try:
        inner = json.loads(value)  # a payload is JSON inside a text
    except ValueError:
        inner = None
    return plain(inner, names) if isinstance(inner, (dict, list)) else names.told(value)


def dropped(table, ordered):
    """Columns that are left out; None: all of them."""
    loose = LOOSE.get(table, set())
    if ordered:
        return loose
    order = {"position"} if table.startswith("fact_") else ORDER.get(table, set())
    return None if order is None else loose | order


def content(connection, ordered=True):
    """{table: sorted rows}; without their order if that may be another."""
    names, found = Names(connection), {}
    for table in tables(connection):
        loose = dropped(table, ordered)
        if table in OPERATION or loose is None:
            continue
        told = (json.dumps({column: plain(value, names) for column, value in json.loads(row).items()
                            if column not in loose}, ensure_ascii=False, sort_keys=True)
                for row in rows(connection, table))
        found[table] = sorted(told if ordered else (POSITION.sub(":POSITION:", row) for row in told))
    return found


def difference(expected, found):
    """Of two contents, a few lines; empty: none."""
    lines = []
    for table in sorted(set(expected) | set(found)):
        old, new = list(expected.get(table, [])), list(found.get(table, []))
        for row in list(old):
            if row in new:
                new.remove(row)
                old.remove(row)
        lines += ["%s lacks %s" % (table, row) for row in old] + ["%s has %s" % (table, row) for row in new]
    return "\n".join(lines[:20])


def texts(connection):
    """Everything that stands in any table, as text, also what bytes would read as: for looking for what must not."""
    for table in tables(connection):
        for row in rows(connection, table):
            yield table, row
            for column, value in json.loads(row).items():
                if isinstance(value, str) and value.startswith("\\x"):
                    yield table + "." + column, bytes.fromhex(value[2:]).decode("utf-8", "replace")

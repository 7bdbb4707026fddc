"""Brings the departments' tables together in one database, decoded, as an auditor would: a copy, asked of their readers' roles.

Knows their tables, not what the monitor makes of them.
"""
import io
import os

HERE = os.path.dirname(os.path.abspath(__file__))
THRESHOLDS = "name text, area text, class text, residence text, value bigint, \"from\" text, until text"


def read_bytes(connection, sql):
    out = io.BytesIO()
    with connection.cursor() as cursor:
        cursor.copy_expert("copy (%s) to stdout" % sql, out)
    return out.getvalue()


def tables_of(connection):
    """{table: its columns as SQL}"""
    with connection.cursor() as cursor:
        cursor.execute("""
            select c.relname, string_agg(quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod), ', '
                order by a.attnum)
            from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
            where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' group by c.relname""")
        return dict(cursor.fetchall())


def gather(department, charset, auditor):
    """Copies every table of one department into the auditor's schema `dept`."""
    if charset != "utf-8":
        department.set_client_encoding("SQL_ASCII")
    for table, columns in tables_of(department).items():
        text = read_bytes(department, "select * from " + table).decode(charset).encode("utf-8")
        with auditor.cursor() as cursor:
            # A control table stands in several departments.
            cursor.execute("create table if not exists dept.%s (%s)" % (table, columns))
            cursor.copy_expert("copy dept.%s from stdin" % table, io.BytesIO(text))


def judge(auditor, day, thresholds):
    """The expected findings of that day: schema `o` as facts.sql and rules.sql make it. `thresholds`: a file as in kinds.md 1.2."""
    with auditor.cursor() as cursor:
        cursor.execute("create schema o; create table o.now (day date); create table o.threshold (%s)" % THRESHOLDS)
        cursor.execute("insert into o.now values (%s)", (day,))
        with open(thresholds, encoding="utf-8") as file:
            cursor.copy_expert("copy o.threshold from stdin (format csv, header, force_not_null (area, class, residence))", file)
        # kinds.md 1.2: money in yuan; these are the defaults the rules below need beside the file's.
        cursor.execute("update o.threshold set value = value * 100 where name in ('disposable_income', 'dibao_line', 'medical_limit')")
        cursor.execute("insert into o.threshold (name, area, class, residence, value) select 'medical_limit', '', c, '', v * 100 "
                       "from (values ('tekun', 1000), ('dibao', 5000), ('edge', 10000), ('rigid', 10000), ('fanpin', 10000), "
                       "('general', 15000)) as d(c, v)")
        for name in ("facts.sql", "rules.sql", "gaps.sql"):
            with open(os.path.join(HERE, name), encoding="utf-8") as file:
                cursor.execute(file.read())
            cursor.execute("analyze")

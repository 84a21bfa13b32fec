"""The same rows once more, by psycopg alone: one transaction a form into a copy of the database, all guards in place.

What the product adds to it is everything else: HTTP, the page, the rules, the letter's words, Django.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial

import psycopg
from psycopg import sql

Row = tuple[str | None, ...]
# One form's rows: table by table, in an order that foreign keys allow.
Rows = list[tuple[str, list[Row]]]

# How each table's rows belong to a form. `f` is the form, `e` its audit event, `p` its paper.
BELONGS = {
    "audit_auditevent": "t.id = e.id",
    "audit_chainhead": "t.chain = e.chain",
    "elections_form": "t.id = f.id",
    "elections_formline": "t.form_id = f.id",
    "elections_judgement": "t.form_id = f.id",
    "documents_paper": "t.id = p.id",
    "notices_message": "t.attachments->>0 = p.id::text",
}
_FROM = """
    FROM elections_form f
    JOIN audit_auditevent e ON e.id = f.event_id
    JOIN documents_paper p ON p.subject_key LIKE '%%:' || f.number
"""


def counts(url: str) -> dict[str, int]:
    """How many rows every table of ours has."""
    with psycopg.connect(url) as connection:
        query = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        tables = [name for (name,) in connection.execute(query)]
        count = sql.SQL("SELECT count(*) FROM {}")
        return {table: connection.execute(count.format(sql.Identifier(table))).fetchall()[0][0] for table in tables}


def rows_of_forms(url: str) -> tuple[dict[str, list[str]], list[Rows]]:
    """The columns of each table, and what was written for every form, each value as text."""
    columns: dict[str, list[str]] = {}
    forms: dict[str, Rows] = defaultdict(list)
    with psycopg.connect(url) as connection:
        for table, belongs in BELONGS.items():
            columns[table] = [name for (name,) in connection.execute(_COLUMNS, [table])]
            texts = sql.SQL(", ").join(sql.SQL("t.{}::text").format(sql.Identifier(name)) for name in columns[table])
            query = sql.SQL("SELECT f.id::text, {} {} JOIN {} t ON " + belongs).format(
                texts, sql.SQL(_FROM.replace("%%", "%")), sql.Identifier(table)
            )
            found: dict[str, list[Row]] = defaultdict(list)
            for form, *row in connection.execute(query):
                found[form].append(tuple(row))
            for form, rows in found.items():
                forms[form].append((table, rows))
    return columns, list(forms.values())


_COLUMNS = "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"


def writing(url: str, columns: dict[str, list[str]]) -> Callable[[Rows], None]:
    """A client with one connection that writes one form's rows in one transaction."""
    return partial(_write, psycopg.connect(url), columns)


def _write(connection: psycopg.Connection, columns: dict[str, list[str]], rows: Rows) -> None:
    with connection.transaction():
        for table, members in rows:
            connection.execute(
                _insert(table, columns[table], len(members)), [value for row in members for value in row]
            )


def _insert(table: str, names: Sequence[str], count: int) -> sql.Composed:
    row = sql.SQL("({})").format(sql.SQL(", ").join([sql.Placeholder()] * len(names)))
    statement = sql.SQL("INSERT INTO {} ({}) VALUES {}").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, names)), sql.SQL(", ").join([row] * count)
    )
    if table == "audit_chainhead":  # a holder's chain may have begun with their import
        statement += sql.SQL(" ON CONFLICT (chain) DO UPDATE SET length = EXCLUDED.length, digest = EXCLUDED.digest")
    return statement

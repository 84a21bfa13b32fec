"""Triggers that keep append-only tables append-only, on PostgreSQL and SQLite.

Installed after every migrate, whatever the migrations did: Django rebuilds SQLite tables and drops their triggers.
SQLite's REPLACE deletes without firing triggers unless `recursive_triggers` is on (settings).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db.backends.base.base import BaseDatabaseWrapper

from exchange.audit.models import AppendOnly

_FUNCTION = """
CREATE OR REPLACE FUNCTION exchange_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'append-only: % on % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$
"""


def guarded_tables() -> list[str]:
    """Every append-only table that exists in the models, by name."""
    return sorted(
        model._meta.db_table
        for model in apps.get_models()
        if issubclass(model, AppendOnly) and not model._meta.abstract and not model._meta.proxy
    )


def _names(table: str, vendor: str) -> list[str]:
    events = ["update", "delete"] + (["truncate"] if vendor == "postgresql" else [])
    return [f"guard_{table}_{event}" for event in events]


def install(connection: BaseDatabaseWrapper) -> None:
    """Put every guard in place; repeating it changes nothing. Tables not yet migrated are passed by."""
    present = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_FUNCTION)
        for table in guarded_tables():
            if table not in present:
                continue
            for name in _names(table, connection.vendor):
                event = name.rsplit("_", 1)[1].upper()
                cursor.execute(_create(name, table, event, connection.vendor))


def _create(name: str, table: str, event: str, vendor: str) -> str:
    if vendor == "postgresql":
        each = "STATEMENT" if event == "TRUNCATE" else "ROW"
        return (
            f'CREATE OR REPLACE TRIGGER "{name}" BEFORE {event} ON "{table}" '
            f"FOR EACH {each} EXECUTE FUNCTION exchange_append_only()"
        )
    return (
        f'CREATE TRIGGER IF NOT EXISTS "{name}" BEFORE {event} ON "{table}" '
        f"BEGIN SELECT RAISE(ABORT, 'append-only: {event} on {table} is refused'); END"
    )


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """The guards that should be there and are not, or that are switched off."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        present = {row[0] for row in cursor.fetchall()}
    wanted = [name for table in guarded_tables() for name in _names(table, connection.vendor)]
    return [name for name in wanted if name[:63] not in present and name not in present]


@contextmanager
def lifted(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """For the tests' flush only: take every guard away, and put them back."""
    with connection.cursor() as cursor:
        present = set(connection.introspection.table_names(cursor))
        for table in guarded_tables():
            if table not in present:
                continue
            for name in _names(table, connection.vendor):
                on = f' ON "{table}"' if connection.vendor == "postgresql" else ""
                cursor.execute(f'DROP TRIGGER IF EXISTS "{name}"{on}')
    try:
        yield
    finally:
        install(connection)


def after_migrate(sender: Any, using: str = "default", **kwargs: Any) -> None:
    from django.db import connections

    install(connections[using])

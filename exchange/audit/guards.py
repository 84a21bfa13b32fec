"""Triggers that keep append-only tables append-only, on PostgreSQL and SQLite.

Installed after every migrate, whatever the migrations did: Django rebuilds SQLite tables and drops their triggers.
SQLite's REPLACE deletes without firing triggers unless `recursive_triggers` is on (settings).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from exchange.audit.models import AppendOnly

# On PostgreSQL the triggers call these. The row of the parent is locked so that two transactions cannot each put in
# one of two rows that exclude each other; a lock changes nothing, so an append-only parent may be locked too.
_FUNCTIONS = {
    "exchange_append_only": """
BEGIN
  RAISE EXCEPTION 'append-only: % on % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
""",
    "exchange_never_beside": """
DECLARE
  other text := TG_ARGV[0];
  key text := TG_ARGV[1];
  parent text := TG_ARGV[2];
  found boolean;
BEGIN
  EXECUTE format('SELECT true FROM %I WHERE id = ($1).%I FOR UPDATE', parent, key) USING NEW;
  EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I WHERE %I = ($1).%I)', other, key, key) INTO found USING NEW;
  IF found THEN
    RAISE EXCEPTION '% beside a row of % is refused', TG_TABLE_NAME, other USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END
""",
    "exchange_never_when": """
DECLARE
  found boolean;
BEGIN
  EXECUTE 'SELECT ' || TG_ARGV[1] INTO found USING NEW;
  IF found THEN
    RAISE EXCEPTION '% on % is refused', TG_ARGV[0], TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END
""",
}

_WHEN = {
    "postgresql": "{name} BEFORE INSERT ON {table} FOR EACH ROW "
    "EXECUTE FUNCTION exchange_never_when('{what}', '{condition}')",
    "sqlite": "{name} BEFORE INSERT ON {table} WHEN {condition} "
    "BEGIN SELECT RAISE(ABORT, '{what} on {table} is refused'); END",
}
_NEW = {"postgresql": "($1)", "sqlite": "NEW"}

_BESIDE = {
    "postgresql": "{name} BEFORE INSERT ON {table} FOR EACH ROW "
    "EXECUTE FUNCTION exchange_never_beside('{other}', '{key}', '{parent}')",
    "sqlite": "{name} BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {other} WHERE {key} = NEW.{key}) "
    "BEGIN SELECT RAISE(ABORT, '{table} beside a row of {other} is refused'); END",
}


@dataclass(frozen=True)
class Guard:
    """One trigger. `definition` is what follows CREATE TRIGGER, as the database gives it back."""

    name: str
    table: str
    definition: str


def guarded_models() -> list[type[AppendOnly]]:
    found = (model for model in apps.get_models() if issubclass(model, AppendOnly))
    return sorted((m for m in found if not m._meta.proxy), key=lambda model: model._meta.db_table)


def guarded_tables() -> list[str]:
    """Every append-only table that exists in the models, by name."""
    return [model._meta.db_table for model in guarded_models()]


def wanted(vendor: str) -> list[Guard]:
    """Every guard that the models ask for."""
    return [guard for model in guarded_models() for guard in _guards(model, vendor)]


def _guards(model: type[AppendOnly], vendor: str) -> Iterator[Guard]:
    table = model._meta.db_table
    for event in ["UPDATE", "DELETE", *(["TRUNCATE"] if vendor == "postgresql" else [])]:
        name = f"guard_{table}_{event.lower()}"
        if vendor == "postgresql":
            each = "STATEMENT" if event == "TRUNCATE" else "ROW"
            definition = f"{name} BEFORE {event} ON {table} FOR EACH {each} EXECUTE FUNCTION exchange_append_only()"
        else:
            message = f"append-only: {event} on {table} is refused"
            definition = f"{name} BEFORE {event} ON {table} BEGIN SELECT RAISE(ABORT, '{message}'); END"
        yield Guard(name, table, definition)
    for other, key, parent in model.NEVER_BESIDE:
        name = f"guard_{table}_beside_{other}"
        yield Guard(name, table, _BESIDE[vendor].format(name=name, table=table, other=other, key=key, parent=parent))
    for what, condition in model.NEVER_WHEN:
        name, plain = f"guard_{table}_{what}", condition.format(new=_NEW[vendor])
        yield Guard(name, table, _WHEN[vendor].format(name=name, table=table, what=what, condition=plain))


def _present(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """What follows CREATE TRIGGER, by name; on PostgreSQL only of triggers that fire in every session."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT tgname, pg_get_triggerdef(oid, true) FROM pg_trigger "
                "WHERE tgname LIKE 'guard\\_%%' AND tgenabled = 'A'"
            )
        else:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        return {name: sql.removeprefix("CREATE TRIGGER ") for name, sql in cursor.fetchall()}


def _functions_present(connection: BaseDatabaseWrapper) -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT proname, prosrc FROM pg_proc WHERE proname = ANY(%s)", [list(_FUNCTIONS)])
        return dict(cursor.fetchall())


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """The guards that should be there and are not, or are not as we made them, or are switched off."""
    present = _present(connection)
    names = [guard.name for guard in wanted(connection.vendor) if present.get(guard.name) != guard.definition]
    if connection.vendor == "postgresql":
        functions = _functions_present(connection)
        names += [name for name, body in _FUNCTIONS.items() if functions.get(name) != body]
    return names


def install(connection: BaseDatabaseWrapper) -> None:
    """Put every guard in place; repeating it changes nothing. Tables not yet migrated are passed by."""
    tables = set(connection.introspection.table_names())
    present = _present(connection)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for name, body in _FUNCTIONS.items():
                cursor.execute(
                    f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $guard${body}$guard$"
                )
        for guard in wanted(connection.vendor):
            if guard.table not in tables or present.get(guard.name) == guard.definition:
                continue
            _drop(cursor, guard, connection.vendor)
            cursor.execute(f"CREATE TRIGGER {guard.definition}")
            if connection.vendor == "postgresql":  # ALWAYS: also for a session that calls itself a replica
                cursor.execute(f"ALTER TABLE {guard.table} ENABLE ALWAYS TRIGGER {guard.name}")


def _drop(cursor: Any, guard: Guard, vendor: str) -> None:
    cursor.execute(f"DROP TRIGGER IF EXISTS {guard.name}" + (f" ON {guard.table}" if vendor == "postgresql" else ""))


@contextmanager
def lifted(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """For tests only: take every guard away, and put them back."""
    tables = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for guard in wanted(connection.vendor):
            if guard.table in tables:
                _drop(cursor, guard, connection.vendor)
    try:
        yield
    finally:
        install(connection)


def after_migrate(sender: Any, using: str = "default", **kwargs: Any) -> None:
    install(connections[using])

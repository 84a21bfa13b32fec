"""Rows written past the ORM, its validation and every action: what only the database itself can refuse."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import AutoField, Model


@dataclass(frozen=True)
class Raw:
    """A value given to the database as it is, where the ORM would not let it pass."""

    value: Any


def sql(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)


def quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def _prepared(field: Any, value: Any) -> Any:
    if isinstance(value, Raw):
        return value.value
    return field.get_db_prep_save(value.pk if isinstance(value, Model) else value, connection)


def change(row: Model, **changes: Any) -> None:
    """UPDATE of one row."""
    for name, value in changes.items():
        field = row._meta.get_field(name)
        sql(
            f"UPDATE {row._meta.db_table} SET {quoted(field.column)} = %s WHERE {row._meta.pk.column} = %s",
            _prepared(field, value),
            _prepared(row._meta.pk, row.pk),
        )


def delete(row: Model) -> None:
    sql(f"DELETE FROM {row._meta.db_table} WHERE {row._meta.pk.column} = %s", _prepared(row._meta.pk, row.pk))


def insert_copy(row: Model, **changes: Any) -> None:
    """INSERT of a second row that is the same but for its key and for `changes`."""
    fields = [field for field in row._meta.concrete_fields if not isinstance(field, AutoField)]
    table, columns = row._meta.db_table, ", ".join(quoted(field.column) for field in fields)
    with connection.cursor() as cursor:
        key = row._meta.pk
        cursor.execute(f"SELECT {columns} FROM {table} WHERE {key.column} = %s", [_prepared(key, row.pk)])
        values = dict(zip([field.name for field in fields], cursor.fetchone(), strict=True))
        for field in fields:
            if field.primary_key and not field.is_relation:
                values[field.name] = _prepared(field, uuid.uuid4())
            if field.name in changes:
                values[field.name] = _prepared(field, changes[field.name])
        places = ", ".join(["%s"] * len(fields))
        cursor.execute(f"INSERT INTO {table} ({columns}) VALUES ({places})", list(values.values()))

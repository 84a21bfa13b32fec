"""Someone with the database's own password: guards lifted, rows changed, guards put back as if nothing had been."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, connection, transaction
from django.db.models import ForeignKey, Model, OneToOneField

from exchange.audit import guards
from exchange.audit.models import AuditEvent, ChainHead
from exchange.kernel import canonical
from tests.support.raw import change, sql


@contextmanager
def unguarded(*models: type[Model]) -> Iterator[None]:
    """No guard and no foreign key stands in the way of what is done here to these tables; afterwards all do again."""
    is_postgresql = connection.vendor == "postgresql"
    tables = {model._meta.db_table for model in models}
    if is_postgresql:
        sql("SET CONSTRAINTS ALL IMMEDIATE")  # a table with checks that still wait cannot be altered
        sql("SET CONSTRAINTS ALL DEFERRED")
        sql("SET LOCAL session_replication_role = replica")
    for guard in guards.wanted(connection.vendor):
        if guard.table in tables:
            sql(f"DROP TRIGGER {guard.name}" + (f" ON {guard.table}" if is_postgresql else ""))
    yield
    guards.install(connection)
    if is_postgresql:
        sql("SET LOCAL session_replication_role = origin")


def another(field: Any, value: Any) -> Any:
    """A value of the column's kind that is not the one it has."""
    if isinstance(field, ForeignKey | OneToOneField):
        return another(field.target_field, value)
    if isinstance(value, bool):
        return not value
    if isinstance(value, str):
        is_full = field.max_length is not None and len(value) >= field.max_length
        return ("y" if value.startswith("x") else "x") + value[1:] if is_full else value + "x"
    if isinstance(value, UUID):
        return uuid4()
    if isinstance(value, datetime):
        return value + timedelta(microseconds=1)
    if isinstance(value, date):
        return value + timedelta(days=1)
    if isinstance(value, int | Decimal):
        return value + 1000
    if isinstance(value, bytes | memoryview):
        return bytes(value) + b"x"
    return _something(field)


def _something(field: Any) -> Any:
    """A value for a column that is empty."""
    kind = field.get_internal_type()
    somethings: dict[str, Any] = {
        "DateTimeField": datetime.fromisoformat("2003-07-01T12:00:00+00:00"),
        "DateField": date(2003, 7, 1),
        "UUIDField": uuid4(),
        "PositiveIntegerField": 1000,
        "BigAutoField": 1000,
    }
    return somethings[kind]


def change_one(model: type[Model], field: Any) -> Model:
    """Change one column of one row, the first that the constraints let through; the row as it was.

    Where they let only known values through, it becomes another of those.
    """
    for row in model._default_manager.order_by("pk"):
        before = getattr(row, field.attname)
        for value in [another(field, before), *(known for known, _ in field.choices or () if known != before)]:
            try:
                with transaction.atomic():
                    change(row, **{field.name: value})
            except IntegrityError:
                continue
            return row
    raise AssertionError(f"no row lets {field} be changed")


def rehash(event: AuditEvent) -> None:
    """Give an event the digest of its columns, as one who knows the algorithm would."""
    change(event, digest=canonical.digest(AuditEvent.objects.get(pk=event.pk).content()))


def set_head(chain: str) -> None:
    """Make the head fit what is left of its chain; none when nothing is."""
    last = AuditEvent.objects.filter(chain=chain).order_by("number").last()
    head = ChainHead.objects.get(chain=chain)
    if last is None:
        head.delete()
    else:
        change(head, length=last.number, digest=last.digest)

"""Every append-only table refuses to be changed, by whatever road, on PostgreSQL and on SQLite."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import Model

from exchange.audit import guards
from exchange.audit.models import AppendOnly

MODELS = guards.guarded_models()
each_model = pytest.mark.parametrize("model", MODELS, ids=[model.__name__ for model in MODELS])
is_postgresql = connection.vendor == "postgresql"


def refused(work: Callable[[], object]) -> None:
    with pytest.raises(DatabaseError, match=r"append-only|beside a row of"), transaction.atomic():
        work()


def sql(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)


def a_column(model: type[Model]) -> str:
    """Any column that is not the key."""
    return quoted(next(field for field in model._meta.concrete_fields if not field.primary_key))


def quoted(field: Any) -> str:
    return connection.ops.quote_name(field.column)


def columns(model: type[Model]) -> str:
    return ", ".join(quoted(field) for field in model._meta.concrete_fields)


def test_every_table_of_what_was_signed_or_decided_is_among_them():
    names = {model.__name__ for model in MODELS}
    assert {"AuditEvent", "Form", "FormLine", "Judgement", "Cancellation", "Acceptance", "NotAccepted"} <= names
    assert {"Promise", "PromiseLine", "NewGrant", "Lapse", "Prohibition", "Paper", "RenderedPaper"} <= names
    assert "AgreementSignature" in names
    assert {
        "Amendment",
        "OfferVersion",
        "OfferDocument",
        "OfferEvent",
        "CorporateAction",
        "PoolEntry",
        "CounselFlag",
    } <= names
    assert {"Invitation", "InvitationUse", "Report", "ReportAnswer"} <= names


@each_model
def test_a_row_cannot_be_changed_or_deleted_through_the_orm(life, model: type[AppendOnly]):
    rows, row = model._default_manager.all(), model._default_manager.first()
    field = next(field for field in model._meta.concrete_fields if not field.primary_key)
    refused(lambda: row.save())
    refused(lambda: row.save(update_fields=[field.name]))
    refused(lambda: rows.update(**{field.name: getattr(row, field.attname)}))
    refused(lambda: rows.bulk_update([row], [field.name]))
    refused(lambda: rows._raw_delete(rows.db))


@each_model
def test_a_row_that_nothing_hangs_on_cannot_be_deleted_through_the_orm(life, model: type[AppendOnly]):
    # Rows that others point at are protected before the database is asked.
    row = model._default_manager.last()
    with pytest.raises(DatabaseError), transaction.atomic():
        row.delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        model._default_manager.filter(pk=row.pk).delete()


@each_model
def test_a_row_cannot_be_changed_or_deleted_by_sql(life, model: type[AppendOnly]):
    table, column, key = model._meta.db_table, a_column(model), model._meta.pk.column
    refused(lambda: sql(f"UPDATE {table} SET {column} = {column}"))
    refused(lambda: sql(f"DELETE FROM {table} WHERE {key} = (SELECT {key} FROM {table} LIMIT 1)"))
    names = columns(model)
    refused(
        lambda: sql(
            f"INSERT INTO {table} ({names}) SELECT {names} FROM {table} WHERE true "
            f"ON CONFLICT ({key}) DO UPDATE SET {column} = excluded.{column}"
        )
    )


@each_model
def test_a_table_cannot_be_emptied_or_its_rows_replaced(life, model: type[AppendOnly]):
    table, names = model._meta.db_table, columns(model)
    if is_postgresql:
        refused(lambda: sql(f"TRUNCATE {table} CASCADE"))
    else:
        refused(lambda: sql(f"INSERT OR REPLACE INTO {table} ({names}) SELECT {names} FROM {table}"))
        refused(lambda: sql(f"REPLACE INTO {table} ({names}) SELECT {names} FROM {table}"))
        refused(lambda: sql(f"UPDATE OR REPLACE {table} SET {a_column(model)} = {a_column(model)}"))


@pytest.mark.postgres
def test_emptying_a_parent_does_not_empty_what_hangs_on_it(life):
    refused(lambda: sql("TRUNCATE people_holder CASCADE"))
    refused(lambda: sql("TRUNCATE offers_offer CASCADE"))


@pytest.mark.postgres
def test_a_session_that_calls_itself_a_replica_is_refused_too(life):
    def change() -> None:
        sql("SET LOCAL session_replication_role = replica")
        sql("UPDATE elections_form SET number = 'X'")

    refused(change)

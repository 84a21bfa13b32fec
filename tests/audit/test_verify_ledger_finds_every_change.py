"""`verify_ledger` finds whatever raw SQL did to the record while the guards were lifted, and names the record."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.db.models import Model

from exchange.audit.models import AuditEvent, ChainHead, SealedRow
from exchange.audit.verify import sealed_models
from exchange.documents.models import Paper, RenderedPaper
from exchange.elections.models import FormLine
from exchange.grants.models import Cancellation
from exchange.kernel import canonical
from exchange.offers.models import Offer
from exchange.people.models import Holder
from tests.support.attack import another, change_one, unguarded
from tests.support.raw import Raw, change, delete, insert_copy

SEALED = sealed_models()
each_table = pytest.mark.parametrize("model", SEALED, ids=[model.__name__ for model in SEALED])


def first_fault() -> str:
    with pytest.raises(CommandError) as refused:
        call_command("verify_ledger", stdout=StringIO(), stderr=StringIO())
    assert refused.value.returncode == 1
    return str(refused.value)


def names_of(row: Model) -> set[str]:
    """What a message may call a row: its key, its words, or the event that vouches for it."""
    event = row if isinstance(row, AuditEvent) else getattr(row, "event", None)
    names = {str(row.pk), str(row)}
    return names | {str(event), event.chain} if isinstance(event, AuditEvent) else names


def assert_found(*rows: Model) -> None:
    fault = first_fault()
    assert any(name in fault for row in rows for name in names_of(row)), fault


def test_nothing_is_found_in_a_record_as_it_was_written(life):
    call_command("verify_ledger", stdout=StringIO())


# One column of one row


@pytest.mark.parametrize(
    ("model", "field"),
    [
        pytest.param(model, field, id=f"{model.__name__}.{field.name}")
        for model in [*SEALED, AuditEvent, ChainHead]
        for field in model._meta.concrete_fields
    ],
)
def test_a_changed_column_is_found(life, model: type[Model], field):
    with unguarded(model):
        row = change_one(model, field)
        after = model._default_manager.filter(pk=another(field, row.pk)) if field.primary_key else [row]
    assert_found(row, *after)


@pytest.mark.parametrize(
    ("model", "name"),
    [
        (Offer, "code"),
        (Offer, "is_running"),
        (Offer, "is_replay"),
        (Paper, "snapshot"),
        (Paper, "sha256"),
        (Paper, "owner_key"),
        (Paper, "subject_key"),
        (Paper, "offer_key"),
        (Paper, "title"),
        (RenderedPaper, "pdf"),
        (RenderedPaper, "sha256"),
        (RenderedPaper, "size"),
    ],
)
def test_a_changed_column_that_can_be_derived_is_found(life, model: type[Model], name: str):
    with unguarded(model):
        change_one(model, model._meta.get_field(name))
    assert first_fault().startswith(("offer ", "paper ", "form "))


def test_a_holder_who_signed_cannot_become_another(life):
    change(Holder.objects.get(employee_number="E1"), employee_number="E404")
    assert "holder" in first_fault()


def test_a_cancelled_grant_cannot_become_another(life):
    change(Cancellation.objects.first().grant, grant_number="OTHER")
    assert "OTHER" in first_fault()


def test_a_value_that_its_column_cannot_hold_is_found(life):
    """SQLite takes any text anywhere; PostgreSQL refuses it."""
    line = FormLine.objects.first()
    if connection.vendor == "postgresql":
        with unguarded(FormLine), pytest.raises(DatabaseError), transaction.atomic():
            change(line, exercise_price=Raw("a lot"))
        return
    with unguarded(FormLine):
        change(line, exercise_price=Raw("a lot"))
    assert f"{line.pk}: its columns cannot be read" in first_fault()


# Rows deleted, put in, exchanged


@each_table
def test_a_deleted_row_is_found(life, model: type[SealedRow]):
    row = model._default_manager.first()
    with unguarded(model):
        delete(row)
    assert_found(row)


def a_place_of_its_own(row: SealedRow) -> dict[str, object]:
    """Values that let a copy of a row past every unique constraint: all that is text or a number is another."""
    unique = {name for constraint in row._meta.constraints for name in getattr(constraint, "fields", ())}
    unique |= {field.name for field in row._meta.concrete_fields if field.unique and not field.primary_key}
    unique -= {"area"}  # one of a closed set; what stands beside it makes the place another
    return {
        name: another(row._meta.get_field(name), getattr(row, row._meta.get_field(name).attname)) for name in unique
    }


@each_table
def test_a_row_put_in_is_found_even_with_a_digest_of_its_own(life, model: type[SealedRow]):
    row = model._default_manager.first()
    with unguarded(model):
        insert_copy(row, **a_place_of_its_own(row))
        copy = model._default_manager.exclude(digest="").get(
            digest=row.digest, pk__in=set(model._default_manager.values_list("pk", flat=True)) - {row.pk}
        )
        change(copy, digest=canonical.digest(copy.sealed_content()))
    assert_found(row)


def test_two_rows_that_changed_places_are_found(life):
    exchanged = 0
    for model in SEALED:
        rows = list(model._default_manager.order_by("pk")[:2])
        if len(rows) < 2:
            continue
        with transaction.atomic():
            with unguarded(model):
                exchange_keys(*rows)
            assert_found(*rows)
            transaction.set_rollback(True)
        exchanged += 1
    assert exchanged > 8


def exchange_keys(first: Model, last: Model) -> None:
    spare = another(first._meta.pk, first.pk)
    for old, new in ((first.pk, spare), (last.pk, first.pk), (spare, last.pk)):
        change(type(first)._default_manager.get(pk=old), id=new)

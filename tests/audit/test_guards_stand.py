"""The guards are where they belong, come back after a migration, and are missed when they are gone."""

import pytest
from django.core.management import call_command
from django.db import connection, models

from exchange.audit import guards
from exchange.elections.models import FormLine

is_postgresql = connection.vendor == "postgresql"


def sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def drop(name: str, table: str) -> None:
    sql(f"DROP TRIGGER {name}" + (f" ON {table}" if is_postgresql else ""))


@pytest.mark.django_db
def test_every_guarded_table_has_all_its_guards():
    assert guards.missing(connection) == []
    events = {"update", "delete", "truncate"} if is_postgresql else {"update", "delete"}
    wanted = {guard.name: guard.table for guard in guards.wanted(connection.vendor)}
    for table in guards.guarded_tables():
        assert {name for name, guarded in wanted.items() if guarded == table} >= {
            f"guard_{table}_{event}" for event in events
        }
    # PostgreSQL cuts longer names, and two guards would become one.
    assert all(len(name) < 64 for name in wanted)


@pytest.mark.django_db
def test_the_guards_can_be_installed_any_number_of_times():
    guards.install(connection)
    guards.install(connection)
    assert guards.missing(connection) == []


@pytest.mark.django_db
def test_a_dropped_guard_is_missed_and_put_back():
    drop("guard_elections_form_delete", "elections_form")
    assert guards.missing(connection) == ["guard_elections_form_delete"]
    guards.install(connection)
    assert guards.missing(connection) == []


@pytest.mark.django_db
def test_a_guard_that_was_made_toothless_is_missed_and_put_back():
    if is_postgresql:
        sql(
            "CREATE OR REPLACE FUNCTION exchange_append_only() RETURNS trigger LANGUAGE plpgsql "
            "AS 'BEGIN RETURN NEW; END'"
        )
        expected = "exchange_append_only"
    else:
        drop("guard_elections_form_update", "elections_form")
        sql("CREATE TRIGGER guard_elections_form_update BEFORE UPDATE ON elections_form BEGIN SELECT 1; END")
        expected = "guard_elections_form_update"
    assert guards.missing(connection) == [expected]
    guards.install(connection)
    assert guards.missing(connection) == []


@pytest.mark.postgres
@pytest.mark.django_db
@pytest.mark.parametrize("switch", ["DISABLE TRIGGER", "ENABLE REPLICA TRIGGER", "ENABLE TRIGGER"])
def test_a_guard_that_does_not_fire_in_every_session_is_missed_and_put_back(switch: str):
    sql(f"ALTER TABLE elections_form {switch} guard_elections_form_update")
    assert guards.missing(connection) == ["guard_elections_form_update"]
    guards.install(connection)
    assert guards.missing(connection) == []


@pytest.mark.django_db(transaction=True)
def test_guards_survive_a_migration_that_rebuilds_the_table():
    field = models.CharField(max_length=80)
    field.set_attributes_from_name("grant_number")
    old = FormLine._meta.get_field("grant_number")
    with connection.schema_editor() as editor:
        editor.alter_field(FormLine, old, field)
    try:
        if not is_postgresql:
            assert {"guard_elections_formline_update", "guard_elections_formline_delete"} <= set(
                guards.missing(connection)
            )
        call_command("migrate", verbosity=0)
        assert guards.missing(connection) == []
    finally:
        with connection.schema_editor() as editor:
            editor.alter_field(FormLine, field, old)
        guards.install(connection)


@pytest.mark.django_db
def test_lifting_puts_the_guards_back_even_when_something_goes_wrong():
    with pytest.raises(AssertionError), guards.lifted(connection):
        assert guards.missing(connection) == []
    assert guards.missing(connection) == []

"""What stands between two tests: the tables are emptied after one that committed, the cache before each."""

import os

from django.core.cache import cache
from django.core.management.color import no_style
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import TransactionTestCase
from redis import Redis

from exchange.audit import guards

# Every key of the tests in a Redis that may not be theirs alone: the cache's and the queue's.
PREFIX = f"exchange-tests-{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
# Made by `migrate` and the same for every test; making them again would be most of the time of a flush.
KEPT = {"django_migrations", "django_content_type", "auth_permission", "auth_group", "auth_group_permissions"}


def lift_guards_around_it() -> None:
    """Replace Django's flush after a `transaction=True` test by one that gets past the guards."""

    def _fixture_teardown(self: TransactionTestCase) -> None:
        for alias in self._databases_names(include_mirrors=False):
            empty_tables(connections[alias])

    TransactionTestCase._fixture_teardown = _fixture_teardown


def empty_tables(connection: BaseDatabaseWrapper) -> None:
    """Empty every table that has rows; the guards stand again afterwards. Nothing in the product can do this."""
    tables = sorted(set(connection.introspection.django_table_names(only_existing=True, include_views=False)) - KEPT)
    with connection.cursor() as cursor:
        rows = (f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM \"{table}\")" for table in tables)
        cursor.execute(" UNION ALL ".join(rows))
        filled = [row[0] for row in cursor.fetchall()]
    if not filled:
        return
    if connection.vendor == "postgresql":
        _delete_past_the_guards(connection, filled)
        return
    with guards.lifted(connection):
        connection.ops.execute_sql_flush(connection.ops.sql_flush(no_style(), filled, allow_cascade=True))


def _delete_past_the_guards(connection: BaseDatabaseWrapper, tables: list[str]) -> None:
    """Delete the few rows there are, guards switched off on these tables alone, within one transaction.

    TRUNCATE, with every guard taken down and put up again, took a second a test. A replica's session does not ask
    in which order foreign keys allow it.
    """
    kept_always = [guard for guard in guards.wanted(connection.vendor) if guard.table in set(tables)]
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table in tables:
            cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
            cursor.execute(f'DELETE FROM "{table}"')
        for guard in kept_always:
            cursor.execute(f"ALTER TABLE {guard.table} ENABLE ALWAYS TRIGGER {guard.name}")


def empty_redis(url: str) -> None:
    """Remove the tests' own keys, whatever else is there."""
    with Redis.from_url(url) as client:
        keys = list(client.scan_iter(f"*{PREFIX}:*", count=1000))
        if keys:
            client.delete(*keys)


def empty_cache(redis_url: str) -> None:
    if redis_url:
        empty_redis(redis_url)
    else:
        cache.clear()

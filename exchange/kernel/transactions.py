"""One action, one transaction: run it, or run it and roll it back to see what it would do."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any, TypeVar

from django.db import connection, transaction

from exchange.kernel.rehearsal import rehearsing
from exchange.kernel.results import Done, Refused, Result, RolledBack

T = TypeVar("T")


@contextmanager
def one_snapshot() -> Iterator[None]:
    """Every question asked inside is answered as of one instant; on PostgreSQL nothing can be written meanwhile.

    Its usual level answers each question as of its own instant: what many questions tell would disagree with itself
    where an action lands between them. SQLite's transaction is of one instant. Inside a transaction it is that one's.
    """
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def in_one_transaction(work: Callable[[], T | Done[T]], *, dry_run: bool = False) -> Result[T]:
    """Run `work` in one transaction. A `RolledBack` raised in it undoes everything and answers its refusal.

    With `dry_run` the same work runs to its end, is undone, and answers what it would have done; letters and papers to
    many are left out (`kernel.rehearsal`).
    """
    try:
        with transaction.atomic():
            with rehearsing() if dry_run else nullcontext():
                outcome: Any = work()
            done = outcome if isinstance(outcome, Done) else Done(outcome)
            if dry_run:
                raise RolledBack(done)
            return done
    except RolledBack as undone:
        result: Done[T] | Refused = undone.result
        return result

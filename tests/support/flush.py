"""Lets the tests' flush empty append-only tables: guards are lifted around it and stand again before the next test."""

from contextlib import ExitStack

from django.db import connections
from django.test import TransactionTestCase

from exchange.audit import guards


def lift_guards_around_it() -> None:
    """Replace the flush after a `transaction=True` test; nothing in the product can do this."""
    flush = TransactionTestCase._fixture_teardown

    def _fixture_teardown(self: TransactionTestCase) -> None:
        with ExitStack() as lifted:
            for alias in self._databases_names(include_mirrors=False):
                lifted.enter_context(guards.lifted(connections[alias]))
            flush(self)

    TransactionTestCase._fixture_teardown = _fixture_teardown

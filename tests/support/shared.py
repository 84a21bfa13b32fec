"""What all tests of a file begin with, made once: each test undoes what it does to it."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction

COMMITTING = {"transactional_db", "live_server", "worker"}


def begin_with(name: str, request: pytest.FixtureRequest) -> bool:
    """Whether every test of this file that asks the database begins with the fixture `name`, and none commits."""
    of_the_file = [item for item in request.session.items if item.path == request.path]
    return all(_begins_with(name, item) for item in of_the_file)


def _begins_with(name: str, item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    mark = item.get_closest_marker("django_db")
    if (mark is not None and mark.kwargs.get("transaction")) or COMMITTING & fixtures:
        return False
    return name in fixtures or not (mark or "db" in fixtures)


@contextmanager
def to_undo() -> Iterator[None]:
    """Around what is made once and the tests that begin with it; like what Django puts around one test."""
    outermost = transaction.atomic()
    outermost._from_testcase = True  # what must be the outermost transaction elsewhere may be within this one
    with outermost:
        yield
        transaction.set_rollback(True)


def settle() -> None:
    """What has been made is checked as by a commit. PostgreSQL truncates nothing while these checks are pending."""
    connection.check_constraints()

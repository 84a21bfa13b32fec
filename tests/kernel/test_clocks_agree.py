"""The difference between this process's clock and the database's: only what is certain of it counts."""

import time
from datetime import timedelta

import pytest
from django.db import connection

from exchange.kernel import clock, database_clock

pytestmark = pytest.mark.django_db


def shifted(monkeypatch: pytest.MonkeyPatch, *seconds: float) -> None:
    """Our clock, wrong by so many seconds at its first and its second reading."""
    real, off = clock.now, list(seconds)
    monkeypatch.setattr(clock, "now", lambda: real() + timedelta(seconds=off.pop(0)))


def test_clocks_that_agree_differ_by_nothing():
    assert database_clock.difference() == timedelta(0)


@pytest.mark.postgres
@pytest.mark.parametrize("ours", [-90, 90])
def test_a_clock_that_is_wrong_differs_by_what_it_is_wrong(monkeypatch, ours: int):
    shifted(monkeypatch, ours, ours)
    began = time.monotonic()
    found = database_clock.difference().total_seconds()
    # Certain is what is left of it when the question's own time is taken off.
    assert 90 - (time.monotonic() - began) <= abs(found) <= 90
    assert found * ours < 0


@pytest.mark.postgres
def test_a_question_that_took_long_is_no_difference(monkeypatch):
    shifted(monkeypatch, -5, 5)
    assert database_clock.difference() == timedelta(0)


def test_on_sqlite_there_is_no_other_clock_to_ask(monkeypatch):
    monkeypatch.setattr(connection, "vendor", "sqlite")
    shifted(monkeypatch)
    assert database_clock.difference() == timedelta(0)

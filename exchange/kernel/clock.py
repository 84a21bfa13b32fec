"""The one place that reads the time. Edges call it once per decision and pass the reading down as `at`."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_held: ContextVar[datetime | None] = ContextVar("held", default=None)


def now() -> datetime:
    """The present instant, in UTC, to the microsecond."""
    return _held.get() or datetime.now(UTC)


@contextmanager
def held_at(at: datetime) -> Iterator[None]:
    """In this thread the clock stands at `at`: for pictures of pages as of an instant, where nothing is kept."""
    token = _held.set(at)
    try:
        yield
    finally:
        _held.reset(token)

"""Whose word an act needs: while a proposal is carried out, every event names who proposed it and who approved it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

_current: ContextVar[Mapping[str, str] | None] = ContextVar("two_persons", default=None)


def current() -> Mapping[str, str]:
    """What an event's payload says of the two; empty where one person acts."""
    return _current.get() or {}


@contextmanager
def acting(*, proposal: str, proposed_by: str, approved_by: str) -> Iterator[None]:
    """Everything inside is done on the word of both."""
    token = _current.set({"proposal": proposal, "proposed_by": proposed_by, "approved_by": approved_by})
    try:
        yield
    finally:
        _current.reset(token)

"""The id that ties together every line of one request or one command, in the log and in the audit events."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_current: ContextVar[str] = ContextVar("request_id", default="")


def current() -> str:
    """The id of the request, command or task under way; empty outside of one."""
    return _current.get()


@contextmanager
def bound(value: str) -> Iterator[None]:
    """Everything inside has this id."""
    token = _current.set(value)
    try:
        yield
    finally:
        _current.reset(token)


def bind(value: str) -> None:
    """From here on: for a process that does one thing after another and says when each begins."""
    _current.set(value)

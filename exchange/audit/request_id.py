"""The id that ties together every line of one request or one command, in the log and in the audit events."""

from contextvars import ContextVar, Token

_current: ContextVar[str] = ContextVar("request_id", default="")


def current() -> str:
    """The id of the request or command under way; empty outside of one."""
    return _current.get()


def bind(value: str) -> Token[str]:
    """Set the id; the token gives `unbind` what was there before."""
    return _current.set(value)


def unbind(token: Token[str]) -> None:
    _current.reset(token)

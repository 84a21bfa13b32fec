"""Whether an action is only tried out: what follows from it is then not written, since it would be undone at once.

An action decides and writes its rows all the same, so that a preview shows what would come of it. Left out are only
letters and papers to many, which take longer to word than everything else together: settlement writes none, the steps
of a running offer write letters without their words, to be counted.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_is_on: ContextVar[bool] = ContextVar("rehearsal", default=False)


@contextmanager
def rehearsing() -> Iterator[None]:
    """Until it ends, what is done is going to be undone."""
    token = _is_on.set(True)
    try:
        yield
    finally:
        _is_on.reset(token)


def is_on() -> bool:
    return _is_on.get()

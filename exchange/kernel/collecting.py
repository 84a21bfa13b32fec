"""Pausing the collector of cyclic garbage while very many plain values are made.

Each of a hundred thousand small objects makes it look through all the others again: half of the time, and it finds
nothing, for plain values hold no cycles.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_collecting() -> Iterator[None]:
    """For a second at most; other threads do without it meanwhile."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()

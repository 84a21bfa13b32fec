"""Waiting for what must come, however long a busy machine takes; a hang ends after some minutes."""

import time
from collections.abc import Callable

LONGEST = 300.0  # seconds


def until(is_so: Callable[[], object], *, every: float = 0.05, what: Callable[[], object] = lambda: "it") -> None:
    """Return once it is so. `what` says of a hang what did not happen."""
    deadline = time.monotonic() + LONGEST
    while not is_so():
        assert time.monotonic() < deadline, f"{what()} did not happen"
        time.sleep(every)

"""Several things at once, each on a connection of its own; and the moment between two steps, stretched."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Barrier, Event, Lock
from typing import Any

from django.db import connections

from exchange.kernel import locks
from exchange.offers.models import Offer
from tests.support.waiting import LONGEST

Work = Callable[[], Any]


def _on_its_own_connection(work: Work) -> Any:
    """What the work answers, or the exception that it ends in."""
    try:
        return work()
    except Exception as fault:
        return fault
    finally:
        connections.close_all()


def at_once(*works: Work) -> list[Any]:
    """Run all side by side, started together; what each answers, or the exception that it ends in, in order."""
    start = Barrier(len(works))

    def run(work: Work) -> Any:
        connections["default"].ensure_connection()
        start.wait(LONGEST)
        return work()

    with ThreadPoolExecutor(len(works)) as pool:
        running = [pool.submit(_on_its_own_connection, lambda work=work: run(work)) for work in works]
        return [one.result(LONGEST) for one in running]


@dataclass
class Pause:
    """A place in the code where the first who comes by waits: until another has ended, or for a moment at most.

    Where a lock keeps the other out, the moment passes; `was_overtaken` tells which of the two it was. Where nothing
    is to keep it out, wait for it (`moment=LONGEST`): on a busy machine the other takes longer than any moment.
    """

    moment: float = 0.5
    reached: Event = field(default_factory=Event)
    other_ended: Event = field(default_factory=Event)
    was_overtaken: bool = False
    _lock: Any = field(default_factory=Lock)

    def __call__(self) -> None:
        with self._lock:
            if self.reached.is_set():
                return
            self.reached.set()
        self.was_overtaken = self.other_ended.wait(self.moment)

    def before(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function with this pause before it."""

        def paused(*args: Any, **kwargs: Any) -> Any:
            self()
            return function(*args, **kwargs)

        return paused

    def ended_after(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, which the other calls: once it has come back the pause is over, though the other goes on.

        For where the other cannot end before the first does, whatever lock was taken out.
        """

        def ending(*args: Any, **kwargs: Any) -> Any:
            answer = function(*args, **kwargs)
            if self.reached.is_set():
                self.other_ended.set()
            return answer

        return ending

    def after(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function with this pause after it."""

        def paused(*args: Any, **kwargs: Any) -> Any:
            answer = function(*args, **kwargs)
            self()
            return answer

        return paused


def meanwhile(pause: Pause, first: Work, second: Work) -> tuple[Any, Any]:
    """Run `first` as far as the pause, then `second`, then the rest; what each answers or ends in."""

    def then() -> Any:
        assert pause.reached.wait(LONGEST), "the pause was never reached"
        try:
            return second()
        finally:
            pause.other_ended.set()

    with ThreadPoolExecutor(2) as pool:
        running = [pool.submit(_on_its_own_connection, work) for work in (first, then)]
        before, after = (one.result(LONGEST) for one in running)
    return before, after


def without_offer_locks(monkeypatch: Any) -> None:
    """Switch the offer's lock off, shared and exclusive."""
    monkeypatch.setattr(locks, "_lock", lambda function, name: None)


def unlocked_offer(code: str) -> Offer:
    """In place of `offers.actions.locked_offer`: the offer, with nobody waited for."""
    return Offer.objects.get(code=code)

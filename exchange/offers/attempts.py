"""A step that the worker tries out or carries out: asked for, taken up, finished; the same again where a worker dies.

Who has it in hand is heard of in the cache while they live. Once nothing is heard any more the sweep gives it to
another. Nothing can be done twice: that it is finished is written in the transaction that does it, and only by the
one who has it in hand.
"""

import logging
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import UUID

from django.core.cache import cache
from django.db import transaction
from django.db.models import F, QuerySet
from redis import RedisError

from exchange.kernel import locks, vault
from exchange.kernel.queue import nudge
from exchange.offers.models import Attempt, Offer, Proposal
from exchange.people.models import User

log = logging.getLogger(__name__)

TASK = "exchange.staff.tasks.attempt"
PURPOSE = "attempts at steps"
BEAT_SECONDS = 5.0
LEASE = timedelta(seconds=30)  # how long a worker may be silent before another takes over
WAITS = timedelta(seconds=30)  # how long one may wait to be taken up before its page says that nobody does
MOST_TRIES = 3  # it died three times over it: the fourth would too
KEPT_FOR = timedelta(days=1)
PRESSED_AGAIN = timedelta(minutes=10)
State = Attempt.State


def ask(
    *,
    offer: Offer,
    step: str,
    kind: Attempt.Kind,
    place: str,
    wanted: str,
    source: str = "",
    proposal: Proposal | None = None,
    asked_by: User,
    at: datetime,
) -> Attempt:
    """Have the worker do what was entered (`wanted`, as it was sent) on the page at `place`; what is in hand there.

    A press twice is one attempt. What is being carried out is one for everybody: whoever else confirms meanwhile is
    given that one. Trying out something else lets go of what the same person had tried out there.
    """
    with transaction.atomic():
        locks.own(f"attempts:{place}")
        here = Attempt.objects.filter(place=place, kind=kind)
        if kind is Attempt.Kind.TRY_OUT:
            here = here.filter(asked_by=asked_by)
        in_hand = here.filter(state__in=Attempt.AT_WORK).first()
        if in_hand is not None:
            if kind is Attempt.Kind.CONFIRM or wanted_of(in_hand) == wanted:
                return in_hand
            here.filter(state__in=Attempt.AT_WORK).update(state=State.DROPPED, finished_at=at, wanted=b"")
        done = here.filter(asked_by=asked_by, is_done=True, finished_at__gte=at - PRESSED_AGAIN).first()
        if done is not None and wanted_of(done) == wanted:
            return done
        attempt = Attempt.objects.create(
            offer=offer,
            step=step,
            kind=kind,
            place=place,
            source=source,
            proposal=proposal,
            wanted=_kept(wanted),
            asked_by=asked_by,
            asked_at=at,
        )
        nudge(TASK, str(attempt.pk))
        return attempt


def carried_out_at(place: str) -> Attempt | None:
    """What is being carried out on a page, whoever asked for it."""
    return Attempt.objects.filter(place=place, kind=Attempt.Kind.CONFIRM, state__in=Attempt.AT_WORK).first()


def wanted_of(attempt: Attempt) -> str:
    """What was entered, as it was sent; nothing once it is emptied."""
    return _read(bytes(attempt.wanted))


def told_of(attempt: Attempt) -> str:
    """What came of it, as `finish` was given it; nothing before, and once it is emptied."""
    return _read(bytes(attempt.told))


def _kept(text: str) -> bytes:
    """Encrypted; made small before, as a preview may name every option there is."""
    return vault.locked(zlib.compress(text.encode(), 1), purpose=PURPOSE)


def _read(content: bytes) -> str:
    return zlib.decompress(vault.unlocked(content, purpose=PURPOSE)).decode() if content else ""


# The work


def take_up(attempt_id: UUID, *, at: datetime) -> Attempt | None:
    """Take one in hand that waits; None where another has it, or it is finished. Called twice at once, one gets it."""
    waiting = Attempt.objects.filter(pk=attempt_id, state=State.ASKED)
    with transaction.atomic():
        if waiting.update(state=State.WORKING, started_at=at, tries=F("tries") + 1) != 1:
            return None
        return Attempt.objects.select_related("offer", "proposal", "asked_by").get(pk=attempt_id)


def finish(attempt: Attempt, *, told: str, is_done: bool, at: datetime) -> bool:
    """Write down what came of it; False where it is not in these hands any more. Then nothing may be done either."""
    content = _kept(told)
    mine = _in_hand(attempt)
    return mine.update(state=State.FINISHED, finished_at=at, told=content, is_done=is_done) == 1


def fail(attempt: Attempt, *, problem: str, at: datetime) -> None:
    """Write down that it could not be tried at all, whatever it was."""
    _in_hand(attempt).update(state=State.FAILED, finished_at=at, problem=problem[:80])


def _in_hand(attempt: Attempt) -> QuerySet[Attempt]:
    return Attempt.objects.filter(pk=attempt.pk, state=State.WORKING, tries=attempt.tries)


@contextmanager
def heard_of(attempt: Attempt) -> Iterator[None]:
    """While it lasts, the worker is heard of. The work is one long transaction, of which nobody sees anything."""
    is_over = threading.Event()

    def say() -> None:
        try:
            cache.set(_key(attempt), 1, LEASE.total_seconds())
        except RedisError:
            log.warning("the cache was not reached; %s may be taken for silent", attempt.pk)

    def go_on_saying() -> None:
        while not is_over.wait(BEAT_SECONDS):
            say()

    say()  # before the work begins, which may keep the process busy for longer than a thread can wait
    telling = threading.Thread(target=go_on_saying, daemon=True)
    telling.start()
    try:
        yield
    finally:
        is_over.set()
        telling.join()


def is_silent(attempt: Attempt, at: datetime) -> bool:
    """Whether nobody takes it up, or nothing is heard of who has it in hand."""
    if attempt.state == State.ASKED:
        return at - attempt.asked_at > WAITS
    if attempt.state != State.WORKING or (attempt.started_at and at - attempt.started_at <= LEASE):
        return False
    try:
        return cache.get(_key(attempt)) is None
    except RedisError:
        return True


def _key(attempt: Attempt) -> str:
    return f"attempt:{attempt.pk}:{attempt.tries}"


# What is lost, and what is over


def ask_again(attempt: Attempt, *, at: datetime) -> None:
    """Have one done that failed, or that nobody took up. Asking twice does no harm; what is at work goes on."""
    with transaction.atomic():
        locks.own(f"attempts:{attempt.place}")
        others = Attempt.objects.filter(place=attempt.place, kind=attempt.kind, state__in=Attempt.AT_WORK)
        if attempt.kind == Attempt.Kind.TRY_OUT:
            others = others.filter(asked_by=attempt.asked_by_id)
        if not others.exclude(pk=attempt.pk).exists() and bytes(attempt.wanted):
            failed = Attempt.objects.filter(pk=attempt.pk, state=State.FAILED)
            failed.update(state=State.ASKED, asked_at=at, finished_at=None, problem="")
        nudge(TASK, str(attempt.pk))


def sweep(*, at: datetime) -> None:
    """Ask again for what the queue lost or a dead worker had in hand; empty what is a day old."""
    for attempt in Attempt.objects.filter(state=State.WORKING):
        if not is_silent(attempt, at):
            continue
        if attempt.tries >= MOST_TRIES:
            fail(attempt, problem="WorkerLost", at=at)
        elif _in_hand(attempt).update(state=State.ASKED):
            log.warning("attempt %s was let go of by its worker; asked for again", attempt.pk)
    for pk in Attempt.objects.filter(state=State.ASKED).values_list("pk", flat=True):
        nudge(TASK, str(pk))
    over = Attempt.objects.filter(finished_at__lt=at - KEPT_FOR)
    over.exclude(wanted=b"", told=b"").update(wanted=b"", told=b"")

"""Making many papers: several presses side by side, each a chain of short tasks, until nothing waits.

What waits is a row (a paper without its PDF), so a press that dies loses nothing. A press holds its place by a lease
in the cache, and each paper it takes by a claim there; both run out by themselves, and the sweep starts again what
stopped. Should two take the same paper all the same, one PDF is kept (`actions.render_paper`). A paper that cannot
be made is tried again after growing pauses and shows on the desk meanwhile.
"""

import logging
import time
from datetime import datetime, timedelta
from math import inf
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.db.models import F

from exchange.audit.actions import append
from exchange.documents import actions, reads, rendering
from exchange.documents.models import PaperFault
from exchange.kernel.queue import nudge

log = logging.getLogger(__name__)

TASK = "exchange.documents.tasks.press"
# A press works in slices this long at most, so that what somebody waits for comes in between, and a worker's process
# is replaced after so many papers.
PAPERS, SECONDS = 10, 3.0
# How long a press may wait in the queue, or a paper be in the making, before another takes over.
LEASE_SECONDS = 60
LOOK = 200  # more than all presses have claimed at a time
# Minutes to wait after the first, second, … failure of a paper; then always the last.
PAUSES = (1, 5, 15, 60, 240)


def wake(*, at: datetime) -> int:
    """Start every press that does not run, if anything waits; how many were started."""
    if not reads.waiting_now(at).exists():
        return 0
    started = [slot for slot in range(settings.PAPER_PRESSES) if cache.add(_lease(slot), 1, LEASE_SECONDS)]
    for slot in started:
        nudge(TASK, str(slot))
    return len(started)


def run(slot: int, *, at: datetime) -> int:
    """One slice of a press: papers that wait, oldest first, not those that another has taken; how many were made.

    Asks for its next slice while it made any and more wait; else it gives up its place.
    """
    cache.set(_lease(slot), 1, LEASE_SECONDS)
    began, made = time.monotonic(), 0
    for paper_id in list(reads.waiting_now(at).values_list("pk", flat=True)[:LOOK]):
        if made == PAPERS or time.monotonic() - began > SECONDS:
            break
        if cache.add(_claim(paper_id), 1, LEASE_SECONDS):
            made += make(paper_id=paper_id, at=at)
    if made and reads.waiting_now(at).exists():
        nudge(TASK, str(slot))
    else:
        cache.delete(_lease(slot))
    return made


def render_waiting(
    *, at: datetime, limit: int | None = None, seconds: float = inf, offer_key: str | None = None
) -> int:
    """Make the PDFs that are owed here and now, oldest first; how many were made. A faulty one is passed by.

    With a limit (a sweep, any offer) no more than that, none begun after so many seconds, and not those that a press
    or another sweep has taken, or that are to be tried again later.
    """
    began, made = time.monotonic(), 0
    if limit is None:
        for paper_id in list(reads.waiting(offer_key).values_list("pk", flat=True)):
            made += make(paper_id=paper_id, at=at)
        return made
    for paper_id in list(reads.waiting_now(at).values_list("pk", flat=True)[: limit + LOOK]):
        if made == limit or time.monotonic() - began >= seconds:
            break
        if cache.add(_claim(paper_id), 1, LEASE_SECONDS):
            made += make(paper_id=paper_id, at=at)
    return made


def make(*, paper_id: UUID, at: datetime) -> bool:
    """Make one PDF; False where it cannot be made, which is noted, and cleared once it can."""
    try:
        actions.render_paper(paper_id=paper_id, at=at)
    except rendering.PaperError as fault:
        log.exception("paper %s could not be made", paper_id)
        _note(paper_id, str(fault), at)
        return False
    PaperFault.objects.filter(paper_id=paper_id).delete()
    return True


def retry(*, offer_key: str, actor: str, at: datetime) -> int:
    """Try the failed papers of an offer again now, not after their pauses; how many there are."""
    with transaction.atomic():
        found = reads.faults_of(offer_key).filter(next_at__gt=at)
        count = PaperFault.objects.filter(pk__in=list(found.values_list("pk", flat=True))).update(next_at=at)
        if count:
            append(
                chain=f"papers:{offer_key}",
                kind="papers.retried",
                actor=actor,
                at=at,
                payload={"offer": offer_key, "papers": count},
            )
            nudge(TASK)
    return count


def _note(paper_id: UUID, what: str, at: datetime) -> None:
    found, is_new = PaperFault.objects.get_or_create(
        paper_id=paper_id,
        defaults={"attempts": 1, "error": what[:200], "last_at": at, "next_at": at + timedelta(minutes=PAUSES[0])},
    )
    if not is_new:
        pause = timedelta(minutes=PAUSES[min(found.attempts, len(PAUSES) - 1)])
        PaperFault.objects.filter(paper_id=paper_id).update(
            attempts=F("attempts") + 1, error=what[:200], last_at=at, next_at=at + pause
        )


def _lease(slot: int) -> str:
    return f"documents:press:{slot}"


def _claim(paper_id: UUID) -> str:
    return f"documents:rendering:{paper_id}"

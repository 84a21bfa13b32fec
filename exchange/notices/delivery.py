"""Sending letters: claimed, sent, and the sending recorded. The only place that talks to the mail server.

A letter moves queued → sending → sent by compare-and-swap, so two workers never send the same one. A worker that
dies leaves it `sending`; after the lease a sweep takes it up again, with the same Message-ID. If the worker died
between the mail server's yes and our record of it, that letter is sent twice: the one double there is.
"""

import logging
import time
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from smtplib import SMTPRecipientsRefused
from typing import Any
from uuid import UUID

from anymail.exceptions import AnymailInvalidAddress, AnymailRecipientsRefused
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import F, QuerySet
from django.utils.text import slugify

from exchange.documents import actions as documents
from exchange.documents import press
from exchange.documents.models import Paper, RenderedPaper
from exchange.documents.rendering import PaperError
from exchange.kernel import clock
from exchange.kernel.queue import nudge
from exchange.notices import deadline_files, links
from exchange.notices.actions import GO_ON, SWEEP_TASK, cancel_overdue
from exchange.notices.models import Message, State

log = logging.getLogger(__name__)

# Minutes to wait after the first, second, … failed attempt; when they are used up the letter is given up.
PAUSES = (1, 5, 15, 60, 120, 240, 480, 720)
# Longer than making a letter's papers and a mail server's slowest answer take together.
LEASE = timedelta(minutes=5)
# A sweep begins no letter and no paper after so many seconds: a receipt that somebody waits for does not wait for a
# thousand others. What is left is the next one's, and the presses'.
SWEEP_SECONDS = 5.0
# The mail server is taken to be down after so many failures in a row; the rest waits for the next sweep.
FAILURES_IN_A_ROW = 3

# Papers that keep a letter company, and how large one may be to go along.
KEEPING_COMPANY = ("marked_copy",)
MOST_BYTES = 2_000_000


class Outcome:
    """What `send_message` did."""

    SENT = "sent"
    WITHHELD = "withheld"
    CANCELLED = "cancelled"
    LATER = "later"  # failed; it will be tried again
    GIVEN_UP = "given_up"
    REFUSED = "refused"  # given up at once: the address is refused for good
    NOT_OURS = "not_ours"  # not due, done, or another worker's


@dataclass(frozen=True)
class Delivered:
    """What a sweep or `deliver_all` did: papers made, letters by outcome; complete unless it stopped early."""

    papers: int = 0
    sent: int = 0
    withheld: int = 0
    failed: int = 0
    is_complete: bool = True


def send_message(*, message_id: UUID, at: datetime) -> str:
    """Send one letter that is queued and due, its papers first where they are not made yet; an `Outcome`.

    Never raises for what the mail server or a paper does: the letter goes back to the queue, with growing pauses, or
    is given up at once where its address is refused for good.
    One that asks to act by a deadline that has passed is cancelled.
    """
    due = Message.objects.filter(pk=message_id, state=State.QUEUED, next_attempt_at__lte=at)
    if due.update(state=State.SENDING, claimed_at=at, attempts=F("attempts") + 1, last_error="") != 1:
        return Outcome.NOT_OURS
    message = Message.objects.get(pk=message_id)
    if cancel_overdue(_ours(message), at):
        return Outcome.CANCELLED
    if message.is_replay and settings.EMAIL_BACKEND not in settings.EMAIL_BACKENDS_THAT_STAY_HERE:
        _ours(message).update(state=State.WITHHELD, claimed_at=None)
        return Outcome.WITHHELD
    try:
        email = _email(message, at)
        # Making papers takes a while: the claim may have been lost, or the letter called back, meanwhile.
        if _ours(message).filter(superseded_at__isnull=True).update(claimed_at=F("claimed_at")) != 1:
            return _called_back(message)
        email.send(fail_silently=False)
    except Exception as fault:  # a mail backend may end in anything, and the letter must be tried again
        return _failed(message, fault, at)
    # The instant of the mail server's yes: a record of what happened, not a reading that decides anything.
    _ours(message).update(state=State.SENT, claimed_at=None, sent_at=clock.now(), service_id=_service_id(email))
    return Outcome.SENT


def _ours(message: Message) -> QuerySet[Message]:
    """The letter, while the claim that made this attempt still holds."""
    return Message.objects.filter(pk=message.pk, state=State.SENDING, attempts=message.attempts)


def _email(message: Message, at: datetime) -> EmailMultiAlternatives:
    """The letter as mail, with papers and link; the Message-ID it was queued with, whatever attempt this is."""
    email = EmailMultiAlternatives(
        subject=message.subject,
        body=links.put_in(message, message.text),
        to=[message.to_address],
        headers={
            "Message-ID": message.message_id,
            "X-Notice-Id": str(message.pk),
            "Auto-Submitted": "auto-generated",
        },
    )
    email.attach_alternative(links.put_in(message, message.html), "text/html")
    if message.calendar:
        email.attach(deadline_files.attachment(message.calendar))
    for paper_id in message.attachments:
        rendered = _paper(UUID(paper_id), at)
        if rendered is None:
            continue
        email.attach(f"{slugify(rendered.paper.title)}.pdf", bytes(rendered.pdf), "application/pdf")
    return email


def _service_id(email: EmailMultiAlternatives) -> str:
    """What the mail service calls the letter it has just taken; '' where it went by another way."""
    status = getattr(email, "anymail_status", None)
    found = status.message_id if status is not None else None
    return "" if found is None else str(found)


def _is_for_good(fault: Exception) -> bool:
    """Whether the address was refused for good: the same letter to it again would be refused again.

    A mail server says so by a code of 500 or more; one below asks for another try.
    """
    if isinstance(fault, SMTPRecipientsRefused):
        return all(code >= 500 for code, _said in fault.recipients.values())
    return isinstance(fault, AnymailRecipientsRefused | AnymailInvalidAddress)


def _paper(paper_id: UUID, at: datetime) -> RenderedPaper | None:
    """A paper that goes with a letter; None for one that only keeps company, where it is large or cannot be made.

    Such a one is in the portal. A holder's own paper is why the letter is written: without it the letter waits.
    """
    is_company = Paper.objects.filter(pk=paper_id, kind__in=KEEPING_COMPANY).exists()
    try:
        rendered = documents.render_paper(paper_id=paper_id, at=at)
    except PaperError:
        if is_company:
            log.exception("paper %s could not be made; the letter goes without it", paper_id)
            return None
        raise
    return None if is_company and rendered.size > MOST_BYTES else rendered


def _called_back(message: Message) -> str:
    """The letter was superseded before it went out, or the claim is another's by now."""
    cancelled = _ours(message).update(state=State.CANCELLED, claimed_at=None)
    return Outcome.CANCELLED if cancelled else Outcome.NOT_OURS


def _failed(message: Message, fault: Exception, at: datetime) -> str:
    log.warning("letter %s was not sent (%s), attempt %d", message.pk, type(fault).__name__, message.attempts)
    name = type(fault).__name__
    if (
        _ours(message)
        .filter(superseded_at__isnull=False)
        .update(state=State.CANCELLED, claimed_at=None, last_error=name)
    ):
        return Outcome.CANCELLED
    is_refused = _is_for_good(fault)
    if is_refused or message.attempts > len(PAUSES):
        _ours(message).update(state=State.FAILED, claimed_at=None, last_error=name)
        return Outcome.REFUSED if is_refused else Outcome.GIVEN_UP
    pause = timedelta(minutes=PAUSES[message.attempts - 1])
    _ours(message).update(state=State.QUEUED, claimed_at=None, last_error=name, next_attempt_at=at + pause)
    return Outcome.LATER


def take_back(*, at: datetime) -> int:
    """Letters whose worker died in the middle: back to the queue at once, given up, or cancelled; how many."""
    stale = Message.objects.filter(state=State.SENDING, claimed_at__lt=at - LEASE)
    died: dict[str, Any] = {"claimed_at": None, "last_error": "WorkerDied"}
    return (
        stale.filter(superseded_at__isnull=False).update(state=State.CANCELLED, **died)
        + stale.filter(attempts__gt=len(PAUSES)).update(state=State.FAILED, **died)
        + stale.update(state=State.QUEUED, next_attempt_at=at, **died)
    )


def sweep(*, at: datetime, limit: int = 200, is_to_go_on: bool = False) -> Delivered:
    """Send what the queue lost: letters that wait and are due, then papers that wait; what was done.

    `at` is the true instant: leases are measured by it. Safe beside any number of workers. Ends after a few seconds
    or `limit` letters; with `is_to_go_on` it asks for another sweep while there is more to do.
    """
    began = time.monotonic()
    take_back(at=at)
    done = _send_due(at=at, limit=limit, offer_key=None, seconds=SWEEP_SECONDS)
    papers = press.render_waiting(at=at, limit=20, seconds=began + SWEEP_SECONDS - time.monotonic())
    press.wake(at=at)
    if is_to_go_on and not done.is_complete and done.failed < FAILURES_IN_A_ROW:
        nudge(SWEEP_TASK, GO_ON)
    return replace(done, papers=papers)


def deliver_all(*, offer_key: str | None = None) -> Delivered:
    """Make every paper and send every letter that is due, here and now, of one offer or of all: for `--wait`.

    Reads the clock itself: a replay's command acts at an instant long past, but leases are measured in true time.
    A letter that fails stays in the outbox; it is counted, not waited for.
    """
    at = clock.now()
    take_back(at=at)
    papers = press.render_waiting(at=at, offer_key=offer_key)
    return replace(_send_due(at=at, limit=None, offer_key=offer_key, seconds=None), papers=papers)


def _send_due(*, at: datetime, limit: int | None, offer_key: str | None, seconds: float | None) -> Delivered:
    due = Message.objects.filter(state=State.QUEUED, next_attempt_at__lte=at).order_by("next_attempt_at", "pk")
    if offer_key is not None:
        due = due.filter(offer_key=offer_key)
    began = time.monotonic()
    outcomes: Counter[str] = Counter()
    in_a_row = 0
    waiting = list(due.values_list("pk", flat=True)[: limit + 1 if limit is not None else None])
    for position, message_id in enumerate(waiting):
        is_out_of_time = seconds is not None and time.monotonic() - began > seconds
        if is_out_of_time or position == limit:
            return _delivered(outcomes, is_complete=False)
        outcome = send_message(message_id=message_id, at=at)
        outcomes[outcome] += 1
        in_a_row = in_a_row + 1 if outcome in {Outcome.LATER, Outcome.GIVEN_UP} else 0
        if in_a_row == FAILURES_IN_A_ROW:
            return _delivered(outcomes, is_complete=False)
    return _delivered(outcomes, is_complete=True)


def _delivered(outcomes: Counter[str], *, is_complete: bool) -> Delivered:
    return Delivered(
        sent=outcomes[Outcome.SENT],
        withheld=outcomes[Outcome.WITHHELD],
        failed=outcomes[Outcome.LATER] + outcomes[Outcome.GIVEN_UP] + outcomes[Outcome.REFUSED],
        is_complete=is_complete,
    )

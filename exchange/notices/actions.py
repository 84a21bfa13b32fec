"""Queueing letters and calling them back. Sending them is `notices.delivery`."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Case, F, Q, QuerySet, Value, When

from exchange.audit.actions import append
from exchange.kernel.queue import nudge
from exchange.notices.models import Message, Opened, State
from exchange.notices.queueing import Letter, message_of

SEND_TASK = "exchange.notices.tasks.send_message"
SWEEP_TASK = "exchange.notices.tasks.sweep"
GO_ON = "go on"  # the sweep's argument: ask for another while there is more to send

# One sweep is nudged for so many letters: enough to keep a few workers busy, few enough for one commit.
LETTERS_A_NUDGE = 100
MOST_NUDGES = 4
# So few letters are nudged each by itself.
ONE_BY_ONE = 10


# What has not gone out and may yet: a letter that was given up can be sent again.
WAITING = (State.QUEUED, State.HELD, State.FAILED)

# Letters that ask one to act by the deadline they name: pointless, and wrong, from that instant on.
ACT_BY = ("invitation", "reminder", "offer_opened", "offer_extended", "offer_amended", "condition_waived")
# Letters that are true only until the offer is terminated or its tenders are accepted.
UNTIL_THE_END = (*ACT_BY, "acceptance_postponed", "cure_asked", "exclusion_lifted")
# Who tells that a letter came back.
SERVICE = "mail service"
# Why a letter was cancelled, where it was not that another of its kind takes its place.
DEADLINE_PASSED, DEADLINE_MOVED = "DeadlinePassed", "DeadlineMoved"
OFFER_ENDED, HOLDS_NO_MORE = "OfferEnded", "HoldsNoMore"


def queue_letter(
    *,
    key: str,
    kind: str,
    offer_key: str,
    owner_key: str,
    to_address: str,
    subject: str,
    text: str,
    html: str,
    paper_ids: Iterable[UUID] = (),
    names_deadline: datetime | None = None,
    is_replay: bool = False,
    at: datetime,
) -> Message:
    """Put one letter into the outbox, in the caller's transaction; it is sent soon after the commit.

    A key that is there already answers the letter it names, unchanged. Raises ValueError for a subject or an address
    with a line break; an address that is none is kept as given up, for staff to see.
    """
    letter = Letter(
        key=key,
        kind=kind,
        offer_key=offer_key,
        owner_key=owner_key,
        to_address=to_address,
        subject=subject,
        text=text,
        html=html,
        paper_ids=tuple(paper_ids),
        names_deadline=names_deadline,
        is_replay=is_replay,
    )
    with transaction.atomic():
        Message.objects.bulk_create([message_of(letter, at)], ignore_conflicts=True)
        message = Message.objects.get(key=key)
    if message.state == State.QUEUED:
        nudge(SEND_TASK, str(message.pk))
    return message


def queue_letters(letters: Iterable[Letter], *, at: datetime, is_counted: bool = True) -> int:
    """Put many letters into the outbox in a few statements, as `queue_letter` does one; how many were new.

    A few are nudged one by one; of many, sweeps send them, several side by side. Not counted, it is not asked which
    are there already: none is put in twice, a nudge of one that has gone does nothing, and all count as new.
    """
    messages = {letter.key: message_of(letter, at) for letter in letters}
    known = _known(list(messages)) if is_counted else set()
    fresh = [message for key, message in messages.items() if key not in known]
    Message.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=500)
    if len(fresh) > ONE_BY_ONE:
        for _ in range(min(MOST_NUDGES, -(-len(fresh) // LETTERS_A_NUDGE))):
            nudge(SWEEP_TASK, GO_ON)
        return len(fresh)
    # A receipt that somebody waits for does not stand in line behind a thousand reminders.
    for message in fresh:
        if message.state == State.QUEUED:
            nudge(SEND_TASK, str(message.pk))
    return len(fresh)


def _known(keys: list[str]) -> set[str]:
    found: set[str] = set()
    for start in range(0, len(keys), 500):
        found |= set(Message.objects.filter(key__in=keys[start : start + 500]).values_list("key", flat=True))
    return found


def cancel_superseded(*, offer_key: str, deadline: datetime, at: datetime) -> list[Message]:
    """Cancel the offer's letters that have not gone out and name another deadline; answers them, to be made again.

    A letter that is being sent at this instant cannot be called back: it is answered too, and marked, so that no
    second attempt is made of it. Sent letters stay as they are.
    """
    stale = Q(offer_key=offer_key, names_deadline__isnull=False) & ~Q(names_deadline=deadline)
    superseded: list[Message] = []
    with transaction.atomic():
        for message in Message.objects.select_for_update().filter(
            stale, state__in=[*WAITING, State.SENDING], superseded_at__isnull=True
        ):
            waiting = Message.objects.filter(pk=message.pk, state__in=WAITING)
            if waiting.update(state=State.CANCELLED, superseded_at=at, last_error=DEADLINE_MOVED) == 0:
                Message.objects.filter(pk=message.pk, state=State.SENDING).update(superseded_at=at)
            superseded.append(message)
    return superseded


def call_back(
    *, kind: str, owner_keys: Collection[str], offer_key: str | None = None, why: str = "", at: datetime
) -> int:
    """Cancel the letters of one kind to these owners that have not gone out; how many. Of one offer, or of all.

    Newer ones replace them, or `why` says what else. One that is being sent at this instant cannot be called back; it
    is marked, so that no second attempt is made.
    """
    called = 0
    owners = list(owner_keys)
    for start in range(0, len(owners), 500):
        stale = Message.objects.filter(
            kind=kind, owner_key__in=owners[start : start + 500], superseded_at__isnull=True
        )
        if offer_key is not None:
            stale = stale.filter(offer_key=offer_key)
        called += _call_back(stale, at, why)
    return called


def _call_back(stale: QuerySet[Message], at: datetime, why: str = "") -> int:
    """In one statement: between two, an attempt that fails would go back to the queue and escape both."""
    is_out = When(state=State.SENDING, then=F("state"))
    error = When(state=State.SENDING, then=F("last_error"))
    return stale.filter(state__in=[*WAITING, State.SENDING]).update(
        superseded_at=at,
        state=Case(is_out, default=Value(State.CANCELLED)),
        last_error=Case(error, default=Value(why) if why else F("last_error")),
    )


def call_back_ended(*, offer_key: str, at: datetime) -> int:
    """The offer has ended, one way or the other: cancel its letters that asked to act in it; how many.

    Receipts, and what is said of the end itself, stay.
    """
    asking = Q(kind__in=UNTIL_THE_END) & ~Q(kind="invitation", names_deadline__isnull=True)  # which only lets one in
    stale = Message.objects.filter(asking, offer_key=offer_key, superseded_at__isnull=True)
    return _call_back(stale, at, OFFER_ENDED)


def overdue(letters: QuerySet[Message], at: datetime) -> QuerySet[Message]:
    """Those of the letters that ask one to act by a deadline that has passed at `at`, the true instant.

    Not of a replay, whose deadlines are long past; nor one written after its deadline, which says so.
    """
    return letters.filter(kind__in=ACT_BY, is_replay=False, names_deadline__lte=at, queued_at__lt=F("names_deadline"))


def cancel_overdue(letters: QuerySet[Message], at: datetime) -> int:
    """Cancel those of the letters that ask one to act by a deadline that has passed; how many."""
    return overdue(letters, at).update(
        state=State.CANCELLED, claimed_at=None, superseded_at=at, last_error=DEADLINE_PASSED
    )


def call_back_about(
    *,
    offer_key: str,
    kinds: Collection[str],
    about: Collection[str],
    owner_keys: Collection[str] | None = None,
    at: datetime,
) -> list[str]:
    """Cancel the letters of these kinds about these things that have not gone out: what they say holds no more.

    Of these owners alone, where they are given. Answers the keys of what was called back, one that is being sent at
    this instant among them: it cannot be stopped, and is marked, so that no second attempt is made.
    """
    wanted = {f"{kind}:{offer_key}:{one}" for kind in kinds for one in about}
    if not wanted:
        return []
    unsent = Message.objects.filter(offer_key=offer_key, kind__in=kinds, state__in=[*WAITING, State.SENDING])
    if owner_keys is not None:
        unsent = unsent.filter(owner_key__in=owner_keys)
    keys = unsent.filter(superseded_at__isnull=True).order_by().values_list("key", flat=True)
    called = [key for key in keys if not wanted.isdisjoint(key_and_starts(key))]
    for start in range(0, len(called), 500):
        batch = Message.objects.filter(key__in=called[start : start + 500], superseded_at__isnull=True)
        _call_back(batch, at, HOLDS_NO_MORE)
    return called


def key_and_starts(key: str) -> set[str]:
    """A key, and each of its parts that another may have been made again from (`kind:offer:thing`, then `:again`)."""
    return {key, *(key[:place] for place, mark in enumerate(key) if mark == ":")}


def requeue_failed(*, message_id: UUID, at: datetime) -> bool:
    """Give a letter that was given up one more attempt; whether there was one to give.

    One that asks to act by a deadline that has passed is cancelled instead.
    """
    again = Message.objects.filter(pk=message_id, state=State.FAILED)
    cancel_overdue(again, at)
    again = again.exclude(last_error="InvalidAddress")
    if again.update(state=State.QUEUED, next_attempt_at=at) != 1:
        return False
    nudge(SEND_TASK, str(message_id))
    return True


def release_held(*, offer_key: str, kind: str, template_version: int, wording_number: int, at: datetime) -> int:
    """Send what waited for counsel to approve what it is made from, in the caller's transaction; how many.

    What asks to act by a deadline that has passed meanwhile is cancelled instead.
    """
    made_of = {"template_version": template_version, "wording_number": wording_number}
    held = Message.objects.filter(state=State.HELD, offer_key=offer_key, kind=kind, **made_of)
    cancel_overdue(held, at)
    released = held.update(state=State.QUEUED, next_attempt_at=at)
    if released:
        nudge(SWEEP_TASK, GO_ON)
    return released


def send_given_up(addresses: Mapping[UUID, str], *, at: datetime) -> int:
    """Start letters that were given up anew, each to the address given; how many. In the caller's transaction.

    One that asks to act by a deadline that has passed is cancelled instead.
    """
    started = 0
    cancel_overdue(Message.objects.filter(pk__in=list(addresses), state=State.FAILED), at)
    for message_id, address in addresses.items():
        again = Message.objects.filter(pk=message_id, state=State.FAILED)
        started += again.update(state=State.QUEUED, to_address=address, attempts=0, next_attempt_at=at, last_error="")
    if started:
        nudge(SWEEP_TASK, GO_ON)
    return started


def take_back_returned(*, service_id: str, why: str, at: datetime) -> bool:
    """A letter that had been sent came back: it counts as given up, for staff; whether there was one.

    `why` is a class of failure. When it had gone out is kept in the log. Told twice, or of a letter that was sent
    again since, it changes nothing.
    """
    with transaction.atomic():
        known = Message.objects.select_for_update().defer("text", "html", "calendar")
        message = known.filter(service_id=service_id, state=State.SENT).first()
        if message is None:
            return False
        append(
            chain=f"letters:{message.offer_key}",
            kind="letters.returned",
            actor=SERVICE,
            at=at,
            payload={"offer": message.offer_key, "letter": str(message.pk), "sent_at": message.sent_at, "why": why},
        )
        Message.objects.filter(pk=message.pk, state=State.SENT).update(
            state=State.FAILED, sent_at=None, service_id="", last_error=why
        )
        return True


def mark_opened(*, message_id: UUID, at: datetime) -> None:
    """The letter's owner has opened it in the portal; the first time counts. No record, so no event."""
    Opened.objects.bulk_create([Opened(message_id=message_id, at=at)], ignore_conflicts=True)

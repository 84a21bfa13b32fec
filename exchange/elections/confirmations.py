"""Receipts that are owed: forms whose letter has not gone out yet, and the day by which it must (domain §4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from exchange.elections.models import Form
from exchange.market.reads import calendar
from exchange.notices.models import Message, State
from exchange.offers.reads import Loaded

RECEIPTS = (
    *("election_received", "withdrawal_received", "form_late", "form_recorded_after", "form_defective"),
    "form_mended",
)
UNSENT = (State.QUEUED, State.HELD, State.SENDING, State.FAILED)


@dataclass(frozen=True)
class Owed:
    """One form that is not confirmed yet. `is_given_up`: its letter will not go out by itself."""

    number: str
    due_on: date
    is_given_up: bool


def owed(loaded: Loaded) -> Sequence[Owed]:
    """Every form that still waits for its letter, the most pressing first; the day of receipt is not counted.

    Forms of people who are not on file have no letter, and are not among them.
    """
    messages = Message.objects.filter(offer_key=loaded.offer.code, kind__in=RECEIPTS, state__in=UNSENT)
    states: dict[str, str] = {}
    for kind, key, state in messages.values_list("kind", "key", "state"):
        about = key.removeprefix(f"{kind}:{loaded.offer.code}:")
        states[about] = state
        # A receipt that was made again carries the deadline after the form's number.
        states.setdefault(about.rpartition(":")[0], state)
    if not states:
        return []
    days = calendar()
    forms = Form.objects.filter(offer=loaded.offer, number__in=list(states)).values_list("number", "received_at")
    found = [
        Owed(
            number,
            days.add_business_days(loaded.date_of(received_at), loaded.terms.confirm_within_business_days),
            states[number] == State.FAILED,
        )
        for number, received_at in forms
    ]
    return sorted(found, key=lambda item: (item.due_on, item.number))


@dataclass(frozen=True)
class Receipts:
    """How the receipts of an offer stand: sent by their day, sent later, and not sent. `overdue` are of the last.

    `next_due_on` is the day by which the next of those that wait must go; None where none waits.
    """

    in_time: int
    late: int
    waiting: int
    overdue: int
    next_due_on: date | None


def receipts(loaded: Loaded, at: datetime) -> Receipts:
    """How the receipts stand at `at`. Three queries, however many forms there are.

    A replay's worker sends by the true clock, after all dates of the replay: there the instant of writing counts.
    """
    offer, terms, days = loaded.offer, loaded.terms, calendar()
    received = dict(Form.objects.filter(offer=offer).order_by().values_list("number", "received_at"))
    sent: dict[str, datetime] = {}
    messages = Message.objects.filter(offer_key=offer.code, kind__in=RECEIPTS, state=State.SENT)
    instants = messages.order_by("-sent_at").values_list("kind", "key", "queued_at", "sent_at")
    for kind, key, queued_at, sent_at in instants:
        about = key.removeprefix(f"{kind}:{offer.code}:")
        number = about if about in received else about.rpartition(":")[0]
        if sent_at is not None and number in received:
            is_true_clock = offer.is_replay and sent_at > at
            sent[number] = queued_at if is_true_clock else sent_at  # the first to go counts: the last of these
    due: dict[date, date] = {}
    in_time = late = 0
    for number, sent_at in sent.items():
        day = loaded.date_of(received[number])
        if day not in due:
            due[day] = days.add_business_days(day, terms.confirm_within_business_days)
        if loaded.date_of(sent_at) <= due[day]:
            in_time += 1
        else:
            late += 1
    waiting = [item for item in owed(loaded) if item.number not in sent]
    today = loaded.date_of(at)
    overdue = sum(item.due_on < today for item in waiting)
    return Receipts(in_time, late, len(waiting), overdue, waiting[0].due_on if waiting else None)

"""Receipts that are owed: forms whose letter has not gone out yet, and the day by which it must (domain §4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from exchange.elections.models import Form
from exchange.market.reads import calendar
from exchange.notices.models import Message, State
from exchange.offers.reads import Loaded

RECEIPTS = ("election_received", "withdrawal_received", "form_late", "form_recorded_after", "form_defective")
UNSENT = (State.QUEUED, State.SENDING, State.FAILED)


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

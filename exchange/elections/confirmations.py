"""Receipts that are owed: forms whose letter has not gone out yet, and the day by which it must (domain §4)."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from exchange.elections.models import Form
from exchange.elections.models.mends import Mending
from exchange.market.reads import calendar
from exchange.notices.models import Message, State
from exchange.offers.models import Offer
from exchange.offers.reads import Loaded

RECEIPTS = (
    *("election_received", "withdrawal_received", "form_late", "form_recorded_after", "form_defective"),
    "form_mended",
)
ABOUT_A_FORM = (*RECEIPTS, "cure_asked", "defect_decided")
UNSENT = (State.QUEUED, State.HELD, State.SENDING, State.FAILED)


@dataclass(frozen=True)
class Owed:
    """One form that is not confirmed yet. `is_given_up`: its letter will not go out by itself."""

    number: str
    due_on: date
    is_given_up: bool


@dataclass(frozen=True)
class _Papers:
    """The forms that there are, each once: a mended one is the paper it was copied from, as its newest entry says.

    `of_entry` has for the number of every entry the newest one's number, `newest` that one's holder and receipt.
    """

    of_entry: Mapping[str, str]
    newest: Mapping[str, tuple[str, datetime]]

    @classmethod
    def of(cls, offer: Offer) -> "_Papers":
        """Two queries, however many forms there are."""
        entries = Form.objects.filter(offer=offer).order_by()
        columns = ("number", "holder__employee_number", "received_at")
        facts = {number: (holder or "", at) for number, holder, at in entries.values_list(*columns)}
        mended = Mending.objects.filter(form__offer=offer).order_by("event_id")
        after = dict(mended.values_list("form__number", "entry__number"))
        of_entry = {}
        for number in facts:
            newest = number
            while newest in after:
                newest = after[newest]
            of_entry[number] = newest
        return cls(of_entry, {number: facts[number] for number in set(of_entry.values())})

    def confirmed_by(self, kind: str, key: str, owner: str, code: str) -> str:
        """The form that a letter confirms, by its newest entry; '' where its form is not of whom the letter went to.

        After the form's number a key may say for which deadline the letter was made again, or to whom it goes.
        """
        about = key.removeprefix(f"{kind}:{code}:")
        number = about if about in self.of_entry else about.rpartition(":")[0]
        newest = self.of_entry.get(number, "")
        return newest if newest and owner == f"holder:{self.newest[newest][0]}" else ""


def owed(loaded: Loaded) -> Sequence[Owed]:
    """Every form of which no letter has gone out yet, the most pressing first; the day of receipt is not counted.

    Forms of people who are not on file have no letter, and are not among them.
    """
    if not Message.objects.filter(offer_key=loaded.offer.code, kind__in=RECEIPTS, state__in=UNSENT).exists():
        return []
    return _Letters.of(loaded).owed(loaded)


@dataclass(frozen=True)
class _Letters:
    """The letters that confirm forms, by the form's newest entry: the instants of those sent, the states of others."""

    papers: _Papers
    sent: Mapping[str, Sequence[tuple[datetime, datetime]]]  # when it was queued, when it was sent
    unsent: Mapping[str, Sequence[str]]

    @classmethod
    def of(cls, loaded: Loaded) -> "_Letters":
        """Three queries."""
        offer, papers = loaded.offer, _Papers.of(loaded.offer)
        sent: dict[str, list[tuple[datetime, datetime]]] = defaultdict(list)
        unsent: dict[str, list[str]] = defaultdict(list)
        messages = Message.objects.filter(offer_key=offer.code, kind__in=RECEIPTS, state__in=(*UNSENT, State.SENT))
        columns = ("kind", "key", "owner_key", "state", "queued_at", "sent_at")
        for kind, key, owner, state, queued_at, sent_at in messages.order_by().values_list(*columns):
            number = papers.confirmed_by(kind, key, owner, offer.code)
            if number and sent_at is not None:
                sent[number].append((queued_at, sent_at))
            elif number:
                unsent[number].append(state)
        return cls(papers, sent, unsent)

    def due_dates(self, loaded: Loaded) -> Callable[[str], date]:
        """By when the letter of each form must go; of each day of receipt it is worked out once."""
        days = calendar()

        @cache
        def due_on(received_on: date) -> date:
            return days.add_business_days(received_on, loaded.terms.confirm_within_business_days)

        return lambda number: due_on(loaded.date_of(self.papers.newest[number][1]))

    def owed(self, loaded: Loaded) -> list[Owed]:
        due_on = self.due_dates(loaded)
        found = [
            Owed(number, due_on(number), all(state == State.FAILED for state in states))
            for number, states in self.unsent.items()
            if number not in self.sent
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
    """How the receipts stand at `at`: each paper form counts once, by the first letter that told its sender.

    Three queries, however many forms there are. A replay's worker sends by the true clock, after all dates of the
    replay: there the instant of writing counts.
    """
    letters = _Letters.of(loaded)
    due_on = letters.due_dates(loaded)
    in_time = 0
    for number, instants in letters.sent.items():
        queued_at, sent_at = min(instants, key=lambda pair: pair[1])
        counts_at = queued_at if loaded.offer.is_replay and sent_at > at else sent_at
        in_time += loaded.date_of(counts_at) <= due_on(number)
    waiting = letters.owed(loaded)
    today = loaded.date_of(at)
    overdue = sum(item.due_on < today for item in waiting)
    late = len(letters.sent) - in_time
    return Receipts(in_time, late, len(waiting), overdue, waiting[0].due_on if waiting else None)

"""The timeline of an offer and the legal clock. Pure: values in, values out.

Open and expired are computed from the events and the instant asked about; no job moves them (domain §2).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from exchange.kernel.calendars import EASTERN, Calendar, eastern
from exchange.kernel.results import Refusal


class State(StrEnum):
    DRAFT = "draft"
    SCHEDULED = "scheduled"
    OPEN = "open"
    EXPIRED = "expired"
    ACCEPTED = "accepted"
    GRANTED = "granted"
    CLOSED = "closed"
    TERMINATED = "terminated"


# From acceptance on: what was tendered is decided, and what follows is promises and grants.
AFTER_ACCEPTANCE = frozenset({State.ACCEPTED, State.GRANTED, State.CLOSED})


# Clock rules that counsel may override, by the name the command takes.
OPEN_TWENTY_BUSINESS_DAYS = "open_twenty_business_days"
UNDER_THIRTY_DAYS = "under_thirty_days"
EXTENSION_ANNOUNCED_IN_TIME = "extension_announced_in_time"
TEN_DAYS_AFTER_CHANGE = "ten_business_days_after_change"
FIVE_DAYS_AFTER_MATERIAL_CHANGE = "five_business_days_after_material_change"
CLASSIFIED_NO_WEAKER = "classified_no_weaker_than_derived"
ACCEPTED_PROMPTLY = "accepted_promptly"
ACCEPTED_AS_ANNOUNCED = "accepted_no_earlier_than_announced"
RULES = (
    OPEN_TWENTY_BUSINESS_DAYS,
    UNDER_THIRTY_DAYS,
    EXTENSION_ANNOUNCED_IN_TIME,
    TEN_DAYS_AFTER_CHANGE,
    FIVE_DAYS_AFTER_MATERIAL_CHANGE,
    CLASSIFIED_NO_WEAKER,
    ACCEPTED_PROMPTLY,
    ACCEPTED_AS_ANNOUNCED,
)

BUSINESS_DAYS_OPEN = 20  # SEC Rule 13e-4(f)(1)(i), 14e-1(a)
PROMPTLY = 3  # business days after the expiration: what Rule 14e-1(c) calls prompt (chosen)
WITHDRAWN_AFTER = 40  # business days from commencement: SEC Rule 13e-4(f)(2)(ii)
LONGEST = timedelta(days=30)  # 30 × 24 hours: longer can modify ISOs even of those who decline
ANNOUNCED_BY = time(9)  # Rule 14e-1(d): 9:00 a.m. Eastern on the next business day


class Classification(StrEnum):
    """What an amendment changes, the strongest first."""

    CONSIDERATION = "consideration"
    AMOUNT = "amount"
    MATERIAL = "material"
    IMMATERIAL = "immaterial"

    def is_weaker_than(self, other: "Classification") -> bool:
        return list(Classification).index(self) > list(Classification).index(other)


# Business days that must be left from the notice of a change: SEC Rule 13e-4(f)(1)(ii), 14e-1(b) for the first two;
# the third is what is proposed, and counsel decides.
DAYS_AFTER_CHANGE = {
    Classification.CONSIDERATION: 10,
    Classification.AMOUNT: 10,
    Classification.MATERIAL: 5,
    Classification.IMMATERIAL: 0,
}


@dataclass(frozen=True, slots=True)
class EventFact:
    kind: str
    at: datetime
    commences_at: datetime | None = None
    expires_at: datetime | None = None
    intended_on: date | None = None


@dataclass(frozen=True, slots=True)
class Expiration:
    """One expiration that was announced, and when; of several the last binds, each of the others was extended."""

    announced_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Timeline:
    """Every dated fact of one offer. Windows are half-open: an instant at the end is outside."""

    opened_at: datetime | None = None
    commences_at: datetime | None = None
    expires_at: datetime | None = None
    accepted_at: datetime | None = None
    terminated_at: datetime | None = None
    granted_at: datetime | None = None
    closed_at: datetime | None = None
    expirations: tuple[Expiration, ...] = ()
    amendments: tuple[datetime, ...] = ()
    acceptance_intended_on: date | None = None  # once acceptance is postponed; a later expiration forgets it

    @classmethod
    def of(cls, events: Sequence[EventFact]) -> "Timeline":
        """From the events in order; of expirations the latest announced is the one that binds."""
        found: dict[str, datetime | None] = {}
        expirations: list[Expiration] = []
        intended_on: date | None = None
        for event in events:
            found[f"{event.kind}_at"] = event.at
            if event.commences_at is not None:
                found["commences_at"] = event.commences_at
            if event.expires_at is not None:
                found["expires_at"] = event.expires_at
                expirations.append(Expiration(event.at, event.expires_at))
                intended_on = None
            intended_on = event.intended_on or intended_on
        for repeats in ("extended_at", "amended_at", "waived_at", "postponed_at"):
            found.pop(repeats, None)
        amendments = tuple(event.at for event in events if event.kind == "amended")
        return cls(
            **found,
            expirations=tuple(expirations),
            amendments=amendments,
            acceptance_intended_on=intended_on,
        )

    def state(self, at: datetime) -> State:
        """The state at an instant, from everything known now."""
        if self.opened_at is None or self.commences_at is None or self.expires_at is None or at < self.opened_at:
            return State.DRAFT
        if self.terminated_at is not None and at >= self.terminated_at:
            return State.TERMINATED
        if self.closed_at is not None and at >= self.closed_at:
            return State.CLOSED
        if self.granted_at is not None and at >= self.granted_at:
            return State.GRANTED
        if self.accepted_at is not None and at >= self.accepted_at:
            return State.ACCEPTED
        if at < self.commences_at:
            return State.SCHEDULED
        return State.OPEN if at < self.expires_at else State.EXPIRED

    def has_commenced(self, at: datetime) -> bool:
        return self.commences_at is not None and at >= self.commences_at

    def election_is_late(self, received_at: datetime) -> bool:
        """Received strictly before the expiration instant, or late; a terminated offer takes none either."""
        ends = [end for end in (self.expires_at, self.terminated_at, self.accepted_at) if end is not None]
        return any(received_at >= end for end in ends)

    def withdrawal_is_late(self, received_at: datetime) -> bool:
        """A Notice is late only from the instant of acceptance; after termination there is nothing to withdraw."""
        return any(received_at >= end for end in (self.accepted_at, self.terminated_at) if end is not None)

    def is_open(self, at: datetime) -> bool:
        return self.state(at) is State.OPEN

    def is_withdrawal_open(self, at: datetime) -> bool:
        return self.state(at) in {State.OPEN, State.EXPIRED}


def earliest_expiration(commences_at: datetime, calendar: Calendar) -> datetime:
    """Midnight Eastern at the end of the twentieth business day, that of commencement counted. UTC."""
    return calendar.end_of_period(commences_at, BUSINESS_DAYS_OPEN)


def check_period(commences_at: datetime, expires_at: datetime, calendar: Calendar) -> list[Refusal]:
    """What the legal clock says against an offer open from `commences_at` until `expires_at`."""
    refusals = []
    earliest = earliest_expiration(commences_at, calendar)
    if expires_at < earliest:
        refusals.append(
            Refusal(
                "open_too_short",
                {"commences_at": commences_at, "expires_at": expires_at, "earliest": earliest},
                rule=OPEN_TWENTY_BUSINESS_DAYS,
            )
        )
    refusals += check_length(commences_at, expires_at)
    return refusals


def check_length(commences_at: datetime, expires_at: datetime) -> list[Refusal]:
    """Less than 30 × 24 hours in all."""
    if expires_at - commences_at < LONGEST:
        return []
    return [
        Refusal(
            "open_too_long",
            {"commences_at": commences_at, "expires_at": expires_at, "latest": commences_at + LONGEST},
            rule=UNDER_THIRTY_DAYS,
        )
    ]


def announcement_deadline(expires_at: datetime, calendar: Calendar) -> datetime:
    """9:00 a.m. Eastern on the next business day after the day the offer expires on in New York. UTC.

    Midnight is the end of its day (§2: a business day runs to 12:00 midnight Eastern), not the start of the next.
    """
    last = (expires_at.astimezone(UTC) - timedelta.resolution).astimezone(EASTERN).date()
    day = calendar.add_business_days(last, 1)
    return eastern(day, ANNOUNCED_BY)


def check_extension(timeline: Timeline, to: datetime, at: datetime, calendar: Calendar) -> list[Refusal]:
    """Whether the offer may be extended at `at` until `to`."""
    if timeline.commences_at is None or timeline.expires_at is None:
        return [Refusal("offer_not_open", {"state": timeline.state(at)})]
    if timeline.state(at) not in {State.SCHEDULED, State.OPEN, State.EXPIRED}:
        return [Refusal("offer_not_open", {"state": timeline.state(at)})]
    refusals = []
    if to <= timeline.expires_at or to <= at:
        refusals.append(Refusal("extension_not_later", {"to": to, "expires_at": timeline.expires_at, "at": at}))
    deadline = announcement_deadline(timeline.expires_at, calendar)
    if at > deadline:
        refusals.append(
            Refusal(
                "extension_announced_late",
                {"expires_at": timeline.expires_at, "deadline": deadline, "at": at},
                rule=EXTENSION_ANNOUNCED_IN_TIME,
            )
        )
    return refusals + check_length(timeline.commences_at, to)


def check_postponement(
    timeline: Timeline, intended_on: date, at: datetime, zone: str, calendar: Calendar
) -> list[Refusal]:
    """Whether acceptance may be put off at `at` until a day: after the expiration, a later business day, promptly."""
    state = timeline.state(at)
    if timeline.expires_at is None or state is not State.EXPIRED:
        return [Refusal("postponed_before_expiration", {"state": state, "expires_at": timeline.expires_at})]
    today = at.astimezone(ZoneInfo(zone)).date()
    refusals = []
    if intended_on <= max(today, timeline.acceptance_intended_on or today):
        refusals.append(
            Refusal(
                "postponed_to_no_later_day", {"on": intended_on, "before": timeline.acceptance_intended_on or today}
            )
        )
    if not calendar.is_business_day(intended_on):
        refusals.append(Refusal("not_a_business_day", {"on": intended_on}))
    latest = promptly_until(timeline.expires_at, zone, calendar)
    if intended_on > latest:
        refusals.append(
            Refusal(
                "postponed_too_long",
                {"on": intended_on, "latest": latest, "count": PROMPTLY, "expires_at": timeline.expires_at},
                rule=ACCEPTED_PROMPTLY,
            )
        )
    return refusals


def promptly_until(expires_at: datetime, zone: str, calendar: Calendar) -> date:
    """The last day in the offer's zone on which options are accepted or returned promptly after an expiration."""
    return calendar.add_business_days(expires_at.astimezone(ZoneInfo(zone)).date(), PROMPTLY)


def check_acceptance(timeline: Timeline, at: datetime, zone: str, calendar: Calendar) -> list[Refusal]:
    """Whether tenders may be accepted at `at`: after the expiration, promptly, no earlier than holders were told."""
    state = timeline.state(at)
    if timeline.expires_at is None or state is not State.EXPIRED:
        return [Refusal("offer_not_expired", {"state": state, "expires_at": timeline.expires_at, "at": at})]
    on, intended_on = at.astimezone(ZoneInfo(zone)).date(), timeline.acceptance_intended_on
    latest = promptly_until(timeline.expires_at, zone, calendar)
    refusals = []
    if intended_on is not None and on < intended_on:
        refusals.append(
            Refusal("accepted_before_announced", {"on": on, "intended": intended_on}, rule=ACCEPTED_AS_ANNOUNCED)
        )
    if on > latest:
        refusals.append(
            Refusal(
                "accepted_late",
                {"on": on, "latest": latest, "count": PROMPTLY, "expires_at": timeline.expires_at},
                rule=ACCEPTED_PROMPTLY,
            )
        )
    return refusals


def withdrawal_from(commences_at: datetime, calendar: Calendar) -> datetime:
    """From when on options that are not accepted may be withdrawn by law, whatever the offer says. UTC."""
    return calendar.end_of_period(commences_at, WITHDRAWN_AFTER)


def reminder_instant(expires_at: datetime, zone: str, business_days: int, calendar: Calendar) -> datetime:
    """09:00 in the offer's zone, so many business days before the expiration's date there; 0 is the day itself."""
    local = expires_at.astimezone(ZoneInfo(zone)).date()
    day = calendar.subtract_business_days(local, business_days)
    return datetime.combine(day, time(9), ZoneInfo(zone)).astimezone(UTC)

"""How long an amended offer must stay open, counted day by day. Pure: values in, values out (domain §2)."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from exchange.kernel.calendars import EASTERN, Calendar, midnight_ending
from exchange.kernel.results import Refusal
from exchange.offers.rules import (
    DAYS_AFTER_CHANGE,
    FIVE_DAYS_AFTER_MATERIAL_CHANGE,
    TEN_DAYS_AFTER_CHANGE,
    Classification,
    State,
    Timeline,
    announcement_deadline,
    check_extension,
)


@dataclass(frozen=True, slots=True)
class CountedDay:
    """One day of a period: its number where it counts, 0 where it does not; then `holiday` may say why."""

    day: date
    number: int
    holiday: str = ""


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """How long an amended offer must stay open, day by day.

    `ends_at` is midnight Eastern at the end of the last day, None where the change starts no period. `proposed` is
    the expiration that this calls for: the one in force where that is late enough.
    """

    classification: Classification
    notice_at: datetime
    business_days: int
    days: tuple[CountedDay, ...]
    ends_at: datetime | None
    expires_at: datetime
    proposed: datetime

    @property
    def must_move(self) -> bool:
        return self.proposed != self.expires_at


def count_days(first: date, count: int, calendar: Calendar) -> tuple[CountedDay, ...]:
    """Every day of a period of `count` business days from `first`, which counts when it is one; none for 0."""
    found: list[CountedDay] = []
    day, number = first, 0
    while number < count:
        is_counted = calendar.is_business_day(day)
        number += is_counted
        found.append(CountedDay(day, number if is_counted else 0, "" if is_counted else calendar.holiday_name(day)))
        day += timedelta(days=1)
    return tuple(found)


def arithmetic_of(
    classification: Classification, *, notice_at: datetime, expires_at: datetime, zone: str, calendar: Calendar
) -> Arithmetic:
    """What the legal clock wants of an offer amended at `notice_at` that would expire at `expires_at`.

    Proposed is the same time of day, in the offer's zone, on the first business day on which the period is over.
    """
    count = DAYS_AFTER_CHANGE[classification]
    days = count_days(notice_at.astimezone(EASTERN).date(), count, calendar)
    ends_at = midnight_ending(days[-1].day) if days else None
    proposed = expires_at
    local = expires_at.astimezone(ZoneInfo(zone))
    day = local.date()
    while proposed <= notice_at or (ends_at is not None and proposed < ends_at):
        day = calendar.add_business_days(day, 1)
        proposed = datetime.combine(day, local.timetz()).astimezone(UTC)
    return Arithmetic(classification, notice_at, count, days, ends_at, expires_at, proposed)


def check_waiver(timeline: Timeline, to: datetime | None, arithmetic: Arithmetic, calendar: Calendar) -> list[Refusal]:
    """Whether a material condition may be waived at the arithmetic's notice, the offer expiring at `to` or as now."""
    refusals = check_extension(timeline, to, arithmetic.notice_at, calendar) if to is not None else []
    ends = to or arithmetic.expires_at
    if arithmetic.ends_at is not None and ends < arithmetic.ends_at:
        refusals.append(
            Refusal(
                "waived_late",
                {
                    "count": arithmetic.business_days,
                    "at": arithmetic.notice_at,
                    "earliest": arithmetic.ends_at,
                    "expires_at": ends,
                    "proposed": arithmetic.proposed,
                },
                rule=FIVE_DAYS_AFTER_MATERIAL_CHANGE,
            )
        )
    return refusals


def last_notice(
    classification: Classification, *, expires_at: datetime, to: datetime | None, calendar: Calendar
) -> datetime:
    """The instant by which a change must be noticed so that an offer amended to expire at `to` breaks no clock rule.

    That is the end of the last Eastern day from which the days that the change wants fit before the expiration; no
    later than the expiration itself, or than the announcement of its being moved.
    """
    ends = to or expires_at
    latest = min(ends, announcement_deadline(expires_at, calendar)) if to else expires_at
    count = DAYS_AFTER_CHANGE[classification]
    if not count:
        return latest
    day = ends.astimezone(EASTERN).date()
    while midnight_ending(calendar.last_day_of_period(day, count)) > ends:
        day -= timedelta(days=1)
    return min(latest, midnight_ending(day))


def check_amendment(
    timeline: Timeline, to: datetime | None, arithmetic: Arithmetic, calendar: Calendar
) -> list[Refusal]:
    """Whether an offer may be amended at the arithmetic's notice, to expire at `to`, or when it does already.

    The 20 business days from commencement need no look: an expiration never moves to an earlier instant.
    """
    at, state = arithmetic.notice_at, timeline.state(arithmetic.notice_at)
    if timeline.expires_at is None or state not in {State.SCHEDULED, State.OPEN, State.EXPIRED}:
        return [Refusal("offer_not_open", {"state": state})]
    refusals = []
    if to is not None:
        refusals += check_extension(timeline, to, at, calendar)
    elif state is State.EXPIRED:
        deadline = announcement_deadline(timeline.expires_at, calendar)
        refusals.append(Refusal("amendment_of_expired", {"expires_at": timeline.expires_at, "deadline": deadline}))
    ends = to or timeline.expires_at
    if arithmetic.ends_at is not None and ends < arithmetic.ends_at:
        is_ten = arithmetic.business_days == DAYS_AFTER_CHANGE[Classification.CONSIDERATION]
        refusals.append(
            Refusal(
                "amended_too_late" if is_ten else "amended_late_for_material",
                {
                    "count": arithmetic.business_days,
                    "at": at,
                    "earliest": arithmetic.ends_at,
                    "expires_at": ends,
                    "proposed": arithmetic.proposed,
                },
                rule=TEN_DAYS_AFTER_CHANGE if is_ten else FIVE_DAYS_AFTER_MATERIAL_CHANGE,
            )
        )
    return refusals

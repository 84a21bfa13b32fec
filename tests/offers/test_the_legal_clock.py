"""How long an offer is open, and until when it may be extended (domain §2; SEC Rules 13e-4, 14e-1)."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.kernel.calendars import Calendar
from exchange.offers.rules import (
    EXTENSION_ANNOUNCED_IN_TIME,
    OPEN_TWENTY_BUSINESS_DAYS,
    UNDER_THIRTY_DAYS,
    Timeline,
    announcement_deadline,
    check_extension,
    check_period,
    earliest_expiration,
    reminder_instant,
)
from tests.oracle.days import is_business_day

CALENDAR = Calendar()
EASTERN = ZoneInfo("America/New_York")
MICROSECOND = timedelta(microseconds=1)
INSTANTS = st.datetimes(datetime(1999, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds


def eastern(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=EASTERN).astimezone(UTC)


def broken(commences: datetime, expires: datetime) -> list[str]:
    return [refusal.rule for refusal in check_period(commences, expires, CALENDAR)]


@given(commences=INSTANTS)
def test_the_twentieth_business_day_is_counted_day_by_day_in_new_york(commences: datetime) -> None:
    day, counted = commences.astimezone(EASTERN).date(), 0
    while counted < 20:
        counted += is_business_day(day)
        day += timedelta(days=1)
    midnight = datetime(day.year, day.month, day.day, tzinfo=EASTERN)
    assert earliest_expiration(commences, CALENDAR) == midnight


@pytest.mark.parametrize(
    ("commences", "earliest"),
    [
        ("2003-06-25T09:00", "2003-07-24T00:00"),  # the published offer: 25 June counts, 4 July does not
        ("2003-06-28T09:00", "2003-07-29T00:00"),  # a Saturday does not
        ("2003-07-04T09:00", "2003-08-02T00:00"),  # nor does a holiday
        ("2003-06-24T23:59:59.999999", "2003-07-23T00:00"),
        ("2003-06-25T00:00", "2003-07-24T00:00"),
        ("2003-10-20T09:00", "2003-11-18T00:00"),  # over a clock change and Veterans Day
        ("2004-12-06T09:00", "2005-01-05T00:00"),  # New Year's Day kept on 31 December
    ],
)
def test_an_offer_is_open_to_midnight_eastern_of_the_twentieth_business_day(commences: str, earliest: str) -> None:
    start, end = eastern(commences), eastern(earliest)
    assert earliest_expiration(start, CALENDAR) == end
    assert OPEN_TWENTY_BUSINESS_DAYS not in broken(start, end)
    assert OPEN_TWENTY_BUSINESS_DAYS in broken(start, end - MICROSECOND)


@given(commences=INSTANTS)
def test_thirty_times_24_hours_are_too_long_whatever_the_wall_clock_says(commences: datetime) -> None:
    most = commences + 30 * timedelta(hours=24)
    assert UNDER_THIRTY_DAYS in broken(commences, most)
    assert UNDER_THIRTY_DAYS not in broken(commences, most - MICROSECOND)


def test_thirty_days_by_the_wall_clock_over_a_spring_change_are_an_hour_less() -> None:
    start, end = eastern("2004-03-10T09:00"), eastern("2004-04-09T09:00")
    assert end - start == timedelta(days=30, hours=-1)
    assert broken(start, end) == []
    assert broken(eastern("2003-10-10T09:00"), eastern("2003-11-09T08:00")) == [UNDER_THIRTY_DAYS]


@pytest.mark.parametrize(
    ("expires", "deadline"),
    [
        ("2003-07-24T20:00", "2003-07-25T09:00"),
        ("2003-07-25T17:00", "2003-07-28T09:00"),  # over the week-end
        ("2003-07-26T12:00", "2003-07-28T09:00"),  # expired on a Saturday
        ("2003-07-03T17:00", "2003-07-07T09:00"),  # over Independence Day
        ("2003-07-25T00:00", "2003-07-25T09:00"),  # midnight is the end of the 24th
        ("2003-07-25T00:01", "2003-07-28T09:00"),
        ("2004-12-30T17:00", "2005-01-03T09:00"),
    ],
)
def test_an_extension_is_announced_by_nine_eastern_on_the_next_business_day(expires: str, deadline: str) -> None:
    assert announcement_deadline(eastern(expires), CALENDAR) == eastern(deadline)


def timeline(expires: str = "2003-07-24T20:00", **more: datetime) -> Timeline:
    opened = eastern("2003-06-26T18:00")
    return Timeline(opened_at=opened, commences_at=opened, expires_at=eastern(expires), **more)


@pytest.mark.parametrize(
    ("at", "rules"),
    [
        ("2003-07-20T09:00", []),
        ("2003-07-24T20:00", []),
        ("2003-07-25T09:00", []),
        ("2003-07-25T09:00:00.000001", [EXTENSION_ANNOUNCED_IN_TIME]),
    ],
)
def test_an_expired_offer_is_revived_only_inside_that_window(at: str, rules: list[str]) -> None:
    found = check_extension(timeline(), eastern("2003-07-25T17:00"), eastern(at), CALENDAR)
    assert [refusal.rule for refusal in found] == rules


@pytest.mark.parametrize("to", ["2003-07-24T20:00", "2003-07-24T19:00"])
def test_an_extension_ends_later_than_the_expiration_it_replaces(to: str) -> None:
    (found,) = check_extension(timeline(), eastern(to), eastern("2003-07-20T09:00"), CALENDAR)
    assert (found.code, found.rule) == ("extension_not_later", "")


def test_an_extension_into_the_past_is_none() -> None:
    (found,) = check_extension(timeline(), eastern("2003-07-24T23:00"), eastern("2003-07-25T08:00"), CALENDAR)
    assert found.code == "extension_not_later"


def test_an_extension_counts_from_commencement_towards_the_thirty_days() -> None:
    at = eastern("2003-07-20T09:00")
    (found,) = check_extension(timeline(), eastern("2003-07-26T18:00"), at, CALENDAR)
    assert found.rule == UNDER_THIRTY_DAYS
    assert check_extension(timeline(), eastern("2003-07-26T18:00") - MICROSECOND, at, CALENDAR) == []


@pytest.mark.parametrize("ending", ["accepted_at", "terminated_at"])
def test_after_acceptance_or_termination_nothing_is_extended(ending: str) -> None:
    done = timeline(**{ending: eastern("2003-07-25T07:00")})
    (found,) = check_extension(done, eastern("2003-07-25T17:00"), eastern("2003-07-25T08:00"), CALENDAR)
    assert (found.code, found.rule) == ("offer_not_open", "")


@pytest.mark.parametrize(
    ("days", "at"),
    [
        (0, "2003-07-24T09:00-07:00"),
        (1, "2003-07-23T09:00-07:00"),
        (10, "2003-07-10T09:00-07:00"),
        (15, "2003-07-02T09:00-07:00"),
    ],
)
def test_a_reminder_is_at_nine_in_the_offers_zone_so_many_business_days_before(days: int, at: str) -> None:
    expires = datetime.fromisoformat("2003-07-24T17:00-07:00")
    assert reminder_instant(expires, "America/Los_Angeles", days, CALENDAR) == datetime.fromisoformat(at)

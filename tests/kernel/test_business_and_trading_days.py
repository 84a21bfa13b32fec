"""Business days are the federal calendar's, trading days the exchange's (domain §1, §2)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.kernel.calendars import Calendar, eastern, midnight_ending
from tests.oracle import days

CALENDAR = Calendar()
DAYS = st.dates(date(1990, 1, 1), date(2045, 12, 31))


@given(day=DAYS)
def test_business_days_are_those_of_the_statute(day: date) -> None:
    assert CALENDAR.is_business_day(day) == days.is_business_day(day)


@given(day=DAYS, count=st.integers(0, 40))
def test_so_many_business_days_later_lie_exactly_so_many_of_them(day: date, count: int) -> None:
    later = CALENDAR.add_business_days(day, count)
    between = [day + timedelta(days=n) for n in range(1, (later - day).days + 1)]
    assert sum(map(CALENDAR.is_business_day, between)) == count
    assert count == 0 or CALENDAR.is_business_day(later)


@given(day=DAYS, count=st.integers(1, 40))
def test_going_back_comes_to_where_going_on_began(day: date, count: int) -> None:
    start = CALENDAR.first_business_day_on_or_after(day)
    assert CALENDAR.subtract_business_days(CALENDAR.add_business_days(start, count), count) == start


@given(first=DAYS, count=st.integers(1, 40))
def test_a_period_counts_its_first_day_when_that_is_a_business_day(first: date, count: int) -> None:
    last = CALENDAR.last_day_of_period(first, count)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    assert sum(map(CALENDAR.is_business_day, days)) == count
    assert CALENDAR.is_business_day(last)


@pytest.mark.parametrize(
    ("day", "is_business", "is_trading"),
    [
        (date(2003, 4, 18), True, False),  # Good Friday
        (date(2003, 10, 13), False, True),  # Columbus Day
        (date(2003, 11, 11), False, True),  # Veterans Day
        (date(2003, 7, 4), False, False),
        (date(2004, 12, 31), False, True),  # New Year's Day of 2005, kept on the Friday before
        (date(2020, 6, 19), True, True),  # Juneteenth, before it was a holiday
        (date(2021, 6, 18), False, True),  # its first year, kept on Friday
        (date(2022, 6, 20), False, False),  # kept on Monday
        (date(2001, 9, 11), True, False),
        (date(2012, 10, 29), True, False),
        (date(2003, 7, 26), False, False),  # a Saturday
    ],
)
def test_the_two_calendars_differ(day: date, is_business: bool, is_trading: bool) -> None:
    assert (CALENDAR.is_business_day(day), CALENDAR.is_trading_day(day)) == (is_business, is_trading)


def test_an_override_makes_a_day_what_it_says() -> None:
    mourning = Calendar({date(2004, 6, 11): False}, {date(2004, 6, 12): True})
    assert not mourning.is_business_day(date(2004, 6, 11))
    assert CALENDAR.is_business_day(date(2004, 6, 11))
    assert mourning.is_trading_day(date(2004, 6, 12))


def test_twenty_business_days_from_27_june_2003_end_on_25_july() -> None:
    start = datetime(2003, 6, 27, 13, 0, tzinfo=UTC)
    assert CALENDAR.end_of_period(start, 20) == datetime(2003, 7, 26, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "midnight"),
    [
        (date(2003, 4, 5), datetime(2003, 4, 6, 5, 0, tzinfo=UTC)),  # the clocks change after this midnight
        (date(2003, 4, 6), datetime(2003, 4, 7, 4, 0, tzinfo=UTC)),
        (date(2003, 10, 26), datetime(2003, 10, 27, 5, 0, tzinfo=UTC)),
    ],
)
def test_a_day_ends_at_midnight_eastern_whatever_the_clocks_do(day: date, midnight: datetime) -> None:
    assert midnight_ending(day) == midnight
    assert eastern(day, datetime.min.time()) < midnight

"""Months and years from a date: the same day, or the month's last where it has none (domain §5, §7)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.kernel.dates import add_months, add_wait, local_date

DAYS = st.dates(date(1990, 1, 1), date(2080, 12, 31))


@given(day=DAYS, months=st.integers(0, 400))
def test_it_is_the_last_day_not_after_the_same_day_of_the_month(day: date, months: int) -> None:
    """Counted another way: step month by month, then back from the day of the same number."""
    first = day.replace(day=1)
    for _ in range(months):
        first = (first + timedelta(days=31)).replace(day=1)
    following = (first + timedelta(days=31)).replace(day=1)
    assert add_months(day, months) == min(first + timedelta(days=day.day - 1), following - timedelta(days=1))


@given(day=DAYS, months=st.integers(0, 60), more=st.integers(0, 60))
def test_counting_from_the_start_never_drifts(day: date, months: int, more: int) -> None:
    assert add_months(day, months + more) >= add_months(add_months(day, months), more)


@pytest.mark.parametrize(
    ("cancelled_on", "waited_until"),
    [
        (date(2003, 7, 25), date(2004, 1, 26)),
        (date(2002, 8, 30), date(2003, 3, 1)),  # 28 February, then a day
        (date(2007, 8, 30), date(2008, 3, 1)),  # 29 February, then a day
        (date(2007, 8, 28), date(2008, 2, 29)),
        (date(2003, 8, 31), date(2004, 3, 1)),
        (date(2003, 3, 31), date(2003, 10, 1)),
        (date(2003, 12, 31), date(2004, 7, 1)),
    ],
)
def test_six_months_and_a_day_end_on_the_months_last_day_before_the_day_is_added(
    cancelled_on: date, waited_until: date
) -> None:
    assert add_wait(cancelled_on, months=6, days=1) == waited_until


def test_ten_years_from_29_february_end_on_the_28th_where_there_is_no_29th() -> None:
    assert add_months(date(2008, 2, 29), 120) == date(2018, 2, 28)
    assert add_months(date(2008, 2, 29), 144) == date(2020, 2, 29)


def test_an_instant_has_another_date_in_another_zone() -> None:
    at = datetime(2003, 7, 25, 0, 0, tzinfo=UTC)
    assert local_date(at, "America/Los_Angeles") == date(2003, 7, 24)
    assert local_date(at, "Asia/Tokyo") == date(2003, 7, 25)


def test_a_naive_datetime_is_no_instant() -> None:
    with pytest.raises(ValueError, match="naive"):
        local_date(datetime(2003, 7, 25), "UTC")  # noqa: DTZ001 - the point of the test

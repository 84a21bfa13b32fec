"""Shares against a second formulation: whole lots counted one by one, vesting by remainders (domain §6, §7)."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.kernel.shares import VestingTerms, product, rounded, whole

SHARES = st.integers(1, 10**7)
DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))
PUBLISHED = VestingTerms(Fraction(6, 48), Fraction(1, 48))
PARTS = st.fractions(min_value=0, max_value=1, max_denominator=60)


def test_the_filings_example_vests_300_at_grant_and_50_a_month() -> None:
    schedule = PUBLISHED.schedule(2400, date(2004, 1, 26))
    assert [shares for _day, shares in schedule] == [300] + [50] * 42
    assert schedule[-1][0] == date(2007, 7, 26)


@given(shares=SHARES, months=st.integers(0, 42))
def test_the_published_schedule_is_the_floor_of_shares_times_six_plus_k_over_48(shares: int, months: int) -> None:
    vested, remainder = divmod(shares * (6 + months), 48)
    assert PUBLISHED.vested(shares, months) == vested
    assert 0 <= remainder < 48


@given(shares=SHARES, granted_on=DAYS, at_grant=PARTS, each_month=PARTS.filter(lambda part: part >= Fraction(1, 60)))
def test_any_schedule_sums_to_its_shares_and_leaves_out_empty_dates(
    shares: int, granted_on: date, at_grant: Fraction, each_month: Fraction
) -> None:
    schedule = VestingTerms(at_grant, each_month).schedule(shares, granted_on)
    assert sum(vesting for _day, vesting in schedule) == shares
    assert all(vesting > 0 for _day, vesting in schedule)
    days = [day for day, _vesting in schedule]
    assert days == sorted(set(days))


@given(shares=st.integers(1, 5))
def test_a_date_on_which_no_whole_share_vests_is_left_out(shares: int) -> None:
    schedule = PUBLISHED.schedule(shares, date(2004, 1, 26))
    assert [vesting for _day, vesting in schedule] == [1] * shares


def test_a_grant_on_the_31st_vests_on_each_months_last_day_without_drifting() -> None:
    days = [day for day, _shares in PUBLISHED.schedule(4800, date(2007, 8, 31))]
    assert days[:8] == [
        date(2007, 8, 31),
        date(2007, 9, 30),
        date(2007, 10, 31),
        date(2007, 11, 30),
        date(2007, 12, 31),
        date(2008, 1, 31),
        date(2008, 2, 29),
        date(2008, 3, 31),
    ]


def test_vesting_ends_at_42_months_and_not_before() -> None:
    assert PUBLISHED.months() == 42
    assert PUBLISHED.vested(48, 41) == 47
    assert PUBLISHED.vested(48, 42) == PUBLISHED.vested(48, 99) == 48


@given(value=st.fractions(min_value=0, max_value=10**9))
def test_whole_shares_are_the_most_that_fit(value: Fraction) -> None:
    assert whole(value) <= value < whole(value) + 1


@given(
    shares=st.integers(1, 10**6),
    ratios=st.lists(st.tuples(st.integers(1, 30), st.integers(1, 30)), max_size=6),
)
def test_through_any_number_of_splits_only_the_end_is_rounded(shares: int, ratios: list[tuple[int, int]]) -> None:
    top = bottom = 1
    for new, old in ratios:
        top, bottom = top * new, bottom * old
    exact = product(Fraction(new, old) for new, old in ratios)
    assert whole(shares * exact) == shares * top // bottom


def test_rounding_at_each_split_would_have_lost_a_share() -> None:
    thirds = [Fraction(1, 3), Fraction(3)]
    assert whole(100 * product(thirds)) == 100
    assert whole(whole(100 * thirds[0]) * thirds[1]) == 99


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        (Fraction(1, 3), 4, "0.3333"),
        (Fraction(2, 3), 4, "0.6667"),
        (Fraction(5, 1000), 2, "0.01"),
        (Fraction(4999, 10**6), 2, "0.00"),
        (Fraction(203, 100), 2, "2.03"),
    ],
)
def test_prices_round_half_up(value: Fraction, places: int, text: str) -> None:
    assert rounded(value, places) == Decimal(text)


@given(value=st.fractions(min_value=0, max_value=10**6), places=st.integers(0, 6))
def test_a_rounded_price_is_within_half_a_unit(value: Fraction, places: int) -> None:
    assert abs(Fraction(rounded(value, places)) - value) <= Fraction(1, 2 * 10**places)

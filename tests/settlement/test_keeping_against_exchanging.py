"""Keeping against exchanging, exactly: against a price-by-price definition, and in examples a person can check."""

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from exchange.offers.terms import from_plain
from exchange.settlement.whatif import (
    Comparison,
    Curves,
    Holding,
    Larger,
    Span,
    compare,
    exchanged,
    kept,
    new_shares,
    value,
)
from tests.portal.conftest import draft

SHARES = st.integers(0, 10**12)
CENTS = st.integers(0, 4 * 10**6).map(lambda units: Decimal(units).scaleb(-4))
HOLDINGS = st.lists(st.builds(Holding, shares=SHARES, price=CENTS, new_shares=SHARES), max_size=5)
# Few shares and few prices, so that slopes and bends fall together often: that is where cases are missed.
SMALL = st.lists(
    st.builds(Holding, shares=st.integers(0, 3), price=st.integers(0, 4).map(Decimal), new_shares=st.integers(0, 3)),
    max_size=4,
)


def by_hand(shares: int, exercise: Decimal, at: Fraction) -> Fraction:
    """The definition, in other words: exercise each share only where that pays."""
    gain = at - Fraction(exercise)
    return shares * gain if gain > 0 else Fraction(0)


def answer(holdings: list[Holding], grant_price: Decimal, at: Fraction) -> Larger:
    old = sum(by_hand(each.shares, each.price, at) for each in holdings)
    new = sum(by_hand(each.new_shares, grant_price, at) for each in holdings)
    return Larger.NEITHER if old == new else Larger.KEEPING if old > new else Larger.EXCHANGING


def prices_to_try(holdings: list[Holding], grant_price: Decimal, found: Comparison) -> list[Fraction]:
    """Every bend and every end of a span, what lies just beside each, what lies between, and far away."""
    at = {Fraction(0), Fraction(grant_price), *(Fraction(each.price) for each in holdings)}
    at |= {end for span in found.spans for end in (span.first, span.last) if end is not None}
    tiny = Fraction(1, 10**30)
    near = {price + step for price in at for step in (-tiny, Fraction(0), tiny) if price + step >= 0}
    ordered = sorted(near)
    between = [(low + high) / 2 for low, high in pairwise(ordered)]
    return [*ordered, *between, ordered[-1] + 1, Fraction(10**30)]


def check(holdings: list[Holding], grant_price: Decimal) -> None:
    found = compare(holdings, grant_price)
    assert found.spans[0].first == 0
    assert found.spans[-1].last is None
    for before, after in pairwise(found.spans):
        assert before.last == after.first
        assert before.larger is not after.larger
        assert Larger.NEITHER in {before.larger, after.larger}  # values never jump: between two sides they meet
    for at in prices_to_try(holdings, grant_price, found):
        inside = [span for span in found.spans if span.has(at)]
        assert [span.larger for span in inside] == [answer(holdings, grant_price, at)], at
        old, new = kept(holdings, at), exchanged(holdings, grant_price, at)
        is_nothing = found.nothing_until is None or at <= found.nothing_until
        assert is_nothing == (old == new == 0)
        is_break_even = any(span.has(at) for span in found.break_even)
        if old == new != 0:
            assert is_break_even
        if is_break_even:
            assert old == new


@given(holdings=HOLDINGS, grant_price=CENTS)
def test_every_span_is_what_the_definition_says_at_every_price_in_it(
    holdings: list[Holding], grant_price: Decimal
) -> None:
    check(holdings, grant_price)


@given(holdings=SMALL, grant_price=st.integers(0, 5).map(Decimal))
@example(holdings=[], grant_price=Decimal(1))
@example(holdings=[Holding(1, Decimal(0), 0)], grant_price=Decimal(0))
def test_also_where_bends_and_slopes_fall_together(holdings: list[Holding], grant_price: Decimal) -> None:
    check(holdings, grant_price)


@given(shares=SHARES, price=CENTS, at=CENTS)
def test_a_value_is_never_below_nothing_and_nothing_at_or_below_the_exercise_price(
    shares: int, price: Decimal, at: Decimal
) -> None:
    found = value(shares, price, at)
    assert found == by_hand(shares, price, Fraction(at))
    assert (found > 0) == (at > price and shares > 0)


@given(holdings=HOLDINGS, grant_price=CENTS, at=CENTS)
def test_the_total_is_the_sum_of_its_grants(holdings: list[Holding], grant_price: Decimal, at: Decimal) -> None:
    assert kept(holdings, at) == sum(kept([each], at) for each in holdings)
    assert exchanged(holdings, grant_price, at) == sum(exchanged([each], grant_price, at) for each in holdings)


@given(holdings=HOLDINGS, grant_price=CENTS, at=CENTS)
def test_the_sums_kept_for_asking_often_are_the_definition(
    holdings: list[Holding], grant_price: Decimal, at: Decimal
) -> None:
    curves = Curves(holdings, grant_price)
    for price in (Fraction(at), *(Fraction(each.price) for each in holdings), Fraction(grant_price)):
        assert curves.kept(price) == kept(holdings, price)
        assert curves.exchanged(price) == exchanged(holdings, grant_price, price)


def spans(holdings: list[Holding], grant_price: str) -> list[tuple[str, str | None, str]]:
    found = compare(holdings, Decimal(grant_price))
    return [(str(span.first), None if span.last is None else str(span.last), span.larger) for span in found.spans]


def even(holdings: list[Holding], grant_price: str) -> list[tuple[str, str | None]]:
    found = compare(holdings, Decimal(grant_price)).break_even
    return [(str(span.first), None if span.last is None else str(span.last)) for span in found]


ONE_FOR_ONE = [Holding(1000, Decimal(20), 1000)]
ONE_FOR_TWO = [Holding(1000, Decimal(20), 500)]


def test_one_for_one_at_a_lower_price_the_new_option_stays_ahead() -> None:
    """1,000 at $20 for 1,000 at $8: never equal again once the price is above $8."""
    assert spans(ONE_FOR_ONE, "8") == [("0", "8", "neither"), ("8", None, "exchanging")]
    assert even(ONE_FOR_ONE, "8") == []


def test_one_for_one_at_a_higher_price_the_old_option_stays_ahead() -> None:
    assert spans(ONE_FOR_ONE, "25") == [("0", "20", "neither"), ("20", None, "keeping")]
    assert even(ONE_FOR_ONE, "25") == []


def test_one_for_one_at_the_same_price_is_equal_at_every_price() -> None:
    assert spans(ONE_FOR_ONE, "20") == [("0", None, "neither")]
    assert even(ONE_FOR_ONE, "20") == [("0", None)]


def test_one_for_two_is_even_at_one_price() -> None:
    """1,000 × (32 − 20) = 12,000 = 500 × (32 − 8)."""
    assert spans(ONE_FOR_TWO, "8") == [
        ("0", "8", "neither"),
        ("8", "32", "exchanging"),
        ("32", "32", "neither"),
        ("32", None, "keeping"),
    ]
    assert even(ONE_FOR_TWO, "8") == [("32", "32")]
    assert kept(ONE_FOR_TWO, 32) == exchanged(ONE_FOR_TWO, 8, 32) == 12000


def test_two_for_one_at_a_higher_price_is_even_at_one_price_too() -> None:
    """100 × (30 − 10) = 2,000 = 200 × (30 − 20)."""
    assert even([Holding(100, Decimal(10), 200)], "20") == [("30", "30")]


def test_a_break_even_need_not_be_a_whole_cent() -> None:
    """3 × (P − 10) = 1 × (P − 3): P = 13.50; with 4 for 3 it is 19 exactly; with 7 for 4 a third remains."""
    assert even([Holding(3, Decimal(10), 1)], "3") == [("27/2", "27/2")]
    assert even([Holding(7, Decimal(10), 4)], "3") == [("58/3", "58/3")]


def test_two_grants_together_can_be_even_at_two_prices() -> None:
    """100 at $10 and 900 at $30, each for as many at half: even twice, as the totals cross and cross back."""
    holdings = [Holding(100, Decimal(10), 50), Holding(900, Decimal(30), 450)]
    assert spans(holdings, "12") == [
        ("0", "10", "neither"),
        ("10", "25/2", "keeping"),
        ("25/2", "25/2", "neither"),
        ("25/2", "44", "exchanging"),
        ("44", "44", "neither"),
        ("44", None, "keeping"),
    ]
    assert kept(holdings, Fraction(25, 2)) == exchanged(holdings, 12, Fraction(25, 2)) == 250
    assert kept(holdings, 44) == exchanged(holdings, 12, 44) == 16000


def test_two_grants_together_can_be_even_along_a_range() -> None:
    """100 at $10 and 50 at $30 for 100 in all at $10: the same until the second is worth something."""
    holdings = [Holding(100, Decimal(10), 60), Holding(50, Decimal(30), 40)]
    assert even(holdings, "10") == [("0", "30")]


def test_a_grant_too_small_for_one_new_share_is_only_ever_kept() -> None:
    assert spans([Holding(2, Decimal(10), 0)], "1") == [("0", "10", "neither"), ("10", None, "keeping")]


def test_figures_far_beyond_money_stay_exact() -> None:
    holdings = [Holding(9_223_372_036_854_775_807, Decimal("9999999999.9999"), 3_074_457_345_618_258_602)]
    assert kept(holdings, Decimal("10000000000")) == Fraction(9_223_372_036_854_775_807, 10_000)
    check(holdings, Decimal("0.0001"))


@pytest.mark.parametrize(
    ("ratio", "price", "outstanding", "expected"),
    [
        ([{"from": "5.00", "old": "1", "new": "1"}], "18.40", 5434, 5434),
        ([{"from": "5.00", "old": "3", "new": "2"}], "18.40", 5434, 3622),  # 3,622 ⅔
        ([{"from": "5.00", "old": "1.75", "new": "1"}], "18.40", 7, 4),
        ([{"from": "5.00", "old": "10", "new": "1"}], "18.40", 9, 0),
        ([{"from": "5", "to": "9.99", "old": "1", "new": "1"}, {"from": "10", "old": "2", "new": "1"}], "10", 11, 5),
        (
            [{"from": "5", "to": "9.99", "old": "1", "new": "1"}, {"from": "10", "old": "2", "new": "1"}],
            "9.99",
            11,
            11,
        ),
    ],
)
def test_new_shares_are_whole_and_rounded_down_by_the_tier_of_the_price(
    ratio: list[dict[str, str]], price: str, outstanding: int, expected: int
) -> None:
    plain = draft("TIERS")
    plain["new_award"]["ratio"] = ratio
    assert new_shares(from_plain(plain), Decimal(price), outstanding) == expected


def test_a_span_between_two_sides_has_neither_of_its_ends() -> None:
    between = Span(Fraction(8), Fraction(32), Larger.EXCHANGING)
    assert not between.has(8)
    assert between.has(Decimal("8.0001"))
    assert not between.has(32)

"""The picture and its table: everything lies inside, steps are round, and each figure is what the rules say."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from exchange.kernel.wording import exact_price_text, money_text
from exchange.portal.present.chart import step_for, up_to
from exchange.portal.present.whatif import Asked, Counted, larger_words, slider_prices, what_if
from exchange.settlement.whatif import Holding, exchanged, kept

PRICES = st.integers(1, 10**7).map(lambda units: Decimal(units).scaleb(-4))
HOLDINGS = st.builds(Holding, shares=st.integers(1, 10**9), price=PRICES, new_shares=st.integers(0, 10**9))
COUNTED = st.lists(HOLDINGS, min_size=1, max_size=4)


@given(cents=st.integers(0, 10**30), part=st.integers(0, 999))
def test_money_is_rounded_half_up_to_the_cent_and_grouped(cents: int, part: int) -> None:
    amount = Fraction(cents, 100) + Fraction(part, 100_000)
    text = money_text(amount)
    expected = cents + (1 if part >= 500 else 0)
    assert text == f"${expected // 100:,}.{expected % 100:02d}"
    assert int(text[1:].replace(",", "").replace(".", "")) == expected


def test_a_price_is_said_exactly_where_four_decimals_do_and_else_about() -> None:
    assert exact_price_text(Fraction(288, 10)) == "$28.80"
    assert exact_price_text(Fraction(85660, 10_000)) == "$8.566"
    assert exact_price_text(Fraction(40, 3)) == "about $13.33"
    assert exact_price_text(Fraction(19082, 2000) + Fraction(1, 10**9)) == "about $9.54"
    assert money_text(Fraction(1005, 1000)) == str(
        "$" + str(Decimal("1.005").quantize(Decimal("0.01"), ROUND_HALF_UP))
    )


@given(most=st.fractions(min_value=Fraction(1, 10_000), max_value=10**12), steps=st.integers(3, 4))
def test_steps_are_round_and_between_so_many_and_ten(most: Fraction, steps: int) -> None:
    step = step_for(most, steps)
    assert steps <= most / step <= steps * Fraction(5, 2)
    leading = str(int(step * 10**12)).rstrip("0")
    assert leading in {"1", "2", "25", "5"}
    assert up_to(most, step) - most < step
    end = up_to(most, step_for(most))
    assert (end / step_for(end)).denominator == 1  # the picture ends at a line of its grid


def _asked(holdings: list[Holding], grant_price: Decimal, later: Decimal | None) -> Asked:
    counted = tuple(Counted(str(number), f"Grant {number}", (each,)) for number, each in enumerate(holdings))
    return Asked("/compare/", counted, True, grant_price, later)


def _percents(values: list[str]) -> list[Decimal]:
    return [Decimal(value.removesuffix("%")) for value in values if value]


@given(holdings=COUNTED, grant_price=PRICES, later=st.none() | PRICES)
def test_everything_lies_in_the_picture(holdings: list[Holding], grant_price: Decimal, later: Decimal | None) -> None:
    chart = what_if(_asked(holdings, grant_price, later)).chart
    assert chart is not None
    for points in (chart.keep_points, chart.exchange_points):
        places = [tuple(map(Decimal, point.split(","))) for point in points.split()]
        assert places[0][0] == 0
        assert places[-1][0] == 1000
        assert [x for x, _y in places] == sorted(x for x, _y in places)
        assert [y for _x, y in places] == sorted((y for _x, y in places), reverse=True)  # a value never falls
        assert all(0 <= y <= 1000 for _x, y in places)
    marks = [place for mark in chart.marks for place in (mark.at, mark.to, mark.text_at, mark.dot_at)]
    ticks = [tick.at for tick in (*chart.x_ticks, *chart.y_ticks)]
    ends = [chart.keep_ends_at, chart.exchange_ends_at]
    assert all(0 <= place <= 100 for place in _percents([*marks, *ticks, *ends]))
    assert 4 <= len(chart.x_ticks) <= 11
    assert 4 <= len(chart.y_ticks) <= 11


@given(holdings=COUNTED, grant_price=PRICES, later=PRICES)
def test_the_tables_say_what_the_rules_say(holdings: list[Holding], grant_price: Decimal, later: Decimal) -> None:
    found = what_if(_asked(holdings, grant_price, later))
    assert found.worth is not None
    assert found.worth.keep == money_text(kept(holdings, later))
    assert found.worth.exchange == money_text(exchanged(holdings, grant_price, later))
    typed = [row for row in found.rows if "the later price you typed" in row.note]
    assert [(row.keep, row.exchange) for row in typed] == [(found.worth.keep, found.worth.exchange)]
    assert len([row for row in found.scenarios if row.is_shown]) == 1


def test_a_difference_below_half_a_cent_is_no_difference_to_name() -> None:
    assert larger_words(Fraction(1), Fraction(1)) == "The same"
    assert larger_words(Fraction(1), Fraction(1004, 1000)) == "The same to the cent"
    assert larger_words(Fraction(1), Fraction(1005, 1000)) == "Exchanging, by $0.01"
    assert larger_words(Fraction(1001), Fraction(1)) == "Keeping, by $1,000.00"


@given(holdings=COUNTED)
def test_a_slider_reaches_well_past_every_price_in_few_steps(holdings: list[Holding]) -> None:
    prices = [Decimal(price) for price in slider_prices(_asked(holdings, Decimal(1), None).counted)]
    assert prices == sorted(set(prices))
    assert 4 <= len(prices) <= 260
    assert prices[-1] >= 3 * max(each.price for each in holdings)
    assert prices[0] > 0

"""The Black–Scholes value of a call, against published examples and another implementation of the distribution."""

from decimal import Context, Decimal, localcontext
from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.kernel.black_scholes import Inputs, call_value, normal

D = Decimal

# Published tables of the standard normal distribution, to the digits printed there.
TABLE = {
    "0": "0.5",
    "0.5": "0.6914624613",
    "1": "0.8413447461",
    "1.6448536270": "0.9500000000",
    "1.96": "0.9750021049",
    "2.5758293035": "0.9950000000",
    "3": "0.9986501020",
    "6": "0.9999999990",
}


@pytest.mark.parametrize(("x", "expected"), TABLE.items())
def test_the_distribution_is_that_of_the_tables(x, expected):
    assert round(normal(D(x)), 10) == D(expected)
    assert round(normal(-D(x)), 10) == 1 - D(expected)


def test_one_deviation_to_forty_digits():
    within_one = D("0.6826894921370858971704650912640758449558259334532087")  # erf(1/√2), as it is published
    with localcontext(Context(prec=60)):
        assert abs(normal(D(1)) - (1 + within_one) / 2) < D("1e-40")


@given(st.decimals(-8, 8, places=6))
def test_it_agrees_with_the_floating_one_as_far_as_that_goes(x):
    assert abs(normal(x) - D(NormalDist().cdf(float(x)))) < D("1e-14")


def test_far_out_nothing_is_left():
    assert normal(D(41)) == 1
    assert normal(D(-41)) == 0
    assert 0 <= normal(D(-20)) < D("1e-50")


# Examples that textbooks print: share price, exercise price, rate, yield, volatility, years, value.
PUBLISHED = [
    ("42", "40", "0.10", "0", "0.20", "0.5", "4.76"),
    ("930", "900", "0.08", "0.03", "0.20", str(D(2) / 12), "51.83"),
    ("100", "100", "0.05", "0", "0.20", "1", "10.4506"),
]


@pytest.mark.parametrize(("share", "exercise", "rate", "yields", "volatility", "years", "expected"), PUBLISHED)
def test_published_examples(share, exercise, rate, yields, volatility, years, expected):
    inputs = Inputs(D(share), D(volatility), D(rate), D(yields))
    found = call_value(inputs, exercise_price=D(exercise), years=D(years))
    assert found.quantize(D(expected)) == D(expected)


def test_an_option_at_its_end_is_worth_what_exercising_brings():
    inputs = Inputs(D(12), D("0.4"), D("0.03"))
    assert call_value(inputs, exercise_price=D(10), years=D(0)) == 2
    assert call_value(inputs, exercise_price=D(15), years=D(-1)) == 0


@given(
    price=st.decimals("0.5", 200, places=2),
    exercise=st.decimals("0.5", 200, places=2),
    volatility=st.decimals("0.05", 2, places=3),
    years=st.decimals("0.1", 10, places=2),
)
def test_a_call_is_worth_less_than_its_share_and_no_less_than_its_discounted_gain(price, exercise, volatility, years):
    rate = D("0.03")
    found = call_value(Inputs(price, volatility, rate), exercise_price=exercise, years=years)
    assert max(price - exercise * (-rate * years).exp(), 0) - D("1e-20") <= found <= price

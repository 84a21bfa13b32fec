"""The Black–Scholes value of a call option, in decimals throughout: exp, ln and square root are the decimal module's,
the normal distribution is a series of positive terms. Forty digits are kept; nothing passes through a float.
"""

from dataclasses import dataclass
from decimal import Context, Decimal, localcontext

DIGITS = 50  # what the work is done in; forty of them are right
_PI = Decimal("3.14159265358979323846264338327950288419716939937510582097494459")
_ENOUGH = Decimal(40)  # beyond so many deviations nothing of the tail is left in so many digits


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a value is computed from, rates as parts of one a year (0.0325 for 3.25 %), continuously compounded.

    `price` is the share's, in dollars; `volatility` more than zero.
    """

    price: Decimal
    volatility: Decimal
    rate: Decimal
    dividend_yield: Decimal = Decimal(0)


def normal(x: Decimal) -> Decimal:
    """The standard normal distribution up to `x`: 1/2 + φ(x)·(x + x³/3 + x⁵/15 + …), and by symmetry below zero."""
    with localcontext(Context(prec=DIGITS + 10)):
        if x < 0:
            return 1 - normal(-x)
        if x > _ENOUGH:
            return Decimal(1)
        term = total = x
        odd = 1
        while term > total.scaleb(-DIGITS - 8):
            odd += 2
            term = term * x * x / odd
            total += term
        return Decimal("0.5") + total * (-x * x / 2).exp() / (2 * _PI).sqrt()


def call_value(inputs: Inputs, *, exercise_price: Decimal, years: Decimal) -> Decimal:
    """What a call on one share is worth, in dollars.

    At or after its end it is worth what exercising would bring. `exercise_price` is more than zero.
    """
    with localcontext(Context(prec=DIGITS)):
        if years <= 0:
            return max(inputs.price - exercise_price, Decimal(0))
        spread = inputs.volatility * years.sqrt()
        drift = inputs.rate - inputs.dividend_yield + inputs.volatility * inputs.volatility / 2
        first = ((inputs.price / exercise_price).ln() + drift * years) / spread
        second = first - spread
        kept = inputs.price * (-inputs.dividend_yield * years).exp() * normal(first)
        paid = exercise_price * (-inputs.rate * years).exp() * normal(second)
        return max(kept - paid, Decimal(0))

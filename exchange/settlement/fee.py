"""The filing fee of Schedule TO: the value of the options sought, by Black–Scholes, times the rate per million."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext

from exchange.kernel.black_scholes import DIGITS, Inputs, call_value
from exchange.kernel.shares import cents
from exchange.offers.reads import Loaded
from exchange.settlement.participation import every_option

MILLION = Decimal(1_000_000)
DAYS_A_YEAR = 365


@dataclass(frozen=True, slots=True)
class Sought:
    """Eligible options of one exercise price and one end: how many, and of how many shares together."""

    exercise_price: Decimal
    expires_on: date
    options: int
    shares: int


@dataclass(frozen=True, slots=True)
class Valued:
    """The same with its years to run, the value of an option on one share, and that of all, to the cent."""

    sought: Sought
    years: Decimal
    each: Decimal
    value: Decimal


@dataclass(frozen=True)
class Valuation:
    """All options sought. `value` is the exact sum rounded once, so the rows' cents may add up to a little else."""

    rows: Sequence[Valued]
    value: Decimal
    shares: int
    options: int


def sought(loaded: Loaded, on: date) -> list[Sought]:
    """The options that are eligible on `on`, by exercise price (as granted) and end. A constant number of queries."""
    found: dict[tuple[Decimal, date], list[int]] = {}
    for option in every_option(loaded, on):
        if option.is_eligible:
            sums = found.setdefault((option.grant.exercise_price, option.grant.expires_on), [0, 0])
            sums[0] += 1
            sums[1] += option.outstanding
    return [Sought(*key, *sums) for key, sums in sorted(found.items())]


def value_of(options: Sequence[Sought], inputs: Inputs, *, on: date, years: Decimal | None = None) -> Valuation:
    """What the options sought are worth on `on`. `years` is one expected term for all; None is each one's own end.

    A year has 365 days. Every product and the sum are kept to `DIGITS` digits; only what is shown is rounded.
    """
    rows: list[Valued] = []
    with localcontext(Context(prec=DIGITS)):
        total = Decimal(0)
        for row in options:
            term = years if years is not None else Decimal((row.expires_on - on).days) / DAYS_A_YEAR
            each = call_value(inputs, exercise_price=row.exercise_price, years=term)
            total += each * row.shares
            rows.append(Valued(row, term, each, cents(each * row.shares)))
    return Valuation(rows, cents(total), sum(row.shares for row in options), sum(row.options for row in options))


def fee_of(value: Decimal, rate_per_million: Decimal) -> Decimal:
    """The fee, half up to the cent: 991,619.92 at 80.90 per million is 80.22."""
    with localcontext(Context(prec=DIGITS)):
        return (value * rate_per_million / MILLION).quantize(Decimal("0.01"), ROUND_HALF_UP)

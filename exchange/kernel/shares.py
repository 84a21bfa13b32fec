"""Exact shares: ratios, adjustments for splits and mergers, vesting. Never a float; rounding happens once, down."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import lru_cache

from exchange.kernel.dates import add_months


def whole(shares: Fraction) -> int:
    """Whole shares, rounded down."""
    return shares.numerator // shares.denominator


def product(factors: Iterable[Fraction]) -> Fraction:
    result = Fraction(1)
    for factor in factors:
        result *= factor
    return result


def rounded(value: Fraction, places: int) -> Decimal:
    """A fraction as a decimal of so many places, half up."""
    scaled = value * 10**places
    units = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Decimal(units).scaleb(-places)


def cents(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"), ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class VestingTerms:
    """What vests at grant and then each month, as parts of the whole. §8: 6/48 at grant, then 1/48 each month."""

    at_grant: Fraction
    each_month: Fraction

    def months(self) -> int:
        """Months after the grant until everything is vested."""
        left = 1 - self.at_grant
        return -(-left // self.each_month)

    def vested(self, shares: int, months: int) -> int:
        """Cumulative whole shares vested `months` after the grant: ⌊shares × (at_grant + months × each_month)⌋."""
        return whole(shares * self._part(months))

    def _part(self, months: int) -> Fraction:
        return min(Fraction(1), self.at_grant + months * self.each_month)

    def schedule(self, shares: int, granted_on: date) -> list[tuple[date, int]]:
        """What vests on each date, dates on which no whole share vests left out; the figures sum to `shares`.

        Each date is counted from the grant date itself, so a 31st never drifts to a 28th.
        """
        result: list[tuple[date, int]] = []
        before = 0
        for day, part in _steps(self, granted_on):
            now = shares * part.numerator // part.denominator
            if now > before:
                result.append((day, now - before))
            before = now
        return result


@lru_cache(maxsize=100)
def _steps(terms: VestingTerms, granted_on: date) -> tuple[tuple[date, Fraction], ...]:
    """Each date with the part of the whole that has vested by it: the same for all that is granted on one day."""
    return tuple((add_months(granted_on, month), terms._part(month)) for month in range(terms.months() + 1))

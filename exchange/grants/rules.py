"""What a grant is worth in shares and price on a day, splits counted. Pure."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from exchange.kernel.shares import rounded, whole


def vested_outstanding(*, exercised: int, cancelled: int, vested: int | None, factor: Fraction) -> int | None:
    """How many of a grant's outstanding shares have vested, from what the register says vested of all it granted.

    Exercised shares had vested. None where the register does not say, contradicts itself, or has cancelled some: of
    those it does not tell whether they had vested.
    """
    if vested is None or cancelled or vested < exercised:
        return None
    return whole((vested - exercised) * factor)


@dataclass(frozen=True, slots=True)
class GrantFacts:
    """One option as the register has it; `is_cancelled` once an offer has taken it."""

    grant_number: str
    employee_number: str
    plan: str
    option_type: str
    grant_date: date
    exercise_price: Decimal
    register_shares: int
    expires_on: date
    split_pair: str
    is_cancelled: bool = False

    def outstanding(self, factor: Fraction) -> int:
        """Whole shares after splits by `factor`, rounded down once; nothing once cancelled (domain §3)."""
        return 0 if self.is_cancelled else self.register_shares * factor.numerator // factor.denominator

    def adjusted_price(self, factor: Fraction) -> Decimal:
        """The price per share after splits by `factor`, to four decimals, half up."""
        return self.exercise_price if factor == 1 else rounded(Fraction(self.exercise_price) / factor, 4)

    def is_price(self, stated: Decimal, factor: Fraction) -> bool:
        """Whether a stated price is the grant's: exactly, or after a split as rounded to the cent or to 1/100 cent."""
        if factor == 1:
            return stated == self.exercise_price
        exact = Fraction(self.exercise_price) / factor
        return stated in {rounded(exact, 2), rounded(exact, 4)}

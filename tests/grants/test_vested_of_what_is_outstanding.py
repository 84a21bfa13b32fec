"""How many outstanding shares have vested, from a register that counts what vested of all that was granted."""

from fractions import Fraction

import pytest

from exchange.grants.rules import vested_outstanding


@pytest.mark.parametrize(
    ("exercised", "cancelled", "vested", "factor", "expected"),
    [
        (0, 0, 2000, Fraction(1), 2000),
        (1250, 0, 2000, Fraction(1), 750),  # of 3,000 granted; exercised shares had vested
        (1250, 0, 1250, Fraction(1), 0),
        (0, 0, 0, Fraction(1), 0),
        (0, 0, 2001, Fraction(1, 2), 1000),  # a reverse split since; whole shares
        (0, 0, 700, Fraction(3), 2100),
        (0, 0, None, Fraction(1), None),  # the register does not say
        (0, 100, 2000, Fraction(1), None),  # had the cancelled shares vested? it does not say
        (1250, 0, 1000, Fraction(1), None),  # it contradicts itself
    ],
)
def test_vested_of_outstanding(
    exercised: int, cancelled: int, vested: int | None, factor: Fraction, expected: int | None
) -> None:
    found = vested_outstanding(exercised=exercised, cancelled=cancelled, vested=vested, factor=factor)
    assert found == expected

"""What keeping and what exchanging would be worth at share prices somebody names. Pure, exact, and no forecast.

Both sides are counted the same way: shares × what the share price is above the exercise price, nothing below it.
All shares are counted as if vested; taxes are not counted. Prices are dollars per share; nothing is rounded here.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import accumulate, pairwise

from exchange.kernel.shares import whole
from exchange.offers.terms import Terms
from exchange.settlement.rules import promised_exactly

Price = Fraction | Decimal | int


@dataclass(frozen=True, slots=True)
class Holding:
    """One option: `shares` at `price` if kept, `new_shares` at the price of the grant date if exchanged."""

    shares: int
    price: Decimal
    new_shares: int


class Larger(StrEnum):
    KEEPING = "keeping"
    EXCHANGING = "exchanging"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of share prices on which one side is the larger throughout, or neither.

    `last` None has no end. A span of `NEITHER` has both its ends in it, and may be one single price; the others lie
    strictly between their ends.
    """

    first: Fraction
    last: Fraction | None
    larger: Larger

    @property
    def is_point(self) -> bool:
        return self.first == self.last

    def has(self, price: Price) -> bool:
        at = Fraction(price)
        if self.larger is Larger.NEITHER:
            return self.first <= at and (self.last is None or at <= self.last)
        return self.first < at and (self.last is None or at < self.last)


@dataclass(frozen=True, slots=True)
class Comparison:
    """`spans` follow each other from zero upwards without a gap; up to `nothing_until` both are worth nothing."""

    spans: tuple[Span, ...]
    nothing_until: Fraction | None

    @property
    def break_even(self) -> tuple[Span, ...]:
        """Where both are worth the same, and not merely nothing. Empty: nowhere."""
        return tuple(
            span
            for span in self.spans
            if span.larger is Larger.NEITHER
            and self.nothing_until is not None
            and (span.last is None or span.last > self.nothing_until)
        )


def new_shares(terms: Terms, price_at_commencement: Decimal, outstanding: int) -> int:
    """Whole new shares for a grant, rounded down once, as its promise would show them."""
    return whole(promised_exactly(terms, price_at_commencement, outstanding))


def value(shares: int, exercise_price: Price, at: Price) -> Fraction:
    """shares × max(0, share price − exercise price), exactly."""
    return shares * max(Fraction(0), Fraction(at) - Fraction(exercise_price))


def kept(holdings: Iterable[Holding], at: Price) -> Fraction:
    """What these options are worth at a share price if they are kept."""
    return sum((value(each.shares, each.price, at) for each in holdings), Fraction(0))


def exchanged(holdings: Iterable[Holding], grant_price: Price, at: Price) -> Fraction:
    """The same of the new options, if the share price on the grant date is `grant_price`."""
    return sum((value(each.new_shares, grant_price, at) for each in holdings), Fraction(0))


class Curves:
    """Both values of many options over the share price, for asking often: sums once, then a search for each price.

    Below the first bend both are nothing; from bend to bend each runs straight: shares × price − what they cost.
    """

    def __init__(self, holdings: Sequence[Holding], grant_price: Price) -> None:
        by_price = sorted((Fraction(each.price), each.shares) for each in holdings)
        self.grant_price = Fraction(grant_price)
        self._prices = [price for price, _shares in by_price]
        self._shares = list(accumulate((shares for _price, shares in by_price), initial=0))
        self._costs = list(accumulate((price * shares for price, shares in by_price), initial=Fraction(0)))
        self._new = sum(each.new_shares for each in holdings)
        paying = [price for price, shares in by_price if shares] + ([self.grant_price] if self._new else [])
        self.nothing_until = min(paying, default=None)
        self.bends = sorted({Fraction(0), self.grant_price, *self._prices})

    def kept(self, at: Fraction) -> Fraction:
        """As the function `kept`."""
        below = bisect_right(self._prices, at)
        return self._shares[below] * at - self._costs[below]

    def exchanged(self, at: Fraction) -> Fraction:
        """As the function `exchanged`."""
        return value(self._new, self.grant_price, at)

    def ahead(self, at: Fraction) -> Fraction:
        """By how much keeping is ahead; negative where exchanging is."""
        return self.kept(at) - self.exchanged(at)


def compare(holdings: Sequence[Holding], grant_price: Price) -> Comparison:
    """Which side is the larger at every share price from zero upwards, exactly."""
    return compared(Curves(holdings, grant_price))


def compared(curves: Curves) -> Comparison:
    bends = [(price, curves.ahead(price)) for price in curves.bends]
    edges: list[tuple[Fraction, Fraction]] = []
    for (low, at_low), (high, at_high) in pairwise(bends):
        edges += [(low, at_low), *((price, Fraction(0)) for price in _zero_between(low, high, at_low, at_high))]
    last, at_last = bends[-1]
    slope = curves.ahead(last + 1) - at_last  # beyond the last bend both run straight for ever
    beyond = -at_last / slope if slope else Fraction(0)
    edges += [(last, at_last), *([(last + beyond, Fraction(0))] if beyond > 0 else [])]

    pieces: list[Span] = []
    ends: list[Fraction | None] = [*(price for price, _ahead in edges[1:]), None]
    for (first, ahead), end in zip(edges, ends, strict=True):
        middle = first + 1 if end is None else (first + end) / 2
        pieces += [Span(first, first, _larger(ahead)), Span(first, end, _larger(curves.ahead(middle)))]
    return Comparison(tuple(_joined(pieces)), curves.nothing_until)


def _zero_between(low: Fraction, high: Fraction, at_low: Fraction, at_high: Fraction) -> list[Fraction]:
    """Where a straight line crosses zero strictly between two prices, if it does."""
    if at_low * at_high >= 0:
        return []
    return [low + (high - low) * at_low / (at_low - at_high)]


def _larger(ahead: Fraction) -> Larger:
    if ahead == 0:
        return Larger.NEITHER
    return Larger.KEEPING if ahead > 0 else Larger.EXCHANGING


def _joined(pieces: Sequence[Span]) -> list[Span]:
    """Neighbours with the same answer as one."""
    joined: list[Span] = []
    for piece in pieces:
        if joined and joined[-1].larger is piece.larger:
            joined[-1] = Span(joined[-1].first, piece.last, piece.larger)
        else:
            joined.append(piece)
    return joined

"""What typed share prices come to, in words, tables and a picture. The arithmetic is `settlement.whatif`'s."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from exchange.kernel.canonical import decimal_text
from exchange.kernel.shares import rounded
from exchange.kernel.wording import exact_price_text, money_text
from exchange.portal.pages.compare import PickRow, PriceRow, ScenarioRow, WhatIf, Worth
from exchange.portal.present.chart import draw, even_words, step_for, up_to
from exchange.portal.present.words import grants_and_shares, listing
from exchange.settlement.whatif import Comparison, Curves, Holding, Larger, Span, compared

# Prices on the grant date to show before any is typed: these parts of the average exercise price.
PARTS = (Fraction(1, 4), Fraction(1, 2), Fraction(3, 4), Fraction(1), Fraction(5, 4), Fraction(3, 2), Fraction(2))
SLIDER = (4, 100)  # a slider goes to so many times the highest exercise price, in at least so many steps
UNFOLDED = 6  # with more choices than this each one's facts and figures are folded, so that the rest can be found
FAR = 6  # an even price more than so many times the highest exercise price is told in words, not drawn


@dataclass(frozen=True)
class Counted:
    """One choice among those counted: its value in addresses, its title, its options."""

    value: str
    title: str
    holdings: tuple[Holding, ...]


@dataclass(frozen=True)
class Asked:
    """What the form says: which choices are counted of how many, and the prices, checked."""

    path: str
    counted: tuple[Counted, ...]
    is_all: bool
    grant_price: Decimal | None = None
    later_price: Decimal | None = None

    @property
    def holdings(self) -> list[Holding]:
        return [holding for choice in self.counted for holding in choice.holdings]

    def address(self, grant_price: Fraction | Decimal, only: str = "") -> str:
        """The same page at another price on the grant date, or counting one choice alone."""
        query = [("grant_price", _typed(grant_price))]
        if self.later_price is not None:
            query.append(("later_price", _typed(self.later_price)))
        values = [only] if only else [] if self.is_all else [choice.value for choice in self.counted]
        return f"{self.path}?{urlencode([*query, *(('option', value) for value in values)])}#what-if"


def _typed(price: Fraction | Decimal) -> str:
    """A price as one would type it: 12.50."""
    text = decimal_text(price if isinstance(price, Decimal) else rounded(price, 4))
    whole, _dot, part = text.partition(".")
    return f"{whole}.{part.ljust(2, '0')}"


def what_if(asked: Asked) -> WhatIf:
    holdings = asked.holdings
    average = average_price(holdings)
    shown = WhatIf(
        counted=grants_and_shares(len(holdings), sum(each.shares for each in holdings)),
        spoken="",
        scenarios=_scenarios(asked, holdings, average),
        scenarios_basis=_(
            "From a quarter to twice {average}, the average exercise price of these options by shares. "
            "None is more likely than another."
        ).format(average=exact_price_text(average)),
    )
    if asked.grant_price is None:
        return shown
    grant_price = Fraction(asked.grant_price)
    later = None if asked.later_price is None else Fraction(asked.later_price)
    curves = Curves(holdings, grant_price)
    comparison = compared(curves)
    spans = tuple(_span_words(span, comparison) for span in comparison.spans)
    worth = _worth(curves, later) if later is not None else None
    x_most = _farthest(curves, later, comparison)
    return WhatIf(
        counted=shown.counted,
        spoken=_spoken(grant_price, worth, spans),
        scenarios=shown.scenarios,
        scenarios_basis=shown.scenarios_basis,
        grant_price=exact_price_text(grant_price),
        worth=worth,
        spans=spans,
        chart=draw(curves, later, comparison, x_most, " ".join(spans)),
        rows=_rows(curves, later, comparison, x_most),
        picks=_picks(asked, grant_price, later),
        are_folded=len(asked.counted) > UNFOLDED,
    )


def slider_prices(counted: Sequence[Counted]) -> tuple[str, ...]:
    """The prices a slider stops at, as one would type them: round ones, up to well past every exercise price."""
    if not counted:
        return ()
    times, steps = SLIDER
    most = times * max(Fraction(holding.price) for each in counted for holding in each.holdings)
    step = max(step_for(most, steps), Fraction(1, 10_000))
    return tuple(_typed(step * count) for count in range(1, int(most / step) + 1))


def average_price(holdings: Sequence[Holding]) -> Fraction:
    """The average exercise price by shares, half up to the cent; a cent at least."""
    shares = sum(each.shares for each in holdings)
    exact = sum((each.shares * Fraction(each.price) for each in holdings), Fraction(0)) / shares
    return max(Fraction(rounded(exact, 2)), Fraction(1, 100))


def _farthest(curves: Curves, later: Fraction | None, comparison: Comparison) -> Fraction:
    """How far the picture and its table go: past every price that matters, unless an even one is very far off."""
    highest = curves.bends[-1]
    wanted = [2 * highest, (later or Fraction(0)) * Fraction(11, 10)]
    ends = [end for span in comparison.break_even for end in (span.first, span.last) if end is not None]
    wanted += [end * Fraction(5, 4) for end in ends if end <= FAR * highest]
    return up_to(max(wanted), step_for(max(wanted)))


def larger_words(old: Fraction, new: Fraction) -> str:
    """Which of two values is the larger, and by how much."""
    if old == new:
        return _("The same")
    if money_text(abs(old - new)) == money_text(Fraction(0)):
        return _("The same to the cent")
    if old > new:
        return _("Keeping, by {amount}").format(amount=money_text(old - new))
    return _("Exchanging, by {amount}").format(amount=money_text(new - old))


def _worth(curves: Curves, later: Fraction) -> Worth:
    old, new = curves.kept(later), curves.exchanged(later)
    return Worth(exact_price_text(later), money_text(old), money_text(new), larger_words(old, new))


def _spoken(grant_price: Fraction, worth: Worth | None, spans: Sequence[str]) -> str:
    """What a screen reader is told when the figures changed."""
    price = exact_price_text(grant_price)
    if worth is None:
        return _("With {price} on the grant date: {spans}").format(price=price, spans=" ".join(spans))
    told = _("With {price} on the grant date and {later} later: keeping {keep}, exchanging {exchange}.")
    return told.format(price=price, later=worth.price, keep=worth.keep, exchange=worth.exchange)


def _span_words(span: Span, comparison: Comparison) -> str:
    first = exact_price_text(span.first)
    last = "" if span.last is None else exact_price_text(span.last)
    if span.larger is Larger.NEITHER:
        return _even_span_words(span, comparison, first, last)
    if span.larger is Larger.KEEPING:
        told = (
            _("Between {first} and {last}: keeping has the larger figure.")
            if last
            else _("Above {first}: keeping has the larger figure.")
        )
    elif last:
        told = _("Between {first} and {last}: exchanging has the larger figure.")
    else:
        told = _("Above {first}: exchanging has the larger figure.")
    return told.format(first=first, last=last)


def _even_span_words(span: Span, comparison: Comparison, first: str, last: str) -> str:
    nothing = comparison.nothing_until
    if span.first:
        if span.is_point:
            told = _("At {first}: both come to the same.")
        elif last:
            told = _("From {first} to {last}: both come to the same.")
        else:
            told = _("From {first} upwards: both come to the same.")
        return told.format(first=first, last=last)
    if nothing is None or nothing == span.last:
        told = _("Up to {last}: both come to nothing.") if last else _("At every price: both come to nothing.")
        return told.format(last=last)
    if last:
        told = _("Up to {last}: both come to the same, and up to {nothing} that is nothing.")
    else:
        told = _("At every price: both come to the same, and up to {nothing} that is nothing.")
    return told.format(last=last, nothing=exact_price_text(nothing))


def even_text(comparison: Comparison) -> str:
    """Where both sides are even, in a few words for a cell."""
    if comparison.break_even:
        return "; ".join(even_words(span) for span in comparison.break_even)
    after = comparison.spans[-1]
    first = exact_price_text(after.first)
    if after.larger is Larger.KEEPING:
        return _("Nowhere: above {first} keeping always has the larger figure").format(first=first)
    if after.larger is Larger.EXCHANGING:
        return _("Nowhere: above {first} exchanging always has the larger figure").format(first=first)
    return _("Both always come to nothing")


def _rows(curves: Curves, later: Fraction | None, comparison: Comparison, x_most: Fraction) -> tuple[PriceRow, ...]:
    """At even steps along the picture, and at each price that matters, with why."""
    step = step_for(x_most) / 2
    notes: dict[Fraction, list[str]] = {step * count: [] for count in range(int(x_most / step) + 1)}
    notes.setdefault(curves.grant_price, []).append(_("the price on the grant date"))
    if later is not None:
        notes.setdefault(later, []).append(_("the later price you typed"))
    for span in comparison.break_even:
        for end in {span.first, span.last}:
            if end:
                notes.setdefault(end, []).append(_("even"))
    rows = []
    for price, told in sorted(notes.items()):
        old, new = curves.kept(price), curves.exchanged(price)
        rows.append(
            PriceRow(exact_price_text(price), money_text(old), money_text(new), larger_words(old, new), listing(told))
        )
    return tuple(rows)


def _picks(asked: Asked, grant_price: Fraction, later: Fraction | None) -> tuple[PickRow, ...]:
    rows = []
    for choice in asked.counted:
        curves = Curves(choice.holdings, grant_price)
        worth = _worth(curves, later) if later is not None else None
        keep, exchange = (worth.keep, worth.exchange) if worth else ("", "")
        url = asked.address(grant_price, choice.value) if len(asked.counted) > 1 else ""
        rows.append(PickRow(choice.title, keep, exchange, even_text(compared(curves)), url))
    return tuple(rows)


def _scenarios(asked: Asked, holdings: Sequence[Holding], average: Fraction) -> tuple[ScenarioRow, ...]:
    """All that is counted, at several prices on the grant date: the typed one among them, marked as such."""
    prices = {max(Fraction(rounded(average * part, 2)), Fraction(1, 100)) for part in PARTS}
    typed = None if asked.grant_price is None else Fraction(asked.grant_price)
    if typed is not None:
        prices.add(typed)
    rows = []
    for price in sorted(prices):
        curves = Curves(holdings, price)
        worth = _worth(curves, Fraction(asked.later_price)) if asked.later_price is not None else None
        keep, exchange = (worth.keep, worth.exchange) if worth else ("", "")
        even = even_text(compared(curves))
        rows.append(
            ScenarioRow(exact_price_text(price), even, keep, exchange, asked.address(price), is_shown=price == typed)
        )
    return tuple(rows)

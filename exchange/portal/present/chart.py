"""The picture of both values over the share price: places in exact percent, and words. No rule is here."""

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction

from django.utils.translation import gettext as _

from exchange.kernel.shares import rounded
from exchange.kernel.wording import exact_price_text
from exchange.portal.pages.compare import Anchor, Chart, Mark, Tick
from exchange.settlement.whatif import Comparison, Curves, Span

# The head of the picture holds the words of the marks, one row each, so that they never lie on the lines.
HEAD = Fraction(22)
ROWS = (Fraction(5), Fraction(12), Fraction(19))
FEW, FEWER = 4, 3  # at least so many steps along the axis of prices, and along that of values


def step_for(most: Fraction, steps: int = FEW) -> Fraction:
    """The largest of 1, 2, 2.5 and 5 times a power of ten that fits `steps` times into `most`; exactly."""
    wanted = most / steps
    power = Fraction(1)
    while power > wanted:
        power /= 10
    while power * 10 <= wanted:
        power *= 10
    return max(power * factor for factor in (1, 2, Fraction(5, 2), 5) if power * factor <= wanted)


def up_to(most: Fraction, step: Fraction) -> Fraction:
    """The first multiple of a step that is not below `most`."""
    return -(-most // step) * step


def percent(place: Fraction) -> str:
    return f"{rounded(place, 2)}%"


def _text(value: Fraction, step: Fraction) -> str:
    """A figure of an axis: no cents where no figure of it has any."""
    return f"${value.numerator:,}" if step.denominator == 1 else exact_price_text(value)


def draw(
    curves: Curves,
    later_price: Fraction | None,
    comparison: Comparison,
    x_most: Fraction,
    description: str,
) -> Chart:
    """Both lines from a share price of zero to `x_most`, straight between their bends as they are in truth."""
    bends = [*(price for price in curves.bends if price < x_most), x_most]
    keeping = [curves.kept(price) for price in bends]
    exchanging = [curves.exchanged(price) for price in bends]
    most = max(keeping[-1], exchanging[-1])
    y_step = step_for(most, FEWER)
    y_most = up_to(most, y_step)
    x_step = step_for(x_most)

    def left(price: Fraction) -> Fraction:
        return 100 * price / x_most

    def top(amount: Fraction) -> Fraction:
        return HEAD + (100 - HEAD) * (1 - amount / y_most)

    def points(amounts: Sequence[Fraction]) -> str:
        places = (
            (10 * left(price), 1000 * (1 - amount / y_most)) for price, amount in zip(bends, amounts, strict=True)
        )
        return " ".join(f"{rounded(x, 2)},{rounded(y, 2)}" for x, y in places)

    def level_ends(upper: Fraction, lower: Fraction) -> tuple[Fraction, Fraction]:
        """Where the lines' names stand: above the upper end, below the lower, never past the picture's foot."""
        return upper - 3, min(lower + 6, Fraction(97))

    keep_top, exchange_top = top(keeping[-1]), top(exchanging[-1])
    keep_is_upper = keep_top <= exchange_top
    if keep_is_upper:
        keep_at, exchange_at = level_ends(keep_top, exchange_top)
    else:
        exchange_at, keep_at = level_ends(exchange_top, keep_top)
    return Chart(
        title=_("What both could be worth at later share prices, if the price on the grant date is {price}").format(
            price=exact_price_text(curves.grant_price)
        ),
        description=description,
        keep_points=points(keeping),
        exchange_points=points(exchanging),
        keep_ends_at=percent(keep_at),
        exchange_ends_at=percent(exchange_at),
        keep_is_upper=keep_is_upper,
        x_ticks=tuple(
            Tick(percent(left(price)), _text(price, x_step), _anchor(price, x_most), is_minor=bool(index % 2))
            for index, price in enumerate(_multiples(x_step, x_most))
        ),
        y_ticks=tuple(Tick(percent(top(value)), _text(value, y_step)) for value in _multiples(y_step, y_most)),
        marks=(
            *(
                [
                    Mark(
                        percent(left(later_price)),
                        exact_price_text(later_price),
                        percent(ROWS[0]),
                        _side(left(later_price)),
                        "typed",
                    )
                ]
                if later_price is not None and later_price <= x_most
                else []
            ),
            *_even_marks(comparison, x_most, left, lambda price: top(curves.kept(price))),
        ),
    )


def _even_marks(
    comparison: Comparison,
    x_most: Fraction,
    left: Callable[[Fraction], Fraction],
    height: Callable[[Fraction], Fraction],
) -> Iterator[Mark]:
    """Where both come to the same, as far as the picture goes: points, stretches, or everywhere."""
    for span, row in zip(comparison.break_even, ROWS[1:], strict=False):
        at = percent(left(span.first))
        if span.is_point and span.first <= x_most:
            dot_at = percent(height(span.first))
            yield Mark(at, even_words(span), percent(row), _side(left(span.first)), "even", dot_at=dot_at)
        elif not span.is_point and span.first < x_most:
            last = x_most if span.last is None else min(span.last, x_most)
            yield Mark(at, even_words(span), percent(row), _side(left(span.first)), "even", to=percent(left(last)))


def _side(place: Fraction) -> Anchor:
    """Words beside a line stand where there is more room."""
    return "start" if place < 50 else "end"


def even_words(span: Span) -> str:
    """Where both come to the same, as part of a sentence or a cell; its first letter is a capital."""
    first = exact_price_text(span.first)
    if span.last is None:
        return _("Even at every price from {first}").format(first=first) if span.first else _("Even at every price")
    last = exact_price_text(span.last)
    if span.is_point:
        return _("Even at {price}").format(price=first)
    if not span.first:
        return _("Even at every price up to {last}").format(last=last)
    return _("Even from {first} to {last}").format(first=first, last=last)


def _multiples(step: Fraction, most: Fraction) -> list[Fraction]:
    return [step * count for count in range(int(most / step) + 1)]


def _anchor(price: Fraction, x_most: Fraction) -> Anchor:
    return "start" if price == 0 else "end" if price == x_most else "middle"

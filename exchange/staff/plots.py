"""Pictures of figures, drawn by the server: places in exact percent, words beside them, no script.

Every picture stands beside a table of the same figures; a screen reader is told its title, its sentence and the table.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.utils.translation import gettext as _

from exchange.kernel.shares import rounded
from exchange.kernel.wording import date_text, shares_text
from exchange.settlement.participation import Day, Part, part_of
from exchange.staff.parts import Cell, Table, table

BAR_HEIGHT = 44  # pixels of one bar with its words above it
MOST_BARS = 12
FEW = 4  # steps of an axis, at least


def percent(place: Fraction) -> str:
    return f"{rounded(place, 2)}%"


def parts_text(part: Part) -> str:
    """36.4 % (1,234 of 3,390 shares)."""
    return _("{percent} % ({shares} of {eligible})").format(
        percent=part_of(part.shares, part.eligible_shares),
        shares=shares_text(part.shares),
        eligible=shares_text(part.eligible_shares),
    )


@dataclass(frozen=True)
class Bar:
    """One bar: `whole` is the length of the light one, `part` of the strong one on it; `at` its top in pixels."""

    name: str
    text: str
    whole: str
    part: str
    at: int

    @property
    def words_at(self) -> int:
        return self.at + 16

    @property
    def bar_at(self) -> int:
        return self.at + 23


@dataclass(frozen=True)
class Bars:
    """Shares tendered of those eligible, part by part, longest bars first as their table has them."""

    key: str
    title: str
    description: str
    bars: Sequence[Bar]
    table: Table

    @property
    def height(self) -> int:
        return BAR_HEIGHT * len(self.bars)


def bars(key: str, title: str, head: str, named: Sequence[tuple[str, Part]], *, has_total: bool = True) -> Bars:
    """A picture of the parts and their table. Of more than a dozen the picture has the largest; the table has all."""
    drawn = sorted(named, key=lambda item: -item[1].eligible_shares)[:MOST_BARS] if len(named) > MOST_BARS else named
    most = max((max(part.eligible_shares, part.shares) for _name, part in drawn), default=0) or 1
    return Bars(
        key=key,
        title=title,
        description=_("Of the shares eligible in each part, how many are tendered."),
        bars=[
            Bar(
                name,
                parts_text(part),
                percent(Fraction(100 * part.eligible_shares, most)),
                percent(Fraction(100 * part.shares, most)),
                BAR_HEIGHT * place,
            )
            for place, (name, part) in enumerate(drawn)
        ],
        table=parts_table(_("Figures: {title}").format(title=title), head, named, has_total=has_total, is_folded=True),
    )


def parts_table(
    title: str, head: str, named: Sequence[tuple[str, Part]], *, has_total: bool = True, is_folded: bool = False
) -> Table:
    """The figures of a picture of bars. Holders add up to more than the whole where one can be in several parts."""
    heads = [
        head,
        _("Eligible holders"),
        _("Who tender"),
        _("Eligible options"),
        _("Tendered"),
        _("Eligible shares"),
        _("Tendered"),
        _("Percent"),
    ]
    rows: list[list[object]] = [[name, *counts_of(part)] for name, part in named]
    whole = Part()
    for _name, part in named:
        for count in vars(whole):
            setattr(whole, count, getattr(whole, count) + getattr(part, count))
    total: list[object] = []
    if has_total and len(named) > 1:
        total = [_("Total"), *counts_of(whole)]
    return table(title, heads, rows, empty=_("Nobody is eligible yet."), total=total, is_folded=is_folded)


def counts_of(part: Part) -> list[object]:
    """A part's columns in every table of participation."""
    return [
        part.eligible_holders,
        part.holders,
        part.eligible_options,
        part.options,
        part.eligible_shares,
        part.shares,
        Cell(f"{part_of(part.shares, part.eligible_shares)} %", is_number=True),
    ]


@dataclass(frozen=True)
class Tick:
    at: str
    text: str
    anchor: str = "middle"


@dataclass(frozen=True)
class Column:
    """What came in on one day: two thin columns side by side, in percent of the picture."""

    left: str
    width: str
    top: str
    height: str
    kind: str


@dataclass(frozen=True)
class Days:
    """The days of an offer: forms as columns, and shares in force as a line that steps at the end of each day."""

    key: str
    title: str
    description: str
    columns: Sequence[Column]
    points: str
    area: str
    x_ticks: Sequence[Tick]
    y_ticks: Sequence[Tick]


def step_for(most: int) -> int:
    """The largest of 1, 2 and 5 times a power of ten that fits `FEW` times into `most`; at least 1."""
    power = 1
    while power * 10 * FEW <= most:
        power *= 10
    return max([factor * power for factor in (1, 2, 5) if factor * power * FEW <= most], default=1)


def _axis(most: int) -> tuple[int, list[int]]:
    """The top of an axis that holds `most`, and its steps from zero."""
    step = step_for(most)
    top = max(-(-most // step), 1) * step
    return top, list(range(0, top + 1, step))


def _y_ticks(most: int) -> tuple[int, list[Tick]]:
    top, steps = _axis(most)
    return top, [Tick(percent(100 - Fraction(100 * value, top)), shares_text(value)) for value in steps]


def _x_ticks(days: Sequence[Day], middle: Callable[[int], Fraction]) -> list[Tick]:
    """The first day, the last, and one between."""
    last = len(days) - 1
    places = sorted({0, last // 2, last})
    return [
        Tick(
            percent(middle(place)),
            short_date(days[place].on),
            "start" if place == 0 and last else "end" if place == last and last else "middle",
        )
        for place in places
    ]


def short_date(day: date) -> str:
    """24 July: where the year stands nearby."""
    return date_text(day).rpartition(" ")[0]


def forms_by_day(days: Sequence[Day]) -> Days:
    """Forms received on each day, Election Forms and Notices beside each other."""
    top, y_ticks = _y_ticks(max((max(day.elections, day.withdrawals) for day in days), default=0))
    slot = Fraction(100, max(len(days), 1))
    columns = []
    for place, day in enumerate(days):
        for half, (kind, count) in enumerate((("election", day.elections), ("withdrawal", day.withdrawals))):
            if count:
                height = Fraction(100 * count, top)
                left = slot * place + slot * Fraction(1 + 4 * half, 10)
                columns.append(
                    Column(
                        percent(left), percent(slot * Fraction(4, 10)), percent(100 - height), percent(height), kind
                    )
                )
    return Days(
        "forms-by-day",
        _("Forms received on each day"),
        _("Election Forms and Notices to Withdraw, by the day of their receipt."),
        columns,
        "",
        "",
        _x_ticks(days, lambda place: slot * place + slot / 2),
        y_ticks,
    )


def shares_by_day(days: Sequence[Day]) -> Days:
    """Shares tendered and in force at the end of each day."""
    top, y_ticks = _y_ticks(max((day.shares for day in days), default=0))
    last = max(len(days) - 1, 1)
    places = [
        (Fraction(1000 * place, last), 1000 - Fraction(1000 * day.shares, top)) for place, day in enumerate(days)
    ]
    steps: list[tuple[Fraction, Fraction]] = []
    for place, (x, y) in enumerate(places):
        if place:
            steps.append((x, steps[-1][1]))
        steps.append((x, y))
    points = " ".join(f"{rounded(x, 2)},{rounded(y, 2)}" for x, y in steps)
    end = rounded(steps[-1][0], 2) if steps else "0"
    return Days(
        "shares-by-day",
        _("Shares tendered and in force at the end of each day"),
        _("It rises with Election Forms and falls with Notices to Withdraw and smaller elections."),
        [],
        points,
        f"0,1000 {points} {end},1000",
        _x_ticks(days, lambda place: Fraction(100 * place, last)),
        y_ticks,
    )


def days_table(days: Sequence[Day], eligible_shares: int, *, is_folded: bool = True) -> Table:
    """The figures of both pictures, day by day."""
    return table(
        _("Day by day: what came in, and what stood at the end of the day"),
        [
            _("Day"),
            _("Election Forms"),
            _("Notices to Withdraw"),
            _("Holders who tender"),
            _("Shares in force"),
            _("Percent of eligible"),
        ],
        [
            [
                date_text(day.on),
                day.elections,
                day.withdrawals,
                day.holders,
                day.shares,
                Cell(f"{part_of(day.shares, eligible_shares)} %", is_number=True),
            ]
            for day in days
        ],
        total=[_("Total"), sum(day.elections for day in days), sum(day.withdrawals for day in days), "", "", ""],
        is_folded=is_folded,
    )

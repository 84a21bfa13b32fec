"""What the desk's pages are made of, as plain values. Templates read these and nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from exchange.kernel.wording import date_text, instant_text, price_text, shares_text, zone_text

NOTHING = "–"


@dataclass(frozen=True)
class Cell:
    """One cell of a table: its text, where it leads, its mark, and what stands smaller under it.

    `tick` is what a box before the text sends when it is ticked, in a list whose rows can be chosen.
    """

    text: str
    url: str = ""
    mark: str = ""
    more: str = ""
    is_number: bool = False
    tick: str = ""


def cell(value: object) -> Cell:
    """A value as a cell: shares, prices and dates worded once, nothing as a dash."""
    if isinstance(value, Cell):
        return value
    if value is None or value == "":
        return Cell(NOTHING)
    if isinstance(value, bool):
        return Cell(_("Yes") if value else _("No"))
    if isinstance(value, int):
        return Cell(shares_text(value), is_number=True)
    if isinstance(value, Decimal):
        return Cell(price_text(value), is_number=True)
    if isinstance(value, date):
        return Cell(date_text(value))
    return Cell(str(value))


def instant_cell(at: datetime | None, zone: str) -> Cell:
    """An instant in a zone; the zone's name, and UTC, smaller under it."""
    if at is None:
        return Cell(NOTHING)
    name, said = zone_text(zone), instant_text(at, zone)
    local, bracket, utc = said.partition(" (")
    return Cell(local.removesuffix(name).rstrip(), more=f"{name}{bracket}{utc}")


@dataclass(frozen=True)
class Head:
    """One column's head; `sort_url` where the list can be ordered by it."""

    text: str
    is_number: bool = False
    sort_url: str = ""
    sorted: str = ""


@dataclass(frozen=True)
class Pages:
    """Which page of a table's rows is shown, and by what name the address asks for another; `query` keeps the rest."""

    shown: Any  # a `Page` of Django's
    name: str
    query: str


@dataclass(frozen=True)
class Table:
    """A table with a caption. `empty` is what stands there when it has no rows; `most` how many it shows (0: all).

    `is_folded`: long, and opened by who wants to read it. `pages`: its rows are one page of them.
    """

    caption: str
    heads: Sequence[Head]
    rows: Sequence[Sequence[Cell]]
    empty: str = ""
    total: Sequence[Cell] = ()
    most: int = 0
    is_folded: bool = False
    pages: Pages | None = None

    @property
    def shown(self) -> Sequence[Sequence[Cell]]:
        return self.rows[: self.most] if self.most else self.rows

    @property
    def left_out(self) -> int:
        return len(self.rows) - len(self.shown)


def table(
    caption: str,
    heads: Sequence[str],
    rows: Sequence[Sequence[object]],
    *,
    empty: str = "",
    total: Sequence[object] = (),
    most: int = 0,
    is_folded: bool = False,
) -> Table:
    """A table from values; a column is numeric where its cells are."""
    cells = [[cell(value) for value in row] for row in rows]
    first = cells[0] if cells else []
    return Table(
        caption,
        [Head(text, index < len(first) and first[index].is_number) for index, text in enumerate(heads)],
        cells,
        empty,
        [cell(value) for value in total],
        most,
        is_folded,
    )


@dataclass(frozen=True)
class Fact:
    """One line of a summary list."""

    name: str
    value: str
    more: str = ""
    url: str = ""
    mark: str = ""


@dataclass(frozen=True)
class Section:
    """A titled part of a page: facts, a table, or a sentence or two."""

    title: str
    facts: Sequence[Fact] = ()
    table: Table | None = None
    text: str = ""


@dataclass(frozen=True)
class Link:
    """Something one can do from here; `is_main` for what comes next."""

    text: str
    url: str
    more: str = ""
    is_main: bool = False


@dataclass(frozen=True)
class Record:
    """One row of the database as a page to read. `posts` are buttons that do one small thing."""

    title: str
    kind: str
    tags: Sequence[Cell] = ()
    lede: str = ""
    sections: Sequence[Section] = field(default_factory=list)
    links: Sequence[Link] = ()
    posts: Sequence[Link] = ()


@dataclass(frozen=True)
class Task:
    """One thing to do: what, why, by whom, by when; `url` where this user can do it, `mark` when it is pressing.

    `step` is the slug of the binding step that does it: while a proposal of it waits, only its approval is to do.
    """

    title: str
    more: str
    who: str
    due: str = ""
    mark: str = ""
    tag: str = ""
    url: str = ""
    step: str = ""

"""What the page of keeping against exchanging shows. Keeping always comes first; neither side is marked."""

from dataclasses import dataclass
from typing import Literal

from exchange.portal.pages.agreement import Vested

Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True)
class Row:
    """One fact of both sides."""

    label: str
    keep: str
    exchange: str


@dataclass(frozen=True)
class Half:
    """One grant on both sides, and when its new option would vest."""

    grant_number: str
    rows: tuple[Row, ...]
    vesting: tuple[Vested, ...]


@dataclass(frozen=True)
class Pick:
    """What is kept or exchanged as one: a grant, or both halves of a split pair."""

    value: str
    title: str
    short: str
    halves: tuple[Half, ...]
    note: str = ""

    @property
    def caption_class(self) -> str:
        """A single grant's number stands in the heading already."""
        return "strong" if len(self.halves) > 1 else "visually-hidden"


@dataclass(frozen=True)
class Tick:
    """A line of the grid, `at` percent from the left or the top. A phone has no room for the words of minor ones."""

    at: str
    text: str
    anchor: Anchor = "middle"
    is_minor: bool = False


@dataclass(frozen=True)
class Mark:
    """A price worth a word: a line from top to bottom, its words in row `text_at`; `to` where it is a stretch."""

    at: str
    text: str
    text_at: str
    anchor: Anchor
    kind: Literal["even", "typed"]
    to: str = ""
    dot_at: str = ""


@dataclass(frozen=True)
class Chart:
    """Places are percent of the picture; the points of the two lines are in a box of 1000 by 1000 below its head."""

    title: str
    description: str
    keep_points: str
    exchange_points: str
    keep_ends_at: str
    exchange_ends_at: str
    keep_is_upper: bool
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class PriceRow:
    """Both sides at one later share price; `note` says why this price is in the table."""

    price: str
    keep: str
    exchange: str
    larger: str
    note: str = ""


@dataclass(frozen=True)
class PickRow:
    """One choice at the later share price that was typed, and where its two sides are even."""

    title: str
    keep: str
    exchange: str
    even: str
    url: str = ""


@dataclass(frozen=True)
class ScenarioRow:
    """All that is counted, at another price on the grant date."""

    grant_price: str
    even: str
    keep: str
    exchange: str
    url: str
    is_shown: bool = False


@dataclass(frozen=True)
class Worth:
    """Both sides at the one later price that was typed."""

    price: str
    keep: str
    exchange: str
    larger: str


@dataclass(frozen=True)
class WhatIf:
    """What the typed prices come to. Without a price on the grant date only `scenarios` are there."""

    counted: str
    spoken: str
    scenarios: tuple[ScenarioRow, ...]
    scenarios_basis: str
    grant_price: str = ""
    worth: Worth | None = None
    spans: tuple[str, ...] = ()
    chart: Chart | None = None
    rows: tuple[PriceRow, ...] = ()
    picks: tuple[PickRow, ...] = ()
    are_folded: bool = False


@dataclass(frozen=True)
class ComparePage:
    person_reason: str
    standing_title: str
    standing: str
    picks: tuple[Pick, ...]
    are_folded: bool
    shared: tuple[Row, ...]
    earliest: str
    left_out: tuple[str, ...]
    slider: tuple[str, ...]
    what_if: WhatIf | None
    choose_url: str

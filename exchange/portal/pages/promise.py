"""What the page of the promise shows, as plain values."""

from dataclasses import dataclass
from datetime import date

from exchange.portal.pages import Banner, Fact, Mark


@dataclass(frozen=True)
class PromisedLine:
    """One line of a promise; `now` is its whole shares after splits and mergers since.

    `exact` has the fraction, where there is one.
    """

    old_grant_number: str
    promised: int
    now: int
    exact: str
    status: str
    mark: Mark
    reason: str = ""


@dataclass(frozen=True)
class AdjustedLine:
    """What one event made of one line: exact shares, in words."""

    old_grant_number: str
    before: str
    after: str


@dataclass(frozen=True)
class Adjustment:
    """One split or merger since the promise was issued."""

    title: str
    on: date
    told: tuple[str, ...]
    lines: tuple[AdjustedLine, ...]
    pdf_url: str = ""


@dataclass(frozen=True)
class PromisePage:
    """`standing` is how each condition stands today; `todo` what the holder has to do, with an address if anything."""

    lede: str
    todo: str
    todo_url: str
    todo_text: str
    standing: tuple[Banner, ...]
    pdf_url: str
    facts: tuple[Fact, ...]
    lines: tuple[PromisedLine, ...]
    total: int
    total_now: int
    is_adjusted: bool
    adjustments: tuple[Adjustment, ...]
    as_of: str

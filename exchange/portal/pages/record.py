"""What the pages about one's own record show, as plain values."""

from dataclasses import dataclass
from datetime import date, datetime

from exchange.portal.pages import Fact


@dataclass(frozen=True)
class RecordPage:
    facts: tuple[Fact, ...]
    events: tuple[Fact, ...]
    wrong_url: str
    missing_url: str
    download_url: str
    looks_url: str
    looks_count: int


@dataclass(frozen=True)
class LookRow:
    at: datetime
    who: str
    what: str


@dataclass(frozen=True)
class LookDay:
    """The looks of one day in the offer's zone, newest first."""

    on: date
    looks: tuple[LookRow, ...]


@dataclass(frozen=True)
class LooksPage:
    days: tuple[LookDay, ...]
    count: int
    number: int
    last: int
    before_url: str
    after_url: str
    record_url: str


@dataclass(frozen=True)
class DownloadPage:
    what: tuple[str, ...]
    left_out: tuple[str, ...]
    record_url: str

"""What a file is made from, and what making one answers."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from exchange.offers.reads import Loaded

Progress = Callable[[int, int], None]  # so many parts done, of so many


@dataclass(frozen=True)
class Order:
    """The offer, the instant that the file is as of, and the period of an audit trail."""

    loaded: Loaded
    at: datetime
    first_on: date | None = None
    last_on: date | None = None

    @property
    def code(self) -> str:
        return self.loaded.offer.code


@dataclass(frozen=True)
class Made:
    """The name and the type of a file that was made."""

    file_name: str
    content_type: str


ZIP, PDF, CSV = "application/zip", "application/pdf", "text/csv; charset=utf-8"
JSON, JSON_LINES = "application/json", "application/x-ndjson"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

"""When the demonstration's offer runs: from now until 17:00 on the first business day after its twentieth."""

from dataclasses import dataclass
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from exchange.kernel.calendars import EASTERN, Calendar
from exchange.offers.rules import BUSINESS_DAYS_OPEN, LONGEST

ZONE = "America/Los_Angeles"


@dataclass(frozen=True)
class Dates:
    commences_at: datetime
    expires_at: datetime

    @property
    def needs_override(self) -> bool:
        """30 × 24 hours or more: holidays make it so on many start dates, and counsel has to say why."""
        return self.expires_at - self.commences_at >= LONGEST


def dates(at: datetime, calendar: Calendar) -> Dates:
    """The period of an offer that commences at `at`. Both instants in UTC."""
    twentieth = calendar.last_day_of_period(at.astimezone(EASTERN).date(), BUSINESS_DAYS_OPEN)
    last = calendar.add_business_days(twentieth, 1)
    return Dates(at, datetime.combine(last, time(17), ZoneInfo(ZONE)).astimezone(UTC))

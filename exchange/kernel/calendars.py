"""Business days (United States federal holidays, midnight to midnight Eastern) and trading days (NYSE sessions).

The two differ: Good Friday is a business day without a session, Columbus and Veterans Day are sessions but no
business days. Overrides are facts with a reason, kept by the `market` room and passed in.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from types import MappingProxyType
from zoneinfo import ZoneInfo

import holidays

EASTERN = ZoneInfo("America/New_York")
ONE_DAY = timedelta(days=1)
_NONE: Mapping[date, bool] = MappingProxyType({})


@lru_cache(maxsize=512)
def _federal_holidays(year: int) -> Mapping[date, str]:
    """Days of the year kept as federal holidays with their names, those of next January kept in December too."""
    # The library files an observed day under its own year only when both years are asked for.
    calendar = holidays.country_holidays("US", years=(year, year + 1), observed=True)
    return {day: name for day, name in calendar.items() if day.year == year}


@lru_cache(maxsize=512)
def _exchange_closures(year: int) -> frozenset[date]:
    return frozenset(holidays.financial_holidays("NYSE", years=year))


@dataclass(frozen=True, slots=True)
class Calendar:
    """Both calendars with one installation's overrides: date → open (True) or closed (False)."""

    business_overrides: Mapping[date, bool] = field(default_factory=lambda: _NONE)
    trading_overrides: Mapping[date, bool] = field(default_factory=lambda: _NONE)

    def is_business_day(self, day: date) -> bool:
        if day in self.business_overrides:
            return self.business_overrides[day]
        return day.weekday() < 5 and day not in _federal_holidays(day.year)

    def holiday_name(self, day: date) -> str:
        """The federal holiday kept on this day; '' where it is none, or is open by an override."""
        return "" if self.business_overrides.get(day) else _federal_holidays(day.year).get(day, "")

    def is_trading_day(self, day: date) -> bool:
        if day in self.trading_overrides:
            return self.trading_overrides[day]
        return day.weekday() < 5 and day not in _exchange_closures(day.year)

    def first_business_day_on_or_after(self, day: date) -> date:
        while not self.is_business_day(day):
            day += ONE_DAY
        return day

    def add_business_days(self, day: date, count: int) -> date:
        """The `count`-th business day after `day`, `day` itself not counted; `day` when `count` is 0."""
        while count > 0:
            day += ONE_DAY
            count -= self.is_business_day(day)
        return day

    def subtract_business_days(self, day: date, count: int) -> date:
        """The `count`-th business day before `day`, `day` itself not counted."""
        while count > 0:
            day -= ONE_DAY
            count -= self.is_business_day(day)
        return day

    def last_day_of_period(self, first: date, count: int) -> date:
        """The last day of a period of `count` business days that counts `first` when it is a business day."""
        day = first
        counted = int(self.is_business_day(day))
        while counted < count:
            day += ONE_DAY
            counted += self.is_business_day(day)
        return day

    def end_of_period(self, start: datetime, count: int) -> datetime:
        """Midnight Eastern at the end of a period of `count` business days that began at the instant `start`.

        SEC Rule 13e-4(a)(3): the day of the start counts when it is a business day. In UTC.
        """
        last = self.last_day_of_period(start.astimezone(EASTERN).date(), count)
        return midnight_ending(last)


def midnight_ending(day: date) -> datetime:
    """The instant at which an Eastern day ends, in UTC."""
    return datetime.combine(day + ONE_DAY, time(), EASTERN).astimezone(UTC)


def eastern(day: date, at: time) -> datetime:
    """A wall-clock time in New York, in UTC."""
    return datetime.combine(day, at, EASTERN).astimezone(UTC)

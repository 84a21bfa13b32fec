"""The oracle's calendars: months, years and the federal holidays, from the statute and not from a library."""

from datetime import date, timedelta
from functools import cache


def last_day(year: int, month: int) -> int:
    return (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day


def add_months(start: date, months: int) -> date:
    years, month = divmod(start.month - 1 + months, 12)
    return date(start.year + years, month + 1, min(start.day, last_day(start.year + years, month + 1)))


def nth(year: int, month: int, weekday: int, n: int) -> date:
    """The nth such weekday of a month; n = -1 is the last."""
    days = [date(year, month, d) for d in range(1, last_day(year, month) + 1)]
    return [day for day in days if day.weekday() == weekday][n - 1 if n > 0 else n]


@cache
def federal_holidays(year: int) -> set[date]:
    """Days on which federal offices are closed because of this year's holidays (5 U.S.C. 6103)."""
    fixed = [date(year, 1, 1), date(year, 7, 4), date(year, 11, 11), date(year, 12, 25)]
    if year >= 2021:
        fixed.append(date(year, 6, 19))
    kept = {day + timedelta(days={5: -1, 6: 1}.get(day.weekday(), 0)) for day in fixed}
    return kept | {
        nth(year, 1, 0, 3),
        nth(year, 2, 0, 3),
        nth(year, 5, 0, -1),
        nth(year, 9, 0, 1),
        nth(year, 10, 0, 2),
        nth(year, 11, 3, 4),
    }


def is_business_day(day: date) -> bool:
    return day.weekday() < 5 and day not in federal_holidays(day.year) | federal_holidays(day.year + 1)


def business_day_from(day: date) -> date:
    while not is_business_day(day):
        day += timedelta(days=1)
    return day


def business_days_after(day: date, count: int) -> date:
    for _ in range(count):
        day = business_day_from(day + timedelta(days=1))
    return day

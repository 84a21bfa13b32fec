"""Dates by the calendar month, and an instant's date in a zone."""

import calendar
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo


def add_months(day: date, months: int) -> date:
    """The same day of the month `months` later; the month's last day where it has none."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def add_wait(day: date, *, months: int, days: int) -> date:
    """A waiting period counted from a day: months first, then days."""
    return add_months(day, months) + timedelta(days=days)


def local_date(at: datetime, zone: str) -> date:
    """The date of an instant in an IANA zone; naive datetimes are refused."""
    if at.tzinfo is None:
        raise ValueError("a naive datetime is no instant")
    return at.astimezone(ZoneInfo(zone)).date()

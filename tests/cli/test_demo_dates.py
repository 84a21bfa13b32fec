"""The demonstration's offer keeps the legal clock, whatever day it is started on."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from exchange.cli.demo.dates import ZONE, dates
from exchange.kernel.calendars import Calendar
from exchange.offers.rules import OPEN_TWENTY_BUSINESS_DAYS, UNDER_THIRTY_DAYS, check_period

CALENDAR = Calendar()


def every_start_of_three_years():
    start = datetime(2026, 11, 21, 3, 30, tzinfo=UTC)
    for hours in range(0, 3 * 366 * 24, 7):  # seven hours apart: every day, and every hour of the day
        yield start + timedelta(hours=hours)


def test_the_offer_is_open_for_twenty_whole_business_days_and_counsel_overrides_only_the_thirty_days():
    overridden = 0
    for start in every_start_of_three_years():
        period = dates(start, CALENDAR)
        broken = {refusal.rule for refusal in check_period(period.commences_at, period.expires_at, CALENDAR)}
        assert OPEN_TWENTY_BUSINESS_DAYS not in broken, start
        assert broken == ({UNDER_THIRTY_DAYS} if period.needs_override else set()), start
        overridden += period.needs_override
    assert overridden


def test_the_offer_expires_at_five_in_the_afternoon_of_a_business_day_in_its_zone():
    for start in every_start_of_three_years():
        local = dates(start, CALENDAR).expires_at.astimezone(ZoneInfo(ZONE))
        assert (local.hour, local.minute, local.second) == (17, 0, 0), start
        assert CALENDAR.is_business_day(local.date()), start
        assert local.date() > (start + timedelta(days=26)).astimezone(ZoneInfo(ZONE)).date(), start

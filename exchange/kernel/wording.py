"""How dates, instants, shares and prices read to a person: one function each, for pages, papers and letters."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exchange.kernel.canonical import decimal_text

_ZONES = {
    "America/New_York": "Eastern Time",
    "America/Detroit": "Eastern Time",
    "America/Chicago": "Central Time",
    "America/Denver": "Mountain Time",
    "America/Phoenix": "Arizona Time",
    "America/Los_Angeles": "Pacific Time",
    "America/Anchorage": "Alaska Time",
    "Pacific/Honolulu": "Hawaii Time",
    "UTC": "UTC",
}
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def date_text(day: date) -> str:
    """24 July 2003."""
    return f"{day.day} {_(_MONTHS[day.month - 1])} {day.year}"


def zone_text(zone: str) -> str:
    return _(_ZONES.get(zone, zone.replace("_", " ") + " time"))


def time_text(at: datetime, zone: str) -> str:
    """5:00 p.m.; with seconds or microseconds only where they are not zero."""
    local = at.astimezone(ZoneInfo(zone))
    clock = f"{local.hour % 12 or 12}:{local.minute:02d}"
    if local.second or local.microsecond:
        clock += f":{local.second:02d}"
    if local.microsecond:
        clock += f".{local.microsecond:06d}"
    return f"{clock} {_('a.m.') if local.hour < 12 else _('p.m.')}"


def local_text(at: datetime, zone: str) -> str:
    """24 July 2003, 5:00 p.m. Pacific Time: where the UTC stands nearby."""
    return f"{date_text(at.astimezone(ZoneInfo(zone)).date())}, {time_text(at, zone)} {zone_text(zone)}"


def instant_text(at: datetime, zone: str) -> str:
    """24 July 2003, 5:00 p.m. Pacific Time (25 July, 00:00 UTC); the UTC date only where it differs, and UTC once."""
    local, utc = at.astimezone(ZoneInfo(zone)), at.astimezone(UTC)
    clock = f"{utc.hour:02d}:{utc.minute:02d}"
    if utc.second or utc.microsecond:
        clock += f":{utc.second:02d}"
    if utc.microsecond:
        clock += f".{utc.microsecond:06d}"
    if zone == "UTC":
        return f"{date_text(utc.date())}, {clock} UTC"
    if utc.date() != local.date():
        utc_day = f"{utc.day} {_(_MONTHS[utc.month - 1])}"
        if utc.year != local.year:
            utc_day += f" {utc.year}"
        clock = f"{utc_day}, {clock}"
    return f"{local_text(at, zone)} ({clock} UTC)"


def shares_text(shares: int) -> str:
    return f"{shares:,}"


def counted_shares_text(shares: int) -> str:
    """1 share; 1,200 shares."""
    return ngettext("%(count)s share", "%(count)s shares", shares) % {"count": shares_text(shares)}


def counted_options_text(count: int) -> str:
    """1 option; 1,200 options."""
    return ngettext("%(count)s option", "%(count)s options", count) % {"count": shares_text(count)}


def counted_holders_text(count: int) -> str:
    """1 holder; 1,200 holders."""
    return ngettext("%(count)s holder", "%(count)s holders", count) % {"count": shares_text(count)}


def counted_promises_text(count: int) -> str:
    """1 promise; 1,200 promises."""
    return ngettext("%(count)s promise", "%(count)s promises", count) % {"count": shares_text(count)}


def counted_months_text(count: int) -> str:
    """1 month; 42 months."""
    return ngettext("%(count)s month", "%(count)s months", count) % {"count": shares_text(count)}


def counted_business_days_text(count: int) -> str:
    """1 business day; 3 business days."""
    return ngettext("%(count)s business day", "%(count)s business days", count) % {"count": shares_text(count)}


def price_text(price: Decimal) -> str:
    """$24.50; as granted, with two to four decimals."""
    text = decimal_text(price)
    whole, _dot, part = text.partition(".")
    return f"${int(whole):,}.{part.ljust(2, '0')}"


def money_text(amount: Fraction) -> str:
    """$1,234.57: an exact amount, never negative, half up to the cent."""
    cents = (200 * amount.numerator + amount.denominator) // (2 * amount.denominator)
    return f"${cents // 100:,}.{cents % 100:02d}"


def exact_price_text(price: Fraction) -> str:
    """$28.80 as `price_text`, where four decimals say it exactly; else about $28.83, half up to the cent."""
    units = price * 10_000
    if units.denominator == 1:
        return price_text(Decimal(units.numerator).scaleb(-4))
    return _("about {price}").format(price=money_text(price))

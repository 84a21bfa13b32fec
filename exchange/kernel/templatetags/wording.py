"""`{% load wording %}`: days, instants, shares, prices and parts, from values or from their plain JSON texts.

Each filter hands over to `kernel.wording` and refuses what it cannot read: a blank in a signed paper is worse than
an error while it is made.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.utils.translation import gettext as _

from exchange.kernel import canonical, wording

register = template.Library()

_TAG = re.compile(r"(<[^>]*>)")
_FIGURE_AND_WORD = re.compile(r"(?<=\d) (?=[^\W\d_])")


def _instant(value: datetime | str) -> datetime:
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    if not isinstance(at, datetime) or at.tzinfo is None:
        raise ValueError("a naive or missing datetime is no instant")
    return at


@register.filter
def day(value: date | str) -> str:
    """24 July 2003, from a date or its ISO text."""
    return wording.date_text(date.fromisoformat(value) if isinstance(value, str) else value)


@register.filter
def instant(value: datetime | str, zone: str) -> str:
    """24 July 2003, 5:00 p.m. Pacific Time (25 July, 00:00 UTC)."""
    return wording.instant_text(_instant(value), zone)


@register.filter
def whole_second(value: datetime | str) -> datetime:
    """An instant without parts of a second, for where none hangs on them: when a paper was filled in, not received."""
    return _instant(value).replace(microsecond=0)


@register.filter
def zone_name(zone: str) -> str:
    """Pacific Time."""
    return wording.zone_text(zone)


@register.filter
def local_day(value: datetime | str, zone: str) -> str:
    """24 July 2003: the date of an instant in that zone."""
    return wording.date_text(_instant(value).astimezone(ZoneInfo(zone)).date())


@register.filter
def day_or_instant(value: str, zone: str) -> str:
    """As `instant`, or as `day` where only a date was written."""
    return instant(value, zone) if "T" in value else day(value)


@register.filter
def shares(value: object) -> str:
    """2,400; a whole number and nothing else."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError("shares are whole numbers")
    return wording.shares_text(value)


@register.filter
def counted_shares(value: int) -> str:
    """1 share; 2,400 shares."""
    shares(value)  # a whole number and nothing else
    return wording.counted_shares_text(value)


@register.filter
def counted_months(value: int) -> str:
    """1 month; 42 months."""
    return wording.counted_months_text(value)


@register.filter
def price(value: object) -> str:
    """$24.50, as granted, two to four decimals; from a decimal or its text, never a float."""
    if not isinstance(value, Decimal | str):
        raise TypeError("a price is an exact decimal")
    return wording.price_text(Decimal(value))


@register.filter
def part(value: Fraction | str) -> str:
    """12.5 percent where a part of the whole has at most two exact decimals, else its fraction: 1/48."""
    fraction = Fraction(value)
    percent = fraction * 100
    if (percent * 100).denominator == 1:
        return f"{canonical.decimal_text(Decimal(int(percent * 100)).scaleb(-2))} percent"
    return f"{fraction.numerator}/{fraction.denominator}"


@register.filter
def exact(value: Fraction | str) -> str:
    """1,234 5/8: an exact number of shares, whole and fraction."""
    fraction = Fraction(value)
    whole, rest = divmod(fraction.numerator, fraction.denominator)
    if not rest:
        return wording.shares_text(whole)
    part = f"{rest}/{fraction.denominator}"
    return f"{wording.shares_text(whole)} {part}" if whole else part


@register.filter
def amount(value: Decimal | str) -> str:
    """2.5: an exact decimal, as short as it can be written."""
    return canonical.decimal_text(Decimal(value))


@register.filter
def dates_of(offer: Mapping[str, Any]) -> str:
    """What stands behind the name of an offer in a paper's snapshot."""
    return dated(offer["dated"], offer["amended_on"])


@register.filter
def dated(on: Any, amended_on: Iterable[Any]) -> str:
    """, dated 25 June 2003, amended 9 July 2003: what stands behind the name of an offer."""
    first = [_(", dated {day}").format(day=day(on))] if on else []
    return "".join([*first, *(_(", amended {day}").format(day=day(one)) for one in amended_on)])


@register.filter
def one_line(value: str) -> str:
    """The lines of a value on one line, a dot between them."""
    return " · ".join(value.splitlines())


@register.filter(is_safe=True)
def unparted(html: str) -> str:
    """HTML whose lines end neither between a figure and its word (8 July, 5:00 p.m., 42 months) nor within "e-mail".

    The space that holds them together has the face's own glyph for a space, so a PDF reads back as it was written.
    It adds a space and a tag of ours: what was HTML stays so, and text that nobody escaped is escaped by the template.
    """
    parts = _TAG.split(html)
    for place in range(0, len(parts), 2):  # the text between the tags
        held = _FIGURE_AND_WORD.sub("\u00a0", parts[place])
        parts[place] = held.replace("e-mail", '<span class="unparted">e-mail</span>')
    return "".join(parts)

"""Dates, instants, shares and prices in templates: the wording of `kernel.wording`, marked up for machines."""

from datetime import UTC, date, datetime
from decimal import Decimal

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from exchange.kernel import wording

register = template.Library()


@register.filter
def instant(at: datetime, zone: str) -> SafeString:
    """24 July 2003, 5:00 p.m. Pacific Time (25 July, 00:00 UTC); the script adds the reader's own time.

    Cut to the whole second, down: what was received before the deadline never reads as after it, nor the reverse.
    The machine-readable attribute keeps the microseconds.
    """
    local, bracket, utc = wording.instant_text(at.replace(microsecond=0), zone).rpartition(" (")
    if not bracket:
        return format_html('<time datetime="{}" data-instant>{}</time>', machine(at), utc)
    return format_html(
        '<time datetime="{}" data-instant>{} <span class="utc">({}</span></time>', machine(at), local, utc
    )


@register.filter
def day(on: date | None) -> SafeString | str:
    """24 July 2003."""
    if on is None:
        return "–"
    return format_html('<time datetime="{}" class="nowrap">{}</time>', on.isoformat(), wording.date_text(on))


@register.filter
def shares(count: int | None) -> str:
    return "–" if count is None else wording.shares_text(count)


@register.filter
def price(amount: Decimal | None) -> str:
    return "–" if amount is None else wording.price_text(amount)


@register.filter
def machine(at: datetime) -> str:
    """The instant as scripts read it."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


@register.filter
def phone_link(number: str) -> str:
    """(818) 734-5136 as the digits a telephone dials; a bare ten-digit number is North American."""
    digits = "".join(character for character in number if character.isdigit())
    if number.strip().startswith("+"):
        return "+" + digits
    return "+1" + digits if len(digits) == 10 else digits


@register.filter
def utc_clock(at: datetime) -> str:
    """00:00 UTC."""
    return f"{at.astimezone(UTC):%H:%M} UTC"

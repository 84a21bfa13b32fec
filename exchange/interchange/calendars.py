"""Calendar files (RFC 5545): the vesting dates of new options, and the dates of an offer.

Dates are all-day entries; an instant is at its time in the offer's zone, the zone's own rules in the file. Each entry
keeps its UID when its date moves, so that a file opened again replaces what it brought before.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from icalendar import Component, Event, vText

from exchange.kernel.calendar_files import calendar_of, date_key, uid
from exchange.kernel.wording import counted_shares_text, shares_text
from exchange.settlement.dates import DatedFact
from exchange.settlement.models import NewGrant


def vesting_calendar(grants: Sequence[NewGrant], *, company: str, url: str, stamped_at: datetime) -> bytes:
    """When each part of these new options vests, and the day from which they can no longer be exercised."""
    entries: list[Component] = []
    for grant in grants:
        total = 0
        for text, shares in json.loads(grant.vesting):
            on, total = date.fromisoformat(text), total + shares
            told = _(
                "Vested in all: {total} of {shares} of option {number}. Shares vest only while you stay employed."
            )
            entries.append(
                _all_day(
                    f"vesting:{grant.number}:{text}",
                    on,
                    ngettext("{shares} share vests ({company})", "{shares} shares vest ({company})", shares).format(
                        shares=shares_text(shares), company=company
                    ),
                    told.format(
                        total=shares_text(total), shares=counted_shares_text(grant.shares), number=grant.number
                    ),
                    url,
                    stamped_at,
                )
            )
        told = _("Option {number} can no longer be exercised from this day on; earlier if your employment ends.")
        entries.append(
            _all_day(
                f"expiry:{grant.number}",
                grant.expires_on,
                _("Option expires ({company})").format(company=company),
                told.format(number=grant.number),
                url,
                stamped_at,
            )
        )
    return _file(entries, _("Vesting: {company}").format(company=company))


def dates_calendar(
    facts: Iterable[DatedFact], *, code: str, company: str, zone: str, url: str, stamped_at: datetime
) -> bytes:
    """Every dated fact of an offer as it is known now; what is not fixed is tentative, and says so."""
    entries: list[Component] = []
    for fact in facts:
        key, summary = date_key(code, fact.key), f"{fact.title} ({company})"
        if not fact.is_fixed:
            summary = _("{summary}, not fixed yet").format(summary=summary)
        told = f"{fact.text}. {fact.note}".strip()
        if fact.at is not None:
            entries.append(_instant(key, fact.at, zone, summary, told, url, stamped_at))
        elif fact.on is not None:
            entries.append(_all_day(key, fact.on, summary, told, url, stamped_at, is_fixed=fact.is_fixed))
    return _file(entries, _("Offer {code}: {company}").format(code=code, company=company))


def _all_day(
    key: str, on: date, summary: str, told: str, url: str, stamped_at: datetime, *, is_fixed: bool = True
) -> Event:
    """An entry for the whole of one day; it takes up none of its time."""
    event = _event(key, summary, told, url, stamped_at, is_fixed=is_fixed)
    event.add("dtstart", on)
    event.add("dtend", on + timedelta(days=1))
    return event


def _instant(key: str, at: datetime, zone: str, summary: str, told: str, url: str, stamped_at: datetime) -> Event:
    """An entry at one instant, without length, at its time in the zone. Seconds are kept, smaller parts cut."""
    event = _event(key, summary, told, url, stamped_at, is_fixed=True)
    event.add("dtstart", at.replace(microsecond=0).astimezone(ZoneInfo(zone)))
    return event


def _event(key: str, summary: str, told: str, url: str, stamped_at: datetime, *, is_fixed: bool) -> Event:
    event = Event()
    event.add("uid", uid(key))
    event.add("dtstamp", stamped_at.replace(microsecond=0).astimezone(UTC))
    event.add("summary", summary)
    event.add("description", told)
    event.add("url", url)
    event.add("status", "CONFIRMED" if is_fixed else "TENTATIVE")
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    return event


def _file(entries: Sequence[Component], name: str) -> bytes:
    found = calendar_of(entries)
    found.add("x-wr-calname", vText(name))
    return bytes(found.to_ical())

"""What every calendar file of ours has in common (RFC 5545): its product, and what an entry is known by for good.

A file taken from the portal and one that came with a letter name the same entry, so that the newer replaces the older.
"""

from collections.abc import Sequence
from uuid import UUID, uuid5

from icalendar import Calendar, Component

UIDS = UUID("3d0f5a1e-8a55-4c0e-9f4b-6f6c1f0b7a52")  # what the UIDs of entries are made under; ours alone
PRODUCT = "-//option exchange//calendar//EN"


def uid(key: str) -> str:
    """The UID of the entry that the key names."""
    return str(uuid5(UIDS, key))


def date_key(code: str, fact: str) -> str:
    """What a dated fact of an offer is called among entries; `expiration` is its deadline."""
    return f"date:{code}:{fact}"


def calendar_of(entries: Sequence[Component], *, method: str = "") -> Calendar:
    """A calendar with these entries and the rules of the time zones that they name."""
    found = Calendar()
    found.add("prodid", PRODUCT)
    found.add("version", "2.0")
    found.add("calscale", "GREGORIAN")
    if method:
        found.add("method", method)
    for entry in entries:
        found.add_component(entry)
    found.add_missing_timezones()
    return found

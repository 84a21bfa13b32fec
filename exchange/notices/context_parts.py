"""What letters of every kind have: who writes, about what, to whom; and the parts that several of them share."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to ask, in the terms' words; empty texts where there is none."""

    name: str
    title: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Common:
    """What every letter says: who writes, about which offer, to whom, where the portal is, whom to ask.

    `time_zone` is the offer's. `portal_url` is the address of the sign-in page; of all letters only the invitation
    carries a link that signs anyone in, and that only as it is sent (`notices.links`). `offer_dated` is the date that
    the offer's documents bear.
    """

    company: str
    offer_title: str
    offer_code: str
    time_zone: str
    portal_url: str
    holder_name: str
    contacts: tuple[Contact, ...]
    is_replay: bool = False
    offer_dated: date | None = None
    offer_amended_on: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One option: its grant number and the shares the letter speaks of; `reason` in words where it needs one."""

    grant_number: str
    shares: int
    grant_date: date | None = None
    exercise_price: Decimal | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that an amendment changed: what it is, and what it says before and now."""

    title: str
    before: str
    after: str

"""What the pages of new options and their agreements show, as plain values."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from exchange.portal.pages import Mark


@dataclass(frozen=True)
class Vested:
    on: date
    shares: int
    total: int


@dataclass(frozen=True)
class NewOption:
    """A new option, or why there is none yet or never. The addresses are empty where there is nothing to open."""

    old_grant_number: str
    shares: int
    exercise_price: Decimal | None = None
    granted_on: date | None = None
    expires_on: date | None = None
    number: str = ""
    vesting: tuple[Vested, ...] = ()
    reason: str = ""
    status: str = ""
    mark: Mark = ""
    signed: str = ""
    agreement_url: str = ""
    sign_url: str = ""
    copy_url: str = ""
    calendar_url: str = ""


@dataclass(frozen=True)
class NewGrantsPage:
    """`waiting` is how many agreements wait for the holder's signature; `sign_url` signs them all on one page."""

    lede: str
    grants: tuple[NewOption, ...]
    waiting: int
    sign_url: str
    calendar_url: str


@dataclass(frozen=True)
class AgreementsPage:
    """What one page puts before the holder to sign, exactly; `not_ready` agreements are still being made."""

    options: tuple[NewOption, ...]
    total: int
    name: str
    acknowledgments: tuple[str, ...]
    not_ready: int
    action_url: str
    new_grants_url: str


@dataclass(frozen=True)
class SignedPage:
    """The confirmation: what was signed, when, and what comes next."""

    options: tuple[NewOption, ...]
    total: int
    signed_at: datetime | None
    signed: str
    digest: str
    waiting: int
    sign_url: str
    new_grants_url: str
    calendar_url: str
    next: tuple[str, ...]

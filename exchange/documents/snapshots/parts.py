"""What many kinds of paper have: the company, the offer, options, a signature, how a record is checked."""

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import NotRequired, TypedDict

from exchange.documents.codes import Verify


class Contact(TypedDict):
    """Whom to ask. `purpose` is the terms' own word: "forms" takes paper forms, any other answers questions."""

    purpose: str
    name: str
    title: str
    phone: str
    fax: str
    email: str


class Company(TypedDict):
    """`logo` is an SVG's text where a paper is asked for, and its digest in the paper (`documents.models.Picture`)."""

    logo: NotRequired[str]
    name: str
    short_name: str
    stock_symbol: str
    market: str
    address: list[str]


class Offer(TypedDict):
    """The offer as it stood when the paper was asked for. `dated` is the date its documents bear.

    `channels` are the ways in which forms come: portal, fax, hand; the first papers do not have them.
    """

    code: str
    title: str
    dated: date | None
    amended_on: list[date]
    time_zone: str
    version: int
    channels: NotRequired[list[str]]


class Paper(TypedDict):
    """What every paper has. `number` names it (form, promise or grant number); `issued_at` becomes the PDF's date.

    `verify` is put in by whoever keeps the paper: its code, and where anyone can check the PDF. The first papers have
    the page's address only, as `verify_url`, or none.
    """

    number: str
    issued_at: datetime
    company: Company
    offer: Offer
    contacts: list[Contact]
    holder_name: str
    employee_number: str
    verify_url: NotRequired[str]
    verify: NotRequired[Verify]


class GrantLine(TypedDict):
    """One option as the form or the register names it; `shares` are those outstanding.

    `plan` and `option_type` may be empty where a paper form named a grant we do not know.
    """

    grant_number: str
    grant_date: date
    exercise_price: Decimal
    shares: int
    plan: str
    option_type: str


class RemarkedLine(GrantLine):
    """An option with a remark in words: why it is not tendered or could not be; "" where there is none."""

    reason: str


class Signature(TypedDict):
    """The signature as given. `signed_at` is an instant, a bare date where no time was written, or None.

    `capacity` is self, attorney_in_fact or fiduciary; `title` only for the last two.
    """

    name: str
    printed_name: str
    capacity: str
    title: str
    signed_at: datetime | date | None
    email: str
    address: str


class Acknowledgment(TypedDict):
    code: str
    text: str


class Digested(TypedDict):
    """A document of the offer the form was signed against, and its SHA-256."""

    title: str
    sha256: str


class Signatory(TypedDict):
    """The authorised officer; `signed_on` is the date of the signature."""

    name: str
    title: str
    signed_on: date


class Vesting(TypedDict):
    """Parts of the whole: at the grant, then each month; `months` after which everything is vested."""

    at_grant: Fraction
    each_month: Fraction
    months: int

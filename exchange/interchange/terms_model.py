"""The shape of `offer.toml`: one pydantic model for each table, strict, with no key but those named here.

Terms are data: these models say what a term may be, never what this or that offer's is. What no version can carry
out yet is refused by name (`NOT_BUILT`), so that no offer runs on half its terms.
"""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Annotated, Any, TypeVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from pydantic import BaseModel, ConfigDict, Field, PlainValidator, ValidationInfo, field_validator

from exchange.interchange import toml_values as values
from exchange.interchange.cells import refuse
from exchange.interchange.problems import shown
from exchange.interchange.schemas import ROLES
from exchange.interchange.toml_values import choice, custom_error, not_built, text_leaf, toml_text, whole

T = TypeVar("T")

DEFAULT_CHANNELS = ("portal", "fax", "hand")
# Prices have four decimals, but a table of prices is usually written in cents: a step of one cent leaves no gap.
CENT = Decimal("0.01")
# A schedule has a date for each month; one of a million months would run past the calendar.
MOST_MONTHS = 1200

# Keys that published offers needed and no version carries out yet (contract, offer.toml).
NOT_BUILT = {
    "price_exclusive": gettext_noop("a threshold price that is itself excluded"),
    "required_grants_lookback": gettext_noop("grants that must be tendered because of when they were made"),
    "term": gettext_noop("new options that keep the old ones' remaining term"),
}


def _refused_channel(text: str) -> str | None:
    return _("a form by e-mail is never a tender") if text == "email" else None


Line = Annotated[str, PlainValidator(values.LINE)]
Code = Annotated[str, PlainValidator(values.CODE)]
Email = Annotated[str, PlainValidator(values.EMAIL)]
Flag = Annotated[bool, PlainValidator(values.FLAG)]
Price = Annotated[Decimal, PlainValidator(values.PRICE)]
RatioPart = Annotated[Decimal, PlainValidator(values.RATIO_PART)]
Instant = Annotated[datetime, PlainValidator(values.INSTANT)]
Country = Annotated[str, PlainValidator(values.COUNTRY)]
Role = Annotated[str, PlainValidator(choice(*ROLES))]
Channel = Annotated[str, PlainValidator(choice(*DEFAULT_CHANNELS, refused=_refused_channel))]


def _some(items: list[T], info: ValidationInfo) -> list[T]:
    """A list that has items, each once."""
    if not items:
        raise custom_error(_("the list is empty"), _("at least one"))
    return _once(items, info)


def _once(items: list[T], info: ValidationInfo) -> list[T]:
    for index, item in enumerate(items):
        if item in items[:index]:
            message = _("{value} is there twice").format(value=shown(item))
            raise custom_error(message, _("each once"), below=f"[{index + 1}]")
    return items


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, arbitrary_types_allowed=False)


class Contact(_Part):
    purpose: Annotated[str, PlainValidator(choice("forms", "questions"))]
    name: Line
    title: Line | None = None
    phone: Line | None = None
    fax: Line | None = None
    email: Email | None = None
    hours: Line | None = None  # when the phone is answered, in the company's words


class Signatory(_Part):
    name: Line
    title: Line


class Company(_Part):
    name: Line
    short_name: Line
    stock_symbol: Code
    market: Line
    address: list[Line]
    contacts: list[Contact]
    signatory: Signatory | None = None
    logo: Annotated[str, PlainValidator(values.LOGO)] | None = None  # stands at the head of every paper

    _address = field_validator("address")(_some)

    @field_validator("contacts")
    @classmethod
    def _someone_to_ask(cls, contacts: list[Contact]) -> list[Contact]:
        if not contacts:
            raise custom_error(_("the list is empty"), _("at least one [[company.contacts]]"))
        return contacts


class Offer(_Part):
    code: Annotated[str, PlainValidator(values.OFFER_CODE)]
    title: Line
    dated: Annotated[date, PlainValidator(values.DAY)]
    commences_at: Instant
    expires_at: Instant
    time_zone: Annotated[str, PlainValidator(values.ZONE)]
    replay: Flag = False
    channels: list[Channel] | None = None

    _channels = field_validator("channels")(_some)

    @field_validator("expires_at")
    @classmethod
    def _ends_after_it_begins(cls, expires_at: datetime, info: ValidationInfo) -> datetime:
        commences_at = info.data.get("commences_at")
        if commences_at is not None and expires_at <= commences_at:
            message = _("{value} is not after the commencement, {commences_at}")
            raise custom_error(
                message.format(value=shown(expires_at.isoformat()), commences_at=commences_at.isoformat()),
                _("a later instant"),
            )
        return expires_at


def _built_all_or_none(value: object) -> object:
    if value is False:
        raise not_built(_("the offer takes a part of a grant (all_or_none = false)"))
    return values.FLAG(value)


class Eligibility(_Part):
    roles: list[Role]
    residence_countries: list[Country]
    plans: list[Code]
    minimum_exercise_price: Price
    all_or_none: Annotated[bool, PlainValidator(_built_all_or_none)] = True
    keep_split_pairs: Flag = True

    _lists = field_validator("roles", "residence_countries", "plans")(_some)


class Wait(_Part):
    """How long after the cancellation the new options are granted: months first, then days."""

    months: Annotated[int, PlainValidator(whole(0, 120))] = 0
    days: Annotated[int, PlainValidator(whole(0, 3660))] = 0


class Tier(_Part):
    """`new` shares for `old`, for exercise prices from `from` to `to`, both included."""

    from_: Annotated[Price, Field(alias="from")]
    to: Price | None = None
    old: RatioPart
    new: RatioPart

    @field_validator("to")
    @classmethod
    def _not_before_from(cls, to: Decimal | None, info: ValidationInfo) -> Decimal | None:
        start = info.data.get("from_")
        if to is not None and start is not None and to < start:
            raise custom_error(_("{value} is less than from").format(value=shown(to)), _("from, or more"))
        return to


class Vesting(_Part):
    """Parts of the whole, as fractions in the words of the offer: "6/48" stays "6/48"."""

    at_grant: Annotated[str, PlainValidator(values.AT_GRANT)]
    each_month: Annotated[str, PlainValidator(values.EACH_MONTH)]


def _parse_award_kind(text: str) -> str:
    if text == "RSU":
        raise not_built(_("the new award is restricted stock units (RSU)"))
    if text != "NSO":
        raise refuse(text, _("{value} is not a kind of award"))
    return text


def _parse_award_price(text: str) -> str:
    if text != "closing_price_on_grant_date":
        raise refuse(text, _("{value} is not a rule for the price"))
    return text


class NewAward(_Part):
    kind: Annotated[str, PlainValidator(text_leaf(_parse_award_kind, lambda: "NSO"))]
    plan: Code
    wait: Wait
    exercise_price: Annotated[
        str, PlainValidator(text_leaf(_parse_award_price, lambda: "closing_price_on_grant_date"))
    ]
    term_years: Annotated[int, PlainValidator(whole(1, 30))]
    ratio: list[Tier]
    vesting: Vesting

    @field_validator("wait")
    @classmethod
    def _some_wait(cls, wait: Wait) -> Wait:
        if not wait.months and not wait.days:
            raise not_built(_("the new options are granted without a wait"))
        return wait

    @field_validator("vesting")
    @classmethod
    def _vested_in_a_lifetime(cls, vesting: Vesting) -> Vesting:
        months = (1 - Fraction(vesting.at_grant)) / Fraction(vesting.each_month)
        if months > MOST_MONTHS:
            message = _("at {value} a month it takes more than a hundred years until everything is vested")
            expected = _("a larger part each month")
            raise custom_error(message.format(value=shown(vesting.each_month)), expected, below=".each_month")
        return vesting

    @field_validator("ratio")
    @classmethod
    def _every_price_once(cls, tiers: list[Tier]) -> list[Tier]:
        """Tiers go up without overlap or gap, and the last has no upper end."""
        if not tiers:
            raise custom_error(_("the list is empty"), _("at least one tier"))
        for number, (tier, following) in enumerate(pairwise(tiers), start=1):
            if tier.to is None:
                expected = _("an upper price, below the next tier's from")
                raise custom_error(
                    _("the tier has no upper end, and another follows"), expected, below=f"[{number}].to"
                )
            if following.from_ <= tier.to:
                message = _("{value} is not above {to}, where the tier before ends")
                raise custom_error(
                    message.format(value=shown(following.from_), to=tier.to),
                    _("tiers in rising order that do not overlap"),
                    below=f"[{number + 1}].from",
                )
            if following.from_ - tier.to > CENT:
                message = _("prices between {to} and {value} are in no tier")
                raise custom_error(
                    message.format(value=shown(following.from_), to=tier.to),
                    _("tiers that leave no gap"),
                    below=f"[{number + 1}].from",
                )
        if tiers[-1].to is not None:
            message = _("prices above {value} are in no tier").format(value=shown(tiers[-1].to))
            raise custom_error(message, _("a last tier without to"), below=f"[{len(tiers)}].to")
        return tiers


class Deadlines(_Part):
    confirm_within_business_days: Annotated[int, PlainValidator(whole(1, 30))]
    promise_within_business_days: Annotated[int, PlainValidator(whole(1, 30))]


class Reminders(_Part):
    business_days_before_expiry: list[Annotated[int, PlainValidator(whole(0, 60))]]

    _distinct = field_validator("business_days_before_expiry")(_once)


class Plan(_Part):
    code: Code
    name: Line
    shares_available: Annotated[int, PlainValidator(whole(0, 10**10 - 1))]


class Document(_Part):
    kind: Annotated[str, PlainValidator(values.KIND)]
    title: Line
    file: Line


class Terms(_Part):
    """The whole file."""

    company: Company
    offer: Offer
    eligibility: Eligibility
    new_award: NewAward
    deadlines: Deadlines
    reminders: Reminders = Reminders(business_days_before_expiry=[])
    plans: list[Plan] = []
    documents: list[Document] = []
    channels: list[Channel] | None = None

    _channels = field_validator("channels")(_some)

    @field_validator("plans")
    @classmethod
    def _each_plan_once(cls, plans: list[Plan], info: ValidationInfo) -> list[Plan]:
        _once([plan.code for plan in plans], info)
        return plans


def plain(value: Any) -> Any:
    """Values JSON can carry: decimals as written, dates and instants in ISO 8601 (instants in UTC), no absent keys."""
    if isinstance(value, BaseModel):
        fields = type(value).model_fields
        pairs = ((fields[name].alias or name, item) for name, item in value)
        return {key: plain(item) for key, item in pairs if item is not None}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date | Decimal):
        return toml_text(value)
    return value

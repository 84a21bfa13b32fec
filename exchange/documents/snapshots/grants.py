"""Papers that grant: the Promise to Grant, the new option's agreement and its signed copy, what an event changes."""

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import NotRequired, TypedDict

from exchange.documents.snapshots.parts import Acknowledgment, Paper, Signatory, Signature, Vesting


class PromisedLine(TypedDict):
    """One cancelled option and what is promised for it: `new` shares for `old`, rounded down to `promised`."""

    grant_number: str
    grant_date: date
    exercise_price: Decimal
    plan: str
    option_type: str
    cancelled: int
    old: Decimal
    new: Decimal
    promised: int


class PromiseToGrant(Paper):
    """kind `promise_to_grant`. `signatory` is None where the terms name nobody: the paper is then signed by hand.

    `offer_text` is the offer's own text, as HTML of a few tags that counsel approved, or "".
    """

    cancelled_on: date
    form_number: str
    form_received_at: datetime
    lines: list[PromisedLine]
    total_cancelled: int
    total_promised: int
    earliest_grant_on: date
    wait_months: int
    wait_days: int
    award_plan: str
    award_plan_name: str
    term_years: int
    vesting: Vesting
    signatory: Signatory | None
    offer_text: NotRequired[str]


class VestingDate(TypedDict):
    """What vests on one date, and the running total with it."""

    on: date
    shares: int
    total: int


class NewOption(Paper):
    """kind `new_option`, the option agreement. `number` is the new grant's; `old_grant_number` the cancelled one's.

    `price_source` is the acquirer's name where the stock is not the company's own, else "".
    """

    promise_number: str
    old_grant_number: str
    granted_on: date
    expires_on: date
    shares: int
    exercise_price: Decimal
    price_source: str
    award_plan: str
    award_plan_name: str
    term_years: int
    vesting: Vesting
    schedule: list[VestingDate]
    signatory: Signatory | None
    holder_signature: NotRequired[Signature]
    offer_text: NotRequired[str]


class SignedRecord(TypedDict):
    """How a signed agreement can be checked: the digest of its record, of the agreement's values, and of its PDF."""

    digest: str
    agreement_sha256: str
    pdf_sha256: str


class SignedAgreement(NewOption):
    """kind `signed_agreement`: a copy of the option agreement with the holder's signature, always there.

    `channel` is portal, fax, mail or hand; `received_at` when we had it or recorded it; `note` why another name was
    taken, or "". `acknowledgments` is empty on paper: the paper has them.
    """

    channel: str
    received_at: datetime
    note: str
    acknowledgments: list[Acknowledgment]
    signed_record: SignedRecord


class AdjustingEvent(TypedDict):
    """A split or merger (`market.models.CorporateAction`); one share becomes `factor` of a share."""

    kind: str
    effective_on: date
    new: Decimal
    old: Decimal
    factor: Fraction
    successor: str
    note: str


class AdjustedLine(TypedDict):
    """What an event made of one line of a promise: exact shares; `in_all` with every event on record.

    `whole` is `in_all` rounded down: what would be granted if no other event came.
    """

    grant_number: str
    grant_date: date
    promised: int
    before: Fraction
    after: Fraction
    in_all: Fraction
    whole: int


class AdjustmentStatement(Paper):
    """kind `adjustment_statement`: one event and what it made of one promise. `others` are the other events on record.

    `is_last` where none of them takes effect later, so that `after` and `in_all` are the same.
    """

    promise_number: str
    cancelled_on: date
    earliest_grant_on: date
    event: AdjustingEvent
    others: list[AdjustingEvent]
    is_last: bool
    lines: list[AdjustedLine]
    total_promised: int
    total_whole: int

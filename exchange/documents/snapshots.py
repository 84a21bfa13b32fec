"""What each kind of paper is made from, kept word for word beside the PDF as canonical JSON.

Dates, instants (aware), exact decimals and fractions go in as themselves; `kernel.canonical` writes them out and the
templates format them, so nothing here is formatted. Wording that a person agreed to comes as the text that was shown.
The room that asks for a paper fills these; this room reads no other table.
"""

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import NotRequired, TypedDict


class Contact(TypedDict):
    """Whom to ask. `purpose` is the terms' own word: "forms" takes paper forms, any other answers questions."""

    purpose: str
    name: str
    title: str
    phone: str
    fax: str
    email: str


class Company(TypedDict):
    name: str
    short_name: str
    stock_symbol: str
    market: str
    address: list[str]


class Offer(TypedDict):
    """The offer as it stood when the paper was asked for. `dated` is the date its documents bear."""

    code: str
    title: str
    dated: date | None
    amended_on: list[date]
    time_zone: str
    version: int


class Paper(TypedDict):
    """What every paper has. `number` names it (form, promise or grant number); `issued_at` becomes the PDF's date.

    `verify_url` is where anyone can check the PDF; papers asked for before there was such a page have none.
    """

    number: str
    issued_at: datetime
    company: Company
    offer: Offer
    contacts: list[Contact]
    holder_name: str
    employee_number: str
    verify_url: NotRequired[str]


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


class Record(TypedDict):
    """How the signed record can be checked: its digest, the digest it follows, and what it was signed against.

    `sequence` counts the holder's forms in the offer; `consent_version` may be empty.
    """

    sequence: int
    digest: str
    previous_digest: str
    consent_version: str
    documents: list[Digested]


class FormReceipt(Paper):
    """What both receipts have. `channel` is portal, fax or hand; `expires_at` the deadline in force when received.

    `remarks` say why a form is not in force; the receipt of an Election Form in force has none.
    """

    received_at: datetime
    channel: str
    expires_at: datetime
    portal_url: str
    remarks: list[str]
    acknowledgments: list[Acknowledgment]
    signature: Signature
    record: Record


class ElectionReceipt(FormReceipt):
    """kind `election_receipt`; `replaces` is the number of the form in force that this one replaced, or ""."""

    replaces: str
    tendered: list[RemarkedLine]
    total_tendered: int
    kept: list[RemarkedLine]
    total_kept: int


class WithdrawalReceipt(FormReceipt):
    """kind `withdrawal_receipt`; `withdrawn` is the number of the Election Form withdrawn, or ""."""

    withdrawn: str
    kept: list[GrantLine]
    total_kept: int


class FormNotInForce(FormReceipt):
    """kind `form_not_in_force`: a form that was rejected or is defective; `remarks` say why.

    `stands` is the number of the form in force when it was received, or "".
    """

    is_withdrawal: bool
    stands: str
    listed: list[RemarkedLine]
    total_listed: int


class Sample(Paper):
    """kind `sample`: what a holder opens before consenting to electronic records. Nobody's, and invented."""

    lines: list[GrantLine]
    total: int


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
    """kind `promise_to_grant`. `signatory` is None where the terms name nobody: the paper is then signed by hand."""

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


class CertifiedStep(TypedDict):
    """One thing that happened to a form, in words; `more` may be empty."""

    at: datetime
    what: str
    more: str


class AuditEventNamed(TypedDict):
    """An event of the audit log, by its place in its chain and its digest."""

    chain: str
    event: int
    kind: str
    recorded_at: datetime
    sha256: str


class Consented(TypedDict):
    """The consent to electronic records under which a form was signed: the version, and the whole text shown."""

    version: str
    wording: str


class AuditCertificate(Paper):
    """kind `audit_certificate`: everything on record of one form as of `issued_at`. `number` is the form's.

    `identified` says how the signer is known; `language` is that of the wording shown, "" on paper; `steps` are in
    order; `digests` and `events` are what the record can be checked by.
    """

    is_withdrawal: bool
    channel: str
    received_at: datetime
    language: str
    offer_version: int
    against: str
    identified: list[str]
    signature: Signature
    lines: list[RemarkedLine]
    total: int
    steps: list[CertifiedStep]
    acknowledgments: list[Acknowledgment]
    consent: Consented | None
    digests: list[Digested]
    events: list[AuditEventNamed]

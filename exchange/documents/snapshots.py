"""What each kind of paper is made from, kept word for word beside the PDF as canonical JSON.

Dates, instants (aware), exact decimals and fractions go in as themselves; `kernel.canonical` writes them out and the
templates format them, so nothing here is formatted. Wording that a person agreed to comes as the text that was shown.
The room that asks for a paper fills these; this room reads no other table.
"""

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


class StatedForm(TypedDict):
    """One form as a final statement lists it; `status` is effective, defective or rejected."""

    number: str
    is_withdrawal: bool
    received_at: datetime
    status: str


class StatedOption(RemarkedLine):
    """What became of one option: cancelled, or kept by its holder and why (`settlement.statements.Became`)."""

    became: str


class StatedPromise(TypedDict):
    """What became of one promised line: `shares` of the new option granted `on`; or lapsed `on`, held, or open."""

    grant_number: str
    cancelled: int
    promised: int
    became: str
    new_number: str
    shares: int
    on: date | None
    exercise_price: Decimal | None
    reason: str


class FinalStatement(Paper):
    """kind `final_statement`: what an offer has come to for one holder, also for one who did nothing.

    `outcome` is one of `settlement.statements.Outcome`; `reasons` say why a person could not take part. `ended_at` is
    the instant of acceptance or termination. `replaces` is the number of the statement before, or "".
    """

    outcome: str
    ended_at: datetime
    is_terminated: bool
    reasons: list[str]
    forms: list[StatedForm]
    options: list[StatedOption]
    promise_number: str
    promised_at: datetime | None
    lines: list[StatedPromise]
    total_cancelled: int
    total_promised: int
    total_granted: int
    total_lapsed: int
    total_held: int
    total_open: int
    replaces: str


class Taker(TypedDict):
    """Who takes paper forms, and how to reach them; the address is the company's."""

    name: str
    title: str
    phone: str
    fax: str


class Choice(TypedDict):
    """What one box on a paper Election Form stands for: one option, or all halves of a split pair.

    `box` is what the box is called for those who cannot see it.
    """

    lines: list[GrantLine]
    box: str


class PaperForm(Paper):
    """kinds `election_form` and `notice_form`: a form filled in for a holder, to sign on paper. It records nothing.

    `in_force` is the number of the form in force, or "". `choices` is empty on a Notice, `tendered` on an Election
    Form.
    """

    name_on_agreement: str
    expires_at: datetime
    takers: list[Taker]
    portal_url: str
    in_force: str
    choices: list[Choice]
    total: int
    tendered: list[GrantLine]
    total_tendered: int
    minimum_exercise_price: Decimal
    confirm_within_business_days: int
    acknowledgments: list[Acknowledgment]


class StatedLine(GrantLine):
    """One option on a statement. `granted` and `exercised` are the register's, before any split since the grant.

    `pair` is the split pair's name, or ""; `reason` says why the option is not eligible.
    """

    granted: int
    exercised: int
    expires_on: date
    pair: str
    is_eligible: bool
    reason: str


class OptionStatement(Paper):
    """kind `option_statement`: every option of a holder as of a day, those eligible first; and why others are not."""

    as_of: date
    expires_at: datetime
    portal_url: str
    person_reasons: list[str]
    eligible: list[StatedLine]
    total_eligible: int
    others: list[StatedLine]
    total: int
    count: int


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


class MarkedCopy(Paper):
    """kind `marked_copy`: a document of the offer with the changes of an amendment marked, of nobody's in particular.

    `body` is HTML that `offers.marking.paper_body` made: blocks and tables, nothing that runs, fetches or styles.
    """

    document_title: str
    previous_version: int
    body: str

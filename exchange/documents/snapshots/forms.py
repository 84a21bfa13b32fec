"""Papers about one form: its receipt, why it is not in force, everything on record; and forms to sign by hand."""

from datetime import datetime
from decimal import Decimal
from typing import TypedDict

from exchange.documents.snapshots.parts import Acknowledgment, Digested, GrantLine, Paper, RemarkedLine, Signature


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
    """kind `withdrawal_receipt`; `withdrawn` is the number of the Election Form withdrawn, or "".

    `overtaken_by`, of a notice recorded after it, is the number of the form in force that was received later, or "".
    """

    withdrawn: str
    overtaken_by: str
    kept: list[GrantLine]
    total_kept: int


class FormNotInForce(FormReceipt):
    """kind `form_not_in_force`: a form that was rejected, is defective or counts no more; `remarks` say why.

    `stands` is the number of the form in force when it was received, or "".
    """

    is_withdrawal: bool
    stands: str
    listed: list[RemarkedLine]
    total_listed: int


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

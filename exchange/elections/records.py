"""The exact text of what was signed and how it came, and reading it back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from exchange.elections.models import Channel, Form, FormLine
from exchange.elections.rules import FormFacts, LineFacts, Signed
from exchange.kernel import canonical
from exchange.offers.models import OfferVersion
from exchange.offers.reads import Loaded

FORMAT = 1


@dataclass(frozen=True)
class Proof:
    """The uploaded proof that a form signed in the portal may be signed so, as the signed record names it.

    `sha256` is of the salt's bytes and then of the file's. `upload` is where the file waits for the signature; it is
    no part of the record.
    """

    purpose: str
    salt: str
    sha256: str
    content_type: str
    size: int
    upload: UUID | None = None

    def plain(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name != "upload"}


@dataclass(frozen=True, slots=True)
class Shown:
    """One step by which a signer showed who they are: by what, at what true instant, and whether asked again."""

    by: str
    at: datetime
    again: bool


@dataclass(frozen=True)
class Submission:
    """One signed form as it reaches the product, on paper or in the portal.

    `key` is the portal's one-time key; `acknowledgments` are pairs of code and the wording that was shown; `version`
    is the offer's version whose documents were shown, where that is known. `consent_version` names the wording under
    which the holder had consented to electronic records; a paper form has none, and no `proof`. `shown` is how the
    signer showed who they are in the session they signed in, oldest first; it is the portal's, too.
    """

    kind: str
    channel: str
    employee_number: str
    signed: Signed
    signature_name: str
    lines: tuple[LineFacts, ...] = ()
    number: str = ""
    received_at: datetime | None = None
    signer_capacity: str = "self"
    signer_title: str = ""
    has_authority_evidence: bool = False
    has_name_change_proof: bool = False
    is_conditional: bool = False
    printed_name: str = ""
    email: str = ""
    address: str = ""
    acknowledgments: tuple[tuple[str, str], ...] = ()
    language: str = "en-us"
    key: UUID | None = None
    against: str = ""
    version: int | None = None
    consent_version: str = ""
    proof: Proof | None = None
    shown: tuple[Shown, ...] = ()

    def facts(self, received_at: datetime) -> FormFacts:
        return FormFacts(
            kind=self.kind,
            received_at=received_at,
            signed=self.signed,
            signature_name=self.signature_name,
            signer_capacity=self.signer_capacity,
            signer_title=self.signer_title,
            has_authority_evidence=self.has_authority_evidence,
            has_name_change_proof=self.has_name_change_proof,
            line_count=len(self.lines),
            is_conditional=self.is_conditional,
            is_from_portal=self.channel == Channel.PORTAL,
        )

    def content(self, number: str, received_at: datetime) -> dict[str, Any]:
        """What was signed, as plain values: the part of the record that a second recording must repeat."""
        only_where_given: dict[str, Any] = {}
        if self.consent_version:
            only_where_given["consent_version"] = self.consent_version
        if self.proof is not None:
            only_where_given["proof"] = self.proof.plain()
        if self.shown:
            only_where_given["shown"] = [{"by": one.by, "at": one.at, "again": one.again} for one in self.shown]
        return {
            **only_where_given,
            "number": number,
            "kind": self.kind,
            "channel": self.channel,
            "employee_number": self.employee_number,
            "received_at": received_at,
            "signed_at": self.signed.at,
            "signed_on": self.signed.on,
            "signature_name": self.signature_name,
            "signer_capacity": self.signer_capacity,
            "signer_title": self.signer_title,
            "has_authority_evidence": self.has_authority_evidence,
            "has_name_change_proof": self.has_name_change_proof,
            "is_conditional": self.is_conditional,
            "printed_name": self.printed_name,
            "email": self.email,
            "address": self.address,
            "acknowledgments": [list(pair) for pair in self.acknowledgments],
            "language": self.language,
            "lines": [
                {
                    "grant_number": line.grant_number,
                    "grant_date": line.grant_date,
                    "exercise_price": line.exercise_price,
                    "shares": line.shares,
                }
                for line in self.lines
            ],
        }


@dataclass(frozen=True)
class Written:
    """A form and its lines, ready to be sealed."""

    form: Form
    lines: list[FormLine]


def write(
    submission: Submission,
    *,
    loaded: Loaded,
    version: OfferVersion,
    document_digests: Sequence[str],
    number: str,
    holder_id: int | None,
    sequence: int | None,
    previous_digest: str,
    against: str,
    received_at: datetime,
    recorded_at: datetime,
    recorded_by: str,
    mends: Form | None = None,
) -> Written:
    """The rows of one form, with the exact record that was signed. `against` is the form in force it was made on.

    `version` is the version of the offer that was in force at its receipt, and the digests are of its documents.
    `mends` is the entry of the same paper form that this one takes the place of: named where there is one.
    """
    named = {"mends": {"form": mends.number, "record": mends.record_digest}} if mends else {}
    record = canonical.dumps(
        {
            **named,
            "format": FORMAT,
            "offer": loaded.offer.code,
            "offer_version": version.number,
            "terms": version.terms_digest,
            "documents": list(document_digests),
            "form": submission.content(number, received_at),
            "against": against,
            "previous": previous_digest,
            "sequence": sequence,
        }
    )
    form = Form(
        offer=loaded.offer,
        holder_id=holder_id,
        number=number,
        sequence=sequence,
        kind=submission.kind,
        channel=submission.channel,
        employee_number=submission.employee_number,
        received_at=received_at,
        signed_at=submission.signed.at,
        signed_on=submission.signed.on,
        signature_name=submission.signature_name,
        signer_capacity=submission.signer_capacity,
        key=submission.key,
        record=record,
        record_digest=canonical.digest(record),
        recorded_at=recorded_at,
        recorded_by=recorded_by,
    )
    lines = [
        FormLine(
            form=form,
            position=position,
            grant_number=line.grant_number,
            grant_date=line.grant_date,
            exercise_price=line.exercise_price,
            shares=line.shares,
        )
        for position, line in enumerate(submission.lines, start=1)
    ]
    return Written(form, lines)


def submission_of(form: Form) -> Submission:
    """The submission that a stored form was, read back from its record."""
    record = form.content()
    return replace(submission_from(record["form"]), key=form.key, against=record["against"])


def submission_from(signed: Mapping[str, Any]) -> Submission:
    """What was signed, from its plain values (`Submission.content`)."""
    return Submission(
        kind=signed["kind"],
        channel=signed["channel"],
        employee_number=signed["employee_number"],
        signed=Signed(
            datetime.fromisoformat(signed["signed_at"]) if signed["signed_at"] else None,
            date.fromisoformat(signed["signed_on"]) if signed["signed_on"] else None,
        ),
        signature_name=signed["signature_name"],
        lines=tuple(
            LineFacts(
                line["grant_number"],
                date.fromisoformat(line["grant_date"]),
                Decimal(line["exercise_price"]),
                line["shares"],
            )
            for line in signed["lines"]
        ),
        number=signed["number"],
        received_at=datetime.fromisoformat(signed["received_at"]),
        signer_capacity=signed["signer_capacity"],
        signer_title=signed["signer_title"],
        has_authority_evidence=signed["has_authority_evidence"],
        has_name_change_proof=signed["has_name_change_proof"],
        is_conditional=signed["is_conditional"],
        printed_name=signed["printed_name"],
        email=signed["email"],
        address=signed["address"],
        acknowledgments=tuple((code, text) for code, text in signed["acknowledgments"]),
        language=signed["language"],
        consent_version=signed.get("consent_version", ""),
        proof=Proof(**signed["proof"]) if "proof" in signed else None,
    )

"""The exact text of a signed option agreement, and the columns that repeat it."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from exchange.documents.models import Paper
from exchange.kernel import canonical
from exchange.settlement.models import AgreementMistake, AgreementSignature, NewGrant
from exchange.settlement.wording import Acknowledgment

FORMAT = 1


@dataclass(frozen=True)
class Signing:
    """One signature as it reaches the product, in the portal or on paper.

    `key` follows from the portal page's one-time key; `pdf_sha256` is the digest of the PDF that the page offered (on
    paper: of the one there was, if any). On paper `signed_on` is the date that the paper bears, and `note` says why a
    name that is not the agreement's was taken.
    """

    signature_name: str
    channel: str = AgreementSignature.Channel.PORTAL
    key: UUID | None = None
    pdf_sha256: str = ""
    acknowledgments: tuple[Acknowledgment, ...] = ()
    language: str = "en-us"
    signed_on: date | None = None
    note: str = ""
    consent_version: str = ""


def write(
    signing: Signing,
    *,
    grant: NewGrant,
    paper: Paper,
    signed_at: datetime | None,
    recorded_at: datetime,
    recorded_by: str,
    replaces: AgreementMistake | None = None,
) -> AgreementSignature:
    """The row of one signature, with the exact record. `grant` comes with its holder, line and promise.

    One that `replaces` a recording made by mistake, which comes with its signature, names that in the record.
    """
    promise = grant.line.promise
    record = canonical.dumps(
        {
            "format": FORMAT,
            "offer": promise.offer.code,
            "promise": promise.number,
            "holder": {
                "employee_number": grant.holder.employee_number,
                "name_on_agreement": grant.holder.name_on_agreement,
            },
            "grant": {
                "number": grant.number,
                "old_grant_number": grant.old_grant_number,
                "plan": grant.plan,
                "shares": grant.shares,
                "exercise_price": grant.exercise_price,
                "granted_on": grant.granted_on,
                "expires_on": grant.expires_on,
                "vesting": json.loads(grant.vesting),
            },
            "agreement": {
                "title": paper.title,
                "template": paper.template,
                "template_version": paper.template_version,
                "language": paper.language,
                "sha256": paper.sha256,
                "pdf_sha256": signing.pdf_sha256,
            },
            "signature": {
                "channel": signing.channel,
                "name": signing.signature_name,
                "signed_at": signed_at,
                "signed_on": signing.signed_on,
                "acknowledgments": [list(pair) for pair in signing.acknowledgments],
                "language": signing.language,
                "note": signing.note,
                "consent_version": signing.consent_version,
            },
            **({"replaces": {"record": replaces.signature.record_digest}} if replaces else {}),
        }
    )
    return AgreementSignature(
        grant=grant,
        holder=grant.holder,
        grant_number=grant.number,
        channel=signing.channel,
        signature_name=signing.signature_name,
        signed_at=signed_at,
        signed_on=signing.signed_on,
        key=signing.key,
        replaces=replaces,
        agreement_sha256=paper.sha256,
        pdf_sha256=signing.pdf_sha256,
        record=record,
        record_digest=canonical.digest(record),
        recorded_at=recorded_at,
        recorded_by=recorded_by,
    )


def differing(row: AgreementSignature) -> list[str]:
    """The columns that are not what the record says; `row` comes with its grant, its holder and what it replaces."""
    record = row.content()
    signed, agreement = record["signature"], record["agreement"]
    # By the key itself where it leads nowhere: then no record can say it.
    replaced = row.replaces.signature.record_digest if row.replaces else row.replaces_id
    repeated = {
        "replaces": (replaced, record.get("replaces", {}).get("record")),
        "grant": (row.grant.number, record["grant"]["number"]),
        "grant_number": (row.grant_number, record["grant"]["number"]),
        "grant's shares": (row.grant.shares, record["grant"]["shares"]),
        "grant's price": (canonical.decimal_text(row.grant.exercise_price), record["grant"]["exercise_price"]),
        "grant's vesting": (row.grant.vesting, canonical.dumps(record["grant"]["vesting"])),
        "holder": (row.holder.employee_number, record["holder"]["employee_number"]),
        "grant's holder": (row.grant.holder_id, row.holder_id),
        "channel": (row.channel, signed["channel"]),
        "signature_name": (row.signature_name, signed["name"]),
        "signed_at": (canonical.instant_text(row.signed_at) if row.signed_at else None, signed["signed_at"]),
        "signed_on": (row.signed_on.isoformat() if row.signed_on else None, signed["signed_on"]),
        "agreement_sha256": (row.agreement_sha256, agreement["sha256"]),
        "pdf_sha256": (row.pdf_sha256, agreement["pdf_sha256"]),
    }
    return [name for name, (column, recorded) in repeated.items() if column != recorded]

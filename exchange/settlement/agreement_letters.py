"""The signed copies of option agreements and the letter that confirms them, queued in the signatures' transaction."""

from collections.abc import Sequence
from datetime import datetime

from exchange.documents.actions import PaperRequest, request_papers
from exchange.documents.models import Paper
from exchange.notices import contexts
from exchange.notices.actions import queue_letters
from exchange.offers.letters import common, letter, owner_key
from exchange.offers.reads import load
from exchange.settlement.letters import new_grant_key
from exchange.settlement.models import AgreementSignature, NewGrant


def queue_signed(rows: Sequence[AgreementSignature], agreements: Sequence[Paper], *, at: datetime) -> None:
    """Owe one holder the signed copies and one letter; each row comes with its grant, holder, line and promise."""
    first = rows[0]
    holder, loaded = first.grant.holder, load(first.grant.line.promise.offer)
    copies = request_papers(
        [_copy(row, agreement, at) for row, agreement in zip(rows, agreements, strict=True)], at=at
    )
    open_ones = NewGrant.objects.filter(holder=holder, agreement_signature__isnull=True)
    context = contexts.AgreementSigned(
        **common(loaded, holder),
        grants=tuple(contexts.Line(grant_number=row.grant_number, shares=row.grant.shares) for row in rows),
        total_shares=sum(row.grant.shares for row in rows),
        signed_at=first.signed_at.replace(microsecond=0) if first.signed_at else None,
        signed_on=first.signed_on,
        unsigned_count=open_ones.filter(line__promise__offer=loaded.offer).count(),
    )
    # Each agreement is signed once, so the first of those signed together names the letter.
    papers = [copy.pk for copy in copies]
    queue_letters(
        [letter(loaded, holder, "agreement_signed", context, about=first.grant_number, papers=papers)], at=at
    )


def _copy(row: AgreementSignature, agreement: Paper, at: datetime) -> PaperRequest:
    holder, signed = row.grant.holder, row.content()["signature"]
    return PaperRequest(
        kind="signed_agreement",
        owner_key=owner_key(holder),
        subject_key=new_grant_key(row.grant),
        offer_key=agreement.offer_key,
        is_replay=agreement.is_replay,
        snapshot={
            **agreement.values(),
            "issued_at": at,
            "holder_signature": {
                "name": row.signature_name,
                "printed_name": holder.legal_name,
                "capacity": "self",
                "title": "",
                "signed_at": row.signed_at or row.signed_on,
                "email": "",
                "address": "",
            },
            "channel": row.channel,
            "received_at": row.recorded_at,
            "note": signed["note"],
            "acknowledgments": [{"code": code, "text": text} for code, text in signed["acknowledgments"]],
            "signed_record": {
                "digest": row.record_digest,
                "agreement_sha256": row.agreement_sha256,
                "pdf_sha256": row.pdf_sha256,
            },
        },
    )

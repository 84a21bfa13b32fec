"""The signed copy of an option agreement and the letter that confirms it, queued in the signature's transaction."""

from datetime import datetime

from exchange.documents.actions import request_paper
from exchange.documents.models import Paper
from exchange.notices import contexts
from exchange.notices.actions import queue_letters
from exchange.offers.letters import common, letter, owner_key
from exchange.offers.reads import load
from exchange.settlement.letters import new_grant_key
from exchange.settlement.models import AgreementSignature, NewGrant


def queue_signed(row: AgreementSignature, agreement: Paper, *, at: datetime) -> None:
    """Owe the holder the signed copy and tell them; `row` comes with its grant, holder, line and promise."""
    grant, loaded = row.grant, load(row.grant.line.promise.offer)
    signed = row.content()["signature"]
    copy = request_paper(
        kind="signed_agreement",
        owner_key=owner_key(grant.holder),
        subject_key=new_grant_key(grant),
        offer_key=loaded.offer.code,
        is_replay=loaded.offer.is_replay,
        snapshot={
            **agreement.values(),
            "issued_at": at,
            "holder_signature": {
                "name": row.signature_name,
                "printed_name": grant.holder.legal_name,
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
        at=at,
    )
    unsigned = NewGrant.objects.filter(holder=grant.holder, agreement_signature__isnull=True)
    context = contexts.AgreementSigned(
        **common(loaded, grant.holder),
        grant_number=grant.number,
        shares=grant.shares,
        exercise_price=grant.exercise_price,
        expires_on=grant.expires_on,
        signed_at=row.signed_at.replace(microsecond=0) if row.signed_at else None,
        signed_on=row.signed_on,
        unsigned_count=unsigned.filter(line__promise__offer=loaded.offer).count(),
    )
    queue_letters(
        [letter(loaded, grant.holder, "agreement_signed", context, about=grant.number, papers=[copy.pk])], at=at
    )

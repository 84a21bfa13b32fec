"""The signed copies of option agreements, the letter that confirms them, and the one that tells of a mistake."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet

from exchange.documents.actions import PaperRequest, request_papers
from exchange.documents.models import Paper
from exchange.notices import contexts
from exchange.notices.actions import HOLDS_NO_MORE, call_back, call_back_about, queue_letters
from exchange.offers.letters import common, letter, owner_key
from exchange.offers.reads import load
from exchange.settlement.letters import going_along
from exchange.settlement.models import AgreementMistake, AgreementSignature, NewGrant
from exchange.settlement.signatures import unsigned

SIGNED, MISTAKEN, REMINDER = "agreement_signed", "agreement_mistaken", "agreement_reminder"  # letters
SIGNED_COPY = "signed_agreement"  # a paper


def queue_signed(rows: Sequence[AgreementSignature], agreements: Sequence[Paper], *, at: datetime) -> None:
    """Owe one holder the signed copies and one letter; each row comes with its grant, holder, line and promise.

    The copies go along unless they are too many. A letter that such an agreement is not signed after all is called
    back where it has not gone out yet. So is a reminder to sign, which lists it among others: how many still wait is
    said here.
    """
    first = rows[0]
    holder, loaded = first.grant.holder, load(first.grant.line.promise.offer)
    mended = [_name(row.replaces.signature) for row in rows if row.replaces]
    call_back_about(offer_key=loaded.offer.code, kinds=[MISTAKEN], about=mended, at=at)
    offer_key, owner_keys = loaded.offer.code, [owner_key(holder)]
    call_back(kind=REMINDER, owner_keys=owner_keys, offer_key=offer_key, why=HOLDS_NO_MORE, at=at)
    copies = request_papers(
        [_copy(row, agreement, at) for row, agreement in zip(rows, agreements, strict=True)], at=at
    )
    papers = going_along([copy.pk for copy in copies])
    open_ones = unsigned(NewGrant.objects.filter(holder=holder, line__promise__offer=loaded.offer))
    context = contexts.AgreementSigned(
        **common(loaded, holder),
        grants=tuple(contexts.Line(grant_number=row.grant_number, shares=row.grant.shares) for row in rows),
        total_shares=sum(row.grant.shares for row in rows),
        signed_at=first.signed_at.replace(microsecond=0) if first.signed_at else None,
        signed_on=first.signed_on,
        unsigned_count=open_ones.count(),
        are_in_portal_only=not papers,
    )
    # An agreement is signed once in all that stands, so the first of those signed together names the letter.
    queue_letters([letter(loaded, holder, SIGNED, context, about=_name(first), papers=papers)], at=at)


def queue_mistaken(row: AgreementMistake, *, at: datetime) -> None:
    """Tell the holder, in the caller's transaction, that the agreement is not signed; what said so is called back."""
    signature = row.signature
    grant, holder = signature.grant, signature.holder
    loaded = load(grant.line.promise.offer)
    call_back_about(offer_key=loaded.offer.code, kinds=[SIGNED], about=[_name(signature)], at=at)
    context = contexts.AgreementMistaken(
        **common(loaded, holder),
        grants=(contexts.Line(grant_number=grant.number, shares=grant.shares),),
        total_shares=grant.shares,
        signed_on=signature.signed_on or grant.granted_on,
    )
    queue_letters([letter(loaded, holder, MISTAKEN, context, about=_name(signature))], at=at)


def signature_key(row: AgreementSignature) -> str:
    """What the signed copy is about; one that follows a mistaken recording has a copy of its own."""
    again = f"{str(row.replaces_id)[:8]}:" if row.replaces_id else ""
    return f"new_grant:{again}{row.grant_number}"


def mistaken_copies(mistakes: QuerySet[AgreementMistake]) -> set[str]:
    """What the signed copies are about that say of an agreement that it is signed, and were made by mistake."""
    return {signature_key(row.signature) for row in mistakes.select_related("signature")}


def _name(row: AgreementSignature) -> str:
    """What tells the letters about this signature from those about another of the same option."""
    return f"{row.grant_number}:{str(row.replaces_id)[:8]}" if row.replaces_id else row.grant_number


def _copy(row: AgreementSignature, agreement: Paper, at: datetime) -> PaperRequest:
    holder, signed = row.grant.holder, row.content()["signature"]
    return PaperRequest(
        kind=SIGNED_COPY,
        owner_key=owner_key(holder),
        subject_key=signature_key(row),
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

"""What every letter and paper of an offer shares, and the letters to all eligible persons."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings

from exchange.notices import contexts
from exchange.notices.actions import queue_letters
from exchange.notices.letters import render
from exchange.notices.queueing import Letter
from exchange.offers.audience import eligible_holders
from exchange.offers.models import OfferEvent
from exchange.offers.reads import Loaded
from exchange.people.models import Holder


def owner_key(holder: Holder) -> str:
    return f"holder:{holder.employee_number}"


def common(loaded: Loaded, holder: Holder) -> dict[str, Any]:
    """What every letter says (`notices.contexts.Common`)."""
    return {
        "company": loaded.terms.company.name,
        "offer_title": loaded.terms.title,
        "offer_code": loaded.offer.code,
        "time_zone": loaded.zone,
        "portal_url": f"{settings.SITE_URL}/",
        "holder_name": holder.legal_name,
        "contacts": tuple(
            contexts.Contact(contact.name, contact.title, contact.phone, contact.email)
            for contact in loaded.terms.company.contacts
            if contact.purpose != "forms"
        )
        or tuple(
            contexts.Contact(contact.name, contact.title, contact.phone, contact.email)
            for contact in loaded.terms.company.contacts
        ),
        "is_replay": loaded.offer.is_replay,
    }


def paper_common(loaded: Loaded, holder: Holder, *, number: str, issued_at: datetime) -> dict[str, Any]:
    """What every paper has (`documents.snapshots.Paper`)."""
    company = loaded.terms.company
    return {
        "number": number,
        "issued_at": issued_at,
        "company": {
            "name": company.name,
            "short_name": company.short_name,
            "stock_symbol": company.stock_symbol,
            "market": company.market,
            "address": list(company.address),
        },
        "offer": {
            "code": loaded.offer.code,
            "title": loaded.terms.title,
            "dated": loaded.terms.dated,
            "amended_on": loaded.amended_on,
            "time_zone": loaded.zone,
            "version": loaded.version.number,
        },
        "contacts": [
            {
                "purpose": contact.purpose,
                "name": contact.name,
                "title": contact.title,
                "phone": contact.phone,
                "fax": contact.fax,
                "email": contact.email,
            }
            for contact in company.contacts
        ],
        "holder_name": holder.legal_name,
        "employee_number": holder.employee_number,
        "verify_url": f"{settings.SITE_URL}/verify/",
    }


def letter(
    loaded: Loaded,
    holder: Holder,
    kind: str,
    context: contexts.Common,
    *,
    about: str,
    papers: Sequence[Any] = (),
    names_deadline: datetime | None = None,
) -> Letter:
    """One finished letter to a holder, at the address on file; `about` makes its key."""
    subject, text, html = render(kind, context)
    return Letter(
        key=f"{kind}:{loaded.offer.code}:{about}",
        kind=kind,
        offer_key=loaded.offer.code,
        owner_key=owner_key(holder),
        to_address=holder.email,
        subject=subject,
        text=text,
        html=html,
        paper_ids=tuple(papers),
        names_deadline=names_deadline,
        is_replay=loaded.offer.is_replay,
    )


def stamp(at: datetime) -> str:
    return at.strftime("%Y%m%dT%H%M%S.%fZ")


def queue_opening(loaded: Loaded, event: OfferEvent, *, at: datetime) -> int:
    """Tell every eligible person that the offer is open, and until when."""
    deadline = deadline_of(loaded)
    counts = eligible_holders(loaded, event.commences_at or at)
    return queue_letters(
        (
            letter(
                loaded,
                holder,
                "offer_opened",
                contexts.OfferOpened(
                    **common(loaded, holder), deadline=deadline, eligible_count=options, eligible_shares=shares
                ),
                about=f"{stamp(deadline)}:{holder.employee_number}",
                names_deadline=deadline,
            )
            for holder, options, shares in counts
        ),
        at=at,
    )


def queue_reminder(loaded: Loaded, business_days: int, has_tendered: Mapping[int, bool], *, at: datetime) -> int:
    """Remind every eligible person of the deadline, `business_days` before it; each reminder once."""
    deadline = deadline_of(loaded)
    return queue_letters(
        (
            letter(
                loaded,
                holder,
                "reminder",
                contexts.Reminder(
                    **common(loaded, holder),
                    deadline=deadline,
                    business_days_left=business_days,
                    has_tendered=has_tendered.get(holder.pk, False),
                ),
                about=f"{stamp(deadline)}:{business_days}:{holder.employee_number}",
                names_deadline=deadline,
            )
            for holder, _options, _shares in eligible_holders(loaded, at)
        ),
        at=at,
    )


def deadline_of(loaded: Loaded) -> datetime:
    if loaded.timeline.expires_at is None:
        raise ValueError("an offer that was never opened has no deadline")
    return loaded.timeline.expires_at

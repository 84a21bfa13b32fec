"""What every letter and paper of an offer shares, and the letters to all eligible persons."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings

from exchange.kernel import rehearsal
from exchange.notices import contexts, deadline_files
from exchange.notices.actions import queue_letters
from exchange.notices.letters import render
from exchange.notices.queueing import Letter, notice_id
from exchange.offers.audience import eligible_holders
from exchange.offers.content import filled_text
from exchange.offers.models import OfferEvent
from exchange.offers.reads import Loaded
from exchange.people.models import Holder

# Kinds whose preview shows the letter itself: a rehearsal words them too.
SHOWN = frozenset({"reminder"})


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
        "offer_dated": loaded.terms.dated,
        "offer_amended_on": tuple(loaded.amended_on),
    }


def paper_common(loaded: Loaded, holder: Holder, *, number: str, issued_at: datetime) -> dict[str, Any]:
    """What every paper has (`documents.snapshots.parts.Paper`)."""
    return {
        **offer_paper(loaded, number=number, issued_at=issued_at),
        "holder_name": holder.legal_name,
        "employee_number": holder.employee_number,
    }


def offer_paper(loaded: Loaded, *, number: str, issued_at: datetime) -> dict[str, Any]:
    """The same of a paper that is nobody's in particular."""
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
            **({"logo": company.logo} if company.logo else {}),
        },
        "offer": {
            "code": loaded.offer.code,
            "title": loaded.terms.title,
            "dated": loaded.terms.dated,
            "amended_on": loaded.amended_on,
            "time_zone": loaded.zone,
            "version": loaded.version.number,
            "channels": sorted(loaded.terms.channels),
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
        "holder_name": "",
        "employee_number": "",
    }


def offer_text(loaded: Loaded, holder: Holder, kind: str) -> str:
    """The offer's own text of a paper for this holder, as HTML; '' where counsel approved none."""
    return filled_text(loaded.letter_contents.paper_texts[kind], text_values(loaded, holder.legal_name))


def text_values(loaded: Loaded, holder_name: str) -> dict[str, str]:
    """The fields of a paper's own text (`content.PAPER_FIELDS`)."""
    return {
        "holder_name": holder_name,
        "company": loaded.terms.company.name,
        "offer_title": loaded.terms.title,
        "offer_code": loaded.offer.code,
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
    since: datetime | None = None,
) -> Letter:
    """One finished letter to a holder, at the address on file; `about` makes its key."""
    return finished(
        loaded,
        kind,
        context,
        key=f"{kind}:{loaded.offer.code}:{about}",
        owner=holder,
        to_address=holder.email,
        papers=papers,
        names_deadline=names_deadline,
        since=since,
    )


def finished(
    loaded: Loaded,
    kind: str,
    context: contexts.Common,
    *,
    key: str,
    owner: Holder,
    to_address: str,
    papers: Sequence[Any] = (),
    names_deadline: datetime | None = None,
    since: datetime | None = None,
) -> Letter:
    """One finished letter, of the words that are in use; held where counsel has yet to approve them.

    `since` is the instant from which its reader has the deadline, or none, where no step of the offer's timeline is.
    In a rehearsal most are counted and not worded: ten thousand would keep the offer locked for as long as that takes.
    """
    contents = loaded.letter_contents
    content = contents.letters[kind]
    if rehearsal.is_on() and kind not in SHOWN:
        subject, text, html, calendar = kind, "", "", ""
    else:
        subject, text, html = render(kind, context, content=content, reference=str(notice_id(key)))
        calendar = _calendar(loaded, context, kind, names_deadline, since)
    return Letter(
        key=key,
        kind=kind,
        offer_key=loaded.offer.code,
        owner_key=owner_key(owner),
        to_address=to_address,
        subject=subject,
        text=text,
        html=html,
        paper_ids=tuple(papers),
        names_deadline=names_deadline,
        is_replay=loaded.offer.is_replay,
        wording_number=content.number,
        content_digest=content.digest,
        is_held=kind in contents.held,
        calendar=calendar,
    )


def _calendar(
    loaded: Loaded, context: contexts.Common, kind: str, deadline: datetime | None, since: datetime | None
) -> str:
    """The deadline to keep, or to keep no more: what came last replaces what came before."""
    announced, ended_at = loaded.timeline.expirations, loaded.timeline.terminated_at
    if not announced:
        return ""
    last = announced[-1]
    # What is made again after an extension is of the extension's instant.
    stamped_at = ended_at or max(since or last.announced_at, last.announced_at)
    sequence = deadline_files.sequence_of(stamped_at, announced[0].announced_at)
    if deadline_files.takes_back(kind, context):
        return deadline_files.cancelled_deadline(
            code=context.offer_code,
            company=loaded.terms.company.short_name,
            zone=context.time_zone,
            deadline=last.expires_at,
            sequence=sequence,
            stamped_at=stamped_at,
            is_terminated=ended_at is not None,
        )
    if deadline is None or not deadline_files.comes_with(kind, context):
        return ""
    return deadline_files.deadline_file(
        code=context.offer_code,
        company=loaded.terms.company.short_name,
        url=context.portal_url,
        zone=context.time_zone,
        deadline=deadline,
        sequence=sequence,
        stamped_at=stamped_at,
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


def queue_reminder(
    loaded: Loaded,
    business_days: int,
    has_tendered: Mapping[int, bool],
    *,
    but: Collection[int] = (),
    about: str = "",
    at: datetime,
) -> int:
    """Remind every eligible person of the deadline, `business_days` before it; each reminder once.

    All but those left out, by key; `about` names a reminder that is no part of the schedule.
    """
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
                about=f"{stamp(deadline)}:{about or business_days}:{holder.employee_number}",
                names_deadline=deadline,
            )
            for holder, _options, _shares in eligible_holders(loaded, at)
            if holder.pk not in but
        ),
        at=at,
    )


def deadline_of(loaded: Loaded) -> datetime:
    if loaded.timeline.expires_at is None:
        raise ValueError("an offer that was never opened has no deadline")
    return loaded.timeline.expires_at

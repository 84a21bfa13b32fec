"""Editing what an offer says in its letters and papers, and approving it. Counsel approves what another made."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from exchange.audit.actions import append
from exchange.kernel import canonical, locks, markup
from exchange.kernel.results import Done, Refusal, Result, refuse
from exchange.kernel.transactions import in_one_transaction
from exchange.notices import wording
from exchange.notices.actions import release_held
from exchange.notices.models import Message, State
from exchange.notices.wording import Wording
from exchange.offers import content, reads
from exchange.offers.content import DOCUMENTS, LETTER, PAPER, PAPER_FIELDS, Contents, Piece
from exchange.offers.models import ContentApproval, Offer, OfferWording
from exchange.offers.terms import Terms

LONGEST_PAPER_TEXT = 20_000


def edit_wording(
    *,
    code: str,
    area: str,
    kind: str,
    parts: Mapping[str, str],
    based_on: int,
    actor: str,
    at: datetime,
    dry_run: bool = False,
) -> Result[Piece]:
    """Make the next version of a letter's or a paper's own words; it is used once another person has approved it.

    `based_on` is the number of the version that was edited. Refuses a field that there is not, markup, scripts, links
    that lead elsewhere, and a version that is no longer the newest. All parts empty: the product's own words again.
    """

    def work() -> Piece | Done[Piece]:
        offer = _locked(code)
        if area not in {LETTER, PAPER} or kind not in content.kinds_of(area):
            raise refuse(Refusal("content_unknown"))
        newest = Contents(offer).newest(area, kind)
        wanted = {name: _plain(parts.get(name, "")) for name in content.product_parts(area)}
        if wanted == newest.parts:
            return Done(newest, [Refusal("nothing_to_do")])
        if newest.number != based_on:
            raise refuse(Refusal("content_moved", {"kind": kind}))
        standing = check(area, kind, wanted, reads.load(offer).terms)
        if standing:
            raise refuse(*standing)
        row = OfferWording(
            offer=offer,
            area=area,
            kind=kind,
            number=newest.number + 1,
            parts=canonical.dumps(wanted),
            edited_by=actor,
            at=at,
        )
        piece = content.piece_of(area, kind, row)
        append(
            chain=chain_of(offer),
            kind="content.edited",
            actor=actor,
            at=at,
            payload={"offer": code, "area": area, "kind": kind, "number": row.number, "content": piece.digest},
            rows=[row],
        )
        return piece

    return in_one_transaction(work, dry_run=dry_run)


def check(area: str, kind: str, parts: Mapping[str, str], terms: Terms) -> list[Refusal]:
    """All that stands against these words."""
    own = content.own_addresses(terms)
    if area == LETTER:
        return wording.refusals(kind, Wording(**parts), own=own)
    text, part = parts["text"], str(content.PAPER_TEXTS[kind])
    found = markup_refusals(text, part, markup.PAPER_TEXT, own=own)
    if len(text) > LONGEST_PAPER_TEXT:
        found.append(Refusal("wording_too_long", {"part": part, "longest": LONGEST_PAPER_TEXT}))
    return found + wording.field_refusals(text, part, PAPER_FIELDS)


def markup_refusals(text: str, part: str, allowed: dict[str, frozenset[str]], *, own: Sequence[str]) -> list[Refusal]:
    return [Refusal(fault.code, {"part": part, "what": fault.what}) for fault in markup.faults(text, allowed, own=own)]


def approve_content(
    *, code: str, wanted: Sequence[tuple[str, str, str]], actor: str, at: datetime, dry_run: bool = False
) -> Result[list[ContentApproval]]:
    """Approve versions as they were shown, each named by area, kind and digest; letters that waited for it go out.

    Refuses what is no longer so (edited since, or changed with the product), and one's own work: what one has edited
    in any version since the last approved one. What is approved already is passed by.
    """

    def work() -> Done[list[ContentApproval]]:
        offer = _locked(code)
        contents = Contents(offer)
        rows, standing = [], []
        for area, kind, digest in dict.fromkeys(wanted):
            piece = _shown(offer, contents, area, kind, digest)
            if piece is None:
                standing.append(Refusal("content_moved", {"kind": kind or area}))
            elif actor in contents.editors(piece):
                standing.append(Refusal("approved_by_editor", {"kind": kind or area, "editor": actor}))
            elif contents.approval(piece) is None:
                rows.append(_approval(offer, piece, actor, at))
        if standing:
            raise refuse(*standing)
        if not rows:
            return Done([], [Refusal("nothing_to_do")])
        append(
            chain=chain_of(offer),
            kind="content.approved",
            actor=actor,
            at=at,
            payload={"offer": code, "approved": [[row.area, row.kind, row.content_digest] for row in rows]},
            rows=rows,
        )
        for row in rows:
            if row.area == LETTER:
                made_of = {"template_version": row.template_version, "wording_number": row.wording_number}
                release_held(offer_key=code, kind=row.kind, **made_of, at=at)
        return Done(rows)

    return in_one_transaction(work, dry_run=dry_run)


def release_approved(*, at: datetime) -> int:
    """Send held letters whose words are approved all the same; how many. Run by the schedule.

    Whoever writes letters reads the approvals first: one given before their transaction commits finds no letter to
    release, and theirs is held for good. Approving again would do nothing.
    """
    made_of = ("kind", "template_version", "wording_number")
    held = Message.objects.filter(state=State.HELD).order_by().values("offer_key", *made_of).distinct()
    released = 0
    with transaction.atomic():
        for found in held:
            words = {name: found[name] for name in made_of}
            if ContentApproval.objects.filter(offer__code=found["offer_key"], area=LETTER, **words).exists():
                released += release_held(offer_key=found["offer_key"], **words, at=at)
    return released


def _shown(offer: Offer, contents: Contents, area: str, kind: str, digest: str) -> Piece | None:
    """The version of that digest, if it is one that may be approved now: the newest, or that which letters wait in."""
    if area == DOCUMENTS:
        piece = content.documents_piece(reads.newest_version(offer))
        return piece if piece.digest == digest else None
    if kind not in content.kinds_of(area):
        return None
    newest = contents.newest(area, kind)
    if newest.digest == digest:
        return newest
    return _held(offer, contents, kind, digest) if area == LETTER else None


def _held(offer: Offer, contents: Contents, kind: str, digest: str) -> Piece | None:
    """What held letters were made of, where another version has come since."""
    waiting = Message.objects.filter(offer_key=offer.code, kind=kind, state=State.HELD, content_digest=digest)
    message = waiting.defer("text", "html").first()
    if message is None:
        return None
    rows = {row.number: row for row in contents.wordings.get((LETTER, kind), [])}
    row = rows.get(message.wording_number)
    parts = json.loads(row.parts) if row else content.product_parts(LETTER)
    editor = row.edited_by if row else ""
    return Piece(LETTER, kind, message.wording_number, parts, digest, message.template_version, editor)


def _approval(offer: Offer, piece: Piece, actor: str, at: datetime) -> ContentApproval:
    return ContentApproval(
        offer=offer,
        area=piece.area,
        kind=piece.kind,
        wording_number=piece.number if piece.area != DOCUMENTS else 0,
        template_version=piece.template_version,
        content_digest=piece.digest,
        edited_by=piece.edited_by,
        approved_by=actor,
        at=at,
    )


def chain_of(offer: Offer) -> str:
    """The audit chain of what an offer says; not of what is done to it."""
    return f"content:{offer.code}"


def _locked(code: str) -> Offer:
    locks.own(f"content:{code}")
    offer = reads.offer_by_code(code)
    if offer is None:
        raise refuse(Refusal("unknown_offer", {"offer": code}))
    return offer


def _plain(value: Any) -> str:
    """Line ends as they are kept, whatever a browser sends."""
    return "\n".join(
        line.rstrip() for line in str(value).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    ).strip()

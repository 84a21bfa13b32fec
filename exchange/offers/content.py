"""What an offer says in its letters, papers and documents: which version is newest, approved, in use. Questions only.

For each kind of letter: the product's templates, and the offer's own words if someone edited them. What is used is
the newest words that counsel approved, else the product's; edited words that nobody approved are never used.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.conf import settings
from django.utils.html import escape
from django.utils.translation import gettext_lazy as _

from exchange.kernel import canonical
from exchange.notices.contexts import KINDS
from exchange.notices.letters import VERSIONS, Content, content_of
from exchange.notices.wording import Wording, filled
from exchange.offers.models import ContentApproval, Offer, OfferVersion, OfferWording
from exchange.offers.terms import Terms

LETTER, PAPER, DOCUMENTS = "letter", "paper", "documents"
# Papers that have a text of the offer's own, and what it is there for.
PAPER_TEXTS: Mapping[str, Any] = {
    "promise_to_grant": _("Promise to Grant"),
    "new_option": _("Option agreement"),
}
PAPER_FIELDS: Mapping[str, Any] = {
    "holder_name": _("The holder’s name"),
    "company": _("The company’s name"),
    "offer_title": _("The offer’s title"),
    "offer_code": _("The offer’s code"),
}
# A holder is told at once what happened to their sign-in, whoever has approved what.
NEVER_HELD = frozenset({"sign_in_notice"})
FROM_THE_DESK = "staff:"


@dataclass(frozen=True, slots=True)
class Piece:
    """One version of one thing that counsel approves. `number` counts edits, 0 is the product's own.

    `parts` are the words; `digest` is of all as it is shown; `edited_by` is '' for the product. An approval of a
    letter stays good for the same words and `template_version`: a release of the product that words a letter otherwise
    raises that number, and only then counsel is asked again.
    """

    area: str
    kind: str
    number: int
    parts: Mapping[str, str]
    digest: str
    template_version: int = 0
    edited_by: str = ""
    edited_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Missing:
    """What counsel has yet to approve. `why`: `never` approved, `edited` since, or `changed` with the product."""

    area: str
    kind: str
    why: str


@dataclass(frozen=True, slots=True)
class Approved:
    """Whether all is approved, and what is missing."""

    missing: Sequence[Missing]
    count: int

    @property
    def is_approved(self) -> bool:
        return not self.missing


class Contents:
    """Every version and approval of one offer's letters and papers, read once in two queries.

    `approved_only` leaves out the words when none that were edited are approved: what is in use needs them not.
    """

    def __init__(self, offer: Offer, *, approved_only: bool = False) -> None:
        self.offer = offer
        self.approvals: dict[tuple[str, str], dict[str, ContentApproval]] = {}
        for approval in ContentApproval.objects.filter(offer=offer).order_by("at", "pk"):
            self.approvals.setdefault((approval.area, approval.kind), {})[approval.content_digest] = approval
        self.wordings: dict[tuple[str, str], list[OfferWording]] = {}
        if approved_only and not any(
            row.wording_number for found in self.approvals.values() for row in found.values()
        ):
            return
        for row in OfferWording.objects.filter(offer=offer).order_by("number"):
            self.wordings.setdefault((row.area, row.kind), []).append(row)

    def versions(self, area: str, kind: str) -> list[Piece]:
        """The product's own, then every edit, as each would be used with the templates of today."""
        rows = self.wordings.get((area, kind), [])
        return [piece_of(area, kind, None), *(piece_of(area, kind, row) for row in rows)]

    def newest(self, area: str, kind: str) -> Piece:
        return self.versions(area, kind)[-1]

    def in_use(self, area: str, kind: str) -> Piece:
        """The newest version whose words counsel approved, else the product's own."""
        numbers = {approval.wording_number for approval in self.approvals.get((area, kind), {}).values()}
        approved = [piece for piece in self.versions(area, kind) if piece.number in numbers]
        return approved[-1] if approved else self.versions(area, kind)[0]

    def approval(self, piece: Piece) -> ContentApproval | None:
        known = self.approvals.get((piece.area, piece.kind), {})
        if piece.area != LETTER:
            return known.get(piece.digest)
        of = (piece.number, piece.template_version)
        same = (one for one in known.values() if (one.wording_number, one.template_version) == of)
        return next(same, None)

    def editors(self, piece: Piece) -> set[str]:
        """Whose work a piece is: all who edited it since a version that was approved. None of them approves it.

        Who wrote it and let another change a comma has still written it.
        """
        if piece.area == DOCUMENTS:
            return _givers(self.offer, piece, self.approvals.get((DOCUMENTS, ""), {}))
        known = self.approvals.get((piece.area, piece.kind), {}).values()
        approved = [one.wording_number for one in known if one.wording_number <= piece.number]
        since = range(max(approved, default=0) + 1, piece.number + 1)
        rows = self.wordings.get((piece.area, piece.kind), [])
        return {row.edited_by for row in rows if row.number in since} | {piece.edited_by} - {""}

    def missing(self, area: str, kind: str) -> Missing | None:
        """Why the newest version is not approved; None where it is."""
        newest = self.newest(area, kind)
        if self.approval(newest) is not None or (area == PAPER and not any(newest.parts.values())):
            return None  # a paper without a text of the offer's own has nothing to approve
        known = self.approvals.get((area, kind), {}).values()
        if any(approval.wording_number == newest.number for approval in known):
            return Missing(area, kind, "changed")
        return Missing(area, kind, "edited" if newest.number else "never")

    @cached_property
    def letters(self) -> dict[str, Content]:
        """What each kind of letter is made of now."""
        found = {}
        for kind in KINDS:
            piece = self.in_use(LETTER, kind)
            found[kind] = Content(Wording(**piece.parts), piece.number, piece.digest)
        return found

    def is_letter_approved(self, kind: str) -> bool:
        return self.approval(self.in_use(LETTER, kind)) is not None


def piece_of(area: str, kind: str, row: OfferWording | None) -> Piece:
    """One version; of a letter, as it would be used with the templates of today."""
    number = row.number if row else 0
    parts: dict[str, str] = json.loads(row.parts) if row else product_parts(area)
    if area == LETTER:
        digest = content_of(kind, Wording(**parts), number).digest
    else:
        digest = canonical.digest(canonical.dumps({"paper": kind, "parts": parts, "number": number}))
    return Piece(
        area,
        kind,
        number,
        parts,
        digest,
        VERSIONS[kind] if area == LETTER else 0,
        row.edited_by if row else "",
        row.at if row else None,
    )


def filled_text(text: str, values: Mapping[str, str]) -> str:
    """A paper's own text with the values of its fields (`PAPER_FIELDS`), which are no markup whatever they hold."""
    return filled(text, {name: escape(value) for name, value in values.items()})


def product_parts(area: str) -> dict[str, str]:
    """The words of one that nobody edited: none."""
    return asdict(Wording()) if area == LETTER else {"text": ""}


def kinds_of(area: str) -> Collection[str]:
    return KINDS if area == LETTER else PAPER_TEXTS


def own_addresses(terms: Terms) -> list[str]:
    """The addresses that may stand in an offer's words: those of the site and of the company's contacts."""
    return [settings.SITE_URL, *(contact.email for contact in terms.company.contacts if contact.email)]


# Documents


def documents_piece(version: OfferVersion) -> Piece:
    """The documents of one version, as one thing to approve; who first gave just these is their editor."""
    digest = documents_digest(version)
    first = version
    earlier = OfferVersion.objects.filter(offer_id=version.offer_id, number__lt=version.number).select_related("event")
    for other in earlier.order_by("-number"):
        if documents_digest(other) != digest:
            break
        first = other
    return Piece(DOCUMENTS, "", version.number, {}, digest, 0, first.event.actor, first.created_at)


def _givers(offer: Offer, piece: Piece, approved: Collection[str]) -> set[str]:
    """Who gave documents that differ from those before, in any version since the last approved one."""
    givers = {piece.edited_by}
    earlier = OfferVersion.objects.filter(offer=offer, number__lte=piece.number).select_related("event")
    later: OfferVersion | None = None
    shown = ""
    for version in earlier.order_by("-number"):
        digest = documents_digest(version)
        if later is not None and digest != shown:
            givers.add(later.event.actor)
        if digest in approved:
            return givers
        later, shown = version, digest
    return givers | ({later.event.actor} if later is not None else set())


def documents_digest(version: OfferVersion) -> str:
    rows = version.documents.order_by("position").values_list("kind", "title", "content_type", "sha256")
    return canonical.digest(canonical.dumps([list(row) for row in rows]))


def documents_approved(offer: Offer) -> Approved:
    """Whether counsel approved the documents of the newest version and every paper's own text that was edited."""
    contents = Contents(offer)
    missing = [found for kind in PAPER_TEXTS if (found := contents.missing(PAPER, kind))]
    version = offer.versions.select_related("event").order_by("-number").first()
    if version is not None:
        known = contents.approvals.get((DOCUMENTS, ""), {})
        if documents_digest(version) not in known:
            missing.insert(0, Missing(DOCUMENTS, "", "edited" if known else "never"))
    return Approved(missing, 1 + len(PAPER_TEXTS))


def letters_approved(offer: Offer) -> Approved:
    """Whether counsel approved every kind of letter that the offer can send, as it would go out."""
    contents = Contents(offer)
    return Approved([found for kind in KINDS if (found := contents.missing(LETTER, kind))], len(KINDS))


# What letters are made of


@dataclass(frozen=True)
class LetterContents:
    """What an offer's letters are made of, and which of them may not be e-mailed until counsel approved them.

    `paper_texts` are the offer's own texts of its papers, with their fields; '' for a paper without.
    """

    letters: Mapping[str, Content]
    held: Collection[str]
    paper_texts: Mapping[str, str]


def letter_contents(offer: Offer, *, opened_by: str) -> LetterContents:
    """For making letters. An offer that was opened from the desk e-mails only what counsel approved.

    A command asks for no approval: letters of an offer that it opened go out as they are. One query, and another
    where words were approved that someone edited.
    """
    contents = Contents(offer, approved_only=True)
    held: Iterable[str] = ()
    if opened_by.startswith(FROM_THE_DESK):
        held = (kind for kind in KINDS if kind not in NEVER_HELD and not contents.is_letter_approved(kind))
    texts = {kind: contents.in_use(PAPER, kind).parts["text"] for kind in PAPER_TEXTS}
    return LetterContents(contents.letters, frozenset(held), texts)

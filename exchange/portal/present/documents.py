"""The offer's documents, version by version, its terms in short, and the holder's own papers."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exchange.documents.models import Paper as StoredPaper
from exchange.kernel import wording
from exchange.kernel.canonical import decimal_text
from exchange.offers.library import MARKED_COPY, Volume, pages_of, volumes
from exchange.offers.marked_papers import papers_of
from exchange.offers.models import OfferDocument
from exchange.portal.pages import Fact, Paper
from exchange.portal.pages.glance import DocumentsPage, OlderVersion
from exchange.portal.present.forms import title_of
from exchange.portal.present.home import dated
from exchange.portal.present.words import listing
from exchange.portal.visit import Visit
from exchange.settlement.statement_letters import newest_statement_of

KINDS = {"application/pdf": "PDF", "text/html": "HTML", "text/plain": "TXT"}


def documents_page(visit: Visit) -> DocumentsPage:
    found = volumes(visit.offer)
    pages = pages_of([document for volume in found for document in volume.documents])
    pdfs = papers_of([document for volume in found for document in volume.documents])
    newest = visit.loaded.version
    current = [volume for volume in found if volume.number == newest.number]
    older = [volume for volume in found if volume.number != newest.number]
    return DocumentsPage(
        version=_("Version {number}, of {date}").format(
            number=newest.number, date=wording.date_text(visit.loaded.date_of(newest.created_at))
        ),
        papers=tuple(paper for volume in current for paper in _papers(visit, volume, pages)),
        marked=tuple(paper for volume in current for paper in _marked(visit, volume, pages, pdfs)),
        older=tuple(_older(visit, volume, pages, pdfs) for volume in older),
        terms=_terms(visit),
        dates=dated(visit),
        own=_own(visit),
    )


def _papers(visit: Visit, volume: Volume, pages: Mapping[str, int]) -> tuple[Paper, ...]:
    return tuple(_paper(visit, document, pages) for document in volume.documents if document.kind != MARKED_COPY)


def _paper(visit: Visit, document: OfferDocument, pages: Mapping[str, int]) -> Paper:
    return Paper(document.title, visit.url("document", document.pk), about(document, pages.get(document.sha256, 0)))


def _marked(
    visit: Visit, volume: Volume, pages: Mapping[str, int], pdfs: Mapping[UUID, StoredPaper]
) -> Iterator[Paper]:
    """The copies that show the changes: as given or made, and the PDF of one that we made."""
    for document in volume.documents:
        if document.kind == MARKED_COPY:
            yield _paper(visit, document, pages)
            if document.pk in pdfs:
                yield Paper(
                    _("{title}, PDF").format(title=document.title), visit.url("marked_copy", document.pk), "PDF"
                )


def _older(visit: Visit, volume: Volume, pages: Mapping[str, int], pdfs: Mapping[UUID, StoredPaper]) -> OlderVersion:
    """Each document's name says of which version it is: an amendment keeps the titles."""
    made = wording.date_text(visit.loaded.date_of(volume.made_at))
    found = (*_papers(visit, volume, pages), *_marked(visit, volume, pages, pdfs))
    return OlderVersion(
        _("Version {number}, of {date}").format(number=volume.number, date=made),
        tuple(
            replace(paper, title=_("{title}, version {number}").format(title=paper.title, number=volume.number))
            for paper in found
        ),
    )


def about(document: OfferDocument, pages: int) -> str:
    """PDF, 12 pages, 240 kB: what one wants to know before opening it on a phone."""
    parts = [KINDS.get(document.content_type, document.content_type)]
    if pages:
        parts.append(ngettext("%(count)d page", "%(count)d pages", pages) % {"count": pages})
    parts.append(size_text(getattr(document, "size", None) or 0))
    return ", ".join(parts)


def size_text(size: int) -> str:
    """Bytes as people read them, rounded up to the kilobyte or to a tenth of a megabyte."""
    if size < 1_000_000:
        return _("{size} kB").format(size=-(-size // 1000))
    return _("{size} MB").format(size=number_format(Decimal(-(-size // 100_000)) / 10, 1))


def _own(visit: Visit) -> tuple[Paper, ...]:
    statement = newest_statement_of(visit.offer.code, visit.holder) if visit.is_over else None
    own = []
    if statement is not None:
        title = _("Final statement {number}").format(number=statement.values()["number"])
        own.append(Paper(title, visit.url("statement"), "PDF"))
    own += [
        Paper(
            _("Receipt for {title} {number}").format(title=title_of(form), number=form.number),
            visit.url("receipt", form.pk),
            "PDF",
        )
        for form in visit.forms.forms
    ]
    if visit.outcome.promise is not None:
        own.append(Paper(_("Promise to Grant"), visit.url("promise_pdf"), "PDF"))
    return tuple(own)


def _terms(visit: Visit) -> tuple[Fact, ...]:
    terms = visit.loaded.terms
    ratios = [
        _("{new} new for {old} old, exercise price from {price}").format(
            new=decimal_text(tier.new), old=decimal_text(tier.old), price=wording.price_text(tier.price_from)
        )
        for tier in terms.tiers
    ]
    return (
        Fact(_("What may be tendered"), _eligible(visit)),
        Fact(_("What you receive"), "\n".join(ratios), _("A new option is always a non-statutory one (NSO).")),
        Fact(_("Its exercise price"), _("The closing price of the stock on the day of the grant")),
        Fact(_("All or nothing"), _("A grant goes with all of its outstanding shares, or not at all")),
    )


def _eligible(visit: Visit) -> str:
    terms = visit.loaded.terms
    return _("Options under {plans} with an exercise price of {price} or more").format(
        plans=listing(sorted(terms.plans)), price=wording.price_text(terms.minimum_exercise_price)
    )

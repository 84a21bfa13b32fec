"""The offer's documents and its terms in short, built from the terms: nothing here is one offer's own."""

from django.utils.translation import gettext as _

from exchange.kernel import wording
from exchange.kernel.canonical import decimal_text
from exchange.offers.models import OfferDocument
from exchange.portal.pages import DocumentsPage, Fact, Paper
from exchange.portal.present.forms import title_of
from exchange.portal.present.words import deadline, listing
from exchange.portal.visit import Visit

KINDS = {"application/pdf": "PDF", "text/html": "HTML", "text/plain": "TXT"}


def documents_page(visit: Visit) -> DocumentsPage:
    version = visit.loaded.version
    found = OfferDocument.objects.filter(version=version).defer("body").order_by("position")
    papers = tuple(
        Paper(
            document.title,
            visit.url("document", document.pk),
            _("{kind}, version {number}").format(
                kind=KINDS.get(document.content_type, document.content_type), number=version.number
            ),
        )
        for document in found
    )
    own = [
        Paper(
            _("Receipt for {title} {number}").format(title=title_of(form), number=form.number),
            visit.url("receipt", form.pk),
            "PDF",
        )
        for form in visit.forms.forms
    ]
    if visit.outcome.promise is not None:
        own.append(Paper(_("Promise to Grant"), visit.url("promise_pdf"), "PDF"))
    return DocumentsPage(papers, _terms(visit), tuple(own))


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
        Fact(_("Until when"), deadline(visit.expires_at, visit.zone)),
        Fact(_("All or nothing"), _("A grant goes with all of its outstanding shares, or not at all")),
    )


def _eligible(visit: Visit) -> str:
    terms = visit.loaded.terms
    return _("Options under {plans} with an exercise price of {price} or more").format(
        plans=listing(sorted(terms.plans)), price=wording.price_text(terms.minimum_exercise_price)
    )

"""Papers and documents to open: each as stored, made on demand where the worker has not made it yet."""

import logging
from uuid import UUID

from csp.constants import NONE
from csp.decorators import csp_replace
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_safe

from exchange.documents.actions import render_paper
from exchange.documents.models import Paper, RenderedPaper
from exchange.documents.reads import paper_for
from exchange.documents.rendering import PaperError
from exchange.elections.letters import paper_kind, subject_key
from exchange.kernel.results import Refused
from exchange.offers.marked_papers import papers_of
from exchange.portal.access import access_document, access_form, access_new_grant
from exchange.portal.visit import Visit, visiting
from exchange.settlement.actions.certify import certify_form
from exchange.settlement.actions.print import print_paper
from exchange.settlement.adjusting import KIND as ADJUSTMENT
from exchange.settlement.adjusting import statement_key
from exchange.settlement.agreement_letters import signature_key
from exchange.settlement.letters import new_grant_key, promise_key
from exchange.settlement.printed import ELECTION, NOTICE, STATEMENT
from exchange.settlement.signatures import signature_of
from exchange.settlement.statement_letters import newest_statement_of

log = logging.getLogger(__name__)

SHOWN = {"application/pdf", "text/html", "text/plain"}
SUFFIXES = {"application/pdf": ".pdf", "text/html": ".html", "text/plain": ".txt"}


def pdf(visit: Visit, paper: Paper | None) -> HttpResponse:
    if paper is None:
        raise Http404
    if hasattr(visit.request, "viewed_holder"):  # a look makes no paper; what has been made is shown
        made = RenderedPaper.objects.filter(paper=paper).first()
        return _as_pdf(paper, made) if made else render(visit.request, "portal/paper_waits.html", status=503)
    try:
        rendered = render_paper(paper_id=paper.pk, at=visit.true_now)
    except PaperError:
        log.exception("paper %s could not be made", paper.pk)
        return render(visit.request, "portal/paper_waits.html", status=503)
    return _as_pdf(paper, rendered)


def _as_pdf(paper: Paper, rendered: RenderedPaper) -> HttpResponse:
    response = HttpResponse(bytes(rendered.pdf), content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(False, f"{paper.title}.pdf") or "inline"
    return response


@require_safe
@visiting
def receipt(visit: Visit, pk: UUID) -> HttpResponse:
    """The receipt of one of the holder's forms, or the record of one that is not in force.

    A form that another had overtaken when it was recorded has the record alone.
    """
    form = access_form(visit.offer, visit.holder, pk)
    is_after = visit.forms.is_recorded_after(form)
    kind = paper_kind(form, visit.forms.judged(form), is_recorded_after=is_after)
    subject = subject_key(form, visit.offer.code)
    return pdf(visit, paper_for(kind, subject) or paper_for("form_not_in_force", subject))


@require_GET
@visiting
def certificate(visit: Visit, pk: UUID) -> HttpResponse:
    """The audit certificate of one of the holder's forms, from what is on record now.

    It is made as it is read, once for as long as no fact changes; a HEAD reads nothing and makes none.
    """
    form = access_form(visit.offer, visit.holder, pk)
    return pdf(visit, certify_form(form=form, actor=visit.actor, at=visit.true_now))


def _printed(visit: Visit, kind: str) -> HttpResponse:
    """A paper made from what is on record now, as it is read; not there while it would be of no use."""
    result = print_paper(kind=kind, offer=visit.offer, holder=visit.holder, actor=visit.actor, at=visit.at)
    return pdf(visit, None if isinstance(result, Refused) else result.value)


@require_GET
@visiting
def election_form(visit: Visit) -> HttpResponse:
    """An Election Form to sign on paper, filled in for the holder; while the offer is open."""
    return _printed(visit, ELECTION)


@require_GET
@visiting
def notice_form(visit: Visit) -> HttpResponse:
    """A Notice to Withdraw to sign on paper; while one can be sent."""
    return _printed(visit, NOTICE)


@require_GET
@visiting
def option_statement(visit: Visit) -> HttpResponse:
    """Every option of the holder, eligible or why not."""
    return _printed(visit, STATEMENT)


@require_safe
@visiting
def adjustment(visit: Visit, number: int) -> HttpResponse:
    """What a split or merger, by its number, made of the holder's promise."""
    found = visit.outcome.promise
    action = next((action for action in visit.outcome.actions if action.number == number), None)
    if found is None or action is None:
        raise Http404
    return pdf(visit, paper_for(ADJUSTMENT, statement_key(found, action)))


@require_safe
@visiting
def promise(visit: Visit) -> HttpResponse:
    found = visit.outcome.promise
    return pdf(visit, paper_for("promise_to_grant", promise_key(found)) if found else None)


@require_safe
@visiting
def statement(visit: Visit) -> HttpResponse:
    """The final statement that stands; not there before there is one."""
    return pdf(visit, newest_statement_of(visit.offer.code, visit.holder))


@require_safe
@visiting
def agreement(visit: Visit, pk: UUID) -> HttpResponse:
    grant = access_new_grant(visit.offer, visit.holder, pk)
    return pdf(visit, paper_for("new_option", new_grant_key(grant)))


@require_safe
@visiting
def signed_agreement(visit: Visit, pk: UUID) -> HttpResponse:
    """The copy of the agreement as it is signed; not there before it is."""
    signature = signature_of(access_new_grant(visit.offer, visit.holder, pk))
    return pdf(visit, paper_for("signed_agreement", signature_key(signature)) if signature else None)


@require_safe
@visiting
def marked_copy(visit: Visit, pk: UUID) -> HttpResponse:
    """The PDF of a copy that shows what an amendment changed; not there for a document that is no such copy."""
    return pdf(visit, papers_of([access_document(visit.offer, pk)]).get(pk))


@require_safe
@csp_replace({"default-src": [NONE], "script-src": [NONE], "form-action": [NONE]})
@visiting
def document(visit: Visit, pk: UUID) -> HttpResponse:
    """A document of the offer as the company gave it; it can run nothing and reach nothing."""
    found = access_document(visit.offer, pk)
    kind = found.content_type
    charset = "; charset=utf-8" if kind.startswith("text/") else ""
    response = HttpResponse(bytes(found.body), content_type=f"{kind}{charset}")
    name = f"{found.title}{SUFFIXES.get(kind, '')}"
    response["Content-Disposition"] = content_disposition_header(kind not in SHOWN, name) or "attachment"
    return response

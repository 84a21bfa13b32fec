"""Papers and documents to open: each as stored, made on demand where the worker has not made it yet."""

import logging
from uuid import UUID

from csp.constants import NONE
from csp.decorators import csp_replace
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from exchange.documents.actions import render_paper
from exchange.documents.models import Paper
from exchange.documents.reads import paper_for
from exchange.documents.rendering import PaperError
from exchange.elections.letters import paper_kind, subject_key
from exchange.portal.access import access_document, access_form, access_new_grant
from exchange.portal.visit import Visit, visiting
from exchange.settlement.actions.certify import certify_form
from exchange.settlement.letters import new_grant_key, promise_key

log = logging.getLogger(__name__)

SHOWN = {"application/pdf", "text/html", "text/plain"}
SUFFIXES = {"application/pdf": ".pdf", "text/html": ".html", "text/plain": ".txt"}


def pdf(visit: Visit, paper: Paper | None) -> HttpResponse:
    if paper is None:
        raise Http404
    try:
        rendered = render_paper(paper_id=paper.pk, at=visit.true_now)
    except PaperError:
        log.exception("paper %s could not be made", paper.pk)
        return render(visit.request, "portal/paper_waits.html", status=503)
    response = HttpResponse(bytes(rendered.pdf), content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(False, f"{paper.title}.pdf") or "inline"
    return response


@require_safe
@visiting
def receipt(visit: Visit, pk: UUID) -> HttpResponse:
    """The receipt of one of the holder's forms, or the record of one that is not in force."""
    form = access_form(visit.offer, visit.holder, pk)
    is_after = visit.forms.is_recorded_after(form)
    kind = paper_kind(form, visit.forms.judged(form), is_recorded_after=is_after)
    return pdf(visit, paper_for(kind, subject_key(form, visit.offer.code)))


@require_safe
@visiting
def certificate(visit: Visit, pk: UUID) -> HttpResponse:
    """The audit certificate of one of the holder's forms, from what is on record now."""
    form = access_form(visit.offer, visit.holder, pk)
    return pdf(visit, certify_form(form=form, actor=visit.actor, at=visit.true_now))


@require_safe
@visiting
def promise(visit: Visit) -> HttpResponse:
    found = visit.outcome.promise
    return pdf(visit, paper_for("promise_to_grant", promise_key(found)) if found else None)


@require_safe
@visiting
def agreement(visit: Visit, pk: UUID) -> HttpResponse:
    grant = access_new_grant(visit.offer, visit.holder, pk)
    return pdf(visit, paper_for("new_option", new_grant_key(grant)))


@require_safe
@visiting
def signed_agreement(visit: Visit, pk: UUID) -> HttpResponse:
    """The signed copy of an agreement; not there before it is signed."""
    grant = access_new_grant(visit.offer, visit.holder, pk)
    return pdf(visit, paper_for("signed_agreement", new_grant_key(grant)))


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

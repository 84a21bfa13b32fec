"""What leaves the desk as a file: an offer's document as it was given, a paper's PDF; and letters tried again."""

import logging
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from exchange.documents.actions import render_paper
from exchange.documents.models import RenderedPaper
from exchange.documents.reads import pdf_of
from exchange.documents.rendering import PaperError
from exchange.elections.models import Form
from exchange.kernel.results import Refused
from exchange.kernel.sentences import sentence
from exchange.notices.actions import requeue_failed
from exchange.notices.models import Message, State
from exchange.offers.models import OfferDocument
from exchange.people.models import Holder
from exchange.settlement.actions.certify import certify_form
from exchange.settlement.actions.print import print_paper
from exchange.settlement.printed import ELECTION, NOTICE, STATEMENT
from exchange.staff.actors import actor_of
from exchange.staff.admin.base import record_url
from exchange.staff.edge import edge_of

log = logging.getLogger(__name__)


def document(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """The very bytes. A page of HTML may style itself, and can do nothing else."""
    found = get_object_or_404(OfferDocument, pk=document_id)
    return as_given(bytes(found.body), found.content_type)


def as_given(content: bytes, content_type: str) -> HttpResponse:
    """The bytes of a document; HTML in a box of its own."""
    response = HttpResponse(content, content_type=content_type)
    if content_type == "text/html":
        response["Content-Type"] = "text/html; charset=utf-8"
        response["Content-Security-Policy"] = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    return response


def paper(request: HttpRequest, paper_id: UUID) -> HttpResponse:
    """The PDF of a paper, byte for byte as its owner gets it."""
    found = pdf_of(paper_id)
    if found is None:
        raise Http404
    return _pdf(found)


def certificate(request: HttpRequest, form_id: UUID) -> HttpResponse:
    """The audit certificate of a form, from what is on record now."""
    form = get_object_or_404(Form.objects.select_related("offer", "holder", "event"), pk=form_id)
    at = edge_of(request).true_now
    paper = certify_form(form=form, actor=actor_of(request.user), at=at)
    try:
        return _pdf(render_paper(paper_id=paper.pk, at=at))
    except PaperError:
        log.exception("paper %s could not be made", paper.pk)
        messages.error(request, _("The certificate could not be made just now. The log says why; try again."))
        return HttpResponseRedirect(record_url(form))


def print_for(request: HttpRequest, holder_id: int, kind: str) -> HttpResponse:
    """A form to sign on paper, or the statement of options, of one holder, from what is on record now."""
    holder, edge = get_object_or_404(Holder, pk=holder_id), edge_of(request)
    if edge.offer is None or kind not in (ELECTION, NOTICE, STATEMENT):
        raise Http404
    result = print_paper(kind=kind, offer=edge.offer, holder=holder, actor=actor_of(request.user), at=edge.now)
    if isinstance(result, Refused):
        for reason in result.reasons:
            messages.error(request, sentence(reason, edge.zone))
        return HttpResponseRedirect(record_url(holder))
    try:
        return _pdf(render_paper(paper_id=result.value.pk, at=edge.true_now))
    except PaperError:
        log.exception("paper %s could not be made", result.value.pk)
        messages.error(request, _("The paper could not be made just now. The log says why; try again."))
        return HttpResponseRedirect(record_url(holder))


def _pdf(found: RenderedPaper) -> HttpResponse:
    response = HttpResponse(bytes(found.pdf), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{found.paper.kind}-{found.sha256[:12]}.pdf"'
    return response


@require_POST
def retry(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """One more attempt for a letter that was given up."""
    message = get_object_or_404(Message, pk=message_id)
    if requeue_failed(message_id=message.pk, at=edge_of(request).true_now):
        messages.success(request, _("The letter waits to be sent again."))
    elif Message.objects.filter(pk=message.pk, state=State.CANCELLED).exists():
        messages.warning(request, _("The letter asks to act by a deadline that has passed: it was cancelled."))
    else:
        messages.warning(
            request, _("There is nothing to try again: the letter is not given up, or its address is none.")
        )
    return HttpResponseRedirect(record_url(message))

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
from exchange.notices.actions import requeue_failed
from exchange.notices.models import Message
from exchange.offers.models import OfferDocument
from exchange.settlement.actions.certify import certify_form
from exchange.staff.actors import actor_of
from exchange.staff.admin.base import record_url
from exchange.staff.edge import edge_of

log = logging.getLogger(__name__)


def document(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """The very bytes. A page of HTML may style itself, and can do nothing else."""
    found = get_object_or_404(OfferDocument, pk=document_id)
    response = HttpResponse(bytes(found.body), content_type=found.content_type)
    if found.content_type == "text/html":
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
    else:
        messages.warning(
            request, _("There is nothing to try again: the letter is not given up, or its address is none.")
        )
    return HttpResponseRedirect(record_url(message))

"""The demonstration's mailbox: the e-mails of the outbox on a page, so that a newcomer can read what people get.

It exists only with DEMO=1: the addresses are not even there otherwise (`exchange.urls`).
"""

from uuid import UUID

from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import path

from exchange.documents.models import Paper, RenderedPaper
from exchange.notices.models import Message

SHOWN = 200


def mailbox(request: HttpRequest) -> HttpResponse:
    """The latest letters, newest first."""
    letters = Message.objects.order_by("-queued_at", "to_address")
    return render(request, "demo/mailbox.html", {"letters": letters[:SHOWN], "count": letters.count()})


def letter(request: HttpRequest, letter_id: UUID) -> HttpResponse:
    """One letter as text, with its papers and a link to its HTML part."""
    message = get_object_or_404(Message, pk=letter_id)
    papers = Paper.objects.filter(pk__in=message.attachments)
    return render(request, "demo/letter.html", {"letter": message, "papers": papers})


def letter_html(request: HttpRequest, letter_id: UUID) -> HttpResponseBase:
    """The HTML part as a mail program gets it; its styles are inline, its scripts are none."""
    message = get_object_or_404(Message, pk=letter_id)

    @csp_replace({"default-src": ["'none'"], "style-src": ["'unsafe-inline'"], "img-src": ["data:"]})
    def as_mailed(_request: HttpRequest) -> HttpResponse:
        return HttpResponse(message.html)

    return as_mailed(request)


def paper(request: HttpRequest, paper_id: UUID) -> HttpResponse:
    """A paper that came with a letter, as stored."""
    return HttpResponse(bytes(get_object_or_404(RenderedPaper, pk=paper_id).pdf), content_type="application/pdf")


urlpatterns = [
    path("", mailbox, name="demo_mailbox"),
    path("<uuid:letter_id>/", letter, name="demo_letter"),
    path("<uuid:letter_id>/html/", letter_html, name="demo_letter_html"),
    path("papers/<uuid:paper_id>/", paper, name="demo_paper"),
]

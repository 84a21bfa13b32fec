"""The demonstration's mailbox: the e-mails of the outbox on a page, so that a newcomer can read what people get.

It exists only with DEMO=1: the addresses are not even there otherwise (`exchange.urls`).
"""

from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from uuid import UUID

from csp.decorators import csp_replace
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import path

from exchange.documents.models import Paper, RenderedPaper
from exchange.notices.links import put_in
from exchange.notices.models import Message

SHOWN = 200
DIRECT, SCANNED = 5, 50


def mailbox(request: HttpRequest) -> HttpResponse:
    """The latest letters, newest first."""
    letters = Message.objects.order_by("-queued_at", "to_address")
    context = {"letters": letters[:SHOWN], "count": letters.count(), "direct": list(_direct())}
    return render(request, "demo/mailbox.html", context)


def _direct() -> Iterator[dict[str, str]]:
    """The latest codes and links for signing in: they are sent at once, and kept by nothing but this demonstration."""
    folder = Path(settings.EMAIL_FILE_PATH)
    files = sorted(folder.glob("*.log"), key=lambda file: file.stat().st_mtime, reverse=True)[:SCANNED]
    found = 0
    for file in files:
        for part in reversed(file.read_bytes().split(b"-" * 79)):
            mail = message_from_bytes(part.strip(), policy=default)
            body = mail.get_body(("plain",)) if isinstance(mail, EmailMessage) else None
            if body is None or not mail["To"] or mail["X-Notice-Id"]:
                continue
            yield {"subject": str(mail["Subject"]), "to": str(mail["To"]), "text": str(body.get_content())}
            found += 1
            if found == DIRECT:
                return


def letter(request: HttpRequest, letter_id: UUID) -> HttpResponse:
    """One letter as text, with its papers and a link to its HTML part."""
    message = get_object_or_404(Message, pk=letter_id)
    papers = Paper.objects.filter(pk__in=message.attachments)
    # The mailbox stands for its owner's: the letter is shown as it was sent, with its personal link.
    text = put_in(message, message.text)
    return render(request, "demo/letter.html", {"letter": message, "text": text, "papers": papers})


def letter_html(request: HttpRequest, letter_id: UUID) -> HttpResponseBase:
    """The HTML part as a mail program gets it; its styles are inline, its scripts are none."""
    message = get_object_or_404(Message, pk=letter_id)

    @csp_replace({"default-src": ["'none'"], "style-src": ["'unsafe-inline'"], "img-src": ["data:"]})
    def as_mailed(_request: HttpRequest) -> HttpResponse:
        return HttpResponse(put_in(message, message.html))

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

"""The copy that shows what an amendment changed, as PDF: tagged, said in words, with the letter unless it is large."""

import re
import subprocess

import pytest
from django.core import mail

from exchange.documents import rendering
from exchange.documents.ledger import faults
from exchange.documents.models import Paper
from exchange.documents.rendering import PaperError, pdf_bytes
from exchange.notices import delivery
from exchange.notices.delivery import Outcome, send_message
from exchange.notices.models import Message
from exchange.offers.actions import DocumentFile
from exchange.offers.marked_papers import papers_of
from exchange.offers.marking import paper_body
from exchange.offers.models import OfferDocument
from exchange.portal.access import notice_papers
from tests.documents import pdf_ua
from tests.support.world import COMMENCES_AT, a_grant, a_holder, amend, an_offer, value

pytestmark = pytest.mark.django_db
AT = COMMENCES_AT.replace(day=27)
PDF = DocumentFile("offer_to_exchange", "Offer to Exchange", "application/pdf", b"%PDF-1.7 new")
NEW = "<h1>The offer</h1><p>the offer, as <b>amended</b></p><img src='https://x.example/y.png' alt='a chart'>"


@pytest.fixture
def offer():
    a_grant(a_holder("E1", legal_name="Maya Okafor"), "E1-1")
    return an_offer()


def amended(offer, *documents):
    value(amend(offer, AT, documents=documents, classification="immaterial", change="Words."))
    return Message.objects.get(kind="offer_amended")


def a_new_text(text=NEW):
    return DocumentFile("offer_to_exchange", "Offer to Exchange", "text/html", text.encode())


def test_the_letter_comes_with_the_copy_and_says_so(offer, monkeypatch):
    monkeypatch.setattr(rendering, "pdf_bytes", lambda paper: b"%PDF-1.7 marked")
    message = amended(offer, a_new_text())
    assert "come with this letter as PDF" in message.text
    assert not list(faults())
    assert [paper.kind for paper in notice_papers(message)] == ["marked_copy"]  # the portal shows what came with it
    assert send_message(message_id=message.pk, at=AT) == Outcome.SENT
    names = [part.get_filename() for part in mail.outbox[-1].message().walk() if part.get_filename()]
    assert names == ["deadline.ics", "document-offer-to-exchange-changes-marked-v2.pdf"]


def test_a_large_one_stays_in_the_portal(offer, monkeypatch):
    monkeypatch.setattr(rendering, "pdf_bytes", lambda paper: b"%PDF-1.7 marked")
    monkeypatch.setattr(delivery, "MOST_BYTES", 3)
    message = amended(offer, a_new_text())
    assert send_message(message_id=message.pk, at=AT) == Outcome.SENT
    assert not [part for part in mail.outbox[-1].message().walk() if part.get_content_type() == "application/pdf"]


def test_one_that_cannot_be_made_holds_no_notice_up(offer, monkeypatch):
    def broken(paper):
        raise PaperError("no")

    monkeypatch.setattr(rendering, "pdf_bytes", broken)
    assert send_message(message_id=amended(offer, a_new_text()).pk, at=AT) == Outcome.SENT


def test_counsels_own_pdf_is_kept_as_it_is_and_none_is_made(offer):
    own = DocumentFile("marked_copy", "Offer to Exchange", "application/pdf", b"%PDF-1.7 marked by counsel")
    message = amended(offer, PDF, own)
    assert not Paper.objects.filter(kind="marked_copy").exists()
    assert message.attachments == []
    assert "come with this letter" not in message.text


def test_it_reads_in_order_with_every_change_in_words(offer):
    rows = "".join(f"<tr><td>{year}</td><td>${year}</td></tr>" for year in range(1950, 2000))
    amended(offer, a_new_text(f"{NEW}<h4>Losses</h4><table><tr><th>Year</th><th>Loss</th></tr>{rows}</table>"))
    copy = OfferDocument.objects.get(kind="marked_copy")
    pdf = pdf_bytes(papers_of([copy])[copy.pk])
    words = " ".join(
        subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode().split()
    )
    assert "Offer to Exchange, changes marked: what changed since version 1" in words
    assert re.search(r"\[added:[^]]*amended ?\]", words), words
    assert words.count("This copy shows every change of wording") == 1
    assert "[a chart]" in words
    assert words.count("Year] [added: Loss]") == 3, "a long table has its head on each page"
    assert pdf_ua.faults(pdf) == []


@pytest.mark.parametrize(
    ("page", "kept"),
    [
        ("<p style='background:url(https://x)'>a</p>", "<p>a</p>"),
        ("<p>a<script>x</script></p>", "<p>a</p>"),
        ("<h1>a</h1>", "<h2>a</h2>"),
        ("<p><strong>Ours</strong></p><p>b</p><hr><p>c</p>", "<p><strong>Ours</strong></p><p>b</p><hr><p>c</p>"),
        ("<h6>a</h6>", "<h2>a</h2>"),
        ("<h1>a</h1><h4>b</h4><h2>c</h2><h5>d</h5>", "<h2>a</h2><h3>b</h3><h3>c</h3><h4>d</h4>"),
        (
            "<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>",
            "<table><thead><tr><th>a</th><th>b</th></tr></thead><tr><td>1</td><td>2</td></tr></table>",
        ),
        (
            "<table><tbody><tr><th>a</th><td>1</td></tr><tr><th>b</th><td>2</td></tr></tbody></table>",
            "<table><tbody><tr><th>a</th><td>1</td></tr><tr><th>b</th><td>2</td></tr></tbody></table>",
        ),
        ("<p><a href='file:///etc/passwd'>a</a></p>", "<p><a>a</a></p>"),
        ("<p>a <iframe src='x'></iframe>b</p>", "<p>a b</p>"),
        ("<p>a <img src='x' alt='A &lt;b&gt;'>b</p>", "<p>a <em>[A &lt;b&gt;]</em>b</p>"),
    ],
)
def test_nothing_on_paper_fetches_runs_or_styles(page, kept):
    assert paper_body(page.encode()) == kept

"""The documents: of the newest version, what changed, and of earlier ones; each says what it is before it opens."""

import io
from datetime import timedelta

import pikepdf
import pytest

from exchange.documents.actions import render_paper
from exchange.documents.models import Paper
from exchange.offers.library import count_pages
from exchange.offers.models import OfferDocument
from exchange.portal.present.documents import size_text
from tests.portal.conftest import DURING

PDF = (
    b"%PDF-1.7\n1 0 obj <</Type /Pages /Count 2 /Kids [2 0 R 3 0 R]>>\n2 0 obj <</Type /Page>>\n3 0 obj <</Type/Page>>"
)


@pytest.fixture
def amended(stage):
    stage.amend(
        ("offer_to_exchange", "Offer to Exchange, amended", "application/pdf", PDF),
        ("marked_copy", "Offer to Exchange, marked to show the changes", "text/html", b"<p>new</p>"),
    )
    return stage


def sections(stage):
    """The page by its headings: heading → what stands under it."""
    page = stage.client().get(stage.url("documents/")).content.decode()
    main = page.partition("<main")[2].partition("</main>")[0]
    found = {}
    for part in main.split("<h")[1:]:
        heading, _end, rest = part[2:].partition("</h")
        found[heading.strip()] = rest
    return found


def test_each_document_says_what_it_is_and_how_large(stage, text):
    page = text(stage.client().get(stage.url("documents/")))
    assert "Version 1, of 1 June 2026. Each opens in your browser." in page
    assert "Offer to Exchange HTML, 2 kB" in page
    assert "Earlier versions" not in page
    assert "What changed" not in page


def test_the_newest_version_comes_first_what_changed_next_and_the_earlier_ones_last(amended):
    found = sections(amended)
    titles = list(found)
    assert titles.index("What changed since the version before") < titles.index("Earlier versions")
    assert "Offer to Exchange, amended" in found["The offer’s documents"]
    assert "PDF, 2 pages, 1 kB" in found["The offer’s documents"]
    assert "marked to show" not in found["The offer’s documents"]
    assert "marked to show the changes" in found["What changed since the version before"]
    assert "A form that was signed on one of them stands" in found["Earlier versions"]
    assert "Questions and answers, version 1" in found["Version 1, of 1 June 2026"]


def test_a_document_of_an_earlier_version_still_opens_in_the_browser(amended):
    client = amended.client()
    for document in OfferDocument.objects.all():
        answer = client.get(amended.url(f"documents/{document.pk}/"))
        assert answer.content == bytes(document.body)
        assert answer["Content-Disposition"].startswith("inline")


def test_an_earlier_marked_copy_stands_with_its_own_version(amended):
    amended.go(DURING + timedelta(days=1))
    amended.amend(("offer_to_exchange", "Offer, third", "text/plain", b"third"))
    found = sections(amended)
    assert "What changed since the version before" not in found
    assert "marked to show the changes" in found["Version 2, of 10 June 2026"]
    assert "Offer, third" in found["The offer’s documents"]


def test_without_documents_the_page_says_whom_to_ask(stage, text):
    stage.amend()
    page = text(stage.client().get(stage.url("documents/")))
    assert "The company has put no documents here yet. Ask the contact named on this page for a copy." in page
    assert "None yet" in text(stage.client().get(stage.url()))
    assert "Version 1, of 1 June 2026" in page


def test_versions_ask_the_database_no_more(stage, amended, django_assert_max_num_queries):
    client = stage.client()
    client.get(stage.url("documents/"))
    with django_assert_max_num_queries(30):
        client.get(stage.url("documents/"))


@pytest.mark.parametrize(
    ("size", "words"),
    [(1, "1 kB"), (1000, "1 kB"), (1001, "2 kB"), (999_999, "1000 kB"), (1_000_000, "1.0 MB"), (2_340_001, "2.4 MB")],
)
def test_sizes_are_rounded_up(size, words):
    assert size_text(size) == words


def test_pages_are_counted_where_they_can_be_and_else_not_named(stage):
    assert count_pages(PDF) == 2
    assert count_pages(PDF.replace(b"/Count 2", b"/Count 3")) == 0
    assert count_pages(b"%PDF-1.7 /ObjStm") == 0
    assert count_pages(b"") == 0


def test_the_pages_of_a_paper_of_ours_are_counted_right(stage):
    stage.elect("L101", "LK-1003")
    rendered = render_paper(paper_id=Paper.objects.get(kind="election_receipt").pk, at=stage.now)
    with pikepdf.open(io.BytesIO(bytes(rendered.pdf))) as pdf:
        assert count_pages(bytes(rendered.pdf)) in {0, len(pdf.pages)}

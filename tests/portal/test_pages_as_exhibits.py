"""The holder's pages among the exhibits: an invented holder's, of one instant, and nothing of it stays."""

import subprocess
from datetime import timedelta

import pytest

from exchange.audit.models import AuditEvent
from exchange.documents.catalogue import KINDS
from exchange.documents.models import Paper
from exchange.elections.models import Form
from exchange.interchange.exports.order import Order
from exchange.kernel import clock
from exchange.notices.models import Message
from exchange.offers.reads import load
from exchange.people.models import Holder, User
from exchange.portal.specimen import pictures
from tests.support.life import live
from tests.support.world import a_grant, a_holder, a_live_offer

# Pages and papers of an invented holder: the same on every database.
pytestmark = [pytest.mark.look, pytest.mark.django_db]


def pages_of(offer, at=None):
    made = exhibits_of(offer, at)
    return {path: body.decode() for path, body in made.items() if not path.endswith(".pdf")}


def exhibits_of(offer, at=None):
    return {picture.path: picture.body for picture in pictures(Order(load(offer), at or clock.now()))}


def words(pdf):
    done = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    return " ".join(done.stdout.decode().split())


def test_every_page_up_to_the_confirmation_is_there():
    a_grant(a_holder("ANA"), "ANA-1")
    pages = pages_of(a_live_offer())
    names = [path.partition("-")[2] for path in pages if path.startswith("pages/") and path.endswith(".html")]
    assert names == [
        *("home.html", "documents.html", "options.html", "compare.html", "consent.html", "on-paper.html"),
        *("choose.html", "review.html", "withdraw.html", "notices.html", "history.html", "reports.html"),
        *("done.html", "home.html", "history.html", "form.html"),
    ]
    assert "SPECIMEN-1" in pages["pages/08-review.html"]
    assert "SPEC-IMEN" in pages["pages/13-done.html"]
    assert not any("ANA" in page for page in pages.values())


# Every kind but what is nobody's: the sample is invented anyway, and marked copies are among the documents.
EVERY_PAPER = {f"{kind.replace('_', '-')}.pdf" for kind in KINDS.keys() - {"sample", "marked_copy"}}


def papers_of(offer, at):
    made = exhibits_of(offer, at)
    return {path.removeprefix("papers/"): body for path, body in made.items() if path.startswith("papers/")}


def test_every_kind_of_paper_is_there_and_marked():
    a_grant(a_holder("ANA"), "ANA-1")
    offer, at = a_live_offer(), clock.now()
    papers = papers_of(offer, at)
    assert set(papers) == EVERY_PAPER
    for name, body in papers.items():
        text = words(body)
        assert "This is a specimen, made to be looked at." in text, name
        assert "Check this paper" not in text, name
        assert "ANA" not in text, name
    assert "SPECIMEN-1" in words(papers["promise-to-grant.pdf"])
    assert papers_of(offer, at) == papers


def test_the_papers_of_a_holder_tell_one_story():
    papers = {name: words(body) for name, body in papers_of(a_live_offer(), clock.now()).items()}
    assert "SPEC-IMEN-1" in papers["election-receipt.pdf"]
    assert "Withdraws Election Form SPEC-IMEN-1" in papers["withdrawal-receipt.pdf"]
    assert "SPEC-IMEN-3" in papers["form-not-in-force.pdf"]
    assert "Signed Option Agreement" in papers["signed-agreement.pdf"]
    assert "stock split, reverse split or stock dividend: 2 new for 1 old" in papers["adjustment-statement.pdf"]
    assert "Granted as SPECIMEN" in papers["final-statement.pdf"]
    assert "We received no form" not in papers["final-statement.pdf"]
    assert "by a password" in papers["audit-certificate.pdf"]


def test_an_offer_that_is_over_has_the_same_papers():
    """The exhibits are mostly taken then: receipts as forms had them while the offer took forms."""
    offer = live()
    papers = papers_of(offer, clock.now())
    assert set(papers) == EVERY_PAPER
    receipt = words(papers["election-receipt.pdf"])
    assert "SPECIMEN-1" in receipt
    assert "too late" not in receipt


def test_nothing_of_the_invented_holder_stays():
    offer = a_live_offer()
    models = (Holder, User, Form, Message, AuditEvent, Paper)
    before = [model.objects.count() for model in models]
    assert pages_of(offer)
    assert [model.objects.count() for model in models] == before


def test_the_same_instant_makes_the_same_pages_and_another_instant_others():
    offer, at = a_live_offer(), clock.now()
    assert pages_of(offer, at) == pages_of(offer, at)
    assert pages_of(offer, at) != pages_of(offer, at + timedelta(days=1))


def test_once_the_offer_has_closed_the_pages_say_so():
    offer = a_live_offer(expires_in=-timedelta(hours=1))
    pages = pages_of(offer)
    assert "pages/08-review.html" in pages
    assert "SPECIMEN-1" not in pages["pages/08-review.html"]
    assert "late" in pages["pages/13-done.html"]  # what one reads who signed after the deadline


def test_the_pages_stand_by_themselves():
    pages = pages_of(a_live_offer())
    for path, page in pages.items():
        if path.endswith(".html"):
            assert "<script" not in page
            assert 'src="/static' not in page
            assert 'href="/static' not in page
            assert "csrfmiddlewaretoken" not in page
    assert "pages/static/css/tokens.css" in pages


def test_a_finished_replay_has_the_pages_of_its_end():
    pages = pages_of(live())
    assert "pages/01-home.html" in pages
    assert "SPECIMEN-1" not in pages["pages/08-review.html"]


def test_the_clock_is_held_for_the_pages_only():
    at = clock.now() - timedelta(days=1)
    with clock.held_at(at):
        assert clock.now() == at
    assert clock.now() > at + timedelta(hours=23)

"""The holder's pages among the exhibits: an invented holder's, of one instant, and nothing of it stays."""

import subprocess
from datetime import timedelta

import pytest

from exchange.audit.models import AuditEvent
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

pytestmark = pytest.mark.django_db


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


def test_every_paper_up_to_the_option_agreement_is_there_and_marked():
    a_grant(a_holder("ANA"), "ANA-1")
    offer, at = a_live_offer(), clock.now()
    made = exhibits_of(offer, at)
    papers = {path.removeprefix("papers/"): body for path, body in made.items() if path.startswith("papers/")}
    assert set(papers) == {
        *("election-form.pdf", "notice-form.pdf", "option-statement.pdf", "election-receipt.pdf"),
        *("promise-to-grant.pdf", "new-option.pdf"),
    }
    for name, body in papers.items():
        text = words(body)
        assert "This is a specimen, made to be looked at." in text, name
        assert "Check this paper" not in text, name
        assert "ANA" not in text, name
    assert "SPEC-IMEN" in words(papers["election-receipt.pdf"])
    assert "SPECIMEN-1" in words(papers["promise-to-grant.pdf"])
    assert exhibits_of(offer, at) == made


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

"""An offer's letters, documents and texts, and letters given up, on the desk in Chromium: framed, checked, fitting."""

import os

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from exchange.notices.models import Message, State
from exchange.offers.actions import DocumentFile, load_offer, open_offer
from exchange.offers.approving import edit_wording
from exchange.offers.written import page_of
from exchange.staff.groups import synchronise
from tests.staff.conftest import an_account
from tests.staff.test_the_desk_in_a_browser import PHONE, WIDE, assert_accessible, assert_fits, sign_in
from tests.support.world import ACTOR, COMMENCES_AT, EXPIRES_AT, OVERRIDES, a_grant, a_holder, terms, value

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def offer(transactional_db):
    synchronise()
    plain = terms("TEST", commences_at=COMMENCES_AT, expires_at=EXPIRES_AT, is_replay=True)
    text = page_of("Offer", "<h1>Offer to Exchange</h1><p>You may tender any, all or none of your options.</p>")
    given = [DocumentFile("offer_to_exchange", "Offer to Exchange", "text/html", text)]
    value(load_offer(plain=plain, documents=given, actor="staff:hr@company.example", at=COMMENCES_AT))
    a_grant(a_holder("E1", legal_name="Maya Okafor"), "E1-1")
    a_grant(a_holder("E2", legal_name="ليلى عبد الرحمن", email="none"), "E2-1")
    words = {"code": "TEST", "actor": "staff:hr@company.example", "at": COMMENCES_AT, "based_on": 0}
    value(edit_wording(area="letter", kind="offer_opened", parts={"opening": "Good news, {holder_name}."}, **words))
    value(edit_wording(area="paper", kind="new_option", parts={"text": "<p>For {holder_name}.</p>"}, **words))
    offer = value(open_offer(code="TEST", actor=ACTOR, at=COMMENCES_AT, overrides=OVERRIDES)).offer
    Message.objects.filter(owner_key="holder:E1").update(state=State.FAILED, last_error="SMTPRecipientsRefused")
    return offer


@pytest.fixture
def desk(offer, live_server, browser):
    """Signed in as counsel."""
    context = browser.new_context(base_url=live_server.url, timezone_id="America/New_York")
    page = context.new_page()
    problems = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.set_viewport_size(WIDE)
    an_account("counsel")
    sign_in(page, live_server, "counsel")
    yield page
    context.close()
    assert problems == []


def pages():
    named = reverse
    return {
        "letters": named("staff:letters-of-offer", args=["TEST"]),
        "letter": named("staff:letter-of-offer", args=["TEST", "offer_opened"]) + "?person=E2",
        "documents": named("staff:documents-of-offer", args=["TEST"]),
        "write": named("staff:write-document", args=["TEST"]),
        "text": named("staff:paper-text", args=["TEST", "new_option"]),
        "failed": named("staff:failed-letters"),
    }


def test_each_page_can_be_read_by_all_and_fits(desk, live_server):
    for name, address in pages().items():
        desk.set_viewport_size(WIDE)
        desk.goto(live_server.url + address)
        assert_accessible(desk)
        assert_fits(desk)
        photograph(desk, name)
        desk.set_viewport_size(PHONE)
        assert_fits(desk)
        photograph(desk, f"{name}-phone")


def photograph(desk, name, *, full_page=True):
    """For whoever looks at what they changed: LOOK=folder."""
    if folder := os.environ.get("LOOK"):
        desk.screenshot(path=f"{folder}/{name}.png", full_page=full_page)


def test_the_letter_stands_in_its_frame_as_its_reader_gets_it_and_is_approved(desk, live_server):
    desk.goto(live_server.url + pages()["letter"])
    frame = desk.frame_locator("iframe")
    expect(frame.locator("body")).to_contain_text("Good news, ليلى عبد الرحمن.")
    expect(frame.locator(".sheet")).to_have_css("background-color", "rgb(255, 255, 255)")
    desk.locator("iframe").scroll_into_view_if_needed()
    photograph(desk, "frame", full_page=False)
    # By keyboard: a click that scrolls past a frame of its own process may still land where the frame was.
    desk.get_by_role("button", name="Approve this letter").press("Enter")
    expect(desk.get_by_text("Approved: 1.")).to_be_visible()

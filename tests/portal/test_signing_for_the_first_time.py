"""The first signature in a real browser: consent, someone else who signs, consent withdrawn, and who is it still."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from exchange.elections.models import ElectronicConsent, Form
from exchange.elections.reads import forms_of
from tests.portal.conftest import PASSWORD, Stage, signed_in

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]

REVIEW = "Review and sign your Election Form"
PROOF = {"name": "proof.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 a power of attorney"}


@pytest.fixture
def page(browser: Browser, live_server) -> Iterator[Page]:
    context = browser.new_context(base_url=live_server.url, timezone_id="America/New_York")
    yield context.new_page()
    context.close()


def be_maya(page: Page, stage: Stage, address: str, *, proved: float = 0) -> None:
    """The browser has a session of Maya's, who proved who she is so many seconds ago."""
    client = signed_in(Client(), stage.holder().user, ago=proved)
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": address}])


def heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def choose(page: Page, stage: Stage) -> None:
    page.goto(stage.url("choose/"))
    page.get_by_label("Grant LK-1003").check()
    page.get_by_role("button", name="Continue to review").click()


def review_shows_the_choices(page: Page) -> None:
    heading(page, REVIEW)
    table = page.get_by_role("table").first
    expect(table).to_contain_text("LK-1003")
    expect(table).not_to_contain_text("LK-1001")


def test_consent_then_an_attorney_signs_then_consent_is_withdrawn(bare_stage, page, live_server):
    stage = bare_stage.build(consented=False)
    be_maya(page, stage, live_server.url)
    choose(page, stage)

    heading(page, "Consent to electronic records")
    page.get_by_role("checkbox", name="I have opened the sample").check()
    page.get_by_role("button", name="Agree").click()
    expect(page.get_by_role("alert")).to_contain_text("Open the sample document first")
    assert not ElectronicConsent.objects.exists()
    with (
        page.context.expect_page() as opened,
        page.context.expect_event("response", lambda answer: answer.url.endswith("/sample.pdf")) as sample,
    ):
        page.get_by_role("link", name="Open the sample (PDF").click()
    assert sample.value.headers["content-type"] == "application/pdf"
    opened.value.close()
    page.get_by_role("checkbox", name="I have opened the sample").check()
    page.get_by_role("button", name="Agree").click()
    review_shows_the_choices(page)

    page.get_by_text("Someone else signs, or your name has changed").click()
    page.get_by_role("link", name="State who signs").click()
    page.get_by_label("An attorney-in-fact signs").check()
    page.get_by_label("Title of the signer").fill("General Counsel")
    page.get_by_label("Full name of the one who signs").fill("Grace Whitfield")
    page.get_by_label("Proof").set_input_files(PROOF)
    page.get_by_role("button", name="Keep this").click()
    review_shows_the_choices(page)
    expect(page.get_by_role("main")).to_contain_text("Grace Whitfield")
    page.get_by_label("I acknowledge").check()
    page.get_by_label("Type your full name to sign").fill("Grace Whitfield")
    page.get_by_role("button", name="Sign and submit Election Form").click()
    heading(page, "We have your Election Form")
    assert Form.objects.get().content()["form"]["signature_name"] == "Grace Whitfield"
    assert forms_of(stage.offer, stage.holder()).tendered == ["LK-1003"]

    page.get_by_role("link", name="Consent to electronic records").click()
    page.get_by_role("link", name="Withdraw this consent").click()
    page.get_by_role("button", name="Withdraw").click()
    heading(page, "Consent to electronic records")
    page.goto(stage.url("withdraw/"))
    heading(page, "You sign on paper now")
    for way in ("(707) 555-0143", "(707) 555-0142"):  # the fax, the telephone
        expect(page.get_by_role("main")).to_contain_text(way)
    expect(page.get_by_role("button", name="Sign and submit")).to_have_count(0)


def test_an_old_proof_of_identity_is_asked_again_and_the_choices_are_still_there(stage, page, live_server):
    be_maya(page, stage, live_server.url, proved=16 * 60)
    choose(page, stage)
    heading(page, "Is it still you?")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    review_shows_the_choices(page)

"""The desk as a person meets it: in Chromium, by keyboard and mouse, checked by axe, at two widths."""

from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from exchange.elections.models import Form
from exchange.interchange import imports
from exchange.interchange.staging import stage
from exchange.kernel import clock
from exchange.offers.actions import load_offer
from exchange.offers.reads import timeline_of
from tests.staff.conftest import an_account
from tests.staff.test_what_people_report import stranger
from tests.support.axe import violations
from tests.support.second_factor import code_of_app
from tests.support.tables import CAPSTONE
from tests.support.world import EXPIRES_AT, an_offer, election, holders_with_grants, paper, record, terms, value

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 320, "height": 740}


@pytest.fixture
def offer(transactional_db):
    from exchange.staff.groups import synchronise

    synchronise()
    made = an_offer()
    holders = holders_with_grants(3, grants=2)
    at = EXPIRES_AT - timedelta(days=9)
    forms = [paper(election(holder), f"F{place}", at) for place, holder in enumerate(holders[:2])]
    record(made, [*forms, paper(election(holders[2], signature_name=""), "F9", at)], at)
    return made


@pytest.fixture
def desk(offer, live_server, browser):
    """Signed in as HR through the sign-in page, on the desk."""
    context = browser.new_context(base_url=live_server.url, timezone_id="America/New_York")
    page = context.new_page()
    problems = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.set_viewport_size(WIDE)
    an_account("hr")
    sign_in(page, live_server, "hr")
    yield page
    context.close()
    assert problems == []


def sign_in(page, live_server, who):
    page.goto(live_server.url + reverse("staff:index"))
    page.get_by_label("E-mail address").fill(f"{who}@company.example")
    page.get_by_label("Password", exact=True).fill("a long password")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Code from your app").fill(code_of_app())
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(live_server.url + reverse("staff:index"))


def assert_accessible(page):
    page.wait_for_load_state()
    assert violations(page) == []


def assert_fits(page):
    """Nobody scrolls sideways to read."""
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize(("size", "scheme"), [(WIDE, "light"), (PHONE, "dark")])
def test_the_desk_its_lists_records_and_guarded_pages_are_accessible_and_fit(desk, live_server, offer, size, scheme):
    desk.set_viewport_size(size)
    desk.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    form = Form.objects.get(number="F9")
    report = stranger()
    amended = (CAPSTONE / "offer.toml").read_bytes()
    amendment = stage(kind="amendment", files=[("offer.toml", amended)], actor="a test", at=clock.now())
    for address in (
        reverse("staff:index"),
        reverse("staff:defects"),
        reverse("staff:elections_form_changelist"),
        reverse("staff:elections_form_change", args=[form.pk]),
        reverse("staff:people_holder_changelist"),
        reverse("staff:people_holder_change", args=[form.holder_id]),
        reverse("staff:offers_offer_change", args=[offer.pk]),
        reverse("staff:audit_auditevent_changelist"),
        reverse("staff:notices_message_changelist"),
        reverse("staff:invite", args=[offer.code]),
        reverse("staff:extend", args=[offer.code]),
        reverse("staff:approvals"),
        reverse("staff:accept", args=[offer.code]),
        reverse("staff:paper-form", args=[offer.code]) + f"?person={form.holder_id}",
        *(reverse(f"staff:{page}", args=[form.pk, "unsigned"]) for page in ("decide", "ask-defect", "cure-defect")),
        reverse("staff:people_report_changelist"),
        reverse("staff:people_report_change", args=[report.pk]),
        reverse("staff:answer-report", args=[report.pk]),
        reverse("staff:upload", args=["people"]),
        reverse("staff:amend", args=[offer.code]),
        reverse("staff:amend", args=[offer.code]) + f"?batch={amendment}",
    ):
        desk.goto(live_server.url + address)
        assert_accessible(desk)
        assert_fits(desk)


def test_an_extension_by_hand_from_the_desk(desk, live_server, offer):
    desk.get_by_role("link", name="Extend the offer").click()
    desk.get_by_label("New expiration").fill("2003-07-24T20:00:00")
    desk.get_by_label("When this happens").fill("2003-07-21T09:00:00")
    desk.get_by_role("button", name="See what will happen").click()
    assert_accessible(desk)
    desk.get_by_role("button", name="Propose: Extend the offer").click()
    expect(desk.get_by_role("alert").get_by_role("link", name="Type TEST, exactly so.")).to_be_visible()
    desk.get_by_label("Type TEST to confirm").fill("TEST")
    desk.get_by_role("button", name="Propose: Extend the offer").click()
    desk.get_by_role("status").get_by_text("Nothing is done until another person approves it").wait_for()
    assert_accessible(desk)
    assert timeline_of(offer).expires_at == EXPIRES_AT
    # Counsel at the same screen.
    desk.context.clear_cookies()
    an_account("counsel")
    sign_in(desk, live_server, "counsel")
    desk.get_by_role("link", name="Approve or decline: Extend the offer until 24 July 2003").click()
    assert_accessible(desk)
    desk.get_by_role("button", name="See what would happen now").click()
    assert_accessible(desk)
    desk.get_by_label("Type TEST to confirm").fill("TEST")
    desk.get_by_role("button", name="Approve: Extend the offer").click()
    desk.get_by_role("status").get_by_text("TEST is extended.").wait_for()
    assert timeline_of(offer).expires_at == EXPIRES_AT + timedelta(hours=3)


def test_a_paper_form_is_found_transcribed_and_recorded_by_keyboard(desk, live_server, offer):
    desk.get_by_role("link", name="Record a paper form", exact=True).first.click()
    desk.get_by_label("A part of the name, the employee number or the e-mail address").fill("Holder E3")
    desk.keyboard.press("Enter")
    desk.get_by_label("Fax").check()
    desk.get_by_label("Received").fill("2003-07-22T10:15:30")
    desk.get_by_label("Option E3-1 is on the form").check()
    desk.get_by_label("Name signed").fill("Holder E3")
    desk.get_by_label("Date signed").fill("2003-07-21")
    desk.get_by_role("button", name="See how it is judged").click()
    assert_accessible(desk)
    desk.get_by_text("Effective").first.wait_for()
    desk.get_by_role("button", name="Record the form").dblclick()
    desk.get_by_role("status").get_by_text("Form P-0001 is recorded").wait_for()
    assert Form.objects.filter(number="P-0001").count() == 1


def test_an_offer_is_prepared_by_hand(desk, live_server, offer):
    desk.goto(live_server.url + reverse("staff:new-offer"))
    assert_accessible(desk)
    desk.get_by_label("Code of the offer").fill("NEXT")
    desk.get_by_role("button", name="Add another contact").click()
    expect(desk.get_by_role("group", name="Contact 3")).to_be_visible()
    expect(desk.get_by_label("Code of the offer")).to_have_value("NEXT")
    desk.get_by_label("Code of the offer").press("Enter")
    desk.get_by_role("alert").get_by_role("link", name="Title of the offer: Fill this in.").click()
    expect(desk.locator("#id_title")).to_be_focused()
    assert_accessible(desk)
    content = b"employee_number,legal_name\nE1,\n"
    batch = imports.upload(kind="people", name="people.csv", content=content, actor="a test", at=clock.now())
    plain = terms("NEXT", commences_at=clock.now(), expires_at=clock.now() + timedelta(days=29), is_replay=False)
    value(load_offer(plain=plain, actor="a test", at=clock.now()))
    desk.set_viewport_size(PHONE)
    for address in (
        reverse("staff:edit-terms", args=["NEXT"]),
        reverse("staff:offer-documents", args=["NEXT"]),
        reverse("staff:preflight", args=["NEXT"]),
        reverse("staff:check", args=["NEXT", "placeholder_addresses"]),
        reverse("staff:eligibility", args=["NEXT"]),
        reverse("staff:eligibility", args=["NEXT"]) + "?show=options&why=eligible",
        reverse("staff:exceptions", args=["NEXT"]),
        reverse("staff:exclude", args=["NEXT"]),
        reverse("staff:imports"),
        reverse("staff:staged", args=[batch]),
    ):
        desk.goto(live_server.url + address)
        assert_accessible(desk)
        assert_fits(desk)

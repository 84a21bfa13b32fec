"""No answer after Sign: nothing typed is lost, the page tells whether the form arrived, and it is one form."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from exchange.elections.models import Form
from tests.portal.conftest import DURING, EXPIRES
from tests.portal.test_journeys_in_a_browser import heading, its_clock_stands, press_sign, sign, sign_in
from tests.support.browser import Held

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(browser: Browser, live_server) -> Iterator[Page]:
    context = browser.new_context(base_url=live_server.url, timezone_id="America/New_York")
    yield context.new_page()
    context.close()


def unknown(page: Page) -> None:
    expect(page.get_by_role("heading", name="We do not know whether it arrived")).to_be_visible()
    expect(page.get_by_label("Type your full name to sign")).to_have_value("Maya Okafor")
    expect(page.get_by_label("I acknowledge")).to_be_checked()


def test_offline_nothing_is_lost_and_pressing_again_sends_it_once(stage, page):
    sign_in(page)
    page.goto(stage.url("review/?grant=LK-1003"))
    page.get_by_label("Home or work address").fill("1 Mill Lane")
    page.context.set_offline(True)
    press_sign(page)
    unknown(page)
    page.get_by_role("button", name="Ask whether it arrived").click()
    expect(page.get_by_text("There is still no answer.")).to_be_visible()
    page.context.set_offline(False)
    page.get_by_role("button", name="Ask whether it arrived").click()
    expect(page.get_by_text("It has not arrived up to now.")).to_be_visible()
    assert not Form.objects.exists()
    page.get_by_role("button", name="Sign and submit again").click()
    heading(page, "We have your Election Form")
    assert Form.objects.get().content()["form"]["address"] == "1 Mill Lane"


def test_stored_but_the_answer_lost_the_page_finds_the_form_and_pressing_again_makes_no_second(stage, page):
    def answer_is_lost(route: Route) -> None:
        if route.request.method == "POST":
            route.fetch()
            route.abort()
        else:
            route.fallback()

    sign_in(page)
    page.goto(stage.url("review/?grant=LK-1003"))
    page.route("**/review/", answer_is_lost)
    press_sign(page)
    unknown(page)
    number = stage.last_form().number
    page.get_by_role("button", name="Sign and submit again").click()
    unknown(page)
    page.get_by_role("button", name="Ask whether it arrived").click()
    heading(page, "We have your Election Form")
    expect(page.locator(".big-number")).to_have_text(number)
    assert Form.objects.count() == 1
    # The same for a Notice; here Sign is pressed again once the answers come through.
    stage.go(DURING + timedelta(hours=1))
    page.goto(stage.url("withdraw/"))
    page.route("**/withdraw/", answer_is_lost)
    press_sign(page, "Sign and submit Notice to Withdraw")
    unknown(page)
    page.unroute("**/withdraw/")
    page.get_by_role("button", name="Sign and submit again").click()
    heading(page, "We have your Notice to Withdraw")
    assert Form.objects.filter(kind="withdrawal").count() == 1


def test_an_answer_that_takes_too_long_is_none_and_a_form_late_meanwhile_is_told_so(stage, page):
    sign_in(page)
    heading(page, "You can tender until 30 June 2026, 5:00 p.m. Pacific Time")
    its_clock_stands(page)
    page.goto(stage.url("review/?grant=LK-1003"))
    held = Held()  # neither sent nor refused
    page.route("**/review/", held)
    press_sign(page)
    expect(page.get_by_role("button", name="Sending…")).to_be_visible()
    route = held.first(page)
    page.clock.run_for(19_000)
    expect(page.get_by_role("button", name="Sending…")).to_be_visible()
    page.clock.run_for(2_000)
    unknown(page)
    route.abort()
    page.unroute("**/review/")
    stage.go(EXPIRES)
    page.get_by_role("button", name="Sign and submit again").click()
    heading(page, "Your Election Form arrived too late")
    assert Form.objects.count() == 1


def test_signed_out_or_signed_in_again_elsewhere_the_page_keeps_what_is_typed_and_sends_it(stage, page):
    sign_in(page)
    page.goto(stage.url("review/?grant=LK-1003"))
    elsewhere = page.context.new_page()
    elsewhere.goto(stage.url())
    elsewhere.get_by_role("button", name="Sign out").click()
    press_sign(page)
    expect(page.get_by_role("heading", name="You were signed out")).to_be_visible()
    expect(page.get_by_label("Type your full name to sign")).to_have_value("Maya Okafor")
    assert not Form.objects.exists()
    sign_in(elsewhere)
    heading(elsewhere, "You can tender until 30 June 2026, 5:00 p.m. Pacific Time")
    # The sign-in has replaced the token against forgery that this page holds: it asks for the new one by itself.
    page.get_by_role("button", name="Sign and submit Election Form").click()
    heading(page, "We have your Election Form")
    assert Form.objects.count() == 1


def test_choices_are_kept_as_they_change_and_leaving_is_asked_about_only_where_something_would_be_lost(stage, page):
    asked: list[str] = []

    def note(dialog):
        asked.append(dialog.type)
        dialog.dismiss()  # stay

    stage.elect("L101", "LK-1003")
    stage.go(DURING + timedelta(hours=1))
    sign_in(page)
    page.goto(stage.url("choose/"))
    expect(page.get_by_text("No change: these are the grants you tender already.")).to_be_visible()
    with page.expect_response("**/choose/?*keep=yes*"):
        page.get_by_label("Grants LK-1001 and LK-1002, together").check()
    expect(page.get_by_text("You are adding 2 grants, keeping 1 grant.")).to_be_visible()
    with page.expect_response("**/choose/?*keep=yes*"):
        page.get_by_label("Grant LK-1003").uncheck()
    expect(page.get_by_text("You are adding 2 grants, removing 1 grant.")).to_be_visible()
    page.on("dialog", note)
    with page.expect_event("dialog"):
        page.evaluate("window.location.assign('about:blank')")
    assert asked == ["beforeunload"]
    page.get_by_role("link", name="Documents", exact=True).first.click()  # the choices are kept: no question
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Choose what to tender")
    page.get_by_role("link", name="Your offer", exact=True).first.click()
    expect(page.get_by_text("You chose 2 grants, 10,000 shares.")).to_be_visible()
    page.get_by_role("link", name="Go on to review and sign").click()
    expect(page.get_by_text("You are adding 2 grants, removing 1 grant.")).to_be_visible()
    expect(page.get_by_text("Nothing is signed yet.")).to_be_visible()
    page.wait_for_load_state()  # the script that asks has run
    page.get_by_label("Type your full name to sign").fill("Maya Okafor")
    with page.expect_event("dialog"):
        page.evaluate("window.location.assign('about:blank')")
    assert asked == ["beforeunload", "beforeunload"]
    sign(page)
    heading(page, "We have your Election Form")
    assert asked == ["beforeunload", "beforeunload"]
    page.get_by_role("link", name="Your offer", exact=True).first.click()
    expect(page.get_by_text("You have chosen, and not signed")).to_have_count(0)

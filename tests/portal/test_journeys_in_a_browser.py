"""The holder's whole path in a real browser, with scripts and without."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core import mail
from playwright.sync_api import Browser, BrowserContext, Page, expect

from exchange.elections.models import Form
from exchange.elections.reads import forms_of
from tests.portal.conftest import DURING, EXPIRES, PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.everywhere, pytest.mark.django_db(transaction=True)]


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def page(request: pytest.FixtureRequest, browser: Browser, live_server) -> Iterator[Page]:
    context = browser.new_context(
        base_url=live_server.url, java_script_enabled=request.param, timezone_id="America/New_York"
    )
    yield context.new_page()
    context.close()


@pytest.fixture
def scripted(browser: Browser, live_server) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=live_server.url, timezone_id="America/New_York")
    yield context
    context.close()


def sign_in(page: Page, name: str = "maya", password: str = PASSWORD) -> None:
    page.goto("/")
    page.get_by_label("E-mail address").fill(f"{name}@larkfield.example")
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_label("E-mail address")).to_have_count(0)


def press_sign(page: Page, button: str = "Sign and submit Election Form", name: str = "Maya Okafor") -> None:
    page.get_by_label("I acknowledge").check()
    page.get_by_label("Type your full name to sign").fill(name)
    page.get_by_role("button", name=button).click()


def sign(page: Page, button: str = "Sign and submit Election Form", name: str = "Maya Okafor") -> None:
    """Press Sign, and wait for the page that follows: a script sends the form, no navigation of the browser's."""
    press_sign(page, button, name)
    expect(page.get_by_label("Type your full name to sign")).to_have_count(0)


def its_clock_stands(page: Page, *, year: int = 2026) -> None:
    """The page's own clock goes on when the test says so, however long the machine takes."""
    page.clock.install(time=f"{year}-01-01T00:00:00")
    page.clock.pause_at(f"{year}-01-02T00:00:00")


def heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def test_a_forgotten_password(stage, page):
    page.goto("/")
    page.get_by_role("link", name="I forgot my password").click()
    page.get_by_label("E-mail address").fill("maya@larkfield.example")
    page.get_by_role("button", name="Send the link").click()
    heading(page, "Look in your e-mail")
    page.goto(re.search(r"http://\S+", mail.outbox[0].body)[0])
    page.get_by_label("New password", exact=True).fill("another-long-password")
    page.get_by_label("New password again").fill("another-long-password")
    page.get_by_role("button", name="Save the new password").click()
    heading(page, "Your password is changed")
    sign_in(page, password="another-long-password")
    heading(page, "You can tender until 30 June 2026, 5:00 p.m. Pacific Time")


def test_tender_replace_withdraw_and_tender_again(stage, page):
    sign_in(page)
    page.get_by_role("link", name="Choose what to tender").click()
    page.get_by_role("button", name="Continue to review").click()
    page.get_by_role("link", name=re.compile("Tick at least one option")).click()
    page.get_by_label("Grants LK-1001 and LK-1002, together").check()
    page.get_by_role("button", name="Continue to review").click()
    heading(page, "Review and sign your Election Form")
    expect(page.get_by_text("This is the last step.")).to_be_visible()
    page.get_by_role("button", name="Sign and submit Election Form").click()
    expect(page.get_by_role("alert")).to_contain_text("Type your full name to sign.")
    sign(page)
    heading(page, "We have your Election Form")
    first = stage.last_form().number
    expect(page.locator(".big-number")).to_have_text(first)
    expect(page.get_by_text("There is no further step.")).to_be_visible()

    stage.go(DURING + timedelta(hours=1))
    page.get_by_role("link", name="Change what you tender").click()
    expect(page.get_by_label("Grants LK-1001 and LK-1002, together")).to_be_checked()
    page.get_by_label("Grant LK-1003").check()
    page.get_by_label("Grants LK-1001 and LK-1002, together").uncheck()
    page.get_by_role("button", name="Continue to review").click()
    expect(page.get_by_role("listitem").filter(has_text="Added")).to_contain_text("LK-1003")
    sign(page)
    second = stage.last_form().number

    stage.go(DURING + timedelta(hours=2))
    page.get_by_role("link", name="Withdraw everything").click()
    sign(page, "Sign and submit Notice to Withdraw")
    heading(page, "We have your Notice to Withdraw")
    notice = stage.last_form().number

    stage.go(DURING + timedelta(hours=3))
    page.get_by_role("link", name="Sign a new Election Form").click()
    page.get_by_label("Grant LK-1003").check()
    page.get_by_role("button", name="Continue to review").click()
    sign(page)
    last = stage.last_form().number

    page.get_by_role("link", name="Your forms", exact=True).click()
    rows = page.get_by_role("row").filter(has=page.get_by_role("link"))
    expect(rows).to_have_count(4)
    for row, (number, status) in enumerate(
        [
            (last, "In force"),
            (notice, f"Replaced by {last}"),
            (second, f"Withdrawn by {notice}"),
            (first, f"Replaced by {second}"),
        ]
    ):
        expect(rows.nth(row)).to_contain_text(number)
        expect(rows.nth(row)).to_contain_text(status)
    page.get_by_role("link", name=first).click()
    expect(page.get_by_text("Digest of the signed record")).to_be_visible()
    assert forms_of(stage.offer, stage.holder()).tendered == ["LK-1003"]


def test_late_is_told_and_withdrawal_stays_open(stage, page):
    stage.elect("L101", "LK-1003")
    sign_in(page)
    page.get_by_role("link", name="Change what you tender").click()
    page.get_by_label("Grants LK-1001 and LK-1002, together").check()
    page.get_by_role("button", name="Continue to review").click()
    stage.go(EXPIRES)
    sign(page)
    heading(page, "Your Election Form arrived too late")
    page.get_by_role("link", name="Withdraw an earlier tender").click()
    sign(page, "Sign and submit Notice to Withdraw")
    heading(page, "We have your Notice to Withdraw")
    assert forms_of(stage.offer, stage.holder()).tendered == []


def test_after_acceptance_and_after_the_grant(stage, page):
    stage.elect("L101", "LK-1001", "LK-1003")
    stage.accept()
    sign_in(page)
    heading(page, "Your tender was accepted")
    page.get_by_role("link", name="See what was accepted").first.click()
    heading(page, "What was accepted")
    stage.promise()
    page.get_by_role("link", name="Your offer", exact=True).first.click()
    page.get_by_role("link", name="Your Promise to Grant").click()
    heading(page, "Your Promise to Grant")
    expect(page.get_by_role("link", name="Open the promise (PDF)")).to_be_visible()
    stage.grant()
    page.get_by_role("link", name="Your offer", exact=True).first.click()
    page.get_by_role("link", name="See your new options").first.click()
    heading(page, "Your new options")
    page.get_by_text("Vesting schedule for grant LK-1003").click()
    expect(page.get_by_role("row", name="4 July 2030 37 1,750")).to_be_visible()


def test_a_double_click_is_one_form(stage, scripted):
    page = scripted.new_page()
    sign_in(page)
    page.goto(stage.url("review/?grant=LK-1003"))
    page.get_by_label("I acknowledge").check()
    page.get_by_label("Type your full name to sign").fill("Maya Okafor")
    page.get_by_role("button", name="Sign and submit Election Form").dblclick()
    heading(page, "We have your Election Form")
    assert Form.objects.count() == 1


def test_two_browsers_of_one_holder_give_one_form_in_force_and_a_right_history(stage, scripted, browser, live_server):
    one = scripted.new_page()
    elsewhere = browser.new_context(base_url=live_server.url)
    other = elsewhere.new_page()
    for page, grant in ((one, "LK-1003"), (other, "LK-1001")):
        sign_in(page)
        page.goto(stage.url(f"review/?grant={grant}"))
    sign(one)
    heading(one, "We have your Election Form")
    stage.go(DURING + timedelta(minutes=1))
    sign(other)
    heading(other, "Your election changed meanwhile")
    assert forms_of(stage.offer, stage.holder()).tendered == ["LK-1003"]
    other.get_by_role("link", name="Review and sign again").click()
    sign(other)
    heading(other, "We have your Election Form")
    assert [form.sequence for form in forms_of(stage.offer, stage.holder()).forms] == [1, 2]
    elsewhere.close()


def test_the_page_says_by_itself_that_the_deadline_passed(stage, scripted):
    stage.go(EXPIRES - timedelta(seconds=2))
    page = scripted.new_page()
    its_clock_stands(page)
    sign_in(page)
    heading(page, "You can tender until 30 June 2026, 5:00 p.m. Pacific Time")
    page.goto(stage.url("review/?grant=LK-1003"))
    notice = page.get_by_role("alert").filter(has_text="The deadline has passed")
    expect(notice).to_be_hidden()
    expect(page.get_by_role("timer")).to_have_text("2 seconds")
    page.clock.run_for(1_000)
    expect(page.get_by_role("timer")).to_have_text("1 second")
    expect(notice).to_be_hidden()
    page.clock.run_for(1_000)
    expect(notice).to_be_visible()
    expect(page.get_by_role("timer")).to_have_text("The deadline has passed")
    stage.go(EXPIRES + timedelta(seconds=1))
    sign(page)
    heading(page, "Your Election Form arrived too late")


def test_a_wrong_clock_on_the_device_changes_nothing(stage, scripted):
    page = scripted.new_page()
    its_clock_stands(page, year=2031)
    sign_in(page)
    expect(page.get_by_role("timer")).to_have_text("20 days 6 hours")
    page.clock.fast_forward("01:00:00")
    expect(page.get_by_role("timer")).to_have_text("20 days 5 hours")


def test_seconds_are_counted_only_in_the_last_ten_minutes_and_never_read_out(stage, scripted):
    stage.go(EXPIRES - timedelta(minutes=10, seconds=30))
    page = scripted.new_page()
    its_clock_stands(page)
    sign_in(page)
    timer, voice = page.get_by_role("timer"), page.locator("[data-voice]")
    expect(timer).to_have_text("10 minutes")
    page.clock.run_for(35_000)
    expect(timer).to_have_text("9 minutes 55 seconds")
    expect(voice).to_have_text("10 minutes left until the offer expires")
    page.clock.run_for(7_000)
    expect(timer).to_have_text("9 minutes 48 seconds")
    expect(voice).to_have_text("10 minutes left until the offer expires")
    assert timer.get_attribute("aria-live") is None


def test_every_instant_stands_there_in_the_readers_own_zone_too(stage, scripted):
    page = scripted.new_page()
    sign_in(page)
    expect(page.locator(".strip-deadline")).to_contain_text("Your time: 30 June 2026 at 20:00")


def test_the_whole_path_by_keyboard(stage, scripted):
    page = scripted.new_page()
    sign_in(page)
    page.wait_for_url("**/offers/**")  # a key pressed before the page is there is pressed on the one before it
    page.bring_to_front()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the main content")).to_be_focused()
    page.goto(stage.url("choose/"))
    page.get_by_label("Grant LK-1003").focus()
    page.keyboard.press("Space")
    expect(page.get_by_text("1 grant ticked, 1,750 shares.")).to_be_visible()
    page.keyboard.press("Enter")
    heading(page, "Review and sign your Election Form")
    page.get_by_label("I acknowledge").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("Maya Okafor")
    page.keyboard.press("Enter")
    heading(page, "We have your Election Form")

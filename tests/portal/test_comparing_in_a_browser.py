"""Comparing in a real browser: the same figures with scripts and without, by keyboard, late answers and failures."""

import re
from collections.abc import Iterator

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, Route, expect

from tests.support.browser import Held

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def _open(browser: Browser, stage, address: str, *, scripts: bool) -> Page:
    """A page of Maya's, signed in."""
    context = browser.new_context(base_url=address, java_script_enabled=scripts, reduced_motion="reduce")
    value = stage.client().cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": address}])
    return context.new_page()


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def page(request: pytest.FixtureRequest, browser: Browser, stage, live_server) -> Iterator[Page]:
    made = _open(browser, stage, live_server.url, scripts=request.param)
    yield made
    made.context.close()


@pytest.fixture
def scripted(browser: Browser, stage, live_server) -> Iterator[Page]:
    made = _open(browser, stage, live_server.url, scripts=True)
    yield made
    made.context.close()


def _figures(page: Page, price: str) -> None:
    expect(page.get_by_role("heading", name=f"If the price on the grant date is {price}", exact=True)).to_be_visible()


def test_from_the_options_to_the_figures_and_on_to_choosing(stage, page):
    page.goto(stage.url("options/"))
    page.get_by_role("link", name="Compare keeping and exchanging").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Compare keeping and exchanging")
    page.get_by_text("Vesting of the new option for LK-1003, date by date").click()
    expect(page.get_by_role("row", name="30 June 2030 37 1,750")).to_be_visible()

    page.get_by_role("button", name="Show the figures").click()
    expect(page.get_by_role("link", name="Enter a share price on the grant date.")).to_be_visible()
    field = page.get_by_role("textbox", name="Share price on the grant date")
    expect(field).to_have_accessible_description(re.compile("Enter a share price on the grant date"))
    field.fill("9.20")
    page.get_by_role("textbox", name="Share price later on").fill("20")
    page.get_by_role("button", name="Show the figures").click()
    _figures(page, "$9.20")
    expect(page).to_have_url(re.compile(r"grant_price=9.20&later_price=20.*#what-if$"))
    row = page.get_by_role("row", name=re.compile(r"^\$20.00 "))
    expect(row.get_by_role("cell").nth(0)).to_have_text("$38,312.50")
    expect(row.get_by_role("cell").nth(1)).to_have_text("$126,900.00")
    picture = page.get_by_role("img", name=re.compile("if the price on the grant date is"))
    expect(picture).to_have_accessible_description(re.compile("At about \\$9.54: both come to the same"))

    page.get_by_role("link", name="Grant LK-1003 counted alone").click()
    expect(page.get_by_text("Counted: 1 grant, 1,750 shares.")).to_be_visible()
    expect(page.get_by_role("textbox", name="Share price later on")).to_have_value("20.00")
    page.reload()
    expect(page.get_by_role("checkbox", name="Grants LK-1001 and LK-1002, together")).not_to_be_checked()
    page.get_by_role("link", name="Choose what to tender").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Choose what to tender")


def test_figures_follow_the_keys_and_the_slider_without_leaving_the_page(stage, scripted):
    page = scripted
    page.goto(stage.url("compare/"))
    page.bring_to_front()
    field = page.get_by_role("textbox", name="Share price on the grant date")
    field.focus()
    page.keyboard.type("9.20")
    _figures(page, "$9.20")
    expect(page.get_by_role("status")).to_contain_text("With $9.20 on the grant date")
    page.keyboard.press("Tab")
    slider = page.get_by_role("slider", name="Share price on the grant date, by slider")
    expect(slider).to_be_focused()
    expect(slider).to_have_attribute("aria-valuetext", "$9.20")
    page.keyboard.press("ArrowRight")
    expect(field).to_have_value("10.00")
    _figures(page, "$10.00")
    expect(page).to_have_url(re.compile("grant_price=10.00"))
    page.keyboard.press("Tab")
    page.keyboard.type("1.23456")
    later = page.get_by_role("textbox", name="Share price later on")
    expect(later).to_have_attribute("aria-invalid", "true")
    expect(later).to_have_accessible_description(re.compile("four decimals at most"))
    expect(page.get_by_role("status")).to_have_text("Enter a price with four decimals at most.")
    page.keyboard.press("Backspace")
    expect(page.get_by_role("status")).to_contain_text("and $1.2345 later: keeping $0.00, exchanging $0.00.")
    expect(later).not_to_have_attribute("aria-invalid", "true")
    page.get_by_text("Options to count", exact=True).click()
    page.get_by_role("checkbox", name="Grant LK-1003").uncheck()
    expect(page.get_by_text("Counted: 2 grants, 10,000 shares.").first).to_be_visible()
    page.get_by_role("checkbox", name="Grants LK-1001 and LK-1002, together").uncheck()
    expect(page.get_by_role("status")).to_have_text("Tick at least one option to count.")
    page.go_back()
    expect(page).not_to_have_url(re.compile("grant_price"))  # dragging leaves no heap of addresses behind


# Notes whether the figures ever show what the late answer says.
WATCH_FOR_LATE = """() => {
  window.isLateShown = false;
  const figures = document.querySelector("[data-figures]");
  const look = () => { window.isLateShown = window.isLateShown || figures.textContent.includes("came too late"); };
  new MutationObserver(look).observe(figures, {childList: true, subtree: true, characterData: true});
}"""


def test_a_late_answer_is_dropped_and_a_failure_is_said(stage, scripted):
    page = scripted
    page.goto(stage.url("compare/"))
    held = Held()

    def answer(route: Route) -> None:
        if route.request.headers.get("x-fragment") is None:
            route.continue_()
        elif "grant_price=5" in route.request.url:
            held(route)
        elif "grant_price=7" in route.request.url:
            route.fulfill(status=503, body="")
        else:
            route.continue_()

    page.route("**/compare/**", answer)
    field = page.get_by_role("textbox", name="Share price on the grant date")
    field.fill("5")
    late = held.first(page)
    field.fill("6")
    _figures(page, "$6.00")
    page.evaluate(WATCH_FOR_LATE)
    late.fulfill(status=200, body="<p>came too late</p>")
    field.fill("6.5")
    _figures(page, "$6.50")  # an answer that came before this one's has been looked at
    assert page.evaluate("window.isLateShown") is False
    field.fill("6")
    _figures(page, "$6.00")
    field.fill("7")
    expect(page.locator("[data-trouble]")).to_contain_text("The figures could not be brought up to date.")
    expect(page.get_by_role("status")).to_contain_text("could not be brought up to date")
    _figures(page, "$6.00")
    page.unroute("**/compare/**")
    page.context.clear_cookies()
    field.fill("8")
    expect(page.locator("[data-trouble]")).to_contain_text("You have been signed out.")
    page.get_by_role("button", name="Show the figures").click()
    expect(page).to_have_url(re.compile(r"login/\?next=.*grant_price%3D8"))

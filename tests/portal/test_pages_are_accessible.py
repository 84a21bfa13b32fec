"""Every page in every state (`scenes`): no axe violation, nothing scrolls sideways, on phone and desk, dark and light.

`--screenshots FOLDER` photographs each while it is there. What a page looks like does not depend on the database.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, expect

from tests.portal.scenes import SCENES, View
from tests.support.axe import violations

pytestmark = [pytest.mark.browser, pytest.mark.look, pytest.mark.django_db(transaction=True)]

PHONE, DESK = {"width": 360, "height": 780}, {"width": 1280, "height": 900}
# WCAG 2.2 AA by name, so that the rules of 2.2 (the size of what one taps) are asked too; and good practice.
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"target-size": {"enabled": True}},
}
# Again by day on a desk, what other colours and widths change: in the scenes that use every part there is, as
# all colours and sizes come from the same few tokens.
BY_DAY = {"deciding", "tendered", "agreements"}
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "target-size", "link-in-text-block"]}}
# What a reader may ask of the page: a narrow screen; 200 % zoom of a usual one; text spaced as WCAG 1.4.12 has it.
SPACED = """* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
p { margin-bottom: 2em !important }"""


@pytest.fixture
def page(browser: Browser, live_server) -> Iterator[Page]:
    context = browser.new_context(base_url=live_server.url, timezone_id="America/New_York", bypass_csp=True)
    made = context.new_page()
    yield made
    context.close()


def _be(page: Page, stage: Any, who: str, address: str) -> None:
    """The browser takes over a test client's session; a stranger has none."""
    page.context.clear_cookies()
    if who:
        value = stage.client(who).cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": address}])


def _scrolls_sideways(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


def _faults(page: Page, name: str, folder: str | None) -> list[Any]:
    """What axe finds on the page as it stands, in the four ways it is looked at; and sideways scrolling."""
    faults: list[Any] = []
    for size, scheme, rules in ((PHONE, "dark", RULES), (DESK, "light", COLOURS)):
        if rules is COLOURS and name.partition(".")[0] not in BY_DAY and not folder:
            continue
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # no half-way colours
        found = violations(page, rules)
        faults += [(name, size["width"], fault["id"], fault["nodes"][0]["html"]) for fault in found]
    for width in (320, 640):
        page.set_viewport_size({"width": width, "height": 800})
        if _scrolls_sideways(page):
            faults.append((name, width, "scrolls sideways"))
    page.set_viewport_size({"width": 320, "height": 800})
    spacing = page.add_style_tag(content=SPACED)
    if _scrolls_sideways(page):
        faults.append((name, 320, "scrolls sideways when its text is spaced"))
    spacing.evaluate("element => element.remove()")
    if folder:
        _photograph(page, name, Path(folder))
    return faults


def _photograph(page: Page, name: str, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for device, size in (("phone", PHONE), ("desk", DESK)):
        page.set_viewport_size(size)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            page.screenshot(path=folder / f"{name}.{device}.{scheme}.png", full_page=True)


def _show(page: Page, stage: Any, view: View, address: str) -> None:
    _be(page, stage, view.who, address)
    page.goto(view.path)
    if view.do:
        view.do(page)


@pytest.mark.parametrize("scene", SCENES)
def test_every_page_of_the_scene(scene, bare_stage, page, live_server, request):
    folder = request.config.getoption("--screenshots")
    faults: list[Any] = []
    for view in SCENES[scene](bare_stage):
        _show(page, bare_stage, view, live_server.url)
        faults += _faults(page, f"{scene}.{view.name}", folder)
    assert not faults


# Of what is shown: its colours, and what one can only press or choose from.
ON_PAPER = """() => {
  const style = getComputedStyle(document.body);
  const all = [...document.querySelectorAll('.menu a, button, .button, .skip, .back')];
  const pressable = all.filter(each => each.checkVisibility()).length;
  return {ink: style.color, ground: style.backgroundColor, pressable};
}"""


def test_on_paper_a_page_is_light_whatever_the_screen_and_has_nothing_to_press(bare_stage, page, live_server):
    stage = bare_stage.build()
    stage.elect("L101", "LK-1003")
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    _show(page, stage, View("done", stage.url(f"forms/{stage.last_form().pk}/done/")), live_server.url)
    on_screen = page.evaluate(ON_PAPER)
    page.emulate_media(media="print")
    on_paper = page.evaluate(ON_PAPER)
    assert on_screen["pressable"] > 0
    assert on_paper == {"ink": "rgb(0, 0, 0)", "ground": "rgb(255, 255, 255)", "pressable": 0}
    assert on_screen["ground"] != on_paper["ground"]
    expect(page.get_by_role("heading", level=1)).to_be_visible()

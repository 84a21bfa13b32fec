"""By keyboard alone: everything one can act on is reached in the order it is read, is seen, and says what it is."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page

from tests.portal.scenes import SCENES

pytestmark = [pytest.mark.browser, pytest.mark.look, pytest.mark.django_db(transaction=True)]

# What one can act on, in the order of the document; of radio buttons the keyboard stops at one of a group.
REACHABLE = """() => {
  const all = [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')];
  const seen = new Set();
  return all.filter(each => {
    if (each.disabled || each.type === 'hidden') return false;
    if (!each.checkVisibility({visibilityProperty: true})) return false;
    if (each.closest('details:not([open])') && each.tagName !== 'SUMMARY') return false;
    if (each.type === 'radio') { if (seen.has(each.name)) return false; seen.add(each.name); }
    return true;
  }).map((each, at) => { each.dataset.order = at; return each.outerHTML.slice(0, 90); });
}"""
# The element that has the focus: its place, its name as it is read out, and whether one sees that it has it.
FOCUSED = """() => {
  const it = document.activeElement;
  if (!it || it === document.body) return null;
  const box = it.getBoundingClientRect();
  const style = getComputedStyle(it);
  const labels = it.labels ? [...it.labels].map(label => label.textContent).join(' ') : '';
  const labelled = (it.getAttribute('aria-labelledby') || '').split(' ').filter(Boolean)
    .map(id => (document.getElementById(id) || {}).textContent || '').join(' ');
  const name = it.getAttribute('aria-label') || labelled || labels || it.textContent || it.title || '';
  const parent = it.closest('label, li, div');
  const shown = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 || style.boxShadow !== 'none';
  const middle = document.elementFromPoint(box.left + box.width / 2, box.top + Math.min(box.height, 20) / 2);
  const covered = middle && !it.contains(middle) && !middle.contains(it) && !(parent && parent.contains(middle));
  return {order: Number(it.dataset.order ?? -1), name: name.replace(/\\s+/g, ' ').trim(), shown,
          size: box.width * box.height, covered, href: it.getAttribute('href') || '', html: it.outerHTML.slice(0, 90)};
}"""


@pytest.fixture
def page(browser: Browser, live_server) -> Iterator[Page]:
    # Playwright waits by evaluating text, which the pages' policy forbids.
    size = {"width": 1280, "height": 900}
    context = browser.new_context(base_url=live_server.url, viewport=size, bypass_csp=True)
    made = context.new_page()
    yield made
    context.close()


def _walk(page: Page, most: int) -> list[dict[str, Any]]:
    """Tab from the first of the page (where errors are told, the page begins at them) until the focus leaves it."""
    page.evaluate("document.querySelector('[data-order=\"0\"]').focus({focusVisible: true})")
    stops: list[dict[str, Any]] = [page.evaluate(FOCUSED)]
    for _step in range(most + 5):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        if stop is None or (stops and stop["order"] == stops[0]["order"]):
            break
        stops.append(stop)
    return stops


def _faults(name: str, stops: Sequence[dict[str, Any]], reachable: Sequence[str]) -> list[tuple[str, str, str]]:
    faults = []
    visited = [stop["order"] for stop in stops]
    if visited != sorted(visited):
        faults.append((name, "not in reading order", str(visited)))
    missed = [html for order, html in enumerate(reachable) if order not in visited]
    faults += [(name, "not reached", html) for html in missed]
    for stop in stops:
        if not stop["name"]:
            faults.append((name, "without a name", stop["html"]))
        if not stop["shown"] or not stop["size"]:
            faults.append((name, "the focus is not seen", stop["html"]))
        if stop["covered"]:
            faults.append((name, "the focus is covered", stop["html"]))
    faults += [(name, "one name for two places", said) for said in _ambiguous(stops)]
    return faults


def _ambiguous(stops: Sequence[dict[str, Any]]) -> list[str]:
    """Names of links that lead to different places: heard out of context, nobody knows which is which."""
    places: dict[str, set[str]] = {}
    for stop in stops:
        if stop["href"]:
            places.setdefault(stop["name"], set()).add(stop["href"].partition("#")[0])
    return [name for name, found in places.items() if len(found) > 1]


# Scenes whose pages are built of other parts than those of the rest; the others are walked by hand when they change.
WALKED = [
    "getting-in",
    "invited",
    "deciding",
    "changing",
    "consent",
    "chosen-and-not-signed",
    "someone-else-signs",
    "agreements",
    "notices-and-reports",
    "ones-own-record",
]


@pytest.mark.parametrize("scene", WALKED)
def test_every_page_of_the_scene_by_keyboard(scene, bare_stage, page, live_server):
    faults: list[tuple[str, str, str]] = []
    for view in SCENES[scene](bare_stage):
        page.context.clear_cookies()
        if view.who:
            value = bare_stage.client(view.who).cookies[settings.SESSION_COOKIE_NAME].value
            page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}])
        page.goto(view.path)
        if view.do:
            view.do(page)
        reachable = page.evaluate(REACHABLE)
        faults += _faults(view.name, _walk(page, len(reachable)), reachable)
    assert not faults

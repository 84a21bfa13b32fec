"""Every page and state: no axe violation, on a phone and on a desk; nothing scrolls sideways at 320 px."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page

from tests.portal.conftest import DURING, EXPIRES

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(browser: Browser, live_server) -> Iterator[Page]:
    context = browser.new_context(base_url=live_server.url, timezone_id="America/New_York")
    yield context.new_page()
    context.close()


def _be(page: Page, client: Client, address: str) -> None:
    """The browser takes over a test client's session."""
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": address}])


def _faults(page: Page, path: str) -> list[Any]:
    """What axe finds on the page as it stands, on a phone in the dark and on a desk by day; and sideways scroll."""
    faults: list[Any] = []
    for width, scheme in ((360, "dark"), (1280, "light")):
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # no half-way colours
        found = Axe().run(page).response["violations"]
        faults += [(path, width, fault["id"], fault["nodes"][0]["html"]) for fault in found]
    page.set_viewport_size({"width": 320, "height": 800})
    if page.evaluate("document.documentElement.scrollWidth") > 320:
        faults.append((path, 320, "scrolls sideways"))
    return faults


def _check(page: Page, paths: list[str]) -> None:
    faults: list[Any] = []
    for path in paths:
        page.goto(path)
        faults += _faults(page, path)
    assert not faults


def test_before_signing_in(stage, page):
    _check(page, ["/accounts/login/", "/accounts/password/reset/", "/accounts/password/reset/done/", "/no/such/page/"])
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Sign in").click()
    assert not _faults(page, "sign-in with errors")


def test_deciding_and_signing(stage, page, live_server):
    _be(page, stage.client(), live_server.url)
    names = [
        "",
        "options/",
        "choose/",
        "review/?chosen=yes",
        "review/?grant=LK-1001&grant=LK-1003",
        "withdraw/",
        "forms/",
    ]
    _check(page, [stage.url(name) for name in [*names, "documents/", "outcome/"]])
    page.goto(stage.url("review/?grant=LK-1001"))
    page.get_by_role("button", name="Sign and submit Election Form").click()
    assert not _faults(page, "review with errors")


def test_after_signing_changing_and_coming_late(stage, page, live_server):
    first = stage.elect("L101", "LK-1001")
    client = stage.client()
    token, late = stage.token(client, "LK-1003"), stage.token(client, "LK-1003")
    stage.go(DURING + timedelta(hours=1))
    stage.sign(client, token)
    stage.go(EXPIRES)
    stage.sign(client, late)
    _be(page, client, live_server.url)
    forms = [f"forms/{form.pk}/" for form in (first, stage.last_form())]
    names = ["", "choose/", "forms/", *forms, *[f"{form}done/" for form in forms], "withdraw/", "documents/"]
    _check(page, [stage.url(name) for name in names])


def test_one_who_cannot_take_part(stage, page, live_server):
    _be(page, stage.client("L104"), live_server.url)
    _check(page, [stage.url(name) for name in ("", "options/", "choose/")])


def test_a_replay_and_the_offers_end(bare_stage, page, live_server):
    stage = bare_stage.build(is_replay=True)
    stage.elect("L101", "LK-1001", "LK-1003")
    stage.accept()
    stage.promise()
    stage.grant()
    _be(page, stage.client(), live_server.url)
    names = ("", "outcome/", "promise/", "new-options/", "documents/", "withdraw/", "forms/")
    _check(page, [stage.url(name) for name in names])

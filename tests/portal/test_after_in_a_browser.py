"""After the grant, in a real browser: the agreements, the signature, the calendar, one's record, the download."""

import zipfile
from collections.abc import Iterator

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, expect

from exchange.audit.looks import record_look
from exchange.settlement.models import AgreementSignature

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(browser: Browser, live_server) -> Iterator[Page]:
    """Without scripts: everything here is a page, a form or a file."""
    context = browser.new_context(
        base_url=live_server.url, java_script_enabled=False, viewport={"width": 360, "height": 740}
    )
    yield context.new_page()
    context.close()


def heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def test_from_home_to_signed_agreements_and_everything_held(stage, page, live_server):
    stage.elect("L101", "LK-1001", "LK-1003")
    stage.accept()
    stage.promise()
    stage.grant()
    record_look(
        subject="L101", what="promise", name="P-1", by="Hannah", group="HR", actor="staff:hannah", at=stage.now
    )
    session = stage.client().cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])

    page.goto(stage.url())
    page.get_by_role("link", name="Read and sign them").first.click()
    heading(page, "Sign your 3 option agreements")
    page.get_by_role("button", name="Sign 3 option agreements").click()
    expect(page.get_by_role("alert")).to_contain_text("Type your full name to sign.")
    assert not AgreementSignature.objects.exists()
    page.get_by_label("I acknowledge").check()
    page.get_by_label("Type your full name to sign").fill("maya okafor")
    page.get_by_role("button", name="Sign 3 option agreements").click()
    heading(page, "Your 3 option agreements are signed")
    assert AgreementSignature.objects.count() == 3

    with page.expect_download() as calendar:
        page.get_by_role("link", name="Put the vesting dates into your calendar").click()
    assert calendar.value.suggested_filename == f"vesting-{stage.code}.ics"

    page.get_by_role("link", name="Your record").click()
    page.get_by_role("link", name="Who looked at your record").click()
    heading(page, "Who looked at your record")
    expect(page.get_by_role("main")).to_contain_text("Hannah, HR")
    expect(page.get_by_role("main")).to_contain_text("Promise P-1")
    page.get_by_role("link", name="Your record").first.click()
    page.get_by_role("link", name="Download everything held about you").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Make and download the file").click()
    with zipfile.ZipFile(download.value.path()) as archive:
        assert archive.testzip() is None
        assert sum(name.startswith("outcome/agreements/") for name in archive.namelist()) == 6

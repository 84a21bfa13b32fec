"""No letter is wider than the smallest phone, whatever long name, address or link stands in it."""

from dataclasses import replace

import pytest
from playwright.sync_api import Browser

from exchange.notices import contexts, letters
from tests.documents.samples import LONG_NAME
from tests.notices import samples

pytestmark = [pytest.mark.browser, pytest.mark.look]
NARROW = 320
LONG_LINK = f"https://options.example.com/invited/{'x' * 90}"
LONG_ADDRESS = f"siobhan.{'o' * 50}@capstoneturbine.example"


def test_every_letter_is_read_without_scrolling_sideways(browser: Browser) -> None:
    page = browser.new_page(viewport={"width": NARROW, "height": 600})
    wider = []
    for case, (kind, context) in samples.EVERY.items():
        made: contexts.Common = replace(context, holder_name=LONG_NAME)
        if isinstance(made, contexts.Invitation):
            made = replace(made, link=LONG_LINK, address=LONG_ADDRESS)
        page.set_content(letters.render(kind, made).html)
        if page.evaluate("document.documentElement.scrollWidth") > NARROW:
            wider.append(case)
    page.close()
    assert wider == []

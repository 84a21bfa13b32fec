"""The page of papers in the making, in Chromium: checked by axe, and not to be scrolled sideways."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from exchange.staff.groups import synchronise
from tests.staff.conftest import an_account
from tests.staff.test_papers_in_the_making import ask, fail
from tests.staff.test_the_closing_pages_in_a_browser import look
from tests.staff.test_the_desk_in_a_browser import sign_in
from tests.support.world import a_live_offer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_how_far_the_papers_are_reads_well_at_every_width(live_server, browser):
    synchronise()
    an_account("hr")
    fail(ask(a_live_offer(), 0, 60)[:3])
    context = browser.new_context(base_url=live_server.url)
    page = context.new_page()
    try:
        sign_in(page, live_server, "hr")
        look(page, live_server.url + reverse("staff:paper-progress"), "making-papers")
        expect(page.get_by_role("button", name="Try them again now")).to_be_visible()
    finally:
        context.close()

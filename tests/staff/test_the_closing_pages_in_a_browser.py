"""The pages between promise and closing in Chromium: checked by axe, and none to be scrolled sideways."""

import os
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from exchange.interchange.apply import Source, apply_corporate_actions
from exchange.interchange.schemas import CorporateActionRow
from exchange.people.models import EmploymentEvent
from exchange.settlement.actions.accept import accept_tenders
from exchange.settlement.actions.grant import grant_new_options
from exchange.settlement.actions.promise import issue_promises
from exchange.settlement.models import Promise
from exchange.staff.groups import synchronise
from tests.staff.conftest import an_account
from tests.staff.test_the_desk_in_a_browser import PHONE, WIDE, sign_in
from tests.support.axe import violations
from tests.support.life import ACCEPTED_AT, GRANTED_ON
from tests.support.world import ACTOR, EXPIRES_AT, an_offer, election, holders_with_grants, paper, record, value

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
VERY_WIDE = {"width": 1920, "height": 1000}


@pytest.fixture
def offer(transactional_db):
    """Three of four tender; of them one leaves and one moves abroad, and a split comes before the grant."""
    synchronise()
    made = an_offer()
    holders = holders_with_grants(4, grants=2)
    at = EXPIRES_AT - timedelta(days=9)
    record(made, [paper(election(holder), f"F{place}", at) for place, holder in enumerate(holders[:3])], at)
    for holder, event, fact in ((holders[0], "terminated", ""), (holders[1], "residence_country", "FR")):
        known = {"effective_on": date(2003, 10, 1), "position": 1, "recorded_at": ACCEPTED_AT}
        EmploymentEvent.objects.create(holder=holder, event=event, value=fact, **known)
    return made


def settle(offer):
    value(accept_tenders(code=offer.code, attested=True, leave_undecided=False, actor=ACTOR, at=ACCEPTED_AT))
    value(issue_promises(code=offer.code, actor=ACTOR, at=ACCEPTED_AT))
    split = CorporateActionRow(2, date(2003, 11, 3), "split", Decimal(2), Decimal(7), "", "")
    at = ACCEPTED_AT + timedelta(days=3)
    value(apply_corporate_actions([split], source=Source("actions.csv", ""), actor=ACTOR, at=at))


def grant(offer):
    at = datetime(2004, 1, 26, 23, tzinfo=UTC)
    value(grant_new_options(code=offer.code, on=GRANTED_ON, closing_price=Decimal("2.03"), actor=ACTOR, at=at))


def look(page, address, name):
    """What each width shows; pictures where a folder for them is named."""
    page.goto(address)
    for size in (WIDE, VERY_WIDE, PHONE):
        page.set_viewport_size(size)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name
        if folder := os.environ.get("PICTURES"):
            page.screenshot(path=f"{folder}/{name}-{size['width']}.png", full_page=True)
    page.set_viewport_size(WIDE)
    assert violations(page) == [], name


def test_every_page_from_acceptance_to_the_closing_reads_well(offer, live_server, browser):
    context = browser.new_context(base_url=live_server.url)
    page = context.new_page()
    page.set_viewport_size(WIDE)
    an_account("superuser")
    sign_in(page, live_server, "superuser")
    by_step = {name: live_server.url + reverse(f"staff:{name}", args=[offer.code]) for name in STEPS}
    look(page, by_step["tendered"], "tendered")
    look(page, f"{by_step['tendered']}?by=holders", "tendered-by-holder")
    settle(offer)
    look(page, by_step["watch"], "watch")
    look(page, by_step["adjusted"], "adjusted")
    promise = Promise.objects.first()
    look(page, live_server.url + reverse("staff:hold-promise", args=[promise.pk]), "hold-promise")
    look(page, live_server.url + reverse("staff:grant", args=[offer.code]), "grant")
    grant(offer)
    for name in ("pool", "remind-agreements", "statements", "close"):
        look(page, by_step[name], name)
    look(page, live_server.url + reverse("staff:offers_offer_change", args=[offer.pk]), "offer")
    context.close()


STEPS = ("tendered", "watch", "adjusted", "pool", "remind-agreements", "statements", "close")

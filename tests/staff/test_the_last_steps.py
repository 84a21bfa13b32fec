"""The last steps by clicks: who has not signed is reminded, all get a final statement, and the offer is closed."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from exchange.documents.models import Paper
from exchange.notices.delivery import deliver_all
from exchange.notices.models import Message
from exchange.offers.reads import load, now_for
from exchange.offers.rules import State
from exchange.settlement.actions.accept import accept_tenders
from exchange.settlement.actions.grant import grant_new_options
from exchange.settlement.actions.promise import issue_promises
from tests.staff.conftest import as_shown
from tests.support.life import ACCEPTED_AT, GRANTED_ON
from tests.support.world import ACTOR, EXPIRES_AT, an_offer, election, holders_with_grants, submit, value

pytestmark = pytest.mark.django_db


@pytest.fixture
def granted(db):
    """One of two tendered, and has a new option; the other did nothing."""
    offer = an_offer()
    first, _second = holders_with_grants(2)
    submit(offer, first, election(first), EXPIRES_AT - timedelta(days=9))
    value(accept_tenders(code=offer.code, attested=True, leave_undecided=False, actor=ACTOR, at=ACCEPTED_AT))
    value(issue_promises(code=offer.code, actor=ACTOR, at=ACCEPTED_AT))
    at, price = datetime(2004, 1, 26, 23, tzinfo=UTC), Decimal("2.03")
    value(grant_new_options(code=offer.code, on=GRANTED_ON, closing_price=price, actor=ACTOR, at=at))
    return offer


def press(client, step, offer, at, **data):
    """Through the preview to the end, where the preview shows anything to confirm; the page that follows."""
    address, data = reverse(f"staff:{step}", args=[offer.code]), {**data, "at": at}
    shown = client.post(address, {**data, "step": "preview"})
    if not shown.context["preview"] or shown.context["is_empty"]:
        return shown.content.decode()
    confirm = {"step": "confirm", "digest": as_shown(shown), "confirmation": offer.code}
    return client.post(address, {**data, **confirm}, follow=True).content.decode()


def test_who_has_not_signed_is_reminded_once_a_day(granted, hr):
    assert "1 holder is reminded to sign." in press(hr, "remind-agreements", granted, "2004-02-02T09:00")
    assert "Nothing is left to do" in press(hr, "remind-agreements", granted, "2004-02-02T10:00")
    press(hr, "remind-agreements", granted, "2004-02-03T09:00")
    letters = Message.objects.filter(kind="agreement_reminder")
    assert [letter.owner_key for letter in letters] == ["holder:E1", "holder:E1"]
    assert "TEST-E1-1" in letters[0].text


def test_statements_and_the_closing(granted, hr):
    page = press(hr, "close", granted, "2004-02-02T09:00")
    for reason in ("final statement of how things stand now: 2", "agreements not signed: 1"):
        assert reason in page
    assert "2 final statements are on their way." in press(hr, "statements", granted, "2004-02-02T10:00")
    assert Paper.objects.filter(kind="final_statement").count() == 2
    assert "Nothing is left to do" in press(hr, "statements", granted, "2004-02-02T11:00")
    assert "Papers that are not made yet" in press(hr, "close", granted, "2004-02-02T12:00", leave_unsigned="on")
    deliver_all(offer_key=granted.code)
    assert "Option agreements not signed: 1" in press(hr, "close", granted, "2004-02-02T12:00")
    assert "TEST is closed" in press(hr, "close", granted, "2004-02-02T12:00", leave_unsigned="on")
    assert load(granted).timeline.state(now_for(granted)) is State.CLOSED
    offer = hr.get(reverse("staff:offers_offer_change", args=[granted.pk])).content.decode()
    assert "Closed" in offer
    assert reverse("staff:grant", args=[granted.code]) not in offer

"""Reminders on the desk: the schedule with whom each reaches, added and taken away; and one sent now, once."""

from datetime import timedelta

import pytest
from django.urls import reverse

from exchange.elections.models.reminders import ReminderChange
from exchange.kernel import clock
from exchange.notices.models import Message
from tests.support.world import a_live_offer, consent, election, holders_with_grants, submit

pytestmark = pytest.mark.django_db


@pytest.fixture
def offer():
    """Three holders; one has an Election Form in force."""
    holders = holders_with_grants(3)
    offer = a_live_offer(expires_in=timedelta(days=9))
    consent(offer, holders[0], clock.now())
    submit(offer, holders[0], election(holders[0]), clock.now())
    return offer


def test_the_schedule_says_when_to_whom_and_to_how_many(hr, offer):
    address = reverse("staff:reminders", args=[offer.code])
    told = hr.post(address, {"business_days": "3", "audience": "without_form"}, follow=True).content.decode()
    assert "3 business days before" in told
    assert "2 letters today" in told
    assert "Only those with no form in force" in told
    told = hr.post(address, {"take_away": "3"}, follow=True).content.decode()
    assert "3 business days before" not in told
    assert [change.kind for change in ReminderChange.objects.all()] == ["added", "taken_away"]


def test_what_cannot_be_is_said(hr, offer):
    address = reverse("staff:reminders", args=[offer.code])
    told = hr.post(address, {"business_days": "20", "audience": "everyone"}).content.decode()
    assert "its time has passed" in told
    assert not ReminderChange.objects.exists()


def test_one_is_sent_now_after_its_letter_was_seen_and_only_once(hr, offer):
    address = reverse("staff:remind-now", args=[offer.code])
    wanted = {"audience": "without_form"}
    seen = hr.post(address, wanted)
    assert not Message.objects.filter(kind="reminder").exists(), "a preview sends nothing"
    text = seen.content.decode()
    assert "The letter to the first of them" in text
    assert "Holder E2" in text
    confirmed = {**wanted, "step": "confirm", "digest": seen.context["preview"].digest, "confirmation": offer.code}
    hr.post(address, confirmed)
    assert {letter.owner_key for letter in Message.objects.filter(kind="reminder")} == {"holder:E2", "holder:E3"}
    told = hr.post(address, confirmed).content.decode()
    assert "Something has changed since you saw the preview" in told
    assert Message.objects.filter(kind="reminder").count() == 2


@pytest.mark.parametrize("who", ["counsel", "auditor"])
def test_who_may_only_read_changes_nothing(sign_in, offer, who):
    address = reverse("staff:reminders", args=[offer.code])
    client = sign_in(who)
    assert "Add to the schedule" not in client.get(address).content.decode()
    assert client.post(address, {"business_days": "3", "audience": "everyone"}).status_code == 403

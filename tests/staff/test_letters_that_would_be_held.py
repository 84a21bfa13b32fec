"""A step says before it is taken which of its letters would wait for counsel, and where to approve them."""

from datetime import timedelta

import pytest
from django.urls import reverse

from exchange.kernel import clock
from exchange.notices.models import Message, State
from exchange.offers.actions import load_offer, open_offer
from exchange.offers.approving import approve_content
from exchange.offers.content import LETTER, Contents
from exchange.offers.reads import load, offer_by_code
from exchange.staff.telling import held_facts
from tests.staff.conftest import as_shown
from tests.support.world import OVERRIDES, a_live_offer, holders_with_grants, terms, value

pytestmark = pytest.mark.django_db


@pytest.fixture
def offer():
    """Opened from the desk, before anything was approved, to three people."""
    holders_with_grants(3)
    now = clock.now()
    plain = terms("DESK", commences_at=now - timedelta(days=20), expires_at=now + timedelta(days=5), is_replay=False)
    value(load_offer(plain=plain, actor="staff:hr@company.example", at=now))
    return value(open_offer(code="DESK", actor="staff:hr@company.example", at=now, overrides=OVERRIDES)).offer


@pytest.fixture
def extension(offer):
    """The address of the step, and what is wanted: five days more."""
    local = (load(offer).timeline.expires_at + timedelta(days=5)).strftime("%Y-%m-%dT%H:%M")
    return reverse("staff:extend", args=["DESK"]), {"to": local, "override": list(_rules()), "override_reason": "Why"}


def _rules():
    return dict.fromkeys(override.rule for override in OVERRIDES)


def approve(kind):
    piece = Contents(offer_by_code("DESK")).newest(LETTER, kind)
    value(approve_content(code="DESK", wanted=[(LETTER, kind, piece.digest)], actor="staff:ruth", at=clock.now()))


def test_the_page_of_a_step_warns_and_leads_to_the_letter(hr, extension):
    address, _wanted = extension
    link = reverse("staff:letter-of-offer", args=["DESK", "offer_extended"])
    shown = hr.get(address).content.decode()
    assert "Letters that would not go out yet" in shown
    assert f'href="{link}"' in shown
    approve("offer_extended")
    assert "Letters that would not go out yet" not in hr.get(address).content.decode()


def test_its_preview_counts_them_in_what_is_confirmed(hr, extension):
    address, wanted = extension
    held = hr.post(address, {**wanted, "step": "preview"})
    [fact] = [fact for fact in held.context["preview"].facts if "held until counsel" in fact.value]
    assert fact.value == "3 of 3 held until counsel approves the letter"
    assert fact.url == reverse("staff:letter-of-offer", args=["DESK", "offer_extended"])
    assert "held until counsel" in held.context["preview"].text
    before = as_shown(held)
    approve("offer_extended")
    after = hr.post(address, {**wanted, "step": "preview"})
    assert "held until counsel" not in after.content.decode()
    assert as_shown(after) != before
    assert Message.objects.filter(kind="offer_opened", state=State.HELD).count() == 3, "nothing of it was done"


def test_letters_that_a_rehearsal_does_not_write_are_named_without_a_count(offer):
    facts = held_facts(load(offer), ("options_accepted", "condition_waived"), clock.now())
    assert [fact.value for fact in facts] == ["All held until counsel approves the letter"]
    assert facts[0].url == reverse("staff:letter-of-offer", args=["DESK", "options_accepted"])


def test_an_offer_that_a_command_opened_holds_nothing_and_says_nothing(hr):
    holders_with_grants(1)
    offer = a_live_offer()
    shown = hr.get(reverse("staff:extend", args=[offer.code])).content.decode()
    assert "Letters that would not go out yet" not in shown

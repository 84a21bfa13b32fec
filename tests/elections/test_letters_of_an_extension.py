"""An extension calls back the letters that name the old deadline, and they are made again with the new one."""

from datetime import timedelta

import pytest

from exchange.cli.demo.seed import seed
from exchange.elections.actions import extend_offer, terminate_offer
from exchange.kernel import clock
from exchange.kernel.results import Done
from exchange.kernel.wording import instant_text
from exchange.notices.models import Message, State
from exchange.offers.actions import Override
from exchange.offers.reads import load, running_offer
from exchange.offers.rules import UNDER_THIRTY_DAYS

pytestmark = pytest.mark.django_db

COUNSEL = [Override(UNDER_THIRTY_DAYS, "Counsel has weighed it.")]


@pytest.fixture
def offer():
    seed(at=clock.now())
    return running_offer()


def extend(offer):
    to = load(offer).timeline.expires_at + timedelta(days=7)
    result = extend_offer(code=offer.code, to=to, actor="Ruth", at=None, overrides=COUNSEL)
    assert isinstance(result, Done)
    return to


def test_no_letter_that_names_the_old_deadline_is_left_to_send(offer):
    old = load(offer).timeline.expires_at
    assert Message.objects.filter(names_deadline=old, state=State.QUEUED).exists()
    extend(offer)
    assert not Message.objects.filter(names_deadline=old, state=State.QUEUED).exists()
    assert set(Message.objects.filter(state=State.CANCELLED).values_list("last_error", flat=True)) == {"DeadlineMoved"}


def test_a_receipt_that_had_not_gone_out_is_made_again_with_the_new_deadline_and_the_same_paper(offer):
    before = Message.objects.get(kind="election_received")
    to = extend(offer)
    after = Message.objects.get(kind="election_received", state=State.QUEUED)
    assert after.pk != before.pk
    assert after.names_deadline == to
    assert after.attachments == before.attachments
    assert instant_text(to, load(offer).zone) in after.text


def test_a_receipt_that_went_out_is_not_sent_again(offer):
    Message.objects.filter(kind="election_received").update(state=State.SENT, sent_at=clock.now())
    extend(offer)
    assert Message.objects.filter(kind="election_received").count() == 1


def test_every_eligible_person_is_told_of_both_deadlines_and_of_the_shares_tendered_so_far(offer):
    to = extend(offer)
    told = Message.objects.filter(kind="offer_extended", state=State.QUEUED)
    assert {message.owner_key for message in told} == {f"holder:L10{n}" for n in (1, 2, 3, 5, 6, 7, 8)}
    assert all(instant_text(to, load(offer).zone) in message.text for message in told)
    assert all("7,500" in message.text for message in told)


def test_a_termination_tells_every_eligible_person_why(offer):
    terminate_offer(code=offer.code, reason="The merger was announced.", actor="Ruth", at=None)
    told = Message.objects.filter(kind="offer_terminated")
    assert told.count() == 7
    assert all("The merger was announced." in message.text for message in told)

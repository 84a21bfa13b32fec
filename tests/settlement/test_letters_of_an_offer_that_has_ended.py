"""No letter asks anyone to act in an offer that has ended, or by a deadline that has passed, whatever held it up."""

from datetime import date, timedelta

import pytest
from django.core import mail

from exchange.elections.actions import postpone_acceptance, terminate_offer
from exchange.elections.announcements import queue_reminder
from exchange.notices.actions import ACT_BY, UNTIL_THE_END, requeue_failed
from exchange.notices.contexts import KINDS
from exchange.notices.delivery import Outcome, send_message
from exchange.notices.models import Message, State
from exchange.offers.approving import approve_content
from exchange.offers.content import LETTER, Contents
from exchange.offers.reads import load
from exchange.offers.resending import send_again
from exchange.settlement.actions.accept import accept_tenders
from tests.support.world import (
    COMMENCES_AT,
    EXPIRES_AT,
    a_grant,
    a_holder,
    a_live_offer,
    an_offer,
    election,
    paper,
    record,
    value,
)

pytestmark = pytest.mark.django_db
MICRO = timedelta(microseconds=1)
AFTER = EXPIRES_AT + timedelta(hours=1)
KEPT_BACK = [State.QUEUED, State.HELD, State.FAILED]


@pytest.fixture
def people(db):
    """Maya has tendered by paper, Ben has not."""
    maya, ben = a_holder("E1", legal_name="Maya Okafor"), a_holder("E2", legal_name="Ben Ito")
    a_grant(maya, "E1-1")
    a_grant(ben, "E2-1")
    return maya, ben


@pytest.fixture
def offer(people):
    """A reminder and the letter of the opening wait for each; Maya's receipt waits too."""
    offer = an_offer()
    at = COMMENCES_AT + timedelta(days=1)
    record(offer, [paper(election(people[0]), "P1", at)], at)
    queue_reminder(load(offer), 5, at=at)
    return offer


def states(*kinds):
    return set(Message.objects.filter(kind__in=kinds).values_list("state", flat=True))


def accepted(offer, at=AFTER + timedelta(hours=2)):
    return value(accept_tenders(code=offer.code, attested=True, leave_undecided=True, actor="hr", at=at))


def approve(offer, kind, at):
    piece = Contents(offer).newest(LETTER, kind)
    value(approve_content(code=offer.code, wanted=[(LETTER, kind, piece.digest)], actor="counsel", at=at))


def test_the_kinds_are_kinds_of_letters():
    assert set(UNTIL_THE_END) <= set(KINDS)


@pytest.mark.parametrize("state", KEPT_BACK)
def test_a_termination_cancels_what_asks_to_act_and_no_receipt(offer, state):
    Message.objects.update(state=state)
    value(terminate_offer(code=offer.code, reason="Conditions.", actor="Ruth", at=EXPIRES_AT - timedelta(days=1)))
    assert states("offer_opened", "reminder") == {State.CANCELLED}
    assert states("election_received") == {state}
    assert states("offer_terminated") == {State.QUEUED}
    assert set(Message.objects.filter(state=State.CANCELLED).values_list("last_error", flat=True)) == {"OfferEnded"}


@pytest.mark.parametrize("state", KEPT_BACK)
def test_acceptance_cancels_it_and_the_postponement_of_itself(offer, state):
    value(postpone_acceptance(code=offer.code, intended_on=date(2003, 7, 28), reason="Audit.", actor="Ruth", at=AFTER))
    Message.objects.update(state=state)
    accepted(offer, AFTER + timedelta(days=4))
    assert states("offer_opened", "reminder", "acceptance_postponed") == {State.CANCELLED}
    assert states("election_received") == {state}
    assert states("options_accepted") == {State.QUEUED}


def test_a_rehearsed_end_cancels_nothing(offer):
    terminate_offer(
        code=offer.code, reason="Conditions.", actor="Ruth", at=EXPIRES_AT - timedelta(days=1), dry_run=True
    )
    accept_tenders(code=offer.code, attested=True, leave_undecided=True, actor="hr", at=AFTER, dry_run=True)
    assert states("offer_opened", "reminder", "election_received") == {State.QUEUED}


def test_one_that_is_being_sent_as_the_offer_ends_gets_no_second_attempt(offer):
    Message.objects.filter(kind="reminder").update(state=State.SENDING, claimed_at=COMMENCES_AT)
    at = EXPIRES_AT - timedelta(days=1)
    value(terminate_offer(code=offer.code, reason="Conditions.", actor="Ruth", at=at))
    reminders = Message.objects.filter(kind="reminder")
    assert {(row.state, row.superseded_at) for row in reminders} == {(State.SENDING, at)}


def test_words_approved_after_the_end_send_nothing(offer):
    Message.objects.update(state=State.HELD)
    accepted(offer)
    approve(offer, "reminder", AFTER + timedelta(hours=3))
    approve(offer, "election_received", AFTER + timedelta(hours=3))
    assert states("reminder") == {State.CANCELLED}
    assert states("election_received") == {State.QUEUED}


def test_a_deadline_in_time_is_sent_and_one_that_has_passed_is_not(people):
    deadline = load(a_live_offer()).timeline.expires_at
    first, second = Message.objects.filter(kind="offer_opened")
    assert send_message(message_id=first.pk, at=deadline - MICRO) == Outcome.SENT
    assert send_message(message_id=second.pk, at=deadline) == Outcome.CANCELLED
    second.refresh_from_db()
    assert (second.state, second.last_error) == (State.CANCELLED, "DeadlinePassed")
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(("after", "state"), [(-MICRO, State.QUEUED), (0 * MICRO, State.CANCELLED)])
def test_held_words_approved_after_the_deadline_are_cancelled_and_receipts_go_out(people, after, state):
    offer = a_live_offer()
    deadline = load(offer).timeline.expires_at
    Message.objects.update(state=State.HELD)
    opened = Message.objects.filter(kind="offer_opened")
    receipt = opened.first()
    Message.objects.filter(pk=receipt.pk).update(
        kind="election_received", template_version=Contents(offer).newest(LETTER, "election_received").template_version
    )
    approve(offer, "offer_opened", deadline + after)
    approve(offer, "election_received", deadline + after)
    assert states("offer_opened") == {state}
    assert states("election_received") == {State.QUEUED}


@pytest.mark.parametrize(("after", "state"), [(-MICRO, State.QUEUED), (0 * MICRO, State.CANCELLED)])
def test_sending_again_cancels_what_is_too_late_and_says_so(people, after, state):
    deadline = load(a_live_offer()).timeline.expires_at
    Message.objects.update(state=State.FAILED)
    ids = list(Message.objects.values_list("pk", flat=True))
    result = send_again(message_ids=ids, actor="hr", at=deadline + after)
    assert states("offer_opened") == {state}
    late = state == State.CANCELLED
    assert value(result) == (0 if late else 2)
    assert {remark.code for remark in result.remarks} == ({"letter_deadline_passed"} if late else set())


def test_one_more_attempt_is_refused_once_it_is_too_late(people):
    deadline = load(a_live_offer()).timeline.expires_at
    Message.objects.update(state=State.FAILED)
    first, second = Message.objects.filter(kind="offer_opened")
    assert requeue_failed(message_id=first.pk, at=deadline - MICRO)
    assert not requeue_failed(message_id=second.pk, at=deadline)
    second.refresh_from_db()
    assert second.state == State.CANCELLED


def test_a_letter_written_after_the_deadline_it_names_goes_out(people):
    """It says what holds after the deadline; as does every letter of a replay, whose deadlines are long past."""
    deadline = load(a_live_offer()).timeline.expires_at
    first, second = Message.objects.filter(kind="offer_opened")
    Message.objects.filter(pk=first.pk).update(queued_at=deadline)
    Message.objects.filter(pk=second.pk).update(is_replay=True)
    assert send_message(message_id=first.pk, at=deadline) == Outcome.SENT
    assert send_message(message_id=second.pk, at=deadline) == Outcome.SENT
    assert "offer_opened" in ACT_BY

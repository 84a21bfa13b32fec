"""A reminder to sign agreements is called back once one it lists is signed; that letter says how many wait still."""

from datetime import UTC, datetime, timedelta

import pytest

from exchange.notices.actions import HOLDS_NO_MORE
from exchange.notices.models import Message, State
from exchange.settlement.actions.remind import remind_to_sign
from exchange.settlement.actions.unsign import unsign_agreement
from tests.support.agreements import SIGNED_AT, granted_options, on_paper, shown, signed
from tests.support.world import value

pytestmark = pytest.mark.django_db
REMINDED_AT = datetime(2004, 1, 28, 16, tzinfo=UTC)
KEPT_BACK = [State.QUEUED, State.HELD, State.FAILED]
TWO = {"proposed_by": "staff:hr", "approved_by": "staff:counsel", "actor": "staff:counsel"}


@pytest.fixture
def granted():
    """E1's two new options, then E2's; both are reminded of all of them."""
    made = granted_options(grants=2)
    remind(made, REMINDED_AT)
    return made


def remind(made, at):
    value(remind_to_sign(code=made[0].line.promise.offer.code, actor="staff:hr", at=at))


def reminders(employee_number):
    found = Message.objects.filter(kind="agreement_reminder", owner_key=f"holder:{employee_number}")
    return [(letter.state, letter.last_error) for letter in found.order_by("queued_at")]


@pytest.mark.parametrize("state", KEPT_BACK)
def test_signed_in_the_portal_it_does_not_go_out_any_more_and_anothers_does(granted, state):
    Message.objects.update(state=state)
    value(signed(*((grant, shown(grant)) for grant in granted[:2])))
    assert reminders("E1") == [(State.CANCELLED, HOLDS_NO_MORE)]
    assert reminders("E2") == [(state, "")]


def test_recorded_by_staff_as_signed_on_paper_it_does_not_go_out_either(granted):
    for grant in granted[:2]:
        value(on_paper(grant))
    assert reminders("E1") == [(State.CANCELLED, HOLDS_NO_MORE)]
    assert reminders("E2") == [(State.QUEUED, "")]


def test_with_one_of_two_signed_it_would_call_that_one_unsigned_and_the_letter_of_the_signature_says_what_waits(
    granted,
):
    value(signed((granted[0], shown(granted[0]))))
    assert reminders("E1") == [(State.CANCELLED, HOLDS_NO_MORE)]
    assert "1 agreement of yours still waits" in Message.objects.get(kind="agreement_signed").text


def test_one_of_another_offer_stays(granted):
    Message.objects.filter(kind="agreement_reminder").update(offer_key="OTHER")
    value(signed((granted[0], shown(granted[0]))))
    assert reminders("E1") == [(State.QUEUED, "")]


def test_a_rehearsal_calls_nothing_back(granted):
    value(on_paper(granted[0], dry_run=True))
    assert reminders("E1") == [(State.QUEUED, "")]


def test_one_that_has_gone_out_stays_as_it_was_sent(granted):
    Message.objects.filter(kind="agreement_reminder").update(state=State.SENT, sent_at=REMINDED_AT)
    value(on_paper(granted[0]))
    assert reminders("E1") == [(State.SENT, "")]


def test_one_that_is_being_sent_gets_no_second_attempt(granted):
    Message.objects.filter(kind="agreement_reminder").update(state=State.SENDING, claimed_at=REMINDED_AT)
    value(on_paper(granted[0]))
    marked = Message.objects.filter(kind="agreement_reminder", superseded_at=SIGNED_AT)
    assert [(letter.owner_key, letter.state) for letter in marked] == [("holder:E1", State.SENDING)]


def test_a_signature_that_was_a_mistake_is_asked_for_again_and_a_new_day_reminds_of_it(granted):
    rows = [value(on_paper(grant)) for grant in granted[:2]]
    next_day = REMINDED_AT + timedelta(days=1)
    value(unsign_agreement(signature=rows[0].pk, reason="The cover letter came.", **TWO, at=next_day))
    assert Message.objects.get(kind="agreement_mistaken").state == State.QUEUED
    remind(granted, next_day + timedelta(hours=1))
    assert reminders("E1") == [(State.CANCELLED, HOLDS_NO_MORE), (State.QUEUED, "")]
    [_first, again] = Message.objects.filter(kind="agreement_reminder", owner_key="holder:E1").order_by("queued_at")
    assert granted[0].number in again.text
    assert granted[1].number not in again.text

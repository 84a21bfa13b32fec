"""What a letter says of a form, and holds no more, is called back before it goes out; what holds is made again."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from exchange.elections.actions import ask_for_cure, decide_defect, postpone_acceptance, waive_condition
from exchange.elections.rules import Signed
from exchange.kernel import clock
from exchange.kernel.wording import instant_text
from exchange.notices.models import Message, State
from exchange.offers.waiving import record_condition
from exchange.settlement.actions.accept import accept_tenders
from tests.support.world import (
    ACTOR,
    EXPIRES_AT,
    OVERRIDES,
    ZONE,
    an_offer,
    election,
    extend,
    holders_with_grants,
    notice,
    paper,
    record,
    submit,
    value,
)

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
IN_TIME = EXPIRES_AT - 3 * DAY
GAP = EXPIRES_AT + 10 * MINUTE  # the offer has expired, and may still be revived
LATER = EXPIRES_AT + DAY
OLD, NEW = instant_text(EXPIRES_AT, ZONE), instant_text(LATER, ZONE)
REASON = "It does not say when."


@pytest.fixture
def offer():
    return an_offer()


@pytest.fixture
def maya():
    return holders_with_grants(1)[0]


def waiting(*kinds):
    """The letters of these kinds that would still go out."""
    return list(Message.objects.filter(kind__in=kinds, state__in=[State.QUEUED, State.HELD]).order_by("queued_at"))


def undated(maya, at=IN_TIME):
    return replace(paper(election(maya), "F1", at), signed=Signed())


def ask(offer, by, at=IN_TIME):
    said = {"number": "F1", "defect": "undated", "reason": REASON, "actor": ACTOR}
    return value(ask_for_cure(code=offer.code, by=by, at=at, **said))


def decide(offer, defect, verdict, at=IN_TIME, number="F1"):
    said = {"defect": defect, "verdict": verdict, "reason": "As the rules say.", "actor": ACTOR}
    return value(decide_defect(code=offer.code, number=number, at=at, **said))


def postpone(offer, on, at):
    said = {"reason": "The audit.", "actor": ACTOR, "overrides": OVERRIDES}
    return value(postpone_acceptance(code=offer.code, intended_on=on, at=at, **said))


def waive(offer, at):
    facts = {
        "condition": "Section 7(c)",
        "facts": "It fell.",
        "evidence": "The index.",
        "occurred_on": date(2003, 7, 1),
    }
    event = value(record_condition(code=offer.code, actor=ACTOR, at=at, **facts))
    said = {"is_material": True, "reason": "It recovered.", "actor": ACTOR, "overrides": OVERRIDES}
    return value(waive_condition(code=offer.code, condition=event.pk, at=at, **said))


# Forms judged again


def test_a_revival_leaves_no_letter_that_the_form_came_too_late(offer, maya):
    record(offer, [paper(election(maya), "F1", EXPIRES_AT + MINUTE)], GAP)
    assert [letter.kind for letter in waiting("form_late")] == ["form_late"]
    extend(offer, LATER, at=GAP + HOUR)
    assert waiting("form_late") == []
    [receipt] = waiting("election_received")
    assert NEW in receipt.text


def test_who_signed_in_the_gap_before_a_revival_is_told_that_the_form_stays_late_and_to_sign_again(maya):
    offer = an_offer(is_replay=False)
    submit(offer, maya, election(maya), EXPIRES_AT + MINUTE)
    assert waiting("form_late")[0].names_deadline == EXPIRES_AT
    extend(offer, LATER, at=GAP)
    [letter] = waiting("form_late")
    assert f"The offer expired: {OLD}" in letter.text
    assert f"now expires on {NEW}" in letter.text
    assert "Nothing of yours is tendered" in letter.text
    assert "sign a new Election Form" in letter.text
    submit(offer, maya, election(maya), GAP + HOUR)
    extend(offer, LATER + HOUR, at=GAP + 2 * HOUR)
    [letter] = waiting("form_late")
    assert "What you tendered in time stands." in letter.text


def test_one_that_is_being_sent_is_out_but_gets_no_second_attempt(offer, maya):
    record(offer, [paper(election(maya), "F1", EXPIRES_AT + MINUTE)], GAP)
    under_way = Message.objects.filter(kind="form_late")
    under_way.update(state=State.SENDING, claimed_at=clock.now(), attempts=1)
    extend(offer, LATER, at=GAP + HOUR)
    assert (under_way.get().state, under_way.get().superseded_at) == (State.SENDING, GAP + HOUR)
    assert len(waiting("election_received")) == 1


def test_acceptance_leaves_no_confirmation_of_a_notice_that_came_after_it(offer, maya):
    accepted_at = GAP + HOUR
    record(offer, [paper(election(maya), "F1", IN_TIME)], IN_TIME)
    record(offer, [paper(notice(maya), "N1", accepted_at)], accepted_at)
    assert len(waiting("withdrawal_received")) == 1
    said = {"attested": True, "leave_undecided": True, "actor": ACTOR}
    value(accept_tenders(code=offer.code, at=accepted_at, **said))
    assert waiting("withdrawal_received") == []
    assert len(waiting("form_late")) == 1


# Letters that name a deadline


def test_acceptance_put_off_is_told_no_more_once_the_offer_is_revived(offer, maya):
    record(offer, [paper(election(maya), "F1", IN_TIME)], IN_TIME)
    postpone(offer, date(2003, 7, 28), GAP)
    [letter] = waiting("acceptance_postponed")
    assert letter.names_deadline == EXPIRES_AT
    extend(offer, LATER, at=GAP + HOUR)
    assert waiting("acceptance_postponed") == []


def test_of_two_days_for_acceptance_the_last_alone_is_told(offer, maya):
    record(offer, [paper(election(maya), "F1", IN_TIME)], IN_TIME)
    postpone(offer, date(2003, 7, 28), GAP)
    postpone(offer, date(2003, 7, 29), GAP + HOUR)
    [letter] = waiting("acceptance_postponed")
    assert "29 July 2003" in letter.text


def test_a_day_for_the_acceptance_of_another_offer_is_told_all_the_same(offer, maya):
    record(offer, [paper(election(maya), "F1", IN_TIME)], IN_TIME)
    postpone(offer, date(2003, 7, 28), GAP)
    Message.objects.filter(kind="acceptance_postponed").update(offer_key="OTHER")
    postpone(offer, date(2003, 7, 29), GAP + HOUR)
    assert {letter.offer_key for letter in waiting("acceptance_postponed")} == {"OTHER", offer.code}


def test_what_may_be_cured_is_asked_again_with_the_new_deadline_however_often_it_moves(offer, maya):
    record(offer, [undated(maya)], IN_TIME)
    ask(offer, date(2003, 7, 24))
    assert OLD in waiting("cure_asked")[0].text
    extend(offer, EXPIRES_AT + HOUR, at=IN_TIME + HOUR)
    extend(offer, LATER, at=IN_TIME + 2 * HOUR)
    [letter] = waiting("cure_asked")
    assert NEW in letter.text
    assert OLD not in letter.text
    assert "24 July 2003" in letter.text  # the day to cure by stays
    assert letter.names_deadline == LATER


def test_a_new_day_to_cure_by_and_a_decision_end_what_was_asked_before(offer, maya):
    record(offer, [undated(maya)], IN_TIME)
    ask(offer, date(2003, 7, 22))
    ask(offer, date(2003, 7, 23))
    [letter] = waiting("cure_asked")
    assert "23 July 2003" in letter.text
    decide(offer, "undated", "reject")
    assert waiting("cure_asked") == []
    extend(offer, LATER, at=IN_TIME + HOUR)
    assert waiting("cure_asked") == []


def test_nothing_is_asked_for_once_tenders_are_accepted(offer, maya):
    record(offer, [undated(maya)], IN_TIME)
    ask(offer, date(2003, 7, 29))
    said = {"attested": True, "leave_undecided": True, "actor": ACTOR}
    value(accept_tenders(code=offer.code, at=GAP, **said))
    assert waiting("cure_asked") == []


def test_a_decision_is_told_again_with_the_new_deadline(offer, maya):
    record(offer, [undated(maya)], IN_TIME)
    decide(offer, "undated", "reject")
    assert OLD in waiting("defect_decided")[0].text
    extend(offer, LATER, at=IN_TIME + HOUR)
    [letter] = waiting("defect_decided")
    assert NEW in letter.text
    assert OLD not in letter.text
    assert "As the rules say." in letter.text


def test_a_form_that_was_cured_is_called_defective_no_more(offer, maya):
    record(offer, [undated(maya)], IN_TIME)
    ask(offer, date(2003, 7, 24))
    decide(offer, "undated", "cure", at=IN_TIME + HOUR)
    assert [letter.kind for letter in waiting("form_defective", "cure_asked", "election_received")] == [
        "election_received"
    ]


def test_what_is_left_after_a_second_decision_is_said_of_the_first_too(offer, maya):
    record(offer, [replace(undated(maya), signature_name="Somebody")], IN_TIME)
    decide(offer, "undated", "cure")
    assert "What is still wrong" in waiting("defect_decided")[0].text
    decide(offer, "name_mismatch", "cure", at=IN_TIME + HOUR)
    assert not any("What is still wrong" in letter.text for letter in waiting("defect_decided"))


def test_a_waiver_is_told_again_with_the_new_deadline_however_often_it_moves(offer, maya):
    waive(offer, IN_TIME)
    assert OLD in waiting("condition_waived")[0].text
    extend(offer, EXPIRES_AT + HOUR, at=IN_TIME + HOUR)
    extend(offer, LATER, at=IN_TIME + 2 * HOUR)
    [letter] = waiting("condition_waived")
    assert "Section 7(c)" in letter.text
    assert f"The offer was to expire: {OLD}" in letter.text
    assert f"It now expires: {NEW}" in letter.text


def test_a_waiver_that_went_out_is_not_told_again(offer, maya):
    waive(offer, IN_TIME)
    Message.objects.filter(kind="condition_waived").update(state=State.SENT, sent_at=IN_TIME)
    extend(offer, LATER, at=IN_TIME + HOUR)
    assert Message.objects.filter(kind="condition_waived").count() == 1

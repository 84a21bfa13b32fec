"""A letter about a form says what is so when it is written, whatever became of the offer and of other forms since."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from exchange.documents.models import Paper
from exchange.documents.rendering import html_of
from exchange.elections.actions import Received, ask_for_cure, decide_defect, terminate_offer
from exchange.elections.records import Submission
from exchange.elections.rules import Signed
from exchange.kernel.wording import instant_text
from exchange.notices.models import Message, State
from exchange.offers.actions import DocumentFile, load_offer, open_offer
from exchange.offers.models import Offer
from exchange.people.models import Holder
from exchange.settlement.actions.accept import accept_tenders
from tests.support.world import (
    ACTOR,
    COMMENCES_AT,
    EXPIRES_AT,
    OVERRIDES,
    ZONE,
    a_grant,
    a_holder,
    an_offer,
    election,
    extend,
    holders_with_grants,
    notice,
    paper,
    record,
    submit,
    terms,
    value,
)

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
IN_TIME = EXPIRES_AT - 3 * DAY
EXPIRED = instant_text(EXPIRES_AT, ZONE)


@pytest.fixture
def offer() -> Offer:
    return an_offer(is_replay=False)


@pytest.fixture
def maya() -> Holder:
    return holders_with_grants(1)[0]


def terminate(offer: Offer, at: datetime) -> str:
    value(terminate_offer(code=offer.code, reason="A condition failed.", actor=ACTOR, at=at))
    return instant_text(at, ZONE)


def accept(offer: Offer, at: datetime) -> None:
    value(accept_tenders(code=offer.code, attested=True, leave_undecided=True, actor=ACTOR, at=at))


def about(number: str) -> Message:
    """The letter about this form that would go out, or did."""
    return Message.objects.exclude(state=State.CANCELLED).get(key__contains=f":{number}")


# Recorded after the deadline


def test_an_election_recorded_after_the_deadline_is_offered_a_withdrawal_and_no_change(
    offer: Offer, maya: Holder
) -> None:
    record(offer, [paper(election(maya), "F1", IN_TIME)], EXPIRES_AT)
    text = about("F1").text
    assert f"The offer expired on {EXPIRED}, so you can no longer change your election." in text
    assert "sign a Notice to Withdraw" in text
    assert "you may change your election" not in text


def test_a_notice_with_a_defect_recorded_after_the_deadline_can_still_be_signed_anew(
    offer: Offer, maya: Holder
) -> None:
    record(offer, [paper(election(maya), "F1", IN_TIME)], IN_TIME)
    record(offer, [replace(paper(notice(maya), "F2", EXPIRES_AT), signed=Signed())], EXPIRES_AT + MINUTE)
    assert "sign a new Notice to Withdraw" in about("F2").text
    said = {"number": "F2", "defect": "undated", "reason": "It does not say when.", "actor": ACTOR}
    value(ask_for_cure(code=offer.code, by=(EXPIRES_AT + 4 * DAY).date(), at=EXPIRES_AT + HOUR, **said))
    assert "Or sign a new Notice to Withdraw" in Message.objects.get(kind="cure_asked").text


# Overtaken by a form received later


@pytest.mark.parametrize("form", [election, notice])
def test_a_form_recorded_after_one_that_was_received_later_is_told_that_it_does_not_count(
    offer: Offer, maya: Holder, form: Callable[[Holder], Any]
) -> None:
    record(offer, [paper(election(maya), "F0", IN_TIME - DAY)], IN_TIME - DAY)
    later = submit(offer, maya, replace(election(maya), against="F0"), IN_TIME + HOUR)
    assert isinstance(later, Received)
    record(offer, [paper(form(maya), "F1", IN_TIME)], IN_TIME + 2 * HOUR)
    text = about("F1").text
    assert later.form.number in text
    assert "is in force" in text
    assert "What you tender" not in text
    assert "You keep them all as they are." not in text
    assert "What you tender" in about(later.form.number).text


def test_of_two_forms_recorded_together_the_earlier_is_told_that_it_does_not_count(offer: Offer, maya: Holder) -> None:
    forms = [paper(election(maya), "F1", IN_TIME), paper(election(maya), "F2", IN_TIME + HOUR)]
    record(offer, forms, IN_TIME + DAY)
    assert "This form does not count" in about("F1").text
    assert "Form F2 is in force." in about("F1").text
    assert "This form does not count" not in about("F2").text
    papers = {paper.subject_key: paper for paper in Paper.objects.all()}
    assert papers["form:TEST:F1"].kind == "form_not_in_force"
    assert "Form F2 is in force." in papers["form:TEST:F1"].snapshot
    assert papers["form:TEST:F2"].kind == "election_receipt"


def test_a_notice_recorded_after_an_election_that_was_received_later_withdraws_what_was_before_it(
    offer: Offer, maya: Holder
) -> None:
    record(offer, [paper(election(maya), "F1", IN_TIME)], IN_TIME)
    record(offer, [paper(election(maya), "F3", IN_TIME + 2 * HOUR)], IN_TIME + 2 * HOUR)
    record(offer, [paper(notice(maya), "F2", IN_TIME + HOUR)], IN_TIME + 3 * HOUR)
    receipt = html_of(Paper.objects.get(kind="withdrawal_receipt"))
    assert "leaves untouched what you sent after it: form F3, which we received later, is in force" in receipt
    for claim in ("It withdraws every option you tendered", "Options you keep", "To tender again"):
        assert claim not in receipt


def test_whoever_has_nothing_in_force_is_not_offered_to_withdraw_it(offer: Offer, maya: Holder) -> None:
    """A Notice had come since: the form recorded after it, and after the deadline, tenders nothing."""
    record(offer, [paper(election(maya), "F0", IN_TIME - DAY)], IN_TIME - DAY)
    record(offer, [paper(notice(maya), "F2", IN_TIME + HOUR)], IN_TIME + HOUR)
    record(offer, [paper(election(maya), "F1", IN_TIME)], EXPIRES_AT + HOUR)
    text = about("F1").text
    assert "This form does not count" in text
    assert f"The offer expired on {EXPIRED}" in text
    assert "withdraw everything you tendered" not in text
    assert "The record of this form" in text
    assert "The receipt" not in text


def test_a_receipt_made_again_for_a_new_deadline_knows_of_the_form_that_came_since(offer: Offer, maya: Holder) -> None:
    record(offer, [paper(election(maya), "F1", IN_TIME)], IN_TIME)
    record(offer, [paper(election(maya), "F2", IN_TIME + HOUR)], IN_TIME + HOUR)
    extend(offer, EXPIRES_AT + HOUR, at=IN_TIME + 2 * HOUR)
    assert "Form F2 is in force." in about("F1").text
    assert "This form does not count" not in about("F2").text


def test_an_election_before_a_notice_that_found_nothing_is_told_that_nothing_is_in_force(
    offer: Offer, maya: Holder
) -> None:
    submit(offer, maya, notice(maya), IN_TIME + HOUR)
    record(offer, [paper(election(maya), "F1", IN_TIME)], IN_TIME + 2 * HOUR)
    assert "You have no form in force" in about("F1").text


def test_a_late_form_after_a_withdrawal_is_not_told_that_a_tender_stands(offer: Offer, maya: Holder) -> None:
    record(offer, [paper(election(maya), "F1", IN_TIME), paper(notice(maya), "F2", IN_TIME + HOUR)], IN_TIME + DAY)
    record(offer, [paper(election(maya), "F3", EXPIRES_AT)], EXPIRES_AT + HOUR)
    text = about("F3").text
    assert "Nothing of yours is tendered" in text
    assert "stands" not in text


# The offer was terminated


@pytest.mark.parametrize("form", [election, notice])
def test_a_form_that_came_when_the_offer_had_been_terminated_is_told_so(
    offer: Offer, maya: Holder, form: Callable[[Holder], Any]
) -> None:
    record(offer, [paper(election(maya), "F0", COMMENCES_AT + DAY)], COMMENCES_AT + DAY)
    ended = terminate(offer, IN_TIME)
    record(offer, [paper(form(maya), "F1", IN_TIME + HOUR)], IN_TIME + 2 * HOUR)
    letter = about("F1")
    assert letter.kind == "form_late"
    assert f"The offer was terminated: {ended}" in letter.text
    assert "you keep all your options" in letter.text
    for untrue in ("expired", "were accepted", "What you tendered in time stands", "You can still withdraw"):
        assert untrue not in letter.text
    assert letter.names_deadline is None


def test_a_late_form_recorded_after_a_termination_is_not_told_that_a_tender_stands(offer: Offer, maya: Holder) -> None:
    record(offer, [paper(election(maya), "F0", COMMENCES_AT + DAY)], COMMENCES_AT + DAY)
    ended = terminate(offer, EXPIRES_AT + HOUR)
    record(offer, [replace(paper(election(maya), "F1", EXPIRES_AT), against="F0")], EXPIRES_AT + 2 * HOUR)
    text = about("F1").text
    assert f"The offer expired: {EXPIRED}" in text
    assert f"The offer was terminated on {ended}. No option is accepted" in text
    assert "stands" not in text


def test_a_defective_form_recorded_after_a_termination_is_not_told_that_the_offer_expired(
    offer: Offer, maya: Holder
) -> None:
    ended = terminate(offer, IN_TIME)
    record(offer, [undated(maya, IN_TIME - HOUR)], IN_TIME + HOUR)
    text = about("F1").text
    assert f"The offer was terminated on {ended}" in text
    assert "can no longer be cured or waived" in text
    assert "expired" not in text


# Other moments


def test_after_acceptance_no_defect_is_said_to_be_curable(offer: Offer, maya: Holder) -> None:
    accept(offer, EXPIRES_AT + HOUR)
    record(offer, [undated(maya, IN_TIME)], EXPIRES_AT + 2 * HOUR)
    text = about("F1").text
    assert "can no longer be cured or waived" in text
    assert f"The offer expired on {EXPIRED}." in text


def test_before_the_offer_opens_nobody_is_told_that_it_expired(maya: Holder) -> None:
    early = COMMENCES_AT - DAY
    plain = terms("TEST", commences_at=COMMENCES_AT, expires_at=EXPIRES_AT, is_replay=False)
    documents = [DocumentFile("offer_to_exchange", "Offer to Exchange", "text/plain", b"the offer")]
    value(load_offer(plain=plain, documents=documents, actor=ACTOR, at=early))
    offer = value(open_offer(code="TEST", actor=ACTOR, at=early, overrides=OVERRIDES)).offer
    record(offer, [paper(election(maya), "F1", early)], early)
    text = about("F1").text
    assert f"The offer opens on {instant_text(COMMENCES_AT, ZONE)} and expires on {EXPIRED}" in text


def test_whoever_is_not_eligible_is_not_asked_to_sign_again(offer: Offer) -> None:
    lee = a_holder("E9", role="consultant")
    a_grant(lee, "E9-1")
    record(offer, [paper(election(lee), "F1", IN_TIME)], IN_TIME)
    text = about("F1").text
    assert "You were not eligible" in text
    assert "sign a new form" not in text
    assert f"the offer expires on {EXPIRED}" in text


def test_where_one_defect_stays_for_good_curing_another_is_not_said_to_help(offer: Offer, maya: Holder) -> None:
    record(offer, [replace(undated(maya, IN_TIME), signature_name="Somebody")], IN_TIME)
    said = {"defect": "undated", "verdict": "reject", "reason": "No letter came.", "actor": ACTOR}
    value(decide_defect(code=offer.code, number="F1", at=IN_TIME, **said))
    text = Message.objects.get(kind="defect_decided").text
    assert "What is still wrong" in text
    assert "until that is cured" not in text


def undated(maya: Holder, at: datetime) -> Submission:
    return replace(paper(election(maya), "F1", at), signed=Signed())

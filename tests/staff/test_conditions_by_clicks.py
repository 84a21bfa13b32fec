"""Conditions and postponed acceptance on the desk: recorded by one, decided by two; each page says who is told."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from exchange.elections.models import Form
from exchange.notices.models import Message
from exchange.offers.models import ConditionDecision, ConditionEvent, Proposal
from exchange.offers.reads import timeline_of
from tests.staff.conftest import approve, propose, propose_and_approve
from tests.staff.test_guarded_pages import confirmed, page, text_of
from tests.support.world import EXPIRES_AT, a_grant, a_holder, an_offer, election, holders_with_grants, paper, record

pytestmark = pytest.mark.django_db
FALL = {
    "condition": "Section 7(c): no fall of the market",
    "facts": "The index fell by 11 %.",
    "evidence": "Its published closing prices.",
    "occurred_on": "2003-07-10",
    "at": "2003-07-14T09:00",
}


@pytest.fixture
def offer():
    """Two tender, one does nothing."""
    made = an_offer()
    holders = holders_with_grants(3)
    at = EXPIRES_AT - timedelta(days=12)
    record(made, [paper(election(h), f"F{h.employee_number}", at) for h in holders[:2]], at)
    return made


@pytest.fixture
def fall(hr, offer):
    """The event of a condition, recorded by HR."""
    assert confirmed(hr, "condition", offer.code, FALL).status_code == 302
    return ConditionEvent.objects.get()


def address(step, offer):
    return reverse(f"staff:{step}", args=[offer.code])


def test_what_is_recorded_waits_on_the_desk_for_counsel(counsel, offer, fall):
    listed = text_of(counsel.get(reverse("staff:conditions")))
    assert "One condition waits for a decision" in listed
    assert "Section 7(c): no fall of the market The index fell by 11 %. 10 July 2003" in listed
    assert "Decide on a condition: Section 7(c)" in text_of(counsel.get(reverse("staff:index")))
    assert fall.recorded_by == "staff:hr@company.example"


def test_nothing_is_waived_that_was_not_recorded(counsel, offer):
    data = {"condition": "", "kind": "immaterial", "reason": "x", "at": "2003-07-14T10:00"}
    answer = page(counsel, "waive", offer.code, {**data, "step": "preview"})
    assert "One whose event occurred must be recorded first." in text_of(answer)


def test_a_material_waiver_shows_its_days_and_who_is_told_and_takes_two(hr, counsel, offer, fall):
    data = {"condition": fall.pk, "kind": "material", "to": "", "reason": "It recovered.", "at": "2003-07-14T10:00"}
    said = text_of(page(hr, "waive", offer.code, {**data, "step": "preview"}))
    assert "Must be open until 18 July 2003, 9:00 p.m. Pacific Time" in said
    assert "A condition is waived 2 1 3" in said
    made = propose(hr, address("waive", offer), offer.code, data)
    listed = text_of(hr.get(reverse("staff:index")))
    assert "Waits for approval hr@company.example has proposed it. It waits for counsel’s approval" in listed
    assert approve(counsel, made, offer.code).status_code == 302
    assert ConditionDecision.objects.get().verdict == "waived"
    assert Message.objects.filter(kind="condition_waived").count() == 3
    assert "Waive the condition: Section 7(c)" in Proposal.objects.get().headline
    assert Proposal.objects.get().approve_by.isoformat() == "2003-07-18T04:00:00+00:00"
    assert "Nothing yet" not in text_of(counsel.get(reverse("staff:conditions")))


def test_too_late_the_days_are_counted_and_the_expiration_that_they_call_for_is_proposed(hr, offer, fall):
    at = {"at": "2003-07-22T10:00"}
    data = {"condition": fall.pk, "kind": "material", "to": "", "reason": "It recovered.", **at}
    said = text_of(page(hr, "waive", offer.code, {**data, "step": "preview"}))
    assert "This cannot be done" in said
    assert "Monday, 28 July 2003 Business day 5 of 5" in said
    assert "Proposed: 29 July 2003, 5:00 p.m. Pacific Time" in said


@pytest.mark.parametrize(
    ("step", "data", "verdict"),
    [
        ("extend", {"to": "2003-07-24T20:00"}, "extended"),
        ("terminate", {"reason": "The market did not recover."}, "terminated"),
    ],
)
def test_a_step_because_of_a_condition_names_it_everywhere(hr, counsel, offer, fall, step, data, verdict):
    data = {**data, "condition": fall.pk, "at": "2003-07-14T10:00"}
    said = text_of(page(hr, step, offer.code, {**data, "step": "preview"}))
    assert "Because of the condition Section 7(c): no fall of the market" in said
    assert propose_and_approve(hr, counsel, address(step, offer), offer.code, data).status_code == 302
    assert ConditionDecision.objects.get().verdict == verdict
    assert ("Nothing yet" in text_of(hr.get(reverse("staff:conditions")))) is False


def test_a_termination_says_which_letter_goes_to_whom(hr, offer):
    data = {"reason": "The board gave it up.", "at": "2003-07-14T10:00", "step": "preview"}
    said = text_of(page(hr, "terminate", offer.code, data))
    assert "The offer is terminated 2 1 3" in said


def test_acceptance_is_postponed_by_two_and_the_desk_says_for_when(hr, counsel, offer):
    data = {"intended_on": "2003-07-28", "reason": "The auditors ask for a day.", "at": "2003-07-24T18:00"}
    said = text_of(page(hr, "postpone", offer.code, {**data, "step": "preview"}))
    assert "Acceptance will be intended for 28 July 2003" in said
    assert "Open until acceptance, whenever that is" in said
    assert "of what is not accepted by 20 August 2003, 9:00 p.m. Pacific Time" in said
    assert "Acceptance is postponed 2 0 2" in said
    assert propose_and_approve(hr, counsel, address("postpone", offer), offer.code, data).status_code == 302
    assert timeline_of(offer).acceptance_intended_on == date(2003, 7, 28)
    assert "Intended for 28 July 2003" in text_of(hr.get(reverse("staff:index")))


def test_a_postponement_that_is_not_prompt_needs_counsels_written_reason(hr, counsel, second, offer):
    data = {"intended_on": "2003-07-31", "reason": "The auditors ask for a week.", "at": "2003-07-24T18:00"}
    said = text_of(page(hr, "postpone", offer.code, {**data, "step": "preview"}))
    assert "within 3 business days" in said
    assert "Counsel decides, and writes a reason" in said
    override = {"override": "accepted_promptly", "override_reason": "The exchange is closed."}
    answer = propose_and_approve(counsel, second, address("postpone", offer), offer.code, {**data, **override})
    assert answer.status_code == 302
    assert "The exchange is closed." in offer.events.get(kind="postponed").overrides


def test_a_revival_by_clicks_clears_late_from_paper_and_says_which(hr, counsel, offer):
    late = a_holder("E8")
    a_grant(late, "E8-1")
    record(offer, [paper(election(late), "F8", EXPIRES_AT + timedelta(minutes=5))], EXPIRES_AT + timedelta(minutes=9))
    data = {"to": "2003-07-24T20:00", "at": "2003-07-24T17:30"}
    made = propose(hr, address("extend", offer), offer.code, data)
    assert "F8" in text_of(counsel.get(made))
    assert Form.objects.get(number="F8").judgements.latest("number").status == "rejected"
    said = text_of(counsel.post(made, {"step": "preview"}))
    assert "The offer is extended 3 1 4" in said
    assert approve(counsel, made, offer.code).status_code == 302
    assert Form.objects.get(number="F8").judgements.latest("number").status == "effective"


def test_acceptance_names_the_conditions_of_which_nothing_was_decided(hr, offer, fall):
    data = {"attested": "on", "at": "2003-07-25T09:00", "step": "preview"}
    said = text_of(page(hr, "accept", offer.code, data))
    assert "Conditions not decided Section 7(c): no fall of the market To accept is to go on" in said

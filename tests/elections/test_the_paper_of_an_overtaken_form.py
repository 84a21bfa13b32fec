"""A form that is effective and overtaken has a record that says so, whatever its first paper said of it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from exchange.documents.ledger import faults
from exchange.documents.models import Paper
from exchange.documents.rendering import html_of
from exchange.elections.actions import decide_defect
from exchange.elections.models import Form
from exchange.elections.rules import Signed
from exchange.elections.words import form_defect_text
from exchange.notices.models import Message, State
from exchange.offers.reads import load
from exchange.settlement.form_steps import steps_of
from tests.support.agreements import keep_pdf
from tests.support.world import (
    ACTOR,
    EXPIRES_AT,
    an_offer,
    election,
    extend,
    holders_with_grants,
    notice,
    paper,
    record,
    value,
)

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
IN_TIME = EXPIRES_AT - 3 * DAY
GAP = EXPIRES_AT + HOUR
LATER = EXPIRES_AT + DAY
UNDATED = form_defect_text("undated")
OVERTAKEN = "Form F2 is in force."


@pytest.fixture
def offer():
    return an_offer()


@pytest.fixture
def maya():
    return holders_with_grants(1)[0]


def decide(offer, verdict, at):
    said = {"number": "F1", "defect": "undated", "reason": "As the rules say.", "actor": ACTOR}
    value(decide_defect(code=offer.code, verdict=verdict, at=at, **said))


def words_of(paper_row):
    return html_of(paper_row).replace("\N{NO-BREAK SPACE}", " ")


def papers_about(number):
    """What each paper of the form says, by its kind and subject."""
    found = Paper.objects.filter(subject_key__endswith=f":{number}").order_by("requested_at", "pk")
    return {(one.kind, one.subject_key): words_of(one) for one in found}


def undated(form, at=IN_TIME):
    return replace(paper(form, "F1", at), signed=Signed())


@pytest.mark.parametrize("verdict", ["waive", "cure"])
def test_decided_once_it_was_overtaken_it_has_the_record_that_it_does_not_count(offer, maya, verdict):
    record(offer, [undated(election(maya))], IN_TIME)
    record(offer, [paper(election(maya), "F2", IN_TIME + HOUR)], IN_TIME + HOUR)
    decide(offer, verdict, IN_TIME + DAY)
    first, second = papers_about("F1").items()
    assert (first[0], second[0]) == (
        ("form_not_in_force", "form:TEST:F1"),
        ("form_not_in_force", "form:TEST:overtaken:F1"),
    )
    assert UNDATED in first[1]
    assert OVERTAKEN in second[1]
    assert UNDATED not in second[1]
    assert not list(faults())


def test_a_waiver_that_reaches_an_overtaken_form_writes_its_holder_no_letter(offer, maya):
    record(offer, [undated(election(maya))], IN_TIME)
    record(offer, [paper(election(maya), "F2", IN_TIME + HOUR)], IN_TIME + HOUR)
    before = Message.objects.count()
    decide(offer, "waive", IN_TIME + DAY)
    assert Message.objects.count() == before


def test_a_notice_so_has_its_receipt_which_says_what_it_leaves_untouched(offer, maya):
    record(offer, [paper(election(maya), "F0", IN_TIME - HOUR)], IN_TIME - HOUR)
    record(offer, [replace(undated(notice(maya)), signature_name="M. O.")], IN_TIME)
    record(offer, [paper(election(maya), "F2", IN_TIME + HOUR)], IN_TIME + HOUR)
    for defect in ("undated", "name_mismatch"):
        said = {"number": "F1", "verdict": "cure", "reason": "As the rules say.", "actor": ACTOR}
        value(decide_defect(code=offer.code, defect=defect, at=IN_TIME + DAY, **said))
    papers = papers_about("F1")
    assert "form F2, which we received later, is in force" in papers["withdrawal_receipt", "form:TEST:F1"]


def test_waived_in_force_and_then_overtaken_its_letter_made_again_comes_with_the_record(offer, maya):
    """For a new deadline: before, it said that the form does not count and had the receipt of what counts with it."""
    record(offer, [undated(election(maya))], IN_TIME)
    decide(offer, "waive", IN_TIME + HOUR)
    record(offer, [paper(election(maya), "F2", IN_TIME + 2 * HOUR)], IN_TIME + 2 * HOUR)
    extend(offer, LATER, at=IN_TIME + DAY)
    waiting = Message.objects.filter(kind="election_received", state=State.QUEUED, key__contains=":F1:")
    letter = waiting.get()
    attached = Paper.objects.get(pk=letter.attachments[0])
    assert OVERTAKEN in letter.text
    assert (attached.kind, attached.subject_key) == ("form_not_in_force", "form:TEST:overtaken:F1")
    assert OVERTAKEN in words_of(attached)


def test_late_until_the_offer_was_revived_and_overtaken_it_is_not_recorded_as_late(offer, maya):
    record(offer, [paper(election(maya), "F1", EXPIRES_AT)], GAP)
    record(offer, [paper(election(maya), "F2", EXPIRES_AT + timedelta(minutes=1))], GAP)
    extend(offer, LATER, at=GAP + HOUR)
    letter = Message.objects.get(kind="election_received", key__contains=":F1")
    attached = Paper.objects.get(pk=letter.attachments[0])
    assert OVERTAKEN in letter.text
    assert OVERTAKEN in words_of(attached)
    assert form_defect_text("late") not in words_of(attached)


def test_its_history_has_both_papers(offer, maya):
    record(offer, [undated(election(maya))], IN_TIME)
    record(offer, [paper(election(maya), "F2", IN_TIME + HOUR)], IN_TIME + HOUR)
    decide(offer, "waive", IN_TIME + DAY)
    for one in Paper.objects.filter(subject_key__endswith=":F1"):
        keep_pdf(one)
    steps, _rows = steps_of(load(offer), Form.objects.get(number="F1"))
    assert [step["what"] for step in steps if "Record of form F1" in step["what"]] == [
        "Paper made: Record of form F1"
    ] * 2

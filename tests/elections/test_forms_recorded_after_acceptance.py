"""Domain §4, Paper: received in time but recorded after acceptance, a form keeps the status its receipt gives."""

import pytest

from exchange.documents.models import Paper
from exchange.notices.models import Message
from exchange.offers.models import CounselFlag
from tests.support.company import ACCEPTED, EXPIRES, MICROSECOND, Company, beside, run


def test_lines_of_options_cancelled_since_stand_as_they_did_when_it_was_received(company: Company) -> None:
    company.open()
    company.record(company.election("F1", "ana", "2003-07-01T09:00:00-07:00", "A1"))
    company.accept()
    company.record(company.election("F2", "ana", "2003-07-02T09:00:00-07:00", "A1", "A2"), at=ACCEPTED)
    assert company.status("F2") == ("effective", [])
    assert company.lines("F2") == [[], []]


def test_it_changes_nothing_accepted_and_goes_before_counsel(company: Company) -> None:
    company.open()
    company.record(company.election("F1", "ana", "2003-07-01T09:00:00-07:00", "A1"))
    company.accept()
    company.record(company.notice("F2", "ana", "2003-07-02T09:00:00-07:00"), at=ACCEPTED)
    assert company.status("F2") == ("effective", [])
    assert company.results()["cancelled"] == {"A1": 1200}
    assert [flag.subject for flag in CounselFlag.objects.all()] == ["form:F2"]


def test_it_is_late_by_its_receipt_not_by_its_recording(company: Company) -> None:
    company.open()
    company.accept()
    company.record(
        company.election("F1", "ana", beside(EXPIRES, -MICROSECOND), "A1"),
        company.election("F2", "ana", EXPIRES, "A1"),
        company.notice("F3", "ana", beside(ACCEPTED, -MICROSECOND)),
        company.notice("F4", "ana", ACCEPTED),
        at=ACCEPTED,
    )
    assert [company.status(number)[1] for number in ("F1", "F2", "F3", "F4")] == [[], ["late"], [], ["late"]]


@pytest.mark.parametrize("is_notice", [True, False])
def test_its_letter_and_its_paper_say_that_it_changes_nothing(company: Company, is_notice: bool) -> None:
    company.open()
    company.record(company.election("F1", "ana", "2003-07-01T09:00:00-07:00", "A1"))
    company.accept()
    received = "2003-07-02T09:00:00-07:00"
    form = company.notice("F2", "ana", received) if is_notice else company.election("F2", "ana", received, "A1", "A2")
    company.record(form, at=ACCEPTED)
    (letter,) = Message.objects.filter(key__contains=":F2")
    assert letter.kind == "form_recorded_after"
    name = "Notice to Withdraw" if is_notice else "Election Form"
    assert f"We received your signed {name} in time. It was recorded only after" in letter.text
    assert "It changes nothing that was accepted: options that were cancelled stay cancelled" in letter.text
    assert "has been told of it and will write to you" in letter.text
    assert "You keep" not in letter.text
    assert "sign a new" not in letter.text
    paper = Paper.objects.get(subject_key__endswith=":F2")
    assert paper.kind == "form_not_in_force"
    assert "It changes nothing that was accepted." in paper.snapshot


def test_after_a_termination_nobody_speaks_of_counsel_or_of_accepted_options(company: Company) -> None:
    company.open()
    run("terminate_offer", company.code, "--reason", "A condition failed.", "--at", "2003-07-10T09:00:00-07:00")
    company.record(company.election("F1", "ana", "2003-07-02T09:00:00-07:00", "A1"), at=EXPIRES)
    (letter,) = Message.objects.filter(key__contains=":F1")
    assert letter.kind == "form_recorded_after"
    assert "no option was cancelled, and you keep all your options." in letter.text
    assert "ounsel of" not in letter.text

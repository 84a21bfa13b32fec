"""A paper form received in time, recorded after the deadline: its letter and receipt offer nothing that has ended."""

import pytest

from exchange.documents.models import Paper
from exchange.documents.rendering import html_of
from exchange.notices.models import Message
from tests.support.company import ACCEPTED, EXPIRES, MICROSECOND, Company, beside

IN_TIME = "2003-07-24T16:00:00-07:00"


def letter_about(number: str) -> Message:
    return Message.objects.get(key__endswith=f":{number}")


@pytest.mark.parametrize(
    ("recorded_at", "may_sign"), [(beside(EXPIRES, -MICROSECOND), True), (EXPIRES, False), (ACCEPTED, False)]
)
def test_a_defective_form_is_answered_with_what_can_still_be_done(
    company: Company, recorded_at: str, may_sign: bool
) -> None:
    company.open()
    company.record(company.election("F1", "ana", IN_TIME, "A1", signature_name=""), at=recorded_at)
    letter = letter_about("F1")
    assert letter.kind == "form_defective"
    assert ("you can sign a new form" in letter.text) is may_sign
    assert ("The offer expired on 24 July 2003" in letter.text) is not may_sign


@pytest.mark.parametrize(("recorded_at", "may_sign"), [(beside(EXPIRES, -MICROSECOND), True), (EXPIRES, False)])
def test_a_notice_is_confirmed_with_what_can_still_be_done(company: Company, recorded_at: str, may_sign: bool) -> None:
    company.open()
    company.record(company.election("F1", "ana", "2003-07-01T09:00:00-07:00", "A1"))
    company.record(company.notice("F2", "ana", IN_TIME), at=recorded_at)
    letter = letter_about("F2")
    assert letter.kind == "withdrawal_received"
    assert ("sign a new Election Form" in letter.text) is may_sign
    assert ("you cannot tender again" in letter.text) is not may_sign
    receipt = html_of(Paper.objects.get(subject_key__endswith=":F2"))
    assert ("sign a new Election Form" in receipt) is may_sign
    assert ("so you cannot tender again" in receipt) is not may_sign


@pytest.mark.parametrize(("recorded_at", "may_sign"), [(beside(EXPIRES, -MICROSECOND), True), (EXPIRES, False)])
def test_the_receipt_of_a_tender_says_what_can_still_be_done(
    company: Company, recorded_at: str, may_sign: bool
) -> None:
    company.open()
    company.record(company.election("F1", "ana", IN_TIME, "A1"), at=recorded_at)
    receipt = html_of(Paper.objects.get(subject_key__endswith=":F1"))
    assert ("To change your election, sign a new Election Form" in receipt) is may_sign
    assert ("a new Election Form can replace it no more" in receipt) is not may_sign
    assert "you can sign one until we accept options" in receipt


def test_a_late_form_recorded_after_acceptance_offers_no_withdrawal(company: Company) -> None:
    company.open()
    company.record(company.election("F1", "ana", "2003-07-01T09:00:00-07:00", "A1"))
    late = company.election("F2", "ana", beside(EXPIRES, MICROSECOND), "A1", "A2")
    company.accept()
    company.record(late, at=ACCEPTED)
    assert "You can still withdraw" not in letter_about("F2").text

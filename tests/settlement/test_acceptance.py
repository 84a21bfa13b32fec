"""Acceptance and cancellation: once, of what is in force and still eligible, at one instant (domain §5)."""

import pytest

from exchange.grants.models import Cancellation
from tests.support.company import ACCEPTED, EXPIRES, MICROSECOND, Company, beside, refusal, run

RECEIVED = "2003-07-01T09:00:00-07:00"


def accepted(company: Company, at: str = ACCEPTED) -> tuple[dict[str, int], dict[str, str]]:
    company.accept(at)
    results = company.results()
    return results["cancelled"], results["not_accepted"]


def test_it_cancels_the_outstanding_shares_of_every_line_in_force(company: Company) -> None:
    company.grant("A3", "ana", shares_exercised="200", shares_cancelled="1")
    company.open()
    company.record(company.election("F1", "ana", RECEIVED, "A1", company.line("A2", shares="1"), "A3"))
    assert accepted(company) == ({"A1": 1200, "A3": 999}, {})


def test_it_refuses_before_expiration_and_not_at_it(company: Company) -> None:
    company.open()
    early = beside(EXPIRES, -MICROSECOND)
    assert "expire" in refusal("accept_offer", company.code, "--attest", "--at", early)
    company.accept(EXPIRES)


def test_by_command_it_says_that_it_is_not_prompt_and_goes_on(company: Company) -> None:
    company.open()
    on_the_third_day = "2003-07-29T23:59:59.999999-07:00"
    arguments = ("accept_offer", company.code, "--attest", "--dry-run", "--at")
    assert run(*arguments, on_the_third_day)["remarks"] == []
    (remark,) = run(*arguments, beside(on_the_third_day, MICROSECOND))["remarks"]
    assert "within 3 business days of the expiration" in remark
    assert "by 29 July 2003. This is 30 July 2003." in remark
    reason = ("--override", "accepted_promptly", "--reason", "The market was shut.")
    assert run(*arguments, beside(on_the_third_day, MICROSECOND), *reason)["remarks"] == []


def test_it_refuses_without_the_word_of_hr(company: Company) -> None:
    company.open()
    assert "recorded" in refusal("accept_offer", company.code, "--at", ACCEPTED)


def test_it_refuses_while_a_defect_is_neither_decided_nor_expressly_left(company: Company) -> None:
    company.open()
    company.record(
        company.election("F1", "ana", RECEIVED, "A1", company.line("A2", shares="1")),
        company.notice("F2", "ana", "2003-07-02T09:00:00-07:00", signature_name="Someone Else"),
    )
    said = refusal("accept_offer", company.code, "--attest", "--at", ACCEPTED)
    assert len(said.splitlines()) == 2
    assert "F2" in said
    assert "A2" in said
    assert Cancellation.objects.count() == 0
    company.accept()


def test_a_defect_of_a_form_that_a_later_one_replaced_needs_no_decision(company: Company) -> None:
    company.open()
    company.record(
        company.election("F1", "ana", RECEIVED, "A1", signature_name="Someone Else"),
        company.election("F2", "ana", "2003-07-02T09:00:00-07:00", "A1"),
    )
    run("accept_offer", company.code, "--attest", "--at", ACCEPTED)
    assert company.results()["cancelled"] == {"A1": 1200}


def test_repeated_it_has_no_second_effect(company: Company) -> None:
    company.open()
    company.record(company.election("F1", "ana", RECEIVED, "A1"))
    first = accepted(company)
    company.record(company.election("F2", "ana", "2003-07-02T09:00:00-07:00", "A2"), at=ACCEPTED)
    company.accept("2003-07-28T09:00:00-07:00")
    assert accepted(company, "2003-07-29T09:00:00-07:00") == first
    assert company.results()["earliest_grant_date"] == "2004-01-26"


@pytest.mark.parametrize(("event", "value"), [("terminated", ""), ("role", "consultant"), ("residence_country", "CA")])
@pytest.mark.parametrize(("on", "is_taken"), [("2003-07-25", False), ("2003-07-26", True)])
def test_a_person_is_judged_again_on_the_day_of_cancellation(
    company: Company, event: str, value: str, on: str, is_taken: bool
) -> None:
    company.event("ana", on, event, value)
    company.open()
    company.record(company.election("F1", "ana", RECEIVED, "A1"))
    assert accepted(company) == (({"A1": 1200}, {}) if is_taken else ({}, {"A1": "person_not_eligible"}))


def test_the_day_of_cancellation_is_the_date_in_the_offers_zone(company: Company) -> None:
    company.event("ana", "2003-07-26", "terminated")
    company.open()
    company.record(company.election("F1", "ana", RECEIVED, "A1"))
    assert accepted(company, "2003-07-26T06:59:59+00:00")[0] == {"A1": 1200}
    assert company.results()["promises_due_on"] == "2003-07-30"


@pytest.mark.parametrize(("expires_on", "is_taken"), [("2003-07-25", False), ("2003-07-26", True)])
def test_an_option_is_judged_again(company: Company, expires_on: str, is_taken: bool) -> None:
    company.grant("A3", "ana", expires_on=expires_on)
    company.open()
    company.record(company.election("F1", "ana", RECEIVED, "A3", "A1"))
    reasons = {} if is_taken else {"A3": "option_not_eligible"}
    assert accepted(company)[1] == reasons


def test_a_pair_is_taken_whole_or_not_at_all(company: Company) -> None:
    company.grant("P1", "ana", split_pair="P")
    company.grant("P2", "ana", split_pair="P", expires_on="2003-07-25")
    company.open()
    company.record(company.election("F1", "ana", RECEIVED, "P1", "P2", "A1"))
    assert company.lines("F1") == [[], [], []]
    assert accepted(company) == ({"A1": 1200}, {"P1": "pair_broken", "P2": "option_not_eligible"})


def test_neither_half_could_be_taken_each_has_its_own_reason(company: Company) -> None:
    company.grant("P1", "ana", split_pair="P", expires_on="2003-07-20")
    company.grant("P2", "ana", split_pair="P", expires_on="2003-07-25")
    company.open()
    company.record(company.election("F1", "ana", RECEIVED, "P1", "P2"))
    assert accepted(company)[1] == {"P1": "option_not_eligible", "P2": "option_not_eligible"}


def test_what_is_outstanding_then_is_cancelled_not_what_the_form_said(company: Company) -> None:
    company.open()
    company.record(company.election("F1", "ana", RECEIVED, "A1", "A2"))
    company.grant("A1", "ana", "--correct", "--reason", "exercised on 3 July", shares_exercised="1000")
    company.grant("A2", "ana", "--correct", "--reason", "exercised on 3 July", shares_exercised="500")
    assert accepted(company) == ({"A1": 200}, {"A2": "option_not_eligible"})


def test_a_tender_withdrawn_between_expiration_and_acceptance_is_not_taken(company: Company) -> None:
    company.open()
    company.record(
        company.election("F1", "ana", RECEIVED, "A1"),
        company.notice("F2", "ana", beside(ACCEPTED, -MICROSECOND)),
    )
    assert accepted(company) == ({}, {})


def test_nothing_tendered_is_accepted_all_the_same(company: Company) -> None:
    company.open()
    assert accepted(company) == ({}, {})
    company.promise()
    results = company.results()
    assert results["promised"] == {"by_holder": {}, "total": 0}
    assert results["totals"]["holders"] == 0

"""Staff decide on defects: cured, waived for all alike, or rejected; never against a later form (domain §4)."""

from datetime import date, datetime
from typing import Any

import pytest

from exchange.elections.actions import ask_for_cure, decide_defect
from exchange.elections.models import Judgement
from exchange.elections.models.decisions import Decision
from exchange.kernel.results import Refused
from exchange.notices.models import Message
from exchange.people.models import User
from tests.support.company import ACCEPTED, Company, refusal, run

DAYS = [f"2003-07-{day:02}T09:00:00-07:00" for day in range(1, 15)]
FIRST, SECOND, THIRD, FOURTH = DAYS[:4]
LATER = "2003-07-20T12:00:00-07:00"
SAID = ("--reason", "a letter of 18 July says so", "--at", LATER)


def decide(company: Company, form: str, defect: str, verdict: str, *options: str) -> dict[str, Any]:
    return run("decide_defect", company.code, form, defect, verdict, *SAID, *options)


def refused(company: Company, form: str, defect: str, verdict: str, *options: str) -> str:
    return refusal("decide_defect", company.code, form, defect, verdict, *SAID, *options)


def taken(company: Company) -> dict[str, int]:
    company.accept()
    cancelled: dict[str, int] = company.results()["cancelled"]
    run("verify_ledger")
    return cancelled


def letters(kind: str) -> list[str]:
    return list(Message.objects.filter(kind=kind).order_by("key").values_list("key", flat=True))


# What a decision does


def test_a_cured_form_is_in_force_from_its_receipt(company: Company) -> None:
    company.open()
    company.record(
        company.election("F1", "ana", FIRST, "A1"), company.election("F2", "ana", SECOND, "A2", signed_at="")
    )
    done = decide(company, "F2", "undated", "cure")
    assert done["forms"] == [
        {"form_id": "F2", "employee_number": "ana", "status": "effective", "in_force": True, "tendered": ["A2"]}
    ]
    assert taken(company) == {"A2": 500}


def test_the_export_keeps_the_status_of_the_receipt(company: Company) -> None:
    company.open()
    company.record(company.election("F1", "ana", FIRST, "A1", signed_at=""))
    decide(company, "F1", "undated", "cure")
    assert company.status("F1") == ("defective", ["undated"])
    assert company.lines("F1") == []


def test_a_form_waits_until_its_last_defect_is_gone(company: Company) -> None:
    company.open()
    company.record(company.election("F1", "ana", FIRST, "A1", signed_at="", signature_name="Somebody"))
    assert decide(company, "F1", "undated", "cure")["forms"][0]["status"] == "defective"
    assert decide(company, "F1", "name_mismatch", "cure")["forms"][0]["status"] == "effective"
    assert taken(company) == {"A1": 1200}


def test_an_unsigned_form_can_be_cured_though_never_waived(company: Company) -> None:
    company.open()
    company.record(company.election("F1", "ana", FIRST, "A1", signature_name=""))
    assert "cannot be waived" in refused(company, "F1", "unsigned", "waive")
    decide(company, "F1", "unsigned", "cure")
    assert taken(company) == {"A1": 1200}


def test_a_rejected_defect_leaves_the_form_as_it_is(company: Company) -> None:
    company.open()
    company.record(company.election("F1", "ana", FIRST, "A1", signed_at=""))
    decide(company, "F1", "undated", "reject")
    # Decided, so that acceptance need not leave it expressly.
    assert run("accept_offer", company.code, "--attest", "--at", ACCEPTED)["cancelled_grants"] == 0


def test_a_cure_binds_that_form_alone_and_a_waiver_all(company: Company) -> None:
    company.person("ben", legal_name="Ben Aziz", name_on_agreement="Ben Aziz", email="ben@company.example")
    company.grant("B1", "ben")
    company.open()
    company.record(
        company.election("F1", "ana", FIRST, "A1", signed_at=""),
        company.election("F2", "ben", SECOND, "B1", signed_at=""),
    )
    decide(company, "F1", "undated", "cure")
    assert "ben" not in {form["employee_number"] for form in decide(company, "F1", "undated", "waive")["forms"][1:]}
    assert taken(company) == {"A1": 1200, "B1": 1200}


def test_a_waiver_reaches_forms_recorded_later(company: Company) -> None:
    company.open()
    company.record(company.election("F1", "ana", FIRST, "A1", signed_at=""))
    decide(company, "F1", "undated", "waive")
    company.record(company.election("F2", "ana", SECOND, "A2", signed_at=""), at=LATER)
    assert company.status("F2") == ("defective", ["undated"])
    assert taken(company) == {"A2": 500}


def test_a_waiver_overrides_an_earlier_rejection(company: Company) -> None:
    company.open()
    company.record(company.election("F1", "ana", FIRST, "A1", signed_at=""))
    decide(company, "F1", "undated", "reject")
    assert [form["form_id"] for form in decide(company, "F1", "undated", "waive")["forms"]] == ["F1"]
    assert taken(company) == {"A1": 1200}


def test_a_line_stands_once_its_defects_are_gone(company: Company) -> None:
    company.open()
    company.record(company.election("F1", "ana", FIRST, company.line("A1", exercise_price="9.99"), "A2"))
    decide(company, "F1", "mismatch", "waive")
    assert taken(company) == {"A1": 1200, "A2": 500}


def test_a_half_stands_again_with_its_mate(company: Company) -> None:
    company.grant("P1", "ana", split_pair="P", option_type="ISO")
    company.grant("P2", "ana", split_pair="P", option_type="NSO")
    company.open()
    company.record(company.election("F1", "ana", FIRST, company.line("P1", exercise_price="9.99"), "P2"))
    assert company.lines("F1") == [["mismatch"], ["pair_broken"]]
    decide(company, "F1", "mismatch", "cure", "--grant", "P1")
    assert taken(company) == {"P1": 1200, "P2": 1200}


def test_a_half_without_its_mate_on_the_form_is_not_taken_even_when_cured(company: Company) -> None:
    company.grant("P1", "ana", split_pair="P", option_type="ISO")
    company.grant("P2", "ana", split_pair="P", option_type="NSO")
    company.open()
    company.record(company.election("F1", "ana", FIRST, "P1"))
    decide(company, "F1", "pair_broken", "cure")
    assert taken(company) == {}
    assert company.results()["not_accepted"] == {"P1": "pair_broken"}


def test_a_repeat_tenders_nothing_that_the_first_line_does_not(company: Company) -> None:
    company.open()
    company.record(company.election("F1", "ana", FIRST, company.line("A1", shares="7"), "A1", "A2", "A2"))
    decide(company, "F1", "duplicate", "waive")
    assert taken(company) == {"A2": 500}


# Never against a later form


@pytest.mark.parametrize("verdict", ["cure", "waive"])
def test_no_decision_puts_a_form_in_force_after_a_later_one(company: Company, verdict: str) -> None:
    company.open()
    company.record(
        company.election("F1", "ana", FIRST, "A1", signed_at=""), company.election("F2", "ana", SECOND, "A2")
    )
    assert decide(company, "F1", "undated", verdict)["forms"][0]["in_force"] is False
    assert taken(company) == {"A2": 500}


def test_nor_after_a_signed_notice_that_found_nothing_to_withdraw(company: Company) -> None:
    company.open()
    company.record(company.election("F1", "ana", FIRST, "A1", signed_at=""), company.notice("F2", "ana", SECOND))
    done = decide(company, "F1", "undated", "cure")
    assert "sent another form" in done["remarks"][0]
    assert taken(company) == {}
    assert company.status("F2") == ("rejected", ["nothing_tendered"])


def test_a_later_form_that_is_defective_stands_in_nobodys_way(company: Company) -> None:
    company.open()
    company.record(
        company.election("F1", "ana", FIRST, "A1", signed_at=""),
        company.election("F2", "ana", SECOND, "A2", signature_name=""),
    )
    decide(company, "F1", "undated", "cure")
    assert taken(company) == {"A1": 1200}


def test_a_later_form_cured_behind_a_signed_notice_leaves_the_earlier_in_force(company: Company) -> None:
    company.open()
    company.record(
        company.election("F1", "ana", FIRST, "A1", signed_at=""),
        company.election("F2", "ana", SECOND, "A2", signed_at=""),
    )
    decide(company, "F1", "undated", "cure")
    company.record(company.notice("F3", "ana", THIRD, signed_at=""), at=LATER)
    decide(company, "F2", "undated", "cure")
    assert taken(company) == {"A1": 1200}


def test_a_decision_on_a_line_does_not_put_a_form_out_of_force(company: Company) -> None:
    company.open()
    company.record(
        company.election("F1", "ana", FIRST, "A1", company.line("A2", shares="501")),
        company.notice("F2", "ana", SECOND, signed_at=""),
    )
    decide(company, "F1", "mismatch", "waive")
    assert taken(company) == {"A1": 1200, "A2": 500}


# What is refused


def test_decisions_end_at_acceptance(company: Company) -> None:
    company.open()
    company.record(company.election("F1", "ana", FIRST, "A1", signed_at=""))
    company.accept()
    at = ("--reason", "too late", "--at", ACCEPTED)
    assert "end at acceptance" in refusal("decide_defect", company.code, "F1", "undated", "cure", *at)


@pytest.mark.parametrize("verdict", ["cure", "waive", "reject"])
def test_a_rejected_form_is_past_deciding(company: Company, verdict: str) -> None:
    company.open()
    company.record(company.election("F1", "ana", "2003-07-24T17:00:00-07:00", "A1"), at="2003-07-24T17:30:00-07:00")
    said = ("--reason", "it is so", "--at", "2003-07-24T18:00:00-07:00")
    assert "neither cured nor waived" in refusal("decide_defect", company.code, "F1", "late", verdict, *said)


def test_a_defect_that_is_not_there_is_refused(company: Company) -> None:
    company.open()
    company.record(
        company.election("F1", "ana", FIRST, "A1", signed_at=""), company.election("F2", "ana", SECOND, "A2")
    )
    assert "no form F9" in refused(company, "F9", "undated", "cure")
    assert "has no defect conditional" in refused(company, "F1", "conditional", "cure")
    assert "has no defect undated" in refused(company, "F2", "undated", "waive")
    assert "no line of grant A1" in refused(company, "F1", "undated", "cure", "--grant", "A1")


def test_a_defect_of_two_lines_needs_the_grant(company: Company) -> None:
    company.open()
    wrong = [company.line(grant, exercise_price="9.99") for grant in ("A1", "A2")]
    company.record(company.election("F1", "ana", FIRST, *wrong))
    assert "A1, A2" in refused(company, "F1", "mismatch", "cure")
    decide(company, "F1", "mismatch", "cure", "--grant", "A2")
    assert taken(company) == {"A2": 500}


def test_a_line_that_names_nobodys_option_cannot_be_cured_into_one(company: Company) -> None:
    company.open()
    company.record(company.election("F1", "ana", FIRST, "99999999"))
    assert "not on file" in refused(company, "F1", "unknown_grant", "cure")
    company.grant("99999999", "ana", "--correct", "--reason", "it was left out")
    decide(company, "F1", "unknown_grant", "cure")
    assert taken(company) == {"99999999": 1200}


def test_the_same_decision_again_does_nothing_and_another_is_refused(company: Company) -> None:
    company.open()
    company.record(company.election("F1", "ana", FIRST, "A1", signed_at=""))
    decide(company, "F1", "undated", "reject")
    assert "done already" in decide(company, "F1", "undated", "reject")["remarks"][0]
    assert "has been decided: it is rejected" in refused(company, "F1", "undated", "cure")
    assert Decision.objects.count() == 1
    decide(company, "F1", "undated", "waive")
    assert "done already" in decide(company, "F1", "undated", "waive")["remarks"][0]
    assert Judgement.objects.count() == 2


def test_a_dry_run_changes_nothing(company: Company) -> None:
    company.open()
    company.record(company.election("F1", "ana", FIRST, "A1", signed_at=""))
    assert decide(company, "F1", "undated", "waive", "--dry-run")["forms"][0]["status"] == "effective"
    assert not Decision.objects.exists()


def test_a_reason_is_needed(company: Company) -> None:
    company.open()
    company.record(company.election("F1", "ana", FIRST, "A1", signed_at=""))
    assert "reason" in refusal("decide_defect", company.code, "F1", "undated", "cure", "--reason", " ", "--at", LATER)


def test_nobody_decides_for_themselves(company: Company) -> None:
    company.person("ben", legal_name="Ben Aziz", name_on_agreement="Ben Aziz", email="ben@company.example")
    company.grant("B1", "ben")
    company.open()
    company.record(
        company.election("F1", "ana", FIRST, "A1", signed_at=""),
        company.election("F2", "ben", SECOND, "B1", signed_at=""),
    )
    ben = User.objects.create_user("BEN@company.example", None, is_staff=True)
    at = datetime.fromisoformat(LATER)
    said = {"code": company.code, "defect": "undated", "reason": "a test", "actor": "a test", "at": at}
    own = decide_defect(number="F2", verdict="cure", decided_by=ben, **said)
    # A waiver that is asked for on another's form reaches his own as well.
    waiver = decide_defect(number="F1", verdict="waive", decided_by=ben, **said)
    others = decide_defect(number="F1", verdict="cure", decided_by=ben, **said)
    assert [type(result) is Refused for result in (own, waiver, others)] == [True, True, False]


# The day by which to cure


def ask(company: Company, by: date) -> Any:
    at = Judgement.objects.first().at
    said = {"reason": "Write to us when you signed it.", "actor": "a test", "at": at}
    return ask_for_cure(code=company.code, number="F1", defect="undated", by=by, **said)


def test_a_cure_after_the_day_is_refused(company: Company) -> None:
    company.open()
    company.record(company.election("F1", "ana", FIRST, "A1", signed_at=""), at=FIRST)
    assert not isinstance(ask(company, date(2003, 7, 18)), Refused)
    assert letters("cure_asked")
    assert "does not count" in refused(company, "F1", "undated", "cure")
    # It came on the last day and was recorded two days later.
    decide(company, "F1", "undated", "cure", "--cured-on", "2003-07-18", "--evidence", "a letter")
    assert Decision.objects.get().cured_on == date(2003, 7, 18)


def test_a_day_can_be_set_anew_but_not_in_the_past(company: Company) -> None:
    company.open()
    company.record(company.election("F1", "ana", FIRST, "A1", signed_at=""), at=FIRST)
    assert isinstance(ask(company, date(2003, 6, 30)), Refused)
    ask(company, date(2003, 7, 18))
    ask(company, date(2003, 7, 21))
    assert len(letters("cure_asked")) == 2
    decide(company, "F1", "undated", "cure")


# Who is told


def test_a_form_that_comes_into_force_has_its_receipt(company: Company) -> None:
    company.open()
    company.record(company.election("F1", "ana", FIRST, "A1", signed_at=""))
    assert len(letters("form_defective")) == 1
    decide(company, "F1", "undated", "cure")
    assert len(letters("election_received")) == 1
    assert Message.objects.get(kind="election_received").attachments
    assert not letters("defect_decided")


def test_a_rejection_says_why_and_what_can_be_done(company: Company) -> None:
    company.open()
    company.record(company.election("F1", "ana", FIRST, "A1", signed_at=""))
    decide(company, "F1", "undated", "reject")
    text = " ".join(Message.objects.get(kind="defect_decided").text.split())
    assert "a letter of 18 July says so" in text
    assert "Until then you can sign a new form" in text


def test_a_decision_on_a_line_says_what_is_tendered_now(company: Company) -> None:
    company.open()
    company.record(company.election("F1", "ana", FIRST, company.line("A1", exercise_price="9.99"), "A2"))
    decide(company, "F1", "mismatch", "waive")
    text = Message.objects.get(kind="defect_decided").text
    assert "In all: 1,700 shares" in text


def test_the_holder_of_an_overtaken_form_is_not_troubled(company: Company) -> None:
    company.open()
    company.record(
        company.election("F1", "ana", FIRST, "A1", signed_at=""), company.election("F2", "ana", SECOND, "A2")
    )
    before = Message.objects.count()
    decide(company, "F1", "undated", "waive")
    assert Message.objects.count() == before

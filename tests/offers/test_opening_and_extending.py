"""Opening an offer and moving its expiration, by the commands (domain §2; contract, Commands)."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.company import ACCEPTED, COMMENCES, EXPIRES, MICROSECOND, Company, beside, refusal, run

EXTENDED = "2003-07-25T05:59:59-07:00"  # a second less than thirty days after commencement
SIX_LOCAL = "2003-07-25T06:00:00-07:00"  # nine in New York, the day after


def extend(company: Company, to: str, at: str, *options: str) -> dict[str, object]:
    return run("extend_offer", company.code, "--to", to, "--at", at, *options)


def test_a_broken_clock_rule_is_refused_and_counsel_may_override_it_with_a_reason(db: None, tmp_path: Path) -> None:
    company = Company(tmp_path, {"expires_at = 2003-07-24T17": "expires_at = 2003-07-23T17"})
    assert "open_twenty_business_days" in refusal("open_offer", company.code, "--at", COMMENCES)
    company.open(COMMENCES, "--override", "open_twenty_business_days", "--reason", "counsel's word")


def test_an_override_of_one_rule_is_none_of_another(db: None, tmp_path: Path) -> None:
    company = Company(tmp_path, {"expires_at = 2003-07-24T17": "expires_at = 2003-07-25T17"})
    words = ["--override", "open_twenty_business_days", "--reason", "counsel's word"]
    assert "under_thirty_days" in refusal("open_offer", company.code, "--at", COMMENCES, *words)


def test_opened_after_its_stated_commencement_it_commences_then(company: Company) -> None:
    company.open("2003-06-25T15:00:00-07:00")
    company.record(
        company.election("F1", "ana", "2003-06-25T14:59:59.999999-07:00", "A1"),
        company.election("F2", "ana", "2003-06-25T15:00:00-07:00", "A1"),
    )
    assert [company.status(number)[1] for number in ("F1", "F2")] == [["before_commencement"], []]


def test_opened_too_late_the_period_is_too_short(company: Company) -> None:
    assert "open_twenty_business_days" in refusal("open_offer", company.code, "--at", "2003-06-27T06:00:00-07:00")


def test_one_offer_at_a_time_is_between_opening_and_acceptance(company: Company) -> None:
    company.open()
    text = (company.folder / "offer.toml").read_text(encoding="utf-8").replace("CPST-2003", "CPST-2003B")
    (company.folder / "other.toml").write_text(text, encoding="utf-8")
    run("load_offer", company.folder / "other.toml")
    assert "CPST-2003" in refusal("open_offer", "CPST-2003B", "--at", COMMENCES)
    company.accept()
    run("open_offer", "CPST-2003B", "--at", COMMENCES)


def test_an_extension_gives_elections_the_new_deadline(company: Company) -> None:
    company.open()
    extend(company, EXTENDED, "2003-07-24T09:00:00-07:00")
    company.record(
        company.election("F1", "ana", beside(EXTENDED, -MICROSECOND), "A1"),
        company.election("F2", "ana", EXTENDED, "A1"),
    )
    assert [company.status(number)[1] for number in ("F1", "F2")] == [[], ["late"]]
    assert "expire" in refusal("accept_offer", company.code, "--attest", "--at", EXPIRES)


def test_reviving_clears_late_from_paper_elections_received_since(db: None, tmp_path: Path) -> None:
    company = Company(tmp_path)
    for holder in ("ana", "bo", "cy"):
        company.person(holder)
        company.grant(f"{holder}-1", holder)
    company.event("bo", "2003-07-01", "terminated")
    company.open()
    company.record(
        company.election("F1", "ana", EXPIRES, "ana-1"),
        company.election("F2", "bo", EXPIRES, "bo-1"),
        company.election("F3", "cy", EXTENDED, "cy-1"),
        at="2003-07-24T18:00:00-07:00",
    )
    assert [company.status(f"F{n}")[1] for n in (1, 2, 3)] == [["late"]] * 3
    extend(company, EXTENDED, "2003-07-24T19:00:00-07:00")
    assert [company.status(f"F{n}")[1] for n in (1, 2, 3)] == [[], ["person_not_eligible"], ["late"]]
    assert company.lines("F1") == [[]]
    company.accept()
    assert company.results()["cancelled"] == {"ana-1": 1200}


def test_reviving_puts_nothing_in_force_after_which_its_holder_sent_a_signed_notice(company: Company) -> None:
    company.open()
    company.record(
        company.election("F1", "ana", EXPIRES, "A1"),
        company.notice("F2", "ana", beside(EXPIRES, timedelta(minutes=5))),
        at="2003-07-24T18:00:00-07:00",
    )
    extend(company, EXTENDED, "2003-07-24T19:00:00-07:00")
    assert company.status("F1") == ("effective", [])
    assert company.status("F2") == ("rejected", ["nothing_tendered"])
    company.accept()
    assert company.results()["cancelled"] == {}


def test_two_late_elections_are_judged_again_in_order_of_receipt(company: Company) -> None:
    company.open()
    company.record(
        company.election("F1", "ana", EXPIRES, "A1"),
        company.election("F2", "ana", beside(EXPIRES, timedelta(minutes=5)), "A2"),
        company.election("F3", "ana", beside(EXPIRES, timedelta(minutes=9)), "A1", signed_at=EXPIRES),
        at="2003-07-24T18:00:00-07:00",
    )
    extend(company, EXTENDED, "2003-07-24T19:00:00-07:00")
    assert [company.status(f"F{n}")[1] for n in (1, 2, 3)] == [[], [], ["not_dated_after_previous"]]
    company.accept()
    assert company.results()["cancelled"] == {"A2": 500}


@pytest.mark.parametrize(("at", "is_done"), [(SIX_LOCAL, True), (beside(SIX_LOCAL, MICROSECOND), False)])
def test_the_window_for_reviving_ends_at_nine_eastern(company: Company, at: str, is_done: bool) -> None:
    company.open()
    words = ["extend_offer", company.code, "--to", "2003-07-25T17:00:00-07:00", "--at", at]
    words += ["--override", "under_thirty_days", "--reason", "counsel's word"]
    if is_done:
        run(*words)
    else:
        assert "extension_announced_in_time" in refusal(*words)


def test_an_accepted_offer_is_not_extended(company: Company) -> None:
    company.open()
    company.accept("2003-07-24T18:00:00-07:00")
    assert refusal("extend_offer", company.code, "--to", EXTENDED, "--at", "2003-07-24T19:00:00-07:00")


def test_nothing_acts_before_what_was_done_already(company: Company) -> None:
    company.open()
    company.record(company.election("F1", "ana", COMMENCES, "A1"))
    company.accept()
    assert "before" in refusal("terminate_offer", company.code, "--reason", "x", "--at", COMMENCES)
    assert "before" in refusal("issue_promises", company.code, "--at", beside(ACCEPTED, -MICROSECOND))

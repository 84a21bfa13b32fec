"""Windows are half-open, to the microsecond: received at the instant of an end is outside (domain §2, §4)."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.company import ACCEPTED, COMMENCES, EXPIRES, MICROSECOND, Company, beside

GAPS = {"a microsecond before": -MICROSECOND, "at it": timedelta(), "a microsecond after": MICROSECOND}


def around(company: Company, kind: str, instant: str) -> list[tuple[str, list[str]]]:
    """Status and defects of three holders' forms, received just before, at and just after an instant."""
    papers = []
    for number, gap in enumerate(GAPS.values()):
        holder = f"holder{number}"
        company.person(holder)
        company.grant(f"G{number}", holder)
        received = beside(instant, gap)
        lines = [f"G{number}"] if kind == "election" else []
        papers.append(company.election(f"F{number}", holder, received, *lines, kind=kind))
    company.record(*papers)
    return [company.status(f"F{number}") for number in range(len(GAPS))]


def test_commencement_is_inside(company: Company) -> None:
    company.open()
    early = ("rejected", ["before_commencement"])
    assert around(company, "election", COMMENCES) == [early, ("effective", []), ("effective", [])]


def test_expiration_is_outside(company: Company) -> None:
    company.open()
    late = ("rejected", ["late"])
    assert around(company, "election", EXPIRES) == [("effective", []), late, late]


def test_a_notice_is_not_late_at_expiration(company: Company) -> None:
    company.open()
    assert around(company, "withdrawal", EXPIRES) == [("rejected", ["nothing_tendered"])] * 3


def test_acceptance_is_outside_for_a_notice(company: Company) -> None:
    company.open()
    company.record(company.election("E1", "ana", "2003-07-01T09:00:00-07:00", "A1"))
    company.accept()
    late = ("rejected", ["late"])
    assert around(company, "withdrawal", ACCEPTED) == [("rejected", ["nothing_tendered"]), late, late]


@pytest.mark.parametrize(("gap", "cancelled"), [(-MICROSECOND, {}), (timedelta(), {"A1": 1200})])
def test_acceptance_sees_what_was_received_before_its_instant(
    company: Company, gap: timedelta, cancelled: dict[str, int]
) -> None:
    company.open()
    company.record(
        company.election("F1", "ana", "2003-07-01T09:00:00-07:00", "A1"),
        company.notice("F2", "ana", beside(ACCEPTED, gap)),
    )
    assert company.status("F2") == ("effective", [])
    company.accept()
    assert company.results()["cancelled"] == cancelled
    assert company.status("F2") == (("effective", []) if not cancelled else ("rejected", ["late"]))


def test_an_election_at_the_acceptance_instant_is_late(company: Company) -> None:
    company.open()
    company.accept(EXPIRES)
    company.record(
        company.election("F1", "ana", beside(EXPIRES, -MICROSECOND), "A1"),
        company.election("F2", "ana", EXPIRES, "A1"),
        at=EXPIRES,
    )
    assert [company.status(number)[1] for number in ("F1", "F2")] == [[], ["late"]]
    assert company.results()["cancelled"] == {}


def test_the_end_is_one_instant_whatever_offset_a_form_is_written_in(company: Company) -> None:
    company.open()
    company.record(
        company.election("F1", "ana", "2003-07-24T23:59:59.999999+00:00", "A1"),
        company.election("F2", "ana", "2003-07-25T00:00:00+00:00", "A1"),
        company.election("F3", "ana", "2003-07-25T08:59:59+09:00", "A1"),
    )
    assert [form["form_id"] for form in company.results()["forms"]] == ["F3", "F1", "F2"]
    assert [company.status(number)[1] for number in ("F1", "F2", "F3")] == [[], ["late"], []]


AUTUMN = {
    "commences_at = 2003-06-25T06:00:00-07:00": "commences_at = 2003-10-01T06:00:00-07:00",
    "expires_at = 2003-07-24T17:00:00-07:00": "expires_at = 2003-10-30T17:00:00-08:00",
}


def test_the_hour_that_comes_twice_is_two_hours(db: None, tmp_path: Path) -> None:
    """On 26 October 2003 1:30 a.m. comes twice in Los Angeles; forms of the two are an hour apart."""
    company = Company(tmp_path, AUTUMN)
    company.person("ana")
    company.grant("A1", "ana")
    company.open("2003-10-01T06:00:00-07:00")
    company.record(
        company.election("F2", "ana", "2003-10-26T01:30:00-08:00", "A1", signed_at="2003-10-26T01:20:00-08:00"),
        company.election("F1", "ana", "2003-10-26T01:30:00-07:00", "A1", signed_at="2003-10-26T01:25:00-07:00"),
        company.election("F3", "ana", "2003-10-26T01:31:00-08:00", "A1", signed_at="2003-10-26T01:31:00-07:00"),
    )
    assert [form["form_id"] for form in company.results()["forms"]] == ["F1", "F2", "F3"]
    assert [company.status(number)[1] for number in ("F1", "F2", "F3")] == [[], [], ["not_dated_after_previous"]]


def test_a_deadline_after_the_clock_change_is_met_by_the_instant(db: None, tmp_path: Path) -> None:
    company = Company(tmp_path, AUTUMN)
    company.person("ana")
    company.grant("A1", "ana")
    company.open("2003-10-01T06:00:00-07:00")
    company.record(
        company.election("F1", "ana", "2003-10-30T17:59:59.999999-07:00", "A1"),
        company.election("F2", "ana", "2003-10-30T17:00:00-07:00", "A1", signed_at="2003-10-30T16:00:00-07:00"),
        company.election("F3", "ana", "2003-10-30T18:00:00-07:00", "A1"),
    )
    assert company.status("F1")[0] == "effective"
    assert company.status("F2")[0] == "effective"
    assert company.status("F3") == ("rejected", ["late"])

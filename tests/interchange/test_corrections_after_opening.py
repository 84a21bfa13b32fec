"""After opening, a fact that a judgement used changes only with a written reason, and what it touches is listed."""

from pathlib import Path

import pytest

from exchange.audit.models import AuditEvent
from tests.support.company import Company, refusal, run

RECEIVED = "2003-07-10T09:00:00-07:00"
WHY = ("--correct", "--reason", "the register was wrong")


@pytest.fixture
def company(db: None, tmp_path: Path) -> Company:
    """Ana has tendered A1 and one half of a pair; B is nobody yet."""
    company = Company(tmp_path)
    company.person("ana")
    company.grant("A1", "ana")
    company.grant("P1", "ana", split_pair="P")
    company.grant("P2", "ana", split_pair="P")
    company.open()
    company.record(
        company.election("F1", "ana", RECEIVED, "A1", "P1"),
        company.election("F2", "bo", RECEIVED, "B1"),
    )
    return company


def people(company: Company, **changed: str) -> Path:
    return company.file("people", [{**company.people["ana"], **changed}])


def grants(company: Company, number: str, **changed: str) -> Path:
    return company.file("grants", [{**company.grants[number], **changed}])


def event(company: Company, on: str, kind: str, value: str = "") -> Path:
    return company.file("events", [{"employee_number": "ana", "effective_on": on, "event": kind, "value": value}])


def test_a_role_that_was_judged_is_changed_only_with_a_reason(company: Company) -> None:
    path = people(company, role="consultant")
    assert "form F1" in refusal("import_people", path)
    assert run("import_people", path, *WHY)["touched"] == {"ana": ["form F1"]}
    assert "the register was wrong" in AuditEvent.objects.filter(kind="people.imported").latest("id").payload


def test_the_judgement_stands_all_the_same(company: Company) -> None:
    run("import_people", people(company, role="consultant"), *WHY)
    assert company.status("F1") == ("effective", [])


@pytest.mark.parametrize("changed", [{"name_on_agreement": "Ana Reed"}, {"hired_on": "2003-07-11"}])
def test_other_facts_that_were_judged(company: Company, changed: dict[str, str]) -> None:
    assert "form F1" in refusal("import_people", people(company, **changed))


@pytest.mark.parametrize(
    "changed", [{"email": "new@company.example"}, {"legal_name": "Ana Reed"}, {"terminated_on": "2003-07-11"}]
)
def test_facts_that_no_judgement_used_are_free(company: Company, changed: dict[str, str]) -> None:
    assert run("import_people", people(company, **changed))["changed"] == 1


def test_a_person_who_was_unknown_when_a_form_came_is_touched_by_being_added(company: Company) -> None:
    assert "form F2" in refusal("import_people", people(company, employee_number="bo"))


@pytest.mark.parametrize(("on", "is_free"), [("2003-07-10", False), ("2003-07-11", True)])
def test_an_event_touches_what_was_judged_on_its_day_and_after(company: Company, on: str, is_free: bool) -> None:
    path = event(company, on, "terminated")
    if is_free:
        assert run("import_employment_events", path)["added"] == 1
    else:
        assert "form F1" in refusal("import_employment_events", path)


def test_an_event_that_changes_nothing_on_a_judged_day_is_free(company: Company) -> None:
    assert run("import_employment_events", event(company, "2003-07-01", "role", "employee"))["added"] == 1


def test_acceptance_is_touched_too(company: Company) -> None:
    company.accept()
    said = refusal("import_employment_events", event(company, "2003-07-20", "terminated"))
    assert "the acceptance of CPST-2003" in said
    assert "form F1" not in said


def test_a_grant_on_a_form_is_changed_only_with_a_reason(company: Company) -> None:
    path = grants(company, "A1", shares_exercised="1")
    assert "form F1" in refusal("import_grants", path)
    assert run("import_grants", path, *WHY)["touched"] == {"grant A1": ["form F1"]}


def test_a_grant_that_was_unknown_when_a_form_named_it_is_touched_by_being_added(company: Company) -> None:
    path = grants(company, "A1", grant_number="B1")
    assert "form F2" in refusal("import_grants", path)


def test_a_mate_that_is_on_no_form_was_judged_with_the_half_that_is(company: Company) -> None:
    assert company.lines("F1") == [[], ["pair_broken"]]
    assert "form F1" in refusal("import_grants", grants(company, "P2", shares_exercised="1200"))
    assert "form F1" in refusal("import_grants", grants(company, "P2", split_pair=""))
    assert run("import_grants", grants(company, "P2", exercise_price="25"))["changed"] == 1


def test_a_new_mate_of_a_half_that_was_judged_is_touched_by_being_added(company: Company) -> None:
    assert "form F1" in refusal("import_grants", grants(company, "P1", grant_number="P3"))


def test_what_a_grant_has_vested_is_free(company: Company) -> None:
    path = grants(company, "A1", vested_shares="10", vested_as_of="2003-07-01")
    assert run("import_grants", path)["changed"] == 1


def test_every_row_that_needs_a_reason_is_named(company: Company) -> None:
    rows = [{**company.grants[number], "shares_exercised": "1"} for number in ("A1", "P1")]
    said = refusal("import_grants", company.file("grants", rows)).splitlines()
    assert [line.split(":")[0] for line in said] == ["grants.csv, row 2", "grants.csv, row 3"]


def test_the_same_split_stated_twice_in_one_file_is_one(company: Company) -> None:
    row = {"effective_on": "2003-08-01", "kind": "split", "new": "2", "old": "1", "successor": "", "note": ""}
    applied = run("apply_corporate_actions", company.file("actions", [row, row]))
    assert (applied["added"], applied["unchanged"]) == (1, 1)

"""What must hold inside a row and between the rows of a file, for each kind of file of the contract."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from exchange.interchange.schemas import FORM_LINES, FORMS, check_lines
from exchange.interchange.tables import read_table
from tests.support.tables import (
    ACTION,
    EVENT,
    EXAMPLES,
    FORM,
    GRANT,
    LINE,
    PERSON,
    csv_text,
    read_rows,
    texts,
    write_csv,
)


@pytest.mark.parametrize("kind", EXAMPLES)
def test_a_good_row_has_no_problem(tmp_path: Path, kind: str) -> None:
    table = read_rows(tmp_path, kind, EXAMPLES[kind].row)
    assert texts(table) == []
    assert [row.row for row in table.rows] == [2]


@pytest.mark.parametrize("kind", EXAMPLES)
def test_every_required_column_is_required(tmp_path: Path, kind: str) -> None:
    for column in EXAMPLES[kind].row:
        row = {name: value for name, value in EXAMPLES[kind].row.items() if name != column}
        assert texts(read_rows(tmp_path, kind, row)) == [
            f"{kind}.csv, row 1, column {column}: the column is missing; expected a column of this name"
        ]


MAY_BE_EMPTY = {
    "people": {"email", "residence_state", "terminated_on"},
    "employment_events": {"value"},
    "grants": {"split_pair"},
    "forms": {"employee_number", "signed_at", "signature_name", "signer_title", "email", "address", "id_number"},
    "form_lines": set(),
    "corporate_actions": {"successor", "note"},
}


@pytest.mark.parametrize("kind", EXAMPLES)
def test_exactly_the_optional_cells_may_be_empty(tmp_path: Path, kind: str) -> None:
    for column in EXAMPLES[kind].row:
        found = texts(read_rows(tmp_path, kind, {**EXAMPLES[kind].row, column: ""}))
        if column in MAY_BE_EMPTY[kind]:
            assert found == []
        else:
            (text,) = found
            assert text.startswith(f"{kind}.csv, row 2, column {column}: the cell is empty; expected ")


REFUSED: list[tuple[str, dict[str, str], str]] = [
    ("people", {"terminated_on": "1999-01-31"}, 'terminated_on: "1999-01-31" is before the day of hire, 1999-02-01'),
    ("people", {"role": "Employee"}, 'role: "Employee" is not known here; expected one of employee, executive_off'),
    ("people", {"residence_country": "us"}, 'residence_country: "us" is not a country code'),
    ("people", {"residence_state": "x" * 65}, "residence_state: "),
    ("people", {"legal_name": "Ana\nLopes"}, 'legal_name: "Ana\\nLopes" holds a control character'),
    ("people", {"department": "x" * 121}, "department: "),
    ("employment_events", {"event": "died"}, 'event: "died" is not known here'),
    ("employment_events", {"event": "role"}, 'value: "" is not a role; expected one of employee, '),
    ("employment_events", {"event": "role", "value": "boss"}, 'value: "boss" is not a role'),
    ("employment_events", {"event": "residence_country"}, 'value: "" is not a country code'),
    ("employment_events", {"event": "residence_country", "value": "Canada"}, 'value: "Canada" is not a country code'),
    ("employment_events", {"value": "x"}, 'value: "x" has no meaning beside the event terminated; expected an empty'),
    ("employment_events", {"event": "rehired", "value": "x"}, 'value: "x" has no meaning beside the event rehired'),
    ("grants", {"shares_granted": "0"}, 'shares_granted: "0" is not more than zero'),
    ("grants", {"shares_granted": "1,000"}, 'shares_granted: "1,000" has a comma'),
    ("grants", {"shares_exercised": "-5"}, 'shares_exercised: "-5" is negative; shares are never negative'),
    ("grants", {"exercise_price": "NaN"}, 'exercise_price: "NaN" is not a plain number'),
    (
        "grants",
        {"shares_exercised": "700", "shares_cancelled": "501"},
        "shares_granted: 1201 shares are exercised or cancelled, more than the 1200 granted",
    ),
    ("grants", {"expires_on": "2001-03-05"}, 'expires_on: "2001-03-05" is not after the grant date, 2001-03-05'),
    ("grants", {"option_type": "iso"}, 'option_type: "iso" is not known here; expected ISO or NSO'),
    ("grants", {"vested_shares": "5", "vested_as_of": ""}, "vested_as_of: one of vested_shares and vested_as_of is"),
    ("grants", {"vested_shares": "", "vested_as_of": "2003-01-01"}, "vested_shares: one of vested_shares and vested"),
    (
        "grants",
        {"vested_shares": "1201", "vested_as_of": "2003-01-01"},
        'vested_shares: "1201" is more than the 1200 shares granted',
    ),
    ("forms", {"channel": "email"}, "channel: a form sent by e-mail is never a tender"),
    ("forms", {"channel": "portal"}, "channel: the portal records its own forms"),
    ("forms", {"channel": "post"}, 'channel: "post" is not known here; expected fax or hand'),
    ("forms", {"received_at": "2003-06-25T09:15:21"}, 'received_at: "2003-06-25T09:15:21" has no offset from UTC'),
    ("forms", {"received_at": "2003-06-25"}, 'received_at: "2003-06-25" is not an instant'),
    ("forms", {"signed_at": "24 June"}, 'signed_at: "24 June" is not an instant; expected a date as YYYY-MM-DD, or'),
    ("forms", {"kind": "amendment"}, 'kind: "amendment" is not known here; expected election or withdrawal'),
    ("forms", {"signer_capacity": "friend"}, 'signer_capacity: "friend" is not known here'),
    ("forms", {"authority_evidence": "1"}, 'authority_evidence: "1" is neither yes nor no; expected yes or no'),
    ("forms", {"name_change_proof": "Yes"}, 'name_change_proof: "Yes" is neither yes nor no'),
    ("form_lines", {"shares": "1.5"}, 'shares: "1.5" is not a whole number'),
    ("form_lines", {"exercise_price": "$24.50"}, 'exercise_price: "$24.50" is not a plain number'),
    ("form_lines", {"grant_date": "3/5/2001"}, 'grant_date: "3/5/2001" is not a date'),
    ("corporate_actions", {"kind": "spin_off"}, 'kind: "spin_off" is not known here'),
    ("corporate_actions", {"new": "0"}, 'new: "0" is not more than zero'),
    ("corporate_actions", {"old": "-2"}, 'old: "-2" is negative'),
    ("corporate_actions", {"new": "0.123456789"}, 'new: "0.123456789" has more than 8 decimal places'),
]


@pytest.mark.parametrize(("kind", "cells", "text"), REFUSED)
def test_a_bad_row_is_refused_where_it_is_bad(tmp_path: Path, kind: str, cells: dict[str, str], text: str) -> None:
    table = read_rows(tmp_path, kind, {**EXAMPLES[kind].row, **cells})
    (found,) = texts(table)
    assert found.startswith(f"{kind}.csv, row 2, column {text}")
    assert table.rows == []


def test_every_problem_of_a_row_and_of_all_rows_is_reported(tmp_path: Path) -> None:
    bad = {**GRANT, "exercise_price": "1e3", "shares_granted": "x", "grant_date": "soon"}
    table = read_rows(tmp_path, "grants", bad, {**GRANT, "grant_number": "2"}, {**bad, "grant_number": "3"})
    assert [(problem.row, problem.column) for problem in table.problems] == [
        (row, column) for row in (2, 4) for column in ("grant_date", "exercise_price", "shares_granted")
    ]


def test_values_come_typed(tmp_path: Path) -> None:
    (form,) = read_rows(tmp_path, "forms", {**FORM, "signed_at": "2003-06-24", "authority_evidence": "yes"}).rows
    assert form.received_at == datetime(2003, 6, 25, 16, 15, 21, tzinfo=UTC)
    assert (form.signed_at, type(form.signed_at)) == (date(2003, 6, 24), date)
    assert (form.authority_evidence, form.name_change_proof, form.address) == (True, False, "")
    (unsigned,) = read_rows(tmp_path, "forms", {**FORM, "signed_at": "", "signature_name": ""}).rows
    assert (unsigned.signed_at, unsigned.signature_name) == (None, "")
    (grant,) = read_rows(
        tmp_path, "grants", {**GRANT, "vested_shares": "300", "vested_as_of": "2003-01-01", "shares_cancelled": "1"}
    ).rows
    assert (grant.exercise_price, grant.shares_cancelled) == (Decimal("24.5"), 1)
    assert (grant.vested_shares, grant.vested_as_of) == (300, date(2003, 1, 1))
    (person,) = read_rows(tmp_path, "people", PERSON).rows
    assert (person.terminated_on, person.department) == (None, "")


def test_a_person_may_leave_on_the_day_of_hire(tmp_path: Path) -> None:
    assert texts(read_rows(tmp_path, "people", {**PERSON, "terminated_on": PERSON["hired_on"]})) == []


def test_all_of_a_grant_may_be_gone(tmp_path: Path) -> None:
    assert texts(read_rows(tmp_path, "grants", {**GRANT, "shares_exercised": "700", "shares_cancelled": "500"})) == []


@pytest.mark.parametrize(
    ("kind", "key", "first", "again"),
    [
        ("people", "employee_number", "E0001", " E0001 "),
        ("grants", "grant_number", "00010001", "00010001"),
        ("forms", "form_id", "F\u00e9", "Fe\u0301"),
    ],
)
def test_a_number_that_is_there_twice_is_refused_with_both_rows(
    tmp_path: Path, kind: str, key: str, first: str, again: str
) -> None:
    row = EXAMPLES[kind].row
    table = read_rows(tmp_path, kind, {**row, key: first}, {**row, key: "other"}, {**row, key: again})
    (text,) = texts(table)
    assert f"row 4, column {key}: " in text
    assert text.endswith(f"is already in row 2; expected each {key} once")


def test_numbers_that_differ_in_case_or_zeros_are_two(tmp_path: Path) -> None:
    rows = [{**GRANT, "grant_number": number} for number in ("1a", "1A", "01", "1")]
    assert texts(read_rows(tmp_path, "grants", *rows)) == []


def test_the_same_event_may_be_there_twice(tmp_path: Path) -> None:
    assert len(read_rows(tmp_path, "employment_events", EVENT, EVENT).rows) == 2


def test_a_form_may_name_nobody_and_a_merger_no_successor(tmp_path: Path) -> None:
    assert texts(read_rows(tmp_path, "forms", {**FORM, "employee_number": ""})) == []
    merger = {**ACTION, "kind": "stock_merger", "successor": ""}
    assert texts(read_rows(tmp_path, "corporate_actions", merger)) == []


# Forms and their lines together


def checked(folder: Path, forms: list[dict[str, str]], lines: list[dict[str, str]]) -> list[str]:
    form_table: Any = read_table(write_csv(folder / "forms.csv", forms), FORMS)
    line_table: Any = read_table(write_csv(folder / "form_lines.csv", lines), FORM_LINES)
    return [str(problem) for problem in check_lines(form_table, line_table)]


def test_lines_belong_to_forms_of_the_file(tmp_path: Path) -> None:
    assert checked(tmp_path, [FORM], [LINE, {**LINE, "form_id": "F00009"}]) == [
        'form_lines.csv, row 3, column form_id: "F00009" is not in forms.csv; '
        "expected the form_id of a form in that file"
    ]


def test_a_withdrawal_has_no_lines(tmp_path: Path) -> None:
    assert checked(tmp_path, [{**FORM, "kind": "withdrawal"}], [LINE]) == [
        'form_lines.csv, row 2, column form_id: "F00001" is a withdrawal; '
        "expected no lines under it: a withdrawal takes back every grant and names none"
    ]


def test_lines_of_a_form_whose_own_row_is_bad_are_not_reported_as_well(tmp_path: Path) -> None:
    assert checked(tmp_path, [{**FORM, "received_at": "soon"}], [LINE]) == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: "",
        lambda text: text.replace("form_id", "form", 1),
        lambda text: text.replace("F00001", '"F00001'),
        lambda text: text.replace(",fax,", ",", 1),
    ],
    ids=["no file at all", "no such column", "an open quote", "a row that ends early"],
)
def test_lines_of_forms_that_could_not_be_read_are_not_reported_as_well(
    tmp_path: Path, spoil: Callable[[str], str]
) -> None:
    path = tmp_path / "forms.csv"
    path.write_text(spoil(csv_text([FORM])), newline="")
    forms: Any = read_table(path, FORMS)
    assert forms.problems
    lines: Any = read_table(write_csv(tmp_path / "form_lines.csv", [LINE]), FORM_LINES)
    assert check_lines(forms, lines) == []


def test_an_election_without_lines_is_judged_not_refused(tmp_path: Path) -> None:
    assert checked(tmp_path, [FORM, {**FORM, "form_id": "F2"}], [LINE]) == []


@pytest.mark.parametrize("spaces", ["  ", "\u00a0", "\u3000 "])
def test_a_cell_of_nothing_but_spaces_is_empty(tmp_path: Path, spaces: str) -> None:
    table = read_rows(tmp_path, "forms", {**FORM, "signature_name": spaces, "signer_title": spaces})
    assert texts(table) == []
    assert (table.rows[0].signature_name, table.rows[0].signer_title) == ("", "")


def test_a_cell_of_nothing_but_spaces_does_not_do_where_something_must_be(tmp_path: Path) -> None:
    (text,) = texts(read_rows(tmp_path, "people", {**PERSON, "legal_name": "  "}))
    assert text.startswith("people.csv, row 2, column legal_name: the cell is empty")

"""A bad file given to a command: exit 1, every reason on standard error, and not one row of the database changed."""

import codecs
import json
from collections.abc import Callable, Mapping
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.support.company import Company, refusal, run
from tests.support.database import contents
from tests.support.tables import ACTION, EVENT, FORM, GRANT, LINE, PERSON, csv_text, write_csv, write_xlsx

pytestmark = pytest.mark.django_db

KINDS: dict[str, tuple[str, Mapping[str, str]]] = {
    "people": ("import_people", {**PERSON, "employee_number": "E0009"}),
    "grants": ("import_grants", {**GRANT, "grant_number": "00010009"}),
    "employment_events": ("import_employment_events", EVENT),
    "corporate_actions": ("apply_corporate_actions", ACTION),
    "forms": ("record_forms", FORM),
    "form_lines": ("record_forms", LINE),
}
# A column of each kind that holds a figure or a date, so that what is wrong with one can be put there.
DATES = {
    "people": "hired_on",
    "grants": "expires_on",
    "employment_events": "effective_on",
    "corporate_actions": "effective_on",
    "forms": "received_at",
    "form_lines": "grant_date",
}
FIGURES = {"grants": "shares_granted", "corporate_actions": "new", "form_lines": "exercise_price"}


@pytest.fixture
def company(tmp_path: Path) -> Company:
    """An open offer, one holder with one grant."""
    made = Company(tmp_path)
    made.person("E0001")
    made.grant("00010001", "E0001")
    made.open()
    return made


def give(company: Company, kind: str, path: Path) -> str:
    """Gives the file to its command, good files beside it; what it says. The database must be as before."""
    command, _row = KINDS[kind]
    arguments: list[object] = [path]
    if command == "record_forms":
        others = {"forms": FORM, "form_lines": LINE}
        paths = {name: write_csv(company.folder / f"good-{name}.csv", [row]) for name, row in others.items()}
        arguments = [company.code, *{**paths, kind: path}.values()]
    before = contents()
    said = refusal(command, *arguments)
    assert contents() == before
    return said


def put(company: Company, kind: str, data: bytes | str, name: str = "") -> Path:
    path = company.folder / (name or f"{kind}.csv")
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


Spoil = Callable[[str], bytes | str]
WHOLE_FILES: dict[str, tuple[Spoil, str]] = {
    "UTF-16": (lambda text: text.encode("utf-16"), "the file is written in UTF-16; expected UTF-8"),
    "UTF-16 without a mark": (lambda text: text.encode("utf-16-le"), "row 1: byte 2 of the file is NUL"),
    "Latin-1": (lambda text: text.rstrip("\r\n").encode() + b"\xe9\r\n", "which is not UTF-8; expected UTF-8"),
    "a NUL": (lambda text: text.replace("\r\n", "\r\n\0", 1), "row 2: byte "),
    "nothing": (lambda text: "", "row 1: the header row is missing; expected the columns "),
    "only a mark": (lambda text: codecs.BOM_UTF8, "row 1: the header row is missing"),
    "semicolons": (lambda text: text.replace(",", ";"), "expected columns separated by commas, not by semicolons"),
    "an unknown column": (lambda text: text.replace("\r\n", ",x\r\n"), 'row 1, column x: "x" is not a column of '),
    "a row that ends early": (lambda text: text.rstrip("\r\n").rpartition(",")[0], "row 2: the row ends after "),
    "a row too long": (lambda text: text.rstrip("\r\n") + ",1", "row 2: the row has "),
    "an open quote": (lambda text: text.replace("\r\n", '\r\n"', 1), "row 2: "),
    "a web page": (
        lambda text: "<html><body>Sign in</body></html>",
        'row 1, column <html><body>Sign in</body></html>: "',
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_that_is_no_such_table(company: Company, kind: str) -> None:
    for spoilt, (spoil, reason) in WHOLE_FILES.items():
        said = give(company, kind, put(company, kind, spoil(csv_text([KINDS[kind][1]]))))
        assert said.startswith(f"{kind}.csv"), spoilt
        assert reason in said, spoilt


@pytest.mark.parametrize("kind", KINDS)
def test_missing_columns_are_all_named(company: Company, kind: str) -> None:
    first, *missing = KINDS[kind][1]
    said = give(company, kind, put(company, kind, f"{first}\nx\n"))
    for column in missing:
        assert f"{kind}.csv, row 1, column {column}: the column is missing" in said


@pytest.mark.parametrize("kind", KINDS)
def test_a_date_that_is_none(company: Company, kind: str) -> None:
    path = write_csv(company.folder / f"{kind}.csv", [{**KINDS[kind][1], DATES[kind]: "31-Apr-2003"}])
    assert f'{kind}.csv, row 2, column {DATES[kind]}: "31-Apr-2003" is not ' in give(company, kind, path)


@pytest.mark.parametrize("kind", FIGURES)
def test_a_figure_that_is_none(company: Company, kind: str) -> None:
    for figure in ("1,000", "NaN", "Infinity", "-1", "1e3", "$2.00", "+1", "１２", "", "0x10", "1 000"):
        path = write_csv(company.folder / f"{kind}.csv", [{**KINDS[kind][1], FIGURES[kind]: figure}])
        said = give(company, kind, path)
        assert said.startswith(f"{kind}.csv, row 2, column {FIGURES[kind]}: "), figure
        assert "; expected " in said
        assert f'"{figure}"' in said or figure == ""


@pytest.mark.parametrize(("kind", "key"), [("people", "employee_number"), ("grants", "grant_number")])
def test_a_number_twice(company: Company, kind: str, key: str) -> None:
    row = KINDS[kind][1]
    path = write_csv(company.folder / f"{kind}.csv", [row, {**row, key: "another"}, row])
    assert f'{kind}.csv, row 4, column {key}: "{row[key]}" is already in row 2' in give(company, kind, path)


def test_a_form_twice(company: Company) -> None:
    path = write_csv(company.folder / "forms.csv", [FORM, FORM])
    assert 'forms.csv, row 3, column form_id: "F00001" is already in row 2' in give(company, "forms", path)


def test_a_form_by_e_mail(company: Company) -> None:
    path = write_csv(company.folder / "forms.csv", [{**FORM, "channel": "email"}])
    assert "column channel: a form sent by e-mail is never a tender" in give(company, "forms", path)


def test_lines_of_no_form_and_of_a_withdrawal(company: Company) -> None:
    lines = write_csv(company.folder / "lines.csv", [LINE, {**LINE, "form_id": "F9"}])
    forms = write_csv(company.folder / "forms.csv", [{**FORM, "kind": "withdrawal"}])
    before = contents()
    said = refusal("record_forms", company.code, forms, lines)
    assert 'lines.csv, row 2, column form_id: "F00001" is a withdrawal' in said
    assert 'lines.csv, row 3, column form_id: "F9" is not in forms.csv' in said
    assert contents() == before


@pytest.mark.parametrize("kind", ["grants", "employment_events"])
def test_an_unknown_employee(company: Company, kind: str) -> None:
    row = KINDS[kind][1]
    path = write_csv(company.folder / f"{kind}.csv", [row, *({**row, "employee_number": f"E{n}"} for n in (7, 8))])
    if kind == "grants":
        rows = [
            {**row, "grant_number": str(n), "employee_number": number}
            for n, number in enumerate(("E0001", "E7", "E8"))
        ]
        write_csv(path, rows)
    said = give(company, kind, path).splitlines()
    assert len(said) == 2
    for number, text in zip((3, 4), said, strict=True):
        assert text.startswith(f"{kind}.csv, row {number}, column employee_number: ")
        assert f"E{number + 4}" in text
        assert "expected " in text


def test_one_bad_row_among_many_good_ones_keeps_all_out(company: Company) -> None:
    people = [{**PERSON, "employee_number": f"N{number}"} for number in range(300)]
    people[200]["role"] = "boss"
    said = give(company, "people", write_csv(company.folder / "people.csv", people))
    assert said.splitlines() == [
        'people.csv, row 202, column role: "boss" is not known here; '
        "expected one of employee, executive_officer, executive_management, director, consultant"
    ]


def test_every_one_of_many_errors_is_on_a_line_of_its_own(company: Company) -> None:
    people = [{**PERSON, "employee_number": f"N{n}", "hired_on": "soon", "legal_name": "a\nb"} for n in range(250)]
    said = give(company, "people", write_csv(company.folder / "people.csv", people)).splitlines()
    assert len(said) == 500
    assert all(text.startswith(f"people.csv, row {2 + number // 2}, column ") for number, text in enumerate(said))


def test_a_name_cannot_forge_a_line_of_the_error_output(company: Company) -> None:
    people = [{**PERSON, "legal_name": "x\nimport_people: done\x1b[2J"}]
    said = give(company, "people", write_csv(company.folder / "people.csv", people))
    assert len(said.splitlines()) == 1
    assert said.isprintable()


@pytest.mark.parametrize("kind", ["people", "grants"])
def test_workbooks_are_refused_as_tables_are(company: Company, kind: str) -> None:
    row: dict[str, Any] = {**KINDS[kind][1], DATES[kind]: "=TODAY()"}
    said = give(company, kind, write_xlsx(company.folder / f"{kind}.xlsx", [row]))
    assert said.startswith(f"{kind}.xlsx, row 2, column {DATES[kind]}: the cell holds a formula")
    said = give(company, kind, put(company, kind, b"PK\x03\x04 and no more", f"{kind}.xlsx"))
    assert "the file is damaged, or is not an XLSX file" in said


@pytest.mark.parametrize("kind", KINDS)
def test_no_file_and_another_kind_of_file(company: Company, kind: str) -> None:
    assert give(company, kind, company.folder / "gone.csv") == "gone.csv: there is no such file"
    said = give(company, kind, put(company, kind, "x", "table.txt"))
    assert said == "table.txt: the file's name does not end in .csv or .xlsx; expected a .csv or .xlsx file"


def test_terms_that_cannot_be(company: Company) -> None:
    text = (company.folder / "offer.toml").read_text()
    before = contents()
    for old, new, reason in (
        ('"2.00"', "2.00", "offer.toml, eligibility.minimum_exercise_price: "),
        ('["US"]', '["us"]', "offer.toml, eligibility.residence_countries[1]: "),
        (
            "term_years",
            "term_yeers",
            "offer.toml, new_award.term_yeers: the key is not known; did you mean term_years?",
        ),
        ("[offer]", "[offer", "offer.toml, row 32: this is not TOML"),
    ):
        assert reason in refusal("load_offer", put(company, "offer", text.replace(old, new), "offer.toml"))
    assert contents() == before


def test_with_json_the_reasons_are_on_standard_output_too(company: Company) -> None:
    path = write_csv(company.folder / "people.csv", [{**PERSON, "role": "boss", "hired_on": "soon"}])
    output = StringIO()
    with pytest.raises(CommandError) as refused:
        call_command("import_people", str(path), "--json", stdout=output, stderr=StringIO())
    answer = json.loads(output.getvalue())
    assert answer["refused"] == str(refused.value).splitlines()
    assert len(answer["refused"]) == 2


def test_the_mended_file_is_taken(company: Company) -> None:
    people = [{**PERSON, "employee_number": f"N{number}"} for number in range(3)]
    path = write_csv(company.folder / "people.csv", [*people[:2], {**people[2], "hired_on": "1999-02-30"}])
    give(company, "people", path)
    assert run("import_people", write_csv(path, people))["added"] == 3


def test_a_workbook_and_a_table_of_the_same_rows_are_the_same_facts(company: Company) -> None:
    people = [{**PERSON, "employee_number": f"{number:04}", "legal_name": "Zoë Núñez"} for number in range(3)]
    assert run("import_people", write_csv(company.folder / "people.csv", people))["added"] == 3
    before = contents()
    again = run("import_people", write_xlsx(company.folder / "people.xlsx", people))
    assert (again["added"], again["changed"], again["unchanged"]) == (0, 0, 3)
    assert contents() == before
    marked = put(company, "people", codecs.BOM_UTF8 + csv_text(people).encode())
    assert run("import_people", marked)["unchanged"] == 3

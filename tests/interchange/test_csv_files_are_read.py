"""CSV as HR's programs write it: encodings, line endings, quotes, headers, and rows of the wrong length."""

import codecs
import hashlib
from pathlib import Path
from typing import Any

import pytest

from exchange.interchange.schemas import CORPORATE_ACTIONS, FORMS, PEOPLE
from exchange.interchange.tables import Table, read_table
from tests.support.tables import ACTION, FORM, PERSON, csv_text, texts

TWO_PEOPLE = csv_text([PERSON, {**PERSON, "employee_number": "E0002", "legal_name": "Zoë Núñez"}])


def read(folder: Path, data: bytes | str) -> Table[Any]:
    path = folder / "people.csv"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return read_table(path, PEOPLE)


def names(table: Table[Any]) -> list[str]:
    assert texts(table) == []
    return [row.legal_name for row in table.rows]


@pytest.mark.parametrize("ending", ["\r\n", "\n", "\r"], ids=["CRLF", "LF", "CR"])
@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8], ids=["plain", "with a byte-order mark"])
def test_any_line_ending_with_or_without_a_byte_order_mark(tmp_path: Path, ending: str, mark: bytes) -> None:
    table = read(tmp_path, mark + TWO_PEOPLE.replace("\r\n", ending).encode())
    assert names(table) == ["Ana Lopes", "Zoë Núñez"]
    assert [row.row for row in table.rows] == [2, 3]


def test_a_last_line_without_an_ending_is_a_row(tmp_path: Path) -> None:
    assert len(names(read(tmp_path, TWO_PEOPLE.rstrip("\r\n")))) == 2


@pytest.mark.parametrize(
    ("encoding", "named"),
    [("utf-16", "UTF-16"), ("utf-32", "UTF-32"), ("utf-16-be-with-mark", "UTF-16")],
)
def test_a_file_marked_as_another_encoding_is_refused_by_its_name(tmp_path: Path, encoding: str, named: str) -> None:
    data = codecs.BOM_UTF16_BE + TWO_PEOPLE.encode("utf-16-be") if "mark" in encoding else TWO_PEOPLE.encode(encoding)
    assert texts(read(tmp_path, data)) == [f"people.csv: the file is written in {named}; expected UTF-8"]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_refused_at_its_first_nul(tmp_path: Path, encoding: str) -> None:
    (text,) = texts(read(tmp_path, TWO_PEOPLE.encode(encoding)))
    assert text.startswith("people.csv, row 1: byte ")
    assert "NUL" in text


@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8], ids=["plain", "with a byte-order mark"])
def test_latin_1_is_refused_with_the_row_and_the_byte(tmp_path: Path, mark: bytes) -> None:
    data = mark + TWO_PEOPLE.encode("latin-1")
    position = data.index(b"\xeb") + 1
    assert texts(read(tmp_path, data)) == [
        f"people.csv, row 3: byte {position} of the file is 0xEB, which is not UTF-8; expected UTF-8"
    ]


def test_a_nul_byte_is_refused_with_its_row(tmp_path: Path) -> None:
    (text,) = texts(read(tmp_path, TWO_PEOPLE.replace("Ana", "A\0a", 1)))
    assert text.startswith("people.csv, row 2: byte ")


@pytest.mark.parametrize("data", ["", "\n\n", ",,,\n", codecs.BOM_UTF8], ids=["nothing", "lines", "commas", "a mark"])
def test_a_file_without_a_header_is_refused(tmp_path: Path, data: bytes | str) -> None:
    (text,) = texts(read(tmp_path, data))
    assert text.startswith("people.csv, row 1: the header row is missing; expected the columns employee_number, legal")


def test_a_header_alone_is_a_file_of_no_rows(tmp_path: Path) -> None:
    assert names(read(tmp_path, TWO_PEOPLE.splitlines()[0])) == []


# The header


def with_header(**renamed: str) -> str:
    header, *rest = TWO_PEOPLE.splitlines()
    for old, new in renamed.items():
        header = header.replace(old, new)
    return "\n".join([header, *rest])


@pytest.mark.parametrize("name", ["Hired On", "HIRED_ON", " hired_on", "hired_0n", "hiredon"])
def test_a_column_spelled_otherwise_is_refused_with_the_name_that_was_meant(tmp_path: Path, name: str) -> None:
    found = texts(read(tmp_path, with_header(hired_on=name)))
    assert found == [
        f'people.csv, row 1, column {name}: "{name}" is not a column of people; did you mean hired_on?',
        "people.csv, row 1, column hired_on: the column is missing; expected a column of this name",
    ]


def test_an_unknown_column_is_refused_by_name(tmp_path: Path) -> None:
    data = "\n".join(line + (",salary" if n == 0 else ",1") for n, line in enumerate(TWO_PEOPLE.splitlines()))
    (text,) = texts(read(tmp_path, data))
    assert text.startswith(
        'people.csv, row 1, column salary: "salary" is not a column of people; expected the columns'
    )


def test_every_missing_column_is_named(tmp_path: Path) -> None:
    found = read(tmp_path, "employee_number,legal_name,name_on_agreement,email,residence_country\n").problems
    assert [problem.column for problem in found] == ["residence_state", "role", "hired_on", "terminated_on"]


def test_a_column_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    data = "\n".join(line + (",email" if n == 0 else ",") for n, line in enumerate(TWO_PEOPLE.splitlines()))
    assert texts(read(tmp_path, data)) == [
        "people.csv, row 1, column email: the column is there twice; expected each column once"
    ]


def test_columns_may_come_in_any_order_with_optional_ones_among_them(tmp_path: Path) -> None:
    person = dict(reversed(list({**PERSON, "department": "Engineering"}.items())))
    table = read(tmp_path, csv_text([person]))
    assert texts(table) == []
    assert (table.rows[0].department, table.rows[0].employee_number) == ("Engineering", "E0001")


@pytest.mark.parametrize(("mark", "name"), [(";", "semicolons"), ("\t", "tabs")])
def test_another_separator_is_recognised(tmp_path: Path, mark: str, name: str) -> None:
    found = texts(read(tmp_path, TWO_PEOPLE.replace(",", mark)))
    assert f"expected columns separated by commas, not by {name}" in found[0]


def test_cells_are_checked_even_where_the_header_is_wrong(tmp_path: Path) -> None:
    found = texts(read(tmp_path, with_header(email="mail").replace("1999-02-01", "31-Apr-2003", 1)))
    assert 'people.csv, row 2, column hired_on: "31-Apr-2003" is not a date; expected a date as YYYY-MM-DD' in found


def test_a_nameless_column_between_others_is_refused(tmp_path: Path) -> None:
    data = "\n".join(("," if n == 0 else "x,") + line for n, line in enumerate(TWO_PEOPLE.splitlines()))
    (text,) = texts(read(tmp_path, data))
    assert text.startswith("people.csv, row 1: column 1 has no name")


def test_empty_columns_at_the_end_are_passed_by(tmp_path: Path) -> None:
    assert len(names(read(tmp_path, TWO_PEOPLE.replace("\r\n", ",,\r\n")))) == 2


def test_empty_columns_at_the_end_of_the_header_alone_are_passed_by(tmp_path: Path) -> None:
    assert len(names(read(tmp_path, TWO_PEOPLE.replace("\r\n", ",,\r\n", 1)))) == 2


def test_a_value_in_a_nameless_column_at_the_end_is_refused(tmp_path: Path) -> None:
    data = TWO_PEOPLE.replace("\r\n", ",,\r\n").replace(",,,\r\n", ",,,x\r\n", 1)
    assert texts(read(tmp_path, data)) == ["people.csv, row 2: the row has 11 cells; expected 9, as in the header"]


# The rows


def test_a_row_that_ends_early_is_refused_and_the_others_are_still_checked(tmp_path: Path) -> None:
    lines = TWO_PEOPLE.splitlines()
    lines[1] = "E0001,Ana Lopes"
    lines[2] = lines[2].replace("1999-02-01", "1999-02-30")
    assert texts(read(tmp_path, "\n".join(lines))) == [
        "people.csv, row 2: the row ends after 2 cells; expected 9, as in the header",
        'people.csv, row 3, column hired_on: "1999-02-30" is not a day of the calendar; expected a date as YYYY-MM-DD',
    ]


def test_a_row_that_is_too_long_is_refused(tmp_path: Path) -> None:
    assert texts(read(tmp_path, TWO_PEOPLE.replace("Ana Lopes,Ana", "Lopes, Ana,Ana", 1))) == [
        "people.csv, row 2: the row has 10 cells; expected 9, as in the header"
    ]


@pytest.mark.parametrize("end", ["\n\n\n", ",,,,,,,,\n,,,,,,,,\n", " \n"], ids=["lines", "commas", "a space"])
def test_blank_rows_at_the_end_are_passed_by(tmp_path: Path, end: str) -> None:
    assert len(names(read(tmp_path, TWO_PEOPLE + end))) == 2


def test_a_blank_row_between_others_is_refused_once_for_all_of_its_kind(tmp_path: Path) -> None:
    header, first, second = TWO_PEOPLE.splitlines()
    table = read(tmp_path, "\n".join([header, "", first, "", "", second]))
    assert texts(table) == [
        "people.csv, row 2: the row is blank; expected no blank rows between others",
        "people.csv, row 4: the rows 4 to 5 are blank; expected no blank rows between others",
    ]
    assert [row.row for row in table.rows] == [3, 6]


def test_a_quoted_cell_may_hold_commas_quotes_and_new_lines(tmp_path: Path) -> None:
    address = '1 "Main" Street,\r\nTown\nState'
    path = tmp_path / "forms.csv"
    path.write_text(csv_text([{**FORM, "address": address}, {**FORM, "form_id": "F00002"}]), newline="")
    table = read_table(path, FORMS)
    assert texts(table) == []
    assert table.rows[0].address == address
    # A row is counted as a spreadsheet counts it.
    assert [row.row for row in table.rows] == [2, 3]


def test_a_quote_that_is_not_closed_is_refused_with_its_row(tmp_path: Path) -> None:
    (text,) = texts(read(tmp_path, TWO_PEOPLE.replace("Ana Lopes", '"Ana Lopes', 1)))
    assert text.startswith("people.csv, row 2: a quote that opens in this row is not closed in it; 2 lines were taken")


def test_reading_goes_on_behind_a_broken_quote(tmp_path: Path) -> None:
    path = tmp_path / "corporate_actions.csv"
    rows = [{**ACTION, "note": note} for note in ("one", "two", "three")] + [{**ACTION, "effective_on": "soon"}]
    path.write_text(csv_text(rows).replace("one", '"one').replace("two", '"two"'), newline="")
    found = read_table(path, CORPORATE_ACTIONS)
    assert [problem.row for problem in found.problems] == [2, 5]
    assert found.problems[1].value == "soon"


def test_text_behind_a_closing_quote_is_refused(tmp_path: Path) -> None:
    (text,) = texts(read(tmp_path, TWO_PEOPLE.replace("Ana Lopes", '"Ana" Lopes', 1)))
    assert text.startswith("people.csv, row 2: the quotes in this row do not match")


def test_a_quote_inside_a_cell_that_does_not_begin_with_one_is_a_character(tmp_path: Path) -> None:
    assert names(read(tmp_path, TWO_PEOPLE.replace("Ana Lopes", 'Ana "Annie" Lopes', 1)))[0] == 'Ana "Annie" Lopes'


# The file


def test_a_file_that_is_not_there_is_a_problem_not_a_crash(tmp_path: Path) -> None:
    assert texts(read_table(tmp_path / "gone.csv", PEOPLE)) == ["gone.csv: there is no such file"]
    assert texts(read_table(tmp_path / "gone.xlsx", PEOPLE)) == ["gone.xlsx: there is no such file"]


def test_a_folder_is_a_problem_not_a_crash(tmp_path: Path) -> None:
    (tmp_path / "people.csv").mkdir()
    assert texts(read_table(tmp_path / "people.csv", PEOPLE)) == [
        "people.csv: the file cannot be read: Is a directory"
    ]


def test_a_name_no_file_can_have_is_a_problem_not_a_crash(tmp_path: Path) -> None:
    (text,) = texts(read_table(f"{tmp_path}/a\0b.csv", PEOPLE))
    assert text.startswith("a\\x00b.csv: the file cannot be read")


@pytest.mark.parametrize("name", ["people.xls", "people.xlsm", "people.ods", "people.txt", "people"])
def test_another_kind_of_file_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(TWO_PEOPLE)
    assert texts(read_table(tmp_path / name, PEOPLE)) == [
        f"{name}: the file's name does not end in .csv or .xlsx; expected a .csv or .xlsx file"
    ]


def test_the_ending_may_be_in_capitals(tmp_path: Path) -> None:
    (tmp_path / "PEOPLE.CSV").write_text(TWO_PEOPLE)
    assert len(names(read_table(tmp_path / "PEOPLE.CSV", PEOPLE))) == 2


def test_an_uploaded_file_is_called_by_the_name_it_came_with(tmp_path: Path) -> None:
    (tmp_path / "upload-7.csv").write_text("")
    (text,) = texts(read_table(tmp_path / "upload-7.csv", PEOPLE, name="my people.csv"))
    assert text.startswith("my people.csv, row 1: the header row is missing")


def test_the_digest_of_the_bytes_comes_with_the_rows(tmp_path: Path) -> None:
    assert read(tmp_path, TWO_PEOPLE).sha256 == hashlib.sha256(TWO_PEOPLE.encode()).hexdigest()

"""XLSX as spreadsheets write it: text, numbers, dates and formats become exactly what the same CSV would hold."""

import warnings
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from exchange.interchange.schemas import FORMS, GRANTS, PEOPLE
from exchange.interchange.tables import Table, read_table
from tests.support.tables import FORM, GRANT, PERSON, in_sheet, texts, with_shared_strings, write_xlsx


def wall_clock(text: str) -> datetime:
    """What a date cell holds: a time of no zone."""
    return datetime.fromisoformat(text)


def read_grant(folder: Path, formats: dict[str, str] | None = None, **cells: Any) -> Table[Any]:
    return read_table(write_xlsx(folder / "grants.xlsx", [{**GRANT, **cells}], formats), GRANTS)


def only(table: Table[Any]) -> Any:
    assert texts(table) == []
    (row,) = table.rows
    return row


def test_text_cells_read_as_in_csv(tmp_path: Path) -> None:
    row = only(read_grant(tmp_path))
    assert (row.grant_number, row.exercise_price, row.shares_granted) == ("00010001", Decimal("24.5"), 1200)
    assert row.row == 2


def test_number_and_date_cells_are_exact(tmp_path: Path) -> None:
    row = only(
        read_grant(
            tmp_path,
            exercise_price=24.38,
            shares_granted=1200,
            shares_exercised=200.0,
            grant_date=date(2001, 3, 5),
            expires_on=wall_clock("2011-03-05T00:00"),
        )
    )
    assert row.exercise_price == Decimal("24.38")
    assert (row.shares_granted, row.shares_exercised) == (1200, 200)
    assert (row.grant_date, row.expires_on) == (date(2001, 3, 5), date(2011, 3, 5))


@pytest.mark.parametrize(
    ("price", "exact"), [(0.1, "0.1"), (4, "4"), (1e5, "100000"), (0.0001, "0.0001"), (99999999.9999, "99999999.9999")]
)
def test_a_float_is_the_shortest_decimal_that_means_it(tmp_path: Path, price: float, exact: str) -> None:
    assert only(read_grant(tmp_path, exercise_price=price)).exercise_price == Decimal(exact)


@pytest.mark.parametrize(
    ("price", "reason"),
    [(0.30001, "more than 4 decimal places"), (-1.5, "is negative"), (0, "not more than zero"), (1e9, "too large")],
)
def test_a_figure_that_is_no_price_is_refused_as_in_csv(tmp_path: Path, price: float, reason: str) -> None:
    (text,) = texts(read_grant(tmp_path, exercise_price=price))
    assert text.startswith("grants.xlsx, row 2, column exercise_price: ")
    assert reason in text


@pytest.mark.parametrize(
    ("stored", "exact"),
    [("24.379999999999999", "24.38"), ("2.0299999999999998", "2.03"), ("4.0000000000000001E-2", "0.04")],
)
def test_a_figure_as_excel_stores_it_is_the_one_that_was_typed(tmp_path: Path, stored: str, exact: str) -> None:
    path = write_xlsx(tmp_path / "grants.xlsx", [{**GRANT, "exercise_price": 77}])
    path.write_bytes(in_sheet(path.read_bytes(), b"<v>77</v>", f"<v>{stored}</v>".encode()))
    assert only(read_table(path, GRANTS)).exercise_price == Decimal(exact)


def test_strings_may_be_shared_between_cells_as_excel_shares_them(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "forms.xlsx", [{**FORM, "signature_name": " Zoë  & Ana ", "address": "1 Main\nTown"}])
    inline = only(read_table(path, FORMS))
    path.write_bytes(with_shared_strings(path.read_bytes()))
    assert only(read_table(path, FORMS)) == inline
    assert inline.signature_name == " Zoë  & Ana "


def test_half_a_share_is_refused(tmp_path: Path) -> None:
    (text,) = texts(read_grant(tmp_path, shares_granted=1200.5))
    assert "shares are whole" in text


def test_zeros_that_a_format_puts_before_a_number_are_kept(tmp_path: Path) -> None:
    assert only(read_grant(tmp_path, {"grant_number": "00000000"}, grant_number=10003)).grant_number == "00010003"


def test_a_plain_number_is_a_code_of_its_digits(tmp_path: Path) -> None:
    assert only(read_grant(tmp_path, employee_number=4711)).employee_number == "4711"
    assert only(read_grant(tmp_path, {"employee_number": "0"}, employee_number=4711)).employee_number == "4711"


@pytest.mark.parametrize("number_format", ['"E"0000', "#,##0", "0.00", "[Red]0"])
def test_a_number_shown_otherwise_than_it_is_stored_is_refused_where_a_code_is_wanted(
    tmp_path: Path, number_format: str
) -> None:
    (text,) = texts(read_grant(tmp_path, {"employee_number": number_format}, employee_number=4))
    assert 'column employee_number: the cell holds the number "4", shown in a format of its own; expected text' in text


@pytest.mark.parametrize("number", [1.5, -4, 10**15])
def test_a_number_that_is_no_code_is_refused(tmp_path: Path, number: float) -> None:
    (text,) = texts(read_grant(tmp_path, employee_number=number))
    assert "column employee_number: the cell holds the number" in text


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("grant_date", wall_clock("2001-03-05T08:30"), "a date with a time of day; expected a date alone"),
        ("grant_date", 36955, 'the cell holds the number "36955"; expected a date, or text'),
        ("grant_date", time(8, 30), "the cell holds a length of time"),
        ("exercise_price", date(2001, 3, 5), "the cell holds the date"),
        ("exercise_price", timedelta(hours=1), "the cell holds a length of time"),
        ("plan", date(2001, 3, 5), "the cell holds the date"),
        ("option_type", True, '"TRUE" is not known here'),
        ("shares_granted", True, '"TRUE" is not a plain number'),
        ("exercise_price", "=1+1", "the cell holds a formula; expected its value"),
        ("grant_number", "=A1", "the cell holds a formula"),
        ("exercise_price", "#REF!", 'the cell holds the error "#REF!"'),
        ("plan", "#N/A", 'the cell holds the error "#N/A"'),
        ("exercise_price", "1,000", '"1,000" has a comma'),
        ("grant_date", "31-Apr-2003", '"31-Apr-2003" is not a date'),
    ],
)
def test_a_cell_of_the_wrong_kind_is_refused_by_name(tmp_path: Path, column: str, value: Any, reason: str) -> None:
    (text,) = texts(read_grant(tmp_path, **{column: value}))
    assert text.startswith(f"grants.xlsx, row 2, column {column}: ")
    assert reason in text


def read_form(folder: Path, formats: dict[str, str] | None = None, **cells: Any) -> Table[Any]:
    return read_table(write_xlsx(folder / "forms.xlsx", [{**FORM, **cells}], formats), FORMS)


def test_an_instant_in_a_date_cell_is_refused_for_it_has_no_offset(tmp_path: Path) -> None:
    (text,) = texts(read_form(tmp_path, received_at=wall_clock("2003-06-25T09:15")))
    assert "column received_at: the cell holds" in text
    assert "without an offset from UTC; expected text such as" in text


def test_a_signature_dated_in_a_date_cell_is_a_date(tmp_path: Path) -> None:
    assert only(read_form(tmp_path, signed_at=date(2003, 6, 24))).signed_at == date(2003, 6, 24)


@pytest.mark.parametrize(
    ("value", "formats"),
    [(wall_clock("2003-06-24T08:30"), {}), (wall_clock("2003-06-24T00:00"), {"signed_at": "yyyy-mm-dd hh:mm"})],
    ids=["a time", "midnight, shown as a time"],
)
def test_a_signature_with_a_time_of_day_must_be_text_with_its_offset(
    tmp_path: Path, value: datetime, formats: dict[str, str]
) -> None:
    (text,) = texts(read_form(tmp_path, formats, signed_at=value))
    assert "a date with a time of day; expected a date alone, or text such as 2003-07-24T17:00:00-07:00" in text


def test_text_is_kept_exactly(tmp_path: Path) -> None:
    row = only(read_form(tmp_path, signature_name="  ANA  LOPES ", address="1 Main St\nTown"))
    assert (row.signature_name, row.address) == ("  ANA  LOPES ", "1 Main St\nTown")


# The sheet


def sheet_of(rows: list[list[Any]]) -> tuple[openpyxl.Workbook, Worksheet]:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert isinstance(sheet, Worksheet)
    for row in rows:
        sheet.append(row)
    return workbook, sheet


HEADER, VALUES = list(PERSON), [value or None for value in PERSON.values()]


def saved(workbook: openpyxl.Workbook, folder: Path) -> Table[Any]:
    workbook.save(folder / "people.xlsx")
    return read_table(folder / "people.xlsx", PEOPLE)


def test_rows_that_are_only_formatted_are_passed_by_at_the_end(tmp_path: Path) -> None:
    workbook, sheet = sheet_of([HEADER, VALUES])
    for row in range(3, 50):
        sheet.cell(row, 1).number_format = "00000"
    assert len(saved(workbook, tmp_path).rows) == 1
    assert saved(workbook, tmp_path).problems == []


def test_a_blank_row_between_others_is_refused(tmp_path: Path) -> None:
    workbook, sheet = sheet_of([HEADER])
    for number, value in enumerate(VALUES, start=1):
        sheet.cell(4, number).value = value
    assert texts(saved(workbook, tmp_path)) == [
        "people.xlsx, row 2: the rows 2 to 3 are blank; expected no blank rows between others"
    ]


def test_a_value_beyond_the_header_is_refused(tmp_path: Path) -> None:
    workbook, sheet = sheet_of([HEADER, VALUES])
    sheet.cell(2, 12).value = "x"
    assert texts(saved(workbook, tmp_path)) == [
        "people.xlsx, row 2: the row has 12 cells; expected 9, as in the header"
    ]


def test_the_first_visible_sheet_is_read(tmp_path: Path) -> None:
    workbook, sheet = sheet_of([["nothing", "of", "ours"]])
    sheet.sheet_state = "hidden"
    second = workbook.create_sheet("people")
    second.append(HEADER)
    second.append(VALUES)
    workbook.create_sheet("notes").append(["other things"])
    assert len(saved(workbook, tmp_path).rows) == 1


def test_hidden_rows_are_read_like_any_other(tmp_path: Path) -> None:
    workbook, sheet = sheet_of([HEADER, VALUES])
    sheet.row_dimensions[2].hidden = True
    assert len(saved(workbook, tmp_path).rows) == 1


def test_of_merged_cells_the_others_are_empty(tmp_path: Path) -> None:
    workbook, sheet = sheet_of([HEADER, VALUES])
    sheet.merge_cells("B2:C2")
    (text,) = texts(saved(workbook, tmp_path))
    assert text.startswith("people.xlsx, row 2, column name_on_agreement: the cell is empty")


def test_dates_count_from_1904_where_the_workbook_says_so(tmp_path: Path) -> None:
    workbook, sheet = sheet_of([HEADER, VALUES])
    workbook.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    sheet.cell(2, HEADER.index("hired_on") + 1).value = date(1999, 2, 1)
    table = saved(workbook, tmp_path)
    assert texts(table) == []
    assert table.rows[0].hired_on == date(1999, 2, 1)


def test_an_empty_sheet_has_no_header(tmp_path: Path) -> None:
    workbook, _sheet = sheet_of([])
    (text,) = texts(saved(workbook, tmp_path))
    assert text.startswith("people.xlsx, row 1: the header row is missing")


def test_reading_says_nothing_about_styles_it_does_not_know(tmp_path: Path) -> None:
    workbook, sheet = sheet_of([HEADER, VALUES])
    sheet.cell(2, 8).value = 10**9
    sheet.cell(2, 8).number_format = "yyyy-mm-dd"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        (text,) = texts(saved(workbook, tmp_path))
    assert "column hired_on: the cell holds the error" in text

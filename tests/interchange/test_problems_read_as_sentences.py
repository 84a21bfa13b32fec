"""A problem says where it stands, what is there and what was expected, on one safe line."""

import pytest

from exchange.interchange.problems import Problem, shown


def problem(row: int | None = 7, column: str | None = "hired_on", expected: str = "a date as YYYY-MM-DD") -> Problem:
    return Problem("people.csv", row, column, "31-Apr-2003", expected, '"31-Apr-2003" is not a date')


@pytest.mark.parametrize(
    ("it", "text"),
    [
        (
            problem(),
            'people.csv, row 7, column hired_on: "31-Apr-2003" is not a date; expected a date as YYYY-MM-DD',
        ),
        (problem(column=None), 'people.csv, row 7: "31-Apr-2003" is not a date; expected a date as YYYY-MM-DD'),
        (problem(row=None), 'people.csv, hired_on: "31-Apr-2003" is not a date; expected a date as YYYY-MM-DD'),
        (problem(None, None, ""), 'people.csv: "31-Apr-2003" is not a date'),
    ],
    ids=["a cell", "a row", "a key", "a file"],
)
def test_it_names_file_row_column_value_and_expectation(it: Problem, text: str) -> None:
    assert str(it) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("1,000", '"1,000"'),
        ("a\nb", '"a\\nb"'),
        ("\x1b[2J\x00", '"\\x1b[2J\\x00"'),
        ("abc\u202edef", '"abc\\u202edef"'),
        ("é 東京", '"é 東京"'),
        ("x" * 61, '"' + "x" * 60 + "…" + '"'),
    ],
)
def test_a_value_is_shown_on_one_line_and_cannot_move_the_cursor(value: str, text: str) -> None:
    assert shown(value) == text


def test_the_names_of_file_and_column_are_shown_safely_too() -> None:
    it = Problem("a\x1b.csv", 1, "b\nc", None, "", "the column is missing")
    assert str(it) == "a\\x1b.csv, row 1, column b\\nc: the column is missing"


def test_it_can_be_written_as_json() -> None:
    assert problem().as_plain() == {
        "file": "people.csv",
        "row": 7,
        "column": "hired_on",
        "value": "31-Apr-2003",
        "expected": "a date as YYYY-MM-DD",
        "message": '"31-Apr-2003" is not a date',
        "text": str(problem()),
    }

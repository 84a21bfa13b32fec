"""An uploaded table given back as a workbook in which every bad cell is coloured, with what was expected beside it.

The first sheet is the table as it was, so that it can be mended there and uploaded again; the second lists every
mistake. No cell becomes a formula: what came as text stays text.
"""

import io
import warnings
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill

from exchange.interchange.csv_file import read_csv
from exchange.interchange.problems import Problem, printable
from exchange.interchange.records import Record, SheetCell, UnreadableError
from exchange.interchange.xlsx_file import read_xlsx

# Beyond this many a workbook with comments becomes slow to open; all bad cells are coloured and listed all the same.
MOST_COMMENTS = 2000
LONGEST_TEXT = 32_767  # what a cell of a spreadsheet holds
_BAD = PatternFill("solid", fgColor="FFF4B8B0")
_BOLD = Font(bold=True)
_AUTHOR = "Option exchange"


def annotated(name: str, body: bytes, problems: Sequence[Problem]) -> bytes:
    """The workbook. A file that cannot be read as a table at all gives the list of mistakes alone."""
    book = openpyxl.Workbook(write_only=True)
    by_row: dict[int, list[Problem]] = defaultdict(list)
    for problem in problems:
        by_row[problem.row or 1].append(problem)
    writing = _Writing(book.create_sheet(_("Table")), by_row)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of styling that it does not know
        try:
            for record in read_xlsx(body) if name.lower().endswith(".xlsx") else read_csv(body):
                writing.row(record)
        except UnreadableError:
            pass  # said in the list
    _list(book.create_sheet(_("What is wrong")), problems)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


class _Writing:
    """The first sheet, row by row."""

    def __init__(self, sheet: Any, by_row: dict[int, list[Problem]]) -> None:
        self.sheet, self.by_row = sheet, by_row
        self.header: list[str] = []
        self.last = 0
        self.comments = 0

    def row(self, record: Record) -> None:
        while self.last + 1 < record.row:  # lines that could not be told apart leave their places empty
            self.sheet.append([])
            self.last += 1
        self.last = record.row
        if not self.header:
            self.header = [str(cell) for cell in record.cells]
        problems = self.by_row.get(record.row, [])
        cells = list(self._cells(record, problems))
        self.sheet.append(cells)

    def _cells(self, record: Record, problems: Sequence[Problem]) -> Iterator[Any]:
        of_cell: dict[str, list[Problem]] = defaultdict(list)
        of_row = [problem for problem in problems if problem.column not in self.header]
        for problem in problems:
            if problem.column in self.header:
                of_cell[str(problem.column)].append(problem)
        values: list[Any] = list(record.cells) or ([""] if problems else [])
        for place in range(max(len(values), len(self.header) if problems else 0)):
            value = values[place] if place < len(values) else ""
            column = self.header[place] if place < len(self.header) else ""
            found = of_cell.get(column, []) + (of_row if place == 0 else [])
            yield self._cell(value, found, is_bad=bool(found or of_row), is_head=record.row == 1)

    def _cell(self, value: Any, problems: Sequence[Problem], *, is_bad: bool, is_head: bool) -> Any:
        cell = _written(self.sheet, value)
        if is_head:
            cell.font = _BOLD
        if is_bad:
            cell.fill = _BAD
        if problems and self.comments < MOST_COMMENTS:
            self.comments += 1
            cell.comment = Comment("\n".join(_said(problem) for problem in problems), _AUTHOR, height=120, width=320)
        return cell


def _written(sheet: Any, value: Any) -> Any:
    """A value as a cell: a number or a date of a sheet as it was, everything else as text, never as a formula."""
    native = value.cell.value if isinstance(value, SheetCell) and hasattr(value, "cell") else None
    is_native = native is not None and value.cell.data_type in {"n", "d"} and not isinstance(native, str)
    cell = WriteOnlyCell(sheet, value=native if is_native else _safe(str(value)))
    if is_native:
        cell.number_format = value.number_format
    else:
        cell.data_type = "s"
        cell.number_format = "@"
    return cell


def _safe(text: str) -> str:
    """Text that a workbook can hold: control characters, which XML has not, are written as escapes."""
    plain = "".join(char if char >= " " or char in "\t\n" else printable(char) for char in text)
    return plain[:LONGEST_TEXT]


def _said(problem: Problem) -> str:
    text = problem.message[:1].upper() + problem.message[1:] + "."
    return f"{text} " + _("Expected: {what}.").format(what=problem.expected) if problem.expected else text


def _list(sheet: Any, problems: Sequence[Problem]) -> None:
    heads = [_("Row"), _("Column"), _("What stands there"), _("What is wrong"), _("Expected")]
    sheet.append([_styled(sheet, head) for head in heads])
    for problem in problems:
        texts = (problem.column, problem.value, problem.message, problem.expected)
        sheet.append([problem.row, *(_written(sheet, text or "") for text in texts)])


def _styled(sheet: Any, text: str) -> Any:
    cell = _written(sheet, text)
    cell.font = _BOLD
    return cell

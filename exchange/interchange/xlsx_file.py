"""XLSX into records: the first visible sheet, its cells exactly as they are stored.

Hidden rows and columns are read like any other: what a person hides is still in the file. Of merged cells the first
has the value and the others are empty. Formulas are refused: their result is whatever a spreadsheet last computed.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import openpyxl
from django.utils.translation import gettext as _

from exchange.interchange.cells import CellError, refuse
from exchange.interchange.records import Cell, Kind, Record, UnreadableError

# What a sheet can have in any spreadsheet program; a file that claims more is broken or hostile.
MOST_ROWS = 1_048_576
MOST_CELLS = 50_000_000
# Unpacked sizes in bytes: a worksheet is streamed, every other part is held in memory whole.
MOST_IN_ALL = 1 << 30
MOST_IN_STRINGS = 1 << 28
MOST_IN_A_PART = 1 << 24
# Beyond 15 digits a spreadsheet has already lost the rest.
_EXACT = 10**15
_OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class _Special:
    """A cell that holds something else than text, as openpyxl has it."""

    __slots__ = ("cell",)

    def __init__(self, cell: Any) -> None:
        self.cell = cell

    def __str__(self) -> str:
        return str(self.cell.value)

    @property
    def number_format(self) -> str:
        return self.cell.number_format or "General"

    def as_text(self, kind: Kind) -> str:
        value = self.cell.value
        if type(value) is int and kind == "number":
            return str(value)
        if self.cell.data_type == "f":
            raise CellError(_("the cell holds a formula"), _("its value: copy the cells and paste them as values"))
        if self.cell.data_type == "e":
            raise refuse(value, _("the cell holds the error {value}"), _("a value"))
        if isinstance(value, bool):
            return "TRUE" if value else "FALSE"
        if isinstance(value, int | float):
            return self._number(value, kind)
        if isinstance(value, date):
            return self._date(value, kind)
        raise refuse(value, _("the cell holds a length of time, {value}"), _("text"))

    def _number(self, value: int | float, kind: Kind) -> str:
        # repr of a float is the shortest decimal that means it: the figure that was typed.
        number = Decimal(repr(value))
        if not number.is_finite():
            raise refuse(value, _("{value} is not a number"), _("a number"))
        if kind == "number":
            whole = number.to_integral_value()
            return format(whole if whole == number else number, "f")
        if kind in {"date", "instant", "instant or date"}:
            raise refuse(value, _("the cell holds the number {value}"), _("a date, or text"))
        return self._number_as_code(number)

    def _number_as_code(self, number: Decimal) -> str:
        """A number where a code or name is wanted: as it is shown, if how it is shown is plain."""
        expected = _("text: format the column as text and type the value again")
        shown_as = self.number_format
        if number != number.to_integral_value() or not 0 <= number < _EXACT:
            raise refuse(number, _("the cell holds the number {value}"), expected)
        digits = format(number.to_integral_value(), "f")
        if shown_as in {"General", "@", ""}:
            return digits
        if re.fullmatch(r"0+", shown_as):
            return digits.zfill(len(shown_as))
        raise refuse(number, _("the cell holds the number {value}, shown in a format of its own"), expected)

    def _date(self, value: date, kind: Kind) -> str:
        if kind == "number":
            raise refuse(value, _("the cell holds the date {value}"), _("a number"))
        if kind in {"text", "code"}:
            raise refuse(value, _("the cell holds the date {value}"), _("text"))
        if kind == "instant":
            raise refuse(
                value,
                _("the cell holds {value} without an offset from UTC"),
                _("text such as 2003-07-24T17:00:00-07:00"),
            )
        if not isinstance(value, datetime):
            return value.isoformat()
        has_time = (value.hour, value.minute, value.second, value.microsecond) != (0, 0, 0, 0)
        if has_time or (kind == "instant or date" and "h" in self.number_format.lower()):
            expected = (
                _("a date alone") if kind == "date" else _("a date alone, or text such as 2003-07-24T17:00:00-07:00")
            )
            raise refuse(value, _("the cell holds {value}, a date with a time of day"), expected)
        return value.date().isoformat()


def _cell(cell: Any) -> Cell:
    value = cell.value
    if isinstance(value, str) and cell.data_type == "s":
        return value
    return "" if value is None and cell.data_type != "f" else _Special(cell)


def read_xlsx(data: bytes) -> Iterator[Record]:
    """The records of the first visible sheet, from row 1; rows nothing was ever typed in come without cells.

    Raises UnreadableError, once, for what is no XLSX file, is protected by a password, or unpacks to an absurd size.
    """
    _check_container(data)
    try:
        workbook = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
    except Exception as error:  # openpyxl lets zipfile, zlib and the XML parser below it speak for themselves
        raise _broken(error) from error
    try:
        sheets = [sheet for sheet in workbook.worksheets if sheet.sheet_state == "visible"]
        if not sheets:
            raise UnreadableError(_("the file has no visible sheet"), _("the table on the first sheet"))
        sheet: Any = sheets[0]
        # The size a sheet states of itself may be wrong, and rows beyond it would be lost.
        sheet.reset_dimensions()
        rows = sheet.iter_rows()
        row = cells_seen = 0
        while True:
            try:
                cells = [_cell(cell) for cell in next(rows)]
            except StopIteration:
                return
            except Exception as error:  # the same parsers go on as rows are asked for
                raise _broken(error, row + 1) from error
            row += 1
            cells_seen += len(cells)
            if row > MOST_ROWS or cells_seen > MOST_CELLS:
                raise UnreadableError(_("the sheet is larger than a spreadsheet can be"), _("one table"), row)
            yield Record(row, cells)
    finally:
        workbook.close()


def _broken(error: Exception, row: int | None = None) -> UnreadableError:
    message = _("the file is damaged, or is not an XLSX file ({error})").format(error=type(error).__name__)
    return UnreadableError(message, _("a workbook saved as .xlsx"), row)


def _check_container(data: bytes) -> None:
    if data.startswith(_OLD_EXCEL):
        raise UnreadableError(
            _("the file is protected by a password, or is of the old .xls kind"),
            _("a workbook saved as .xlsx without a password"),
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (
        Exception
    ) as error:  # a bad directory ends in struct, index and decoding errors too, not in BadZipFile alone
        raise _broken(error) from error
    # Declared sizes may be trusted here: zipfile never unpacks more of a part than it declares.
    too_large = sum(part.file_size for part in parts) > MOST_IN_ALL or any(
        part.file_size > _most(part.filename) for part in parts
    )
    if too_large or len(parts) > 10_000:
        raise UnreadableError(_("the file unpacks to more than a table can need"), _("a workbook with one table"))


def _most(name: str) -> int:
    lowered = name.lower().lstrip("/")
    if lowered.startswith("xl/worksheets/"):
        return MOST_IN_ALL
    return MOST_IN_STRINGS if lowered.endswith("sharedstrings.xml") else MOST_IN_A_PART

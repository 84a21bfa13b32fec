"""A table file, CSV or XLSX, into typed rows: all of its rows, and everything that is wrong with it.

`read_table` is the one door. It touches no database and decides nothing about the rows it reads: a caller that finds
`problems` refuses the file as a whole.
"""

import contextlib
import difflib
import hashlib
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exchange.interchange.cells import CODE_LENGTH, CellError
from exchange.interchange.csv_file import read_csv
from exchange.interchange.problems import Problem, shown
from exchange.interchange.records import Cell, Kind, Record, UnreadableError
from exchange.interchange.xlsx_file import read_xlsx

R = TypeVar("R")
Progress = Callable[[int], None]

MOST_BYTES = 1 << 28
PROGRESS_EVERY = 1000


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a file: how a cell of it is read, and whether cell or column may be missing.

    `blank` is the value of an empty cell where `may_be_blank`; it is also that of an absent column where the column
    `may_be_absent`.
    """

    name: str
    kind: Kind
    parse: Callable[[str], object]
    may_be_blank: bool = False
    blank: object = None
    may_be_absent: bool = False

    def expected(self) -> str:
        """What stands in a cell, in the words in which a bad one is refused."""
        try:
            self.parse("\x01")  # no cell of any kind may hold this
        except CellError as error:
            return error.expected
        raise AssertionError(f"{self.name} takes anything")


@dataclass(frozen=True, slots=True)
class RowFault:
    """What is wrong between the cells of one row."""

    column: str
    value: object
    message: str
    expected: str = ""


@dataclass(frozen=True, slots=True)
class Schema(Generic[R]):
    """The columns of one kind of file, the row they build, what must hold inside a row, and which column is unique."""

    name: str
    columns: tuple[Column, ...]
    build: Callable[..., R]
    check: Callable[[R], Iterable[RowFault]]
    key: str | None = None


@dataclass(slots=True)
class Table(Generic[R]):
    """What a file holds. `rows` has the good rows, in the file's order; use them only when `problems` is empty.

    `keys` tells the row in which each unique number first stands, bad rows included; `has_all_keys` says that none
    was lost to a row or file that could not be read. `sha256` is the digest of the file's bytes, "" where they could
    not be read.
    """

    file: str
    rows: list[R] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    keys: dict[str, int] = field(default_factory=dict)
    has_all_keys: bool = False
    sha256: str = ""


def read_table(
    path: Path | str, schema: Schema[R], *, name: str | None = None, progress: Progress | None = None
) -> Table[R]:
    """Reads a `.csv` or `.xlsx` file by the schema and reports every problem it has, never raising for its content.

    `name` is what the problems call the file (default: its own name). `progress` is called with the number of rows
    read so far, every thousand rows and at the end.
    """
    path = Path(path)
    table: Table[R] = Table(file=name or path.name)
    # openpyxl warns of styling it does not know; what matters to us is refused in so many words.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            _Reading(table, schema, progress, padded=path.suffix.lower() == ".xlsx").run(_records(path, table))
        except UnreadableError as error:
            table.problems.append(Problem(table.file, error.row, None, None, error.expected, error.message))
    return table


def _records(path: Path, table: Table[R]) -> Iterator[Record]:
    suffix = path.suffix.lower()
    if suffix not in {".csv", ".xlsx"}:
        raise UnreadableError(_("the file's name does not end in .csv or .xlsx"), _("a .csv or .xlsx file"))
    try:
        if path.stat().st_size > MOST_BYTES:
            raise UnreadableError(_("the file is larger than {most} MB").format(most=MOST_BYTES >> 20))
        data = path.read_bytes()
    except FileNotFoundError:
        raise UnreadableError(_("there is no such file")) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UnreadableError(_("the file cannot be read: {error}").format(error=reason)) from None
    table.sha256 = hashlib.sha256(data).hexdigest()
    return read_csv(data) if suffix == ".csv" else read_xlsx(data)


def _is_blank(cells: Sequence[Cell]) -> bool:
    return all(isinstance(cell, str) and (not cell or cell.isspace()) for cell in cells)


class _Reading(Generic[R]):
    """The reading of one file; holds what the header said while the rows go by.

    In a `padded` file (a sheet) empty cells at the end of a row are simply not stored; elsewhere a row must have as
    many cells as the header, for one that ends early has lost something.
    """

    def __init__(self, table: Table[R], schema: Schema[R], progress: Progress | None, *, padded: bool) -> None:
        self.table = table
        self.schema = schema
        self.progress = progress
        self.padded = padded
        self.places: list[tuple[int, Column]] = []
        self.named = 0
        self.width = 0
        self.header_is_good = False

    def problem(self, row: int | None, column: str | None, value: object, message: str, expected: str = "") -> None:
        text = None if value is None else str(value)
        self.table.problems.append(Problem(self.table.file, row, column, text, expected, message))

    def run(self, records: Iterator[Record]) -> None:
        header = next(records, None)
        if header is not None and header.fault is not None:
            self.problem(1, None, None, header.fault.message, header.fault.expected)
            return
        if header is None or _is_blank(header.cells):
            self.problem(1, None, None, _("the header row is missing"), self._all_columns())
            return
        self._read_header(header.cells)
        if not self.places:
            return
        has_all_keys = any(column.name == self.schema.key for _index, column in self.places)
        blank_from: int | None = None
        row = 1
        for record in records:
            row = record.row
            if self.progress and row % PROGRESS_EVERY == 0:
                self.progress(row - 1)
            if record.fault is None and _is_blank(record.cells):
                blank_from = blank_from or row
                continue
            if blank_from:
                self._refuse_blank(blank_from, row - 1)
                blank_from = None
            has_all_keys &= record.fault is None
            self._read_row(record)
        self.table.has_all_keys = has_all_keys
        if self.progress:
            self.progress((blank_from or row + 1) - 2)

    def _refuse_blank(self, first: int, last: int) -> None:
        message = _("the row is blank")
        if last > first:
            message = _("the rows {first} to {last} are blank").format(first=first, last=last)
        self.problem(first, None, None, message, _("no blank rows between others"))

    # The header

    def _all_columns(self) -> str:
        return _("the columns {columns}").format(columns=", ".join(column.name for column in self.schema.columns))

    def _read_header(self, cells: Sequence[Cell]) -> None:
        names = [str(cell) for cell in cells]
        self.width = len(names)
        while names and not names[-1].strip():
            names.pop()
        self.named = len(names)
        columns = {column.name: column for column in self.schema.columns}
        seen: set[str] = set()
        for index, name in enumerate(names):
            if name in seen and name.strip():
                self.problem(1, name, name, _("the column is there twice"), _("each column once"))
            elif name in columns:
                self.places.append((index, columns[name]))
            else:
                self._refuse_column(index, name)
            seen.add(name)
        for column in self.schema.columns:
            if column.name not in seen and not column.may_be_absent:
                self.problem(1, column.name, None, _("the column is missing"), _("a column of this name"))
        self.header_is_good = not self.table.problems

    def _refuse_column(self, index: int, name: str) -> None:
        if not name.strip():
            message = _("column {number} has no name").format(number=index + 1)
            self.problem(1, None, None, message, self._all_columns())
            return
        known = [column.name for column in self.schema.columns]
        near = difflib.get_close_matches(name.strip().lower().replace(" ", "_")[:CODE_LENGTH], known, n=1, cutoff=0.8)
        if near:
            message = _("{value} is not a column of {kind}; did you mean {near}?")
            self.problem(1, name, name, message.format(value=shown(name), kind=self.schema.name, near=near[0]))
            return
        expected = self._all_columns()
        for mark, mark_name in ((";", _("semicolons")), ("\t", _("tabs"))):
            if mark in name:
                expected = _("columns separated by commas, not by {marks}").format(marks=mark_name)
        message = _("{value} is not a column of {kind}").format(value=shown(name), kind=self.schema.name)
        self.problem(1, name, name, message, expected)

    # The rows

    def _read_row(self, record: Record) -> None:
        row, cells = record.row, record.cells
        if record.fault is not None:
            self.problem(row, None, None, record.fault.message, record.fault.expected)
            return
        if self._has_wrong_width(cells):
            count = len(cells)
            if self.padded or count == self.width:
                count = max(index for index, cell in enumerate(cells) if not _is_blank((cell,))) + 1
            message = (
                ngettext("the row has {count} cell", "the row has {count} cells", count)
                if count > self.named
                else ngettext("the row ends after {count} cell", "the row ends after {count} cells", count)
            )
            expected = _("{count}, as in the header").format(count=self.named)
            self.problem(row, None, None, message.format(count=count), expected)
            self._keep_key(row, cells)
            return
        values: dict[str, object] = {}
        is_good = self.header_is_good
        for index, column in self.places:
            cell = cells[index] if index < len(cells) else ""
            try:
                text = cell if isinstance(cell, str) else cell.as_text(column.kind)
                if not text or (column.kind in {"code", "text"} and text.isspace()):
                    values[column.name] = self._blank(column)
                else:
                    values[column.name] = column.parse(text)
            except CellError as error:
                is_good = False
                self.problem(row, column.name, str(cell), error.message, error.expected)
        if self._is_repeated(row, values):
            return
        if is_good:
            self._finish(row, values)

    def _has_wrong_width(self, cells: Sequence[Cell]) -> bool:
        if not self.padded and not self.named <= len(cells) <= self.width:
            return True
        return not _is_blank(cells[self.named :])

    def _keep_key(self, row: int, cells: Sequence[Cell]) -> None:
        """The number of a row that is not read any further, where it has one: the row is there, if bad."""
        for index, column in self.places:
            if column.name == self.schema.key and index < len(cells):
                with contextlib.suppress(CellError):
                    cell = cells[index]
                    key = column.parse(cell if isinstance(cell, str) else cell.as_text(column.kind))
                    self.table.keys.setdefault(str(key), row)

    def _blank(self, column: Column) -> object:
        if column.may_be_blank:
            return column.blank
        try:
            column.parse("")
        except CellError as error:
            raise CellError(_("the cell is empty"), error.expected) from None
        raise AssertionError(f"the parser of {column.name} accepts an empty text")

    def _is_repeated(self, row: int, values: dict[str, object]) -> bool:
        key = self.schema.key
        value = values.get(key) if key else None
        if key is None or not isinstance(value, str) or not value:
            return False
        first = self.table.keys.setdefault(value, row)
        if first == row:
            return False
        message = _("{value} is already in row {first}").format(value=shown(value), first=first)
        self.problem(row, key, value, message, _("each {key} once").format(key=key))
        return True

    def _finish(self, row: int, values: dict[str, object]) -> None:
        for column in self.schema.columns:
            if column.name not in values:
                values[column.name] = column.blank
        built = self.schema.build(row=row, **values)
        faults = list(self.schema.check(built))
        for fault in faults:
            self.problem(row, fault.column, fault.value, fault.message, fault.expected)
        if not faults:
            self.table.rows.append(built)

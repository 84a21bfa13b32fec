"""What a file is made of before anyone asks what it means: numbered rows of cells, from CSV and from XLSX alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

from exchange.interchange.cells import CellError

Kind = Literal["text", "code", "number", "date", "instant", "instant or date"]


@runtime_checkable
class SheetCell(Protocol):
    """A cell that is more than its text: a number, a date, a formula of a spreadsheet."""

    def as_text(self, kind: Kind) -> str:
        """The text a column of this kind would have in CSV. Raises CellError where there is none that is exact."""
        ...


Cell = str | SheetCell


@dataclass(frozen=True, slots=True)
class Record:
    """One row: its number, its cells, or the reason why they cannot be told apart."""

    row: int
    cells: Sequence[Cell]
    fault: CellError | None = None


class UnreadableError(Exception):
    """The file as a whole cannot be read; said once, at a row where one is known."""

    def __init__(self, message: str, expected: str = "", row: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.expected = expected
        self.row = row

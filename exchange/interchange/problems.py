"""One thing wrong in a file: where it stands, what is there, what was expected.

Every reader of this room reports in these, and reports all it finds: a person mends a file once, not twenty times.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _

SHOWN_LENGTH = 60


def printable(text: str) -> str:
    """The text with everything that could move a cursor, hide or reorder the rest of the line written as an escape."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in text)


def shown(value: object) -> str:
    """A value from a file as a message may show it: in quotes, one line, at most `SHOWN_LENGTH` characters of it."""
    text = str(value)
    cut = text[:SHOWN_LENGTH]
    return f'"{printable(cut)}…"' if len(text) > SHOWN_LENGTH else f'"{printable(cut)}"'


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a file is refused, at one place of it.

    `row` is the number a spreadsheet shows: the header is row 1, and a CSV record counts as one row however many
    lines its quoted cells run over. In a TOML file it is the line, where that is known, and `column` is the dotted
    path of the key (the first of several is `[1]`). `row` or `column` is None where the problem is of the whole file
    or the whole row. `value` is what stands there, as text, None where nothing does. `message` is a clause that says
    what is wrong, the value in it shown safely; `expected` says what would do, "" where the message says it already.
    """

    file: str
    row: int | None
    column: str | None
    value: str | None
    expected: str
    message: str

    def __str__(self) -> str:
        file = printable(self.file)
        column = printable(self.column) if self.column is not None else None
        if self.row is None and column is None:
            place = file
        elif self.row is None:
            place = _("{file}, {column}").format(file=file, column=column)
        elif column is None:
            place = _("{file}, row {row}").format(file=file, row=self.row)
        else:
            place = _("{file}, row {row}, column {column}").format(file=file, row=self.row, column=column)
        if not self.expected:
            return f"{place}: {self.message}"
        return _("{place}: {message}; expected {expected}").format(
            place=place, message=self.message, expected=self.expected
        )

    def as_plain(self) -> dict[str, str | int | None]:
        """The same as values JSON can carry, with the whole sentence beside them."""
        return {
            "file": self.file,
            "row": self.row,
            "column": self.column,
            "value": self.value,
            "expected": self.expected,
            "message": self.message,
            "text": str(self),
        }

"""What was previewed is what is done: an action is run, and undone where it comes out otherwise than was shown."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import transaction

from exchange.kernel import canonical
from exchange.kernel.rehearsal import rehearsing
from exchange.kernel.results import Done, Refusal, Refused, Result
from exchange.staff.parts import Cell, Fact, Head, Section, Table
from exchange.staff.pieces import in_pieces, rows_of

T = TypeVar("T")
MOST_ROWS = 1000
FOLDED_FROM = 20


def _cells(row: Sequence[Cell]) -> list[list[object]]:
    return [[item.text, item.more, item.is_number] for item in row]


def whole_cells(row: Sequence[Cell]) -> list[list[object]]:
    """Cells to keep, with where they lead and their marks."""
    return [[item.text, item.more, item.is_number, item.url, item.mark] for item in row]


class KeptRows(Sequence[Sequence[Cell]]):
    """Rows of a table as they were kept; each is made of cells only when it is looked at."""

    def __init__(self, plain: Sequence[Sequence[Sequence[Any]]]) -> None:
        self.plain = plain

    def __len__(self) -> int:
        return len(self.plain)

    def __getitem__(self, place: Any) -> Any:
        found = self.plain[place]
        return [as_cells(row) for row in found] if isinstance(place, slice) else as_cells(found)


def as_cells(row: Sequence[Sequence[Any]]) -> list[Cell]:
    """Cells of what was kept of them; where a page was kept, with where they lead and their marks."""
    return [_as_cell(*item) for item in row]


def _as_cell(text: str, more: str, is_number: bool, url: str = "", mark: str = "") -> Cell:
    return Cell(text, url, mark, more, is_number)


@dataclass(frozen=True)
class Preview:
    """What an action will do. `facts` and `tables` are what one confirms; `known` is good to know, and may move on.

    `finality` says what cannot be undone.
    """

    facts: Sequence[Fact] = ()
    tables: Sequence[Table] = ()
    known: Sequence[Section] = ()
    finality: Sequence[str] = ()

    @cached_property
    def text(self) -> str:
        """What one confirms, as canonical text: two previews that read alike have the same."""
        return json.dumps(  # what `canonical.dumps` says of texts, without a walk through a quarter of a million cells
            {
                "facts": [[fact.name, fact.value, fact.more] for fact in self.facts],
                "tables": [
                    {
                        "caption": table.caption,
                        "heads": [[head.text, head.is_number] for head in table.heads],
                        "rows": in_pieces([_cells(row) for row in table.rows]),
                        "total": _cells(table.total),
                    }
                    for table in self.tables
                ],
                "finality": list(self.finality),
            },
            sort_keys=True,
            separators=(",", ":"),
            ensure_ascii=False,
        )

    @cached_property
    def digest(self) -> str:
        return canonical.digest(self.text)

    @classmethod
    def from_text(cls, text: str) -> "Preview":
        """A preview as it was kept; long tables are folded, and shown in pages (`paged.in_pages`)."""
        kept = json.loads(text)
        return cls(
            facts=[Fact(*fact) for fact in kept["facts"]],
            tables=[
                Table(
                    one["caption"],
                    [Head(*head) for head in one["heads"]],
                    rows := KeptRows(rows_of(one["rows"])),
                    total=as_cells(one["total"]),
                    most=MOST_ROWS,
                    is_folded=len(rows) > FOLDED_FROM,
                )
                for one in kept["tables"]
            ],
            finality=kept["finality"],
        )


@dataclass(frozen=True)
class Outcome(Generic[T]):
    """What became of an attempt: done, or refused, or undone because it is no longer what was shown."""

    result: Result[T]
    preview: Preview | None
    is_done: bool = False

    @property
    def value(self) -> T:
        """What the action answered; only for one that was not refused."""
        if isinstance(self.result, Refused):
            raise ValueError("a refusal has no value")
        return self.result.value

    @property
    def is_empty(self) -> bool:
        """Whether it was done before, so that nothing would be changed."""
        return any(remark.code == "nothing_to_do" for remark in self.remarks)

    @property
    def reasons(self) -> Sequence[Refusal]:
        return self.result.reasons if isinstance(self.result, Refused) else ()

    @property
    def remarks(self) -> Sequence[Refusal]:
        return self.result.remarks if isinstance(self.result, Done) else ()


def try_out(act: Callable[[], Result[T]], describe: Callable[[T], Preview]) -> Outcome[T]:
    """Run the action and undo it, to see what it would do: an action's own dry run, undone only once it is described.

    The description may ask the database what the action has written.
    """
    with transaction.atomic(), rehearsing():
        result = act()
        preview = describe(result.value) if isinstance(result, Done) else None
        transaction.set_rollback(True)
    return Outcome(result, preview)


def carry_out(act: Callable[[], Result[T]], describe: Callable[[T], Preview], shown: str) -> Outcome[T]:
    """Run the action; undo it unless it does exactly what was shown (the digest of the preview one confirmed)."""
    with transaction.atomic():
        result = act()
        if isinstance(result, Refused):
            return Outcome(result, None)
        preview = describe(result.value)
        if preview.digest != shown:
            transaction.set_rollback(True)
            return Outcome(result, preview)
    return Outcome(result, preview, is_done=True)

"""What bringing in the rows of any file has in common: what is there, what differs, what a judgement used, the log."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Model

from exchange.audit.actions import append
from exchange.audit.models import SealedRow
from exchange.interchange.judged import shortened
from exchange.kernel.results import Refusal, refuse
from exchange.people.models import Holder, User
from exchange.people.reads import is_same_person

Progress = Callable[[int], None]
M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Source:
    """The file that rows come from: its name for messages, its digest for the log."""

    name: str
    sha256: str


@dataclass(frozen=True)
class Correction:
    """A person's written reason to change a fact that a judgement used."""

    reason: str


@dataclass
class Applied:
    """How many rows were new, changed and unchanged; `changes` is what changed, by key and field.

    `fresh` has the numbers of the rows that are new.
    """

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    changes: dict[str, dict[str, list[Any]]] = field(default_factory=dict)
    touched: dict[str, list[str]] = field(default_factory=dict)
    fresh: list[int] = field(default_factory=list)


def rows_by(model: type[M], field_name: str, keys: Iterable[str]) -> dict[str, M]:
    wanted = list(keys)
    found: dict[str, M] = {}
    for start in range(0, len(wanted), 500):
        found |= model._default_manager.in_bulk(wanted[start : start + 500], field_name=field_name)
    return found


def differences_of(row: Model, values: dict[str, Any]) -> dict[str, list[Any]]:
    return {name: [getattr(row, name), value] for name, value in values.items() if getattr(row, name) != value}


class Touched:
    """Collects what a file would touch, and refuses or remarks at the end."""

    def __init__(self, source: Source, correction: Correction | None) -> None:
        self.source, self.correction = source, correction
        self.found: list[tuple[int, str, list[str]]] = []

    def add(self, row: int, subject: str, touched: list[str]) -> None:
        if touched:
            self.found.append((row, subject, touched))

    def remarks(self) -> list[Refusal]:
        if self.found and self.correction is None:
            raise refuse(
                *[
                    Refusal(
                        "correction_needed",
                        {"file": self.source.name, "row": row, "subject": subject, "touched": shortened(touched)},
                    )
                    for row, subject, touched in self.found
                ]
            )
        return [
            Refusal("correction_touches", {"subject": subject, "touched": shortened(touched)})
            for _row, subject, touched in self.found
        ]

    def plain(self) -> dict[str, list[str]]:
        return {subject: sorted(set(touched)) for _row, subject, touched in self.found}


class Own:
    """Collects the new and changed rows about the person who brings the file in, and refuses them: all, by row.

    A command names nobody (`brought_by` None) and is refused nothing here.
    """

    def __init__(self, source: Source, brought_by: User | None) -> None:
        self.source, self.brought_by = source, brought_by
        self.found: list[Refusal] = []

    def add(self, row: int, holder: Holder) -> None:
        if self.brought_by is not None and is_same_person(self.brought_by, holder):
            params = {"file": self.source.name, "row": row, "value": holder.employee_number}
            self.found.append(Refusal("import_own", params))

    def check(self) -> None:
        if self.found:
            raise refuse(*self.found)


def write_log(
    kind: str,
    source: Source,
    applied: Applied,
    *,
    actor: str,
    at: datetime,
    correction: Correction | None,
    rows: Sequence[SealedRow] = (),
) -> None:
    append(
        chain="imports",
        kind=kind,
        actor=actor,
        at=at,
        payload={
            "file": source.name,
            "sha256": source.sha256,
            "added": applied.added,
            "changed": applied.changed,
            "unchanged": applied.unchanged,
            "changes": applied.changes,
            "touched": applied.touched,
            "reason": correction.reason if correction else "",
        },
        rows=rows,
    )


def create(model: type[M], fresh: Sequence[M], progress: Progress | None) -> None:
    for start in range(0, len(fresh), 2000):
        model._default_manager.bulk_create(fresh[start : start + 2000], batch_size=500)
        if progress:
            progress(min(start + 2000, len(fresh)))


def update(model: type[M], changed: Sequence[M], fields: Sequence[str], progress: Progress | None, done: int) -> None:
    """Write changed rows; `done` is how many new ones were written before them."""
    for start in range(0, len(changed), 1000):
        model._default_manager.bulk_update(changed[start : start + 1000], fields, batch_size=200)
        if progress:
            progress(done + min(start + 1000, len(changed)))

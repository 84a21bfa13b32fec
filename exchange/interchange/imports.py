"""A file of people, events or options on its way in: checked, compared with what is there, applied once.

A small file is read in the request that brings it; a large one, where there is a broker, by the worker. Either way it
is the same two functions, `check` and `apply`. The worker may die at any point: applying is one transaction, and the
state moves in it, so that what is asked for again happens once.
"""

import json
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.utils.translation import gettext as _

from exchange.interchange import apply as actions
from exchange.interchange.apply import Applied, Correction, Source
from exchange.interchange.models import FoundPage, Import, ImportState, StagedFile
from exchange.interchange.problems import Problem
from exchange.interchange.schemas import EMPLOYMENT_EVENTS, GRANTS, PEOPLE
from exchange.interchange.staging import as_files, discard, drop_old, locked, stage, staged, unlocked
from exchange.interchange.tables import Schema, Table, read_table
from exchange.kernel import canonical, clock
from exchange.kernel.queue import nudge
from exchange.kernel.results import Refusal, Refused, Result
from exchange.kernel.sentences import sentence
from exchange.people.models import User

log = logging.getLogger(__name__)

# What the worker reads rather than the request: about two thousand rows and more.
LARGE_CSV, LARGE_XLSX = 200_000, 80_000
PER_PAGE = 100
SILENT_AFTER = timedelta(minutes=2)
PROBLEMS, CHANGED, NEW, TOUCHED = "problems", "changed", "new", "touched"
SECTIONS = (PROBLEMS, CHANGED, NEW, TOUCHED)
# A refusal of an action that names a row is a mistake at this column of it.
COLUMN_OF = {
    "unknown_employee": "employee_number",
    "grant_held_by_another": "employee_number",
    "import_own": "employee_number",
}


@dataclass(frozen=True)
class Kind:
    """How a kind of file is read and applied; `shown` are the columns of a new row that a list shows."""

    schema: Schema[Any]
    act: Callable[..., Result[Applied]]
    shown: Sequence[str]


KINDS: Mapping[str, Kind] = {
    "people": Kind(
        PEOPLE, actions.import_people, ("employee_number", "legal_name", "email", "role", "residence_country")
    ),
    "employment_events": Kind(
        EMPLOYMENT_EVENTS, actions.import_employment_events, ("employee_number", "effective_on", "event", "value")
    ),
    "grants": Kind(
        GRANTS,
        actions.import_grants,
        ("grant_number", "employee_number", "plan", "grant_date", "exercise_price", "shares_granted"),
    ),
}


@dataclass(frozen=True)
class Progress:
    """How far the work has come: what is being done, to how many rows of how many, when that was last said."""

    phase: str
    done: int
    total: int
    at: datetime


def upload(*, kind: str, name: str, content: bytes, user: User | None = None, actor: str, at: datetime) -> UUID:
    """Keep a file and have it checked: at once where it is small, by the worker where it is large."""
    batch = stage(kind=kind, files=[(name, content)], actor=actor, at=at)
    (name,) = StagedFile.objects.filter(batch=batch).values_list("name", flat=True)
    Import.objects.create(
        batch=batch,
        kind=kind,
        file_name=name,
        size=len(content),
        uploaded_at=at,
        uploaded_by=actor,
        asked_at=at,
        asked_by=actor,
        by_user=user,
    )
    go_on(batch)
    return batch


def is_large(name: str, size: int) -> bool:
    """Whether a file is the worker's to read; without a broker none is."""
    most = LARGE_XLSX if name.lower().endswith(".xlsx") else LARGE_CSV
    return bool(settings.CELERY_BROKER_URL) and size > most


def go_on(batch: UUID) -> None:
    """Have the work in hand done: here, or by the worker."""
    run = Import.objects.get(batch=batch)
    cache.delete(_key(batch))
    if is_large(run.file_name, run.size):
        nudge("exchange.interchange.tasks.go_on", str(batch))
        return
    try:
        work(batch)
    except Exception:  # `work` has marked it as failed, for the file's page to say; it is no error of this request
        log.exception("a file could not be brought in")


def ask_to_apply(*, batch: UUID, shown: str, user: User | None = None, actor: str, at: datetime) -> bool:
    """Ask for applying what was shown (the digest of what the check found); False where it is no longer that."""
    waiting = Import.objects.filter(batch=batch, state=ImportState.CHECKED, digest=shown)
    asked = waiting.update(state=ImportState.APPLYING, asked_at=at, asked_by=actor, by_user=user) == 1
    if asked:
        go_on(batch)
    return asked


def check_again(*, batch: UUID, user: User | None = None, actor: str, at: datetime, correction: str = "") -> bool:
    """Have it checked again: with a reason for changing what a judgement used, or against what is there by now."""
    waiting = Import.objects.filter(batch=batch, state__in=[ImportState.CHECKED, ImportState.WRONG])
    values = {"asked_at": at, "asked_by": actor, "by_user": user, "correction": correction}
    asked = waiting.update(state=ImportState.CHECKING, **values) == 1
    if asked:
        go_on(batch)
    return asked


def try_again(*, batch: UUID, at: datetime) -> None:
    """Take up again what failed, or what a worker that went silent had in hand. Asking twice does no harm."""
    run = Import.objects.get(batch=batch)
    if run.state == ImportState.FAILED:
        state = run.failed_while or ImportState.CHECKING
        Import.objects.filter(batch=batch, state=ImportState.FAILED).update(state=state, asked_at=at)
    elif run.state in {ImportState.CHECKING, ImportState.APPLYING}:
        Import.objects.filter(batch=batch, state=run.state).update(asked_at=at)
    else:
        return
    go_on(batch)


def remove(*, batch: UUID, at: datetime) -> bool:
    """Take the file away, unless it is applied or being applied."""
    states = [ImportState.CHECKING, ImportState.WRONG, ImportState.CHECKED, ImportState.FAILED]
    with transaction.atomic():
        if Import.objects.filter(batch=batch, state__in=states).update(state=ImportState.REMOVED, finished_at=at) != 1:
            return False
        _drop(batch)
    return True


def _drop(batch: UUID) -> None:
    FoundPage.objects.filter(run=batch).delete()
    discard(batch)


def sweep(*, at: datetime) -> None:
    """Ask again for what the queue lost or a dead worker had in hand, and remove what nobody applied within a week."""
    for run in Import.objects.filter(state__in=[ImportState.CHECKING, ImportState.APPLYING]):
        if is_silent(run, at):
            try_again(batch=run.batch, at=at)
    drop_old(at=at)
    kept = set(StagedFile.objects.values_list("batch", flat=True))
    waiting = Import.objects.exclude(state__in=[ImportState.APPLIED, ImportState.REMOVED])
    for run in waiting.exclude(batch__in=kept):
        remove(batch=run.batch, at=at)


def is_silent(run: Import, at: datetime) -> bool:
    """Whether nothing was heard of the work in hand for too long."""
    progress = progress_of(run.batch)
    return at - (progress.at if progress else run.asked_at) > SILENT_AFTER


# The work


def work(batch: UUID) -> None:
    """Do what the file waits for. What fails is said on the file's page, and raised for those who run the site."""
    run = Import.objects.filter(batch=batch).first()
    if run is None or run.state not in {ImportState.CHECKING, ImportState.APPLYING}:
        return
    try:
        if run.state == ImportState.CHECKING:
            _check(run)
        else:
            _apply(run)
    except BaseException:
        # Whatever went wrong, the transaction is undone; the page must not wait for what will not come.
        found = Import.objects.filter(batch=batch, state=run.state)
        found.update(state=ImportState.FAILED, failed_while=run.state, finished_at=clock.now())
        raise


def _check(run: Import) -> None:
    table = _read(run)
    if table.problems:
        _found(run, ImportState.WRONG, {PROBLEMS: [_plain_problem(item) for item in table.problems]}, {})
        return
    result = _act(run, table, dry_run=True)
    if isinstance(result, Refused):
        _refused(run, table, result.reasons)
    else:
        applied = result.value
        remarks = [sentence(remark) for remark in result.remarks]
        sections = {
            CHANGED: [
                [key, name, _text(before), _text(after)]
                for key, fields in applied.changes.items()
                for name, (before, after) in fields.items()
            ],
            NEW: list(_new_rows(run, table, applied)),
            TOUCHED: [[subject, ", ".join(touched)] for subject, touched in applied.touched.items()],
        }
        summary = {
            "added": applied.added,
            "changed": applied.changed,
            "unchanged": applied.unchanged,
            "remarks": remarks[:PER_PAGE],
        }
        _found(run, ImportState.CHECKED, sections, summary, digest=_digest(table, applied))


def _refused(run: Import, table: Table[Any], reasons: Sequence[Refusal]) -> None:
    """What the rows say and what is there do not agree: mistakes of rows, or a correction that wants a reason."""
    problems = [
        Problem(
            table.file,
            reason.params["row"],
            COLUMN_OF[reason.code],
            str(reason.params.get("value", "")),
            _("the number of a person on file") if reason.code == "unknown_employee" else "",
            sentence(reason),
        )
        for reason in reasons
        if reason.code in COLUMN_OF
    ]
    others = [sentence(reason) for reason in reasons if reason.code not in COLUMN_OF]
    wants_reason = bool(others) and {reason.code for reason in reasons} == {"correction_needed"}
    summary = {"reasons": others[:PER_PAGE], "left_out": len(others[PER_PAGE:]), "wants_reason": wants_reason}
    _found(run, ImportState.WRONG, {PROBLEMS: [_plain_problem(item) for item in problems]}, summary)


def _apply(run: Import) -> None:
    """In one transaction: the file's rows, the log's line, the state. Undone where it is not what the check found."""
    table = _read(run)
    with transaction.atomic():
        held = Import.objects.select_for_update().get(batch=run.batch)
        if held.state != ImportState.APPLYING:
            return
        result = None if table.problems else _act(held, table, dry_run=False)
        if result is None or isinstance(result, Refused) or _digest(table, result.value) != held.digest:
            transaction.set_rollback(True)
            moved = True
        else:
            moved = False
            summary = {
                **json.loads(held.summary),
                "remarks": [sentence(remark) for remark in result.remarks][:PER_PAGE],
            }
            held.state, held.finished_at, held.summary = ImportState.APPLIED, clock.now(), json.dumps(summary)
            held.save(update_fields=["state", "finished_at", "summary"])
            _drop(held.batch)
    if moved:
        again = Import.objects.filter(batch=run.batch, state=ImportState.APPLYING)
        if again.update(state=ImportState.CHECKING, asked_at=clock.now()):
            _check(Import.objects.get(batch=run.batch))
            note = Import.objects.get(batch=run.batch)
            note.summary = json.dumps({**json.loads(note.summary or "{}"), "has_moved": True})
            note.save(update_fields=["summary"])


def _read(run: Import) -> Table[Any]:
    """Read the file. Outside of any transaction: it takes its time, and others write meanwhile."""
    teller = _Teller(run.batch)
    with as_files(staged(run.batch)) as paths:
        if not paths:
            raise LookupError(f"the file of {run.batch} is gone")
        return read_table(paths[0], KINDS[run.kind].schema, progress=lambda done: teller.say("reading", done, 0))


def _act(run: Import, table: Table[Any], *, dry_run: bool) -> Result[Applied]:
    """Run the action of the file's kind, which says how far it is."""
    teller, total = _Teller(run.batch), len(table.rows)
    phase = "comparing" if dry_run else "writing"
    teller.say(phase, 0, total, is_due=True)
    return KINDS[run.kind].act(
        table.rows,
        source=Source(table.file, table.sha256),
        actor=run.asked_by,
        brought_by=run.by_user,
        at=clock.now(),
        correction=Correction(run.correction) if run.correction else None,
        dry_run=dry_run,
        progress=lambda done: teller.say(phase, done, total),
    )


def _digest(table: Table[Any], applied: Applied) -> str:
    """Of what one confirms: the file, and what of it is new, changed, unchanged and touched."""
    found = {
        "sha256": table.sha256,
        "fresh": applied.fresh,
        "changes": applied.changes,
        "unchanged": applied.unchanged,
        "touched": applied.touched,
    }
    return canonical.digest(canonical.dumps(found))


def _new_rows(run: Import, table: Table[Any], applied: Applied) -> Iterator[list[Any]]:
    fresh = set(applied.fresh)
    for row in table.rows:
        if row.row in fresh:
            yield [row.row, *(_text(getattr(row, name)) for name in KINDS[run.kind].shown)]


def _text(value: object) -> str:
    return canonical.dumps(value).strip('"') if value not in (None, "") else ""


def _plain_problem(problem: Problem) -> list[Any]:
    return [problem.row, problem.column, problem.value, problem.message, problem.expected]


def _found(
    run: Import,
    state: ImportState,
    sections: Mapping[str, Sequence[Any]],
    summary: Mapping[str, Any],
    digest: str = "",
) -> None:
    """Keep what the check found, in pages, in place of what an earlier one found."""
    pages = [
        FoundPage(run=run, section=name, number=number, content=locked(json.dumps(part).encode()))
        for name, rows in sections.items()
        for number, part in enumerate(_parts(rows), start=1)
    ]
    counts = {name: len(rows) for name, rows in sections.items()}
    text = json.dumps({**summary, "counts": counts})
    with transaction.atomic():
        asked = Import.objects.filter(batch=run.batch, state=ImportState.CHECKING)
        if asked.update(state=state, summary=text, digest=digest, finished_at=clock.now()) != 1:
            return
        FoundPage.objects.filter(run=run).delete()
        FoundPage.objects.bulk_create(pages, batch_size=200)


def _parts(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(rows), PER_PAGE):
        yield rows[start : start + PER_PAGE]


def found_rows(run: Import, section: str, number: int) -> list[list[Any]]:
    """One page of what the check found."""
    page = FoundPage.objects.filter(run=run, section=section, number=number).first()
    rows: list[list[Any]] = json.loads(unlocked(bytes(page.content))) if page else []
    return rows


def all_problems(run: Import) -> list[Problem]:
    """Every mistake that the check found, in order."""
    found = []
    for page in FoundPage.objects.filter(run=run, section=PROBLEMS).order_by("number"):
        for row, column, value, message, expected in json.loads(unlocked(bytes(page.content))):
            found.append(Problem(run.file_name, row, column, value, expected, message))
    return found


# How far it has come


def _key(batch: UUID) -> str:
    return f"import:{batch}"


class _Teller:
    """Says in the cache how far the work has come, twice a second at most."""

    def __init__(self, batch: UUID) -> None:
        self.batch = batch
        self.said_at: datetime | None = None

    def say(self, phase: str, done: int, total: int, *, is_due: bool = False) -> None:
        now = clock.now()
        if is_due or self.said_at is None or now - self.said_at >= timedelta(milliseconds=500):
            self.said_at = now
            cache.set(_key(self.batch), [phase, done, total, now.isoformat()], timeout=3600)


def progress_of(batch: UUID) -> Progress | None:
    """How far the work has come, where the worker has said something."""
    found = cache.get(_key(batch))
    if not isinstance(found, list):
        return None
    return Progress(found[0], found[1], found[2], datetime.fromisoformat(found[3]))

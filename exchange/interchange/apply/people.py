"""Checked rows of people into the table."""

from collections import defaultdict
from collections.abc import Container, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from exchange.interchange.apply.common import (
    Applied,
    Correction,
    Own,
    Progress,
    Source,
    Touched,
    create,
    differences_of,
    rows_by,
    update,
    write_log,
)
from exchange.interchange.judged import judged
from exchange.interchange.schemas import PersonRow
from exchange.kernel import locks
from exchange.kernel.results import Done, Refusal, Result
from exchange.kernel.transactions import in_one_transaction
from exchange.people.models import EmploymentEvent, Holder, User
from exchange.people.rules import EventFact, PersonFacts


def import_people(
    rows: Sequence[PersonRow],
    *,
    source: Source,
    actor: str,
    at: datetime,
    brought_by: User | None = None,
    correction: Correction | None = None,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> Result[Applied]:
    """Load people as they stood before all events. A changed fact that a judgement used needs a correction."""

    def work() -> Done[Applied]:
        locks.own("imports")
        own = Own(source, brought_by)
        applied, touched, used = Applied(), Touched(source, correction), judged()
        existing = rows_by(Holder, "employee_number", [row.employee_number for row in rows])
        changed_ids = [holder.pk for holder in existing.values()]
        events = events_of(changed_ids) if used.days else {}
        fresh, updates = [], []
        for row in rows:
            values = {
                "legal_name": row.legal_name,
                "name_on_agreement": row.name_on_agreement,
                "email": row.email,
                "residence_country": row.residence_country,
                "residence_state": row.residence_state,
                "role": row.role,
                "hired_on": row.hired_on,
                "terminated_on": row.terminated_on,
                "department": row.department,
            }
            holder = existing.get(row.employee_number)
            if holder is None:
                fresh.append(Holder(employee_number=row.employee_number, **values))
                own.add(row.row, fresh[-1])
                applied.fresh.append(row.row)
                touched.add(row.row, row.employee_number, used.unknown.get(row.employee_number, []))
                continue
            differences = differences_of(holder, values)
            if not differences:
                applied.unchanged += 1
                continue
            own.add(row.row, holder)
            before = facts_with(holder, events.get(holder.pk, []))
            for name, value in values.items():
                setattr(holder, name, value)
            after = facts_with(holder, events.get(holder.pk, []))
            touched.add(row.row, row.employee_number, used.by_person(holder.pk, before, after))
            applied.changes[row.employee_number] = differences
            updates.append(holder)
        own.check()
        remarks = touched.remarks()
        applied.added, applied.changed, applied.touched = len(fresh), len(updates), touched.plain()
        create(Holder, fresh, progress)
        fields = [f.name for f in Holder._meta.fields if f.name not in {"id", "employee_number", "user"}]
        update(Holder, updates, fields, progress, len(fresh))
        if fresh or updates:
            write_log("people.imported", source, applied, actor=actor, at=at, correction=correction)
        return Done(applied, remarks)

    return in_one_transaction(work, dry_run=dry_run)


def facts_with(holder: Holder, events: Sequence[EventFact]) -> PersonFacts:
    return PersonFacts(
        employee_number=holder.employee_number,
        name_on_agreement=holder.name_on_agreement,
        role=holder.role,
        residence_country=holder.residence_country,
        hired_on=holder.hired_on,
        terminated_on=holder.terminated_on,
        events=events,
    )


def events_of(holder_ids: Iterable[int]) -> dict[int, list[EventFact]]:
    result: dict[int, list[EventFact]] = defaultdict(list)
    ids = set(holder_ids)
    for event in EmploymentEvent.objects.order_by("effective_on", "position").iterator():
        if event.holder_id in ids:
            result[event.holder_id].append(EventFact(event.effective_on, event.event, event.value))
    return result


def known_since(holder_ids: Container[int]) -> dict[tuple[int, date, str, str], datetime | None]:
    """When each fact that is on file was first known: a file that repeats it makes it no newer."""
    rows = EmploymentEvent.objects.values_list("holder_id", "effective_on", "event", "value", "recorded_at")
    return {
        (holder, day, event, value): at for holder, day, event, value, at in rows.iterator() if holder in holder_ids
    }


def unknown_employees(source: Source, rows: Sequence[Any]) -> list[Refusal]:
    """A refusal for every row that names an employee number not on file."""
    return unknown_among(source, rows, rows_by(Holder, "employee_number", {row.employee_number for row in rows}))


def unknown_among(source: Source, rows: Iterable[Any], known: dict[str, Holder]) -> list[Refusal]:
    return [
        Refusal("unknown_employee", {"file": source.name, "row": row.row, "value": row.employee_number})
        for row in rows
        if row.employee_number not in known
    ]

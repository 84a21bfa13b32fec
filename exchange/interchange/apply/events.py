"""Checked rows of employment events into the table."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime

from exchange.interchange.apply.common import (
    Applied,
    Correction,
    Own,
    Progress,
    Source,
    Touched,
    create,
    rows_by,
    write_log,
)
from exchange.interchange.apply.people import events_of, facts_with, known_since, unknown_among
from exchange.interchange.judged import judged
from exchange.interchange.schemas import EmploymentEventRow
from exchange.kernel import locks
from exchange.kernel.results import Done, Result, refuse
from exchange.kernel.transactions import in_one_transaction
from exchange.people.models import EmploymentEvent, Holder, User
from exchange.people.rules import EventFact


def import_employment_events(
    rows: Sequence[EmploymentEventRow],
    *,
    source: Source,
    actor: str,
    at: datetime,
    brought_by: User | None = None,
    correction: Correction | None = None,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> Result[Applied]:
    """Load dated facts. Events of one person and day keep the file's order; one seen before is passed by."""

    def work() -> Done[Applied]:
        locks.own("imports")
        own = Own(source, brought_by)
        applied, touched, used = Applied(), Touched(source, correction), judged()
        holders = rows_by(Holder, "employee_number", {row.employee_number for row in rows})
        unknown = unknown_among(source, rows, holders)
        if unknown:
            raise refuse(*unknown)
        groups: dict[tuple[int, date], list[EmploymentEventRow]] = defaultdict(list)
        for row in rows:
            groups[(holders[row.employee_number].pk, row.effective_on)].append(row)
        stored = events_of(holder.pk for holder in holders.values())
        by_id = {holder.pk: holder for holder in holders.values()}
        known = known_since(by_id)
        fresh: list[EmploymentEvent] = []
        rewritten: list[tuple[int, date]] = []
        after = {pk: list(events) for pk, events in stored.items()}
        first_rows: dict[int, int] = {}
        for (holder_id, day), members in groups.items():
            before = [(f.event, f.value) for f in stored.get(holder_id, []) if f.effective_on == day]
            stated = [(row.event, row.value) for row in members]
            target = _merged(before, stated)
            if target == before:
                applied.unchanged += len(members)
                continue
            for number in _new_rows(before, members) or [members[0].row]:
                own.add(number, by_id[holder_id])
            added = len(target) - len(before)
            applied.added += added
            applied.unchanged += len(members) - added
            applied.changed += 0 if added else len(members)
            applied.fresh += _new_rows(before, members)
            if not added:
                key = f"{members[0].employee_number} {day}"
                applied.changes[key] = {"order": [_order(before), _order(target)]}
            rewritten.append((holder_id, day))
            first_rows.setdefault(holder_id, members[0].row)
            kept = [fact for fact in after.get(holder_id, []) if fact.effective_on != day]
            facts = [EventFact(day, event, value) for event, value in target]
            after[holder_id] = sorted(kept + facts, key=lambda fact: fact.effective_on)
            for position, (event, value) in enumerate(target, start=1):
                fact = EmploymentEvent(
                    holder_id=holder_id, effective_on=day, position=position, event=event, value=value
                )
                fact.recorded_at = known.get((holder_id, day, event, value), at)
                fresh.append(fact)
        for holder_id, row_number in first_rows.items():
            holder = by_id[holder_id]
            old, new = facts_with(holder, stored.get(holder_id, [])), facts_with(holder, after[holder_id])
            touched.add(row_number, holder.employee_number, used.by_person(holder_id, old, new))
        own.check()
        remarks = touched.remarks()
        applied.touched = touched.plain()
        for holder_id, day in rewritten:
            if any(fact.effective_on == day for fact in stored.get(holder_id, [])):
                EmploymentEvent.objects.filter(holder_id=holder_id, effective_on=day).delete()
        create(EmploymentEvent, fresh, progress)
        if rewritten:
            write_log("employment_events.imported", source, applied, actor=actor, at=at, correction=correction)
        return Done(applied, remarks)

    return in_one_transaction(work, dry_run=dry_run)


def _new_rows(before: list[tuple[str, str]], members: Sequence[EmploymentEventRow]) -> list[int]:
    """The rows of a day that state what was not on file."""
    left, found = list(before), []
    for row in members:
        if (row.event, row.value) in left:
            left.remove((row.event, row.value))
        else:
            found.append(row.row)
    return found


def _order(facts: Sequence[tuple[str, str]]) -> str:
    return ", ".join(f"{event} {value}".strip() for event, value in facts)


def _merged(before: list[tuple[str, str]], stated: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The facts of one day: those the file does not repeat, as they were, then the file's in its order."""
    if not _is_subsequence(stated, before):
        left = list(stated)
        kept = []
        for fact in before:
            if fact in left:
                left.remove(fact)
            else:
                kept.append(fact)
        return kept + stated
    return before


def _is_subsequence(short: list[tuple[str, str]], long: list[tuple[str, str]]) -> bool:
    remaining = iter(long)
    return all(item in remaining for item in short)


# What of a grant decides whether it holds another half back: whether it has shares outstanding, and its pair.

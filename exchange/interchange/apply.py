"""Checked rows into the tables: people, employment events, grants, corporate actions. All of a file, or nothing."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from django.db.models import Model

from exchange.audit.actions import append
from exchange.audit.models import SealedRow
from exchange.grants.models import Grant
from exchange.interchange.judged import judged, shortened
from exchange.interchange.schemas import CorporateActionRow, EmploymentEventRow, GrantRow, PersonRow
from exchange.kernel import locks
from exchange.kernel.results import Done, Refusal, Result, refuse
from exchange.kernel.transactions import in_one_transaction
from exchange.market.models import CorporateAction
from exchange.offers.actions import flag_for_counsel
from exchange.offers.reads import load
from exchange.people.models import EmploymentEvent, Holder
from exchange.people.rules import EventFact, PersonFacts
from exchange.settlement.models import Acceptance

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
    """How many rows were new, changed and unchanged; `changes` is what changed, by key and field."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    changes: dict[str, dict[str, list[Any]]] = field(default_factory=dict)
    touched: dict[str, list[str]] = field(default_factory=dict)


def _existing(model: type[M], field_name: str, keys: Iterable[str]) -> dict[str, M]:
    wanted = list(keys)
    found: dict[str, M] = {}
    for start in range(0, len(wanted), 500):
        found |= model._default_manager.in_bulk(wanted[start : start + 500], field_name=field_name)
    return found


def _differences(row: Model, values: dict[str, Any]) -> dict[str, list[Any]]:
    return {name: [getattr(row, name), value] for name, value in values.items() if getattr(row, name) != value}


class _Touched:
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


def _log(
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


def import_people(
    rows: Sequence[PersonRow],
    *,
    source: Source,
    actor: str,
    at: datetime,
    correction: Correction | None = None,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> Result[Applied]:
    """Load people as they stood before all events. A changed fact that a judgement used needs a correction."""

    def work() -> Done[Applied]:
        locks.own("imports")
        applied, touched, used = Applied(), _Touched(source, correction), judged()
        existing = _existing(Holder, "employee_number", [row.employee_number for row in rows])
        changed_ids = [holder.pk for holder in existing.values()]
        events = _events_of(changed_ids) if used.days else {}
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
                touched.add(row.row, row.employee_number, used.unknown.get(row.employee_number, []))
                continue
            differences = _differences(holder, values)
            if not differences:
                applied.unchanged += 1
                continue
            before = _facts(holder, events.get(holder.pk, []))
            for name, value in values.items():
                setattr(holder, name, value)
            after = _facts(holder, events.get(holder.pk, []))
            touched.add(row.row, row.employee_number, used.by_person(holder.pk, before, after))
            applied.changes[row.employee_number] = differences
            updates.append(holder)
        remarks = touched.remarks()
        applied.added, applied.changed, applied.touched = len(fresh), len(updates), touched.plain()
        _create(Holder, fresh, progress)
        fields = [f.name for f in Holder._meta.fields if f.name not in {"id", "employee_number", "user"}]
        Holder.objects.bulk_update(updates, fields, batch_size=200)
        if fresh or updates:
            _log("people.imported", source, applied, actor=actor, at=at, correction=correction)
        return Done(applied, remarks)

    return in_one_transaction(work, dry_run=dry_run)


def _create(model: type[M], fresh: Sequence[M], progress: Progress | None) -> None:
    for start in range(0, len(fresh), 2000):
        model._default_manager.bulk_create(fresh[start : start + 2000], batch_size=500)
        if progress:
            progress(min(start + 2000, len(fresh)))


def _facts(holder: Holder, events: Sequence[EventFact]) -> PersonFacts:
    return PersonFacts(
        employee_number=holder.employee_number,
        name_on_agreement=holder.name_on_agreement,
        role=holder.role,
        residence_country=holder.residence_country,
        hired_on=holder.hired_on,
        terminated_on=holder.terminated_on,
        events=events,
    )


def _events_of(holder_ids: Iterable[int]) -> dict[int, list[EventFact]]:
    result: dict[int, list[EventFact]] = defaultdict(list)
    ids = set(holder_ids)
    for event in EmploymentEvent.objects.order_by("effective_on", "position").iterator():
        if event.holder_id in ids:
            result[event.holder_id].append(EventFact(event.effective_on, event.event, event.value))
    return result


def unknown_employees(source: Source, rows: Sequence[Any]) -> list[Refusal]:
    """A refusal for every row that names an employee number not on file."""
    return _unknown_among(source, rows, _existing(Holder, "employee_number", {row.employee_number for row in rows}))


def _unknown_among(source: Source, rows: Iterable[Any], known: dict[str, Holder]) -> list[Refusal]:
    return [
        Refusal("unknown_employee", {"file": source.name, "row": row.row, "value": row.employee_number})
        for row in rows
        if row.employee_number not in known
    ]


def import_employment_events(
    rows: Sequence[EmploymentEventRow],
    *,
    source: Source,
    actor: str,
    at: datetime,
    correction: Correction | None = None,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> Result[Applied]:
    """Load dated facts. Events of one person and day keep the file's order; one seen before is passed by."""

    def work() -> Done[Applied]:
        locks.own("imports")
        applied, touched, used = Applied(), _Touched(source, correction), judged()
        holders = _existing(Holder, "employee_number", {row.employee_number for row in rows})
        unknown = _unknown_among(source, rows, holders)
        if unknown:
            raise refuse(*unknown)
        groups: dict[tuple[int, date], list[EmploymentEventRow]] = defaultdict(list)
        for row in rows:
            groups[(holders[row.employee_number].pk, row.effective_on)].append(row)
        stored = _events_of(holder.pk for holder in holders.values())
        by_id = {holder.pk: holder for holder in holders.values()}
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
            added = len(target) - len(before)
            applied.added += added
            applied.unchanged += len(members) - added
            applied.changed += 0 if added else len(members)
            rewritten.append((holder_id, day))
            first_rows.setdefault(holder_id, members[0].row)
            kept = [fact for fact in after.get(holder_id, []) if fact.effective_on != day]
            facts = [EventFact(day, event, value) for event, value in target]
            after[holder_id] = sorted(kept + facts, key=lambda fact: fact.effective_on)
            for position, (event, value) in enumerate(target, start=1):
                fresh.append(
                    EmploymentEvent(holder_id=holder_id, effective_on=day, position=position, event=event, value=value)
                )
        for holder_id, row_number in first_rows.items():
            holder = by_id[holder_id]
            old, new = _facts(holder, stored.get(holder_id, [])), _facts(holder, after[holder_id])
            touched.add(row_number, holder.employee_number, used.by_person(holder_id, old, new))
        remarks = touched.remarks()
        applied.touched = touched.plain()
        for holder_id, day in rewritten:
            if any(fact.effective_on == day for fact in stored.get(holder_id, [])):
                EmploymentEvent.objects.filter(holder_id=holder_id, effective_on=day).delete()
        _create(EmploymentEvent, fresh, progress)
        if rewritten:
            _log("employment_events.imported", source, applied, actor=actor, at=at, correction=correction)
        return Done(applied, remarks)

    return in_one_transaction(work, dry_run=dry_run)


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
_PAIRING = {"shares_granted", "shares_exercised", "shares_cancelled", "split_pair"}


def import_grants(
    rows: Sequence[GrantRow],
    *,
    source: Source,
    actor: str,
    at: datetime,
    correction: Correction | None = None,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> Result[Applied]:
    """Load options held. A grant does not change hands; one made to a participant before its time is flagged."""

    def work() -> Done[Applied]:
        locks.own("imports")
        applied, touched, used = Applied(), _Touched(source, correction), judged()
        holders = _existing(Holder, "employee_number", {row.employee_number for row in rows})
        unknown = _unknown_among(source, rows, holders)
        existing = _existing(Grant, "grant_number", [row.grant_number for row in rows])
        numbers = {holder.pk: number for number, holder in holders.items()}
        for row in rows:
            grant = existing.get(row.grant_number)
            if grant is not None and row.employee_number in holders and grant.holder_id not in numbers:
                numbers[grant.holder_id] = Holder.objects.get(pk=grant.holder_id).employee_number
            if grant is not None and numbers.get(grant.holder_id) != row.employee_number:
                unknown.append(
                    Refusal(
                        "grant_held_by_another",
                        {
                            "file": source.name,
                            "row": row.row,
                            "grant": row.grant_number,
                            "other": numbers.get(grant.holder_id, ""),
                            "value": row.employee_number,
                        },
                    )
                )
        if unknown:
            raise refuse(*unknown)
        fresh, updates = [], []
        for row in rows:
            values = _grant_values(row)
            grant = existing.get(row.grant_number)
            if grant is None:
                holder = holders[row.employee_number]
                fresh.append(Grant(grant_number=row.grant_number, holder=holder, **values))
                found = used.by_grant(row.grant_number, holder.pk, {row.split_pair} - {""})
                touched.add(row.row, f"grant {row.grant_number}", found)
                continue
            differences = _differences(grant, values)
            if not differences:
                applied.unchanged += 1
                continue
            pairs = {grant.split_pair, row.split_pair} - {""} if _PAIRING & set(differences) else set()
            for name, value in values.items():
                setattr(grant, name, value)
            if set(differences) - {"vested_shares", "vested_as_of", "option_type"}:
                found = used.by_grant(row.grant_number, grant.holder_id, pairs)
                touched.add(row.row, f"grant {row.grant_number}", found)
            applied.changes[row.grant_number] = differences
            updates.append(grant)
        remarks = touched.remarks()
        applied.added, applied.changed, applied.touched = len(fresh), len(updates), touched.plain()
        _create(Grant, fresh, progress)
        fields = [f.name for f in Grant._meta.fields if f.name not in {"id", "grant_number", "holder"}]
        Grant.objects.bulk_update(updates, fields, batch_size=200)
        flags, told = _grants_to_participants([*fresh, *updates], at)
        if fresh or updates:
            _log("grants.imported", source, applied, actor=actor, at=at, correction=correction, rows=flags)
        return Done(applied, [*remarks, *told])

    return in_one_transaction(work, dry_run=dry_run)


def _grant_values(row: GrantRow) -> dict[str, Any]:
    return {
        "plan": row.plan,
        "option_type": row.option_type,
        "grant_date": row.grant_date,
        "exercise_price": row.exercise_price,
        "shares_granted": row.shares_granted,
        "shares_exercised": row.shares_exercised,
        "shares_cancelled": row.shares_cancelled,
        "expires_on": row.expires_on,
        "split_pair": row.split_pair,
        "vested_shares": row.vested_shares,
        "vested_as_of": row.vested_as_of,
    }


def _grants_to_participants(grants: Sequence[Grant], at: datetime) -> tuple[list[SealedRow], list[Refusal]]:
    """Grants made to a participant between cancellation and the new grants (domain §5)."""
    flags: list[SealedRow] = []
    remarks: list[Refusal] = []
    for acceptance in Acceptance.objects.select_related("offer"):
        offer = acceptance.offer
        participants = set(
            Grant.objects.filter(cancellation__source=f"offer:{offer.code}").values_list("holder_id", flat=True)
        )
        for grant in grants:
            if grant.holder_id in participants and acceptance.on <= grant.grant_date < acceptance.earliest_grant_on:
                remarks.append(
                    Refusal("other_grant_to_participant", {"grant": grant.grant_number, "on": grant.grant_date})
                )
                flag = flag_for_counsel(
                    offer,
                    kind="other_grant_to_participant",
                    subject=f"grant:{grant.grant_number}",
                    text=f"Grant {grant.grant_number} of {grant.grant_date} was made to a participant too early.",
                    at=at,
                )
                flags += [flag] if flag else []
    return flags, remarks


def apply_corporate_actions(
    rows: Sequence[CorporateActionRow],
    *,
    source: Source,
    actor: str,
    at: datetime,
    dry_run: bool = False,
) -> Result[Applied]:
    """Record splits and mergers; every figure asked for from then on counts them from their effective dates.

    One learnt after an acceptance, effective no later than its cancellation date, changes nothing and goes before
    counsel (domain §3).
    """

    def work() -> Done[Applied]:
        locks.own("imports")
        applied = Applied()
        fresh: list[CorporateAction] = []
        seen: set[tuple[Any, ...]] = set()
        number = CorporateAction.objects.count()
        for row in rows:
            values = {
                "effective_on": row.effective_on,
                "kind": row.kind,
                "new": row.new,
                "old": row.old,
                "successor": row.successor,
            }
            key = tuple(values.values())
            if key in seen or CorporateAction.objects.filter(**values).exists():
                applied.unchanged += 1
                continue
            seen.add(key)
            number += 1
            fresh.append(CorporateAction(number=number, note=row.note, recorded_at=at, **values))
        applied.added = len(fresh)
        flags, remarks = _learnt_late(fresh, at)
        if fresh:
            _log(
                "corporate_actions.applied",
                source,
                applied,
                actor=actor,
                at=at,
                correction=None,
                rows=[*fresh, *flags],
            )
        return Done(applied, remarks)

    return in_one_transaction(work, dry_run=dry_run)


def _learnt_late(actions: Sequence[CorporateAction], at: datetime) -> tuple[list[SealedRow], list[Refusal]]:
    flags: list[SealedRow] = []
    remarks: list[Refusal] = []
    for acceptance in Acceptance.objects.select_related("offer"):
        loaded = load(acceptance.offer)
        for action in actions:
            if not loaded.commencement_date <= action.effective_on <= acceptance.on:
                continue
            remarks.append(Refusal("split_learnt_late", {"on": action.effective_on, "offer": acceptance.offer.code}))
            flag = flag_for_counsel(
                acceptance.offer,
                kind="corporate_action_learnt_late",
                subject=f"corporate_action:{action.number}",
                text=f"A corporate action effective {action.effective_on} was learnt after acceptance.",
                at=at,
            )
            flags += [flag] if flag else []
    return flags, remarks

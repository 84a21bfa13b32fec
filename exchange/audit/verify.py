"""Recomputing the log: every chain, every digest, every sealed row. Answers each thing that does not fit."""

import json
from collections import defaultdict
from collections.abc import Generator, Iterator
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import BinaryField

from exchange.audit import guards
from exchange.audit.models import AuditEvent, ChainHead, SealedRow
from exchange.kernel import canonical

BATCH = 500
_UNREADABLE = (ValueError, TypeError, ArithmeticError)

Seals = dict[int, list[str]]  # digests of the rows that name an event, by the event's id


def sealed_models() -> list[type[SealedRow]]:
    return sorted(
        (m for m in apps.get_models() if issubclass(m, SealedRow) and not m._meta.abstract),
        key=lambda model: model._meta.db_table,
    )


def faults() -> Iterator[str]:
    """Everything that does not fit, in words that name the table and the record; nothing when all is as written."""
    seals = yield from _rows()
    yield from _events(seals)
    yield from _heads()


def guard_faults() -> Iterator[str]:
    for name in guards.missing(connection):
        yield f"the guard {name} is missing, switched off or another: what it guards could be changed"


def _rows() -> Generator[str, None, Seals]:
    seals: Seals = defaultdict(list)
    for model in sealed_models():
        table = model._meta.db_table
        for row in _read(model):
            if isinstance(row, str):
                yield row
                continue
            if canonical.digest(row.sealed_content()) != row.digest:
                yield f"{table} {row.pk} ({row}): its columns do not match its digest"
            seals[row.event_id].append(row.digest)
    return seals


def _read(model: type[SealedRow]) -> Iterator[SealedRow | str]:
    """Every row, in batches; or a fault, for one that holds what its columns cannot (raw SQL can, on SQLite).

    Files stay in the database: a model that seals one reads it row by row.
    """
    files = [field.name for field in model._meta.concrete_fields if isinstance(field, BinaryField)]
    rows = model._default_manager.defer(*files)
    keys = list(rows.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), BATCH):
        batch = keys[start : start + BATCH]
        try:
            yield from list(rows.filter(pk__in=batch))
        except _UNREADABLE:
            for pk in batch:
                try:
                    yield rows.get(pk=pk)
                except _UNREADABLE:
                    yield f"{model._meta.db_table} {pk}: its columns cannot be read"


def _events(seals: Seals) -> Iterator[str]:
    """Every event: its own digest, its place in its chain, the rows it vouches for, and the event it saw."""
    digests = dict(AuditEvent.objects.values_list("pk", "digest"))
    last: AuditEvent | None = None
    for event in AuditEvent.objects.order_by("chain", "number").iterator(chunk_size=2000):
        before = last if last is not None and last.chain == event.chain else None
        if event.number != (before.number if before else 0) + 1:
            yield f"audit event {event}: the event before it in its chain is missing"
        elif event.previous != (before.digest if before else "") or (before and before.pk >= event.pk):
            yield f"audit event {event}: it does not follow the event before it in its chain"
        if canonical.digest(event.content()) != event.digest:
            yield f"audit event {event}: its columns do not match its digest"
        payload = payload_of(event)
        yield from _rows_of(event, payload.get("sealed"), seals.pop(event.pk, []))
        seen = payload.get("seen")
        if seen is not None and seen != _seen(digests, seen):
            yield f"audit event {event}: the event that was the newest when it was written is gone, or another now"
        last = event
    for pk in sorted(seals):
        yield f"{len(seals[pk])} rows name audit event {pk}, which does not exist"


def _rows_of(event: AuditEvent, sealed: Any, found: list[str]) -> Iterator[str]:
    wanted = {"count": len(found), "root": canonical.root(found)} if found else None
    if sealed != wanted:
        count = sealed.get("count") if isinstance(sealed, dict) else "no"
        yield (
            f"audit event {event}: it vouches for {count} rows; the {len(found)} rows that name it are not those it "
            "was written with"
        )


def _seen(digests: dict[int, str], seen: Any) -> list[Any]:
    """What the event that `seen` names is now."""
    pk = seen[0] if isinstance(seen, list) and seen else None
    return [pk, digests.get(pk) if isinstance(pk, int) else None]


def payload_of(event: AuditEvent) -> dict[str, Any]:
    """What an event says, as a value; nothing when it is no longer the text of one."""
    try:
        value = json.loads(event.payload)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _heads() -> Iterator[str]:
    heads = {head.chain: head for head in ChainHead.objects.all()}
    last = {
        chain: (number, digest)
        for chain, number, digest in AuditEvent.objects.order_by("chain", "number").values_list(
            "chain", "number", "digest"
        )
    }
    for chain in sorted(set(heads) | set(last)):
        head, end = heads.get(chain), last.get(chain, (0, ""))
        if head is None:
            yield f"audit chain {chain}: its head is missing"
        elif (head.length, head.digest) != end:
            yield f"audit chain {chain}: it ends at event {end[0]}, its head says {head.length}"

"""Recomputing the log: every chain, every digest, every sealed row. Answers the first thing that does not fit."""

import json
from collections import defaultdict
from collections.abc import Iterator

from django.apps import apps
from django.db import connection

from exchange.audit import guards
from exchange.audit.models import AuditEvent, ChainHead, SealedRow
from exchange.kernel import canonical


def sealed_models() -> list[type[SealedRow]]:
    return sorted(
        (m for m in apps.get_models() if issubclass(m, SealedRow) and not m._meta.abstract),
        key=lambda model: model._meta.db_table,
    )


def faults() -> Iterator[str]:
    """Everything that does not fit, in words that name the table and the record; nothing when all is as written."""
    for name in guards.missing(connection):
        yield f"guard {name} is missing: rows of that table could be changed"
    yield from _rows()
    yield from _chains()


def _rows() -> Iterator[str]:
    seals: dict[int, list[str]] = defaultdict(list)
    for model in sealed_models():
        table = model._meta.db_table
        for row in model._default_manager.order_by("pk").iterator(chunk_size=2000):
            if canonical.digest(row.sealed_content()) != row.digest:
                yield f"{table} {row.pk} ({row}): its columns do not match its digest"
            seals[row.event_id].append(row.digest)
    wanted: set[int] = set()
    for event in AuditEvent.objects.order_by("pk").iterator(chunk_size=2000):
        sealed = _payload(event).get("sealed")
        if not sealed:
            continue
        wanted.add(event.pk)
        found = seals.get(event.pk, [])
        if len(found) != sealed.get("count") or canonical.root(found) != sealed.get("root"):
            yield (
                f"audit event {event} vouches for {sealed.get('count')} rows; the {len(found)} rows that name it "
                "are not those it was written with"
            )
    for pk in sorted(set(seals) - wanted):
        yield f"audit event {pk} vouches for no rows, yet {len(seals[pk])} rows name it"


def _payload(event: AuditEvent) -> dict[str, dict[str, object]]:
    try:
        value = json.loads(event.payload)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _chains() -> Iterator[str]:
    heads = {head.chain: head for head in ChainHead.objects.all()}
    last: dict[str, tuple[int, str]] = {}
    for event in AuditEvent.objects.order_by("chain", "number").iterator(chunk_size=2000):
        number, digest = last.get(event.chain, (0, ""))
        if event.number != number + 1:
            yield f"audit chain {event.chain}: event {number + 1} is missing"
        if event.previous != digest:
            yield f"audit event {event}: it does not follow the event before it"
        if canonical.digest(event.content()) != event.digest:
            yield f"audit event {event}: its columns do not match its digest"
        last[event.chain] = (event.number, event.digest)
    for chain in sorted(set(heads) | set(last)):
        head = heads.get(chain)
        if head is None:
            yield f"audit chain {chain}: its head is missing"
        elif (head.length, head.digest) != last.get(chain, (0, "")):
            yield f"audit chain {chain}: it ends at event {last.get(chain, (0, ''))[0]}, its head says {head.length}"

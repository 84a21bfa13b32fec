"""Writing to the log: the only way an audit event or a sealed row comes into being."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from exchange.audit import request_id
from exchange.audit.models import AuditEvent, ChainHead, SealedRow
from exchange.kernel import canonical, clock


def append(
    *,
    chain: str,
    kind: str,
    actor: str,
    at: datetime,
    payload: Mapping[str, Any],
    rows: Sequence[SealedRow] = (),
) -> AuditEvent:
    """Append one event to its chain and write the rows it vouches for; the caller's transaction holds both.

    Waits for other writers of the same chain, never for those of another. Rows keep their order within a table;
    tables are written in the order of first appearance, so a parent comes before its children.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("an audit event belongs to the transaction of what it records")
    ChainHead.objects.bulk_create([ChainHead(chain=chain)], ignore_conflicts=True)
    head = ChainHead.objects.select_for_update().get(chain=chain)
    content = dict(payload)
    if rows:
        content["sealed"] = {"count": len(rows), "root": canonical.root([row.seal() for row in rows])}
    event = AuditEvent(
        chain=chain,
        number=head.length + 1,
        kind=kind,
        actor=actor,
        at=at,
        recorded_at=clock.now(),
        request_id=request_id.current(),
        payload=canonical.dumps(content),
        previous=head.digest,
    )
    event.digest = canonical.digest(event.content())
    event.save(force_insert=True)
    ChainHead.objects.filter(chain=chain).update(length=event.number, digest=event.digest)
    _write(event, rows)
    return event


def _write(event: AuditEvent, rows: Sequence[SealedRow]) -> None:
    tables: dict[type[SealedRow], list[SealedRow]] = defaultdict(list)
    for row in rows:
        row.event = event
        tables[type(row)].append(row)
    for model, members in tables.items():
        model._default_manager.bulk_create(members, batch_size=1000)

"""Writing to the log: the only way an audit event or a sealed row comes into being."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from exchange.audit import request_id, two_persons
from exchange.audit.models import AuditEvent, ChainHead, SealedRow
from exchange.kernel import canonical, clock

# One statement where the ORM would take four. The update changes nothing: it locks a head that is there already.
_LOCK_HEAD = """
INSERT INTO audit_chainhead (chain, length, digest) VALUES (%s, 0, '')
ON CONFLICT (chain) DO UPDATE SET length = audit_chainhead.length
RETURNING length, digest,
  (SELECT id FROM audit_auditevent ORDER BY id DESC LIMIT 1),
  (SELECT digest FROM audit_auditevent ORDER BY id DESC LIMIT 1)
"""


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

    What is done on the word of two people names both. Waits for other writers of the same chain, never for those of
    another. Rows keep their order within a table;
    tables are written in the order of first appearance, so a parent comes before its children.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("an audit event belongs to the transaction of what it records")
    length, previous, seen = _locked_head(chain)
    content = {**payload, **two_persons.current(), "seen": seen}
    if rows:
        content["sealed"] = {"count": len(rows), "root": canonical.root([row.seal() for row in rows])}
    event = AuditEvent(
        chain=chain,
        number=length + 1,
        kind=kind,
        actor=actor,
        at=at,
        recorded_at=clock.now(),
        request_id=request_id.current(),
        payload=canonical.dumps(content),
        previous=previous,
    )
    event.digest = canonical.digest(event.content())
    event.save(force_insert=True)
    ChainHead.objects.filter(chain=chain).update(length=event.number, digest=event.digest)
    _write(event, rows)
    return event


def _locked_head(chain: str) -> tuple[int, str, list[Any] | None]:
    """The chain's length and last digest, its head locked; and the newest event of any chain that can be seen now.

    Events name what they saw, so that chains vouch for each other: cut the end off one, or all of it, and set its
    head to match, and an event of another chain still names what is gone.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LOCK_HEAD, [chain])
        length, digest, seen_id, seen_digest = cursor.fetchone()
    return length, digest, [seen_id, seen_digest] if seen_id else None


def _write(event: AuditEvent, rows: Sequence[SealedRow]) -> None:
    tables: dict[type[SealedRow], list[SealedRow]] = defaultdict(list)
    for row in rows:
        row.event = event
        tables[type(row)].append(row)
    for model, members in tables.items():
        model._default_manager.bulk_create(members, batch_size=1000)

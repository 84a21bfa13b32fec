"""Who looked at whose record: one line in the log for each look, never changed, on a chain of its own for each person.

Subjects are opaque keys. A look waits only for another look at the same person, never for a signature or for anything
else that is written of them. A list that shows many people is one line, on the chain of the one who opened it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from exchange.audit.actions import append
from exchange.audit.models import AuditEvent
from exchange.audit.verify import payload_of

LOOKED = "record.looked"
LISTED = "list.looked"
DOWNLOADED = "record.downloaded"


@dataclass(frozen=True)
class Look:
    """One look as it is told: when, by whom, as which group, at what kind of record, and its name."""

    at: datetime
    by: str
    group: str
    what: str
    name: str


def chain_of(subject: str) -> str:
    return f"looks:{subject}"


def record_look(*, subject: str, what: str, name: str, by: str, group: str, actor: str, at: datetime) -> AuditEvent:
    """Write down that staff are shown a record of one person. `by` and `group` are as of this instant."""
    with transaction.atomic():
        payload = {"what": what, "name": name, "by": by, "group": group}
        return append(chain=chain_of(subject), kind=LOOKED, actor=actor, at=at, payload=payload)


def record_list_look(*, viewer: str, what: str, by: str, group: str, actor: str, at: datetime) -> AuditEvent:
    """Write down that someone is shown a list of many people. `viewer` makes the chain: their key, not their name."""
    with transaction.atomic():
        payload = {"what": what, "by": by, "group": group}
        return append(chain=f"looks:lists:{viewer}", kind=LISTED, actor=actor, at=at, payload=payload)


def looks_at(subject: str, *, start: int = 0, most: int = 50) -> tuple[Sequence[Look], int]:
    """A page of the looks at one person's records, newest first, and how many there are; two queries."""
    events = AuditEvent.objects.filter(chain=chain_of(subject), kind=LOOKED)
    found = events.order_by("-number")[start : start + most]
    return [_look(event) for event in found], events.count()


def _look(event: AuditEvent) -> Look:
    said = payload_of(event)
    texts = {name: str(said.get(name, "")) for name in ("by", "group", "what", "name")}
    return Look(at=event.at, **texts)


def record_download(*, subject: str, files: int, size: int, sha256: str, actor: str, at: datetime) -> AuditEvent:
    """Write down that a person took a copy of everything held about them."""
    with transaction.atomic():
        payload = {"files": files, "size": size, "sha256": sha256}
        return append(chain=chain_of(subject), kind=DOWNLOADED, actor=actor, at=at, payload=payload)

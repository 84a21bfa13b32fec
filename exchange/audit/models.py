"""The chained log, and the base of every table whose rows may never change."""

import uuid
from typing import Any, ClassVar

from django.db import models

from exchange.kernel import canonical


class AppendOnly(models.Model):
    """A row that is written once. Triggers refuse UPDATE, DELETE, TRUNCATE and REPLACE (see `audit.guards`).

    `NEVER_BESIDE` has triples: another table, a foreign key that both have, the table it points at. Where the other
    has a row with the same key, a row of this one is refused; by a trigger, as no constraint reaches across tables.
    `NEVER_WHEN` has conditions, each with a name: a row that one is true of is refused. In SQL that both databases
    read, the row's own columns written `{new}.column`.
    """

    NEVER_BESIDE: ClassVar[tuple[tuple[str, str, str], ...]] = ()
    NEVER_WHEN: ClassVar[tuple[tuple[str, str], ...]] = ()

    class Meta:
        abstract = True


class AuditEvent(AppendOnly):
    """One thing that happened, in one chain: each digest covers the one before it.

    `at` is the instant the actor acts at (stated, for a replay); `recorded_at` is the true one. `payload` is the
    exact text that was hashed. A payload with `sealed` vouches for rows: how many, and the root of their digests.
    """

    chain = models.CharField(max_length=80)
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=60)
    actor = models.CharField(max_length=120)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    request_id = models.CharField(max_length=64, blank=True)
    payload = models.TextField()
    previous = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["chain", "number"], name="audit_event_once_in_chain")]
        indexes = [models.Index(fields=["kind"]), models.Index(fields=["at"])]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.chain} {self.number}: {self.kind}"

    def content(self) -> str:
        """The exact text under the digest."""
        return canonical.dumps(
            {
                "chain": self.chain,
                "number": self.number,
                "kind": self.kind,
                "actor": self.actor,
                "at": self.at,
                "recorded_at": self.recorded_at,
                "request_id": self.request_id,
                "payload": self.payload,
                "previous": self.previous,
            }
        )


class ChainHead(models.Model):
    """Where a chain stands: the row that writers of one chain wait for, and the proof that its end was not cut off."""

    chain = models.CharField(max_length=80, primary_key=True)
    length = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return f"{self.chain}: {self.length}"


class SealedRow(AppendOnly):
    """A row that an audit event vouches for: its digest covers the columns named in `SEALED`.

    The event's payload holds the count and root of the digests of all rows written with it, so that a row changed,
    removed or slipped in by raw SQL is found (`audit.verify`).
    """

    SEALED: ClassVar[tuple[str, ...]]

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    event = models.ForeignKey(AuditEvent, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)

    class Meta:
        abstract = True

    def sealed_content(self) -> str:
        """The exact text under the row's digest: its table, its key and the columns that the product reads."""
        values: dict[str, Any] = {name: getattr(self, name) for name in self.SEALED}
        return canonical.dumps({"table": self._meta.db_table, "id": self.id, **values})

    def seal(self) -> str:
        self.digest = canonical.digest(self.sealed_content())
        return self.digest

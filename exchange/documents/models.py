"""Papers asked for, and their PDFs. Both tables are append-only; owners, subjects and offers are opaque keys."""

import json
import uuid
from typing import Any

from django.db import models

from exchange.audit.models import AppendOnly


class Paper(AppendOnly):
    """One paper that is owed: a kind, a subject, and the exact text of the values it is made from.

    Written in the transaction of the action that owes it; its PDF follows. One subject has one paper of a kind.
    `code` is printed on it, for whoever wants to check it (`documents.codes`); the first papers have none.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=40)
    owner_key = models.CharField(max_length=80)
    subject_key = models.CharField(max_length=120)
    code = models.CharField(max_length=16, blank=True, default="")
    offer_key = models.CharField(max_length=80)
    title = models.CharField(max_length=200)
    template = models.CharField(max_length=120)
    template_version = models.PositiveSmallIntegerField()
    language = models.CharField(max_length=16)
    snapshot = models.TextField()
    sha256 = models.CharField(max_length=64)
    requested_at = models.DateTimeField()
    is_replay = models.BooleanField(default=False)

    class Meta:
        ordering = ["requested_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "subject_key"], name="paper_once_per_subject"),
            models.UniqueConstraint(fields=["code"], condition=~models.Q(code=""), name="paper_code_once"),
        ]
        indexes = [models.Index(fields=["owner_key", "requested_at"]), models.Index(fields=["offer_key"])]

    def __str__(self) -> str:
        return self.title

    def values(self) -> dict[str, Any]:
        """The snapshot as a value."""
        result: dict[str, Any] = json.loads(self.snapshot)
        return result


class Picture(AppendOnly):
    """A drawing that papers show, such as a logo, by the SHA-256 of its text; the papers' values name it by that."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    svg = models.TextField()

    def __str__(self) -> str:
        return self.sha256


class RenderedPaper(AppendOnly):
    """The one PDF of a paper, as everyone gets it, with its digest.

    A sealed one says at what level (PAdES B-B or B-T), under whose certificate (its SHA-256 fingerprint), and what
    stood before the seal was added: that many bytes with that digest. All of it is empty on one without a seal.
    """

    B_B, B_T = "B-B", "B-T"

    paper = models.OneToOneField(Paper, on_delete=models.PROTECT, primary_key=True, related_name="rendered")
    pdf = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    rendered_at = models.DateTimeField()
    seal_level = models.CharField(max_length=8, blank=True, default="")
    seal_certificate = models.CharField(max_length=64, blank=True, default="")
    seal_note = models.CharField(max_length=40, blank=True, default="")
    unsealed_sha256 = models.CharField(max_length=64, blank=True, default="")
    unsealed_size = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["sha256"])]
        constraints = [
            models.CheckConstraint(
                name="paper_sealed_wholly_or_not",
                condition=models.Q(seal_level="", seal_certificate="", unsealed_sha256="", unsealed_size=0)
                | (
                    models.Q(seal_level__in=["B-B", "B-T"], unsealed_size__gt=0)
                    & ~models.Q(seal_certificate="")
                    & ~models.Q(unsealed_sha256="")
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.paper_id}: {self.size} bytes"


class PaperFault(models.Model):
    """A paper that could not be made so far: how often, why, and when it is tried again. Gone once it is made."""

    paper = models.OneToOneField(Paper, on_delete=models.PROTECT, primary_key=True, related_name="fault")
    attempts = models.PositiveIntegerField()
    error = models.CharField(max_length=200)
    last_at = models.DateTimeField()
    next_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["next_at"])]

    def __str__(self) -> str:
        return f"{self.paper_id}: {self.error}"

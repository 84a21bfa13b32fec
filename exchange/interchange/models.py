"""Files that someone has uploaded and not yet applied. Working material: removed once applied, or after a week."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from exchange.people.models import User


class StagedFile(models.Model):
    """One uploaded file of a batch; `kind` says what the batch is to be applied as."""

    batch = models.UUIDField(default=uuid.uuid4)
    kind = models.CharField(max_length=40)
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=200)
    content = models.BinaryField()  # encrypted (`staging.locked`)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.CharField(max_length=120)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["batch", "position"], name="staged_file_once")]

    def __str__(self) -> str:
        return self.name


class ImportState(models.TextChoices):
    CHECKING = "checking", _("Being checked")
    WRONG = "wrong", _("Has mistakes")
    CHECKED = "checked", _("Checked, not applied")
    APPLYING = "applying", _("Being applied")
    APPLIED = "applied", _("Applied")
    FAILED = "failed", _("Failed")
    REMOVED = "removed", _("Removed")


class Import(models.Model):
    """One file of people, events or options on its way in: where it stands. The log has what it did.

    `state` moves to applied in the very transaction that applies the file, so it is applied once. `summary` is a JSON
    text: counts and the file's digest, of nobody in particular. `digest` is of what the check found; applying what
    comes out otherwise is undone. How far the work has come is in the cache (`imports.progress_of`).
    """

    batch = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=40)
    file_name = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField()
    state = models.CharField(max_length=10, choices=ImportState.choices, default=ImportState.CHECKING)
    failed_while = models.CharField(max_length=10, blank=True)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.CharField(max_length=120)
    asked_at = models.DateTimeField()  # when the work in hand was last asked for
    asked_by = models.CharField(max_length=120)
    by_user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")  # the same, as an account
    correction = models.TextField(blank=True)
    summary = models.TextField(blank=True)
    digest = models.CharField(max_length=64, blank=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-uploaded_at"]

    def __str__(self) -> str:
        return f"{self.file_name} {self.state}"


class FoundPage(models.Model):
    """One page of what the check of a file found, encrypted; gone with the file."""

    run = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="pages")
    section = models.CharField(max_length=10)
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["run", "section", "number"], name="found_page_once")]

    def __str__(self) -> str:
        return f"{self.section} {self.number}"


class ExportState(models.TextChoices):
    ASKED = "asked", _("Waiting for the worker")
    MAKING = "making", _("Being made")
    DONE = "done", _("Ready")
    FAILED = "failed", _("Failed")
    REMOVED = "removed", _("Removed")


class Export(models.Model):
    """One file asked for: what of, where it stands, and its digest. Its bytes are in pieces; the log has who took it.

    `state` moves by compare-and-swap; `asked_at` is the instant that the file is as of. `first_on` and `last_on` are
    the days, in the offer's zone, that an audit trail is of; null is without an end. `problem` is a class name.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    offer_code = models.CharField(max_length=40)
    kind = models.CharField(max_length=20)
    first_on = models.DateField(null=True)
    last_on = models.DateField(null=True)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=120)
    state = models.CharField(max_length=10, choices=ExportState.choices, default=ExportState.ASKED)
    heard_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    file_name = models.CharField(max_length=120, blank=True)
    content_type = models.CharField(max_length=80, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    problem = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="done", size__gt=0) & ~models.Q(sha256="") | ~models.Q(state="done"),
                name="export_done_has_a_file",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.asked_at:%Y-%m-%d}"


class ExportPiece(models.Model):
    """A part of a file, in order; a download reads one at a time. Gone when the file is removed."""

    export = models.ForeignKey(Export, on_delete=models.CASCADE, related_name="pieces")
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["export", "number"], name="export_piece_once")]

    def __str__(self) -> str:
        return f"{self.export_id} {self.number}"

"""Files that someone has uploaded and not yet applied. Working material: removed once applied, or after a week."""

import uuid

from django.db import models


class StagedFile(models.Model):
    """One uploaded file of a batch; `kind` says what the batch is to be applied as."""

    batch = models.UUIDField(default=uuid.uuid4)
    kind = models.CharField(max_length=40)
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=200)
    content = models.BinaryField()
    uploaded_at = models.DateTimeField()
    uploaded_by = models.CharField(max_length=120)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["batch", "position"], name="staged_file_once")]

    def __str__(self) -> str:
        return self.name

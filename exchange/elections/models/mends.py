"""Transcriptions of paper forms that were mended. All of it is append-only.

One person prepares what a paper form really says, a second one who has seen the scan confirms it. Only then is there
a new entry: a `Form` of its own that stands in the place of the first, which stays on record as it was written.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from exchange.audit.models import SealedRow
from exchange.elections.models.forms import Form


class Mend(SealedRow):
    """What somebody found that a paper form says, and that its entry does not. `content` is the whole new entry."""

    SEALED = ("form_id", "number", "content", "reason", "at", "actor")

    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="mends_prepared")
    number = models.PositiveIntegerField()
    content = models.TextField()
    reason = models.TextField()
    at = models.DateTimeField()
    actor = models.CharField(max_length=120)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["form", "number"], name="mend_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="mend_reasoned"),
        ]

    def __str__(self) -> str:
        return f"{self.form_id} {self.number}"


class MendVerdict(models.TextChoices):
    CONFIRMED = "confirmed", _("Confirmed")
    DECLINED = "declined", _("Declined")
    TAKEN_BACK = "taken_back", _("Taken back")


class MendDecision(SealedRow):
    """What became of a prepared entry. Nobody confirms or declines their own; they take it back."""

    SEALED = ("mend_id", "verdict", "reason", "prepared_by", "at", "actor")

    mend = models.OneToOneField(Mend, on_delete=models.PROTECT, related_name="decision")
    verdict = models.CharField(max_length=10, choices=MendVerdict.choices)
    reason = models.TextField(blank=True)
    prepared_by = models.CharField(max_length=120)
    at = models.DateTimeField()
    actor = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(verdict="taken_back", actor=F("prepared_by"))
                | (~Q(verdict="taken_back") & ~Q(actor=F("prepared_by"))),
                name="mend_by_two_people",
            ),
            models.CheckConstraint(condition=~Q(verdict="declined", reason=""), name="mend_declined_with_reason"),
        ]

    def __str__(self) -> str:
        return self.verdict


class Mending(SealedRow):
    """One entry of a paper form that another stands in the place of: `form` counts no more, `entry` does."""

    SEALED = ("form_id", "entry_id", "mend_id", "at")

    form = models.OneToOneField(Form, on_delete=models.PROTECT, related_name="mending")
    entry = models.OneToOneField(Form, on_delete=models.PROTECT, related_name="mends")
    mend = models.OneToOneField(Mend, on_delete=models.PROTECT, related_name="mending")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(form=F("entry")), name="mending_by_another_entry")]

    def __str__(self) -> str:
        return f"{self.form_id} by {self.entry_id}"

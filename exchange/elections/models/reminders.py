"""What staff changed in an offer's schedule of reminders, beside the days its terms name. Append-only."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from exchange.audit.models import SealedRow
from exchange.offers.models import Offer


class Audience(models.TextChoices):
    """Whom a reminder goes to, of those whom the offer reaches."""

    EVERYONE = "everyone", _("Every eligible person")
    WITHOUT_FORM = "without_form", _("Only those with no form in force")


class ReminderChange(SealedRow):
    """A reminder that was added, or given another audience, or taken away; the newest of its days counts.

    `business_days` before the deadline's date, at 09:00 in the offer's zone; with the deadline it moves by itself.
    """

    class Kind(models.TextChoices):
        ADDED = "added", _("Added")
        TAKEN_AWAY = "taken_away", _("Taken away")

    SEALED = ("offer_id", "number", "kind", "business_days", "audience", "at", "actor")

    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="reminder_changes")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    business_days = models.PositiveSmallIntegerField()
    audience = models.CharField(max_length=12, choices=Audience.choices, blank=True)
    at = models.DateTimeField()
    actor = models.CharField(max_length=120)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["offer", "number"], name="reminder_change_once"),
            models.CheckConstraint(
                condition=Q(kind="taken_away") | ~Q(audience=""),
                name="reminder_added_for_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.business_days} {self.kind}"

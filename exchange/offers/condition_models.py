"""Conditions of an offer whose event occurred, what was decided of each, and acceptance put off to a later day."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from exchange.audit.models import SealedRow


class ConditionEvent(SealedRow):
    """A condition of the offer whose event occurred, as recorded: which one, what happened, when, what shows it."""

    SEALED = (
        *("offer_id", "number", "condition", "document_id", "facts", "evidence", "occurred_on", "recorded_by"),
        "at",
    )

    offer = models.ForeignKey("offers.Offer", on_delete=models.PROTECT, related_name="condition_events")
    number = models.PositiveIntegerField()
    condition = models.CharField(max_length=200)
    document = models.ForeignKey("offers.OfferDocument", on_delete=models.PROTECT, null=True, related_name="+")
    facts = models.TextField()
    evidence = models.TextField()
    occurred_on = models.DateField()
    recorded_by = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["offer", "number"], name="condition_event_once"),
            models.CheckConstraint(
                condition=~Q(condition="") & ~Q(facts="") & ~Q(evidence=""), name="condition_event_is_complete"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.offer_id} condition {self.number}"


class ConditionDecision(SealedRow):
    """What the company decided of a condition: a step of the offer's life. All but an extension settle it."""

    class Verdict(models.TextChoices):
        WAIVED = "waived", _("Waived")
        TERMINATED = "terminated", _("The offer was terminated")
        EXTENDED = "extended", _("The offer was extended")
        AMENDED = "amended", _("The offer was amended")

    SETTLES = (Verdict.WAIVED, Verdict.TERMINATED, Verdict.AMENDED)
    SEALED = ("condition_id", "number", "verdict", "is_material", "reason", "step_id", "required_until")

    condition = models.ForeignKey(ConditionEvent, on_delete=models.PROTECT, related_name="decisions")
    number = models.PositiveIntegerField()
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    is_material = models.BooleanField(default=False)
    reason = models.TextField(blank=True)
    step = models.OneToOneField("offers.OfferEvent", on_delete=models.PROTECT, related_name="condition_decision")
    required_until = models.DateTimeField(null=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["condition", "number"], name="condition_decision_once"),
            models.UniqueConstraint(
                fields=["condition"],
                condition=Q(verdict__in=["waived", "terminated", "amended"]),
                name="a_condition_is_settled_once",
            ),
            models.CheckConstraint(
                condition=~Q(verdict__in=["waived", "terminated"]) | ~Q(reason=""), name="condition_decision_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.condition_id} {self.number}: {self.verdict}"


class Postponement(SealedRow):
    """Acceptance put off after the offer expired: the day on which the company means to accept."""

    SEALED = ("step_id", "intended_on")

    step = models.OneToOneField("offers.OfferEvent", on_delete=models.PROTECT, related_name="postponement")
    intended_on = models.DateField()

    def __str__(self) -> str:
        return f"{self.step_id}: {self.intended_on}"

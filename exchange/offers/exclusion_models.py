"""A person or an option that the company has excluded from an offer for a legal reason, and an exclusion lifted."""

from django.db import models
from django.db.models import F, Q

from exchange.audit.models import SealedRow


class Exclusion(SealedRow):
    """One exclusion, from the start of a day in the offer's zone. With no grant number it is of the person, whole.

    `reason` is the company's own, for the record; `told` is the reason as the holder reads it. It stands until an
    `ExclusionLifted` ends it.
    """

    SEALED = (
        *("offer_id", "number", "employee_number", "grant_number", "effective_on", "reason", "told"),
        *("proposed_by", "approved_by", "at"),
    )

    offer = models.ForeignKey("offers.Offer", on_delete=models.PROTECT, related_name="exclusions")
    number = models.PositiveIntegerField()
    employee_number = models.CharField(max_length=64)
    grant_number = models.CharField(max_length=64, blank=True)
    effective_on = models.DateField()
    reason = models.TextField()
    told = models.TextField()
    proposed_by = models.CharField(max_length=120)
    approved_by = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["offer", "number"], name="exclusion_once"),
            models.CheckConstraint(
                condition=~Q(employee_number="") & ~Q(reason="") & ~Q(told=""), name="exclusion_is_complete"
            ),
            models.CheckConstraint(
                condition=~Q(proposed_by="") & ~Q(approved_by="") & ~Q(approved_by=F("proposed_by")),
                name="nobody_excludes_alone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.offer_id} exclusion {self.number}"

    @property
    def subject(self) -> str:
        """What is excluded: an option's number, or the person's."""
        return self.grant_number or self.employee_number


class ExclusionLifted(SealedRow):
    """An exclusion's end, from the start of a day in the offer's zone. It is lifted once."""

    SEALED = ("exclusion_id", "effective_on", "reason", "proposed_by", "approved_by", "at")

    exclusion = models.OneToOneField(Exclusion, on_delete=models.PROTECT, related_name="lifted")
    effective_on = models.DateField()
    reason = models.TextField()
    proposed_by = models.CharField(max_length=120)
    approved_by = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="exclusion_lifted_with_a_reason"),
            models.CheckConstraint(
                condition=~Q(proposed_by="") & ~Q(approved_by="") & ~Q(approved_by=F("proposed_by")),
                name="nobody_lifts_an_exclusion_alone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.exclusion_id} lifted"

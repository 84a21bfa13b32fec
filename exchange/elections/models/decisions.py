"""Staff's decisions on defects, beside the forms. All of it is append-only."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from exchange.audit.models import SealedRow
from exchange.elections.models.forms import Form, Scan
from exchange.elections.rules import NEVER_WAIVED, REJECTING
from exchange.offers.models import Offer

# No row of these beside the acceptance of the same offer: decisions end at acceptance.
ENDS_AT_ACCEPTANCE = (("settlement_acceptance", "offer_id", "offers_offer"),)
FINAL = sorted(REJECTING)
KEPT = sorted(NEVER_WAIVED | REJECTING)


class Waiver(SealedRow):
    """A kind of defect that is waived in one offer: for every holder alike, forms that come later among them.

    Each form that it reaches has a `Decision` of its own that names it.
    """

    NEVER_BESIDE = ENDS_AT_ACCEPTANCE
    SEALED = ("offer_id", "defect", "reason", "at", "actor")

    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="waivers")
    defect = models.CharField(max_length=40)
    reason = models.TextField()
    at = models.DateTimeField()
    actor = models.CharField(max_length=120)

    class Meta:
        ordering = ["at"]
        constraints = [
            models.UniqueConstraint(fields=["offer", "defect"], name="waiver_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="waiver_reasoned"),
            models.CheckConstraint(condition=~Q(defect__in=KEPT), name="waiver_of_what_may_be"),
        ]

    def __str__(self) -> str:
        return self.defect


class Verdict(models.TextChoices):
    CURED = "cured", _("Cured")
    WAIVED = "waived", _("Waived")
    REJECTED = "rejected", _("Rejected")


class Decision(SealedRow):
    """What was decided of one defect of one form, or of the lines of one grant on it; the newest of a defect counts.

    `grant_number` is empty for a defect of the form as a whole. `evidence` is what cured it, and `cured_on` the day on
    which that came. A waiver reaches a form by a decision that names it.
    """

    NEVER_BESIDE = ENDS_AT_ACCEPTANCE
    SEALED = (
        "offer_id",
        "form_id",
        "grant_number",
        "defect",
        "number",
        "verdict",
        "reason",
        "evidence",
        "cured_on",
        "waiver_id",
        "at",
        "actor",
    )

    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="+")
    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="decisions")
    grant_number = models.CharField(max_length=64, blank=True)
    defect = models.CharField(max_length=40)
    number = models.PositiveIntegerField()
    verdict = models.CharField(max_length=8, choices=Verdict.choices)
    reason = models.TextField()
    evidence = models.TextField(blank=True)
    cured_on = models.DateField(null=True)
    waiver = models.ForeignKey(Waiver, on_delete=models.PROTECT, null=True, related_name="decisions")
    at = models.DateTimeField()
    actor = models.CharField(max_length=120)

    class Meta:
        ordering = ["at", "number"]
        constraints = [
            models.UniqueConstraint(fields=["form", "grant_number", "defect", "number"], name="decision_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="decision_reasoned"),
            models.CheckConstraint(condition=~Q(defect__in=FINAL), name="decision_never_on_rejecting"),
            models.CheckConstraint(
                condition=Q(verdict=Verdict.WAIVED, waiver__isnull=False)
                | (~Q(verdict=Verdict.WAIVED) & Q(waiver__isnull=True)),
                name="decision_waived_by_waiver",
            ),
            models.CheckConstraint(
                condition=~Q(verdict=Verdict.WAIVED) | ~Q(defect__in=KEPT),
                name="decision_waived_what_may_be",
            ),
            models.CheckConstraint(
                condition=Q(verdict=Verdict.CURED, cured_on__isnull=False)
                | (~Q(verdict=Verdict.CURED) & Q(cured_on__isnull=True, evidence="")),
                name="decision_cured_on_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.defect} {self.verdict}"


class CureEvidence(SealedRow):
    """A file that shows what cured a defect, kept with the form and encrypted as scans are."""

    SEALED = ("decision_id", "scan_id")

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="files")
    scan = models.ForeignKey(Scan, on_delete=models.PROTECT, related_name="cures")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["decision", "scan"], name="cure_evidence_once")]

    def __str__(self) -> str:
        return f"{self.decision_id} {self.scan_id}"


class CureRequest(SealedRow):
    """The day by which staff let one holder cure one defect, in the offer's zone; the newest of a defect counts."""

    NEVER_BESIDE = ENDS_AT_ACCEPTANCE
    SEALED = ("offer_id", "form_id", "grant_number", "defect", "number", "by", "reason", "at", "actor")

    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="+")
    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="cure_requests")
    grant_number = models.CharField(max_length=64, blank=True)
    defect = models.CharField(max_length=40)
    number = models.PositiveIntegerField()
    by = models.DateField()
    reason = models.TextField()
    at = models.DateTimeField()
    actor = models.CharField(max_length=120)

    class Meta:
        ordering = ["at", "number"]
        constraints = [
            models.UniqueConstraint(fields=["form", "grant_number", "defect", "number"], name="cure_request_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="cure_request_reasoned"),
            models.CheckConstraint(condition=~Q(defect__in=FINAL), name="cure_request_never_on_rejecting"),
        ]

    def __str__(self) -> str:
        return f"{self.defect} by {self.by}"

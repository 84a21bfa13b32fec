"""What one person proposes and another approves: the proposal as it was seen, its files, and what became of it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from exchange.audit.models import SealedRow


class Proposal(SealedRow):
    """A step that binds the company, asked for by one person and not yet done.

    `wanted` is what was entered, each value as canonical text; `overrides` counsel's reasons for breaking a clock
    rule, or a proposer's for asking counsel to; `preview` what its proposer was shown. `approve_by` is the instant
    after which the legal clock no longer allows it, null where it sets none. `preview_digest` is of the preview and
    `salt`, which is under the row's own digest too, so that from the log nobody can try out what was proposed blind.
    """

    SEALED = (
        *("offer_id", "number", "step", "headline", "wanted", "overrides", "preview", "preview_digest"),
        *("salt", "proposed_by_id", "proposed_at", "approve_by"),
    )

    offer = models.ForeignKey("offers.Offer", on_delete=models.PROTECT, related_name="proposals")
    number = models.PositiveIntegerField()
    step = models.CharField(max_length=40)
    headline = models.CharField(max_length=300)
    wanted = models.TextField()
    overrides = models.TextField(blank=True)
    preview = models.TextField()
    preview_digest = models.CharField(max_length=64)
    salt = models.CharField(max_length=64)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    approve_by = models.DateTimeField(null=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["offer", "number"], name="proposal_once"),
            models.CheckConstraint(condition=~Q(salt=""), name="proposal_salted"),
        ]

    def __str__(self) -> str:
        return f"{self.offer_id} proposal {self.number}"


class ProposalFile(SealedRow):
    """A file that was uploaded with a proposal, so that what is approved is what was proposed."""

    SEALED = ("proposal_id", "position", "name", "sha256")

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="files")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=200)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["proposal", "position"], name="proposal_file_once")]

    def __str__(self) -> str:
        return self.name


class ProposalOutcome(SealedRow):
    """What became of a proposal, once. `proposer_id` repeats the proposal's, for the database's own refusals."""

    class Kind(models.TextChoices):
        APPROVED = "approved", _("Approved and done")
        DECLINED = "declined", _("Declined")
        TAKEN_BACK = "taken_back", _("Taken back")
        OVERTAKEN = "overtaken", _("Overtaken")

    SEALED = ("proposal_id", "kind", "by_id", "proposer_id", "reason", "preview_digest", "at")

    proposal = models.OneToOneField(Proposal, on_delete=models.PROTECT, related_name="outcome")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(blank=True)
    preview_digest = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind__in=["approved", "declined"]) | ~Q(by=F("proposer")),
                name="nobody_approves_their_own_proposal",
            ),
            models.CheckConstraint(
                condition=~Q(kind="taken_back") | Q(by=F("proposer")), name="only_its_proposer_takes_it_back"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["approved", "taken_back"]) | ~Q(reason=""), name="a_declined_proposal_says_why"
            ),
            models.CheckConstraint(
                condition=~Q(kind="approved") | ~Q(preview_digest=""), name="an_approval_has_seen_a_preview"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id}: {self.kind}"

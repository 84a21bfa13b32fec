"""An offer, the versions of its terms and documents, and the events that make its timeline."""

import json

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from exchange.audit.models import SealedRow
from exchange.offers.attempt_models import Attempt
from exchange.offers.condition_models import ConditionDecision, ConditionEvent, Postponement
from exchange.offers.exclusion_models import Exclusion, ExclusionLifted
from exchange.offers.proposal_models import Proposal, ProposalFile, ProposalOutcome
from exchange.offers.rules import Classification

__all__ = [
    "CLASSIFICATIONS",
    "Amendment",
    "Attempt",
    "ConditionDecision",
    "ConditionEvent",
    "CounselFlag",
    "Exclusion",
    "ExclusionLifted",
    "Offer",
    "OfferDocument",
    "OfferEvent",
    "OfferVersion",
    "Postponement",
    "Proposal",
    "ProposalFile",
    "ProposalOutcome",
]
CLASSIFICATIONS = [
    (Classification.CONSIDERATION.value, _("A change in the consideration")),
    (Classification.AMOUNT.value, _("A change in the amount sought")),
    (Classification.MATERIAL.value, _("Another material change")),
    (Classification.IMMATERIAL.value, _("An immaterial change")),
]


class Offer(models.Model):
    """One offer to exchange. Its state is computed from its events; `is_running` only carries a constraint.

    `is_running` is true from the opening until acceptance or termination: at most one offer is (domain §2).
    """

    code = models.CharField(max_length=40, unique=True)
    is_replay = models.BooleanField(default=False)
    is_running = models.BooleanField(default=False)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["is_running"], condition=Q(is_running=True), name="one_running_offer")
        ]

    def __str__(self) -> str:
        return self.code


class OfferVersion(SealedRow):
    """The terms at one time, as the exact text that was loaded. The newest is the one in force."""

    SEALED = ("offer_id", "number", "terms", "terms_digest", "created_at")

    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    terms = models.TextField()
    terms_digest = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["offer", "number"], name="offer_version_once")]

    def __str__(self) -> str:
        return f"{self.offer_id} version {self.number}"


class OfferDocument(SealedRow):
    """One document of one version, as given, with its digest. Never changed: an amendment makes a new one."""

    SEALED = ("version_id", "position", "kind", "title", "content_type", "sha256")

    version = models.ForeignKey(OfferVersion, on_delete=models.PROTECT, related_name="documents")
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    content_type = models.CharField(max_length=80)
    body = models.BinaryField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["version", "position"], name="offer_document_once")]

    def __str__(self) -> str:
        return self.title


class OfferEvent(SealedRow):
    """A dated step in the life of an offer. Together they are its timeline (`offers.rules.Timeline`)."""

    class Kind(models.TextChoices):
        OPENED = "opened", _("Opened")
        EXTENDED = "extended", _("Extended")
        AMENDED = "amended", _("Amended")
        TERMINATED = "terminated", _("Terminated")
        ACCEPTED = "accepted", _("Accepted")
        GRANTED = "granted", _("New options granted")
        CLOSED = "closed", _("Closed")
        WAIVED = "waived", _("A condition was waived")
        POSTPONED = "postponed", _("Acceptance postponed")

    SEALED = ("offer_id", "number", "kind", "at", "commences_at", "expires_at", "actor", "reason", "overrides")

    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="events")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=Kind.choices)
    at = models.DateTimeField()
    commences_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    actor = models.CharField(max_length=120)
    reason = models.TextField(blank=True)
    overrides = models.TextField(blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["offer", "number"], name="offer_event_once"),
            models.UniqueConstraint(
                fields=["offer", "kind"],
                condition=Q(kind__in=["opened", "terminated", "accepted", "closed"]),
                name="offer_opened_accepted_terminated_closed_once",
            ),
            models.UniqueConstraint(
                fields=["offer"], condition=Q(kind__in=["terminated", "accepted"]), name="offer_ends_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.at}"


class Amendment(SealedRow):
    """What one amendment was: the version it made, what the change is, and in whose words all were told of it.

    `derived` is what the difference of terms says by itself, '' where only counsel can say. `changes` is the
    difference as it was told: a list of [key, title, before, after]. `required_until` is the instant up to which the
    legal clock wants the offer open, null where the change starts no period.
    """

    SEALED = ("version_id", "step_id", "classification", "derived", "summary", "changes", "required_until")

    version = models.OneToOneField(OfferVersion, on_delete=models.PROTECT, related_name="amendment")
    step = models.OneToOneField(OfferEvent, on_delete=models.PROTECT, related_name="amendment")
    classification = models.CharField(max_length=16, choices=CLASSIFICATIONS)
    derived = models.CharField(max_length=16, blank=True)
    summary = models.TextField()
    changes = models.TextField()
    required_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(classification__in=[value for value, _label in CLASSIFICATIONS]),
                name="amendment_is_classified",
            ),
            models.CheckConstraint(condition=~Q(summary=""), name="amendment_says_what_changed"),
        ]

    def __str__(self) -> str:
        return f"amendment {self.version_id}: {self.classification}"


class CounselFlag(SealedRow):
    """Something that counsel must look at; it stopped nothing."""

    SEALED = ("offer_id", "kind", "subject", "text", "at")

    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="flags")
    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=160)
    text = models.TextField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["at"]
        constraints = [models.UniqueConstraint(fields=["offer", "kind", "subject"], name="counsel_flag_once")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.subject}"


AREAS = [
    ("letter", _("A letter")),
    ("paper", _("A paper’s own text")),
    ("documents", _("The documents")),
]


class OfferWording(SealedRow):
    """The offer's own words for one letter or paper, as edited: sanitised text with named fields, never a template.

    Never changed: an edit makes the next number. `parts` is canonical JSON: of a letter its subject, opening and
    closing, of a paper its text. Used only once another person has approved it (`offers.content`).
    """

    SEALED = ("offer_id", "area", "kind", "number", "parts", "edited_by", "at")

    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="wordings")
    area = models.CharField(max_length=12, choices=AREAS)
    kind = models.CharField(max_length=40)
    number = models.PositiveIntegerField()
    parts = models.TextField()
    edited_by = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        ordering = ["area", "kind", "number"]
        constraints = [
            models.UniqueConstraint(fields=["offer", "area", "kind", "number"], name="offer_wording_once"),
            models.CheckConstraint(condition=Q(area__in=["letter", "paper"]), name="offer_wording_area_known"),
        ]

    def __str__(self) -> str:
        return f"{self.area} {self.kind} {self.number}"


class ContentApproval(SealedRow):
    """Counsel's approval of one version of a letter, of a paper's own text, or of the documents.

    `content_digest` is what was approved: templates and words, or the documents' digests. `wording_number` is 0 for
    the product's own words, `template_version` 0 where there is no template; `edited_by` who made what is approved,
    '' for the product. Words are approved by nobody who edited them since the last approval, whoever edited last
    (`content.Contents.editors`); of documents the database knows the last giver alone.
    """

    NEVER_WHEN = (
        (
            "by_an_editor",
            "EXISTS (SELECT 1 FROM offers_offerwording w WHERE w.offer_id = {new}.offer_id AND w.area = {new}.area "
            "AND w.kind = {new}.kind AND w.edited_by = {new}.approved_by AND w.number <= {new}.wording_number "
            "AND w.number > (SELECT COALESCE(MAX(a.wording_number), 0) FROM offers_contentapproval a "
            "WHERE a.offer_id = {new}.offer_id AND a.area = {new}.area AND a.kind = {new}.kind "
            "AND a.wording_number <= {new}.wording_number))",
        ),
    )

    SEALED = (
        "offer_id",
        "area",
        "kind",
        "wording_number",
        "template_version",
        "content_digest",
        "edited_by",
        "approved_by",
        "at",
    )

    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="approvals")
    area = models.CharField(max_length=12, choices=AREAS)
    kind = models.CharField(max_length=40, blank=True)
    wording_number = models.PositiveIntegerField(default=0)
    template_version = models.PositiveSmallIntegerField(default=0)
    content_digest = models.CharField(max_length=64)
    edited_by = models.CharField(max_length=120, blank=True)
    approved_by = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["offer", "area", "kind", "content_digest"], name="content_approved_once"),
            models.CheckConstraint(
                condition=Q(area__in=["letter", "paper", "documents"]), name="content_approval_area_known"
            ),
            models.CheckConstraint(
                condition=~Q(approved_by=models.F("edited_by")), name="content_approved_by_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area} {self.kind}: {self.content_digest[:12]}"


class FindingAcceptance(SealedRow):
    """Counsel's written reason to open an offer although a check of the checklist found something.

    `found_keys` is the canonical JSON list of the digests of the findings as they stood (`findings.Finding.token`);
    what is found otherwise is not among them.
    """

    SEALED = ("offer_id", "check_code", "found_keys", "reason", "accepted_by", "at")

    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="acceptances_of_findings")
    check_code = models.CharField(max_length=40)
    found_keys = models.TextField()
    reason = models.TextField()
    accepted_by = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="finding_accepted_with_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.check_code} {self.at}"

    @property
    def keys_accepted(self) -> list[str]:
        found: list[str] = json.loads(self.found_keys)
        return found

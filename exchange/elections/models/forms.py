"""Signed forms, their lines, and what was judged of them. All of it is append-only."""

import hashlib
import json
import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from exchange.audit.models import SealedRow
from exchange.kernel import canonical
from exchange.offers.models import Offer
from exchange.people.models import Holder


class FormKind(models.TextChoices):
    ELECTION = "election", _("Election Form")
    WITHDRAWAL = "withdrawal", _("Notice to Withdraw")


class Channel(models.TextChoices):
    PORTAL = "portal", _("Portal")
    FAX = "fax", _("Fax")
    HAND = "hand", _("By hand")


class FormStatus(models.TextChoices):
    EFFECTIVE = "effective", _("Effective")
    DEFECTIVE = "defective", _("Defective")
    REJECTED = "rejected", _("Rejected")


class Form(SealedRow):
    """One signed form as it was received. Never edited, never deleted, and never lost.

    `record` is the exact text of all that was signed and how it came; `record_digest` its SHA-256; it names the
    digest of the holder's previous form. The other columns repeat it for the product to read, and are checked
    against it by `verify_ledger`. `number` is the paper form's own id or the portal's confirmation number.
    """

    SEALED = (
        "offer_id",
        "holder_id",
        "number",
        "sequence",
        "kind",
        "channel",
        "employee_number",
        "received_at",
        "signed_at",
        "signed_on",
        "signature_name",
        "signer_capacity",
        "key",
        "record_digest",
        "recorded_at",
        "recorded_by",
    )

    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="forms")
    holder = models.ForeignKey(Holder, on_delete=models.PROTECT, null=True, related_name="forms")
    number = models.CharField(max_length=64)
    sequence = models.PositiveIntegerField(null=True)
    kind = models.CharField(max_length=12, choices=FormKind.choices)
    channel = models.CharField(max_length=8, choices=Channel.choices)
    employee_number = models.CharField(max_length=64, blank=True)
    received_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True)
    signed_on = models.DateField(null=True)
    signature_name = models.CharField(max_length=200, blank=True)
    signer_capacity = models.CharField(max_length=20)
    key = models.UUIDField(null=True)
    record = models.TextField()
    record_digest = models.CharField(max_length=64)
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=120)

    class Meta:
        ordering = ["received_at", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["offer", "number"], name="form_number_once"),
            models.UniqueConstraint(fields=["offer", "holder", "sequence"], name="form_sequence_once"),
            models.UniqueConstraint(fields=["key"], name="form_key_once"),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True) | Q(signed_on__isnull=True), name="form_signed_at_or_on"
            ),
            models.CheckConstraint(
                condition=Q(holder__isnull=True, sequence__isnull=True)
                | Q(holder__isnull=False, sequence__isnull=False),
                name="form_sequence_with_holder",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def content(self) -> dict[str, Any]:
        """The signed record as a value."""
        result: dict[str, Any] = json.loads(self.record)
        return result


class FormLine(SealedRow):
    """One line of an Election Form as it was signed."""

    SEALED = ("form_id", "position", "grant_number", "grant_date", "exercise_price", "shares")

    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveIntegerField()
    grant_number = models.CharField(max_length=64)
    grant_date = models.DateField()
    exercise_price = models.DecimalField(max_digits=14, decimal_places=4)
    shares = models.PositiveBigIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["form", "position"], name="form_line_once")]
        indexes = [models.Index(fields=["grant_number"])]

    def __str__(self) -> str:
        return f"{self.grant_number}: {self.shares}"


class Judgement(SealedRow):
    """What the rules said of a form, and why it was judged: at its recording, or again after a revival or acceptance.

    `known` is how many forms of the holder were recorded at that time: a form judged effective after a later-received
    one was known may never displace it (domain §4). `lines` has the judged lines of a form that reached that point.
    """

    class Cause(models.TextChoices):
        RECORDED = "recorded", _("Recorded")
        REVIVED = "revived", _("Offer revived")
        ACCEPTED = "accepted", _("Received at or after acceptance")
        DECIDED = "decided", _("Decided by staff")
        PROOF_JUDGED = "proof_judged", _("Proof judged")

    SEALED = ("form_id", "number", "cause", "at", "status", "defects", "lines", "known")

    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="judgements")
    number = models.PositiveIntegerField()
    cause = models.CharField(max_length=12, choices=Cause.choices)
    at = models.DateTimeField()
    status = models.CharField(max_length=10, choices=FormStatus.choices)
    defects = models.TextField()
    lines = models.TextField()
    known = models.PositiveIntegerField()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["form", "number"], name="judgement_once")]

    def __str__(self) -> str:
        return f"{self.status} {self.defects}"


class Purpose(models.TextChoices):
    """What a kept file is: a paper form itself, what cured a defect of it, or a proof that came in the portal."""

    FORM = "form", _("Scan of the form")
    CURE = "cure", _("What cured a defect")
    AUTHORITY = "authority", _("Proof of authority to sign for the holder")
    NAME_CHANGE = "name_change", _("Proof of a changed name")


class Scan(SealedRow):
    """A file that came with a form, encrypted under its own key (`elections.scans`).

    `sha256` is of the salt and then of what was scanned or uploaded; only a proof has a salt. A form signed in the
    portal names the salt and the digest of its proof in its signed record.
    """

    SEALED = ("form_id", "content_type", "size", "sha256", "content_sha256", "attached_at", "attached_by")

    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="scans")
    purpose = models.CharField(max_length=12, choices=Purpose.choices, default=Purpose.FORM)
    content_type = models.CharField(max_length=80)
    size = models.PositiveIntegerField()
    salt = models.CharField(max_length=32, blank=True, default="")
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    attached_at = models.DateTimeField()
    attached_by = models.CharField(max_length=120)

    class Meta:
        ordering = ["attached_at"]
        constraints = [
            models.UniqueConstraint(fields=["form", "sha256"], name="scan_once"),
            models.CheckConstraint(
                condition=Q(purpose__in=["form", "cure"], salt="") | (~Q(purpose__in=["form", "cure"]) & ~Q(salt="")),
                name="scan_proof_salted",
            ),
        ]

    @property
    def content_sha256(self) -> str:
        """Of the encrypted bytes, so that they verify after the key is gone."""
        return hashlib.sha256(self.content).hexdigest()

    def sealed_content(self) -> str:
        """Purpose and salt are sealed where there are any: scans of paper forms were sealed before these columns."""
        if self.purpose == Purpose.FORM and not self.salt:
            return super().sealed_content()
        values = {name: getattr(self, name) for name in (*self.SEALED, "purpose", "salt")}
        return canonical.dumps({"table": self._meta.db_table, "id": self.id, **values})

    def __str__(self) -> str:
        return f"{self.form_id} {self.sha256[:12]}"


class ScanKey(models.Model):
    """What opens a scan, itself under the installation's key. Removing it purges the scan; its digest stays."""

    scan = models.OneToOneField(Scan, on_delete=models.PROTECT, primary_key=True, related_name="key")
    wrapped = models.BinaryField()

    def __str__(self) -> str:
        return str(self.scan_id)


class PendingProof(models.Model):
    """A proof that was uploaded for a form not yet signed: encrypted as scans are, gone once signed or a day old.

    Signing turns it into a `Scan` of the form. It is no record: until the signature nothing happened.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="+")
    holder = models.ForeignKey(Holder, on_delete=models.CASCADE, related_name="+")
    purpose = models.CharField(max_length=12, choices=Purpose.choices)
    content_type = models.CharField(max_length=80)
    size = models.PositiveIntegerField()
    salt = models.CharField(max_length=32)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    wrapped = models.BinaryField()
    uploaded_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.purpose} {self.sha256[:12]}"


class ProofDecision(SealedRow):
    """What staff found of the proof that came with a form signed in the portal. The newest of a form counts."""

    class Verdict(models.TextChoices):
        SUFFICIENT = "sufficient", _("Sufficient")
        NOT_SUFFICIENT = "not_sufficient", _("Not sufficient")

    SEALED = ("form_id", "number", "verdict", "reason", "at", "actor")

    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="proof_decisions")
    number = models.PositiveIntegerField()
    verdict = models.CharField(max_length=14, choices=Verdict.choices)
    reason = models.TextField()
    at = models.DateTimeField()
    actor = models.CharField(max_length=120)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["form", "number"], name="proof_decision_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="proof_decision_reasoned"),
        ]

    def __str__(self) -> str:
        return f"{self.form_id} {self.verdict}"


class ElectronicConsent(SealedRow):
    """One step of a holder's consent to electronic records in one offer: sample opened, consent given, or withdrawn.

    `number` counts them. The last one given or withdrawn says how the holder stands. `wording` is the whole text that
    was shown when consent was given; `version` names that text, for the other kinds the text that stood then.
    """

    class Kind(models.TextChoices):
        SAMPLE_OPENED = "sample_opened", _("Sample opened")
        GIVEN = "given", _("Consent given")
        WITHDRAWN = "withdrawn", _("Consent withdrawn")

    SEALED = ("offer_id", "holder_id", "number", "kind", "version", "language", "wording", "at", "actor")

    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="consents")
    holder = models.ForeignKey(Holder, on_delete=models.PROTECT, related_name="consents")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=14, choices=Kind.choices)
    version = models.CharField(max_length=20)
    language = models.CharField(max_length=20)
    wording = models.TextField()
    at = models.DateTimeField()
    actor = models.CharField(max_length=120)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["offer", "holder", "number"], name="consent_number_once"),
            models.CheckConstraint(
                condition=Q(kind="given", wording__gt="") | (~Q(kind="given") & Q(wording="")),
                name="consent_given_with_wording",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.holder_id} {self.number}: {self.kind}"

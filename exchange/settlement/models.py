"""Acceptance, what was not accepted, promises, new grants, lapses and holds. All of it is append-only."""

import json
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from exchange.audit.models import SealedRow
from exchange.grants.models import Cancellation
from exchange.offers.models import Offer
from exchange.people.models import Holder


class Acceptance(SealedRow):
    """The company takes the tendered options: once per offer. `on` is the cancellation date in the offer's zone."""

    SEALED = ("offer_id", "at", "on", "attested_by", "left_undecided", "earliest_grant_on", "promises_due_on")

    offer = models.OneToOneField(Offer, on_delete=models.PROTECT, related_name="acceptance")
    at = models.DateTimeField()
    on = models.DateField()
    attested_by = models.CharField(max_length=120)
    left_undecided = models.PositiveIntegerField()
    earliest_grant_on = models.DateField()
    promises_due_on = models.DateField()

    def __str__(self) -> str:
        return f"{self.offer_id} {self.on}"


class NotAccepted(SealedRow):
    """A line that was tendered and in force at acceptance and was not taken, and why."""

    SEALED = ("acceptance_id", "holder_id", "grant_number", "reason")

    acceptance = models.ForeignKey(Acceptance, on_delete=models.PROTECT, related_name="not_accepted")
    holder = models.ForeignKey(Holder, on_delete=models.PROTECT, related_name="+")
    grant_number = models.CharField(max_length=64)
    reason = models.CharField(max_length=40)

    class Meta:
        ordering = ["grant_number"]
        constraints = [models.UniqueConstraint(fields=["acceptance", "grant_number"], name="not_accepted_once")]

    def __str__(self) -> str:
        return f"{self.grant_number}: {self.reason}"


class Promise(SealedRow):
    """The Promise to Grant to one holder: total whole shares, the earliest grant date, and who signed it."""

    SEALED = (
        "offer_id",
        "holder_id",
        "number",
        "shares",
        "issued_at",
        "earliest_grant_on",
        "signatory_name",
        "signatory_title",
    )

    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="promises")
    holder = models.ForeignKey(Holder, on_delete=models.PROTECT, related_name="promises")
    number = models.CharField(max_length=120, unique=True)
    shares = models.PositiveBigIntegerField()
    issued_at = models.DateTimeField()
    earliest_grant_on = models.DateField()
    signatory_name = models.CharField(max_length=200)
    signatory_title = models.CharField(max_length=200)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["offer", "holder"], name="one_promise_per_holder")]

    def __str__(self) -> str:
        return self.number


class PromiseLine(SealedRow):
    """What replaces one cancelled grant: whole shares as promised, and the exact fraction they were rounded from."""

    SEALED = ("promise_id", "cancellation_id", "grant_number", "shares", "exact")

    promise = models.ForeignKey(Promise, on_delete=models.PROTECT, related_name="lines")
    cancellation = models.OneToOneField(Cancellation, on_delete=models.PROTECT, related_name="promise_line")
    grant_number = models.CharField(max_length=64)
    shares = models.PositiveBigIntegerField()
    exact = models.CharField(max_length=80)

    class Meta:
        ordering = ["grant_number"]

    def __str__(self) -> str:
        return f"{self.grant_number}: {self.shares}"


class NewGrant(SealedRow):
    """A new option made from one line of a promise. `vesting` is the exact schedule as canonical JSON.

    `stated_price` is the close in the digits it was stated in: 2.50 and 2.5 are one price, and the export repeats it.
    """

    NEVER_BESIDE = (("settlement_lapse", "line_id", "settlement_promiseline"),)
    SEALED = (
        "line_id",
        "holder_id",
        "number",
        "old_grant_number",
        "plan",
        "shares",
        "exercise_price",
        "stated_price",
        "granted_on",
        "expires_on",
        "vesting",
    )

    line = models.OneToOneField(PromiseLine, on_delete=models.PROTECT, related_name="new_grant")
    holder = models.ForeignKey(Holder, on_delete=models.PROTECT, related_name="new_grants")
    number = models.CharField(max_length=120, unique=True)
    old_grant_number = models.CharField(max_length=64)
    plan = models.CharField(max_length=64)
    shares = models.PositiveBigIntegerField()
    exercise_price = models.DecimalField(max_digits=14, decimal_places=4)
    stated_price = models.CharField(max_length=16)
    granted_on = models.DateField()
    expires_on = models.DateField()
    vesting = models.TextField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(condition=Q(shares__gt=0), name="new_grant_of_something"),
            # The upper bound keeps NaN out: PostgreSQL holds it to be greater than every number.
            models.CheckConstraint(
                condition=Q(exercise_price__gt=0, exercise_price__lte=Decimal("9999999999.9999")),
                name="new_grant_price_positive",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class AgreementSignature(SealedRow):
    """The option agreement of one new option, signed by its holder: only then is the option released (domain §7).

    `record` is the exact text of what was signed and how it came; `record_digest` its SHA-256. The other columns
    repeat it for the product to read, and are checked against it by `verify_ledger`. Signed in the portal it has an
    instant and the page's one-time key; on paper the date that the paper bears, as HR recorded it.

    An option has one that stands (`settlement.signatures`): the first one of it, or one that `replaces` a recording
    made by mistake, each mistake once.
    """

    NEVER_WHEN = (
        (
            "for_another_s_mistake",
            "EXISTS (SELECT 1 FROM settlement_agreementmistake m JOIN settlement_agreementsignature s "
            "ON s.id = m.signature_id WHERE m.id = {new}.replaces_id AND s.grant_id <> {new}.grant_id)",
        ),
    )

    class Channel(models.TextChoices):
        PORTAL = "portal", _("Portal")
        FAX = "fax", _("Fax")
        MAIL = "mail", _("Mail")
        HAND = "hand", _("By hand")

    SEALED = (
        "grant_id",
        "holder_id",
        "grant_number",
        "channel",
        "signature_name",
        "signed_at",
        "signed_on",
        "key",
        "agreement_sha256",
        "pdf_sha256",
        "record_digest",
        "recorded_at",
        "recorded_by",
    )

    grant = models.ForeignKey(NewGrant, on_delete=models.PROTECT, related_name="signatures")
    holder = models.ForeignKey(Holder, on_delete=models.PROTECT, related_name="agreement_signatures")
    grant_number = models.CharField(max_length=120)
    channel = models.CharField(max_length=8, choices=Channel.choices)
    signature_name = models.CharField(max_length=200)
    signed_at = models.DateTimeField(null=True)
    signed_on = models.DateField(null=True)
    key = models.UUIDField(null=True)
    replaces = models.OneToOneField(
        "AgreementMistake", on_delete=models.PROTECT, related_name="signed_again", null=True
    )
    agreement_sha256 = models.CharField(max_length=64)
    pdf_sha256 = models.CharField(max_length=64, blank=True)
    record = models.TextField()
    record_digest = models.CharField(max_length=64)
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=120)

    class Meta:
        ordering = ["grant_number", "recorded_at"]
        constraints = [
            models.UniqueConstraint(fields=["key"], name="agreement_signature_key_once"),
            models.UniqueConstraint(
                fields=["grant"], condition=Q(replaces__isnull=True), name="agreement_first_signed_once"
            ),
            models.CheckConstraint(
                condition=Q(channel="portal", key__isnull=False, signed_at__isnull=False, signed_on__isnull=True)
                & ~Q(pdf_sha256="")
                | (~Q(channel="portal") & Q(key__isnull=True, signed_at__isnull=True, signed_on__isnull=False)),
                name="agreement_signature_in_the_portal_or_on_paper",
            ),
            models.CheckConstraint(condition=~Q(signature_name=""), name="agreement_signature_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.grant_number

    def content(self) -> dict[str, Any]:
        """The signed record as a value."""
        result: dict[str, Any] = json.loads(self.record)
        return result


class AgreementMistake(SealedRow):
    """That a signature on paper was recorded by mistake, as two people say: it never stood, and the option waits.

    Nothing is taken away: the signature's row stays. What a holder signed in the portal is no recording of ours.
    """

    NEVER_WHEN = (
        (
            "of_one_signed_in_the_portal",
            "EXISTS (SELECT 1 FROM settlement_agreementsignature s WHERE s.id = {new}.signature_id "
            "AND s.key IS NOT NULL)",
        ),
    )
    SEALED = ("signature_id", "reason", "proposed_by", "approved_by", "at")

    signature = models.OneToOneField(AgreementSignature, on_delete=models.PROTECT, related_name="mistake")
    reason = models.TextField()
    proposed_by = models.CharField(max_length=120)
    approved_by = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="agreement_mistake_with_a_reason"),
            models.CheckConstraint(
                condition=~Q(proposed_by="") & ~Q(approved_by="") & ~Q(approved_by=F("proposed_by")),
                name="nobody_unsigns_an_agreement_alone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.signature_id} by mistake"


class Lapse(SealedRow):
    """A line of a promise that will never become a grant, and why."""

    class Reason(models.TextChoices):
        NOT_AN_EMPLOYEE = "not_an_employee", _("Not an employee on the grant date")
        PROHIBITED = "prohibited", _("Prohibited by law")
        NO_WHOLE_SHARE = "no_whole_share", _("Less than one whole share")

    NEVER_BESIDE = (("settlement_newgrant", "line_id", "settlement_promiseline"),)
    SEALED = ("line_id", "grant_number", "reason", "on")

    line = models.OneToOneField(PromiseLine, on_delete=models.PROTECT, related_name="lapse")
    grant_number = models.CharField(max_length=64)
    reason = models.CharField(max_length=20, choices=Reason.choices)
    on = models.DateField()

    class Meta:
        ordering = ["grant_number"]

    def __str__(self) -> str:
        return f"{self.grant_number}: {self.reason}"


class Prohibition(SealedRow):
    """Counsel's word on whether the law forbids keeping a promise: held, prohibited, released; the last counts."""

    class Verdict(models.TextChoices):
        HELD = "held", _("Held until counsel decides")
        PROHIBITED = "prohibited", _("Prohibited")
        RELEASED = "released", _("Released")

    SEALED = ("promise_id", "number", "verdict", "reason", "actor", "at")

    promise = models.ForeignKey(Promise, on_delete=models.PROTECT, related_name="prohibitions")
    number = models.PositiveIntegerField()
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    reason = models.TextField()
    actor = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["promise", "number"], name="prohibition_once")]

    def __str__(self) -> str:
        return f"{self.promise_id} {self.verdict}"

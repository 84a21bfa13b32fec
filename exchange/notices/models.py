"""The outbox: one row a letter, finished when it is queued, and what became of it."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    QUEUED = "queued", _("Waiting")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Given up")
    CANCELLED = "cancelled", _("Cancelled")
    WITHHELD = "withheld", _("Withheld")
    HELD = "held", _("Waits for counsel")


class Message(models.Model):
    """One letter to one person. Its words never change after queueing; its state moves by compare-and-swap.

    Its address changes only while it is given up (`offers.resending`). One about an account has no `offer_key`.

    `key` names the letter: a second one with the same key is never queued. `attempts` counts claims and is the claim's
    token: who holds another number has lost it. `names_deadline` is the expiration that the text states, if any;
    `superseded_at` marks a letter that was already being sent when that expiration was replaced: should that attempt
    fail, there is no other. `content_digest` is of the templates and counsel's words it was made from
    (`notices.letters.content_of`), `wording_number` which words; `calendar` a calendar file that goes with it.
    `service_id` is what a mail service calls the letter that it took last, by which it tells what became of it.
    `last_error` is a class name, never words: words may hold an address.
    Held: made from words that counsel has not approved; the portal shows it, no e-mail goes out until they are.
    Withheld: a replayed offer's letter where the mail backend would send it out into the world.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=40)
    template_version = models.PositiveSmallIntegerField(default=0)
    wording_number = models.PositiveIntegerField(default=0)
    content_digest = models.CharField(max_length=64, blank=True, default="")
    offer_key = models.CharField(max_length=80)
    owner_key = models.CharField(max_length=80)
    to_address = models.CharField(max_length=320)
    subject = models.CharField(max_length=250)
    text = models.TextField()
    html = models.TextField()
    attachments = models.JSONField(default=list)
    calendar = models.TextField(blank=True, default="")
    names_deadline = models.DateTimeField(null=True)
    is_replay = models.BooleanField(default=False)
    message_id = models.CharField(max_length=160, unique=True)
    service_id = models.CharField(max_length=250, blank=True, default="", db_index=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveIntegerField(default=0)
    queued_at = models.DateTimeField()
    next_attempt_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    superseded_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ["queued_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="message_state_known"),
            models.CheckConstraint(
                condition=Q(state=State.SENT, sent_at__isnull=False)
                | (~Q(state=State.SENT) & Q(sent_at__isnull=True)),
                name="message_sent_has_its_instant",
            ),
            models.CheckConstraint(
                condition=Q(state=State.SENDING, claimed_at__isnull=False)
                | (~Q(state=State.SENDING) & Q(claimed_at__isnull=True)),
                name="message_sending_is_claimed",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "next_attempt_at"]),
            models.Index(fields=["offer_key", "state"]),
            models.Index(fields=["owner_key", "queued_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.subject}"


class Opened(models.Model):
    """When the owner of a letter first opened it in the portal. A convenience of theirs, no part of any record."""

    message = models.OneToOneField(Message, on_delete=models.CASCADE, primary_key=True, related_name="opened")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.message_id} {self.at}"

"""What the worker tries out or carries out for someone of the desk, because it takes longer than a page may."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Attempt(models.Model):
    """One step of an offer as somebody asked for it: tried out, or confirmed and then carried out or proposed.

    Working material: what it does is in the log, and in the rows it writes. `state` moves by compare-and-swap; of one
    that is confirmed it moves to finished in the very transaction that does it. `tries` says who has it in hand: a
    worker that went silent and comes back finds that it is another's. `wanted` (what was entered) and `told` (what
    came of it) are encrypted, and emptied after a day. `place` is the page it was asked for on; `source` the uploaded
    files that the page is about. `problem` is a class name.
    """

    class Kind(models.TextChoices):
        TRY_OUT = "try_out", _("Try out")
        CONFIRM = "confirm", _("Carry out")

    class State(models.TextChoices):
        ASKED = "asked", _("Waiting for the worker")
        WORKING = "working", _("At work")
        FINISHED = "finished", _("Finished")
        FAILED = "failed", _("Failed")
        DROPPED = "dropped", _("Asked for anew")

    AT_WORK = (State.ASKED, State.WORKING)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    offer = models.ForeignKey("offers.Offer", on_delete=models.CASCADE, related_name="attempts")
    proposal = models.ForeignKey("offers.Proposal", on_delete=models.CASCADE, null=True, related_name="attempts")
    step = models.CharField(max_length=40)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    place = models.CharField(max_length=300)
    source = models.CharField(max_length=40, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    wanted = models.BinaryField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    tries = models.PositiveSmallIntegerField(default=0)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    told = models.BinaryField(default=bytes)
    is_done = models.BooleanField(default=False)  # carried out or proposed; not refused, nor undone as it had moved
    problem = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["place"],
                condition=Q(kind="confirm", state__in=["asked", "working"]),
                name="attempt_carried_out_one_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["place", "asked_by"],
                condition=Q(kind="try_out", state__in=["asked", "working"]),
                name="attempt_tried_out_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="finished") | Q(finished_at__isnull=False), name="attempt_finished_says_when"
            ),
            models.CheckConstraint(
                condition=Q(is_done=False) | Q(kind="confirm", state="finished"), name="attempt_done_is_finished"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step} {self.state}"

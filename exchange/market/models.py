"""Splits and mergers as dated facts, and overrides of the calendars, each with its reason."""

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from exchange.audit.models import SealedRow

# The column's own bound, stated to keep NaN out: PostgreSQL holds it to be greater than every number.
_LARGEST = Decimal("9999999.99999999")


class CorporateAction(SealedRow):
    """A split or merger, effective from the start of its day.

    split: `new` shares for `old` shares. stock_merger: `new` shares of the acquirer for `old` of ours.
    cash_merger: `new` is the cash per share, `old` the acquirer's price per share.
    """

    class Kind(models.TextChoices):
        SPLIT = "split", _("Split, reverse split or stock dividend")
        STOCK_MERGER = "stock_merger", _("Acquired for stock")
        CASH_MERGER = "cash_merger", _("Acquired for cash")

    SEALED = ("number", "effective_on", "kind", "new", "old", "successor", "note", "recorded_at")

    number = models.PositiveIntegerField(unique=True)
    effective_on = models.DateField()
    kind = models.CharField(max_length=16, choices=Kind.choices)
    new = models.DecimalField(max_digits=15, decimal_places=8)
    old = models.DecimalField(max_digits=15, decimal_places=8)
    successor = models.CharField(max_length=200, blank=True)
    note = models.TextField(blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["effective_on", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["effective_on", "kind", "new", "old", "successor"], name="corporate_action_once"
            ),
            models.CheckConstraint(
                condition=models.Q(new__gt=0, old__gt=0, new__lte=_LARGEST, old__lte=_LARGEST),
                name="corporate_action_positive",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.effective_on} {self.kind}"


class CalendarOverride(models.Model):
    """A day on which a calendar differs from the library's: a national day of mourning, a storm."""

    class Which(models.TextChoices):
        BUSINESS = "business", _("Business days")
        TRADING = "trading", _("Trading days")

    which = models.CharField(max_length=8, choices=Which.choices)
    day = models.DateField()
    is_open = models.BooleanField()
    reason = models.TextField()

    class Meta:
        ordering = ["day"]
        constraints = [models.UniqueConstraint(fields=["which", "day"], name="calendar_override_once")]

    def __str__(self) -> str:
        return f"{self.which} {self.day}"

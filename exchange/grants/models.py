"""Plans and their share pools, options held, and cancellations. All share counts are whole and never negative."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from exchange.audit.models import SealedRow
from exchange.people.models import Holder


class Plan(models.Model):
    """A stock plan. `shares_available` is the pool as the company states it before this product's own entries."""

    code = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=200, blank=True)
    shares_available = models.PositiveBigIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class PoolEntry(SealedRow):
    """Shares that came back to a plan's pool (+) or were granted from it (−), with where they came from."""

    SEALED = ("plan_id", "shares", "on", "source")

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="entries")
    shares = models.BigIntegerField()
    on = models.DateField()
    source = models.CharField(max_length=120, unique=True)

    class Meta:
        ordering = ["on"]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.shares:+}"


class Grant(models.Model):
    """One option as the company's register has it. Outstanding = granted − exercised − cancelled."""

    class OptionType(models.TextChoices):
        ISO = "ISO", _("Incentive stock option")
        NSO = "NSO", _("Non-statutory stock option")

    grant_number = models.CharField(max_length=64, unique=True)
    holder = models.ForeignKey(Holder, on_delete=models.PROTECT, related_name="grants")
    plan = models.CharField(max_length=64)
    option_type = models.CharField(max_length=3, choices=OptionType.choices)
    grant_date = models.DateField()
    exercise_price = models.DecimalField(max_digits=14, decimal_places=4)
    shares_granted = models.PositiveBigIntegerField()
    shares_exercised = models.PositiveBigIntegerField(default=0)
    shares_cancelled = models.PositiveBigIntegerField(default=0)
    expires_on = models.DateField()
    split_pair = models.CharField(max_length=64, blank=True)
    vested_shares = models.PositiveBigIntegerField(null=True, blank=True)
    vested_as_of = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["grant_date", "grant_number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(shares_granted__gte=F("shares_exercised") + F("shares_cancelled")),
                name="grant_outstanding_never_negative",
            ),
            # The upper bound keeps NaN out: PostgreSQL holds it to be greater than every number.
            models.CheckConstraint(
                condition=Q(exercise_price__gt=0, exercise_price__lte=Decimal("9999999999.9999")),
                name="grant_price_positive",
            ),
        ]
        indexes = [models.Index(fields=["holder", "split_pair"])]

    def __str__(self) -> str:
        return self.grant_number

    @property
    def outstanding(self) -> int:
        """As the register states it, before splits during an offer and before any cancellation in one."""
        return self.shares_granted - self.shares_exercised - self.shares_cancelled


class Cancellation(SealedRow):
    """A grant cancelled whole: its outstanding shares on that day. A grant is cancelled at most once."""

    SEALED = ("grant_id", "grant_number", "shares", "on", "source")

    grant = models.OneToOneField(Grant, on_delete=models.PROTECT, related_name="cancellation")
    grant_number = models.CharField(max_length=64)
    shares = models.PositiveBigIntegerField()
    on = models.DateField()
    source = models.CharField(max_length=120)

    class Meta:
        ordering = ["grant_number"]
        constraints = [
            models.CheckConstraint(condition=Q(shares__gt=0), name="cancellation_of_something"),
        ]

    def __str__(self) -> str:
        return f"{self.grant_number}: {self.shares}"

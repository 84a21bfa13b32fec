"""What the final amendment of Schedule TO reports: options eligible, tendered, cancelled, promised and granted."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, F, Sum

from exchange.grants.models import Cancellation, Grant
from exchange.grants.reads import every_grant
from exchange.market.reads import corporate_actions, split_factor
from exchange.offers.reads import Loaded
from exchange.settlement.models import Acceptance, Lapse, NewGrant, NotAccepted, Promise, PromiseLine
from exchange.settlement.participation import Figures, figures_of
from exchange.settlement.reads import acceptance_of


@dataclass(frozen=True, slots=True)
class Amount:
    """So many options of so many shares together."""

    options: int = 0
    shares: int = 0

    def __add__(self, other: "Amount") -> "Amount":
        return Amount(self.options + other.options, self.shares + other.shares)


@dataclass
class PlanResult:
    """What came of the options of one plan. Promised, granted and lapsed are in new shares; lapsed as promised."""

    plan: str
    eligible: Amount = field(default_factory=Amount)
    tendered: Amount = field(default_factory=Amount)
    cancelled: Amount = field(default_factory=Amount)
    not_accepted: Amount = field(default_factory=Amount)
    promised: Amount = field(default_factory=Amount)
    granted: Amount = field(default_factory=Amount)
    lapsed: Amount = field(default_factory=Amount)


COLUMNS = ("eligible", "tendered", "cancelled", "not_accepted", "promised", "granted", "lapsed")


@dataclass(frozen=True)
class Results:
    """The results as known at `figures.at`. Accepted and cancelled are one: cancellation is what acceptance does."""

    figures: Figures
    acceptance: Acceptance | None
    plans: Sequence[PlanResult]
    whole: PlanResult
    holders: int  # whose options were cancelled
    promised_holders: int


def results_of(loaded: Loaded, at: datetime) -> Results:
    """The results at `at`. A constant number of queries."""
    figures, acceptance = figures_of(loaded, at), acceptance_of(loaded.offer)
    plans: dict[str, PlanResult] = {}

    def of(plan: str) -> PlanResult:
        return plans.setdefault(plan, PlanResult(plan))

    for plan, part in figures.by_plan.items():
        of(plan).eligible = Amount(part.eligible_options, part.eligible_shares)
        of(plan).tendered = Amount(part.options, part.shares)
    source = f"offer:{loaded.offer.code}"
    cancelled = Cancellation.objects.filter(source=source)
    lines = PromiseLine.objects.filter(promise__offer=loaded.offer)
    granted = NewGrant.objects.filter(line__promise__offer=loaded.offer)
    lapsed = Lapse.objects.filter(line__promise__offer=loaded.offer)
    for name, rows, plan_at, shares_at in (
        ("cancelled", cancelled, "grant__plan", "shares"),
        ("promised", lines, "cancellation__grant__plan", "shares"),
        ("granted", granted, "line__cancellation__grant__plan", "shares"),
        ("lapsed", lapsed, "line__cancellation__grant__plan", "line__shares"),
    ):
        counted = rows.order_by().values(of_plan=F(plan_at)).annotate(options=Count("pk"), total=Sum(shares_at))
        for row in counted:
            setattr(of(row["of_plan"]), name, Amount(row["options"], row["total"] or 0))
    for plan, amount in _not_accepted(loaded, acceptance).items():
        of(plan).not_accepted = amount
    whole = PlanResult("")
    for result in plans.values():
        for name in COLUMNS:
            setattr(whole, name, getattr(whole, name) + getattr(result, name))
    return Results(
        figures=figures,
        acceptance=acceptance,
        plans=[plans[plan] for plan in sorted(plans)],
        whole=whole,
        holders=cancelled.order_by().values("grant__holder_id").distinct().count(),
        promised_holders=Promise.objects.filter(offer=loaded.offer).count(),
    )


def _not_accepted(loaded: Loaded, acceptance: Acceptance | None) -> dict[str, Amount]:
    """The tendered options that were not taken, by plan, with what was outstanding of them on that day."""
    found: dict[str, Amount] = {}
    if acceptance is None:
        return found
    factor = split_factor(corporate_actions(), loaded.commencement_date, acceptance.on)
    numbers = NotAccepted.objects.filter(acceptance=acceptance).values("grant_number")
    grants = Grant.objects.filter(grant_number__in=numbers)
    for _holder_id, grant in every_grant(grants, as_before=acceptance.on):
        found[grant.plan] = found.get(grant.plan, Amount()) + Amount(1, grant.outstanding(factor))
    return found

"""The share pool tied out to the share: what came back, what was promised, granted and lapsed, and what is left.

Every figure is summed from rows, each in two ways; `Check` says whether the two agree. Nothing here is decided.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any

from django.db.models import Count, QuerySet, Sum

from exchange.grants.models import Cancellation, Plan, PoolEntry
from exchange.kernel.shares import whole
from exchange.market.reads import corporate_actions, factor_between
from exchange.offers.reads import Loaded
from exchange.settlement.models import Acceptance, NewGrant, Promise, PromiseLine
from exchange.settlement.rules import promised_exactly


class Tie(StrEnum):
    """What must agree with what."""

    RETURNED = "returned"  # the pool's entry of the cancellation, the cancelled options
    PROMISED = "promised"  # the promises' totals, their lines
    RATIO = "ratio"  # the lines' exact shares, the cancelled ones by the offer's ratio
    OUTCOMES = "outcomes"  # the lines, those that are granted, lapsed and open
    GRANTED = "granted"  # the new options, what the granted lines come to on their grant dates
    POOL = "pool"  # the pool's entries of the grants, the new options


@dataclass(frozen=True, slots=True)
class Check:
    """Two ways to one figure, in shares."""

    tie: Tie
    one: Fraction
    other: Fraction

    @property
    def agrees(self) -> bool:
        return self.one == self.other


@dataclass(frozen=True, slots=True)
class PlanPool:
    """One plan's pool. `available` is what the company states before; None where it states nothing."""

    plan: Plan
    available: int | None
    returned: int
    granted: int

    @property
    def remaining(self) -> int | None:
        return None if self.available is None else self.available + self.returned - self.granted


@dataclass(frozen=True, slots=True)
class Sums:
    """How many rows there are, and their shares."""

    count: int
    shares: int


@dataclass(frozen=True)
class TieOut:
    """The whole of an offer in figures. `lapsed` and `open` are as promised; `open_now` counts splits by the day."""

    cancelled: Sums
    promises: Sums
    lines: Sums
    granted: Sums
    granted_as_promised: int
    lapsed: Sums
    open: Sums
    open_now: int
    plans: Sequence[PlanPool]
    checks: Sequence[Check]

    @property
    def agrees(self) -> bool:
        return all(check.agrees for check in self.checks)


def tie_out(loaded: Loaded, acceptance: Acceptance, today: date) -> TieOut:
    """Every figure of the offer's shares as of `today`, and what each is held against; queries are constant."""
    offer = loaded.offer
    cancelled = Cancellation.objects.filter(source=f"offer:{offer.code}")
    lines = PromiseLine.objects.filter(promise__offer=offer)
    grants = NewGrant.objects.filter(line__promise__offer=offer)
    open_lines = lines.filter(new_grant__isnull=True, lapse__isnull=True)
    factors = _Factors(acceptance.on)
    entries = _entries(offer.code)
    taken, granted = _sums(cancelled), _sums(grants)
    promises, promised = _sums(Promise.objects.filter(offer=offer)), _sums(lines)
    as_promised = _sums(lines.filter(new_grant__isnull=False))
    lapsed = _sums(lines.filter(lapse__isnull=False))
    left = _sums(open_lines)
    plans = [
        PlanPool(
            plan,
            plan.shares_available,
            sum(shares for source, shares in entries.get(plan.pk, ()) if source.endswith(":cancelled")),
            -sum(shares for source, shares in entries.get(plan.pk, ()) if ":granted:" in source),
        )
        for plan in Plan.objects.filter(code__in={*loaded.terms.plans, loaded.terms.award_plan})
    ]
    checks = [
        Check(Tie.RETURNED, Fraction(sum(pool.returned for pool in plans)), Fraction(taken.shares)),
        Check(Tie.PROMISED, Fraction(promises.shares), Fraction(promised.shares)),
        Check(Tie.RATIO, _exact(lines), _by_ratio(loaded, lines)),
        Check(
            Tie.OUTCOMES,
            Fraction(promised.shares),
            Fraction(as_promised.shares + lapsed.shares + left.shares),
        ),
        Check(Tie.GRANTED, Fraction(granted.shares), Fraction(_granted_by_promise(lines, factors))),
        Check(Tie.POOL, Fraction(sum(pool.granted for pool in plans)), Fraction(granted.shares)),
    ]
    return TieOut(
        cancelled=taken,
        promises=promises,
        lines=promised,
        granted=granted,
        granted_as_promised=as_promised.shares,
        lapsed=lapsed,
        open=left,
        open_now=_whole_sum(open_lines, factors.to(today)),
        plans=plans,
        checks=checks,
    )


class _Factors:
    """What one promised share has become by a day, each day worked out once."""

    def __init__(self, cancelled_on: date) -> None:
        self.cancelled_on, self.actions = cancelled_on, corporate_actions()
        self.known: dict[date, Fraction] = {}

    def to(self, day: date) -> Fraction:
        if day not in self.known:
            self.known[day] = factor_between(self.actions, self.cancelled_on, day)
        return self.known[day]


def _sums(rows: QuerySet[Any]) -> Sums:
    found = rows.order_by().aggregate(count=Count("pk"), total=Sum("shares"))
    return Sums(found["count"], found["total"] or 0)


def _entries(code: str) -> dict[int, list[tuple[str, int]]]:
    """The pool's entries of this offer, by plan."""
    found: dict[int, list[tuple[str, int]]] = defaultdict(list)
    rows = PoolEntry.objects.filter(source__startswith=f"offer:{code}:").order_by()
    for plan, source, shares in rows.values_list("plan_id", "source", "shares"):
        found[plan].append((source, shares))
    return found


def _exact(lines: QuerySet[PromiseLine]) -> Fraction:
    """All promised shares exactly: of each figure once, times how often it is promised."""
    found = lines.order_by().values_list("exact").annotate(Count("pk"))
    return sum((Fraction(exact) * count for exact, count in found), Fraction(0))


def _by_ratio(loaded: Loaded, lines: QuerySet[PromiseLine]) -> Fraction:
    """What the cancelled shares of the promised lines come to by the ratio of their exercise price."""
    price = "cancellation__grant__exercise_price"
    found = lines.order_by().values_list(price).annotate(Sum("cancellation__shares"))
    return sum((promised_exactly(loaded.terms, at, shares) for at, shares in found), Fraction(0))


def _granted_by_promise(lines: QuerySet[PromiseLine], factors: _Factors) -> int:
    """What the granted lines come to, each rounded down once on its own grant date."""
    rows = lines.filter(new_grant__isnull=False).order_by()
    found = rows.values_list("exact", "new_grant__granted_on").annotate(Count("pk"))
    return sum(whole(Fraction(exact) * factors.to(on)) * count for exact, on, count in found)


def _whole_sum(lines: QuerySet[PromiseLine], factor: Fraction) -> int:
    found = lines.order_by().values_list("exact").annotate(Count("pk"))
    return sum(whole(Fraction(exact) * factor) * count for exact, count in found)

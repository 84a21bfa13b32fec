"""Questions about grants."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

from django.db.models import QuerySet

from exchange.grants.models import Cancellation, Grant
from exchange.grants.rules import GrantFacts


def facts_of(grant: Grant, employee_number: str, *, as_before: date | None = None) -> GrantFacts:
    """A grant's facts; select `cancellation` when asking for many. One on `as_before` or later is passed by."""
    cancellation: Cancellation | None = getattr(grant, "cancellation", None)
    return GrantFacts(
        grant_number=grant.grant_number,
        employee_number=employee_number,
        plan=grant.plan,
        option_type=grant.option_type,
        grant_date=grant.grant_date,
        exercise_price=grant.exercise_price,
        register_shares=grant.outstanding,
        expires_on=grant.expires_on,
        split_pair=grant.split_pair,
        is_cancelled=cancellation is not None and (as_before is None or cancellation.on < as_before),
    )


def grants_of(holder_ids: Iterable[int]) -> dict[int, list[Grant]]:
    """The grants of many holders, in one query, by holder, in order of grant date and number."""
    result: dict[int, list[Grant]] = defaultdict(list)
    found = Grant.objects.filter(holder_id__in=set(holder_ids)).select_related("cancellation", "holder")
    for grant in found.order_by("grant_date", "grant_number"):
        result[grant.holder_id].append(grant)
    return result


def every_grant(grants: QuerySet[Grant], *, as_before: date | None = None) -> Iterator[tuple[int, GrantFacts]]:
    """The facts of many grants with their holders' keys, read as plain values: for figures over a whole register.

    A cancellation on `as_before` or later is passed by, as in `facts_of`.
    """
    columns = ("holder_id", "grant_number", "plan", "option_type", "grant_date", "exercise_price", "shares_granted")
    more = ("shares_exercised", "shares_cancelled", "expires_on", "split_pair", "cancellation__on")
    for (
        holder_id, number, plan, option_type, granted_on, price, granted, exercised, cancelled, expires_on, pair, on,
    ) in grants.order_by().values_list(*columns, *more).iterator(chunk_size=5000):  # fmt: skip
        is_cancelled = on is not None and (as_before is None or on < as_before)
        outstanding = granted - exercised - cancelled
        yield (
            holder_id,
            GrantFacts(number, "", plan, option_type, granted_on, price, outstanding, expires_on, pair, is_cancelled),
        )

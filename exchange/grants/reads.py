"""Questions about grants."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

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

"""Questions about the conditions of an offer, and the row by which a step is taken because of one."""

from uuid import UUID

from django.db.models import QuerySet

from exchange.kernel.results import Refusal, refuse
from exchange.offers.condition_models import ConditionDecision, ConditionEvent
from exchange.offers.models import Offer

Verdict = ConditionDecision.Verdict


def recorded(offer: Offer) -> QuerySet[ConditionEvent]:
    """Every condition whose event was recorded, with what was decided of it."""
    return ConditionEvent.objects.filter(offer=offer).select_related("document").prefetch_related("decisions__step")


def waiting(offer: Offer) -> QuerySet[ConditionEvent]:
    """Those that are not settled: neither waived, nor acted on but for an extension."""
    settled = ConditionDecision.objects.filter(verdict__in=ConditionDecision.SETTLES)
    return recorded(offer).exclude(pk__in=settled.values("condition_id"))


def decision_of(
    offer: Offer, condition: UUID | None, verdict: Verdict, *, reason: str = "", is_material: bool = False
) -> ConditionDecision | None:
    """The decision's row, for the step that is taken with it; None without a condition. One settled is refused."""
    if condition is None:
        return None
    event = waiting(offer).filter(pk=condition).first()
    if event is None:
        raise refuse(Refusal("condition_not_waiting"))
    return ConditionDecision(
        condition=event,
        number=event.decisions.count() + 1,
        verdict=verdict,
        is_material=is_material,
        reason=reason.strip(),
    )

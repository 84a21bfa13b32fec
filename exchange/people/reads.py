"""Questions about people."""

from collections.abc import Iterable

from exchange.people.models import Holder
from exchange.people.rules import EventFact, PersonFacts


def facts_of(holder: Holder) -> PersonFacts:
    """A holder's dated facts; prefetch `employment_events` when asking for many."""
    return PersonFacts(
        employee_number=holder.employee_number,
        name_on_agreement=holder.name_on_agreement,
        role=holder.role,
        residence_country=holder.residence_country,
        hired_on=holder.hired_on,
        terminated_on=holder.terminated_on,
        events=[EventFact(event.effective_on, event.event, event.value) for event in holder.employment_events.all()],
    )


def holders_by_id(ids: Iterable[int]) -> dict[int, Holder]:
    """Holders with their events, two queries however many."""
    found = Holder.objects.filter(pk__in=set(ids)).prefetch_related("employment_events")
    return {holder.pk: holder for holder in found}

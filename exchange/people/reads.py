"""Questions about people."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Exists, Min, OuterRef, Q, QuerySet, Subquery

from exchange.people.models import Holder, Report, ReportAnswer
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


def with_outcome(reports: QuerySet[Report]) -> QuerySet[Report]:
    """Reports with `outcome`, that of their newest answer (None before the first), in the same query."""
    newest = ReportAnswer.objects.filter(report=OuterRef("pk")).order_by("-number")
    return reports.annotate(outcome=Subquery(newest.values("outcome")[:1]))


def still_open(reports: QuerySet[Report]) -> QuerySet[Report]:
    """Those that wait for staff: not answered yet, or answered with no more than that it is being looked into."""
    return with_outcome(reports).filter(Q(outcome__isnull=True) | Q(outcome=ReportAnswer.Outcome.OPEN))


def unanswered(reports: QuerySet[Report]) -> QuerySet[Report]:
    """Those to which nobody has said anything yet."""
    return reports.filter(~Exists(ReportAnswer.objects.filter(report=OuterRef("pk"))))


def oldest(reports: QuerySet[Report]) -> datetime | None:
    """When the first of them was made."""
    first: datetime | None = reports.aggregate(first=Min("reported_at"))["first"]
    return first

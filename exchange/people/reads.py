"""Questions about people."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Lower, Trim

from exchange.people.models import EmploymentEvent, Holder, Invitation, Report, ReportAnswer, User
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


def find_people(query: str) -> QuerySet[Holder]:
    """People by a part of their number, name or e-mail address, by number; nobody where nothing is asked for."""
    asked = query.strip()
    if not asked:
        return Holder.objects.none()
    words = Q()
    for word in asked.split():
        words &= Q(legal_name__icontains=word) | Q(name_on_agreement__icontains=word)
    found = words | Q(employee_number__icontains=asked) | Q(email__icontains=asked)
    return Holder.objects.filter(found).order_by("employee_number")


def everyone() -> dict[int, PersonFacts]:
    """The dated facts of every holder, by key, read as plain values; two queries."""
    events: dict[int, list[EventFact]] = {}
    rows = EmploymentEvent.objects.order_by("effective_on", "position", "pk")
    for holder_id, effective_on, event, value in rows.values_list("holder_id", "effective_on", "event", "value"):
        events.setdefault(holder_id, []).append(EventFact(effective_on, event, value))
    holders = Holder.objects.order_by().values_list(
        "pk", "employee_number", "name_on_agreement", "role", "residence_country", "hired_on", "terminated_on"
    )
    return {
        pk: PersonFacts(number, name, role, country, hired_on, terminated_on, events.get(pk, ()))
        for pk, number, name, role, country, hired_on, terminated_on in holders
    }


def is_same_person(user: User, holder: Holder | None) -> bool:
    """Whether a user is this holder: HR staff hold options too.

    An account that is linked to the holder, that names the holder's employee number, or that has the holder's address
    on file, is the same person.
    """
    if holder is None:
        return False
    if user.employee_number and user.employee_number.casefold() == holder.employee_number.casefold():
        return True
    return holder.user_id == user.pk or bool(holder.email and holder.email.casefold() == user.email.casefold())


def own_holders(user: User) -> QuerySet[Holder]:
    """Everyone on file who is this user, as `is_same_person` has it."""
    by_number = Q(employee_number__iexact=user.employee_number) if user.employee_number else Q(pk__in=())
    return Holder.objects.filter(by_number | Q(email__iexact=user.email) | Q(user=user.pk))


def of_unknown_owner() -> QuerySet[User]:
    """Open accounts of staff of which nobody said whose they are: by a number, by a link, or that of no employee."""
    return User.objects.filter(
        is_staff=True, is_active=True, employee_number="", is_no_employee=False, holder=None
    ).order_by("email")


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


class SignIn(StrEnum):
    """Where a holder stands with signing in."""

    NOT_INVITED = "not_invited"
    INVITED = "invited"
    HALF_WAY = "half_way"
    HAS_ACCOUNT = "has_account"
    IN = "in"


@dataclass(frozen=True, slots=True)
class SignInState:
    """`at` is the invitation's instant, or the last sign-in's."""

    kind: SignIn
    at: datetime | None = None


def sign_in_states(holders: Iterable[Holder], *, leaving_out: Collection[UUID] = ()) -> dict[int, SignInState]:
    """Where each of these holders stands, by key; two queries however many. `leaving_out`: invitations just made."""
    rows = list(holders)
    users = User.objects.in_bulk([row.user_id for row in rows if row.user_id is not None])
    invitations = Invitation.objects.filter(holder__in=[row.pk for row in rows])
    if leaving_out:
        invitations = invitations.exclude(pk__in=leaving_out)
    found = invitations.order_by().values_list("holder_id").annotate(Max("invited_at"))
    invited: dict[int, datetime] = dict(found)
    return {row.pk: _state(users.get(row.user_id or 0), invited.get(row.pk)) for row in rows}


def _state(user: User | None, invited_at: datetime | None) -> SignInState:
    if user is not None and user.last_login is not None:
        return SignInState(SignIn.HALF_WAY if user.must_set_up else SignIn.IN, user.last_login)
    if invited_at is not None:
        return SignInState(SignIn.INVITED, invited_at)
    # An account that no invitation made has a password of its own.
    return SignInState(SignIn.HAS_ACCOUNT if user is not None and not user.must_set_up else SignIn.NOT_INVITED)


def never_invited() -> QuerySet[Holder]:
    """Holders who have no invitation and no sign-in either."""
    invited = Exists(Invitation.objects.filter(holder=OuterRef("pk")))
    return Holder.objects.filter(~invited, user=None)


def without_own_address() -> QuerySet[Holder]:
    """Holders who cannot be invited: no address on file, or one that another holder has too.

    What only looks like an address is found when someone is invited.
    """
    holders = Holder.objects.annotate(folded=Lower(Trim("email")))
    shared = holders.order_by().values("folded").annotate(owners=Count("pk")).filter(owners__gt=1).values("folded")
    return holders.filter(~Q(folded__contains="@") | Q(folded__in=shared))

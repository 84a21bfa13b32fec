"""What waits for a decision, for the desk's home: proposals for a second person, conditions for counsel."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from exchange.offers import conditions
from exchange.offers.proposals import waiting
from exchange.offers.reads import Loaded
from exchange.offers.rules import State as OfferState
from exchange.staff.actors import shown_actor
from exchange.staff.edge import Edge
from exchange.staff.groups import COUNSEL
from exchange.staff.parts import Task
from exchange.staff.steps import conditions_url


def approvals(request: HttpRequest, edge: Edge) -> Iterator[Task]:
    """What was proposed and waits for a second person; the proposer is told too, but cannot hurry it."""
    for proposal in waiting().order_by("proposed_at", "pk"):
        is_own = proposal.proposed_by_id == request.user.pk
        is_late = proposal.approve_by is not None and edge.now > proposal.approve_by
        yield Task(
            _("Waiting for another person: {what}").format(what=proposal.headline)
            if is_own
            else _("Approve or decline: {what}").format(what=proposal.headline),
            _("Proposed by {who}. Nothing is done until another person approves it.").format(
                who=shown_actor(proposal.event.actor)
            ),
            COUNSEL,
            due=edge.instant(proposal.approve_by) if proposal.approve_by else "",
            mark="lost" if is_late else "time",
            tag=_("Too late") if is_late else _("Your proposal") if is_own else _("Waits for approval"),
            url=reverse("staff:approval", args=[proposal.pk]),
        )


def undecided_conditions(loaded: Loaded, state: OfferState | None) -> Iterator[Task]:
    """Conditions whose event was recorded, and of which nothing has been decided."""
    if state not in {OfferState.SCHEDULED, OfferState.OPEN, OfferState.EXPIRED}:
        return
    for event in conditions.waiting(loaded.offer):
        yield Task(
            _("Decide on a condition: {condition}").format(condition=event.condition),
            _("Its event was recorded. Waive it, or extend, amend or terminate because of it."),
            COUNSEL,
            due=_("Before acceptance"),
            mark="time",
            tag=_("Waiting"),
            url=conditions_url(),
        )

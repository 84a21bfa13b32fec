"""What waits for a decision, for the desk's home: proposals for a second person, conditions for counsel; what was
declined, for who proposed it; and what the worker carries out at this moment.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from exchange.offers import conditions
from exchange.offers.models import Attempt, Proposal, ProposalOutcome
from exchange.offers.proposals import waiting
from exchange.offers.reads import Loaded
from exchange.offers.rules import State as OfferState
from exchange.staff.actors import shown_actor
from exchange.staff.edge import Edge
from exchange.staff.groups import COUNSEL
from exchange.staff.long_steps import progress_url
from exchange.staff.parts import Task
from exchange.staff.standing import STEP
from exchange.staff.steps import conditions_url, is_possible

TOLD_FOR = timedelta(days=7)  # how long its proposer is told of what was declined, unless it is proposed again


def proposals() -> list[Proposal]:
    """What was proposed and waits for a second person, the oldest first."""
    return list(waiting().order_by("proposed_at", "pk"))


def _is_late(proposal: Proposal, edge: Edge) -> bool:
    return proposal.approve_by is not None and edge.now > proposal.approve_by


def approvals(request: HttpRequest, edge: Edge, proposed: Sequence[Proposal]) -> Iterator[Task]:
    """Each proposal that waits; the proposer is told too, but cannot hurry it."""
    for proposal in proposed:
        is_own, is_late = proposal.proposed_by_id == request.user.pk, _is_late(proposal, edge)
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


def declined(request: HttpRequest, loaded: Loaded, edge: Edge) -> Iterator[Task]:
    """One's own proposals that were declined, while their step is still to do and nobody has proposed it anew."""
    since = Proposal.objects.filter(offer=OuterRef("offer"), step=OuterRef("step"), number__gt=OuterRef("number"))
    mine = Proposal.objects.filter(offer=loaded.offer, proposed_by=request.user.pk)
    found = mine.filter(outcome__kind=ProposalOutcome.Kind.DECLINED, outcome__at__gte=edge.now - TOLD_FOR)
    for one in found.exclude(Exists(since)).select_related("outcome__event", "proposed_by").defer("preview"):
        if edge.state is None or not is_possible(STEP[one.step], loaded, edge.state):
            continue
        yield Task(
            _("Declined: {what}").format(what=one.headline),
            _("{who} declined what you proposed: {reason}").format(
                who=shown_actor(one.outcome.event.actor), reason=one.outcome.reason
            ),
            str(one.proposed_by),
            mark="lost",
            tag=_("Declined"),
            url=reverse("staff:approval", args=[one.pk]),
        )


def in_hand(request: HttpRequest) -> Iterator[Task]:
    """What the worker carries out for somebody, of any offer; nobody else can begin it meanwhile."""
    if not request.user.has_perm("offers.view_offer"):
        return
    at_work = Attempt.objects.filter(kind=Attempt.Kind.CONFIRM, state__in=Attempt.AT_WORK)
    for attempt in at_work.select_related("asked_by").defer("wanted", "told").order_by("asked_at"):
        yield Task(
            _("At work: {step}").format(step=STEP[attempt.step].words),
            _("{who} confirmed it. The worker carries it out; its page tells how far it is.").format(
                who=attempt.asked_by
            ),
            _("The worker"),
            mark="time",
            tag=_("At work"),
            url=progress_url(attempt),
        )


def with_proposals(tasks: Sequence[Task], edge: Edge, proposed: Sequence[Proposal]) -> list[Task]:
    """The tasks, each whose step was proposed turned into a wait for its approval; not by what came too late."""
    by_step = {
        proposal.step: proposal
        for proposal in reversed(proposed)
        if edge.offer is not None and proposal.offer_id == edge.offer.pk and not _is_late(proposal, edge)
    }
    return [_proposed(task, by_step[task.step]) if task.step in by_step else task for task in tasks]


def _proposed(task: Task, proposal: Proposal) -> Task:
    more = _("{who} has proposed it. It waits for counsel’s approval; nobody approves what they proposed.")
    return replace(
        task,
        more=more.format(who=shown_actor(proposal.event.actor)),
        who=COUNSEL,
        mark="time",
        tag=_("Waits for approval"),
        url=reverse("staff:approval", args=[proposal.pk]),
    )


def undecided_conditions(loaded: Loaded, edge: Edge, proposed: Sequence[Proposal]) -> Iterator[Task]:
    """Conditions whose event was recorded, and of which nothing has been decided."""
    if edge.state not in {OfferState.SCHEDULED, OfferState.OPEN, OfferState.EXPIRED}:
        return
    for event in conditions.waiting(loaded.offer):
        of_it = [one for one in proposed if json.loads(one.wanted).get("condition") == str(event.pk)]
        task = Task(
            _("Decide on a condition: {condition}").format(condition=event.condition),
            _("Its event was recorded. Waive it, or extend, amend or terminate because of it."),
            COUNSEL,
            due=_("Before acceptance"),
            mark="time",
            tag=_("Waiting"),
            url=conditions_url(),
        )
        in_time = [one for one in of_it if not _is_late(one, edge)]
        yield _proposed(task, in_time[0]) if in_time else task

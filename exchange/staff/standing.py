"""Whether a proposal still stands: its proposer may still propose it, and the offer did not move on since."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from exchange.kernel.results import Refusal
from exchange.offers.models import OfferEvent, Proposal
from exchange.offers.reads import Loaded, timeline_after
from exchange.people.models import User
from exchange.staff.steps import ACCEPT, EXCLUDE, LIFT, OPEN, STEPS, UNSIGN, Step, is_possible

STEP: Mapping[str, Step] = {step.slug: step for step in (*STEPS, EXCLUDE, LIFT, UNSIGN)}


def passed_by(proposal: Proposal, loaded: Loaded) -> OfferEvent | None:
    """The first step of the offer's life, by the desk or by a command, that a proposal does not outlive; None if none.

    For every proposal it is one after which its step could not be done, though it may be possible again by now. For
    acceptance it is any: what was attested says nothing of the paper that a reopened or a longer offer brings.
    """
    for event in proposal.offer.events.filter(event_id__gt=proposal.event_id).order_by("number"):
        step, state = STEP[proposal.step], timeline_after(event).state(event.at)
        if step is ACCEPT or not is_possible(step, loaded, state):
            return event
    return None


def has_authority(proposal: Proposal, permission: str) -> bool:
    """Whether its proposer still works at the desk and has a permission, asked of the database now."""
    proposer = User.objects.get(pk=proposal.proposed_by_id)
    return proposer.is_active and proposer.is_staff and proposer.has_perm(permission)


def against(proposal: Proposal, loaded: Loaded, at: datetime) -> list[Refusal]:
    """Why a waiting proposal is approved no more, whatever it would do at `at`. Asked again under the offer's lock.

    What was attested holds for the day on which it was; an opening, for the terms and documents that were proposed.
    """
    found = []
    if not has_authority(proposal, STEP[proposal.step].permission):
        found.append(Refusal("proposal_without_authority", {"who": str(proposal.proposed_by)}))
    event = passed_by(proposal, loaded)
    if event is not None:
        found.append(Refusal("proposal_passed", {"what": event.get_kind_display(), "at": event.at}))
    step = STEP[proposal.step]
    if step is ACCEPT and proposal.approve_by is not None and at >= proposal.approve_by:
        found.append(Refusal("attestation_too_old", {"on": loaded.date_of(proposal.proposed_at)}))
    if step is OPEN and loaded.version.event_id > proposal.event_id:
        found.append(
            Refusal("proposal_passed", {"what": _("The terms were changed"), "at": loaded.version.created_at})
        )
    return found

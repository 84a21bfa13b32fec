"""Whether a proposal still stands: its proposer may still propose it, and the offer did not move on since."""

from collections.abc import Mapping

from exchange.kernel.results import Refusal
from exchange.offers.models import OfferEvent, Proposal
from exchange.offers.reads import Loaded, timeline_after
from exchange.people.models import User
from exchange.staff.steps import ACCEPT, EXCLUDE, LIFT, STEPS, Step, is_possible

STEP: Mapping[str, Step] = {step.slug: step for step in (*STEPS, EXCLUDE, LIFT)}


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


def against(proposal: Proposal, loaded: Loaded) -> list[Refusal]:
    """Why a waiting proposal is approved no more, whatever it would do now. Asked again under the offer's lock."""
    found = []
    if not has_authority(proposal, STEP[proposal.step].permission):
        found.append(Refusal("proposal_without_authority", {"who": str(proposal.proposed_by)}))
    event = passed_by(proposal, loaded)
    if event is not None:
        found.append(Refusal("proposal_passed", {"what": event.get_kind_display(), "at": event.at}))
    return found

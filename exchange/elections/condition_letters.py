"""Letters of a material condition that was waived, and of acceptance put off; queued in the caller's transaction."""

from datetime import date, datetime

from exchange.elections.announcements import audience, tendering
from exchange.elections.tally import tally
from exchange.market.reads import calendar
from exchange.notices import contexts
from exchange.notices.actions import queue_letters
from exchange.offers.letters import common, deadline_of, letter, stamp
from exchange.offers.models import OfferEvent
from exchange.offers.reads import Loaded
from exchange.offers.rules import withdrawal_from
from exchange.people.models import Holder


def queue_waiver(loaded: Loaded, event: OfferEvent, previous: datetime, *, at: datetime) -> int:
    """Tell everyone it concerns which condition was waived, and until when they can act; how many that are."""
    deadline, is_open = deadline_of(loaded), loaded.timeline.is_withdrawal_open(at) and at < deadline_of(loaded)
    tendered, so_far = tendering(loaded), tally(loaded, at).tendered_shares
    return queue_letters(
        (
            letter(
                loaded,
                holder,
                "condition_waived",
                contexts.ConditionWaived(
                    **common(loaded, holder),
                    condition=event.condition_decision.condition.condition,
                    previous_deadline=previous if previous != deadline else None,
                    deadline=deadline,
                    is_open=is_open,
                    tendered_shares=so_far,
                    has_tendered=tendered.get(holder.pk, False),
                ),
                about=f"{stamp(event.at)}:{holder.employee_number}",
                names_deadline=deadline if is_open else None,
            )
            for holder in audience(loaded, at).values()
        ),
        at=at,
    )


def queue_postponement(loaded: Loaded, event: OfferEvent, intended_on: date, *, at: datetime) -> int:
    """Tell everyone who has a tender in force when the company means to accept, and that they can still withdraw."""
    commences_at = loaded.timeline.commences_at
    if commences_at is None:
        raise ValueError("an offer that was never opened has nothing to accept")
    ids = [holder_id for holder_id, has in tendering(loaded).items() if has]
    by_law = withdrawal_from(commences_at, calendar())
    return queue_letters(
        (
            letter(
                loaded,
                holder,
                "acceptance_postponed",
                contexts.AcceptancePostponed(
                    **common(loaded, holder),
                    expired_at=deadline_of(loaded),
                    intended_on=intended_on,
                    reason=event.reason,
                    withdrawal_by_law_from=by_law,
                ),
                about=f"{stamp(event.at)}:{holder.employee_number}",
            )
            for holder in Holder.objects.filter(pk__in=ids).order_by("employee_number")
        ),
        at=at,
    )

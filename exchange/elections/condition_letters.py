"""Letters of a material condition that was waived, and of acceptance put off; queued in the caller's transaction."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

from exchange.elections.audience import audience, deadline_before, tendering
from exchange.elections.tally import tally
from exchange.market.reads import calendar
from exchange.notices import contexts
from exchange.notices.actions import call_back, queue_letters
from exchange.notices.models import Message
from exchange.notices.queueing import Letter
from exchange.offers.letters import common, deadline_of, letter, owner_key, stamp
from exchange.offers.models import OfferEvent
from exchange.offers.reads import Loaded
from exchange.offers.rules import withdrawal_from
from exchange.people.models import Holder

WAIVED, POSTPONED = "condition_waived", "acceptance_postponed"


def queue_waiver(loaded: Loaded, event: OfferEvent, *, at: datetime) -> int:
    """Tell everyone it concerns which condition was waived, and until when they can act; how many that are."""
    return queue_letters(_waiver_letters(loaded, event, at), at=at)


def queue_waivers_again(loaded: Loaded, superseded: Sequence[Message], *, at: datetime) -> None:
    """Make letters of waivers that had not gone out again with the new deadline: no other says what was waived."""
    start = f"{WAIVED}:{loaded.offer.code}:"
    letters = [message for message in superseded if message.key.startswith(start)]
    if not letters:
        return
    events = loaded.offer.events.filter(kind=OfferEvent.Kind.WAIVED).select_related("condition_decision__condition")
    for event in events.order_by("number"):
        keys = {message.owner_key for message in letters if message.key.startswith(f"{start}{stamp(event.at)}:")}
        people = [holder for holder in Holder.objects.all() if owner_key(holder) in keys] if keys else []
        again = f"{stamp(deadline_of(loaded))}:"
        queue_letters(_waiver_letters(loaded, event, at, only=people, again=again), at=at)


def _waiver_letters(
    loaded: Loaded, event: OfferEvent, at: datetime, *, only: Iterable[Holder] | None = None, again: str = ""
) -> Iterator[Letter]:
    """The letter to everyone it concerns, or to these people only."""
    deadline, is_open = deadline_of(loaded), loaded.timeline.is_withdrawal_open(at) and at < deadline_of(loaded)
    tendered, so_far = tendering(loaded), tally(loaded, at).tendered_shares
    before = deadline_before(loaded, event)
    people, reached = audience(loaded, at)
    for holder in people if only is None else only:
        yield letter(
            loaded,
            holder,
            WAIVED,
            contexts.ConditionWaived(
                **common(loaded, holder),
                condition=event.condition_decision.condition.condition,
                previous_deadline=before,
                deadline=deadline,
                is_open=is_open,
                tendered_shares=so_far,
                has_tendered=tendered.get(holder.pk, False),
                reaches_none=holder.pk not in reached,
            ),
            about=f"{stamp(event.at)}:{again}{holder.employee_number}",
            names_deadline=deadline,
            since=event.at,
        )


def queue_postponement(loaded: Loaded, event: OfferEvent, intended_on: date, *, at: datetime) -> int:
    """Tell everyone who has a tender in force when the company means to accept, and that they can still withdraw.

    A day told before that had not gone out is told no more.
    """
    commences_at = loaded.timeline.commences_at
    if commences_at is None:
        raise ValueError("an offer that was never opened has nothing to accept")
    ids = [holder_id for holder_id, has in tendering(loaded).items() if has]
    holders = list(Holder.objects.filter(pk__in=ids).order_by("employee_number"))
    by_law, expired_at = withdrawal_from(commences_at, calendar()), deadline_of(loaded)
    owner_keys = [owner_key(holder) for holder in holders]
    call_back(kind=POSTPONED, owner_keys=owner_keys, offer_key=loaded.offer.code, at=at)
    return queue_letters(
        (
            letter(
                loaded,
                holder,
                POSTPONED,
                contexts.AcceptancePostponed(
                    **common(loaded, holder),
                    expired_at=expired_at,
                    intended_on=intended_on,
                    reason=event.reason,
                    withdrawal_by_law_from=by_law,
                ),
                about=f"{stamp(event.at)}:{holder.employee_number}",
                names_deadline=expired_at,
            )
            for holder in holders
        ),
        at=at,
    )

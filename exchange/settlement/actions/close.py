"""Closing an offer: once everything is settled, stated and tied out, nothing more follows from it (domain §2)."""

from dataclasses import dataclass
from datetime import datetime

from exchange.documents.reads import waiting as papers_waiting
from exchange.grants.models import Cancellation
from exchange.kernel import clock
from exchange.kernel.results import Done, Refusal, Result, refuse
from exchange.kernel.transactions import in_one_transaction
from exchange.notices.models import Message, State
from exchange.offers.actions import check_not_before_latest, locked_offer, record_event
from exchange.offers.models import OfferEvent
from exchange.offers.reads import Loaded, load
from exchange.offers.rules import State as OfferState
from exchange.people.models import Holder
from exchange.settlement.models import NewGrant
from exchange.settlement.pool import tie_out
from exchange.settlement.reads import acceptance_of, unsettled
from exchange.settlement.signatures import unsigned
from exchange.settlement.statement_letters import digest_of, newest_statements
from exchange.settlement.statements import statements

ON_THE_WAY = (State.QUEUED, State.SENDING, State.HELD)


@dataclass(frozen=True)
class Closing:
    """What stands in the way of closing, and what may be left: agreements not signed, letters that were given up."""

    blocked: list[Refusal]
    unsigned: int
    given_up: int


def closing(loaded: Loaded, at: datetime) -> Closing:
    """Everything that closing asks about, all of it at once."""
    offer, acceptance = loaded.offer, acceptance_of(loaded.offer)
    waiting = unsigned(NewGrant.objects.filter(line__promise__offer=offer)).count()
    letters = Message.objects.filter(offer_key=offer.code)
    given_up = letters.filter(state=State.FAILED).count()
    state = loaded.timeline.state(at)
    was_taken = Cancellation.objects.filter(source=f"offer:{offer.code}").exists()
    is_ready = state is OfferState.GRANTED or (state is OfferState.ACCEPTED and not was_taken)
    if acceptance is None or not is_ready:
        return Closing([Refusal("offer_not_granted", {"state": state})], waiting, given_up)
    left, found = unsettled(offer), tie_out(loaded, acceptance, loaded.date_of(at))
    blocked = [
        Refusal(code, {"count": count})
        for code, count in (
            ("promises_missing", left.unpromised),
            ("promises_not_settled", left.open),
            ("promises_held", left.held),
            ("letters_waiting", letters.filter(state__in=ON_THE_WAY).count()),
            ("papers_waiting", papers_waiting(offer.code).count()),
            ("statements_missing", _without_statement(loaded)),
        )
        if count
    ]
    blocked += [
        Refusal("pool_not_tied", {"tie": check.tie, "one": check.one, "other": check.other})
        for check in found.checks
        if not check.agrees
    ]
    return Closing(blocked, waiting, given_up)


def _without_statement(loaded: Loaded) -> int:
    """How many holders have no final statement, or one that says something else than what is on record now."""
    newest = newest_statements(loaded.offer.code)
    numbers = dict(Holder.objects.values_list("pk", "employee_number"))
    count = 0
    for holder_id, facts in statements(loaded):
        known = newest.get(numbers[holder_id])
        count += known is None or known.digest != digest_of(facts)
    return count


def close_offer(
    *,
    code: str,
    leave_unsigned: bool,
    leave_letters: bool,
    actor: str,
    at: datetime | None,
    dry_run: bool = False,
) -> Result[OfferEvent]:
    """Close a granted offer; its pages, papers and agreements stay. Repeating it changes nothing.

    Refuses while a promise has no outcome, a share is not accounted for, a holder has no statement of how things
    stand, or a letter or paper is on its way. Agreements not signed and letters given up may be left, where that is
    said; an agreement can still be signed afterwards.
    """

    def work() -> OfferEvent | Done[OfferEvent]:
        offer = locked_offer(code)
        instant = at or clock.now()
        existing = offer.events.filter(kind=OfferEvent.Kind.CLOSED).first()
        if existing is not None:
            return Done(existing, [Refusal("nothing_to_do")])
        check_not_before_latest(offer, instant)
        found = closing(load(offer), instant)
        reasons = list(found.blocked)
        if found.unsigned and not leave_unsigned:
            reasons.append(Refusal("agreements_unsigned", {"count": found.unsigned}))
        if found.given_up and not leave_letters:
            reasons.append(Refusal("letters_given_up", {"count": found.given_up}))
        if reasons:
            raise refuse(*reasons)
        return record_event(
            offer,
            kind=OfferEvent.Kind.CLOSED,
            audit_kind="offer.closed",
            actor=actor,
            at=instant,
            payload={"left_unsigned": found.unsigned, "letters_given_up": found.given_up},
        )

    return in_one_transaction(work, dry_run=dry_run)

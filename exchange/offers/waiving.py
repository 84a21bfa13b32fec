"""What a condition's event leads to, and acceptance put off: recorded, waived, postponed (domain §2; filings §7)."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from exchange.audit.actions import append
from exchange.kernel import clock
from exchange.kernel.results import Done, Refusal, Result, refuse
from exchange.kernel.transactions import in_one_transaction
from exchange.market.reads import calendar
from exchange.offers import reads, rules
from exchange.offers.actions import (
    Override,
    check_not_before_latest,
    locked_offer,
    record_event,
    without_overridden,
)
from exchange.offers.arithmetic import arithmetic_of, check_waiver
from exchange.offers.condition_models import ConditionEvent, Postponement
from exchange.offers.conditions import Verdict, decision_of
from exchange.offers.models import OfferDocument, OfferEvent
from exchange.offers.rules import Classification, State

RUNNING = frozenset({State.SCHEDULED, State.OPEN, State.EXPIRED})


def record_condition(
    *,
    code: str,
    condition: str,
    document: UUID | None = None,
    facts: str,
    evidence: str,
    occurred_on: date,
    actor: str,
    at: datetime | None,
    dry_run: bool = False,
) -> Result[ConditionEvent]:
    """Record that the event of a condition occurred; it changes nothing by itself, counsel decides what follows.

    Refuses an offer that does not run, a text left out, a day still to come. The same again changes nothing.
    """

    def work() -> ConditionEvent | Done[ConditionEvent]:
        offer = locked_offer(code)
        instant = at or clock.now()
        loaded = reads.load(offer)
        stated = {
            "condition": condition.strip(),
            "facts": facts.strip(),
            "evidence": evidence.strip(),
            "occurred_on": occurred_on,
        }
        known = ConditionEvent.objects.filter(offer=offer, **stated).first()
        if known is not None:
            return Done(known, [Refusal("nothing_to_do")])
        check_not_before_latest(offer, instant)
        state, today = loaded.timeline.state(instant), loaded.date_of(instant)
        if state not in RUNNING:
            raise refuse(Refusal("offer_not_open", {"state": state}))
        if not all(stated.values()):
            raise refuse(Refusal("condition_incomplete"))
        if occurred_on > today:
            raise refuse(Refusal("condition_in_the_future", {"on": occurred_on, "today": today}))
        named = OfferDocument.objects.filter(pk=document, version__offer=offer).first() if document else None
        event = ConditionEvent(
            offer=offer,
            number=offer.condition_events.count() + 1,
            document=named,
            recorded_by=actor,
            at=instant,
            **stated,
        )
        append(
            chain=reads.chain_of(offer),
            kind="condition.recorded",
            actor=actor,
            at=instant,
            payload={"offer": offer.code, "number": event.number, "condition": event.condition},
            rows=[event],
        )
        return event

    return in_one_transaction(work, dry_run=dry_run)


def waive_condition(
    *,
    code: str,
    condition: UUID,
    is_material: bool,
    to: datetime | None,
    reason: str,
    actor: str,
    at: datetime | None,
    overrides: Sequence[Override] = (),
) -> OfferEvent:
    """Waive a condition whose event occurred; call it inside a transaction (`elections.actions.waive_condition` does).

    A material waiver wants the offer open for five business days from its notice, as counsel decides; `to` moves the
    expiration for that, under the rules of an extension. An immaterial one moves nothing. Raises a refusal for an
    offer that does not run, a condition that is settled, and a reason left out.
    """
    offer = locked_offer(code)
    at = at or clock.now()
    timeline = reads.timeline_of(offer)
    state = timeline.state(at)
    decision = decision_of(offer, condition, Verdict.WAIVED, reason=reason, is_material=is_material)
    check_not_before_latest(offer, at)
    if decision is None or timeline.expires_at is None or state not in RUNNING:
        raise refuse(Refusal("offer_not_open", {"state": state}))
    if not reason.strip():
        raise refuse(Refusal("reason_missing"))
    if to is not None and not is_material:
        raise refuse(Refusal("waiver_moves_nothing"))
    refusals: list[Refusal] = []
    if is_material:
        arithmetic = arithmetic_of(
            Classification.MATERIAL,
            notice_at=at,
            expires_at=timeline.expires_at,
            zone=reads.load(offer).zone,
            calendar=calendar(),
        )
        decision.required_until = arithmetic.ends_at
        refusals = check_waiver(timeline, to, arithmetic, calendar())
    standing = without_overridden(refusals, overrides)
    if standing:
        raise refuse(*standing)
    return record_event(
        offer,
        kind=OfferEvent.Kind.WAIVED,
        audit_kind="condition.waived",
        actor=actor,
        at=at,
        expires_at=to,
        reason=reason.strip(),
        overrides=[one for one in overrides if one.rule in {refusal.rule for refusal in refusals}],
        payload={
            "condition": decision.condition.condition,
            "number": decision.condition.number,
            "is_material": is_material,
            "required_until": decision.required_until,
            "from": timeline.expires_at,
            "to": to,
        },
        of_step=[decision],
    )


def postpone_acceptance(
    *,
    code: str,
    intended_on: date,
    reason: str,
    actor: str,
    at: datetime | None,
    overrides: Sequence[Override] = (),
) -> OfferEvent | None:
    """Put acceptance off to a later day; call it inside a transaction (`elections.actions.postpone_acceptance` does).

    Nothing else moves: holders withdraw until acceptance, whenever that is, and acceptance is bound to no day. Raises
    a refusal for an offer that has not expired, a day that has passed, is no business day or is no later than the one
    intended before, and for one that is not prompt. None: it is intended for that day already.
    """
    offer = locked_offer(code)
    at = at or clock.now()
    loaded = reads.load(offer)
    if loaded.timeline.acceptance_intended_on == intended_on:
        return None
    check_not_before_latest(offer, at)
    refusals = rules.check_postponement(loaded.timeline, intended_on, at, loaded.zone, calendar())
    if not reason.strip():
        refusals.append(Refusal("reason_missing"))
    standing = without_overridden(refusals, overrides)
    if standing:
        raise refuse(*standing)
    return record_event(
        offer,
        kind=OfferEvent.Kind.POSTPONED,
        audit_kind="acceptance.postponed",
        actor=actor,
        at=at,
        reason=reason.strip(),
        overrides=[one for one in overrides if one.rule in {refusal.rule for refusal in refusals}],
        payload={"intended_on": intended_on, "before": loaded.timeline.acceptance_intended_on},
        of_step=[Postponement(intended_on=intended_on)],
    )

"""Acceptance and cancellation: once, in one set-based transaction, under the offer's exclusive lock (domain §5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from exchange.audit.models import SealedRow
from exchange.elections.actions import rejudge
from exchange.elections.models import Form, FormKind, Judgement
from exchange.grants.models import Cancellation, Plan, PoolEntry
from exchange.kernel import clock
from exchange.kernel.results import Done, Refusal, Result, refuse
from exchange.kernel.transactions import in_one_transaction
from exchange.market.models import CorporateAction
from exchange.market.reads import calendar, corporate_actions
from exchange.notices.actions import call_back_ended
from exchange.offers.actions import (
    Override,
    check_not_before_latest,
    flag_for_counsel,
    locked_offer,
    record_event,
    stop_running,
    without_overridden,
)
from exchange.offers.models import OfferEvent
from exchange.offers.reads import Loaded, load
from exchange.offers.rules import ACCEPTED_PROMPTLY, check_acceptance
from exchange.settlement import letters, rules
from exchange.settlement.ledger import forms_census
from exchange.settlement.models import Acceptance, NotAccepted
from exchange.settlement.reads import MEND_WAITING, PROOF_UNJUDGED, TenderedLine, tenders_at, undecided

SENTENCES = {PROOF_UNJUDGED: "proof_undecided", MEND_WAITING: "mend_undecided"}


@dataclass(frozen=True)
class Accepted:
    """What acceptance did, or would do: every tendered line, what is left undecided, the dates that follow."""

    acceptance: Acceptance
    lines: Sequence[TenderedLine]
    left: Sequence[tuple[Form, str]] = ()

    @property
    def taken(self) -> list[TenderedLine]:
        return [line for line in self.lines if not line.reason]

    @property
    def cancelled_shares(self) -> int:
        return sum(line.shares for line in self.taken)


def accept_tenders(
    *,
    code: str,
    attested: bool,
    leave_undecided: bool,
    actor: str,
    at: datetime | None,
    attested_by: str = "",
    overrides: Sequence[Override] = (),
    must_be_prompt: bool = False,
    dry_run: bool = False,
) -> Result[Accepted]:
    """Accept every line in force that is still eligible and cancel its outstanding shares; withdrawal ends then.

    `attested_by` is who attests, where that is another than who acts.

    `at` None reads the clock once every form in flight is in and new ones wait. Refuses an offer not yet expired,
    a defect, a proof or a new entry of a paper form neither decided nor expressly left, and without HR's word that
    every paper form received in time is recorded. Refuses too, unless counsel overrides it, a day before the one that
    a postponement announced and, where it `must_be_prompt`, one too long after the expiration; otherwise that is a
    remark. A Notice received at or after this instant, though recorded earlier, becomes `late`. Repeating it changes
    nothing.
    """

    def work() -> Accepted | Done[Accepted]:
        offer = locked_offer(code)
        instant = at or clock.now()
        existing = Acceptance.objects.filter(offer=offer).first()
        if existing is not None:
            letters.queue_acceptance(load(offer), existing, at=instant)
            return Done(Accepted(existing, []), [Refusal("nothing_to_do")])
        check_not_before_latest(offer, instant)
        loaded = load(offer)
        broken = _check(loaded, instant, attested, overrides, must_be_prompt)
        left = undecided(loaded, instant)
        if left and not leave_undecided:
            raise refuse(*[_undecided(form, code) for form, code in left])
        lines = tenders_at(loaded, instant)
        acceptance = _acceptance(loaded, instant, attested_by or actor, len(left))
        rows = _rows(loaded, acceptance, lines)
        stop_running(offer)
        record_event(
            offer,
            kind=OfferEvent.Kind.ACCEPTED,
            audit_kind="tenders.accepted",
            actor=actor,
            at=instant,
            payload={
                "cancelled_on": acceptance.on,
                "cancelled_shares": sum(line.shares for line in lines if not line.reason),
                "attested_by": acceptance.attested_by,
                "left_undecided": len(left),
                "forms": forms_census(offer),
            },
            overrides=[one for one in overrides if one.rule in {refusal.rule for refusal in broken}],
            rows=rows,
        )
        after = load(offer)
        notices = Form.objects.filter(offer=offer, kind=FormKind.WITHDRAWAL, received_at__gte=instant)
        notices = notices.filter(mending__isnull=True)
        rejudge(after, list(notices), cause=Judgement.Cause.ACCEPTED, actor=actor, at=instant)
        call_back_ended(offer_key=code, at=instant)
        letters.queue_acceptance(after, acceptance, at=instant)
        return Done(Accepted(acceptance, lines, left), without_overridden(broken, overrides))

    return in_one_transaction(work, dry_run=dry_run)


def _undecided(form: Form, code: str) -> Refusal:
    if code in SENTENCES:
        return Refusal(SENTENCES[code], {"form": form.number})
    return Refusal("defect_undecided", {"form": form.number, "defect": code})


def _check(
    loaded: Loaded, at: datetime, attested: bool, overrides: Sequence[Override], must_be_prompt: bool
) -> list[Refusal]:
    """The clock rules that are broken, overridden or only remarked; any other refusal ends it."""
    broken = check_acceptance(loaded.timeline, at, loaded.zone, calendar())
    standing = without_overridden(broken, overrides)
    if not must_be_prompt:
        standing = [refusal for refusal in standing if refusal.rule != ACCEPTED_PROMPTLY]
    if not attested:
        standing.append(Refusal("not_attested"))
    if standing:
        raise refuse(*standing)
    return broken


def _acceptance(loaded: Loaded, at: datetime, attested_by: str, left_undecided: int) -> Acceptance:
    days, on = calendar(), loaded.date_of(at)
    return Acceptance(
        offer=loaded.offer,
        at=at,
        on=on,
        attested_by=attested_by,
        left_undecided=left_undecided,
        earliest_grant_on=rules.earliest_grant_date(loaded.terms, on, days),
        promises_due_on=rules.promises_due_on(loaded.terms, on, days),
    )


def _rows(loaded: Loaded, acceptance: Acceptance, lines: Sequence[TenderedLine]) -> list[SealedRow]:
    """The acceptance, one cancellation a taken grant, one reason a line not taken, and the shares back to the pool."""
    source = f"offer:{loaded.offer.code}"
    rows: list[SealedRow] = [acceptance]
    for line in lines:
        if line.reason:
            rows.append(
                NotAccepted(
                    acceptance=acceptance,
                    holder_id=line.holder_id,
                    grant_number=line.grant.grant_number,
                    reason=line.reason,
                )
            )
        else:
            rows.append(
                Cancellation(
                    grant=line.grant,
                    grant_number=line.grant.grant_number,
                    shares=line.shares,
                    on=acceptance.on,
                    source=source,
                )
            )
    cancelled = sum(line.shares for line in lines if not line.reason)
    if cancelled:
        plan, _created = Plan.objects.get_or_create(code=loaded.terms.award_plan)
        rows.append(PoolEntry(plan=plan, shares=cancelled, on=acceptance.on, source=f"{source}:cancelled"))
    for action in corporate_actions():
        is_merger = action.kind != CorporateAction.Kind.SPLIT
        if is_merger and loaded.commencement_date <= action.effective_on <= acceptance.on:
            flag = flag_for_counsel(
                loaded.offer,
                kind="merger_before_cancellation",
                subject=f"corporate_action:{action.number}",
                text=f"A merger effective {action.effective_on} falls between commencement and cancellation.",
                at=acceptance.at,
            )
            rows += [flag] if flag else []
    return rows

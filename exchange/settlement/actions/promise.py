"""Promises to Grant: one to each holder with a cancelled grant, after acceptance (domain §5)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from exchange.audit.actions import append
from exchange.audit.models import SealedRow
from exchange.grants.models import Cancellation
from exchange.kernel import clock
from exchange.kernel.results import Done, Refusal, Result, refuse
from exchange.kernel.shares import whole
from exchange.kernel.transactions import in_one_transaction
from exchange.market.reads import corporate_actions
from exchange.offers.actions import check_not_before_latest, locked_offer
from exchange.offers.reads import chain_of, load
from exchange.settlement import adjusting, letters, rules
from exchange.settlement.models import Acceptance, Prohibition, Promise, PromiseLine


@dataclass(frozen=True)
class Issued:
    promises: Sequence[Promise]
    total_shares: int


def issue_promises(*, code: str, actor: str, at: datetime | None, dry_run: bool = False) -> Result[Issued]:
    """Promise every holder of a cancelled grant their new shares, rounded down per grant, the exact figure kept.

    Refuses before acceptance. Repeating it issues only what is missing and queues only papers and letters not yet
    queued. Issued after the last day for it, the promises stand and a remark says so.
    """

    def work() -> Done[Issued]:
        offer = locked_offer(code)
        instant = at or clock.now()
        loaded = load(offer)
        acceptance = Acceptance.objects.filter(offer=offer).first()
        if acceptance is None:
            raise refuse(Refusal("offer_not_accepted", {"offer": code}))
        cancelled: dict[int, list[Cancellation]] = defaultdict(list)
        missing = Cancellation.objects.filter(source=f"offer:{code}", promise_line__isnull=True)
        for cancellation in missing.select_related("grant__holder").order_by("grant_number"):
            cancelled[cancellation.grant.holder_id].append(cancellation)
        signatory = loaded.terms.company.signatory
        rows: list[SealedRow] = []
        promises: list[Promise] = []
        for _holder_id, cancellations in sorted(cancelled.items()):
            exact = [rules.promised_exactly(loaded.terms, c.grant.exercise_price, c.shares) for c in cancellations]
            holder = cancellations[0].grant.holder
            promise = Promise(
                offer=offer,
                holder=holder,
                number=f"{offer.code}-P-{holder.employee_number}",
                shares=sum(whole(value) for value in exact),
                issued_at=instant,
                earliest_grant_on=acceptance.earliest_grant_on,
                signatory_name=signatory.name if signatory else "",
                signatory_title=signatory.title if signatory else "",
            )
            promises.append(promise)
            rows.append(promise)
            rows += [
                PromiseLine(
                    promise=promise,
                    cancellation=cancellation,
                    grant_number=cancellation.grant_number,
                    shares=whole(value),
                    exact=f"{value.numerator}/{value.denominator}",
                )
                for cancellation, value in zip(cancellations, exact, strict=True)
            ]
        total = sum(promise.shares for promise in promises)
        if promises:
            check_not_before_latest(offer, instant)
            append(
                chain=chain_of(offer),
                kind="promises.issued",
                actor=actor,
                at=instant,
                payload={"offer": code, "promises": len(promises), "shares": total},
                rows=rows,
            )
        letters.queue_promises(loaded, acceptance, at=instant)
        # What took effect since the cancellation, or was recorded ahead: the promise states its figures before that.
        adjusting.owe_for_acceptance(loaded, acceptance, corporate_actions(), at=instant)
        remarks = [] if promises else [Refusal("nothing_to_do")]
        if promises and loaded.date_of(instant) > acceptance.promises_due_on:
            remarks.append(Refusal("promises_late", {"due_on": acceptance.promises_due_on}))
        if promises and signatory is None:
            remarks.append(Refusal("no_signatory"))
        return Done(Issued(promises, total), remarks)

    return in_one_transaction(work, dry_run=dry_run)


def decide_prohibition(
    *, promise: Promise, verdict: str, reason: str, actor: str, at: datetime | None
) -> Result[Prohibition]:
    """Counsel's word on a promise that the law may forbid: held, prohibited or released. Needs a reason.

    Refuses a promise all of which is granted or lapsed, and what is decided so already; the last word counts.
    """

    def work() -> Prohibition:
        offer = locked_offer(promise.offer.code)
        instant = at or clock.now()
        check_not_before_latest(offer, instant)
        if not reason.strip():
            raise refuse(Refusal("reason_missing"))
        if not promise.lines.filter(new_grant__isnull=True, lapse__isnull=True).exists():
            raise refuse(Refusal("promise_has_its_outcome", {"promise": promise.number}))
        last = promise.prohibitions.order_by("-number").first()
        if last is not None and last.verdict == verdict:
            raise refuse(Refusal("prohibition_decided_so", {"promise": promise.number}))
        row = Prohibition(
            promise=promise,
            number=promise.prohibitions.count() + 1,
            verdict=verdict,
            reason=reason,
            actor=actor,
            at=instant,
        )
        append(
            chain=chain_of(promise.offer),
            kind="promise.prohibition_decided",
            actor=actor,
            at=instant,
            payload={"promise": promise.number, "verdict": verdict},
            rows=[row],
        )
        return row

    return in_one_transaction(work)

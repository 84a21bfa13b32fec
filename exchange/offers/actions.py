"""Every write to an offer: loading its terms, opening, extending, terminating, and the steps settlement takes."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from exchange.audit.actions import append
from exchange.audit.models import SealedRow
from exchange.documents.actions import keep_picture
from exchange.grants.models import Plan
from exchange.kernel import canonical, clock, locks
from exchange.kernel.results import Done, Refusal, Result, refuse
from exchange.kernel.transactions import in_one_transaction
from exchange.market.reads import calendar
from exchange.offers import letters, preflight, reads, rules, terms
from exchange.offers.condition_models import ConditionDecision, Postponement
from exchange.offers.conditions import Verdict, decision_of
from exchange.offers.models import Amendment, CounselFlag, Offer, OfferDocument, OfferEvent, OfferVersion
from exchange.offers.rules import State


@dataclass(frozen=True)
class DocumentFile:
    kind: str
    title: str
    content_type: str
    body: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.body).hexdigest()


@dataclass(frozen=True)
class Override:
    """Counsel's written reason to go on although a clock rule is broken."""

    rule: str
    reason: str


def load_offer(
    *,
    plain: Mapping[str, Any],
    documents: Sequence[DocumentFile] = (),
    actor: str,
    at: datetime,
    dry_run: bool = False,
) -> Result[tuple[OfferVersion, bool]]:
    """Make a draft offer, or a new version of one; the same terms and documents again change nothing.

    Answers the version and whether it is new. Refuses an offer that has been opened (that is an amendment).
    """

    def work() -> tuple[OfferVersion, bool]:
        parsed = terms.from_plain(plain)
        locks.own(f"load:{parsed.code}")
        offer, _created = Offer.objects.select_for_update().get_or_create(
            code=parsed.code, defaults={"is_replay": parsed.is_replay}
        )
        if reads.timeline_of(offer).opened_at is not None:
            raise refuse(Refusal("offer_already_open", {"offer": offer.code}))
        sums = [document.sha256 for document in documents]
        text = canonical.dumps(plain)
        newest = offer.versions.order_by("-number").first()
        if newest is not None and newest.terms == text and sums == [d.sha256 for d in newest.documents.all()]:
            return newest, False
        if offer.is_replay != parsed.is_replay:
            offer.is_replay = parsed.is_replay
            offer.save(update_fields=["is_replay"])
        version = OfferVersion(
            offer=offer,
            number=(newest.number if newest else 0) + 1,
            terms=text,
            terms_digest=canonical.digest(text),
            created_at=at,
        )
        rows: list[SealedRow] = [version, *document_rows(version, documents)]
        load_plans(plain, parsed)
        keep_picture(parsed.company.logo)
        append(
            chain=f"draft:{offer.code}",
            kind="offer.loaded",
            actor=actor,
            at=at,
            payload={"offer": offer.code, "version": version.number, "terms": version.terms_digest},
            rows=rows,
        )
        return version, True

    return in_one_transaction(work, dry_run=dry_run)


def document_rows(version: OfferVersion, documents: Sequence[DocumentFile]) -> list[OfferDocument]:
    """The rows of a version's documents, in order."""
    return [
        OfferDocument(
            version=version,
            position=position,
            kind=document.kind,
            title=document.title,
            content_type=document.content_type,
            body=document.body,
            sha256=document.sha256,
        )
        for position, document in enumerate(documents, start=1)
    ]


def load_plans(plain: Mapping[str, Any], parsed: terms.Terms) -> None:
    """Make or update the plans that the terms name."""
    stated = {plan["code"]: plan for plan in plain.get("plans") or ()}
    for code in sorted({*parsed.plans, parsed.award_plan, *stated}):
        plan = stated.get(code, {})
        Plan.objects.update_or_create(
            code=code,
            defaults={
                key: value
                for key, value in (("name", plan.get("name")), ("shares_available", plan.get("shares_available")))
                if value is not None
            },
        )


def without_overridden(refusals: Sequence[Refusal], overrides: Sequence[Override]) -> list[Refusal]:
    """The refusals that stand once counsel's overrides are taken into account."""
    overridden = {override.rule for override in overrides}
    return [refusal for refusal in refusals if not refusal.rule or refusal.rule not in overridden]


def check_not_before_latest(offer: Offer, at: datetime) -> None:
    """Never before an action already taken on that offer."""
    latest = reads.latest_action_at(offer)
    if latest is not None and at < latest:
        raise refuse(Refusal("before_latest_action", {"at": at, "latest": latest}))


def record_event(
    offer: Offer,
    *,
    kind: str,
    audit_kind: str,
    actor: str,
    at: datetime,
    payload: Mapping[str, Any],
    commences_at: datetime | None = None,
    expires_at: datetime | None = None,
    reason: str = "",
    overrides: Sequence[Override] = (),
    rows: Sequence[SealedRow] = (),
    of_step: Sequence[Amendment | ConditionDecision | Postponement | None] = (),
) -> OfferEvent:
    """Write one step of the offer's life and the rows that belong to it, as one audit event.

    Rows `of_step` point at the step, and come last.
    """
    event = OfferEvent(
        offer=offer,
        number=offer.events.count() + 1,
        kind=kind,
        at=at,
        commences_at=commences_at,
        expires_at=expires_at,
        actor=actor,
        reason=reason,
        overrides=canonical.dumps([{"rule": o.rule, "reason": o.reason} for o in overrides]) if overrides else "",
    )
    for row in of_step:
        if row is not None:
            row.step = event
            rows = [*rows, row]
    append(
        chain=reads.chain_of(offer),
        kind=audit_kind,
        actor=actor,
        at=at,
        payload={"offer": offer.code, **payload, "reason": reason, "overrides": event.overrides},
        rows=[event, *rows],
    )
    return event


def open_offer(
    *,
    code: str,
    actor: str,
    at: datetime,
    overrides: Sequence[Override] = (),
    is_held_to_checklist: bool = False,
    dry_run: bool = False,
) -> Result[OfferEvent]:
    """Open a draft offer: from then, or from its stated commencement when that is later, forms are taken.

    Refuses what is no draft, a second running offer, and a broken clock rule that counsel has not overridden
    (SEC Rules 13e-4(f)(1), 14e-1(a); 30 × 24 hours). Opening an open offer again changes nothing. What the checklist
    finds is a remark; where the opening is held to it, as from the desk, what blocks is refused. The opening's line of
    the log keeps the checklist, with what counsel accepted and why.
    """

    def work() -> OfferEvent | Done[OfferEvent]:
        locks.own("opening")  # two offers opened at once would each find none running
        offer = locked_offer(code)
        loaded = reads.load(offer)
        opened = offer.events.filter(kind=OfferEvent.Kind.OPENED).first()
        if opened is not None:
            if loaded.timeline.state(max(at, opened.at)) in {State.SCHEDULED, State.OPEN}:
                return Done(opened, [Refusal("nothing_to_do")])
            raise refuse(Refusal("offer_already_open", {"offer": code}))
        running = reads.running_offer()
        if running is not None:
            raise refuse(Refusal("another_offer_running", {"other": running.code}))
        commences_at = max(at, loaded.terms.commences_at)
        refusals = []
        if loaded.terms.expires_at <= commences_at:
            refusals.append(
                Refusal(
                    "expires_before_commencing",
                    {"commences_at": commences_at, "expires_at": loaded.terms.expires_at},
                )
            )
        else:
            refusals += rules.check_period(commences_at, loaded.terms.expires_at, calendar())
        checks = preflight.preflight(loaded, at)
        held_by = [check.refusal for check in preflight.blocking(checks)] if is_held_to_checklist else []
        standing = without_overridden(refusals, overrides)
        if standing or held_by:
            raise refuse(*standing, *held_by)
        offer.is_running = True
        offer.save(update_fields=["is_running"])
        used = [override for override in overrides if override.rule in {r.rule for r in refusals}]
        event = record_event(
            offer,
            kind=OfferEvent.Kind.OPENED,
            audit_kind="offer.opened",
            actor=actor,
            at=at,
            commences_at=commences_at,
            expires_at=loaded.terms.expires_at,
            overrides=used,
            payload={
                "version": loaded.version.number,
                "terms": loaded.version.terms_digest,
                "commences_at": commences_at,
                "expires_at": loaded.terms.expires_at,
                "checklist": preflight.plain(checks),
            },
        )
        letters.queue_opening(reads.load(offer), event, at=at)
        return Done(event, [check.refusal for check in checks if check.is_remarkable])

    return in_one_transaction(work, dry_run=dry_run)


def extend_offer(
    *,
    code: str,
    to: datetime,
    actor: str,
    at: datetime | None,
    condition: UUID | None = None,
    overrides: Sequence[Override] = (),
) -> OfferEvent | None:
    """Move the expiration to a later instant; call it inside a transaction (`elections.actions.extend_offer` does).

    `at` None reads the clock once the lock is held; `condition` is the one because of which it is extended. Raises a
    refusal for an expiration that is not later, an announcement after 9:00 a.m. Eastern of the next business day,
    30 days or more in all. None: it already is so.
    """
    offer = locked_offer(code)
    at = at or clock.now()
    timeline = reads.timeline_of(offer)
    if timeline.expires_at == to and offer.events.filter(kind=OfferEvent.Kind.EXTENDED, expires_at=to).exists():
        return None
    check_not_before_latest(offer, at)
    decision = decision_of(offer, condition, Verdict.EXTENDED)
    refusals = rules.check_extension(timeline, to, at, calendar())
    standing = without_overridden(refusals, overrides)
    if standing:
        raise refuse(*standing)
    used = [override for override in overrides if override.rule in {r.rule for r in refusals}]
    return record_event(
        offer,
        kind=OfferEvent.Kind.EXTENDED,
        audit_kind="offer.extended",
        actor=actor,
        at=at,
        expires_at=to,
        overrides=used,
        payload={"from": timeline.expires_at, "to": to, **_named(decision)},
        of_step=[decision],
    )


def _named(decision: ConditionDecision | None) -> Mapping[str, Any]:
    """The condition because of which a step is taken, for its event."""
    return {"condition": decision.condition.number} if decision else {}


def terminate_offer(
    *, code: str, reason: str, actor: str, at: datetime | None, condition: UUID | None = None
) -> OfferEvent | None:
    """End a running offer and return every option; call it inside a transaction. None: it already ended so."""
    offer = locked_offer(code)
    at = at or clock.now()
    timeline = reads.timeline_of(offer)
    if timeline.terminated_at is not None:
        return None
    check_not_before_latest(offer, at)
    if timeline.state(at) not in {State.SCHEDULED, State.OPEN, State.EXPIRED}:
        raise refuse(Refusal("offer_not_open", {"state": timeline.state(at)}))
    if not reason.strip():
        raise refuse(Refusal("reason_missing"))
    decision = decision_of(offer, condition, Verdict.TERMINATED, reason=reason)
    stop_running(offer)
    return record_event(
        offer,
        kind=OfferEvent.Kind.TERMINATED,
        audit_kind="offer.terminated",
        actor=actor,
        at=at,
        reason=reason,
        payload=_named(decision),
        of_step=[decision],
    )


def stop_running(offer: Offer) -> None:
    offer.is_running = False
    offer.save(update_fields=["is_running"])


def flag_for_counsel(offer: Offer, *, kind: str, subject: str, text: str, at: datetime) -> CounselFlag | None:
    """Put something before counsel, once; None when it is there already. The caller seals it with its event."""
    if CounselFlag.objects.filter(offer=offer, kind=kind, subject=subject).exists():
        return None
    return CounselFlag(offer=offer, kind=kind, subject=subject, text=text, at=at)


def locked_offer(code: str) -> Offer:
    """The offer, with every form in flight waited for and new ones kept out until the transaction ends."""
    locks.own_offer(code)
    offer = Offer.objects.select_for_update().filter(code=code).first()
    if offer is None:
        raise refuse(Refusal("unknown_offer", {"offer": code}))
    return offer

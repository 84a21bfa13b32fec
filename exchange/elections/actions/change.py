"""What an offer's changes do to its forms: extension, amendment, termination, and judging forms again."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from exchange.audit.actions import append
from exchange.audit.models import SealedRow
from exchange.elections import announcements, condition_letters, decision_letters, letters, records, rules
from exchange.elections.actions.settle import judgement_row, may_be_decided, waived_now, with_decisions
from exchange.elections.confirmations import ABOUT_A_FORM
from exchange.elections.decisions import as_received, verdicts_of, waivers_of
from exchange.elections.models import Channel, Form, FormKind, Judgement
from exchange.elections.proofs import as_found, latest_decisions
from exchange.elections.reads import HolderForms, Judge, Judged, forms_of_holders, judged_of
from exchange.kernel.results import Done, Refusal, Result
from exchange.kernel.transactions import in_one_transaction
from exchange.notices.actions import call_back_about
from exchange.offers.actions import DocumentFile, Override
from exchange.offers.actions import extend_offer as move_expiration
from exchange.offers.actions import terminate_offer as end_offer
from exchange.offers.amending import Amended
from exchange.offers.amending import amend_offer as make_version
from exchange.offers.letters import owner_key, stamp
from exchange.offers.marked_papers import request_marked
from exchange.offers.models import Offer, OfferEvent
from exchange.offers.reads import Loaded, chain_of, load, timeline_of
from exchange.offers.rules import Classification
from exchange.offers.waiving import postpone_acceptance as postpone
from exchange.offers.waiving import waive_condition as waive
from exchange.people.models import Holder


def extend_offer(
    *,
    code: str,
    to: datetime,
    actor: str,
    at: datetime | None,
    condition: UUID | None = None,
    overrides: Sequence[Override] = (),
    dry_run: bool = False,
) -> Result[OfferEvent | None]:
    """Extend an offer, or revive one just expired; `offers.actions.extend_offer` has the refusals.

    Reviving clears `late` from paper Election Forms received before the new expiration: each is judged again at its
    receipt. Portal attempts in the gap stay late; their signers are asked by letter to sign again.
    """

    def work() -> OfferEvent | Done[OfferEvent | None] | None:
        previous = _expiration(code)
        event = move_expiration(code=code, to=to, actor=actor, at=at, condition=condition, overrides=overrides)
        if event is None:
            return Done(None, [Refusal("nothing_to_do")])
        loaded = load(event.offer)
        rejudge(loaded, _late_elections(loaded), cause=Judgement.Cause.REVIVED, actor=actor, at=event.at)
        if previous is not None:
            announcements.queue_extension(loaded, event, previous, at=event.at)
        return event

    return in_one_transaction(work, dry_run=dry_run)


def amend_offer(
    *,
    code: str,
    plain: Mapping[str, Any],
    documents: Sequence[DocumentFile] = (),
    change: str = "",
    to: datetime | None = None,
    classification: Classification | None = None,
    actor: str,
    at: datetime | None,
    condition: UUID | None = None,
    overrides: Sequence[Override] = (),
    dry_run: bool = False,
) -> Result[Amended | None]:
    """Amend an offer, and send everyone it concerns the cover letter; `offers.amending.amend_offer` has the refusals.

    No form is judged again for it: what was signed stands, and is read as referring to the newest version. Whether an
    option is still eligible is asked at acceptance, by the terms as they are then. Where the amendment revives an
    offer just expired, `late` is cleared as by an extension; letters that name an earlier deadline are called back.
    """

    def work() -> Amended | Done[Amended | None] | None:
        amended = make_version(
            code=code,
            plain=plain,
            documents=documents,
            change=change,
            to=to,
            classification=classification,
            actor=actor,
            at=at,
            condition=condition,
            overrides=overrides,
        )
        if amended is None:
            return Done(None, [Refusal("nothing_to_do")])
        loaded = load(amended.amendment.version.offer)
        if amended.expires_at != amended.previous:
            rejudge(loaded, _late_elections(loaded), cause=Judgement.Cause.REVIVED, actor=actor, at=amended.at)
            announcements.call_back_superseded(loaded, at=amended.at)
        request_marked(loaded, amended.amendment.version, at=amended.at)
        return replace(amended, told=announcements.queue_amendment(loaded, amended.amendment, at=amended.at))

    return in_one_transaction(work, dry_run=dry_run)


def _expiration(code: str) -> datetime | None:
    offer = Offer.objects.filter(code=code).first()
    return timeline_of(offer).expires_at if offer else None


def terminate_offer(
    *,
    code: str,
    reason: str,
    actor: str,
    at: datetime | None,
    condition: UUID | None = None,
    dry_run: bool = False,
) -> Result[OfferEvent | None]:
    """Terminate a running offer: nothing is cancelled, every tendered option is returned, and all are told."""

    def work() -> OfferEvent | Done[OfferEvent | None] | None:
        event = end_offer(code=code, reason=reason, actor=actor, at=at, condition=condition)
        if event is None:
            return Done(None, [Refusal("nothing_to_do")])
        announcements.queue_termination(load(event.offer), event, at=event.at)
        return event

    return in_one_transaction(work, dry_run=dry_run)


def waive_condition(
    *,
    code: str,
    condition: UUID,
    is_material: bool,
    to: datetime | None = None,
    reason: str,
    actor: str,
    at: datetime | None,
    overrides: Sequence[Override] = (),
    dry_run: bool = False,
) -> Result[OfferEvent]:
    """Waive a condition whose event occurred; `offers.waiving.waive_condition` has the refusals.

    A material waiver is told to everyone it concerns. Where it moves the expiration, what an extension does to late
    forms and to letters that name the earlier one is done too.
    """

    def work() -> OfferEvent:
        event = waive(
            code=code,
            condition=condition,
            is_material=is_material,
            to=to,
            reason=reason,
            actor=actor,
            at=at,
            overrides=overrides,
        )
        loaded = load(event.offer)
        if event.expires_at is not None:
            rejudge(loaded, _late_elections(loaded), cause=Judgement.Cause.REVIVED, actor=actor, at=event.at)
            announcements.call_back_superseded(loaded, at=event.at)
        if is_material:
            condition_letters.queue_waiver(loaded, event, at=event.at)
        return event

    return in_one_transaction(work, dry_run=dry_run)


def postpone_acceptance(
    *,
    code: str,
    intended_on: date,
    reason: str,
    actor: str,
    at: datetime | None,
    overrides: Sequence[Override] = (),
    dry_run: bool = False,
) -> Result[OfferEvent | None]:
    """Put acceptance off to a later day, and tell everyone who has a tender in force that they can still withdraw."""

    def work() -> OfferEvent | Done[OfferEvent | None]:
        event = postpone(code=code, intended_on=intended_on, reason=reason, actor=actor, at=at, overrides=overrides)
        if event is None:
            return Done(None, [Refusal("nothing_to_do")])
        condition_letters.queue_postponement(load(event.offer), event, intended_on, at=event.at)
        return event

    return in_one_transaction(work, dry_run=dry_run)


def _late_elections(loaded: Loaded) -> list[Form]:
    """Paper Election Forms that were rejected as late and are in time by the timeline as it is now."""
    late = Form.objects.filter(offer=loaded.offer, kind=FormKind.ELECTION, judgements__defects__contains='"late"')
    late = late.filter(mending__isnull=True)
    return [
        form
        for form in late.exclude(channel=Channel.PORTAL).distinct()
        if not loaded.timeline.election_is_late(form.received_at)
    ]


def rejudge(loaded: Loaded, forms: Sequence[Form], *, cause: str, actor: str, at: datetime) -> int:
    """Judge forms again at their receipt, in order of receipt, and keep what changed beside what was judged before.

    An entry that was mended is passed by: the one in its place is judged.

    A proof that staff found not sufficient counts for nothing, whatever the cause; what was decided of a defect stays
    decided. Their holders are told by letter; what had not gone out of the judgement before is called back.
    Answers how many came to another judgement.
    """
    if not forms:
        return 0
    ids = {form.holder_id for form in forms if form.holder_id is not None}
    held: dict[int, HolderForms] = forms_of_holders(loaded.offer, ids)
    standings = {holder_id: list(found.standings) for holder_id, found in held.items()}
    mended = {entry.pk for found in held.values() for entry in found.entries if found.is_mended(entry)}
    forms = [form for form in forms if form.pk not in mended]
    judge = Judge.for_holders(loaded, ids)
    proofs, received, verdicts = latest_decisions(forms), as_received(forms), verdicts_of(loaded.offer, forms)
    waivers = list(waivers_of(loaded.offer).values()) if may_be_decided(loaded.timeline) else []
    rows: list[SealedRow] = []
    changed: list[tuple[Form, Judged]] = []
    for form in sorted(forms, key=lambda form: (form.received_at, form.sequence or 0)):
        holder_id = form.holder_id
        known = standings[holder_id] if holder_id is not None else []
        submission = as_found(records.submission_of(form), proofs.get(form.pk))
        earlier = rules.received_before(known, held[holder_id].place_of(form)) if holder_id is not None else []
        judged = judge.judge(submission.facts(form.received_at), submission.lines, holder_id, earlier)
        if judged_of(received[form.pk]) == judged:
            continue
        latest = form.judgements.latest("number")
        found = verdicts.get(form.pk, {})
        waived = waived_now(form, judged, found, waivers, at=at)
        final = with_decisions(judge, form, judged, found, waived)
        # A form that was effective and is so again keeps its place among forms that came since.
        stays = latest.status == final.status == rules.EFFECTIVE
        place = latest.known if stays or holder_id is None else len(held[holder_id].entries)
        row = judgement_row(form, judged, number=latest.number + 1, cause=cause, at=at, known=place)
        rows += [row, *waived]
        if final != judged:
            decided = Judgement.Cause.DECIDED
            row = judgement_row(form, final, number=latest.number + 2, cause=decided, at=at, known=place)
            rows.append(row)
        changed.append((form, final))
        if holder_id is not None:
            now = held[holder_id].standing(form, row)
            known[:] = [now if standing.sequence == form.sequence else standing for standing in known]
    if not rows:
        return 0
    append(
        chain=chain_of(loaded.offer),
        kind="forms.judged_again",
        actor=actor,
        at=at,
        payload={"offer": loaded.offer.code, "cause": cause},
        rows=rows,
    )
    # A decision may be taken back: its letter says again what an earlier one said.
    again = f":{stamp(at)}" if cause == Judgement.Cause.PROOF_JUDGED else ""
    holders = Holder.objects.in_bulk(ids)
    called = call_back_about(
        offer_key=loaded.offer.code,
        kinds=ABOUT_A_FORM,
        about=[form.number for form, _judged in changed],
        # What was told to whom an entry had been taken for holds as it did.
        owner_keys=[owner_key(holder) for holder in holders.values()],
        at=at,
    )
    letters.queue_receipts(loaded, changed, judge=judge, holders=holders, at=at, again=again)
    decision_letters.queue_again(loaded, called, at=at)
    return len(rows)

"""Letters and papers about forms, queued in the caller's transaction."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings

from exchange.documents.actions import PaperRequest, request_papers
from exchange.documents.models import Paper
from exchange.elections import rules
from exchange.elections.models import Channel, Form
from exchange.elections.proofs import is_waiting
from exchange.elections.reads import Judge, Judged, forms_of, forms_of_holders
from exchange.elections.words import form_defect_text, line_defect_text, overtaken_text, recorded_after_text
from exchange.grants.rules import GrantFacts
from exchange.notices import contexts
from exchange.notices.actions import queue_letters
from exchange.notices.queueing import Letter
from exchange.offers.letters import common, deadline_of, letter, owner_key, paper_common
from exchange.offers.reads import Loaded
from exchange.offers.rules import Timeline
from exchange.people.models import Holder


def subject_key(form: Form, offer_code: str) -> str:
    return f"form:{offer_code}:{form.number}"


def paper_kind(form: Form, judged: Judged, *, is_recorded_after: bool, is_overtaken: bool = False) -> str:
    """Which paper confirms a form: a receipt, or the record of one that is not in force.

    A Notice that found nothing to withdraw has its receipt: were a tender to turn up, the Notice stands against it.
    An effective form recorded once the offer had been accepted or terminated has none: it neither tenders nor
    withdraws anything any more. Nor has an Election Form that a later form had overtaken when it was recorded.
    """
    if is_recorded_after or (is_overtaken and form.kind == rules.ELECTION):
        return "form_not_in_force"
    if judged.status != rules.EFFECTIVE and judged.defects != ("nothing_tendered",):
        return "form_not_in_force"
    return "election_receipt" if form.kind == rules.ELECTION else "withdrawal_receipt"


def queue_receipts(
    loaded: Loaded,
    taken: Sequence[tuple[Form, Judged]],
    *,
    judge: Judge,
    holders: Mapping[int, Holder],
    at: datetime,
    again: str = "",
) -> None:
    """Queue the letter that each form calls for, and the receipt of each effective or late one as a paper.

    `again` tells a letter from an earlier one of the same kind about the same form.
    """
    known = [(form, judged, holders[form.holder_id]) for form, judged in taken if form.holder_id is not None]
    # What is signed in the portal is its holder's last form: it is not asked which one counts.
    behind = overtaken(loaded, [one for one in taken if one[0].channel != Channel.PORTAL or one[0].recorded_at != at])
    papers = request_papers([paper_of(loaded, *one, judge, instead=behind.get(one[0].pk)) for one in known], at=at)
    letters: list[Letter] = []
    for (form, judged, holder), paper in zip(known, papers, strict=True):
        instead = behind.get(form.pk)
        letters.append(receipt(loaded, form, judged, holder, judge, paper, at=at, again=again, instead=instead))
    queue_letters(letters, at=at, is_counted=False)


def overtaken(loaded: Loaded, taken: Iterable[tuple[Form, Judged]]) -> dict[object, str]:
    """The effective forms among these that do not count, as a later one does: by key, the number of that in force.

    '' where none is in force: what was signed later need not be.
    """
    asked = [form for form, judged in taken if judged.status == rules.EFFECTIVE and form.holder_id is not None]
    if not asked:
        return {}
    held = forms_of_holders(loaded.offer, {form.holder_id for form in asked}, with_records=False)
    in_force = {pk: forms.form_in_force for pk, forms in held.items()}
    found: dict[object, str] = {}
    for form in asked:
        now = in_force[form.holder_id] if form.holder_id is not None else None
        if now is None or now.pk != form.pk:
            found[form.pk] = now.number if now else ""
    return found


def paper_of(
    loaded: Loaded,
    form: Form,
    judged: Judged,
    holder: Holder,
    judge: Judge,
    remarks: Sequence[str] = (),
    *,
    instead: str | None = None,
) -> PaperRequest:
    """The paper that confirms a form, with what else is to be said on it; `instead` as in `receipt`."""
    is_recorded_after = _is_recorded_after(loaded, judged)
    kind = paper_kind(form, judged, is_recorded_after=is_recorded_after, is_overtaken=instead is not None)
    snapshot = _snapshot(loaded, form, judged, holder, judge, kind)
    if instead is not None and kind == "form_not_in_force" and not is_recorded_after:
        snapshot["remarks"] = [overtaken_text(instead)]
    if kind == "withdrawal_receipt":
        snapshot["overtaken_by"] = instead or ""
    return PaperRequest(
        kind=kind,
        owner_key=owner_key(holder),
        subject_key=subject_key(form, loaded.offer.code),
        offer_key=loaded.offer.code,
        snapshot={**snapshot, "remarks": [*remarks, *snapshot["remarks"]]},
        is_replay=loaded.offer.is_replay,
    )


def _is_recorded_after(loaded: Loaded, judged: Judged) -> bool:
    """Of a form being recorded now. Receipts are made again only while an offer can still be extended or decided."""
    timeline = loaded.timeline
    has_ended = timeline.accepted_at is not None or timeline.terminated_at is not None
    return has_ended and judged.status == rules.EFFECTIVE


def receipt(
    loaded: Loaded,
    form: Form,
    judged: Judged,
    holder: Holder,
    judge: Judge,
    paper: Paper,
    *,
    at: datetime,
    again: str = "",
    instead: str | None = None,
) -> Letter:
    """The letter about one form; `again` tells it from one that was called back because its deadline had moved.

    `instead`, where the form is overtaken, is the number of the one in force, '' for none.
    What the holder can still do is what can be done at `at`: a paper form is recorded long after it was received.
    """
    kind, context = _context(loaded, form, judged, holder, judge, at, instead)
    return letter(
        loaded,
        holder,
        kind,
        context,
        about=f"{form.number}{again}",
        papers=[paper.pk],
        names_deadline=_named(context),
    )


def _named(context: contexts.Common) -> datetime | None:
    """The expiration that the letter states; of one that the form was late for, the letter says so if it moves."""
    if getattr(context, "terminated_at", None) is not None:
        return None  # it can move no more
    named: datetime | None = getattr(context, "deadline", None)
    if isinstance(context, contexts.FormLate) and not context.is_withdrawal:
        return named or context.ended_at
    return named


def _missed(timeline: Timeline, received_at: datetime) -> datetime | None:
    """What a late Election Form came too late for; one in the gap before a revival stays late for what it missed.

    Of a terminated offer the expiration that was announced may lie ahead. So may one that another machine's clock
    announced a moment before the receipt, where the form was judged first: the one before it was missed.
    """
    known = [one.expires_at for one in timeline.expirations if one.announced_at <= received_at]
    if known and known[-1] <= received_at:
        return known[-1]
    passed = [expires_at for expires_at in known if expires_at <= received_at]
    return timeline.terminated_at or (passed[-1] if passed else timeline.expires_at)


def _options_not_on(form: Form, judged: Judged, judge: Judge) -> list[tuple[GrantFacts, int]]:
    """The holder's eligible options that the form does not tender, with their outstanding shares."""
    loaded = judge.loaded
    day = loaded.date_of(form.received_at)
    factor = judge.factor(day)
    grants = judge.grants.get(form.holder_id or 0, {})
    terms = loaded.terms_at(form.received_at)
    return [
        (grant, grant.outstanding(factor))
        for number, grant in grants.items()
        if number not in judged.tendered and not judge.option_reasons(grant, day, terms)
    ]


def _line_reasons(judged: Judged) -> dict[str, str]:
    """Why a line does not stand, by grant number; the first listing of a grant speaks for it."""
    reasons: dict[str, str] = {}
    for line in judged.lines:
        if line.defects:
            text = " ".join(line_defect_text(code) for code in line.defects)
            reasons.setdefault(line.grant_number, text)
    return {number: text for number, text in reasons.items() if number not in judged.tendered}


def _context(
    loaded: Loaded,
    form: Form,
    judged: Judged,
    holder: Holder,
    judge: Judge,
    at: datetime,
    instead: str | None,
) -> tuple[str, contexts.Common]:
    base: dict[str, Any] = {
        **common(loaded, holder),
        "form_number": form.number,
        "received_at": form.received_at,
    }
    is_withdrawal = form.kind == rules.WITHDRAWAL
    timeline = loaded.timeline
    if "late" in judged.defects:
        missed = _missed(timeline, form.received_at)
        ended_at = (timeline.accepted_at or timeline.terminated_at) if is_withdrawal else missed
        if ended_at is None:
            raise ValueError("a late form has an instant that it came too late for")
        is_extended = not is_withdrawal and ended_at != timeline.expires_at and timeline.is_open(at)
        return "form_late", contexts.FormLate(
            **base,
            is_withdrawal=is_withdrawal,
            ended_at=ended_at,
            may_withdraw=timeline.is_withdrawal_open(at),
            had_tendered=bool(forms_of(loaded.offer, holder).tendered),
            deadline=timeline.expires_at if is_extended else None,
            terminated_at=timeline.terminated_at,
        )
    if judged.status != rules.EFFECTIVE:
        return "form_defective", contexts.FormDefective(
            **base,
            is_withdrawal=is_withdrawal,
            is_rejected=judged.status == rules.REJECTED,
            defects=tuple(form_defect_text(code) for code in judged.defects),
            deadline=deadline_of(loaded),
            is_open=timeline.is_open(at),
            may_withdraw=is_withdrawal
            and judged.status == rules.DEFECTIVE
            and timeline.is_withdrawal_open(at)
            and not timeline.is_open(at),
            has_ended=timeline.accepted_at is not None or timeline.terminated_at is not None,
            is_not_eligible="person_not_eligible" in judged.defects,
            opens_at=None if timeline.has_commenced(at) else timeline.commences_at,
            terminated_at=timeline.terminated_at,
        )
    ended_at = timeline.accepted_at or timeline.terminated_at
    if ended_at is not None:
        return "form_recorded_after", contexts.FormRecordedAfter(
            **base,
            is_withdrawal=is_withdrawal,
            recorded_at=form.recorded_at,
            is_terminated=timeline.accepted_at is None,
            ended_at=ended_at,
        )
    if is_withdrawal:
        return "withdrawal_received", contexts.WithdrawalReceived(
            **base,
            deadline=deadline_of(loaded),
            may_tender_again=timeline.is_open(at),
            proof_is_waiting=is_waiting(form),
            is_overtaken=instead is not None,
            in_force=instead or "",
        )
    shares = {line["grant_number"]: line["shares"] for line in form.content()["form"]["lines"]}
    tendered = [contexts.Line(grant_number=number, shares=shares[number]) for number in judged.tendered]
    return "election_received", contexts.ElectionReceived(
        **base,
        deadline=deadline_of(loaded),
        replaces=form.content()["against"],
        tendered=tuple(tendered),
        total_shares=sum(line.shares for line in tendered),
        kept_count=len(_options_not_on(form, judged, judge)),
        not_tendered=tuple(
            contexts.Line(grant_number=number, shares=shares[number], reason=reason)
            for number, reason in _line_reasons(judged).items()
        ),
        proof_is_waiting=is_waiting(form),
        has_expired=timeline.expires_at is not None and at >= timeline.expires_at,
        is_overtaken=instead is not None,
        in_force=instead or "",
    )


def _snapshot(loaded: Loaded, form: Form, judged: Judged, holder: Holder, judge: Judge, kind: str) -> dict[str, Any]:
    """The receipt of a form, as `documents.snapshots` has it for this kind of paper."""
    record = form.content()
    signed = record["form"]
    grants = judge.grants.get(holder.pk, {})
    reasons = _line_reasons(judged)
    stated = {line["grant_number"]: line for line in signed["lines"]}

    def as_signed(number: str, reason: str = "") -> dict[str, Any]:
        line, grant = stated[number], grants.get(number)
        return {
            "grant_number": number,
            "grant_date": line["grant_date"],
            "exercise_price": line["exercise_price"],
            "shares": line["shares"],
            "plan": grant.plan if grant else "",
            "option_type": grant.option_type if grant else "",
            "reason": reason,
        }

    kept = [
        {
            "grant_number": grant.grant_number,
            "grant_date": grant.grant_date,
            "exercise_price": grant.adjusted_price(judge.factor(loaded.date_of(form.received_at))),
            "shares": outstanding,
            "plan": grant.plan,
            "option_type": grant.option_type,
            "reason": reasons.pop(grant.grant_number, ""),
        }
        for grant, outstanding in _options_not_on(form, judged, judge)
    ]
    kept += [as_signed(number, reason) for number, reason in reasons.items()]
    common_part = paper_common(loaded, holder, number=form.number, issued_at=form.recorded_at)
    snapshot: dict[str, Any] = {
        **common_part,
        # The version that the form was made on, whatever has become of the offer since.
        "offer": {**common_part["offer"], "version": record["offer_version"]},
        "received_at": form.received_at,
        "channel": form.channel,
        "expires_at": deadline_of(loaded),
        "portal_url": f"{settings.SITE_URL}/",
        "remarks": [form_defect_text(code) for code in judged.defects],
        "acknowledgments": [{"code": code, "text": text} for code, text in signed["acknowledgments"]],
        "signature": {
            "name": form.signature_name,
            "printed_name": signed["printed_name"],
            "capacity": form.signer_capacity,
            "title": signed["signer_title"],
            "signed_at": form.signed_at or form.signed_on,
            "email": signed["email"],
            "address": signed["address"],
        },
        "record": {
            "sequence": record["sequence"],
            "digest": form.record_digest,
            "previous_digest": record["previous"],
            "consent_version": signed.get("consent_version", ""),
            "documents": [
                {"title": document.title, "sha256": document.sha256}
                for document in loaded.documents_at(form.received_at)
            ],
        },
        "kept": kept,
        "total_kept": sum(line["shares"] for line in kept),
    }
    if _is_recorded_after(loaded, judged):
        snapshot["remarks"] = [recorded_after_text(is_terminated=loaded.timeline.accepted_at is None)]
    if kind == "form_not_in_force":
        listed = [as_signed(number) for number in stated]
        return {
            **snapshot,
            "is_withdrawal": form.kind == rules.WITHDRAWAL,
            "stands": record["against"],
            "listed": listed,
            "total_listed": sum(line["shares"] for line in listed),
        }
    if form.kind == rules.WITHDRAWAL:
        return {**snapshot, "withdrawn": record["against"]}
    tendered = [as_signed(number) for number in judged.tendered]
    return {
        **snapshot,
        "replaces": record["against"],
        "tendered": tendered,
        "total_tendered": sum(line["shares"] for line in tendered),
    }

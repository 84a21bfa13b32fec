"""Staff's decisions on defects: one holder's cure, a waiver for all alike, a rejection; no form is ever edited."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from exchange.audit.actions import append
from exchange.elections import decision_letters, rules
from exchange.elections.actions.batch import loaded_offer, locked_holders
from exchange.elections.actions.settle import Work, may_be_decided, waived_now
from exchange.elections.decisions import (
    SETTLING,
    Key,
    Reached,
    as_received,
    holders_with_defects,
    keys_of,
    requests_of,
    waivers_of,
)
from exchange.elections.mends import entries_of, entry_after
from exchange.elections.models import Form, Scan
from exchange.elections.models.decisions import CureEvidence, CureRequest, Decision, Verdict, Waiver
from exchange.elections.reads import judged_of
from exchange.grants.models import Grant
from exchange.kernel import clock, locks
from exchange.kernel.results import Done, Refusal, Result, refuse
from exchange.kernel.transactions import in_one_transaction
from exchange.offers.actions import check_not_before_latest, locked_offer
from exchange.offers.reads import Loaded, chain_of
from exchange.people.models import Holder, User
from exchange.people.reads import is_same_person

CURE, WAIVE, REJECT = "cure", "waive", "reject"
VERDICTS: Mapping[str, Verdict] = {CURE: Verdict.CURED, WAIVE: Verdict.WAIVED, REJECT: Verdict.REJECTED}


@dataclass(frozen=True)
class Decided:
    """What was decided, and every form it reached, in order of receipt."""

    verdict: Verdict
    defect: str
    reason: str
    at: datetime
    reached: Sequence[Reached]
    waiver: Waiver | None = None


def decide_defect(
    *,
    code: str,
    number: str,
    defect: str,
    verdict: str,
    reason: str,
    grant: str = "",
    evidence: str = "",
    cured_on: date | None = None,
    files: Sequence[Scan] = (),
    decided_by: User | None = None,
    actor: str,
    at: datetime | None,
    dry_run: bool = False,
) -> Result[Decided]:
    """Decide on a defect of a form, or of the lines of `grant` on it: `cure`, `waive` or `reject` (domain §4).

    A cure binds that form alone; it came on `cured_on`, in the offer's zone, today unless stated; `files` are the
    scans, attached to the form, that show it. A waiver clears
    that kind of defect from every form of every holder, now and later, one that was rejected before among them. A
    form whose last defect goes is effective and takes its place by the instant received, except that none comes into
    force after which its holder sent a signed Notice or an effective form. Holders are told. The same decision again
    does nothing.

    Refuses a defect that the form does not have, one decided otherwise, what may not be waived, a rejected form, a
    cure after the day that was set, an empty reason, anybody's decision on their own form, and all once the offer
    has ended.
    """

    def work() -> Decided | Done[Decided]:
        loaded, form, instant = _opened(code, number, at, owns_offer=verdict == WAIVE)
        wanted = VERDICTS[verdict]
        decisions = list(form.decisions.order_by("number"))
        key = _key_on(form, decisions, defect, grant, is_for_all=wanted is Verdict.WAIVED)
        known = waivers_of(loaded.offer).get(defect) if wanted is Verdict.WAIVED else None
        if known is not None:
            return Done(Decided(wanted, defect, known.reason, known.at, [], known), [Refusal("nothing_to_do")])
        made = [row for row in decisions if (row.grant_number, row.defect) == key]
        same = next((row for row in made if row.verdict == wanted), None)
        if same is not None and wanted is not Verdict.WAIVED:
            return Done(Decided(wanted, defect, same.reason, same.at, []), [Refusal("nothing_to_do")])
        _check_decision(loaded, form, wanted, defect, reason, decided_by, instant)
        if made and wanted is not Verdict.WAIVED:
            raise refuse(_decided_otherwise(made[-1]))
        day = None
        if wanted is Verdict.CURED:
            day = _cure_day(loaded, form, key, cured_on, instant)
        check_not_before_latest(loaded.offer, instant)
        if wanted is Verdict.WAIVED:
            waiver = Waiver(offer=loaded.offer, defect=defect, reason=reason.strip(), at=instant, actor=actor)
            return _waive(loaded, waiver, decided_by)
        decision = Decision(
            offer=loaded.offer,
            form=form,
            grant_number=key[0],
            defect=defect,
            number=1,
            verdict=wanted,
            reason=reason.strip(),
            evidence=evidence.strip() if wanted is Verdict.CURED else "",
            cured_on=day,
            at=instant,
            actor=actor,
        )
        shown = list(files) if wanted is Verdict.CURED else []
        if any(scan.form_id != form.pk for scan in shown):
            raise refuse(Refusal("evidence_of_another", {"number": form.number}))
        return _decide_one(loaded, form, decision, [CureEvidence(decision=decision, scan=scan) for scan in shown])

    return in_one_transaction(work, dry_run=dry_run)


def ask_for_cure(
    *,
    code: str,
    number: str,
    defect: str,
    by: date,
    reason: str,
    grant: str = "",
    decided_by: User | None = None,
    actor: str,
    at: datetime | None,
    dry_run: bool = False,
) -> Result[CureRequest]:
    """Set the day, in the offer's zone, by which a holder may cure a defect, and tell them; the newest day counts.

    Refuses what `decide_defect` refuses, a day that has passed, and a defect that was decided.
    """

    def work() -> CureRequest | Done[CureRequest]:
        loaded, form, instant = _opened(code, number, at, owns_offer=False)
        decisions = list(form.decisions.order_by("number"))
        key = _key_on(form, decisions, defect, grant, is_for_all=False)
        _check_decision(loaded, form, Verdict.CURED, defect, reason, decided_by, instant)
        made = [row for row in decisions if (row.grant_number, row.defect) == key]
        if made:
            raise refuse(_decided_otherwise(made[-1]))
        if by < loaded.date_of(instant):
            raise refuse(Refusal("cure_day_passed", {"by": by}))
        last = requests_of(loaded.offer, [form]).get(form.pk, {}).get(key)
        if last is not None and (last.by, last.reason) == (by, reason.strip()):
            return Done(last, [Refusal("nothing_to_do")])
        check_not_before_latest(loaded.offer, instant)
        request = CureRequest(
            offer=loaded.offer,
            form=form,
            grant_number=key[0],
            defect=defect,
            number=last.number + 1 if last else 1,
            by=by,
            reason=reason.strip(),
            at=instant,
            actor=actor,
        )
        append(
            chain=chain_of(loaded.offer),
            kind="cure.asked",
            actor=actor,
            at=instant,
            payload={"offer": code, "form": number, "grant": key[0], "defect": defect, "by": by},
            rows=[request],
        )
        decision_letters.queue_cure_request(loaded, request, at=instant)
        return request

    return in_one_transaction(work, dry_run=dry_run)


def _opened(code: str, number: str, at: datetime | None, *, owns_offer: bool) -> tuple[Loaded, Form, datetime]:
    """The offer, the form and the instant, under the locks: a waiver waits for all forms in flight.

    Any other decision waits for paper being recorded or mended: which entry is a form's newest must not change after.
    """
    if owns_offer:
        locked_offer(code)
    else:
        locks.share_offer(code)
        locks.own(f"paper:{code}")
    loaded = loaded_offer(code)
    form = Form.objects.filter(offer=loaded.offer, number=number).select_related("holder", "offer").first()
    if form is None:
        raise refuse(Refusal("unknown_form", {"number": number, "offer": code}))
    if entry_after(form) is not None:  # by the paper form's number its newest entry is meant
        newest = entries_of(form)[-1].pk
        form = Form.objects.select_related("holder", "offer").get(pk=newest)
    if form.holder_id is not None:
        locked_holders(Holder.objects.filter(pk=form.holder_id))
    return loaded, form, at or clock.now()


def _decided_otherwise(last: Decision) -> Refusal:
    verdict = last.get_verdict_display().lower()
    params = {"number": last.form.number, "defect": last.defect, "verdict": verdict}
    return Refusal("defect_decided_otherwise", params)


def _key_on(form: Form, decisions: Sequence[Decision], defect: str, grant: str, *, is_for_all: bool) -> Key:
    """Which defect is meant, one that was decided among them though the form was judged otherwise since.

    A line defect of several grants needs the grant named, unless it is waived for all.
    """
    known = [*keys_of(judged_of(as_received([form])[form.pk])), *((row.grant_number, row.defect) for row in decisions)]
    found = [key for key in dict.fromkeys(known) if key[1] == defect and (not grant or key[0] == grant)]
    if not found:
        params = {"number": form.number, "defect": defect, "grant": grant}
        raise refuse(Refusal("defect_not_on_line" if grant else "defect_not_on_form", params))
    if len(found) > 1 and not is_for_all:
        grants = ", ".join(number for number, _defect in found)
        raise refuse(Refusal("defect_which_grant", {"number": form.number, "defect": defect, "grants": grants}))
    return found[0]


def _check_decision(
    loaded: Loaded,
    form: Form,
    wanted: Verdict,
    defect: str,
    reason: str,
    decided_by: User | None,
    at: datetime,
) -> None:
    refusals = []
    if not reason.strip():
        refusals.append(Refusal("reason_missing"))
    if not may_be_decided(loaded.timeline):
        refusals.append(Refusal("decisions_ended", {"state": loaded.timeline.state(at)}))
    if at < form.received_at:
        refusals.append(Refusal("decided_before_receipt", {"number": form.number, "at": form.received_at}))
    if defect in rules.REJECTING:
        refusals.append(Refusal("defect_final", {"number": form.number, "defect": defect}))
    elif form.judgements.latest("number").status == rules.REJECTED:
        refusals.append(Refusal("decision_on_rejected", {"number": form.number}))
    if wanted is Verdict.WAIVED and defect in rules.NEVER_WAIVED:
        refusals.append(Refusal("defect_never_waived", {"defect": defect}))
    if decided_by is not None and is_same_person(decided_by, form.holder):
        refusals.append(Refusal("decision_own"))
    if refusals:
        raise refuse(*refusals)


def _cure_day(loaded: Loaded, form: Form, key: Key, cured_on: date | None, at: datetime) -> date:
    """The day a cure came, if it may count."""
    today, received_on = loaded.date_of(at), loaded.date_of(form.received_at)
    day = cured_on or today
    if not received_on <= day <= today:
        raise refuse(Refusal("cured_on_off", {"on": day, "received_on": received_on, "today": today}))
    asked = requests_of(loaded.offer, [form]).get(form.pk, {}).get(key)
    if asked is not None and day > asked.by:
        raise refuse(Refusal("cure_too_late", {"number": form.number, "by": asked.by, "on": day}))
    if key[1] == "unknown_grant" and not Grant.objects.filter(grant_number=key[0], holder=form.holder_id).exists():
        raise refuse(Refusal("cure_unknown_grant", {"grant": key[0]}))
    return day


def _decide_one(loaded: Loaded, form: Form, decision: Decision, evidence: Sequence[CureEvidence]) -> Done[Decided]:
    work = Work.on(loaded, [form.holder_id or 0])
    work.reach(form, [decision], at=decision.at)
    append(
        chain=chain_of(loaded.offer),
        kind="defect.decided",
        actor=decision.actor,
        at=decision.at,
        payload={
            "offer": loaded.offer.code,
            "form": form.number,
            "grant": decision.grant_number,
            "defect": decision.defect,
            "verdict": decision.verdict,
        },
        rows=[*work.rows, *evidence],
    )
    decided = Decided(Verdict(decision.verdict), decision.defect, decision.reason, decision.at, work.reached())
    decision_letters.queue_decided(loaded, decided.reached, [decision], judge=work.judge, at=decision.at)
    overtaken = [reached for reached in decided.reached if reached.is_overtaken and decision.verdict in SETTLING]
    return Done(decided, [Refusal("decision_overtaken", {"number": form.number})] if overtaken else [])


def _waive(loaded: Loaded, waiver: Waiver, decided_by: User | None) -> Decided:
    """Waive a kind of defect on every form that has it; the earlier ones of a holder first."""
    work = Work.on(loaded, [pk for pk in holders_with_defects(loaded.offer) if pk is not None])
    forms = [form for held in work.held.values() for form in held.forms]
    for form in sorted(forms, key=lambda form: (form.received_at, form.sequence or 0)):
        judged = judged_of(work.received[form.pk])
        added = waived_now(form, judged, work.verdicts.get(form.pk, {}), [waiver], at=waiver.at)
        if added:
            work.reach(form, added, at=waiver.at)
    reached = work.reached()
    if decided_by is not None and any(is_same_person(decided_by, item.form.holder) for item in reached):
        raise refuse(Refusal("decision_own"))
    append(
        chain=chain_of(loaded.offer),
        kind="defect.waived",
        actor=waiver.actor,
        at=waiver.at,
        payload={
            "offer": loaded.offer.code,
            "defect": waiver.defect,
            "forms": [item.form.number for item in reached],
        },
        rows=[waiver, *work.rows],
    )
    decision_letters.queue_decided(loaded, reached, work.added, judge=work.judge, at=waiver.at)
    return Decided(Verdict.WAIVED, waiver.defect, waiver.reason, waiver.at, reached, waiver)

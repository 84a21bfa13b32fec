"""Mending the transcription of a paper form: prepared by one person, confirmed by a second who has seen the scan."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from exchange.audit.actions import append
from exchange.elections import mend_letters, rules
from exchange.elections.actions.batch import Batch, Mended, loaded_offer, locked_holders
from exchange.elections.decisions import verdicts_of
from exchange.elections.mends import entries_of, entry_after, has_seen_scan, same_content, scans_of, wanted_of
from exchange.elections.models import Channel, Form
from exchange.elections.models.mends import Mend, MendDecision, Mending, MendVerdict
from exchange.elections.reads import HolderForms, Judged, forms_of_holders, judged_of
from exchange.elections.records import Submission, submission_of
from exchange.elections.rules import Standing
from exchange.kernel import canonical, clock, locks
from exchange.kernel.names import is_blank
from exchange.kernel.results import Refusal, Result, refuse
from exchange.kernel.transactions import in_one_transaction
from exchange.offers.actions import check_not_before_latest, flag_for_counsel
from exchange.offers.reads import Loaded, chain_of
from exchange.people.models import Holder, User
from exchange.people.reads import is_same_person

NUMBER_MOST = 64


@dataclass(frozen=True)
class Mendable:
    """What a new entry comes to: how the form stood and will stand, and for each holder concerned what is in force.

    `mend` is the prepared entry, `form` the entry that is mended, `entry` the one in its place.
    """

    mend: Mend
    form: Form
    before: Judged
    entry: Form
    after: Judged
    in_force: Mapping[Holder, tuple[str, str]]


def prepare_mend(
    *,
    code: str,
    number: str,
    wanted: Submission,
    reason: str,
    prepared_by: User | None = None,
    actor: str,
    at: datetime | None,
    dry_run: bool = False,
) -> Result[Mendable]:
    """Prepare what a paper form really says, for a second person to confirm; nothing counts otherwise until then.

    The number is the paper form's and stays. The instant received is what staff wrote on the paper (domain §2): where
    that was copied wrongly, `wanted.received_at` has it, and the form is judged by it; None leaves it as it is. It
    cures no lateness: a form is received when it was.

    Refuses an instant after the form was first recorded, a form signed in the portal, one that was mended already (its
    newest entry is), one without a scan, an entry that says the same, a second one while one waits, an empty reason,
    and anybody's own form.
    """

    def work() -> Mendable:
        loaded, form, instant = _opened(code, number, at)
        received_at = wanted.received_at or form.received_at
        entry = replace(wanted, number=form.number, received_at=received_at, key=None, against="", version=None)
        refusals = _refusals(form, entry, reason)
        holders = _holders(form, entry)
        if prepared_by is not None and any(is_same_person(prepared_by, holder) for holder in holders.values()):
            refusals.append(Refusal("mend_own"))
        if refusals:
            raise refuse(*refusals)
        check_not_before_latest(loaded.offer, instant)
        mend = Mend(
            form=form,
            number=form.mends_prepared.count() + 1,
            content=canonical.dumps(entry.content(form.number, received_at)),
            reason=reason.strip(),
            at=instant,
            actor=actor,
        )
        found, _batch = _entered(loaded, mend, entry, holders, actor=actor, at=instant)
        append(
            chain=chain_of(loaded.offer),
            kind="mend.prepared",
            actor=actor,
            at=instant,
            payload={"offer": code, "form": form.number, "content": canonical.digest(mend.content)},
            rows=[mend],
        )
        return found

    return in_one_transaction(work, dry_run=dry_run)


def confirm_mend(
    *, mend: Mend, confirmed_by: User | None = None, actor: str, at: datetime | None, dry_run: bool = False
) -> Result[Mendable]:
    """Put the prepared entry in the place of the first, judged at the receipt that the paper bears (domain §4, Paper).

    What was decided of the paper form's defects goes with it, and waivers reach it; later forms are not judged again.
    It never puts in force a form after which the same holder sent a signed Notice or an effective form, unless the
    first entry was in force so at that same receipt. After acceptance or termination it changes nothing that was
    accepted, and is flagged for counsel. The holder is told; one whose form it turns out not to be, too.

    Refuses who prepared it, who has not opened the scan since, anybody's own form, and what was decided already.
    """

    def work() -> Mendable:
        code = mend.form.offer.code
        loaded, form, instant = _opened(code, mend.form.number, at)
        refusals = _decided(mend)
        if actor == mend.actor:
            refusals.append(Refusal("mend_same_person"))
        elif not has_seen_scan(mend, actor):
            refusals.append(Refusal("mend_scan_not_seen"))
        if (later := entry_after(form)) is not None:
            refusals.append(Refusal("form_mended", {"number": form.number, "by": later.number}))
        wanted = wanted_of(mend)
        holders = _holders(form, wanted)
        if confirmed_by is not None and any(is_same_person(confirmed_by, holder) for holder in holders.values()):
            refusals.append(Refusal("mend_own"))
        if refusals:
            raise refuse(*refusals)
        check_not_before_latest(loaded.offer, instant)
        found, batch = _entered(loaded, mend, wanted, holders, actor=actor, at=instant)
        decision = _decision(mend, MendVerdict.CONFIRMED, "", actor=actor, at=instant)
        mending = Mending(form=form, entry=found.entry, mend=mend, at=instant)
        flag = None
        if loaded.timeline.accepted_at is not None or loaded.timeline.terminated_at is not None:
            flag = flag_for_counsel(
                loaded.offer,
                kind="mended_after_the_end",
                subject=f"form:{found.entry.number}",
                text=f"The entry of form {form.number} was mended after the offer had ended; it changes nothing.",
                at=instant,
            )
        append(
            chain=chain_of(loaded.offer),
            kind="form.mended",
            actor=actor,
            at=instant,
            payload={
                "offer": code,
                "form": form.number,
                "entry": found.entry.number,
                "record": found.entry.record_digest,
                "prepared_by": mend.actor,
            },
            rows=[*batch.rows, decision, mending, *([flag] if flag else [])],
        )
        mend_letters.queue_mended(loaded, found, judge=batch.judge, at=instant)
        return found

    return in_one_transaction(work, dry_run=dry_run)


def decline_mend(
    *, mend: Mend, reason: str, actor: str, at: datetime | None, dry_run: bool = False
) -> Result[MendDecision]:
    """Decline a prepared entry, with a reason; who prepared it takes it back. The first entry stays as it is."""

    def work() -> MendDecision:
        loaded, _form, instant = _opened(mend.form.offer.code, mend.form.number, at)
        verdict = MendVerdict.TAKEN_BACK if actor == mend.actor else MendVerdict.DECLINED
        refusals = _decided(mend)
        if verdict is MendVerdict.DECLINED and is_blank(reason):
            refusals.append(Refusal("reason_missing"))
        if refusals:
            raise refuse(*refusals)
        check_not_before_latest(loaded.offer, instant)
        decision = _decision(mend, verdict, reason.strip(), actor=actor, at=instant)
        append(
            chain=chain_of(loaded.offer),
            kind="mend.declined",
            actor=actor,
            at=instant,
            payload={"offer": loaded.offer.code, "form": mend.form.number, "verdict": verdict},
            rows=[decision],
        )
        return decision

    return in_one_transaction(work, dry_run=dry_run)


def _opened(code: str, number: str, at: datetime | None) -> tuple[Loaded, Form, datetime]:
    """The offer, the form and the instant, under the locks of a recording."""
    locks.share_offer(code)
    locks.own(f"paper:{code}")
    loaded = loaded_offer(code)
    form = Form.objects.filter(offer=loaded.offer, number=number).select_related("holder", "offer").first()
    if form is None:
        raise refuse(Refusal("unknown_form", {"number": number, "offer": code}))
    return loaded, form, at or clock.now()


def _refusals(form: Form, entry: Submission, reason: str) -> list[Refusal]:
    named = {"number": form.number}
    if form.channel == Channel.PORTAL or entry.channel == Channel.PORTAL:
        return [Refusal("mend_portal", named)]
    if (later := entry_after(form)) is not None:
        return [Refusal("form_mended", {**named, "by": later.number})]
    found = []
    if same_content([submission_of(form), entry]):
        found.append(Refusal("mend_says_the_same", named))
    if not scans_of(form).filter(key__isnull=False).exists():
        found.append(Refusal("mend_without_scan", named))
    recorded_at = entries_of(form)[0].recorded_at  # a replay's is its clock, which stands still: it bounds nothing
    is_moved = entry.received_at is not None and form.received_at != entry.received_at > recorded_at
    if is_moved and not form.offer.is_replay:
        found.append(Refusal("mend_received_after_recorded", {**named, "at": recorded_at}))
    if form.mends_prepared.filter(decision__isnull=True).exists():
        found.append(Refusal("mend_waiting", named))
    if is_blank(reason):
        found.append(Refusal("reason_missing"))
    return found


def _decided(mend: Mend) -> list[Refusal]:
    found = MendDecision.objects.filter(mend=mend).first()
    return [Refusal("mend_decided", {"verdict": found.get_verdict_display().lower()})] if found else []


def _decision(mend: Mend, verdict: MendVerdict, reason: str, *, actor: str, at: datetime) -> MendDecision:
    return MendDecision(mend=mend, verdict=verdict, reason=reason, prepared_by=mend.actor, at=at, actor=actor)


def _holders(form: Form, entry: Submission) -> dict[int, Holder]:
    """Whose form it was taken to be and whose it is, their rows locked; nobody who is not on file."""
    numbers = {entry.employee_number, form.holder.employee_number if form.holder else entry.employee_number}
    return locked_holders(Holder.objects.filter(employee_number__in=sorted(filter(None, numbers))))


def _entered(
    loaded: Loaded, mend: Mend, wanted: Submission, holders: Mapping[int, Holder], *, actor: str, at: datetime
) -> tuple[Mendable, Batch]:
    """The new entry, judged at the receipt it says, and the rows to write for it; nothing is written."""
    form = mend.form
    before = forms_of_holders(loaded.offer, holders)
    batch = Batch.start(loaded, holders)
    holder = next((one for one in holders.values() if one.employee_number == wanted.employee_number), None)
    entry, after = batch.take(
        wanted,
        number=_entry_number(form),
        holder_id=holder.pk if holder else None,
        received_at=wanted.received_at or form.received_at,
        recorded_at=at,
        actor=actor,
        mended=Mended(form, verdicts_of(loaded.offer, [form]).get(form.pk, {})),
    )
    entry.holder = holder
    in_force = {
        one: (
            _name(rules.in_force((before.get(pk) or HolderForms([], {})).standings)),
            _name(rules.in_force(batch.standings[pk])),
        )
        for pk, one in holders.items()
    }
    judged = judged_of(form.judgements.latest("number"))
    return Mendable(mend, form, judged, entry, after, in_force), batch


def _name(standing: Standing | None) -> str:
    return standing.number if standing else ""


def _entry_number(form: Form) -> str:
    """The paper form's number and which entry of it this is; whoever asks for the form by either finds it."""
    entries = entries_of(form)
    place = len(entries) + 1
    while True:
        ending = f".{place}"
        number = f"{entries[0].number[: NUMBER_MOST - len(ending)]}{ending}"
        if not Form.objects.filter(offer=form.offer, number=number).exists():
            return number
        place += 1

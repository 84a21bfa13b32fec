"""Receiving signed forms: paper ones in order of receipt, portal ones one at a time. Nothing signed is ever lost."""

import secrets
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from exchange.audit.actions import append
from exchange.audit.models import SealedRow
from exchange.elections import letters, records, rules
from exchange.elections.models import Channel, Form, FormKind, Judgement
from exchange.elections.reads import (
    HolderForms,
    Judge,
    Judged,
    forms_of,
    forms_of_holders,
    judged_of,
    receipt_instant,
    standing_of,
)
from exchange.elections.records import Submission
from exchange.elections.rules import Standing
from exchange.kernel import canonical, clock, locks
from exchange.kernel.results import Done, Refusal, Result, refuse
from exchange.kernel.transactions import in_one_transaction
from exchange.offers.actions import Override, check_not_before_latest, flag_for_counsel
from exchange.offers.actions import extend_offer as move_expiration
from exchange.offers.actions import terminate_offer as end_offer
from exchange.offers.models import Offer, OfferEvent
from exchange.offers.reads import Loaded, chain_of, load, load_by_code, timeline_of
from exchange.people.models import Holder


@dataclass(frozen=True)
class Recorded:
    """What became of a batch: forms recorded now with what was judged of each, and those that were there already."""

    forms: Sequence[tuple[Form, Judged]]
    already: Sequence[str]


@dataclass(frozen=True)
class Moved:
    """Not stored: the form in force is no longer the one that the review showed."""

    in_force: Form | None


@dataclass(frozen=True)
class Received:
    """A form is on record, with what was judged of it; `is_new` is false for the second press of one button."""

    form: Form
    judged: Judged
    is_new: bool


@dataclass
class _Batch:
    """Working state of one recording: standings and last digests of every holder touched, and the rows to write."""

    loaded: Loaded
    judge: Judge
    standings: dict[int, list[Standing]]
    digests: dict[int, str]
    rows: list[SealedRow] = field(default_factory=list)

    @classmethod
    def start(cls, loaded: Loaded, holders: Mapping[int, Holder]) -> "_Batch":
        standings: dict[int, list[Standing]] = defaultdict(list)
        digests: dict[int, str] = {}
        for holder_id, forms in forms_of_holders(loaded.offer, holders).items():
            standings[holder_id] = list(forms.standings)
            last = max(forms.forms, key=lambda form: form.sequence or 0)
            digests[holder_id] = last.record_digest
        return cls(loaded, Judge.for_holders(loaded, holders, holders=holders), standings, digests)

    def take(
        self,
        submission: Submission,
        *,
        number: str,
        holder_id: int | None,
        received_at: datetime,
        recorded_at: datetime,
        actor: str,
    ) -> tuple[Form, Judged]:
        """Judge one form at its receipt and add its rows."""
        known = self.standings[holder_id] if holder_id is not None else []
        sequence = len(known) + 1 if holder_id is not None else None
        earlier = rules.received_before(known, (received_at, sequence or 0))
        judged = self.judge.judge(submission.facts(received_at), submission.lines, holder_id, earlier)
        before = rules.in_force(earlier)
        written = records.write(
            submission,
            loaded=self.loaded,
            document_digests=[document.sha256 for document in self.loaded.documents],
            number=number,
            holder_id=holder_id,
            sequence=sequence,
            previous_digest=self.digests.get(holder_id, "") if holder_id is not None else "",
            against=submission.against or (before.number if before else ""),
            received_at=received_at,
            recorded_at=recorded_at,
            recorded_by=actor,
        )
        judgement = judgement_row(
            written.form, judged, number=1, cause=Judgement.Cause.RECORDED, at=recorded_at, known=len(known)
        )
        if holder_id is not None:
            known.append(standing_of(written.form, judgement))
            self.digests[holder_id] = written.form.record_digest
        self.rows += [written.form, *written.lines, judgement]
        return written.form, judged


def judgement_row(form: Form, judged: Judged, *, number: int, cause: str, at: datetime, known: int) -> Judgement:
    return Judgement(
        form=form,
        number=number,
        cause=cause,
        at=at,
        status=judged.status,
        defects=canonical.dumps(list(judged.defects)),
        lines=canonical.dumps(judged.lines_plain()),
        known=known,
    )


def record_forms(
    *, code: str, submissions: Sequence[Submission], actor: str, at: datetime | None, dry_run: bool = False
) -> Result[Recorded]:
    """Record paper forms in order of receipt, each judged by the facts of the day it was received (domain §4).

    Two recordings of one offer take turns; `at` None reads the clock when it is ours.

    A form on record with the same content is passed by; with other content it is refused, as is a batch for an
    offer that was never opened. Defective and rejected forms and those of unknown persons are recorded as such.
    """

    def work() -> Recorded:
        locks.share_offer(code)
        locks.own(f"paper:{code}")
        loaded, instant = _loaded(code), at or clock.now()
        offer = loaded.offer
        if loaded.timeline.opened_at is None:
            raise refuse(Refusal("offer_not_open", {"state": loaded.timeline.state(instant)}))
        fresh, already, changed = _sort_out(offer, submissions)
        if changed:
            raise refuse(*[Refusal("form_recorded_otherwise", {"number": number}) for number in changed])
        received_late = [s.number for s in fresh if not offer.is_replay and _instant(s) > instant]
        if received_late:
            raise refuse(*[Refusal("received_in_the_future", {"number": number}) for number in received_late])
        if not fresh:
            return Recorded([], already)
        check_not_before_latest(offer, instant)
        holders = _locked_by_number({submission.employee_number for submission in fresh})
        by_number = {holder.employee_number: holder for holder in holders.values()}
        batch = _Batch.start(loaded, holders)
        taken = []
        for submission in sorted(fresh, key=_instant):
            holder = by_number.get(submission.employee_number)
            taken.append(
                batch.take(
                    submission,
                    number=submission.number,
                    holder_id=holder.pk if holder else None,
                    received_at=_instant(submission),
                    recorded_at=instant,
                    actor=actor,
                )
            )
        batch.rows += _flags_after_acceptance(loaded, taken, instant)
        append(
            chain=chain_of(offer),
            kind="forms.recorded",
            actor=actor,
            at=instant,
            payload={"offer": code, "forms": [[form.number, form.record_digest] for form, _judged in taken]},
            rows=batch.rows,
        )
        letters.queue_receipts(loaded, taken, judge=batch.judge, holders=holders, at=instant)
        return Recorded(taken, already)

    return in_one_transaction(work, dry_run=dry_run)


def _instant(submission: Submission) -> datetime:
    if submission.received_at is None:
        raise ValueError("a paper form has the instant it was received")
    return submission.received_at


def _sort_out(offer: Offer, submissions: Sequence[Submission]) -> tuple[list[Submission], list[str], list[str]]:
    """Which forms are new, which are on record already, and which are there with other content."""
    numbers = [submission.number for submission in submissions]
    stored: dict[str, Form] = {}
    for start in range(0, len(numbers), 500):
        for form in Form.objects.filter(offer=offer, number__in=numbers[start : start + 500]):
            stored[form.number] = form
    fresh, already, changed = [], [], []
    for submission in submissions:
        found = stored.get(submission.number)
        if found is None:
            fresh.append(submission)
        elif canonical.dumps(found.content()["form"]) == canonical.dumps(
            submission.content(submission.number, _instant(submission))
        ):
            already.append(submission.number)
        else:
            changed.append(submission.number)
    return fresh, already, changed


def _loaded(code: str) -> Loaded:
    loaded = load_by_code(code)
    if loaded is None:
        raise refuse(Refusal("unknown_offer", {"offer": code}))
    return loaded


def _locked(holders: QuerySet[Holder]) -> dict[int, Holder]:
    """The holders' rows with their dated facts, locked until the transaction ends; always in one order."""
    found = holders.select_for_update().order_by("pk").prefetch_related("employment_events")
    return {holder.pk: holder for holder in found}


def _locked_by_number(employee_numbers: set[str]) -> dict[int, Holder]:
    numbers = sorted(number for number in employee_numbers if number)
    found: dict[int, Holder] = {}
    for start in range(0, len(numbers), 500):
        found |= _locked(Holder.objects.filter(employee_number__in=numbers[start : start + 500]))
    return found


def _flags_after_acceptance(loaded: Loaded, taken: Sequence[tuple[Form, Judged]], at: datetime) -> list[SealedRow]:
    """Received in time but recorded after acceptance: the status its receipt gives, nothing changed, for counsel."""
    if loaded.timeline.accepted_at is None:
        return []
    flags: list[SealedRow] = []
    for form, judged in taken:
        if judged.status == rules.EFFECTIVE:
            flag = flag_for_counsel(
                loaded.offer,
                kind="recorded_after_acceptance",
                subject=f"form:{form.number}",
                text=f"Form {form.number} was received in time and recorded after acceptance; it changes nothing.",
                at=at,
            )
            flags += [flag] if flag else []
    return flags


def submit_form(
    *, code: str, holder: Holder, submission: Submission, actor: str, at: datetime | None
) -> Result[Received | Moved]:
    """Store a form signed in the portal; `at` is the instant our server had the whole of it.

    Forms of one holder wait for each other. A Notice passes `at` None: its instant is read once the offer's lock is
    held, so that acceptance, which takes its own instant under the exclusive lock, either sees the Notice or
    precedes it. In a replay the offer's own *now* takes the clock's place. Pressed twice (the same key) it is one
    form. Answers `Moved`, storing nothing, when the form in force is not the one the review was made against. After
    the deadline an Election Form is stored as `late`. Refuses what has a defect that the portal lets nobody sign, and
    a form made on an earlier version of the offer.
    """

    def work() -> Received | Moved:
        locks.share_offer(code)
        loaded = _loaded(code)
        offer, timeline = loaded.offer, loaded.timeline
        holders = _locked(Holder.objects.filter(pk=holder.pk))
        locked = holders[holder.pk]
        received_at = receipt_instant(offer, locked, at or clock.now())
        if at is None and timeline.accepted_at is not None:
            # Acceptance held this lock before us: we come after it, whatever another machine's clock made of it.
            received_at = max(received_at, timeline.accepted_at)
        number, known = _number_or_known(offer, submission.key)
        if known is not None:
            if known.holder_id != locked.pk or known.offer_id != offer.pk:
                raise refuse(Refusal("key_of_another"))
            return Received(known, judged_of(known.judgements.latest("number")), False)
        if submission.version not in {None, loaded.version.number}:
            raise refuse(Refusal("offer_amended"))
        if timeline.opened_at is None or not timeline.has_commenced(received_at):
            raise refuse(Refusal("offer_not_open", {"state": timeline.state(received_at)}))
        batch = _Batch.start(loaded, holders)
        standing = rules.in_force(batch.standings[locked.pk])
        is_late = (
            timeline.election_is_late(received_at)
            if submission.kind == FormKind.ELECTION
            else timeline.withdrawal_is_late(received_at)
        )
        if not is_late and submission.against != (standing.number if standing else ""):
            return Moved(forms_of(offer, locked).form_in_force)
        signed = Submission(**{**vars(submission), "signed": rules.Signed(at=received_at)})
        form, judged = batch.take(
            signed,
            number=number,
            holder_id=locked.pk,
            received_at=received_at,
            recorded_at=received_at,
            actor=actor,
        )
        wrong = [] if judged.status == rules.REJECTED else _unsignable(judged)
        if wrong:
            raise refuse(*wrong)
        batch.rows += _flags_after_acceptance(loaded, [(form, judged)], received_at)
        append(
            chain=f"holder:{locked.employee_number}",
            kind="form.received",
            actor=actor,
            at=received_at,
            payload={"offer": code, "form": number, "record": form.record_digest, "status": judged.status},
            rows=batch.rows,
        )
        letters.queue_receipts(loaded, [(form, judged)], judge=batch.judge, holders=holders, at=received_at)
        return Received(form, judged, True)

    return in_one_transaction(work)


def _unsignable(judged: Judged) -> list[Refusal]:
    """No defective form can be submitted in the portal (domain §4)."""
    refusals = [Refusal(f"form_{code}") for code in judged.defects]
    for line in judged.lines:
        refusals += [Refusal(f"line_{code}", {"grant": line.grant_number}) for code in line.defects]
    return refusals


_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def _number_or_known(offer: Offer, key: UUID | None) -> tuple[str, Form | None]:
    """An unused confirmation number of this offer, and the form that this one-time key has made already, if any.

    The number can be read out on the telephone, and is guessed by nobody.
    """
    while True:
        drawn = "".join(secrets.choice(_ALPHABET) for _place in range(8))
        number = f"{drawn[:4]}-{drawn[4:]}"
        taken = Q(offer=offer, number=number)
        found = list(Form.objects.filter(taken | Q(key=key) if key else taken))
        known = next((form for form in found if key and form.key == key), None)
        if known is not None or not found:
            return number, known


def extend_offer(
    *,
    code: str,
    to: datetime,
    actor: str,
    at: datetime | None,
    overrides: Sequence[Override] = (),
    dry_run: bool = False,
) -> Result[OfferEvent | None]:
    """Extend an offer, or revive one just expired; `offers.actions.extend_offer` has the refusals.

    Reviving clears `late` from paper Election Forms received before the new expiration: each is judged again at its
    receipt. Portal attempts in the gap stay late; their signers are asked by letter to sign again.
    """

    def work() -> OfferEvent | Done[OfferEvent | None] | None:
        previous = _expiration(code)
        event = move_expiration(code=code, to=to, actor=actor, at=at, overrides=overrides)
        if event is None:
            return Done(None, [Refusal("nothing_to_do")])
        loaded = load(event.offer)
        rejudge(loaded, _late_elections(loaded), cause=Judgement.Cause.REVIVED, actor=actor, at=event.at)
        if previous is not None:
            letters.queue_extension(loaded, event, previous, at=event.at)
        return event

    return in_one_transaction(work, dry_run=dry_run)


def _expiration(code: str) -> datetime | None:
    offer = Offer.objects.filter(code=code).first()
    return timeline_of(offer).expires_at if offer else None


def terminate_offer(
    *, code: str, reason: str, actor: str, at: datetime | None, dry_run: bool = False
) -> Result[OfferEvent | None]:
    """Terminate a running offer: nothing is cancelled, every tendered option is returned, and all are told."""

    def work() -> OfferEvent | Done[OfferEvent | None] | None:
        event = end_offer(code=code, reason=reason, actor=actor, at=at)
        if event is None:
            return Done(None, [Refusal("nothing_to_do")])
        letters.queue_termination(load(event.offer), event, at=event.at)
        return event

    return in_one_transaction(work, dry_run=dry_run)


def _late_elections(loaded: Loaded) -> list[Form]:
    """Paper Election Forms that were rejected as late and are in time by the timeline as it is now."""
    late = Form.objects.filter(offer=loaded.offer, kind=FormKind.ELECTION, judgements__defects__contains='"late"')
    return [
        form
        for form in late.exclude(channel=Channel.PORTAL).distinct()
        if not loaded.timeline.election_is_late(form.received_at)
    ]


def rejudge(loaded: Loaded, forms: Sequence[Form], *, cause: str, actor: str, at: datetime) -> int:
    """Judge forms again at their receipt, in order of receipt, and keep what changed beside what was judged before.

    Their holders are told by letter. Answers how many came to another judgement.
    """
    if not forms:
        return 0
    ids = {form.holder_id for form in forms if form.holder_id is not None}
    held: dict[int, HolderForms] = forms_of_holders(loaded.offer, ids)
    standings = {holder_id: list(found.standings) for holder_id, found in held.items()}
    judge = Judge.for_holders(loaded, ids)
    rows: list[SealedRow] = []
    changed: list[tuple[Form, Judged]] = []
    for form in sorted(forms, key=lambda form: (form.received_at, form.sequence or 0)):
        holder_id = form.holder_id
        known = standings[holder_id] if holder_id is not None else []
        submission = records.submission_of(form)
        earlier = rules.received_before(known, (form.received_at, form.sequence or 0))
        judged = judge.judge(submission.facts(form.received_at), submission.lines, holder_id, earlier)
        latest = form.judgements.latest("number")
        if judged_of(latest) == judged:
            continue
        row = judgement_row(form, judged, number=latest.number + 1, cause=cause, at=at, known=len(known))
        rows.append(row)
        changed.append((form, judged))
        if holder_id is not None:
            known[:] = [
                standing_of(form, row) if standing.sequence == form.sequence else standing for standing in known
            ]
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
    letters.queue_receipts(loaded, changed, judge=judge, holders=Holder.objects.in_bulk(ids), at=at)
    return len(rows)

"""Storing a form signed in the portal: once, judged at its receipt, never a defective one."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from exchange.audit.actions import append
from exchange.elections import letters, rules
from exchange.elections.actions.batch import Batch, flags_after_acceptance, loaded_offer, locked_holders
from exchange.elections.actions.proofs import bind, bound, is_waiting
from exchange.elections.consent import consent_of
from exchange.elections.models import Form, FormKind, Purpose
from exchange.elections.reads import Judged, forms_of, judged_of, receipt_instant
from exchange.elections.records import Submission
from exchange.kernel import clock, locks
from exchange.kernel.results import Refusal, Result, refuse
from exchange.kernel.transactions import in_one_transaction
from exchange.offers.models import Offer
from exchange.people.models import Holder


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


def submit_form(
    *, code: str, holder: Holder, submission: Submission, actor: str, at: datetime | None
) -> Result[Received | Moved]:
    """Store a form signed in the portal; `at` is the instant our server had the whole of it.

    Forms of one holder wait for each other. A Notice passes `at` None: its instant is read once the offer's lock is
    held, so that acceptance, which takes its own instant under the exclusive lock, either sees the Notice or
    precedes it. In a replay the offer's own *now* takes the clock's place. Pressed twice (the same key) it is one
    form. Answers `Moved`, storing nothing, when the form in force is not the one the review was made against. After
    the deadline an Election Form is stored as `late`, whatever it was made on. Refuses what has a defect that the
    portal lets nobody sign, an Election Form made on another version of the offer than was in force at its receipt,
    and one whose signer has no standing consent to electronic records. An uploaded proof is bound to the form; one
    that is gone is refused, unless the form is late anyway.
    """

    def work() -> Received | Moved:
        locks.share_offer(code)
        loaded = loaded_offer(code)
        offer, timeline = loaded.offer, loaded.timeline
        holders = locked_holders(Holder.objects.filter(pk=holder.pk))
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
        if timeline.opened_at is None or not timeline.has_commenced(received_at):
            raise refuse(Refusal("offer_not_open", {"state": timeline.state(received_at)}))
        is_late = (
            timeline.election_is_late(received_at)
            if submission.kind == FormKind.ELECTION
            else timeline.withdrawal_is_late(received_at)
        )
        consent = consent_of(offer, locked)
        # A late form tenders nothing, and is kept whatever it was made on: signed is signed (domain §4).
        if not (consent.stands or (is_late and consent.is_given)):
            raise refuse(Refusal("consent_withdrawn" if consent.is_withdrawn else "consent_missing"))
        # A Notice withdraws everything, whatever the version says.
        names_version = submission.kind == FormKind.ELECTION and not is_late and submission.version is not None
        # By the version in force at its receipt: a form that we had before an amendment's notice stands, though it
        # waited here while the amendment took the lock.
        if names_version and submission.version != loaded.version_at(received_at).number:
            raise refuse(Refusal("offer_amended"))
        batch = Batch.start(loaded, holders)
        standing = rules.in_force(batch.standings[locked.pk])
        if not is_late and submission.against != (standing.number if standing else ""):
            return Moved(forms_of(offer, locked).form_in_force)
        proof = submission.proof
        if is_late and proof is not None and not is_waiting(proof, offer, locked):
            proof = None
        signed = replace(
            submission,
            proof=proof,
            signed=rules.Signed(at=received_at),
            consent_version=consent.last.version if consent.last else "",
            has_authority_evidence=proof is not None and proof.purpose == Purpose.AUTHORITY,
            has_name_change_proof=proof is not None and proof.purpose == Purpose.NAME_CHANGE,
        )
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
        kept = bind(proof, form, actor=actor, at=received_at) if proof is not None else None
        batch.rows += [kept[0]] if kept else []
        batch.rows += flags_after_acceptance(loaded, [(form, judged)], received_at)
        append(
            chain=f"holder:{locked.employee_number}",
            kind="form.received",
            actor=actor,
            at=received_at,
            payload={"offer": code, "form": number, "record": form.record_digest, "status": judged.status},
            rows=batch.rows,
        )
        if kept:
            bound(*kept)
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

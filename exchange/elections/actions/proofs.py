"""Proofs of authority and of a changed name: uploaded before the signature, bound by it, judged by staff."""

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from exchange.audit.actions import append
from exchange.elections import rules
from exchange.elections.actions.batch import loaded_offer, locked_holders
from exchange.elections.actions.change import rejudge
from exchange.elections.models import Form, Judgement, PendingProof, ProofDecision, Purpose, Scan, ScanKey
from exchange.elections.proofs import latest_decisions
from exchange.elections.records import Proof
from exchange.elections.scans import ScanFile, check_file, digest_of, sealed_up
from exchange.kernel import locks
from exchange.kernel.names import is_blank
from exchange.kernel.results import Done, Refusal, Result, refuse
from exchange.kernel.transactions import in_one_transaction
from exchange.offers.actions import check_not_before_latest
from exchange.offers.models import Offer
from exchange.offers.reads import chain_of
from exchange.people.models import Holder, User
from exchange.people.reads import is_same_person

KEPT_FOR = timedelta(days=1)  # an upload that nobody signs under
MOST_WAITING = 5  # uploads of one holder at a time: each is up to ten megabytes


def upload_proof(
    *, offer: Offer, holder: Holder, purpose: Purpose, file: ScanFile, actor: str, at: datetime
) -> Result[Proof]:
    """Keep a proof, encrypted, until the form that it belongs to is signed; a day at most. Refuses as scans do."""

    def work() -> Proof:
        check_file(file)
        locked_holders(Holder.objects.filter(pk=holder.pk))
        salt = secrets.token_hex(16)
        content, wrapped = sealed_up(file.body)
        pending = PendingProof.objects.create(
            offer=offer,
            holder=holder,
            purpose=purpose,
            content_type=file.content_type,
            size=len(file.body),
            salt=salt,
            sha256=digest_of(file.body, salt),
            content=content,
            wrapped=wrapped,
            uploaded_at=at,
        )
        own = PendingProof.objects.filter(holder=holder).order_by("-uploaded_at", "-pk")
        PendingProof.objects.filter(pk__in=list(own.values_list("pk", flat=True))[MOST_WAITING:]).delete()
        append(
            chain=f"uploads:{holder.employee_number}",
            kind="proof.uploaded",
            actor=actor,
            at=at,
            payload={"offer": offer.code, "purpose": purpose, "sha256": pending.sha256, "size": pending.size},
        )
        return proof_of(pending)

    return in_one_transaction(work)


def proof_of(pending: PendingProof) -> Proof:
    return Proof(
        purpose=pending.purpose,
        salt=pending.salt,
        sha256=pending.sha256,
        content_type=pending.content_type,
        size=pending.size,
        upload=pending.pk,
    )


def drop_uploads(*, at: datetime) -> int:
    """Remove the uploads that nobody signed under within a day; how many. They are no record, and leave none."""
    count, _each = PendingProof.objects.filter(uploaded_at__lt=at - KEPT_FOR).delete()
    return count


def waiting_upload(offer: Offer, holder: Holder, upload: UUID) -> PendingProof | None:
    """An upload of this holder that still waits, without its content."""
    return PendingProof.objects.filter(pk=upload, offer=offer, holder=holder).defer("content").first()


def is_waiting(proof: Proof, offer: Offer, holder: Holder) -> bool:
    """Whether the upload that the review showed is still there to be bound."""
    found = waiting_upload(offer, holder, proof.upload or UUID(int=0))
    return found is not None and proof_of(found).plain() == proof.plain()


def bind(proof: Proof, form: Form, *, actor: str, at: datetime) -> tuple[Scan, PendingProof]:
    """The scan that an upload becomes when its form is signed; call `bound` once the scan's row is written.

    Refuses an upload that is gone, or is not the one that the review showed.
    """
    found = PendingProof.objects.filter(pk=proof.upload or UUID(int=0), offer=form.offer, holder=form.holder).first()
    if found is None or proof_of(found).plain() != proof.plain():
        raise refuse(Refusal("proof_gone"))
    scan = Scan(
        form=form,
        purpose=found.purpose,
        content_type=found.content_type,
        size=found.size,
        salt=found.salt,
        sha256=found.sha256,
        content=bytes(found.content),
        attached_at=at,
        attached_by=actor,
    )
    return scan, found


def bound(scan: Scan, pending: PendingProof) -> None:
    ScanKey.objects.create(scan=scan, wrapped=bytes(pending.wrapped))
    pending.delete()


def judge_proof(
    *,
    form: Form,
    verdict: str,
    reason: str,
    decided_by: User | None = None,
    actor: str,
    at: datetime,
    dry_run: bool = False,
) -> Result[ProofDecision | None]:
    """Record what was found of a form's proof. Not sufficient: the form is judged again without it (domain §4).

    Refuses a form without an uploaded proof, one that has no effect anyway, a decision without a reason, anybody's on
    their own form, and any once the offer has ended: decisions end at acceptance. A decision may be taken back by
    another one until then; a form after which the holder sent another does not come into force again.
    """

    def work() -> ProofDecision | Done[ProofDecision | None]:
        code = form.offer.code
        locks.share_offer(code)
        loaded = loaded_offer(code)
        locked_holders(Holder.objects.filter(pk=form.holder_id or 0))
        timeline = loaded.timeline
        status = form.judgements.latest("number").status
        refusals = []
        if not form.scans.filter(purpose__in=[Purpose.AUTHORITY, Purpose.NAME_CHANGE]).exists():
            refusals.append(Refusal("proof_none", {"number": form.number}))
        elif status == rules.REJECTED:
            refusals.append(Refusal("proof_of_rejected", {"number": form.number}))
        if timeline.accepted_at is not None or timeline.terminated_at is not None:
            refusals.append(Refusal("proof_too_late"))
        if is_blank(reason):
            refusals.append(Refusal("reason_missing"))
        if decided_by is not None and is_same_person(decided_by, form.holder):
            refusals.append(Refusal("decision_own"))
        if refusals:
            raise refuse(*refusals)
        check_not_before_latest(loaded.offer, at)
        last = latest_decisions([form]).get(form.pk)
        if last is not None and last.verdict == verdict:
            return Done(None, [Refusal("nothing_to_do")])
        decision = ProofDecision(
            form=form,
            number=last.number + 1 if last else 1,
            verdict=ProofDecision.Verdict(verdict),
            reason=reason.strip(),
            at=at,
            actor=actor,
        )
        append(
            chain=chain_of(loaded.offer),
            kind="proof.judged",
            actor=actor,
            at=at,
            payload={"offer": code, "form": form.number, "verdict": verdict},
            rows=[decision],
        )
        rejudge(loaded, [form], cause=Judgement.Cause.PROOF_JUDGED, actor=actor, at=at)
        return decision

    return in_one_transaction(work, dry_run=dry_run)

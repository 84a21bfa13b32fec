"""Two people for what binds the company: one proposes, another approves or declines, or the first takes it back.

A proposal changes nothing of the offer and is no step of its life: its events have a chain of their own, so that a
replay's clock does not move. What is proposed is carried out by the caller, inside `approving`'s transaction.
"""

import hashlib
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db.models import OuterRef, QuerySet, Subquery

from exchange.audit import two_persons
from exchange.audit.actions import append
from exchange.audit.models import AuditEvent, SealedRow
from exchange.audit.verify import payload_of
from exchange.kernel import canonical, locks
from exchange.kernel.results import Done, Refusal, Result, refuse
from exchange.kernel.sentences import sentence
from exchange.kernel.transactions import in_one_transaction
from exchange.offers.actions import Override
from exchange.offers.models import Offer
from exchange.offers.proposal_models import Proposal, ProposalFile, ProposalOutcome
from exchange.people.models import User

Kind = ProposalOutcome.Kind
T = TypeVar("T")
MISMATCHED = "proposal.mismatched"
MOST_MISMATCHES = 3
PAUSE = timedelta(days=1)  # how long who entered otherwise so often waits; another person need not
# What is written down without anything of an offer having moved.
LOOKS = (
    *("list.looked", "record.looked", "record.downloaded", "scan.opened", "results.exported", "form.certified"),
    *("signed_in", "signed_in.by_code", "sign_in.secured", "password.set", "passkey.added", "passkey.removed"),
    *("app.added", "app.removed", "codes.made", "account.added", "account.owner_stated", "sessions.ended"),
)


def chain_of(offer: Offer) -> str:
    """The audit chain of what was proposed for an offer."""
    return f"proposals:{offer.code}"


def propose(
    *,
    code: str,
    step: str,
    headline: str,
    wanted: Mapping[str, object],
    overrides: Sequence[Override] = (),
    is_asked: bool = False,
    preview: str,
    files: Sequence[tuple[str, bytes]] = (),
    approve_by: datetime | None = None,
    proposed_by: User,
    actor: str,
    at: datetime,
    dry_run: bool = False,
) -> Result[Proposal]:
    """Keep a proposal for another person to approve; nothing is done yet.

    `preview` is the canonical text of what the proposer was shown. Overrides are counsel's own, or (`is_asked`) only
    asked for: then whoever approves gives them, with a reason of their own, or it is not done. The same person
    proposing the same again while it waits changes nothing, so that a press twice is one proposal.
    The log has the preview's digest, and the row's, only with a salt that nobody is shown: of figures that are known
    but for one, such as a closing price that is entered blind, no digest lets that one be tried out.
    """

    def work() -> Proposal | Done[Proposal]:
        offer = _locked(code)
        asked = [{"rule": o.rule, "reason": o.reason, "is_asked": is_asked} for o in overrides]
        said = canonical.dumps(asked) if asked else ""
        values = canonical.dumps(wanted)
        sums = [hashlib.sha256(content).hexdigest() for _name, content in files]
        same = {"step": step, "wanted": values, "overrides": said, "proposed_by": proposed_by}
        for earlier in waiting().filter(offer=offer, **same):
            if [file.sha256 for file in earlier.files.all()] == sums:
                return Done(earlier, [Refusal("proposal_waits_already", {"number": earlier.number})])
        salt = secrets.token_hex(32)
        proposal = Proposal(
            offer=offer,
            number=offer.proposals.count() + 1,
            headline=headline[:300],
            preview=preview,
            salt=salt,
            preview_digest=canonical.salted(preview, salt),
            proposed_at=at,
            approve_by=approve_by,
            **same,
        )
        rows: list[SealedRow] = [
            ProposalFile(proposal=proposal, position=position, name=name, content=content, sha256=sha256)
            for position, ((name, content), sha256) in enumerate(zip(files, sums, strict=True), start=1)
        ]
        append(
            chain=chain_of(offer),
            kind="proposal.made",
            actor=actor,
            at=at,
            payload={
                "offer": offer.code,
                "proposal": proposal.number,
                "step": step,
                "preview": proposal.preview_digest,
            },
            rows=[proposal, *rows],
        )
        return proposal

    return in_one_transaction(work, dry_run=dry_run)


def approve(
    *,
    proposal: Proposal,
    preview_digest: str,
    carry_out: Callable[[], T],
    approved_by: User,
    actor: str,
    at: datetime,
    true_at: datetime,
) -> T:
    """Carry a waiting proposal out on the word of both, and write down that it was approved; inside a transaction.

    `carry_out` runs with the offer and its proposals locked: nothing is done to it by a command meanwhile, and of two
    who approve at once the second finds it settled and is refused. It raises, or the caller rolls back, where the step
    was refused or comes out otherwise than shown.
    Raises a refusal for the proposer's own, for one that is settled, and of who has to wait after what they entered
    (`paused_until`, by the true clock).
    """
    offer = _locked(proposal.offer.code)
    _check_may_enter(proposal, approved_by, actor, true_at)
    if offer.events.exists():  # a draft's opening has a lock of its own, which is taken before the offer's
        locks.own_offer(offer.code)
    with two_persons.acting(proposal=str(proposal.number), proposed_by=proposal.event.actor, approved_by=actor):
        value = carry_out()
        _settle(offer, proposal, Kind.APPROVED, by=approved_by, actor=actor, at=at, preview_digest=preview_digest)
    return value


def decline(
    *, proposal: Proposal, reason: str, declined_by: User, actor: str, at: datetime, dry_run: bool = False
) -> Result[ProposalOutcome]:
    """Decline a waiting proposal, with the reason. Refuses the proposer's own: that is taken back."""

    def work() -> ProposalOutcome:
        offer = _locked(proposal.offer.code)
        check_waits(proposal)
        if declined_by.pk == proposal.proposed_by_id:
            raise refuse(Refusal("proposal_own"))
        if not reason.strip():
            raise refuse(Refusal("reason_missing"))
        return _settle(offer, proposal, Kind.DECLINED, by=declined_by, actor=actor, at=at, reason=reason.strip())

    return in_one_transaction(work, dry_run=dry_run)


def take_back(
    *, proposal: Proposal, taken_back_by: User, actor: str, at: datetime, dry_run: bool = False
) -> Result[ProposalOutcome]:
    """Its proposer takes a waiting proposal back."""

    def work() -> ProposalOutcome:
        offer = _locked(proposal.offer.code)
        check_waits(proposal)
        if taken_back_by.pk != proposal.proposed_by_id:
            raise refuse(Refusal("proposal_of_another"))
        return _settle(offer, proposal, Kind.TAKEN_BACK, by=taken_back_by, actor=actor, at=at)

    return in_one_transaction(work, dry_run=dry_run)


def overtake(*, proposals: Sequence[Proposal], reason: str, by: User, actor: str, at: datetime) -> None:
    """Settle proposals that can work no more, saying why; called where what overtook them is done."""
    for proposal in proposals:
        _settle(proposal.offer, proposal, Kind.OVERTAKEN, by=by, actor=actor, at=at, reason=reason)


def overtake_alone(
    *, proposal: Proposal, reason: str, by: User, actor: str, at: datetime, dry_run: bool = False
) -> Result[ProposalOutcome]:
    """Settle one proposal that can work no more, with the reasons that stand against it."""

    def work() -> ProposalOutcome:
        offer = _locked(proposal.offer.code)
        check_waits(proposal)
        if not reason.strip():
            raise refuse(Refusal("reason_missing"))
        return _settle(offer, proposal, Kind.OVERTAKEN, by=by, actor=actor, at=at, reason=reason)

    return in_one_transaction(work, dry_run=dry_run)


@dataclass(frozen=True)
class Mismatch:
    """How often a proposal's approvers entered otherwise than was proposed, and whether that settled it."""

    times: int

    @property
    def is_settled(self) -> bool:
        return self.times >= MOST_MISMATCHES


def paused_until(proposal: Proposal, actor: str, true_at: datetime) -> datetime | None:
    """Until when somebody may not enter again what the proposal's step asks for; None where they may.

    So it is once three entries of theirs differed within a day, in whichever proposals of the step: who guesses gets
    no new guesses by a new proposal. Another person may go on at once. By the true clock, as a replay's stands still.
    """
    events = AuditEvent.objects.filter(chain=chain_of(proposal.offer), kind=MISMATCHED, actor=actor).order_by("-pk")
    of_step = [event.recorded_at for event in events if payload_of(event)["step"] == proposal.step]
    if len(of_step) < MOST_MISMATCHES or of_step[0] - of_step[MOST_MISMATCHES - 1] >= PAUSE:
        return None
    until = of_step[0] + PAUSE
    return until if true_at < until else None


def _check_may_enter(proposal: Proposal, by: User, actor: str, true_at: datetime) -> None:
    check_waits(proposal)
    if by.pk == proposal.proposed_by_id:
        raise refuse(Refusal("proposal_own"))
    until = paused_until(proposal, actor, true_at)
    if until is not None:
        raise refuse(Refusal("proposal_paused", {"times": MOST_MISMATCHES, "until": until}))


def entered_otherwise(
    *,
    proposal: Proposal,
    differs: Callable[[], bool],
    entered_by: User,
    actor: str,
    at: datetime,
    true_at: datetime,
    dry_run: bool = False,
) -> Result[Mismatch | None]:
    """Compare what an approver entered blind with what was proposed; None where it is that.

    Where it differs, that is written down, and neither of the two. Whoever guesses is found out so: the third time,
    whosever it is, settles the proposal as overtaken, and who did it three times waits for a day (`paused_until`).
    `differs` is asked with the offer's proposals locked, so that of many entries sent at once each counts.
    """

    def work() -> Mismatch | None:
        offer = _locked(proposal.offer.code)
        _check_may_enter(proposal, entered_by, actor, true_at)
        if not differs():
            return None
        append(
            chain=chain_of(offer),
            kind=MISMATCHED,
            actor=actor,
            at=at,
            payload={"offer": offer.code, "proposal": proposal.number, "step": proposal.step},
        )
        events = AuditEvent.objects.filter(chain=chain_of(offer), kind=MISMATCHED)
        found = Mismatch(sum(payload_of(event)["proposal"] == proposal.number for event in events))
        if found.is_settled:
            reason = sentence(Refusal("proposal_mismatched", {"times": found.times}))
            _settle(offer, proposal, Kind.OVERTAKEN, by=entered_by, actor=actor, at=at, reason=reason)
        return found

    return in_one_transaction(work, dry_run=dry_run)


def check_waits(proposal: Proposal) -> None:
    outcome = ProposalOutcome.objects.filter(proposal=proposal).first()
    if outcome is not None:
        raise refuse(Refusal("proposal_settled", {"outcome": outcome.get_kind_display().lower()}))


def _locked(code: str) -> Offer:
    """The offer, its proposals kept to this transaction. Taken before the offer's own lock, never after it."""
    locks.own(f"proposals:{code}")
    offer = Offer.objects.filter(code=code).first()
    if offer is None:
        raise refuse(Refusal("unknown_offer", {"offer": code}))
    return offer


def _settle(
    offer: Offer,
    proposal: Proposal,
    kind: Kind,
    *,
    by: User,
    actor: str,
    at: datetime,
    reason: str = "",
    preview_digest: str = "",
) -> ProposalOutcome:
    outcome = ProposalOutcome(
        proposal=proposal,
        kind=kind,
        by=by,
        proposer_id=proposal.proposed_by_id,
        reason=reason,
        preview_digest=preview_digest,
        at=at,
    )
    append(
        chain=chain_of(offer),
        kind=f"proposal.{kind.value}",
        actor=actor,
        at=at,
        payload={"offer": offer.code, "proposal": proposal.number, "reason": reason},
        rows=[outcome],
    )
    return outcome


# Questions


def waiting() -> QuerySet[Proposal]:
    """Proposals that nobody has settled yet, without their previews, which name every option they touch."""
    found = Proposal.objects.filter(outcome__isnull=True).select_related("offer", "proposed_by", "event")
    return found.defer("preview")


def with_first_since(proposals: QuerySet[Proposal]) -> QuerySet[Any]:
    """Each with `first_since`: the first instant since it at which anything was recorded but looks and proposals."""
    later = AuditEvent.objects.filter(pk__gt=OuterRef("event_id")).exclude(kind__in=LOOKS)
    later = later.exclude(chain__startswith="proposals:").order_by("pk")
    return proposals.annotate(first_since=Subquery(later.values("recorded_at")[:1]))

"""Proofs that came with forms signed in the portal: which wait for staff, and what was found of each."""

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, replace
from uuid import UUID

from exchange.elections import rules
from exchange.elections.models import Form, ProofDecision, Purpose
from exchange.elections.reads import HolderForms, forms_of_holders
from exchange.elections.records import Submission
from exchange.elections.rules import Standing
from exchange.offers.models import Offer
from exchange.offers.reads import Loaded

PURPOSES = (Purpose.AUTHORITY, Purpose.NAME_CHANGE)


@dataclass(frozen=True)
class Waiting:
    """A form whose proof nobody has judged. `is_overtaken`: a later form of the holder counts whatever is found."""

    form: Form
    is_overtaken: bool


def latest_decisions(forms: Iterable[Form]) -> dict[object, ProofDecision]:
    """The decision that counts of each form, by form id, in one query."""
    found: dict[object, ProofDecision] = {}
    for decision in ProofDecision.objects.filter(form__in=list(forms)).order_by("number"):
        found[decision.form_id] = decision
    return found


def as_found(submission: Submission, decision: ProofDecision | None) -> Submission:
    """A form as it is to be judged: a proof that was found not sufficient is as if it had not come."""
    if decision is None or decision.verdict != ProofDecision.Verdict.NOT_SUFFICIENT:
        return submission
    return replace(submission, has_authority_evidence=False, has_name_change_proof=False)


def unjudged_ids(offer: Offer) -> set[UUID]:
    """Forms of an offer that came with a proof of which nothing was found yet, in one query."""
    forms = Form.objects.filter(offer=offer, scans__purpose__in=PURPOSES, proof_decisions__isnull=True)
    return set(forms.values_list("pk", flat=True))


def is_waiting(form: Form) -> bool:
    """Whether a form came with a proof that nobody has judged; asks nothing about a form that came without."""
    return "proof" in form.content()["form"] and not form.proof_decisions.exists()


def is_overtaken(standing: Standing, standings: Sequence[Standing]) -> bool:
    """Whether a later effective form or signed Notice of the holder counts, whatever becomes of this one."""
    return any(
        other.place > standing.place
        and (other.status == rules.EFFECTIVE or (other.kind == rules.WITHDRAWAL and other.is_signed))
        for other in standings
    )


def waiting(held: Iterable[HolderForms], unjudged: Set[UUID]) -> list[Waiting]:
    """The effective forms among these whose proof is unjudged; a rejected form's proof changes nothing."""
    return [
        Waiting(form, is_overtaken(standing, forms.standings))
        for forms in held
        for form, standing in zip(forms.forms, forms.standings, strict=True)
        if form.pk in unjudged and standing.status == rules.EFFECTIVE
    ]


def waiting_proofs(loaded: Loaded) -> list[Waiting]:
    """Every effective form of an offer whose proof nobody has judged, oldest first; none once decisions have ended."""
    if loaded.timeline.accepted_at is not None or loaded.timeline.terminated_at is not None:
        return []
    unjudged = unjudged_ids(loaded.offer)
    if not unjudged:
        return []
    holders = Form.objects.filter(pk__in=unjudged).values_list("holder_id", flat=True)
    held = forms_of_holders(loaded.offer, {pk for pk in holders if pk is not None})
    return sorted(waiting(held.values(), unjudged), key=lambda item: item.form.received_at)

"""Checking an offer's columns and documents against what was sealed."""

import hashlib
import json
from collections.abc import Iterator

from django.db.models import F, Q

from exchange.audit.models import AuditEvent
from exchange.kernel import canonical
from exchange.offers.models import (
    Amendment,
    ConditionDecision,
    Exclusion,
    ExclusionLifted,
    Offer,
    OfferDocument,
    OfferEvent,
    OfferVersion,
    Postponement,
    Proposal,
    ProposalFile,
    ProposalOutcome,
)
from exchange.offers.reads import chain_of, load


def faults() -> Iterator[str]:
    """Terms and documents that are not those of their digests; an offer's columns that its events do not bear out."""
    for version in OfferVersion.objects.select_related("offer").order_by("offer_id", "number"):
        if canonical.digest(version.terms) != version.terms_digest:
            yield f"offer {version.offer} version {version.number}: its terms do not match their digest"
    for document in OfferDocument.objects.select_related("version__offer").order_by("pk").iterator(chunk_size=20):
        if hashlib.sha256(document.body).hexdigest() != document.sha256:
            version = document.version
            yield f"offer {version.offer} version {version.number}: {document.title} does not match its digest"
    yield from _proposals()
    yield from _steps()
    yield from _exclusions()
    for offer in Offer.objects.order_by("pk"):
        yield from _columns(offer)
        yield from _amendments(offer)


def _steps() -> Iterator[str]:
    """A step that waived a condition or put acceptance off has the row that says so, and such a row its step."""
    for decision in ConditionDecision.objects.select_related("step", "condition"):
        step = decision.step
        if step.kind != decision.verdict or step.offer_id != decision.condition.offer_id:
            yield f"{decision}: its step is another, {step}"
    for postponement in Postponement.objects.select_related("step").exclude(step__kind=OfferEvent.Kind.POSTPONED):
        yield f"{postponement}: its step is another, {postponement.step}"
    bare = OfferEvent.objects.filter(
        Q(kind=OfferEvent.Kind.WAIVED, condition_decision__isnull=True)
        | Q(kind=OfferEvent.Kind.POSTPONED, postponement__isnull=True)
    )
    for step in bare.select_related("offer"):
        yield f"offer {step.offer}: its step {step.number} says nothing of what it did"


def _exclusions() -> Iterator[str]:
    """An exclusion, made or lifted, whose two persons are not two, or not those of its event or its proposal."""
    made: list[tuple[Exclusion | ExclusionLifted, Offer]]
    made = [(row, row.offer) for row in Exclusion.objects.select_related("offer", "event")]
    made += [(row, row.exclusion.offer) for row in ExclusionLifted.objects.select_related("exclusion__offer", "event")]
    for row, offer in made:
        payload = json.loads(row.event.payload)
        named = {name: payload.get(name) for name in ("proposed_by", "approved_by")}
        if row.proposed_by == row.approved_by:
            yield f"{row}: one person did it alone"
        if named != {"proposed_by": row.proposed_by, "approved_by": row.approved_by}:
            yield f"{row}: its event names others than those who proposed and approved it"
        number = payload.get("proposal")
        approved = ProposalOutcome.objects.filter(proposal__offer=offer, proposal__number=number, kind="approved")
        if number and not approved.exists():
            yield f"{row}: its proposal, {number}, was not approved"


def _proposals() -> Iterator[str]:
    """A proposal whose preview or files do not match their digests, or whose outcome names another proposer."""
    for proposal in Proposal.objects.order_by("pk").iterator(chunk_size=20):
        if canonical.salted(proposal.preview, proposal.salt) != proposal.preview_digest:
            yield f"{proposal}: its preview does not match its digest"
    for file in ProposalFile.objects.select_related("proposal").order_by("pk").iterator(chunk_size=20):
        if hashlib.sha256(file.content).hexdigest() != file.sha256:
            yield f"{file.proposal}: {file.name} does not match its digest"
    for outcome in ProposalOutcome.objects.select_related("proposal").exclude(proposer=F("proposal__proposed_by")):
        yield f"{outcome.proposal}: its outcome names another proposer"


def _amendments(offer: Offer) -> Iterator[str]:
    """Each amendment made one version, the newest ones; nothing else makes a version of an offer once opened."""
    steps = set(offer.events.filter(kind=OfferEvent.Kind.AMENDED).values_list("pk", flat=True))
    rows = Amendment.objects.filter(version__offer=offer).order_by("version__number")
    made = list(rows.values_list("version__number", "step_id"))
    if {step for _number, step in made} != steps:
        yield f"offer {offer}: its amendments are not those of its timeline"
    opened = AuditEvent.objects.filter(chain=chain_of(offer), kind="offer.opened").first()
    if opened is not None:
        since = offer.versions.filter(number__gt=json.loads(opened.payload)["version"]).order_by("number")
        if list(since.values_list("number", flat=True)) != [number for number, _step in made]:
            yield f"offer {offer}: a version came after its opening without an amendment"


def _columns(offer: Offer) -> Iterator[str]:
    if not offer.versions.exists():
        yield f"offer {offer}: it has no terms"
        return
    terms = load(offer).terms
    kinds = set(offer.events.values_list("kind", flat=True))
    is_running = OfferEvent.Kind.OPENED in kinds and not kinds & {
        OfferEvent.Kind.ACCEPTED,
        OfferEvent.Kind.TERMINATED,
    }
    if offer.code != terms.code:
        yield f"offer {offer}: its code is not that of its terms, {terms.code}"
    if offer.is_replay != terms.is_replay:
        yield f"offer {offer}: is_replay differs from its terms"
    if offer.is_running != is_running:
        yield f"offer {offer}: is_running differs from its events"

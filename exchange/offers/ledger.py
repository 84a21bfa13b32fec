"""Checking an offer's columns and documents against what was sealed."""

import hashlib
import json
from collections.abc import Iterator

from exchange.audit.models import AuditEvent
from exchange.kernel import canonical
from exchange.offers.models import Amendment, Offer, OfferDocument, OfferEvent, OfferVersion
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
    for offer in Offer.objects.order_by("pk"):
        yield from _columns(offer)
        yield from _amendments(offer)


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

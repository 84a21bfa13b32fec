"""Checking the whole record, all rooms together: what `verify_ledger` runs."""

from collections.abc import Iterator
from itertools import chain

from django.db.models import F

from exchange.audit import verify
from exchange.documents import ledger as documents
from exchange.elections import ledger as elections
from exchange.elections.models import Form
from exchange.grants.models import Cancellation
from exchange.kernel import canonical
from exchange.offers import ledger as offers
from exchange.offers.models import Offer
from exchange.settlement.models import Acceptance, NewGrant, Promise, PromiseLine


def faults() -> Iterator[str]:
    """Everything in the database that is not as it was written, a record at a time; guards that are gone, last."""
    return chain(
        verify.faults(),
        offers.faults(),
        elections.faults(),
        settlement_faults(),
        documents.faults(),
        verify.guard_faults(),
    )


def forms_census(offer: Offer, before_event: int | None = None) -> dict[str, object]:
    """How many forms an offer has, and one digest over the records of all; as they were when an event was written."""
    forms = Form.objects.filter(offer=offer)
    if before_event is not None:
        forms = forms.filter(event_id__lt=before_event)
    digests = list(forms.values_list("record_digest", flat=True))
    return {"count": len(digests), "root": canonical.root(digests)}


def settlement_faults() -> Iterator[str]:
    """Numbers that a row repeats from the one it points at; and forms that acceptance knew and that are not there."""
    for cancellation in Cancellation.objects.exclude(grant_number=F("grant__grant_number")).select_related("grant"):
        yield f"cancellation of {cancellation.grant_number}: its grant is now {cancellation.grant.grant_number}"
    for line in PromiseLine.objects.exclude(grant_number=F("cancellation__grant_number")):
        yield f"promise line {line.grant_number}: it names the cancellation of another grant"
    for grant in NewGrant.objects.exclude(old_grant_number=F("line__grant_number")):
        yield f"new grant {grant.number}: it names the promise line of another grant"
    for promise in Promise.objects.prefetch_related("lines"):
        if promise.shares != sum(line.shares for line in promise.lines.all()):
            yield f"promise {promise.number}: its shares are not the sum of its lines"
    for acceptance in Acceptance.objects.select_related("offer", "event"):
        known = verify.payload_of(acceptance.event).get("forms")
        if known != forms_census(acceptance.offer, before_event=acceptance.event_id):
            yield f"acceptance of {acceptance.offer}: the forms it was made on are not those on record"

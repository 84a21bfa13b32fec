"""Checking the whole record, all rooms together: what `verify_ledger` runs."""

from collections.abc import Iterator
from itertools import chain
from typing import Any

from django.db.models import F

from exchange.audit import verify
from exchange.audit.models import AuditEvent
from exchange.documents import ledger as documents
from exchange.documents.models import Paper
from exchange.elections import ledger as elections
from exchange.elections.models import Form
from exchange.grants.models import Cancellation
from exchange.kernel import canonical
from exchange.offers import ledger as offers
from exchange.offers.models import Offer
from exchange.settlement import agreements
from exchange.settlement.models import Acceptance, AgreementMistake, AgreementSignature, NewGrant, Promise, PromiseLine
from exchange.settlement.statement_letters import KIND as STATEMENT
from exchange.settlement.statement_letters import census_of_statements


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
    yield from _agreement_faults()
    yield from _statement_faults()
    for promise in Promise.objects.prefetch_related("lines"):
        if promise.shares != sum(line.shares for line in promise.lines.all()):
            yield f"promise {promise.number}: its shares are not the sum of its lines"
    for acceptance in Acceptance.objects.select_related("offer", "event"):
        known = verify.payload_of(acceptance.event).get("forms")
        if known != forms_census(acceptance.offer, before_event=acceptance.event_id):
            yield f"acceptance of {acceptance.offer}: the forms it was made on are not those on record"


def _statement_faults() -> Iterator[str]:
    """Final statements that the newest event about them does not vouch for, and those it does that are gone."""
    newest: dict[str, dict[str, Any]] = {}
    for event in AuditEvent.objects.filter(kind="statements.issued").order_by("pk"):
        said = verify.payload_of(event)
        newest[str(said["offer"])] = said
    offers_with = set(Paper.objects.filter(kind=STATEMENT).order_by().values_list("offer_key", flat=True).distinct())
    for code in sorted({*newest, *offers_with}):
        if code not in newest or newest[code].get("all") != census_of_statements(code):
            yield f"final statements of {code}: they are not those that were issued"


def _agreement_faults() -> Iterator[str]:
    """Signed option agreements whose columns, grant or agreement are not those of the record that was signed."""
    rows = AgreementSignature.objects.select_related("grant", "holder", "replaces__signature")
    for row in rows.order_by("grant_number", "pk").iterator(chunk_size=500):
        if canonical.digest(row.record) != row.record_digest:
            yield f"agreement {row.grant_number}: its record does not match its digest"
            continue
        off = agreements.differing(row)
        if off:
            yield f"agreement {row.grant_number}: {', '.join(off)} differ from what was signed"
    keys = Paper.objects.filter(kind="new_option").values_list("subject_key", "sha256")
    papers = dict(keys.iterator(chunk_size=2000))
    for number, sha256 in AgreementSignature.objects.values_list("grant__number", "agreement_sha256"):
        if papers.get(f"new_grant:{number}") != sha256:
            yield f"agreement {number}: the paper that was signed is gone, or another now"
    for number in AgreementMistake.objects.filter(signature__channel="portal").values_list(
        "signature__grant_number", flat=True
    ):
        yield f"agreement {number}: its holder signed it in the portal, and it is said to be recorded by mistake"
    mistaken = AgreementMistake.objects.filter(signed_again__isnull=False)
    for number in mistaken.exclude(signature__grant=F("signed_again__grant")).values_list(
        "signature__grant_number", flat=True
    ):
        yield f"agreement {number}: the signature in place of its mistaken one is of another option"

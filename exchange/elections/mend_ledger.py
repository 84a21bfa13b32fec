"""Checking mended transcriptions: that each entry is what two people agreed on, of the same paper form, and named."""

import json
from collections.abc import Iterator

from exchange.elections.mends import entries_of
from exchange.elections.models import Form
from exchange.elections.models.mends import MendDecision, Mending, MendVerdict
from exchange.kernel import canonical


def faults() -> Iterator[str]:
    """Entries that are not what was prepared and confirmed, and records that name an entry they do not mend."""
    marked = Form.objects.filter(record__contains='"mends":').only("record")
    named: dict[object, object] = {form.pk: form.content().get("mends") for form in marked}
    for mending in Mending.objects.select_related("form__offer", "entry", "mend__decision"):
        form, entry, mend = mending.form, mending.entry, mending.mend
        name = f"form {entry.number}, which mends {form.number}"
        if named.pop(entry.pk, None) != {"form": form.number, "record": form.record_digest}:
            yield f"{name}: its signed record names another entry"
        if form.offer_id != entry.offer_id:
            yield f"{name}: it is of another offer"
        is_moved = entry.received_at != form.received_at and entry.received_at > entries_of(form)[0].recorded_at
        if is_moved and not form.offer.is_replay:
            yield f"{name}: it says that it was received after it had been recorded"
        said = {**entry.content()["form"], "number": form.number}
        if mend.form_id != form.pk or canonical.dumps(said) != canonical.dumps(json.loads(mend.content)):
            yield f"{name}: it is not what was prepared"
        decision = getattr(mend, "decision", None)
        if decision is None or decision.verdict != MendVerdict.CONFIRMED or decision.event_id != mending.event_id:
            yield f"{name}: no second person confirmed it"
        elif decision.prepared_by != mend.actor or decision.actor == mend.actor:
            yield f"{name}: it was not confirmed by a second person"
    for form in Form.objects.filter(pk__in=[pk for pk, value in named.items() if value]).only("number"):
        yield f"form {form.number}: its record mends another, and no mending is on record"
    for decision in MendDecision.objects.filter(verdict=MendVerdict.CONFIRMED, mend__mending__isnull=True):
        yield f"new entry {decision.mend}: it was confirmed, and no entry is on record"

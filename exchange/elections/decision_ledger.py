"""Checking decisions on defects: that each is of its form's offer, in time, and that forms stand as they say."""

from collections import defaultdict
from collections.abc import Iterator

from django.db.models import Q

from exchange.elections import rules
from exchange.elections.decisions import SETTLING, Key, as_received, keys_of
from exchange.elections.models import Form
from exchange.elections.models.decisions import CureRequest, Decision, Verdict, Waiver
from exchange.elections.reads import judged_of, latest_judgements
from exchange.offers.models import OfferEvent


def faults() -> Iterator[str]:
    """Decisions and days to cure that do not fit their form, and forms that do not stand as their decisions say."""
    ended = dict(OfferEvent.objects.filter(kind=OfferEvent.Kind.ACCEPTED).values_list("offer_id", "at"))
    made: dict[object, dict[Key, Decision]] = defaultdict(dict)
    for decision in Decision.objects.select_related("form", "waiver").order_by("form_id", "number"):
        key = (decision.grant_number, decision.defect)
        before = made[decision.form_id].get(key)
        name = f"decision on {decision.defect} of form {decision.form.number}"
        if decision.number != (before.number + 1 if before else 1):
            yield f"{name}: the one before it is missing"
        if decision.offer_id != decision.form.offer_id:
            yield f"{name}: the form is of another offer"
        if decision.offer_id in ended and decision.at > ended[decision.offer_id]:
            yield f"{name}: it is dated after acceptance"
        waiver = decision.waiver
        if waiver is not None and (waiver.offer_id, waiver.defect) != (decision.offer_id, decision.defect):
            yield f"{name}: its waiver is of something else"
        made[decision.form_id][key] = decision
    for request in CureRequest.objects.select_related("form"):
        if request.offer_id != request.form.offer_id:
            yield f"day to cure {request.defect} of form {request.form.number}: the form is of another offer"
    yield from _standing_faults(made)
    yield from _waiver_faults(made)


def _standing_faults(made: dict[object, dict[Key, Decision]]) -> Iterator[str]:
    forms = list(Form.objects.filter(pk__in=list(made)).only("number"))
    received, latest = as_received(forms), latest_judgements(forms)
    for form in forms:
        judged, now = judged_of(received[form.pk]), judged_of(latest[form.pk])
        if judged.status == rules.REJECTED:
            continue  # a Notice that turned out to have come after acceptance
        verdicts = made[form.pk]
        left = {key for key in keys_of(judged) if key not in verdicts or verdicts[key].verdict not in SETTLING}
        # What a decision does not take away may still go with it: a half stands again with its mate.
        is_as_decided = set(now.defects) == {code for grant, code in left if not grant} and (
            now.status == (rules.DEFECTIVE if now.defects else rules.EFFECTIVE)
        )
        if not is_as_decided:
            yield f"form {form.number}: it does not stand as was decided of its defects"


def _waiver_faults(made: dict[object, dict[Key, Decision]]) -> Iterator[str]:
    """A waiver covers every holder alike: each paper form that had its defect in time has a decision that names it."""
    for waiver in Waiver.objects.select_related("offer"):
        ended = waiver.offer.events.filter(kind__in=[OfferEvent.Kind.ACCEPTED, OfferEvent.Kind.TERMINATED]).first()
        marked = f'"{waiver.defect}"'
        found = Form.objects.filter(offer=waiver.offer, judgements__defects__contains=marked) | Form.objects.filter(
            offer=waiver.offer, judgements__lines__contains=marked
        )
        if ended is not None:
            found = found.filter(event_id__lt=ended.event_id)
        # An entry that had been mended by then is none that a waiver reaches: the one in its place is.
        found = found.filter(Q(mending__isnull=True) | Q(mending__event_id__gt=waiver.event_id))
        forms = list(found.exclude(channel="portal").distinct().only("number"))
        received = as_received(forms)
        for form in forms:
            judged = judged_of(received[form.pk])
            if judged.status == rules.REJECTED:
                continue
            for key in keys_of(judged):
                decision = made.get(form.pk, {}).get(key)
                if key[1] == waiver.defect and (decision is None or decision.verdict == Verdict.REJECTED):
                    yield f"form {form.number}: the waiver of {waiver.defect} does not reach it"

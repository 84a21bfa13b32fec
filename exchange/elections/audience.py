"""Whom a step of an offer concerns, who of them has a tender in force, and which expiration stood before it."""

from datetime import datetime

from exchange.elections.reads import forms_of_holders
from exchange.offers.audience import eligible_holders
from exchange.offers.letters import deadline_of
from exchange.offers.models import OfferEvent
from exchange.offers.reads import Loaded
from exchange.people.models import Holder


def tendering(loaded: Loaded) -> dict[int, bool]:
    """Of everyone who sent a form, whether they have a tender in force."""
    return {holder_id: bool(forms.tendered) for holder_id, forms in forms_of_holders(loaded.offer).items()}


def audience(loaded: Loaded, at: datetime) -> tuple[list[Holder], set[int]]:
    """Everyone whom a step of the offer concerns: all whom it reaches at `at`, and whoever has a tender in force.

    And the keys of those whom it reaches.
    """
    reached = {holder.pk: holder for holder, _options, _shares in eligible_holders(loaded, at)}
    others = [pk for pk, has in tendering(loaded).items() if has and pk not in reached]
    return [*reached.values(), *Holder.objects.in_bulk(others).values()], set(reached)


def deadline_before(loaded: Loaded, step: OfferEvent) -> datetime | None:
    """The expiration that stood before this step, where another is in force now; by the order of steps, as two may
    state the same instant."""
    earlier = OfferEvent.objects.filter(offer_id=step.offer_id, number__lt=step.number, expires_at__isnull=False)
    before = earlier.order_by("-number").values_list("expires_at", flat=True).first()
    return before if before != deadline_of(loaded) else None

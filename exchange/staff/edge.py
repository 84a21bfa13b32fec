"""The edge of a staff request: one clock reading, and the offer the desk is about."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest

from exchange.kernel import clock
from exchange.kernel.wording import instant_text
from exchange.offers.models import Offer
from exchange.offers.reads import Loaded, current_offer, load, now_for
from exchange.offers.rules import State


@dataclass(frozen=True)
class Edge:
    """The true instant, and the offer with its own *now* (a replay's clock stands at its latest action)."""

    true_now: datetime
    now: datetime
    loaded: Loaded | None

    @property
    def latest(self) -> datetime:
        """An instant no form came after: now; in a replay, whose clock stands, no sooner than the offer closes."""
        expires_at = self.loaded.timeline.expires_at if self.loaded and self.loaded.offer.is_replay else None
        return max(self.now, expires_at) if expires_at else self.now

    @property
    def moment(self) -> datetime | None:
        """What an action is told of when it happens: a replay's now; of a live offer nothing, it reads the clock."""
        return self.now if self.loaded and self.loaded.offer.is_replay else None

    @property
    def offer(self) -> Offer | None:
        return self.loaded.offer if self.loaded else None

    @property
    def zone(self) -> str:
        return self.loaded.zone if self.loaded else "UTC"

    @property
    def state(self) -> State | None:
        return self.loaded.timeline.state(self.now) if self.loaded else None

    def instant(self, at: datetime | None) -> str:
        return instant_text(at, self.zone) if at else "–"


def edge_of(request: HttpRequest) -> Edge:
    """The request's edge, read once: the running offer, else the last one opened, else the newest draft."""
    kept = vars(request)  # with the request it was read for
    if "desk_edge" in kept:
        found: Edge = kept["desk_edge"]
        return found
    true_now = clock.now()
    offer = current_offer() or Offer.objects.first()
    loaded = load(offer) if offer else None
    kept["desk_edge"] = edge = Edge(true_now, now_for(offer, true_now) if offer else true_now, loaded)
    return edge


def edge_for(request: HttpRequest, offer: Offer) -> Edge:
    """The edge of a page about one named offer."""
    return edge_at(edge_of(request).true_now, offer)


def edge_at(true_now: datetime, offer: Offer) -> Edge:
    """The same for the worker, which reads the clock itself."""
    return Edge(true_now, now_for(offer, true_now), load(offer))

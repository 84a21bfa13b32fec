"""What pages outside an offer need of it: whose site, until when, whom to call. Read only when used."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from exchange.kernel import clock
from exchange.offers.reads import current_offer, load, now_for
from exchange.offers.rules import State
from exchange.portal.company_sign_in import company_sign_in
from exchange.portal.pages import Chrome, Strip
from exchange.portal.present.chrome import frame
from exchange.portal.present.words import time_left


def front(request: HttpRequest) -> dict[str, object]:
    return {"front": SimpleLazyObject(_front), "company_sign_in": SimpleLazyObject(company_sign_in)}


def _front() -> Chrome | None:
    """The running offer's public facts, for the sign-in page; nothing of any person."""
    offer = current_offer()
    if offer is None:
        return None
    loaded, at = load(offer), now_for(offer, clock.now())
    expires_at = loaded.timeline.expires_at
    if expires_at is None or loaded.timeline.state(at) is not State.OPEN:
        return frame(loaded, None)
    left = time_left(expires_at, at)
    return frame(loaded, Strip(at, expires_at, left, "", "", "", counts_down=False))

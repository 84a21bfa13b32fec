"""What a mail service says later of a letter it took: returned or refused, which makes it work for staff.

It says so at an address that exists only where a mail service is configured, and a secret that it must bring.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from anymail.signals import AnymailTrackingEvent, EventType, tracking
from django.urls import URLPattern

from exchange.kernel import clock
from exchange.notices.actions import take_back_returned

# What became of the letter, as the class of failure that staff read; every other event changes nothing.
LOST: Final[Mapping[str, str]] = {
    EventType.BOUNCED: "MailReturned",
    EventType.REJECTED: "MailServiceRejected",
    EventType.FAILED: "MailServiceFailed",
}
_SERVICE = re.compile(r"anymail\.backends\.(\w+)\.EmailBackend")


def listen() -> None:
    """Hear what the service's address is told."""
    tracking.connect(_told, dispatch_uid="exchange.notices")


def _told(*, event: AnymailTrackingEvent, **_more: object) -> None:
    lost = LOST.get(event.event_type)
    if lost is not None and event.message_id:
        take_back_returned(service_id=event.message_id, why=lost, at=clock.now())


def addresses(backend: str, service: Mapping[str, Any]) -> list[URLPattern]:
    """Where the configured service reports; nowhere without a secret, or where letters go by another way."""
    found = _SERVICE.fullmatch(backend)
    if found is None or not service.get("WEBHOOK_SECRET"):
        return []
    from anymail.urls import urlpatterns  # every service's code is loaded with it

    names = {f"{found[1]}_tracking_webhook", f"{found[1]}_webhook"}
    return [pattern for pattern in urlpatterns if isinstance(pattern, URLPattern) and pattern.name in names]

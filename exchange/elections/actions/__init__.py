"""Every write of this room, one file a topic: batch, receive, sign, change."""

from exchange.elections.actions.change import extend_offer, rejudge, terminate_offer
from exchange.elections.actions.receive import Recorded, record_forms
from exchange.elections.actions.sign import Moved, Received, submit_form

__all__ = [
    "Moved",
    "Received",
    "Recorded",
    "extend_offer",
    "record_forms",
    "rejudge",
    "submit_form",
    "terminate_offer",
]

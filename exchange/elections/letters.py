"""Letters and papers about forms, filled from plain snapshots and queued in the caller's transaction."""

from collections.abc import Sequence
from datetime import datetime

from exchange.elections.models import Form
from exchange.elections.reads import Judged
from exchange.offers.models import OfferEvent
from exchange.offers.reads import Loaded


def queue_receipts(loaded: Loaded, taken: Sequence[tuple[Form, Judged]], *, at: datetime) -> None:
    """Queue the receipt of each form, and its paper."""


def queue_extension(loaded: Loaded, event: OfferEvent, *, at: datetime) -> None:
    """Queue the notice of an extension."""


def queue_termination(loaded: Loaded, event: OfferEvent, *, at: datetime) -> None:
    """Queue the notice of a termination."""

"""Letters and papers of settlement, filled from plain snapshots and queued in the caller's transaction."""

from datetime import datetime

from exchange.offers.reads import Loaded
from exchange.settlement.models import Acceptance


def queue_acceptance(loaded: Loaded, acceptance: Acceptance, *, at: datetime) -> None:
    """Queue the notice of acceptance to every holder whose tender was decided."""


def queue_promises(loaded: Loaded, acceptance: Acceptance, *, at: datetime) -> None:
    """Queue the Promise to Grant and its letter for every holder who has one."""


def queue_grants(loaded: Loaded, acceptance: Acceptance, *, at: datetime) -> None:
    """Queue the new option agreements, and letters of grants and lapses."""

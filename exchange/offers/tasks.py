"""Celery's doors into this room."""

from celery import shared_task

from exchange.kernel import clock
from exchange.offers import approving


@shared_task(name="exchange.offers.tasks.release_approved")
def release_approved() -> None:
    """Run by the schedule every minute."""
    approving.release_approved(at=clock.now())

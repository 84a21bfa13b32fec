"""Celery's doors into the desk: steps that take longer than a page may."""

from uuid import UUID

from celery import shared_task

from exchange.kernel import clock
from exchange.offers import attempts
from exchange.staff import working


@shared_task(name=attempts.TASK)
def attempt(attempt_id: str) -> None:
    """Try out or carry out a step that somebody of the desk asked for."""
    working.work(UUID(attempt_id))


@shared_task(name="exchange.staff.tasks.sweep")
def sweep() -> None:
    """Run by the schedule: ask again for what got lost, and empty what is a day old."""
    attempts.sweep(at=clock.now())

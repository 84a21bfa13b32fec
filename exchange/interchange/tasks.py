"""Celery's doors into this room."""

from uuid import UUID

from celery import shared_task

from exchange.interchange import imports
from exchange.interchange.exports import run
from exchange.kernel import clock


@shared_task(name="exchange.interchange.tasks.go_on")
def go_on(batch: str) -> None:
    """Check or apply an uploaded file, whichever it waits for."""
    imports.work(UUID(batch))


@shared_task(name="exchange.interchange.tasks.sweep")
def sweep() -> None:
    """Run by the schedule: ask again for what got lost, and remove what nobody applied within a week."""
    imports.sweep(at=clock.now())
    run.sweep(at=clock.now())


@shared_task(name=run.TASK)
def make_export(export_id: str) -> None:
    """Make a file that the desk asked for."""
    run.make(UUID(export_id))

"""Celery's door to the papers: an id in, one action called."""

from uuid import UUID

from celery import shared_task

from exchange.documents import actions, press
from exchange.kernel import clock


@shared_task(name="exchange.documents.tasks.render_paper")
def render_paper(paper_id: str) -> None:
    actions.render_paper(paper_id=UUID(paper_id), at=clock.now())


@shared_task(name=press.TASK)
def run_press(slot: str = "") -> None:
    """A slice of one press; without its number, starts those that do not run."""
    if slot:
        press.run(int(slot), at=clock.now())
    else:
        press.wake(at=clock.now())

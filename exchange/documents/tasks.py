"""Celery's door to the papers: an id in, one action called."""

from uuid import UUID

from celery import shared_task

from exchange.documents import actions
from exchange.kernel import clock


@shared_task(name="exchange.documents.tasks.render_paper")
def render_paper(paper_id: str) -> None:
    actions.render_paper(paper_id=UUID(paper_id), at=clock.now())

"""Celery's doors to the outbox: an id in, one action called, with the true instant."""

from uuid import UUID

from celery import shared_task

from exchange.kernel import clock
from exchange.notices import delivery
from exchange.notices.actions import GO_ON


@shared_task(name="exchange.notices.tasks.send_message")
def send_message(message_id: str) -> None:
    delivery.send_message(message_id=UUID(message_id), at=clock.now())


@shared_task(name="exchange.notices.tasks.sweep")
def sweep(mode: str = "") -> None:
    delivery.sweep(at=clock.now(), is_to_go_on=mode == GO_ON)

"""Celery's doors into this room."""

from celery import shared_task

from exchange.elections import actions
from exchange.elections.reminders import send_reminders as send
from exchange.kernel import clock
from exchange.offers.reads import running_offer


@shared_task(name="exchange.elections.tasks.send_reminders")
def send_reminders() -> None:
    """Run by the schedule every minute. Passes a replayed offer by: its dates are not today's."""
    offer = running_offer()
    if offer is not None and not offer.is_replay:
        send(actor="scheduler", at=clock.now())


@shared_task(name="exchange.elections.tasks.drop_uploads")
def drop_uploads() -> None:
    """Run by the schedule every hour: an upload that nobody signed under within a day is not ours to keep."""
    actions.drop_uploads(at=clock.now())

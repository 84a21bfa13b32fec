"""A worker process on the same database and broker sends what this process queues, whoever dies meanwhile."""

from pathlib import Path

import pytest

from exchange.kernel import clock
from exchange.notices.actions import queue_letter
from exchange.notices.models import Message, State
from tests.support.broker import Broker
from tests.support.waiting import until
from tests.support.worker import Worker

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]


def queue(key: str) -> Message:
    return queue_letter(
        key=key,
        kind="test",
        offer_key="offer",
        owner_key="owner",
        to_address="ada@example.com",
        subject=f"About {key}",
        text="text",
        html="<p>text</p>",
        at=clock.now(),
    )


def is_sent(message: Message) -> bool:
    return Message.objects.filter(pk=message.pk, state=State.SENT).exists()


def letters_in(folder: Path) -> list[str]:
    """The subjects of the letters that a worker left in its folder."""
    texts = [file.read_text() for file in sorted(folder.glob("*"))]
    return [line for text in texts for line in text.splitlines() if line.startswith("Subject:")]


def test_a_letter_is_sent_by_the_worker_soon_after_the_commit(worker: Worker) -> None:
    message = queue("one")
    until(lambda: is_sent(message))
    assert letters_in(worker.mail_folder) == ["Subject: About one"]


def test_what_is_queued_while_no_worker_lives_is_sent_by_the_next(worker: Worker) -> None:
    worker.kill()
    message = queue("two")
    assert not is_sent(message)
    worker.start()
    until(lambda: is_sent(message))
    assert letters_in(worker.mail_folder) == ["Subject: About two"]


def test_what_the_broker_took_survives_its_death(mortal_broker: Broker) -> None:
    message = queue("three")
    mortal_broker.write_down()
    mortal_broker.kill()
    mortal_broker.start()
    worker = Worker(broker_url=mortal_broker.url)
    try:
        worker.start()
        until(lambda: is_sent(message))
    finally:
        worker.stop()

"""A worker process on the same database and broker sends what this process queues, whoever dies meanwhile."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from exchange.kernel import clock
from exchange.notices.actions import queue_letter
from exchange.notices.models import Message, State
from tests.support.broker import Broker
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


def wait_until_sent(message: Message, seconds: float = 30) -> bool:
    return wait_for(lambda: Message.objects.filter(pk=message.pk, state=State.SENT).exists(), seconds)


def wait_for(condition: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def letters_in(folder: Path) -> list[str]:
    """The subjects of the letters that a worker left in its folder."""
    texts = [file.read_text() for file in sorted(folder.glob("*"))]
    return [line for text in texts for line in text.splitlines() if line.startswith("Subject:")]


def test_a_letter_is_sent_by_the_worker_soon_after_the_commit(worker: Worker) -> None:
    assert wait_until_sent(queue("one"))
    assert letters_in(worker.mail_folder) == ["Subject: About one"]


def test_what_is_queued_while_no_worker_lives_is_sent_by_the_next(worker: Worker) -> None:
    worker.kill()
    message = queue("two")
    assert not wait_until_sent(message, seconds=0.5)
    worker.start()
    assert wait_until_sent(message)
    assert letters_in(worker.mail_folder) == ["Subject: About two"]


def test_what_the_broker_took_survives_its_death(mortal_broker: Broker) -> None:
    message = queue("three")
    time.sleep(1.5)  # its file is written once a second
    mortal_broker.kill()
    mortal_broker.start()
    worker = Worker(broker_url=mortal_broker.url)
    try:
        worker.start()
        assert wait_until_sent(message)
    finally:
        worker.stop()

"""A worker or a broker dies in the middle: no letter is lost, and one step alone can double one, same Message-ID.

The worker, the broker and the mail server are real; the worker is killed with SIGKILL at each step of its talk with
the mail server.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from exchange import celery_app
from exchange.documents import actions as documents
from exchange.documents.models import RenderedPaper
from exchange.kernel import clock, queue
from exchange.notices import actions, delivery
from exchange.notices.models import Message, State
from tests.documents import samples
from tests.notices.smtp import STEPS, MailServer
from tests.notices.test_letters_are_queued_once import letter
from tests.support.broker import Broker
from tests.support.waiting import LONGEST, until
from tests.support.worker import Worker

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]

# What a letter's receiver gets when the worker dies before the mail server has answered this step.
RECEIVED = dict.fromkeys(STEPS, 1) | {"QUIT": 2}  # by QUIT it has said yes to the letter, and we have not noted it


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer() as running:
        yield running


@pytest.fixture
def by_smtp(server: MailServer, settings: Any) -> dict[str, str]:
    """This process and every worker it starts give their letters to that mail server."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    return {"EMAIL_BACKEND": settings.EMAIL_BACKEND, "EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(server.port)}


def worker_of(broker_url: str, environment: dict[str, str]) -> Worker:
    return Worker(broker_url=broker_url, env=environment)


def queue_with_paper() -> Message:
    """As an action does it: the paper and the letter, both nudged."""
    paper = documents.request_paper(
        kind="election_receipt",
        owner_key="holder-1",
        subject_key="form-1",
        offer_key="offer-1",
        snapshot=samples.election_receipt(1),
        at=clock.now(),
    )
    return actions.queue_letter(**letter(paper_ids=[paper.pk]), at=clock.now())


def let_the_lease_pass() -> None:
    """As if the claim had been made so much earlier."""
    Message.objects.filter(state=State.SENDING).update(claimed_at=clock.now() - delivery.LEASE - timedelta(seconds=1))


def message_ids(server: MailServer) -> list[str]:
    return [str(sent["Message-ID"]) for sent in server.accepted]


def test_a_living_worker_sends_the_letter_with_its_paper_once(
    broker: str, by_smtp: dict[str, str], server: MailServer
) -> None:
    worker = worker_of(broker, by_smtp)
    try:
        worker.start()
        message = queue_with_paper()
        until(lambda: Message.objects.get(pk=message.pk).state == State.SENT)
    finally:
        worker.stop()
    [sent] = server.accepted
    assert sent["Message-ID"] == message.message_id
    [attached] = [part for part in sent.walk() if part.get_content_type() == "application/pdf"]
    assert attached.get_payload(decode=True) == bytes(RenderedPaper.objects.get().pdf)


@pytest.mark.parametrize("step", STEPS)
def test_a_worker_killed_at_this_step_loses_nothing(
    step: str, broker: str, by_smtp: dict[str, str], server: MailServer
) -> None:
    server.hold_at = step
    worker = worker_of(broker, by_smtp)
    try:
        worker.start()
        message = queue_with_paper()
        assert server.holding.wait(LONGEST)
    finally:
        worker.kill()
    server.released.set()
    message.refresh_from_db()
    assert (message.state, message.attempts) == (State.SENDING, 1)

    assert delivery.sweep(at=clock.now()).sent == 0  # the lease is not over: it might be alive and slow
    let_the_lease_pass()
    assert delivery.sweep(at=clock.now()).sent == 1
    assert delivery.sweep(at=clock.now()).sent == 0

    message.refresh_from_db()
    assert (message.state, message.attempts) == (State.SENT, 2)
    assert message_ids(server) == [message.message_id] * RECEIVED[step]
    assert RenderedPaper.objects.count() == 1


def test_a_new_worker_takes_up_what_the_killed_one_left(
    broker: str, by_smtp: dict[str, str], server: MailServer
) -> None:
    server.hold_at = "content"
    worker = worker_of(broker, by_smtp)
    try:
        worker.start()
        message = queue_with_paper()
        assert server.holding.wait(LONGEST)
        worker.kill()
        server.released.set()
        let_the_lease_pass()
        worker.start()
        celery_app.send_task(actions.SWEEP_TASK)  # what beat sends every few seconds
        until(lambda: Message.objects.get(pk=message.pk).state == State.SENT)
    finally:
        worker.stop()
    assert message_ids(server) == [message.message_id]


def test_a_broker_killed_between_the_commit_and_the_nudge_only_delays_the_letter(
    mortal_broker: Broker,
    by_smtp: dict[str, str],
    server: MailServer,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(queue, "PAUSE_AFTER_FAILURE", LONGEST)  # on a busy machine the second nudge comes late
    mortal_broker.kill()
    message = queue_with_paper()  # which returns, and does not try for ever
    assert [record.levelname for record in caplog.records if record.name == queue.__name__] == ["WARNING"]
    assert Message.objects.get(pk=message.pk).state == State.QUEUED

    mortal_broker.start()
    worker = worker_of(mortal_broker.url, by_smtp)
    try:
        worker.start()
        celery_app.send_task(actions.SWEEP_TASK)
        until(lambda: Message.objects.get(pk=message.pk).state == State.SENT)
    finally:
        worker.stop()
    assert message_ids(server) == [message.message_id]


def test_a_broker_killed_after_the_nudge_neither_loses_nor_doubles_the_letter(
    mortal_broker: Broker, by_smtp: dict[str, str], server: MailServer
) -> None:
    message = queue_with_paper()
    mortal_broker.kill()
    mortal_broker.start()
    worker = worker_of(mortal_broker.url, by_smtp)
    try:
        worker.start()
        celery_app.send_task(actions.SWEEP_TASK)
        celery_app.send_task(actions.SEND_TASK, args=(str(message.pk),))
        until(lambda: Message.objects.get(pk=message.pk).state == State.SENT)
    finally:
        worker.stop()
    assert message_ids(server) == [message.message_id]


def test_hundreds_of_letters_are_sent_by_sweeps_that_ask_for_more(
    broker: str, by_smtp: dict[str, str], server: MailServer
) -> None:
    many = [actions.Letter(**letter(f"reminder:{number}")) for number in range(450)]
    worker = worker_of(broker, by_smtp)
    try:
        worker.start()
        actions.queue_letters(many, at=clock.now())
        until(lambda: not Message.objects.exclude(state=State.SENT).exists())
    finally:
        worker.stop()
    assert len(set(message_ids(server))) == len(server.accepted) == 450

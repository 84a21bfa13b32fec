"""A nudge makes things quick, and never stands in anyone's way."""

import contextlib
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
from celery import Celery, current_app
from django.db import transaction

from exchange import celery_app
from exchange import settings as product
from exchange.kernel import queue
from tests.support.waiting import LONGEST

TASK = "exchange.notices.tasks.sweep"


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch, settings: Any) -> list[tuple[str, tuple[str, ...]]]:
    """A broker is configured; what would be sent to it is kept here."""
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    calls: list[tuple[str, tuple[str, ...]]] = []
    monkeypatch.setattr(current_app, "send_task", lambda name, args, **options: calls.append((name, args)))
    monkeypatch.setattr(queue, "_quiet_until", 0.0)
    return calls


@pytest.mark.django_db(transaction=True)
class TestCommit:
    def test_nothing_is_sent_before_the_commit(self, sent: list[Any]) -> None:
        with transaction.atomic():
            queue.nudge(TASK, "a")
            assert sent == []
        assert sent == [(TASK, ("a",))]

    def test_nothing_is_sent_after_a_rollback(self, sent: list[Any]) -> None:
        with transaction.atomic():
            queue.nudge(TASK)
            transaction.set_rollback(True)
        assert sent == []

    def test_nothing_is_sent_without_a_broker(self, sent: list[Any], settings: Any) -> None:
        settings.CELERY_BROKER_URL = None
        queue.nudge(TASK)
        assert sent == []


@pytest.mark.django_db(transaction=True)
class TestABrokerThatIsDown:
    @pytest.fixture(autouse=True)
    def _fresh(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(queue, "_quiet_until", 0.0)

    def dead(self, settings: Any, monkeypatch: pytest.MonkeyPatch) -> list[float]:
        """Nobody listens; how often it was tried."""
        settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
        tries: list[float] = []

        def refused(*args: Any, **options: Any) -> None:
            tries.append(time.monotonic())
            raise ConnectionRefusedError

        monkeypatch.setattr(current_app, "send_task", refused)
        return tries

    def test_the_caller_hears_nothing_and_the_log_one_line(
        self, settings: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        tries = self.dead(settings, monkeypatch)
        with transaction.atomic():
            for number in range(1000):
                queue.nudge(TASK, str(number))
        assert len(tries) == 1
        assert [record.levelname for record in caplog.records if record.name == queue.__name__] == ["WARNING"]

    def test_it_is_tried_again_after_a_pause(self, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        tries = self.dead(settings, monkeypatch)
        monkeypatch.setattr(queue, "PAUSE_AFTER_FAILURE", 0.0)
        queue.nudge(TASK)
        queue.nudge(TASK)
        assert len(tries) == 2


class SilentBroker:
    """Takes connections and never says a word."""

    def __init__(self, listener: socket.socket) -> None:
        self.listener = listener
        self.listener.setblocking(False)
        self.taken: list[socket.socket] = []

    def tries(self) -> int:
        """How many connections were made to it."""
        with contextlib.suppress(BlockingIOError):
            while True:
                self.taken.append(self.listener.accept()[0])
        return len(self.taken)

    def close(self) -> None:
        for connection in self.taken:
            connection.close()


@pytest.fixture
def silent_broker(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[SilentBroker]:
    """The broker of an application of its own, which waits 0.3 s for an answer."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(8)
        settings.CELERY_BROKER_URL = f"redis://127.0.0.1:{listener.getsockname()[1]}/0"
        monkeypatch.setattr(queue, "_quiet_until", 0.0)
        monkeypatch.setattr(queue, "PAUSE_AFTER_FAILURE", LONGEST)
        probe = Celery("probe", broker=settings.CELERY_BROKER_URL, set_as_current=True)
        probe.conf.broker_transport_options = {**settings.CELERY_BROKER_TRANSPORT_OPTIONS, "socket_timeout": 0.3}
        silent = SilentBroker(listener)
        yield silent
        silent.close()
        probe.close()
        celery_app.set_current()


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_accepts_and_says_nothing_holds_a_nudge_for_seconds_only(silent_broker: SilentBroker) -> None:
    began = time.monotonic()
    queue.nudge(TASK)  # nothing but its patience ends it: so long for each of two tries at most
    assert time.monotonic() - began >= 0.3
    tries = silent_broker.tries()
    assert tries in {1, 2}
    queue.nudge(TASK)
    assert silent_broker.tries() == tries  # for a while it is left alone
    assert product.CELERY_BROKER_TRANSPORT_OPTIONS["socket_timeout"] <= 5

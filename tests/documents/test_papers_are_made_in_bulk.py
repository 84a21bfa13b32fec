"""Many papers: presses side by side share the work, go on where one stopped, and pass by what cannot be made."""

import os
import signal
import subprocess
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from redis import Redis

from exchange import celery_app
from exchange.audit.models import AuditEvent
from exchange.documents import actions, press, reads, rendering
from exchange.documents.models import Paper, PaperFault, RenderedPaper
from exchange.notices import delivery
from tests.documents import samples
from tests.support.flush import PREFIX
from tests.support.waiting import LONGEST, until
from tests.support.worker import Worker

AT = datetime(2003, 7, 28, 17, 21, tzinfo=UTC)


def ask(count: int, offer: str = "CPST-2003") -> list[Paper]:
    snapshot = samples.promise_to_grant(1)
    return actions.request_papers(
        [
            actions.PaperRequest("promise_to_grant", "holder:E-10042", f"promise:{n}:P-000088", offer, snapshot)
            for n in range(count)
        ],
        at=AT,
    )


@pytest.fixture
def nudged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The presses that were asked for, by their numbers."""
    asked: list[str] = []
    monkeypatch.setattr(press, "nudge", lambda task, slot="": asked.append(slot))
    return asked


@pytest.fixture
def unmakeable() -> set[str]:
    """Subjects of papers that cannot be made, for a test to name and to forget."""
    return set()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch, unmakeable: set[str]) -> list[str]:
    """Stands in for WeasyPrint; the subjects it was given."""
    made: list[str] = []

    def pdf_bytes(paper: Paper) -> bytes:
        if paper.subject_key in unmakeable:
            raise rendering.PaperError("its template is at fault")
        made.append(paper.subject_key)
        return b"%PDF"

    monkeypatch.setattr(rendering, "pdf_bytes", pdf_bytes)
    monkeypatch.setattr(press, "SECONDS", LONGEST)  # a slice is full, however slow the machine
    cache.clear()
    return made


@pytest.mark.django_db
class TestAPress:
    def test_makes_a_slice_and_asks_for_the_next_until_nothing_waits(
        self, quick: list[str], nudged: list[str]
    ) -> None:
        ask(press.PAPERS + 3)
        assert press.run(0, at=AT) == press.PAPERS
        assert nudged == ["0"]
        assert press.run(0, at=AT) == 3
        assert nudged == ["0"]
        assert press.run(0, at=AT) == 0
        assert len(quick) == len(set(quick)) == press.PAPERS + 3

    def test_leaves_what_another_has_taken(self, quick: list[str], nudged: list[str]) -> None:
        taken, left = ask(2)
        cache.add(press._claim(taken.pk), 1, 60)
        assert press.run(1, at=AT) == 1
        assert reads.pdf_of(left.pk) is not None
        assert press.run(1, at=AT) == 0  # and does not go round in circles for it
        assert nudged == ["1"]

    def test_is_started_once_however_often_it_is_woken(self, quick: list[str], nudged: list[str], settings) -> None:
        settings.PAPER_PRESSES = 3
        assert press.wake(at=AT) == 0
        ask(1)
        assert press.wake(at=AT) == 3
        assert press.wake(at=AT) == 0
        assert nudged == ["0", "1", "2"]
        press.run(1, at=AT)
        ask(2)
        assert press.wake(at=AT) == 1
        assert nudged[3:] == ["1"]

    def test_that_died_is_started_again_when_its_lease_has_run_out(
        self, quick: list[str], nudged: list[str], settings
    ) -> None:
        settings.PAPER_PRESSES = 1
        ask(1)
        press.wake(at=AT)
        cache.delete(press._lease(0))  # as time does
        assert press.wake(at=AT) == 1


@pytest.mark.django_db
def test_a_sweep_makes_papers_while_it_has_time_and_leaves_the_rest_to_the_presses(
    quick: list[str], nudged: list[str], monkeypatch: pytest.MonkeyPatch, settings
) -> None:
    settings.PAPER_PRESSES = 1
    ask(2)
    monkeypatch.setattr(delivery, "SWEEP_SECONDS", 0.0)
    assert delivery.sweep(at=AT).papers == 0
    assert nudged == ["0"]
    monkeypatch.setattr(delivery, "SWEEP_SECONDS", 600.0)
    assert delivery.sweep(at=AT).papers == 2


@pytest.mark.django_db
class TestAFaultyPaper:
    @pytest.fixture
    def faulty(self, quick: list[str], nudged: list[str], unmakeable: set[str]) -> Paper:
        bad, _good = ask(2)
        unmakeable.add(bad.subject_key)
        assert press.run(0, at=AT) == 1
        cache.clear()
        return bad

    def test_is_noted_and_tried_again_after_growing_pauses(self, faulty: Paper) -> None:
        fault = PaperFault.objects.get()
        assert (fault.attempts, fault.next_at, fault.error) == (
            1,
            AT + timedelta(minutes=1),
            "its template is at fault",
        )
        assert press.run(0, at=AT + timedelta(minutes=1) - timedelta(microseconds=1)) == 0
        assert PaperFault.objects.get().attempts == 1
        press.run(0, at=AT + timedelta(minutes=1))
        fault.refresh_from_db()
        assert (fault.attempts, fault.next_at) == (2, AT + timedelta(minutes=6))

    def test_is_cleared_once_it_is_made(self, faulty: Paper, unmakeable: set[str]) -> None:
        unmakeable.clear()
        press.run(0, at=AT + timedelta(minutes=1))
        assert not PaperFault.objects.exists()
        assert reads.progress_of("CPST-2003") == [reads.Progress("promise_to_grant", 2, 0, 0)]

    def test_is_tried_at_once_when_staff_ask_for_it(
        self, faulty: Paper, nudged: list[str], unmakeable: set[str]
    ) -> None:
        assert reads.progress_of("CPST-2003") == [reads.Progress("promise_to_grant", 1, 1, 1)]
        assert press.retry(offer_key="OTHER", actor="staff:hr", at=AT) == 0
        assert press.retry(offer_key="CPST-2003", actor="staff:hr", at=AT) == 1
        assert press.retry(offer_key="CPST-2003", actor="staff:hr", at=AT) == 0
        assert AuditEvent.objects.filter(kind="papers.retried").count() == 1
        unmakeable.clear()
        assert press.run(0, at=AT) == 1


def until_made(count: int) -> None:
    """Wait until so many PDFs are there."""
    until(
        lambda: RenderedPaper.objects.count() >= count,
        what=lambda: f"{count} papers, of which {RenderedPaper.objects.count()} are there,",
    )


def children_of(worker: Worker) -> list[int]:
    """The processes of a worker that do its tasks."""
    assert worker.process is not None
    found = subprocess.run(["pgrep", "-P", str(worker.process.pid)], capture_output=True, text=True, check=True)
    return [int(pid) for pid in found.stdout.split()]


@pytest.mark.worker
@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_the_middle_leaves_nothing_out_and_makes_nothing_twice(broker: str) -> None:
    """One of two processes at work is killed with -9, then the whole worker; another goes on with what is left."""
    count = 24
    environment = {"PAPER_PRESSES": "2"}
    held = environment | {"HELD_AFTER": "12"}  # however late this process looks, something is left then
    first = Worker(broker_url=broker, env=held, concurrency=2, include="tests.documents.held_press").start()
    try:
        ask(count)
        until_made(3)
        os.kill(children_of(first)[0], signal.SIGKILL)
        until_made(8)
    finally:
        first.kill()
    left = reads.waiting().count()
    assert 0 < left < count
    with Redis.from_url(broker) as shared:  # as time does: leases and claims run out
        shared.delete(*shared.scan_iter(f"*{PREFIX}:*documents:*"))
    second = Worker(broker_url=broker, env=environment).start()
    try:
        celery_app.send_task("exchange.notices.tasks.sweep")  # what beat sends every few seconds
        until_made(count)
    finally:
        second.stop()
    made = RenderedPaper.objects.values_list("paper_id", flat=True)
    assert sorted(made) == sorted(Paper.objects.values_list("pk", flat=True))
    assert not PaperFault.objects.exists()

"""Sending: claimed by one, sent once, tried again with growing pauses, given up in the end."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection

from exchange.documents import actions as documents
from exchange.documents import rendering
from exchange.notices import actions, delivery
from exchange.notices.delivery import Outcome
from exchange.notices.models import Message, State
from exchange.notices.queueing import Letter
from tests.documents import samples
from tests.notices.smtp import MailServer
from tests.notices.test_letters_are_queued_once import AT, NEW, OLD, letter, queue


def send(message: Message, at: datetime = AT) -> str:
    outcome = delivery.send_message(message_id=message.pk, at=at)
    message.refresh_from_db()
    return outcome


@pytest.fixture
def mail_is_down(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1


@pytest.fixture
def quick_papers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "pdf_bytes", lambda paper: b"%PDF-1.7 " + paper.sha256.encode())


def paper() -> Any:
    return documents.request_paper(
        kind="election_receipt",
        owner_key="holder-1",
        subject_key="form-1",
        offer_key="offer-1",
        snapshot=samples.election_receipt(1),
        at=AT,
    )


@pytest.mark.django_db
class TestSending:
    def test_a_queued_letter_is_sent_and_recorded(self) -> None:
        message = queue()
        assert send(message) == Outcome.SENT
        assert (message.state, message.attempts, message.claimed_at) == (State.SENT, 1, None)
        assert message.sent_at is not None
        [sent] = mail.outbox
        assert sent.to == ["alex@example.com"]
        assert (sent.subject, sent.body) == ("We have your form", "Text.")
        raw = sent.message()
        assert raw["Message-ID"] == message.message_id
        assert raw["X-Notice-Id"] == str(message.pk)
        assert raw["Auto-Submitted"] == "auto-generated"
        assert [part.get_content_type() for part in raw.walk()] == [
            "multipart/alternative",
            "text/plain",
            "text/html",
        ]

    def test_a_letter_is_sent_once_however_often_it_is_asked_for(self) -> None:
        message = queue()
        assert [send(message) for _ in range(3)] == [Outcome.SENT, Outcome.NOT_OURS, Outcome.NOT_OURS]
        assert len(mail.outbox) == 1

    def test_its_papers_are_made_first_and_attached(self, quick_papers: None) -> None:
        attached = paper()
        message = queue(paper_ids=[attached.pk])
        assert send(message) == Outcome.SENT
        [(name, content, kind)] = mail.outbox[0].attachments
        assert (name, kind) == ("receipt-for-election-form-e-000217.pdf", "application/pdf")
        assert content == bytes(attached.rendered.pdf)

    def test_a_paper_that_cannot_be_made_holds_its_letter_back(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def faulty(paper: Any) -> bytes:
            raise rendering.PaperError("no")

        monkeypatch.setattr(rendering, "pdf_bytes", faulty)
        message = queue(paper_ids=[paper().pk])
        assert send(message) == Outcome.LATER
        assert (message.state, message.last_error) == (State.QUEUED, "PaperError")
        assert mail.outbox == []

    def test_a_letter_that_was_called_back_is_not_sent(self) -> None:
        message = queue(names_deadline=OLD)
        actions.cancel_superseded(offer_key="offer-1", deadline=NEW, at=AT)
        assert send(message) == Outcome.NOT_OURS
        assert mail.outbox == []

    def test_a_letter_called_back_while_its_papers_are_made_is_not_sent(self, monkeypatch: pytest.MonkeyPatch) -> None:
        message = queue(names_deadline=OLD, paper_ids=[paper().pk])

        def meanwhile(paper: Any) -> bytes:
            actions.cancel_superseded(offer_key="offer-1", deadline=NEW, at=AT)
            return b"%PDF"

        monkeypatch.setattr(rendering, "pdf_bytes", meanwhile)
        assert send(message) == Outcome.CANCELLED
        assert message.state == State.CANCELLED
        assert mail.outbox == []

    def test_a_claim_that_was_lost_meanwhile_sends_nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        message = queue(paper_ids=[paper().pk])

        def meanwhile(paper: Any) -> bytes:
            """So slow that a sweep took the letter for lost and another worker claimed it."""
            Message.objects.update(attempts=2)
            return b"%PDF"

        monkeypatch.setattr(rendering, "pdf_bytes", meanwhile)
        assert send(message) == Outcome.NOT_OURS
        assert (message.state, message.attempts) == (State.SENDING, 2)
        assert mail.outbox == []


@pytest.mark.django_db
class TestReplays:
    def test_a_replays_letter_never_leaves_the_house(self, settings: Any) -> None:
        with MailServer() as server:
            settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
            settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
            message = queue(is_replay=True)
            assert send(message) == Outcome.WITHHELD
            assert message.state == State.WITHHELD
            assert server.accepted == []
            assert send(queue("live")) == Outcome.SENT
            assert len(server.accepted) == 1

    def test_a_replays_letter_goes_to_a_backend_that_stays_here(self, settings: Any, tmp_path: Any) -> None:
        settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
        settings.EMAIL_FILE_PATH = str(tmp_path)
        assert send(queue(is_replay=True)) == Outcome.SENT
        assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("mail_is_down")
class TestAMailServerThatIsDown:
    def test_the_letter_waits_longer_each_time_and_is_given_up_in_the_end(self) -> None:
        message = queue()
        at, waited = AT, []
        while send(message, at) == Outcome.LATER:
            assert (message.state, message.last_error) == (State.QUEUED, "ConnectionRefusedError")
            waited.append(int((message.next_attempt_at - at).total_seconds()) // 60)
            assert send(message, message.next_attempt_at - timedelta(seconds=1)) == Outcome.NOT_OURS
            at = message.next_attempt_at
        assert waited == [1, 5, 15, 60, 120, 240, 480, 720]
        assert message.state == State.FAILED

    def test_the_error_kept_is_a_name_without_words(self, caplog: pytest.LogCaptureFixture) -> None:
        message = queue(to_address="very.private@example.com")
        send(message)
        assert message.last_error == "ConnectionRefusedError"
        assert "very.private" not in caplog.text

    def test_a_sweep_stops_after_a_few_failures_and_leaves_the_rest_for_later(self) -> None:
        actions.queue_letters([Letter(**letter(f"receipt:{number}")) for number in range(10)], at=AT)
        done = delivery.sweep(at=AT)
        assert (done.sent, done.failed, done.is_complete) == (0, 3, False)
        assert Message.objects.filter(attempts=0).count() == 7

    def test_a_letter_superseded_while_under_way_is_not_tried_again(self) -> None:
        message = queue()
        Message.objects.update(superseded_at=AT)
        assert send(message) == Outcome.CANCELLED
        assert message.state == State.CANCELLED


@pytest.mark.django_db
class TestARecipientTheMailServerRefuses:
    @pytest.fixture(autouse=True)
    def server(self, settings: Any) -> Iterator[MailServer]:
        with MailServer() as server:
            settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
            settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
            yield server

    def test_for_good_is_work_for_staff_at_once(self, server: MailServer) -> None:
        server.refuse_recipients = 550
        message = queue()
        assert send(message) == Outcome.REFUSED
        assert (message.state, message.last_error) == (State.FAILED, "SMTPRecipientsRefused")

    def test_for_now_is_tried_again(self, server: MailServer) -> None:
        server.refuse_recipients = 450
        message = queue()
        assert send(message) == Outcome.LATER
        assert (message.state, message.last_error) == (State.QUEUED, "SMTPRecipientsRefused")

    def test_does_not_hold_up_the_letters_behind_it(self, server: MailServer) -> None:
        server.refuse_recipients = 550
        actions.queue_letters([Letter(**letter(f"receipt:{number}")) for number in range(7)], at=AT)
        assert delivery.sweep(at=AT) == delivery.Delivered(failed=7)


@pytest.mark.django_db
class TestSweeping:
    def claim(self, message: Message, minutes_ago: int, **values: Any) -> None:
        Message.objects.filter(pk=message.pk).update(
            state=State.SENDING, attempts=1, claimed_at=AT - timedelta(minutes=minutes_ago), **values
        )

    def test_what_the_queue_lost_is_sent(self) -> None:
        actions.queue_letters([Letter(**letter(f"receipt:{number}")) for number in range(7)], at=AT)
        assert delivery.sweep(at=AT, limit=5) == delivery.Delivered(sent=5, is_complete=False)
        assert delivery.sweep(at=AT, limit=5) == delivery.Delivered(sent=2)
        assert len(mail.outbox) == 7

    def test_a_letter_that_is_not_due_waits(self) -> None:
        queue()
        Message.objects.update(next_attempt_at=AT + timedelta(seconds=1))
        assert delivery.sweep(at=AT).sent == 0
        assert delivery.sweep(at=AT + timedelta(seconds=1)).sent == 1

    def test_a_letter_whose_worker_died_is_taken_up_after_the_lease_and_not_before(self) -> None:
        message = queue()
        self.claim(message, minutes_ago=4)
        assert delivery.sweep(at=AT).sent == 0
        self.claim(message, minutes_ago=6)
        assert delivery.sweep(at=AT).sent == 1
        message.refresh_from_db()
        assert (message.state, message.attempts) == (State.SENT, 2)

    def test_a_letter_that_kills_every_worker_is_given_up(self) -> None:
        message = queue()
        self.claim(message, minutes_ago=6)
        Message.objects.update(attempts=len(delivery.PAUSES) + 1)
        delivery.sweep(at=AT)
        message.refresh_from_db()
        assert (message.state, message.last_error) == (State.FAILED, "WorkerDied")

    def test_a_superseded_letter_whose_worker_died_is_not_sent(self) -> None:
        message = queue()
        self.claim(message, minutes_ago=6, superseded_at=AT)
        delivery.sweep(at=AT)
        message.refresh_from_db()
        assert message.state == State.CANCELLED
        assert mail.outbox == []

    def test_papers_that_wait_are_made(self, quick_papers: None) -> None:
        owed = paper()
        assert delivery.sweep(at=AT).papers == 1
        assert owed.rendered.size > 0

    def test_it_asks_for_another_sweep_only_while_there_is_more(self, monkeypatch: pytest.MonkeyPatch) -> None:
        nudged: list[tuple[str, ...]] = []
        monkeypatch.setattr(delivery, "nudge", lambda *given: nudged.append(given))
        actions.queue_letters([Letter(**letter(f"receipt:{number}")) for number in range(3)], at=AT)
        delivery.sweep(at=AT, limit=1)
        assert nudged == []
        delivery.sweep(at=AT, limit=1, is_to_go_on=True)
        assert nudged == [(actions.SWEEP_TASK, actions.GO_ON)]
        delivery.sweep(at=AT, limit=1, is_to_go_on=True)
        assert len(nudged) == 1


@pytest.mark.django_db
class TestDeliveringAtOnce:
    def test_everything_of_one_offer_is_made_and_sent_without_a_broker(self, quick_papers: None) -> None:
        attached = paper()
        queue(paper_ids=[attached.pk])
        queue("another", offer_key="offer-2")
        assert delivery.deliver_all(offer_key="offer-1") == delivery.Delivered(papers=1, sent=1)
        assert delivery.deliver_all(offer_key="offer-1") == delivery.Delivered()
        assert delivery.deliver_all() == delivery.Delivered(sent=1)

    def test_the_true_instant_is_recorded_for_a_replay_of_long_ago(self) -> None:
        message = queue()
        delivery.deliver_all()
        message.refresh_from_db()
        assert message.sent_at is not None
        assert message.sent_at > datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.django_db(transaction=True)
def test_sweeps_side_by_side_send_each_letter_once() -> None:
    actions.queue_letters([Letter(**letter(f"receipt:{number}")) for number in range(40)], at=AT)
    done: list[delivery.Delivered] = []

    def work() -> None:
        try:
            done.append(delivery.sweep(at=AT))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(each.sent for each in done) == 40
    assert len({sent.message()["Message-ID"] for sent in mail.outbox}) == len(mail.outbox) == 40

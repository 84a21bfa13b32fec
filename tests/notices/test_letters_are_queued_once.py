"""The outbox: one letter a key, finished when it is queued, safe in its headers, called back when its date is old."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from exchange.notices import actions, reads
from exchange.notices.letters import VERSIONS
from exchange.notices.models import Message, State
from exchange.notices.queueing import Letter

AT = datetime(2003, 7, 8, 17, 21, tzinfo=UTC)
OLD = datetime(2003, 7, 25, tzinfo=UTC)
NEW = datetime(2003, 8, 1, tzinfo=UTC)


def letter(key: str = "receipt:1", **values: Any) -> dict[str, Any]:
    return {
        "key": key,
        "kind": "election_received",
        "offer_key": "offer-1",
        "owner_key": "holder-1",
        "to_address": "alex@example.com",
        "subject": "We have your form",
        "text": "Text.",
        "html": "<p>Text.</p>",
        **values,
    }


def queue(key: str = "receipt:1", **values: Any) -> Message:
    return actions.queue_letter(**letter(key, **values), at=AT)


@pytest.mark.django_db
class TestQueueing:
    def test_the_same_key_again_answers_the_same_letter_unchanged(self) -> None:
        first = queue()
        again = queue(subject="Another subject")
        assert (again.pk, again.subject) == (first.pk, "We have your form")
        assert Message.objects.count() == 1

    def test_the_message_id_is_fixed_by_the_key_and_of_our_own_domain(self, settings: Any) -> None:
        settings.DEFAULT_FROM_EMAIL = "Options <options@capstone.example>"
        first = queue()
        Message.objects.all().delete()
        assert queue().message_id == first.message_id
        assert first.message_id.startswith("<")
        assert first.message_id.endswith("@capstone.example>")
        assert queue("receipt:2").message_id != first.message_id

    def test_it_keeps_the_version_of_its_wording(self) -> None:
        assert queue().template_version == VERSIONS[letter()["kind"]] > 0
        assert queue("x", kind="something_else").template_version == 0

    @pytest.mark.parametrize("name", ["subject", "to_address"])
    @pytest.mark.parametrize("breaking", ["\n", "\r", "\r\nBcc: spy@example.com", "\x00", "\u2028", "\x85"])
    def test_a_line_break_in_a_header_is_refused(self, name: str, breaking: str) -> None:
        value = letter()[name]
        with pytest.raises(ValueError, match="line break"):
            queue(**{name: f"{value[:3]}{breaking}{value[3:]}"})
        assert Message.objects.count() == 0

    @pytest.mark.parametrize("address", ["", "nobody", "a@example.com, b@example.com", "Alex <alex@example.com>"])
    def test_an_address_that_is_none_is_kept_as_given_up_and_stops_nobody(self, address: str) -> None:
        message = queue(to_address=address)
        assert (message.state, message.last_error) == (State.FAILED, "InvalidAddress")

    def test_a_letter_of_a_transaction_that_fails_is_not_queued(self) -> None:
        with transaction.atomic():
            queue()
            transaction.set_rollback(True)
        assert Message.objects.count() == 0

    def test_many_at_once_are_queued_once_each(self) -> None:
        queue("receipt:3")
        many = [Letter(**letter(f"receipt:{number}")) for number in range(1200)]
        assert actions.queue_letters(many, at=AT) == 1199
        assert actions.queue_letters(many, at=AT) == 0
        assert actions.queue_letters([], at=AT) == 0
        assert Message.objects.count() == 1200


@pytest.mark.django_db(transaction=True)
class TestNudging:
    @pytest.fixture
    def nudged(self, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
        given: list[tuple[str, ...]] = []
        monkeypatch.setattr(actions, "nudge", lambda *args: given.append(args))
        return given

    def test_a_few_letters_are_nudged_each_by_itself_and_a_known_one_that_is_sent_not_at_all(
        self, nudged: list[tuple[str, ...]]
    ) -> None:
        Message.objects.filter(pk=queue("receipt:1").pk).update(state=State.SENT, sent_at=AT)
        nudged.clear()
        actions.queue_letters([Letter(**letter(f"receipt:{number}")) for number in (1, 2)], at=AT)
        assert nudged == [(actions.SEND_TASK, str(Message.objects.get(key="receipt:2").pk))]

    def test_many_letters_are_left_to_a_few_sweeps(self, nudged: list[tuple[str, ...]]) -> None:
        actions.queue_letters([Letter(**letter(f"receipt:{number}")) for number in range(900)], at=AT)
        assert nudged == [(actions.SWEEP_TASK, actions.GO_ON)] * actions.MOST_NUDGES


@pytest.mark.django_db
class TestCallingBack:
    def test_waiting_letters_that_name_another_deadline_are_cancelled_and_answered(self) -> None:
        old = queue("old", names_deadline=OLD)
        kept = [
            queue("new", names_deadline=NEW),
            queue("none"),
            queue("another offer", names_deadline=OLD, offer_key="offer-2"),
        ]
        sent = queue("sent", names_deadline=OLD)
        Message.objects.filter(pk=sent.pk).update(state=State.SENT, sent_at=AT)
        assert actions.cancel_superseded(offer_key="offer-1", deadline=NEW, at=AT) == [old]
        old.refresh_from_db()
        assert (old.state, old.superseded_at) == (State.CANCELLED, AT)
        assert {Message.objects.get(pk=message.pk).state for message in kept} == {State.QUEUED}
        assert actions.cancel_superseded(offer_key="offer-1", deadline=NEW, at=AT) == []

    def test_a_letter_under_way_is_answered_and_gets_no_second_attempt(self) -> None:
        message = queue("old", names_deadline=OLD)
        Message.objects.update(state=State.SENDING, claimed_at=AT, attempts=1)
        assert actions.cancel_superseded(offer_key="offer-1", deadline=NEW, at=AT) == [message]
        message.refresh_from_db()
        assert (message.state, message.superseded_at) == (State.SENDING, AT)

    def test_what_waits_and_what_is_under_way_are_called_back_in_one_statement(
        self, django_assert_num_queries: Any
    ) -> None:
        """A failed attempt that goes back to the queue between two statements would escape both."""
        waits, under_way = queue("receipt:offer-1:F1"), queue("receipt:offer-1:F2")
        Message.objects.filter(pk=under_way.pk).update(state=State.SENDING, claimed_at=AT, attempts=1)
        with django_assert_num_queries(1):
            assert actions.call_back(kind=waits.kind, owner_keys=[waits.owner_key], at=AT) == 2
        states = dict(Message.objects.values_list("key", "state"))
        assert states == {waits.key: State.CANCELLED, under_way.key: State.SENDING}
        assert set(Message.objects.values_list("superseded_at", flat=True)) == {AT}

    def test_a_letter_about_one_form_is_not_called_back_for_another(self) -> None:
        keys = ("receipt:offer-1:F1", "receipt:offer-1:F1:again", "receipt:offer-1:F10", "receipt:offer-1:F2:F1")
        for key in keys:
            queue(key, kind="receipt")
        found = actions.call_back_about(offer_key="offer-1", kinds=["receipt"], about=["F1"], at=AT)
        assert set(found) == {*keys[:2]}
        assert set(Message.objects.filter(state=State.CANCELLED).values_list("key", flat=True)) == {*keys[:2]}


@pytest.mark.django_db
class TestAskingAgain:
    def test_a_letter_given_up_gets_one_more_attempt(self) -> None:
        message = queue()
        Message.objects.update(state=State.FAILED, attempts=9)
        later = AT + timedelta(days=1)
        assert actions.requeue_failed(message_id=message.pk, at=later)
        message.refresh_from_db()
        assert (message.state, message.next_attempt_at) == (State.QUEUED, later)

    def test_any_other_letter_is_left_alone(self) -> None:
        assert not actions.requeue_failed(message_id=queue().pk, at=AT)
        assert not actions.requeue_failed(message_id=queue("x", to_address="nobody").pk, at=AT)


@pytest.mark.django_db
class TestReading:
    def test_letters_are_found_by_owner_and_by_key_and_counted_by_state(self) -> None:
        message = queue()
        queue("x", to_address="nobody", owner_key="holder-2")
        assert list(reads.letters_of("holder-1")) == [message]
        assert reads.letter("receipt:1") == message
        assert reads.letter("receipt:2") is None
        assert reads.counts("offer-1") == {"queued": 1, "failed": 1}


@pytest.mark.django_db
class TestTheDatabase:
    @pytest.mark.parametrize(
        "values",
        [
            {"state": "lost"},
            {"state": State.SENT},
            {"state": State.SENDING},
            {"state": State.QUEUED, "sent_at": AT},
            {"state": State.QUEUED, "claimed_at": AT},
        ],
    )
    def test_refuses_a_state_that_does_not_fit(self, values: dict[str, Any]) -> None:
        queue()
        with pytest.raises(IntegrityError), transaction.atomic():
            Message.objects.update(**values)

    def test_refuses_a_second_letter_of_one_key(self) -> None:
        first = queue()
        values = {field.name: getattr(first, field.name) for field in Message._meta.fields if field.name != "id"}
        with pytest.raises(IntegrityError), transaction.atomic():
            Message.objects.create(**{**values, "message_id": "<another@example.com>"})

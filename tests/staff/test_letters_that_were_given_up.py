"""Letters that did not go out are work: why, to whom, sent again to the address on file now; never one out of date."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse

from exchange.audit.models import AuditEvent
from exchange.notices.delivery import Outcome, send_message
from exchange.notices.models import Message, State
from exchange.people.models import Holder
from tests.support.world import COMMENCES_AT, EXPIRES_AT, a_grant, a_holder, an_offer, extend

pytestmark = pytest.mark.django_db
HERE = "/staff/failed-letters/"


@pytest.fixture
def offer():
    """Maya's letter has an address that is none; Ben's was refused by the mail server."""
    a_grant(a_holder("E1", legal_name="Maya Okafor", email="maya at home"), "E1-1")
    a_grant(a_holder("E2", legal_name="Ben Ito"), "E2-1")
    offer = an_offer()
    Message.objects.filter(owner_key="holder:E2").update(state=State.FAILED, last_error="SMTPRecipientsRefused")
    return offer


def page(client):
    answer = client.get(HERE)
    assert answer.status_code == 200
    return answer.content.decode()


def ticks(client):
    return re.findall(r'name="person" value="([^"]+)"', page(client))


def letter(number):
    return Message.objects.get(owner_key=f"holder:{number}", kind="offer_opened")


def test_each_says_why_in_words_and_what_its_address_is_now(offer, hr):
    shown = page(hr)
    assert "The address is none" in shown
    assert "The mail server knows no such address" in shown
    assert "No valid address on file" in shown
    assert ticks(hr) == [str(letter("E2").pk)]  # Maya's cannot go anywhere yet


def test_the_desk_leads_there(offer, hr):
    assert f'href="{HERE}"' in hr.get(reverse("staff:index")).content.decode()


def test_an_address_that_was_corrected_gets_the_very_letter(offer, hr):
    before = letter("E1")
    Holder.objects.filter(employee_number="E1").update(email="maya@company.example")
    assert "Was maya at home" in page(hr)
    hr.post(HERE, {"person": ticks(hr)})
    after = letter("E1")
    assert (after.state, after.to_address, after.attempts) == (State.QUEUED, "maya@company.example", 0)
    assert (after.message_id, after.text) == (before.message_id, before.text)
    assert send_message(message_id=after.pk, at=after.next_attempt_at) == Outcome.SENT
    assert mail.outbox[-1].to == ["maya@company.example"]
    [event] = AuditEvent.objects.filter(kind="letters.readdressed")
    assert event.actor == "staff:hr@company.example"
    assert "maya@company.example" in event.payload


def test_one_that_names_a_superseded_deadline_is_cancelled_and_never_sent(offer, hr):
    key = letter("E2").pk
    extend(offer, EXPIRES_AT + timedelta(hours=12), at=COMMENCES_AT + timedelta(days=1))
    assert Message.objects.get(pk=key).state == State.CANCELLED
    hr.post(HERE, {"person": [str(key)]})
    assert Message.objects.get(pk=key).state == State.CANCELLED


def test_only_who_may_sends_again(offer, sign_in):
    auditor = sign_in("auditor")
    assert ticks(auditor) == []
    assert auditor.post(HERE, {"person": [str(letter("E2").pk)]}).status_code == 403
    assert letter("E2").state == State.FAILED


def test_nothing_chosen_sends_nothing(offer, hr):
    answer = hr.post(HERE, {"person": ["not a key"]}, follow=True)
    assert "Nothing was chosen" in answer.content.decode()


def test_a_hundred_ask_as_few_questions_as_two(offer, hr, django_assert_max_num_queries):
    for number in range(3, 40):
        a_grant(a_holder(f"E{number}", email="none"), f"E{number}-1")
    Message.objects.bulk_create(
        Message(
            key=f"k{number}",
            kind="reminder",
            offer_key="TEST",
            owner_key=f"holder:E{number}",
            to_address="none",
            subject="s",
            text="t",
            html="h",
            message_id=f"<{number}@x>",
            state=State.FAILED,
            queued_at=COMMENCES_AT,
            next_attempt_at=COMMENCES_AT,
        )
        for number in range(3, 40)
    )
    with django_assert_max_num_queries(26):
        page(hr)

"""A holder of many new options has one letter that a mail server takes: the agreements are in the portal."""

import pytest
from django.core import mail

from exchange.documents.models import Paper
from exchange.notices.delivery import Outcome, send_message
from exchange.notices.models import Message, State
from exchange.settlement.letters import MOST_ATTACHED
from tests.support.agreements import granted_options, shown, signed
from tests.support.world import value

pytestmark = pytest.mark.django_db
ATTACHED = "agreements are attached"
TOO_MANY = "The agreements are too many to attach: sign in at"
COPIES_ATTACHED = "signed copies are attached"
COPIES_TOO_MANY = "The signed copies are too many to attach: sign in at"


def letter(kind):
    return Message.objects.get(kind=kind, owner_key="holder:E1")


def test_as_many_as_go_along_are_attached():
    granted = granted_options(grants=MOST_ATTACHED)
    told = letter("options_granted")
    assert len(told.attachments) == MOST_ATTACHED
    assert ATTACHED in told.text
    value(signed(*((grant, shown(grant)) for grant in granted[:MOST_ATTACHED])))
    assert len(letter("agreement_signed").attachments) == MOST_ATTACHED


def test_of_one_more_none_is_and_the_letter_says_where_they_are():
    granted = granted_options(grants=MOST_ATTACHED + 1)
    told = letter("options_granted")
    assert told.attachments == []
    for part in (told.text, told.html):
        assert TOO_MANY in part
        assert ATTACHED not in part
    assert Paper.objects.filter(kind="new_option", owner_key="holder:E1").count() == MOST_ATTACHED + 1
    value(signed(*((grant, shown(grant)) for grant in granted[: MOST_ATTACHED + 1])))
    told = letter("agreement_signed")
    assert told.attachments == []
    for part in (told.text, told.html):
        assert COPIES_TOO_MANY in part
        assert COPIES_ATTACHED not in part


def test_the_mail_of_sixty_agreements_is_small_and_does_not_wait_for_them():
    granted_options(grants=60)
    told = letter("options_granted")
    Message.objects.exclude(pk=told.pk).update(state=State.CANCELLED)
    assert send_message(message_id=told.pk, at=told.queued_at) == Outcome.SENT
    [sent] = mail.outbox
    assert sent.attachments == []
    assert len(sent.message().as_bytes()) < 100_000

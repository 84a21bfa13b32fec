"""Letters through a mail service (django-anymail): the same letter, untracked, and a refusal is a failure like any."""

import json
import os
import subprocess
import sys

import pytest
from anymail.backends.test import EmailBackend
from anymail.exceptions import AnymailAPIError
from django.core import mail

from exchange.notices import delivery
from exchange.notices.delivery import Outcome
from exchange.notices.models import State
from tests.notices.test_letters_are_queued_once import AT, queue

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _by_a_service(settings):
    settings.EMAIL_BACKEND = "anymail.backends.test.EmailBackend"


def test_a_letter_goes_out_with_its_own_id_and_untracked():
    message = queue()
    assert delivery.send_message(message_id=message.pk, at=AT) == Outcome.SENT
    [sent] = mail.outbox
    params = sent.anymail_test_params
    assert params["extra_headers"]["Message-ID"] == message.message_id
    assert params["extra_headers"]["X-Notice-Id"] == str(message.pk)
    assert (params["track_opens"], params["track_clicks"]) == (False, False)


@pytest.fixture(autouse=True)
def _untracked(settings):
    settings.ANYMAIL = asked_of_settings("anymail.backends.test.EmailBackend")


def asked_of_settings(backend, **environment):
    """What the settings make of an environment, asked of a process of its own."""
    code = "from django.conf import settings; import json; print(json.dumps(settings.ANYMAIL))"
    variables = {**os.environ, "DJANGO_SETTINGS_MODULE": "exchange.settings", "DEBUG": "1", "EMAIL_BACKEND": backend}
    done = subprocess.run(
        [sys.executable, "-c", code], env={**variables, **environment}, capture_output=True, check=True, text=True
    )
    return json.loads(done.stdout)


def test_what_a_service_needs_comes_from_the_environment():
    found = asked_of_settings("anymail.backends.amazon_ses.EmailBackend", ANYMAIL_AMAZON_SES_MESSAGE_TAG_NAME="x")
    assert found == {"AMAZON_SES_MESSAGE_TAG_NAME": "x"}  # it can track nothing that it is not asked to


def test_a_service_that_refuses_is_tried_again_and_only_the_class_of_its_answer_kept(monkeypatch):
    def refused(self, message):
        raise AnymailAPIError("alex@example.com is on a list")

    monkeypatch.setattr(EmailBackend, "_send", refused)
    message = queue()
    assert delivery.send_message(message_id=message.pk, at=AT) == Outcome.LATER
    message.refresh_from_db()
    assert (message.state, message.last_error) == (State.QUEUED, "AnymailAPIError")

"""Letters through a mail service (django-anymail): the same letter, untracked, and a refusal is a failure like any."""

import json
import os
import subprocess
import sys
from base64 import b64encode
from datetime import datetime

import pytest
from anymail.backends.test import EmailBackend
from anymail.exceptions import AnymailAPIError, AnymailRecipientsRefused
from anymail.signals import AnymailTrackingEvent, tracking
from django.core import mail
from django.urls import include, path

from exchange.audit.models import AuditEvent
from exchange.notices import delivery
from exchange.notices.actions import send_given_up
from exchange.notices.delivery import Outcome
from exchange.notices.models import State
from exchange.notices.tracking import addresses
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


def test_an_address_that_the_service_refuses_is_not_tried_again(monkeypatch):
    def refused(self, message):
        raise AnymailRecipientsRefused("alex@example.com is on a list")

    monkeypatch.setattr(EmailBackend, "_send", refused)
    message = queue()
    assert delivery.send_message(message_id=message.pk, at=AT) == Outcome.REFUSED
    message.refresh_from_db()
    assert (message.state, message.last_error) == (State.FAILED, "AnymailRecipientsRefused")


def sent_letter():
    message = queue()
    assert delivery.send_message(message_id=message.pk, at=AT) == Outcome.SENT
    message.refresh_from_db()
    assert message.service_id != ""
    return message


def told(message, event_type, **more):
    """The mail service says what became of a letter that it took."""
    event = AnymailTrackingEvent(
        event_type=event_type,
        message_id=message.service_id,
        recipient=message.to_address,
        description=f"550 no such user {message.to_address}",
        **more,
    )
    tracking.send(sender=None, event=event, esp_name="Test")
    message.refresh_from_db()


@pytest.mark.parametrize(
    ("event_type", "why"),
    [("bounced", "MailReturned"), ("rejected", "MailServiceRejected"), ("failed", "MailServiceFailed")],
)
def test_a_letter_that_comes_back_is_work_for_staff_and_only_why_is_kept(event_type, why):
    message = sent_letter()
    sent_at = message.sent_at
    told(message, event_type)
    assert (message.state, message.last_error, message.sent_at) == (State.FAILED, why, None)
    [event] = AuditEvent.objects.filter(kind="letters.returned")
    assert message.to_address not in event.payload
    assert json.loads(event.payload)["why"] == why
    assert datetime.fromisoformat(json.loads(event.payload)["sent_at"]) == sent_at


@pytest.mark.parametrize("event_type", ["delivered", "deferred", "opened", "complained", "queued", "unknown"])
def test_whatever_else_the_service_tells_changes_nothing(event_type):
    message = sent_letter()
    told(message, event_type)
    assert message.state == State.SENT
    assert not AuditEvent.objects.exists()


def test_sent_again_to_a_mended_address_it_is_another_delivery_that_the_first_ones_return_does_not_undo():
    message = sent_letter()
    first = message.service_id
    told(message, "bounced")
    assert send_given_up({message.pk: "alex.new@example.com"}, at=AT) == 1
    assert delivery.send_message(message_id=message.pk, at=AT) == Outcome.SENT
    message.refresh_from_db()
    assert message.service_id != first
    tracking.send(sender=None, event=AnymailTrackingEvent(event_type="bounced", message_id=first), esp_name="Test")
    message.refresh_from_db()
    assert message.state == State.SENT
    assert [sent.to for sent in mail.outbox] == [["alex@example.com"], ["alex.new@example.com"]]


POSTMARK, SECRET = "anymail.backends.postmark.EmailBackend", "service:a long secret of ours"


@pytest.mark.parametrize(
    ("backend", "configured"),
    [
        (POSTMARK, {}),
        (POSTMARK, {"WEBHOOK_SECRET": ""}),
        ("django.core.mail.backends.smtp.EmailBackend", {"WEBHOOK_SECRET": SECRET}),
    ],
)
def test_nobody_can_tell_anything_without_a_service_and_its_secret(backend, configured):
    assert addresses(backend, configured) == []


def test_only_the_service_that_is_configured_has_an_address():
    assert [pattern.name for pattern in addresses(POSTMARK, {"WEBHOOK_SECRET": SECRET})] == [
        "postmark_tracking_webhook"
    ]


urlpatterns = [path("mail-service/", include(addresses(POSTMARK, {"WEBHOOK_SECRET": SECRET})))]


class TestAtItsAddress:
    @pytest.fixture(autouse=True)
    def _here(self, settings):
        settings.ROOT_URLCONF = __name__
        settings.ANYMAIL = {**settings.ANYMAIL, "WEBHOOK_SECRET": SECRET}

    def post(self, client, message, secret):
        bounce = {"RecordType": "Bounce", "Type": "HardBounce", "TypeCode": 1, "ID": 4, "Email": message.to_address}
        return client.post(
            "/mail-service/postmark/tracking/",
            data={**bounce, "MessageID": message.service_id, "BouncedAt": "2026-11-21T10:00:00Z"},
            content_type="application/json",
            headers={"Authorization": f"Basic {b64encode(secret.encode()).decode()}"},
        )

    def test_the_service_is_believed_by_its_secret(self, client):
        message = sent_letter()
        assert self.post(client, message, SECRET).status_code == 200
        message.refresh_from_db()
        assert message.last_error == "MailReturned"

    def test_nobody_else_is(self, client):
        message = sent_letter()
        assert self.post(client, message, "service:another").status_code == 400
        message.refresh_from_db()
        assert message.state == State.SENT

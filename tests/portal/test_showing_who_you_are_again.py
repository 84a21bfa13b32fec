"""Pages that one signs on ask again, after fifteen minutes, who is there; as they open, never once Sign is pressed."""

import time
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client

from exchange.audit.models import AuditEvent
from exchange.people.models import User
from tests.portal.conftest import PASSWORD, signed_in

QUARTER = 15 * 60
REVIEW = "review/?grant=LK-1001&grant=LK-1002&grant=LK-1003"
WITHDRAW = "withdraw/"


@pytest.fixture
def instant(monkeypatch) -> float:
    """The server's own clock stands still."""
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now)
    return now


def maya(ago: float) -> Client:
    return signed_in(Client(), User.objects.get(email="maya@larkfield.example"), ago=ago)


@pytest.mark.parametrize("path", [REVIEW, WITHDRAW])
@pytest.mark.parametrize(("ago", "asked"), [(QUARTER - 0.001, False), (QUARTER, False), (QUARTER + 0.001, True)])
def test_it_is_asked_when_the_last_proof_is_older_than_fifteen_minutes(stage, instant, path, ago, asked):
    answer = maya(ago).get(stage.url(path))
    assert answer.status_code == (302 if asked else 200)
    assert not asked or answer.url.startswith("/accounts/reauthenticate/")


@pytest.mark.parametrize("path", [REVIEW, WITHDRAW])
def test_one_is_back_on_the_very_page_with_the_same_choices(stage, path, text):
    client = maya(QUARTER + 60)
    asked = client.get(stage.url(path))
    page = client.get(asked.url)
    assert "Is it still you?" in text(page)
    back = parse_qs(urlsplit(asked.url).query)["next"][0]
    assert back == stage.url(path)
    answer = client.post(asked.url, {"password": PASSWORD, "next": back}, follow=True)
    assert answer.redirect_chain[-1] == (stage.url(path), 302)
    assert answer.status_code == 200


def test_a_wrong_password_goes_nowhere(stage, text):
    client = maya(QUARTER + 60)
    asked = client.get(stage.url(REVIEW)).url
    assert "That password is wrong" in text(client.post(asked, {"password": "not-hers-at-all"}))
    assert client.get(stage.url(REVIEW)).status_code == 302


def test_it_is_never_asked_once_sign_is_pressed(stage):
    client = stage.client()
    token = stage.token(client, "LK-1003")
    signed_in(client, User.objects.get(email="maya@larkfield.example"), ago=3 * 60 * 60)
    answer = stage.sign(client, token)
    assert answer.url.endswith("/done/")


def test_pages_to_read_never_ask(stage):
    client = maya(3 * 60 * 60)
    for path in ("", "options/", "choose/", "forms/", "documents/"):
        assert client.get(stage.url(path)).status_code == 200, path


def test_a_session_that_says_nothing_about_who_is_asked(stage):
    client = Client()
    client.force_login(User.objects.get(email="maya@larkfield.example"))
    assert client.get(stage.url(REVIEW)).status_code == 302


def test_one_with_nothing_left_to_show_is_told_what_to_do(stage, text):
    User.objects.filter(email="maya@larkfield.example").update(password="!")
    client = maya(QUARTER + 60)
    answer = client.get(stage.url(REVIEW))
    assert answer.status_code == 403
    assert "come in again with a code by e-mail" in text(answer)


def test_changing_how_one_signs_in_asks_too(stage):
    client = maya(QUARTER + 60)
    for path in ("webauthn/add/", "totp/activate/", "recovery-codes/generate/"):
        assert client.get(f"/accounts/2fa/{path}").url.startswith("/accounts/reauthenticate/"), path


def test_a_first_password_is_not_set_by_a_form_sent_late(stage, instant):
    """An authenticator app is what there is to ask for; allauth itself asks nothing here."""
    user = User.objects.get(email="maya@larkfield.example")
    User.objects.filter(pk=user.pk).update(password="!")
    TOTP.activate(User.objects.get(pk=user.pk), generate_totp_secret())
    new = {"password1": "another-good-long-one", "password2": "another-good-long-one"}
    answer = maya(QUARTER + 0.001).post("/accounts/password/set/", new)
    assert answer.url == "/accounts/2fa/reauthenticate/?next=%2Faccounts%2Fpassword%2Fset%2F"
    assert not User.objects.get(pk=user.pk).has_usable_password()
    maya(QUARTER).post("/accounts/password/set/", new)
    assert User.objects.get(pk=user.pk).has_usable_password()


def test_ones_whole_record_is_not_taken_by_a_form_sent_late(stage, instant):
    answer = maya(QUARTER + 0.001).post(stage.url("record/download/"))
    assert answer.status_code == 302
    assert answer.url.startswith("/accounts/reauthenticate/")
    assert parse_qs(urlsplit(answer.url).query)["next"] == [stage.url("record/download/")]
    assert not AuditEvent.objects.filter(kind="record.downloaded").exists()
    taken = maya(QUARTER).post(stage.url("record/download/"))
    assert b"".join(taken.streaming_content).startswith(b"PK")


# Sessions end


def test_a_session_ends_eight_hours_after_the_last_proof(stage, instant, text):
    hours = 8 * 60 * 60
    assert maya(hours - 1).get(stage.url()).status_code == 200
    client = maya(hours)
    answer = client.get(stage.url("options/"), follow=True)
    assert answer.redirect_chain[-1][0] == f"/accounts/login/?next={stage.url('options/')}"
    assert "eight hours have passed" in text(answer)
    assert "_auth_user_id" not in client.session


def test_a_new_proof_begins_the_eight_hours_anew(stage, instant):
    client = maya(7 * 60 * 60)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert client.get(stage.url(REVIEW)).status_code == 200


def test_an_idle_hour_ends_a_session_and_a_form_sent_then_still_counts(stage, text):
    client = stage.client()
    token = stage.token(client, "LK-1003")
    _idle(client, 61 * 60)
    answer = stage.sign(client, token)
    assert answer.url.endswith("/done/")
    _idle(client, 61 * 60)
    asked = client.get(stage.url(), follow=True)
    assert "after an hour without a page" in text(asked)
    assert asked.redirect_chain[-1][0].startswith("/accounts/login/")


def test_sign_pressed_on_a_page_that_was_open_all_day_counts(stage, instant, text):
    client = maya(60)
    token = stage.token(client, "LK-1003")
    signed_in(client, User.objects.get(email="maya@larkfield.example"), ago=9 * 60 * 60)
    assert stage.sign(client, token).url.endswith("/done/")
    asked = client.get(stage.url(), follow=True)
    assert "eight hours have passed" in text(asked)


def test_the_cookie_goes_with_the_browser(stage):
    answer = Client().post("/accounts/login/", {"login": "maya@larkfield.example", "password": PASSWORD})
    assert answer.cookies["sessionid"]["expires"] == answer.cookies["sessionid"]["max-age"] == ""


def _idle(client: Client, seconds: float) -> None:
    session = client.session
    session["seen_at"] = time.time() - seconds
    session.save()

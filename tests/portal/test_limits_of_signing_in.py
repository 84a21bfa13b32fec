"""Limits: tight for one account, wide for one office, none longer than five minutes; nobody learns who is invited."""

import re
import time

import pytest
from allauth.core.internal import ratelimit
from django.conf import settings
from django.core import mail
from django.test import Client, RequestFactory

from exchange.audit.models import AuditEvent
from exchange.notices.models import Message
from exchange.people.models import User
from tests.portal.conftest import PASSWORD

MAYA, NOBODY = "maya@larkfield.example", "nobody@larkfield.example"
WRONG = "wrong-password-here"
FIVE_MINUTES = 5 * 60


@pytest.fixture
def wait(monkeypatch):
    """The server's own clock, moved by hand."""
    moved = {"at": time.time()}
    monkeypatch.setattr(time, "time", lambda: moved["at"])

    def later(seconds: float) -> None:
        moved["at"] += seconds

    return later


def sign_in(email: str = MAYA, password: str = WRONG):
    return Client().post("/accounts/login/", {"login": email, "password": password})


def ask_for_code(client: Client, email: str):
    return client.post("/accounts/login/code/", {"email": email}, follow=True)


def code_sent() -> str:
    return re.search(r"^(\d{4}-\d{4})$", str(mail.outbox[-1].body), flags=re.MULTILINE)[1]


# Limits


def test_ten_failures_lock_one_account_and_the_page_names_paper_and_phone(stage, text, wait):
    for _ in range(10):
        assert "is wrong" in text(sign_in())
    locked = sign_in(password=PASSWORD)
    page = text(locked)
    assert "Too many attempts with this address. Wait five minutes and try again, or use the paper form." in page
    assert "(707) 555-0117" in page
    assert "You can also sign on paper and send it to Hannah Sorensen. Fax (707) 555-0143" in page
    assert sign_in("daniel@larkfield.example", PASSWORD).status_code == 302


def test_a_locked_account_is_free_again_after_five_minutes_however_often_it_was_tried(stage, wait):
    for _ in range(10):
        sign_in()
    for _ in range(4):
        wait(60)
        assert sign_in(password=PASSWORD).status_code == 200
    wait(60)
    assert sign_in(password=PASSWORD).status_code == 302


def test_no_limit_looks_back_further_than_five_minutes():
    rates = [*settings.ACCOUNT_RATE_LIMITS.values(), *settings.MFA_RATE_LIMITS.values()]
    assert {rate.split("/")[1] for line in rates for rate in line.split(",")} == {"5m"}


def test_every_page_without_an_account_allows_an_address_more_than_two_thousand_in_five_minutes():
    for action in ("login", "login_failed", "reset_password", "reset_password_from_key", "request_login_code"):
        assert settings.PER_ADDRESS in settings.ACCOUNT_RATE_LIMITS[action]
    assert settings.MFA_RATE_LIMITS["webauthn_login"] == settings.PER_ADDRESS
    assert int(settings.PER_ADDRESS.split("/")[0]) > 2000


def test_an_office_of_two_thousand_signs_in_from_one_address(stage, wait):
    for number in range(1, 2000):  # what each sign-in counts; the page itself would take a minute
        request = RequestFactory().post("/accounts/login/")
        for action in ("login", "login_failed"):
            key = f"person{number}@larkfield.example"
            assert ratelimit.consume(request, app="allauth.account", action=action, key=key), number
        wait(0.1)
    assert sign_in(password=PASSWORD).status_code == 302


def test_above_its_limit_an_address_is_told_of_paper_and_phone(stage, text, settings, wait):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "login": "3/5m/ip"}
    for _ in range(3):
        sign_in()
    answer = sign_in("daniel@larkfield.example", PASSWORD)
    assert answer.status_code == 429
    page = text(answer)
    assert "Wait five minutes" in page
    assert "(707) 555-0117" in page
    assert "sign on paper" in page
    wait(FIVE_MINUTES)
    assert sign_in("daniel@larkfield.example", PASSWORD).status_code == 302


def test_codes_are_few_and_each_takes_three_tries(stage, text, wait):
    client = Client()
    ask_for_code(client, MAYA)
    code = code_sent()
    for _ in range(3):
        answer = client.post("/accounts/login/code/confirm/", {"code": "0000-0000"}, follow=True)
    assert "Too many attempts" in text(answer)
    client.post("/accounts/login/code/confirm/", {"code": code})
    assert "_auth_user_id" not in client.session
    for _ in range(4):
        ask_for_code(Client(), MAYA)
    assert "Too many attempts with this address" in text(ask_for_code(Client(), MAYA))
    wait(FIVE_MINUTES)
    assert "a code is on its way" in text(ask_for_code(Client(), MAYA))


def test_a_code_works_for_ten_minutes_and_once(stage, wait):
    client = Client()
    ask_for_code(client, MAYA)
    wait(601)
    assert client.post("/accounts/login/code/confirm/", {"code": code_sent()}).url == "/accounts/login/code/"
    ask_for_code(client, MAYA)
    code = code_sent()
    wait(599)
    assert client.post("/accounts/login/code/confirm/", {"code": code}).status_code == 302
    assert client.session["_auth_user_id"]
    other = Client()
    ask_for_code(other, MAYA)
    assert "That code is wrong" in other.post("/accounts/login/code/confirm/", {"code": code}).content.decode()


# A code by e-mail is recovery, and is told


def test_a_code_lets_in_is_on_record_and_is_told_by_letter_without_the_code(stage, text):
    client = Client()
    ask_for_code(client, MAYA)
    code = code_sent()
    answer = client.post("/accounts/login/code/confirm/", {"code": code}, follow=True)
    assert answer.redirect_chain[-1][0] == stage.url()
    assert AuditEvent.objects.filter(kind="signed_in.by_code", actor="holder:L101").count() == 1
    letter = Message.objects.get(kind="sign_in_notice")
    assert letter.to_address == MAYA
    assert "Someone signed in as you with a code" in letter.text
    assert code not in letter.text + letter.html
    assert client.get(stage.url("review/?grant=LK-1003")).status_code == 200


def test_signing_in_is_on_record_with_what_it_was_done_by(stage):
    sign_in(password=PASSWORD)
    event = AuditEvent.objects.get(kind="signed_in")
    assert (event.actor, '"by":["password"]' in event.payload) == ("holder:L101", True)


# Nobody learns who is invited


def _seen(client: Client, answer) -> tuple[int, list, str]:
    html = re.sub(r'(csrfmiddlewaretoken" value=")\w+', r"\1", answer.content.decode())
    return answer.status_code, answer.redirect_chain, html.replace(MAYA, "?").replace(NOBODY, "?")


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/accounts/login/", {"login": "", "password": "wrong-password-here"}),
        ("/accounts/login/code/", {"email": ""}),
        ("/accounts/password/reset/", {"email": ""}),
    ],
)
def test_an_address_that_is_known_and_one_that_is_not_get_the_same_answer(stage, path, data):
    field = "login" if "login" in data else "email"
    seen = []
    for email in (MAYA, NOBODY):
        client = Client()
        seen.append(_seen(client, client.post(path, {**data, field: email}, follow=True)))
    assert seen[0] == seen[1]


def test_both_get_a_mail_so_that_neither_takes_longer(stage):
    for email in (MAYA, NOBODY):
        ask_for_code(Client(), email)
    assert [message.to for message in mail.outbox] == [[MAYA], [NOBODY]]
    assert "There is no account with this address" in mail.outbox[1].body


def test_a_wrong_code_says_the_same_for_an_address_nobody_has(stage):
    seen = []
    for email in (MAYA, NOBODY):
        client = Client()
        ask_for_code(client, email)
        seen.append(_seen(client, client.post("/accounts/login/code/confirm/", {"code": "1111-2222"}, follow=True)))
    assert seen[0] == seen[1]


def test_one_who_was_invited_and_never_came_gets_what_strangers_get(stage):
    User.objects.create_user("invited@larkfield.example", None, must_set_up=True)
    seen = []
    for email in ("invited@larkfield.example", NOBODY):
        client = Client()
        answer = client.post("/accounts/login/", {"login": email, "password": "x" * 14}, follow=True)
        status, chain, html = _seen(client, answer)
        html = html.replace(email, "?")
        seen.append((status, chain, html))
    assert seen[0] == seen[1]

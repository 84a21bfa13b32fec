"""Getting in: sign-in, a forgotten password, and everything that is closed. Nothing tells who has an account."""

import re

import pytest
from django.core import mail
from django.test import Client

from exchange.people.models import User
from tests.portal.conftest import PASSWORD

pytestmark = pytest.mark.django_db


def _sign_in(client: Client, email: str, password: str):
    return client.post("/accounts/login/", {"login": email, "password": password}, follow=True)


def test_a_holder_lands_on_the_offer(stage):
    answer = _sign_in(Client(), "maya@larkfield.example", PASSWORD)
    assert answer.redirect_chain[-1][0] == stage.url()


def test_the_address_of_a_page_survives_signing_in(stage):
    client = Client()
    at = client.get(stage.url("options/")).url
    answer = client.post(at, {"login": "maya@larkfield.example", "password": PASSWORD}, follow=True)
    assert answer.redirect_chain[-1][0] == stage.url("options/")


def test_staff_land_on_their_desk_and_staff_who_hold_options_on_their_offer(stage):
    User.objects.create_user("hr@larkfield.example", PASSWORD, is_staff=True)
    client = Client()
    client.post("/accounts/login/", {"login": "hr@larkfield.example", "password": PASSWORD})
    assert client.get("/").url == "/staff/"
    User.objects.filter(email="maya@larkfield.example").update(is_staff=True)
    assert stage.client().get("/").url == stage.url()


def test_one_without_options_and_one_without_an_offer_are_told_so(db, text):
    user = User.objects.create_user("new@larkfield.example", PASSWORD)
    client = Client()
    client.force_login(user)
    assert "There is no offer for you at present" in text(client.get("/"))


@pytest.mark.parametrize("email", ["maya@larkfield.example", "nobody@larkfield.example"])
def test_a_wrong_sign_in_says_the_same_to_everyone(stage, text, email):
    page = text(_sign_in(Client(), email, "wrong-password-here"))
    assert "The e-mail address or the password is wrong." in page


def test_the_sign_in_page_names_the_company_the_deadline_and_whom_to_call(stage, text):
    page = text(Client().get("/accounts/login/"))
    assert "Larkfield Instruments, Inc." in page
    assert "30 June 2026, 5:00 p.m. Pacific Time (1 July, 00:00 UTC)" in page
    assert "(707) 555-0117" in page


def test_the_sign_in_page_works_before_there_is_any_offer(db):
    assert Client().get("/accounts/login/").status_code == 200


def test_a_forgotten_password_is_replaced_through_a_link_that_works_once(stage, text):
    client = Client()
    answer = client.post("/accounts/password/reset/", {"email": "maya@larkfield.example"}, follow=True)
    assert "If the address is one we know" in text(answer)
    (letter,) = mail.outbox
    assert letter.to == ["maya@larkfield.example"]
    link = re.search(r"http://\S+", letter.body)[0]
    form = client.get(link, follow=True)
    assert "Choose a new password" in text(form)
    new = {"password1": "another-long-password", "password2": "another-long-password"}
    done = client.post(form.redirect_chain[-1][0], new, follow=True)
    assert "Your password is changed" in text(done)
    assert _sign_in(Client(), "maya@larkfield.example", PASSWORD).wsgi_request.user.is_anonymous
    assert _sign_in(Client(), "maya@larkfield.example", "another-long-password").wsgi_request.user.is_authenticated
    assert "This link no longer works" in text(Client().get(link, follow=True))


def test_asking_for_an_unknown_address_answers_the_same(stage, text):
    pages = [
        text(Client().post("/accounts/password/reset/", {"email": email}, follow=True))
        for email in ("maya@larkfield.example", "nobody@larkfield.example")
    ]
    assert pages[0] == pages[1]
    to_nobody = mail.outbox[-1]
    assert to_nobody.to == ["nobody@larkfield.example"]
    assert "sign up" not in to_nobody.body.lower()
    assert "http" not in to_nobody.body


def test_a_weak_new_password_is_refused_with_the_reason(stage, text):
    client = Client()
    client.post("/accounts/password/reset/", {"email": "maya@larkfield.example"})
    form = client.get(re.search(r"http://\S+", mail.outbox[0].body)[0], follow=True)
    answer = client.post(form.redirect_chain[-1][0], {"password1": "short", "password2": "short"})
    assert "at least 12 characters" in text(answer)


def test_nobody_signs_up(stage, text):
    assert "Accounts are made by the company" in text(Client().get("/accounts/signup/"))
    data = {"email": "x@y.example", "password1": "another-long-password", "password2": "another-long-password"}
    Client().post("/accounts/signup/", data)
    assert not User.objects.filter(email="x@y.example").exists()


@pytest.mark.parametrize("path", ["/accounts/email/", "/accounts/confirm-email/"])
def test_nobody_changes_the_address_on_file(stage, path):
    client = stage.client()
    assert client.get(path).status_code == 404
    assert client.post(path, {"action_add": "", "email": "x@y.example"}).status_code == 404


def test_signing_out_ends_the_session(stage):
    client = stage.client()
    client.post("/accounts/logout/")
    assert client.get(stage.url()).status_code == 302


def test_too_many_wrong_passwords_lock_one_account_for_five_minutes_and_name_the_paper_route(stage, text):
    for _attempt in range(10):
        _sign_in(Client(), "maya@larkfield.example", "wrong-password-here")
    page = text(_sign_in(Client(), "maya@larkfield.example", PASSWORD))
    assert "Wait five minutes" in page
    assert "Fax (707) 555-0143" in page
    assert _sign_in(Client(), "daniel@larkfield.example", PASSWORD).wsgi_request.user.is_authenticated


@pytest.mark.parametrize("path", ["/accounts/password/change/", "/accounts/logout/"])
def test_the_other_account_pages_show(stage, path):
    assert stage.client().get(path).status_code == 200


def test_an_unknown_address_is_a_page_of_ours(stage, text):
    answer = Client().get("/no/such/page/")
    assert answer.status_code == 404
    assert "We have no such page for you" in text(answer)


def test_too_many_requests_from_one_place_are_told_to_wait_and_whom_to_call(stage, text, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/10m/ip"}
    for _press in range(2):
        answer = Client().post("/accounts/login/", {"login": "maya@larkfield.example", "password": "x"})
    assert answer.status_code == 429
    assert "Too many attempts" in text(answer)
    assert "(707) 555-0117" in text(answer)

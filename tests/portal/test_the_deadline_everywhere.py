"""Pages outside an offer name its deadline with the zone, the server's clock, and whom to call."""

import pytest
from django.test import Client
from django.urls import reverse

from exchange.people.models import User
from tests.portal.conftest import EXPIRES, PASSWORD, signed_in
from tests.support.second_factor import with_an_app

DEADLINE = "The offer expires: 30 June 2026, 5:00 p.m. Pacific Time (1 July, 00:00 UTC) Server’s clock: 17:30 UTC"
PHONE = "Ruth Adeyemi, General Counsel: (707) 555-0117 Monday to Friday, 8 a.m. to 6 p.m. Pacific Time"
NAMES = [
    "account_login",
    "account_reset_password",
    "account_reset_password_done",
    "account_request_login_code",
    "portal:no_sign_in",
    "portal:no_sign_in_sent",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_page_before_signing_in(stage, text, name):
    page = text(Client().get(reverse(name)))
    assert page.count(DEADLINE) == 1
    assert PHONE in page


def test_a_page_that_is_not_there(stage, text):
    for client in (Client(), stage.client()):
        answer = client.get("/no/such/page/")
        assert answer.status_code == 404
        assert DEADLINE in text(answer)
        assert PHONE in text(answer)


def test_a_page_that_one_may_not_open_and_one_asked_for_too_often(stage, text):
    user = with_an_app(User.objects.create_user("amir@larkfield.example", PASSWORD, is_staff=True))
    forbidden = signed_in(Client(), user).get("/staff/accounts/add/")
    assert forbidden.status_code == 403
    assert DEADLINE in text(forbidden)
    asked = {"name": "Z", "email": "z@x.example", "reach": "1", "text": "x"}
    answers = [Client().post(reverse("portal:no_sign_in"), asked) for _try in range(6)]
    assert answers[-1].status_code == 429
    assert DEADLINE in text(answers[-1])
    assert PHONE in text(answers[-1])


def test_after_the_deadline_no_page_counts_down_to_it(stage, text):
    stage.go(EXPIRES)
    page = text(Client().get(reverse("account_login")))
    assert "The offer expires:" not in page
    assert PHONE in page


def test_help_for_who_is_signed_in_does_not_offer_help_with_signing_in(stage):
    page = stage.client().get("/no/such/page/").content.decode()
    assert reverse("portal:no_sign_in") not in page
    assert reverse("portal:no_sign_in") in Client().get("/no/such/page/").content.decode()

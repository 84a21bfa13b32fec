"""The desk opens for nobody of the staff who has neither a passkey nor an authenticator app, on any address."""

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from exchange.audit.models import AuditEvent
from exchange.people.models import User
from tests.staff import test_who_may_open_what as table
from tests.staff.conftest import an_account
from tests.support.second_factor import code_of_app

pytestmark = pytest.mark.django_db
PASSWORD = "a long password"
addresses = table.addresses  # the fixture: one address for every route of the desk


@pytest.fixture
def newcomer() -> Client:
    """Ruth of counsel, on her first day: a password, and nothing else."""
    user = an_account("counsel")
    Authenticator.objects.filter(user=user).delete()
    client = Client()
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    return client


def test_a_password_alone_opens_no_page_of_the_desk(addresses, sign_in):
    client = sign_in("superuser")
    Authenticator.objects.all().delete()
    before = AuditEvent.objects.count()
    for route, address in addresses.items():
        for ask in (client.get, client.post):
            answer = ask(address)
            assert (answer.status_code, answer["Location"]) == (302, reverse("secure_sign_in")), route
    assert AuditEvent.objects.count() == before


def test_a_newcomer_sets_an_app_up_and_is_in(newcomer):
    assert newcomer.get("/", follow=True).redirect_chain[-1][0] == reverse("secure_sign_in")
    page = newcomer.get(reverse("secure_sign_in")).content.decode()
    assert "Everyone who works at the desk has a passkey or an authenticator app" in page
    assert "come back with a code by e-mail" not in page
    set_up = reverse("mfa_activate_totp")
    secret = newcomer.get(set_up).context["form"].secret
    answer = newcomer.post(set_up, {"code": code_of_app(secret)}, follow=True)
    assert "Your recovery codes" in answer.content.decode()
    assert newcomer.get(reverse("staff:index")).status_code == 200


def test_whoever_has_one_is_asked_for_it_at_every_sign_in(newcomer):
    user = an_account("hr")
    client = Client()
    answer = client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert answer["Location"] == reverse("mfa_authenticate")
    assert client.get(reverse("staff:index")).status_code == 302
    client.post(reverse("mfa_authenticate"), {"code": code_of_app()})
    assert client.get(reverse("staff:index")).status_code == 200


def test_the_last_one_cannot_be_removed(sign_in):
    client = Client()
    user = an_account("hr")
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    client.post(reverse("mfa_authenticate"), {"code": code_of_app()})
    client.post(reverse("mfa_deactivate_totp"))
    assert Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()


def test_a_demonstration_on_one_machine_may_do_without(newcomer, settings):
    settings.STAFF_SECOND_FACTOR = False
    assert newcomer.get(reverse("staff:index")).status_code == 200
    assert newcomer.get(reverse("secure_sign_in"))["Location"] == "/"


def test_holders_are_not_asked_for_more_than_before(sign_in):
    client = sign_in("holder")
    assert client.get(reverse("secure_sign_in"))["Location"] == "/"
    assert User.objects.get(email="holder@company.example").must_set_up is False


def test_whoever_came_in_by_the_password_alone_is_out_once_the_owner_has_an_app(newcomer):
    stranger = Client()
    stranger.post(reverse("account_login"), {"login": "counsel@company.example", "password": PASSWORD})
    assert stranger.get(reverse("secure_sign_in")).status_code == 200, "parked where everyone new waits"
    secret = newcomer.get(reverse("mfa_activate_totp")).context["form"].secret
    newcomer.post(reverse("mfa_activate_totp"), {"code": code_of_app(secret)})
    assert newcomer.get(reverse("staff:index")).status_code == 200, "who set it up goes on"
    for address in (reverse("staff:index"), reverse("secure_sign_in")):
        assert stranger.get(address)["Location"].startswith(reverse("account_login")), address
    again = stranger.post(reverse("account_login"), {"login": "counsel@company.example", "password": PASSWORD})
    assert again["Location"] == reverse("mfa_authenticate"), "and in again only with the app"
    assert AuditEvent.objects.filter(kind="sessions.ended").count() == 1


def test_a_wrong_code_ends_no_session(newcomer):
    stranger = Client()
    stranger.post(reverse("account_login"), {"login": "counsel@company.example", "password": PASSWORD})
    newcomer.get(reverse("mfa_activate_totp"))
    newcomer.post(reverse("mfa_activate_totp"), {"code": "000000"})
    assert stranger.get(reverse("secure_sign_in")).status_code == 200
    assert newcomer.get(reverse("secure_sign_in")).status_code == 200

"""The company's own sign-in, against a real provider: it finds an invited account, and makes none."""

from collections.abc import Iterator

import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.urls import reverse

from exchange.audit.models import AuditEvent
from exchange.offers.invitations import invite_holders
from exchange.people.models import User
from tests.portal.conftest import signed_in
from tests.support.provider import CLIENT_ID, CLIENT_SECRET, Provider

GRACE = {"sub": "u-105", "email": "Grace@larkfield.example", "email_verified": True, "name": "Grace W."}


@pytest.fixture
def provider(stage, settings) -> Iterator[Provider]:
    """A provider that this installation is configured with, and Grace invited."""
    running = Provider()
    app = {
        "provider_id": "company",
        "name": "Larkfield One",
        "client_id": CLIENT_ID,
        "secret": CLIENT_SECRET,
        "settings": {"server_url": running.url},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app], "OAUTH_PKCE_ENABLED": True}}
    stage.done(invite_holders(code=stage.code, employee_numbers=["L105"], actor="test", at=stage.now))
    yield running
    running.stop()


def come_in(provider: Provider, user: dict, client: Client | None = None, **asked: str):
    """From the link on the sign-in page to the provider and back, as a browser goes."""
    provider.user = user
    client = client or Client()
    begun = client.get("/accounts/oidc/company/login/", {"process": "login", **asked})
    assert begun.url.startswith(f"{provider.url}/authorize?")
    back = requests.get(begun.url, allow_redirects=False, timeout=5).headers["Location"]
    assert back.startswith("http://testserver/accounts/oidc/company/login/callback/?")
    return client.get(back.removeprefix("http://testserver"), follow=True)


def grace() -> User:
    return User.objects.get(email="grace@larkfield.example")


def refused(answer) -> bool:
    return answer.status_code == 403 and "That sign-in does not fit" in answer.content.decode()


def test_an_invited_holder_comes_in_and_has_nothing_more_to_set_up(stage, provider):
    answer = come_in(provider, GRACE)
    assert answer.redirect_chain[-1][0] == stage.url()
    assert not grace().must_set_up
    assert AuditEvent.objects.get(kind="sign_in.secured").payload.find('"by":"company"') > 0
    connected = SocialAccount.objects.get()
    assert (connected.user, connected.uid, connected.extra_data) == (grace(), "u-105", {})
    again = come_in(provider, GRACE, next=stage.url("options/"))
    assert again.redirect_chain[-1][0] == stage.url("options/")


def test_the_sign_in_page_names_it_as_the_company_does(provider, text):
    assert "Sign in with Larkfield One" in text(Client().get("/accounts/login/"))


def test_without_configuration_there_is_none(stage, text):
    assert "Sign in with a passkey" in text(Client().get("/accounts/login/"))
    assert "Larkfield One" not in text(Client().get("/accounts/login/"))
    assert Client().get("/accounts/oidc/company/login/").status_code == 404


@pytest.mark.parametrize(
    "user",
    [
        {**GRACE, "email_verified": False},
        {key: value for key, value in GRACE.items() if key != "email_verified"},
        {**GRACE, "email_verified": "true"},
        {**GRACE, "email": "stranger@larkfield.example"},
        {"sub": "u-105"},
    ],
    ids=["not verified", "not said", "said as a word", "not invited", "without an address"],
)
def test_who_does_not_fit_is_refused_and_no_account_is_made(provider, user):
    before = User.objects.count()
    assert refused(come_in(provider, user))
    assert (User.objects.count(), SocialAccount.objects.count()) == (before, 0)


def test_a_closed_account_is_refused(provider):
    User.objects.filter(pk=grace().pk).update(is_active=False)
    assert refused(come_in(provider, GRACE))


def test_another_person_with_a_reused_address_is_refused(provider):
    come_in(provider, GRACE)
    assert refused(come_in(provider, {**GRACE, "sub": "u-999"}))


def test_a_known_person_with_another_address_does_not_open_anothers_account(provider):
    come_in(provider, GRACE)
    assert refused(come_in(provider, {**GRACE, "email": "maya@larkfield.example"}))
    assert SocialAccount.objects.get().user == grace()


def test_one_who_is_signed_in_cannot_connect_a_stranger(provider, stage):
    client = stage.client("L101")
    for process in ("connect", "redirect"):
        assert refused(come_in(provider, {**GRACE, "email": "x@elsewhere.example"}, client, process=process)), process
    assert not SocialAccount.objects.exists()


def test_no_page_of_allauths_for_connecting_is_there(provider, stage):
    for path in ("/accounts/3rdparty/", "/accounts/3rdparty/signup/"):
        assert stage.client().get(path).status_code == 404


def test_a_provider_that_is_down_says_so_and_changes_nothing(provider, text):
    begun = Client()
    provider.stop()
    answer = begun.get("/accounts/oidc/company/login/", {"process": "login"})
    assert answer.status_code == 502
    assert "did not answer as it should" in text(answer)


def test_who_has_nothing_but_it_shows_who_they_are_there_again(provider, stage):
    come_in(provider, GRACE)
    client = signed_in(Client(), grace(), ago=16 * 60)
    asked = client.get(stage.url("review/?grant=LK-1041"))
    assert asked.url.startswith(reverse("openid_connect_login", args=["company"]) + "?process=login&next=")
    provider.user = GRACE
    begun = client.get(asked.url)
    back = requests.get(begun.url, allow_redirects=False, timeout=5).headers["Location"]
    answer = client.get(back.removeprefix("http://testserver"), follow=True)
    assert (stage.url("review/?grant=LK-1041"), 302) in answer.redirect_chain
    assert answer.status_code == 200

"""The company's own sign-in (OpenID Connect): it finds an invited account by a verified address, and makes none."""

from dataclasses import dataclass
from typing import Any, NoReturn

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import render
from django.urls import reverse

from exchange.kernel import clock
from exchange.people.models import User
from exchange.people.sign_ins import finish_set_up


@dataclass(frozen=True)
class CompanySignIn:
    """What the company calls it, and where it begins."""

    name: str
    url: str


def company_sign_in() -> CompanySignIn | None:
    """The one that this installation is configured with; None where there is none."""
    apps = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
    if not apps:
        return None
    url = reverse("openid_connect_login", kwargs={"provider_id": apps[0]["provider_id"]})
    return CompanySignIn(apps[0]["name"], f"{url}?process=login")


def is_connected(user: User) -> bool:
    return bool(SocialAccount.objects.filter(user=user).exists())


class CompanyAdapter(DefaultSocialAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Let in the account whose address the provider has verified, and nobody else; one page refuses all others.

        The provider's own name for a person is kept at the first time; afterwards it and the address must both fit,
        so that neither a reused address nor a reused name opens another's account.
        """
        if sociallogin.state.get("process") != "login":
            _refuse(request)
        user = _owner_of(sociallogin)
        known = SocialAccount.objects.filter(provider=sociallogin.account.provider)
        if user is None or known.filter(uid=sociallogin.account.uid).exclude(user=user).exists():
            _refuse(request)
        mine = known.filter(user=user).first()
        if mine is not None and mine.uid != sociallogin.account.uid:
            _refuse(request)
        sociallogin.account.extra_data = {}  # what the provider says about a person is not ours to keep
        if mine is None:
            sociallogin.connect(request, user)
        else:
            sociallogin.account.save(update_fields=["extra_data"])
        finish_set_up(user=user, by="company", at=clock.now())


def _owner_of(sociallogin: Any) -> User | None:
    """The account of the address that the provider says it has verified."""
    verified = {address.email.lower() for address in sociallogin.email_addresses if address.verified is True}
    found = User.objects.filter(email__in=verified, is_active=True)
    return found.first() if len(verified) == 1 else None


def _refuse(request: HttpRequest) -> NoReturn:
    raise ImmediateHttpResponse(render(request, "account/company_refused.html", status=403))

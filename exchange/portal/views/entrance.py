"""Coming in for the first time: the link of an invitation, and securing the sign-in after it."""

from uuid import UUID

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.socialaccount.providers.openid_connect.views import login as begin_company_sign_in
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from requests import RequestException

from exchange.kernel import clock
from exchange.kernel.results import Refusal, Refused
from exchange.kernel.sentences import sentence
from exchange.notices.links import subject_of
from exchange.people.invitations import use_invitation, why_ended
from exchange.people.models import Invitation, User
from exchange.people.sign_ins import has_app, is_secured, must_secure
from exchange.portal.proof import INVITATION

GONE = 410


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def invitation(request: HttpRequest, token: str) -> HttpResponseBase:
    """The page behind the link: one button, whose press (POST) uses the link up. Opening it changes nothing.

    Programs that scan mail open every link in it; they press nothing. It names nobody: whoever holds the letter knows.
    """
    found = _invitation(token)
    if found is None:
        return _ended(request, Refusal("invitation_ended"))
    at = clock.now()
    if request.method != "POST":
        ended = why_ended(found, at)
        return _ended(request, ended) if ended else render(request, "account/invitation.html")
    result = use_invitation(invitation_id=found.pk, actor=f"holder:{found.holder.employee_number}", at=at)
    if isinstance(result, Refused):
        return _ended(request, result.reasons[0])
    user = result.value
    if request.user.is_authenticated:  # whoever is signed in here, possibly another
        logout(request)
    record_authentication(request, user, method=INVITATION, reauthenticated=True)
    answer: HttpResponseBase = perform_login(request, Login(user=user, redirect_url=reverse("secure_sign_in")))
    return answer


def _invitation(token: str) -> Invitation | None:
    subject = subject_of("invitation", token)
    if subject is None:
        return None
    return Invitation.objects.select_related("user", "holder").filter(pk=UUID(hex=subject)).first()


def _ended(request: HttpRequest, why: Refusal) -> HttpResponse:
    return render(request, "account/invitation_ended.html", {"why": sentence(why)}, status=GONE)


@require_safe
@never_cache
def passkey(request: HttpRequest) -> HttpResponse:
    """Signing in with a passkey, on a page of its own where the sign-in page could not do it in place."""
    return render(request, "account/passkey.html", {"next": request.GET.get("next", "")})


@require_safe
@never_cache
def company(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """To the company's own sign-in; a page of ours where it does not answer."""
    try:
        answer: HttpResponseBase = begin_company_sign_in(request, provider_id)
    except RequestException:
        return render(request, "socialaccount/authentication_error.html", status=502)
    return answer


@require_safe
@never_cache
@login_required
def secure(request: HttpRequest) -> HttpResponse:
    """How do you want to sign in from now on? A passkey, or a password and an app, or the company's own sign-in."""
    user = request.user
    if not isinstance(user, User) or not must_secure(user):
        return redirect("/")
    has_password = user.has_usable_password()
    context = {"has_password": has_password, "has_app": has_app(user), "is_secured": is_secured(user)}
    context["opens_desk"] = not user.must_set_up
    return render(request, "account/secure.html", context)

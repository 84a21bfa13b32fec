"""Ways to sign in: a passkey, a password, an authenticator app, recovery codes. allauth does it; we keep record."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from allauth.account.views import PasswordSetView
from allauth.mfa.base.views import IndexView
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.internal import auth as webauthn
from allauth.mfa.webauthn.views import AddWebAuthnView, RemoveWebAuthnView
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from exchange.kernel import clock
from exchange.offers.sign_in_letters import tell_of_change
from exchange.people.models import User
from exchange.people.sign_ins import end_sessions, finish_set_up, is_secured, may_remove, must_secure
from exchange.portal import proof
from exchange.portal.company_sign_in import is_connected
from exchange.portal.visit import set_up_first


class YourSignIn(IndexView):
    """What one signs in with, and what may be added or removed."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found: dict[str, Any] = super().get_context_data(**kwargs)
        user = self.request.user
        found["passkeys"] = [
            {"key": key, "may_remove": may_remove(key.instance)} for key in found["authenticators"].get("webauthn", [])
        ]
        found["app"] = found["authenticators"].get("totp")
        found["may_remove_app"] = found["app"] is not None and may_remove(found["app"].instance)
        codes = found["authenticators"].get("recovery_codes")
        found["codes_left"] = len(codes.get_unused_codes()) if codes is not None else 0
        found["has_password"] = user.has_usable_password()
        found["is_connected"] = is_connected(user)
        return found


class AddPasskey(AddWebAuthnView):
    """A passkey that signs in by itself: kept on the device, and asking for its owner (finger, face or PIN)."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        # allauth's own asks for a key that only follows a password, and forgets the errors of a form sent before.
        found: dict[str, Any] = super(AddWebAuthnView, self).get_context_data(**kwargs)
        found["js_data"] = {"creation_options": webauthn.begin_registration(self.request.user, True)}
        return found

    def form_valid(self, form: Any) -> HttpResponseBase:
        self.is_first = must_secure(_signed_in(self.request))
        with _securing(self.request):
            answer: HttpResponseBase = super().form_valid(form)
            _changed(self.request, "passkey.added", "passkey_added")
            _finish(self.request, "passkey")
        return answer

    def get_success_url(self) -> str:
        return reverse("portal:start") if self.is_first else reverse("mfa_index")


class RemovePasskey(RemoveWebAuthnView):
    success_url = reverse_lazy("mfa_index")

    def form_valid(self, form: Any) -> HttpResponseBase:
        if not may_remove(self.object):
            messages.error(self.request, _("This is the last way you sign in. Add another one first."))
            return redirect("mfa_index")
        answer: HttpResponseBase = super().form_valid(form)
        _changed(self.request, "passkey.removed", "passkey_removed")
        return answer


class SetPassword(PasswordSetView):
    """The first password; who came by an invitation goes on to the authenticator app."""

    def get_default_success_url(self) -> str:
        return reverse("mfa_activate_totp") if self.request.user.must_set_up else reverse("mfa_index")


class AddApp(ActivateTOTPView):
    def form_valid(self, form: Any) -> HttpResponseBase:
        with _securing(self.request):
            answer: HttpResponseBase = super().form_valid(form)
            _changed(self.request, "app.added", "app_added")
            _finish(self.request, "password and app")
        return answer


class RemoveApp(DeactivateTOTPView):
    def form_valid(self, form: Any) -> HttpResponseBase:
        answer: HttpResponseBase = super().form_valid(form)
        _changed(self.request, "app.removed", "app_removed")
        return answer


class MakeCodes(GenerateRecoveryCodesView):
    def form_valid(self, form: Any) -> HttpResponseBase:
        answer: HttpResponseBase = super().form_valid(form)
        _changed(self.request, "codes.made", "codes_made")
        return answer


def _signed_in(request: HttpRequest) -> User:
    """Whose pages these are: allauth lets nobody in who has not signed in."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def _changed(request: HttpRequest, kind: str, what: str) -> None:
    tell_of_change(user=_signed_in(request), kind=kind, what=what, at=clock.now())


def _finish(request: HttpRequest, by: str) -> None:
    finish_set_up(user=_signed_in(request), by=by, at=clock.now())


@contextmanager
def _securing(request: HttpRequest) -> Iterator[None]:
    """Once this makes the account secured, every other session is out: it was opened by less than is asked now."""
    user = _signed_in(request)
    with transaction.atomic():
        was_secured = is_secured(user)
        yield
        if not was_secured and is_secured(user):
            end_sessions(user=user, at=clock.now())
            update_session_auth_hash(request, user)


def _asks_again(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Who opens or sends a change to a way to sign in has proved lately who they are, by any way there is."""

    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not proof.is_recent(request) and proof.ways(request):
            return proof.ask_again(request)
        return view(request, *args, **kwargs)

    return page


def _page(view: type[Any], *decorators: Any) -> Any:
    """A page of one's own ways to sign in: never kept by a cache."""
    shown = view.as_view()
    for decorator in (*decorators, login_required, never_cache):
        shown = decorator(shown)
    return shown


your_sign_in = _page(YourSignIn, set_up_first)
add_passkey = _page(AddPasskey, _asks_again)
remove_passkey = _page(RemovePasskey, _asks_again, set_up_first)
set_password = _page(SetPassword, _asks_again)
add_app = _page(AddApp, _asks_again)
remove_app = _page(RemoveApp, _asks_again, set_up_first)
make_codes = _page(MakeCodes, _asks_again, set_up_first)


def to_your_sign_in(request: HttpRequest) -> HttpResponseBase:
    """allauth's list of passkeys is part of our one page."""
    return redirect("mfa_index")

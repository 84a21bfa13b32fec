"""Signing in: accounts are made by staff, nobody signs up, and nobody changes the address on file."""

import base64
import hashlib
from typing import Any
from urllib.parse import urlsplit

from allauth.account import forms as account_forms
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from cryptography.fernet import Fernet
from django import forms
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.validators import EmailValidator
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from exchange.kernel import clock
from exchange.offers.reads import current_offer, load
from exchange.offers.sign_in_letters import tell_of_change, tell_of_code
from exchange.people.models import User
from exchange.people.sign_ins import has_app, has_passkey, may_remove, record
from exchange.portal import proof
from exchange.portal.company_sign_in import company_sign_in, is_connected

# What proves the mailbox, or is the company's own sign-in with its own second factor: no other is asked for after it.
ENOUGH = {"code", "invitation", "socialaccount"}


class AccountAdapter(DefaultAccountAdapter):
    """What we allow of allauth. Its answers never tell whether an address has an account."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("The e-mail address or the password is wrong. Check both and try again."),
        "too_many_login_attempts": _(
            "Too many attempts with this address. Wait five minutes and try again, or use the paper form."
        ),
        "rate_limited": _("Too many attempts. Wait five minutes and try again, or use the paper form."),
        "account_inactive": _("This account is closed. Call the contact named on this page."),
        "incorrect_code": _("That code is wrong. Check it, or ask for a new one."),
        "incorrect_password": _("That password is wrong. Try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        return not proof.is_recent(context.request)

    def get_login_stages(self) -> list[str]:
        ours = f"{SecondFactor.__module__}.{SecondFactor.__qualname__}"
        stages: list[str] = super().get_login_stages()
        return [ours if stage == "allauth.mfa.stages.AuthenticateStage" else stage for stage in stages]

    def get_reauthentication_methods(self, user: User | AnonymousUser) -> list[dict[str, Any]]:
        """By what someone can prove again who they are, the quickest first."""
        if not isinstance(user, User):
            return []
        ways = []
        if has_passkey(user):
            ways.append(
                ("mfa_reauthenticate:webauthn", gettext("Use a passkey"), reverse("mfa_reauthenticate_webauthn"))
            )
        if user.has_usable_password():
            ways.append(("reauthenticate", gettext("Use your password"), reverse("account_reauthenticate")))
        if has_app(user):
            ways.append(("mfa_reauthenticate", gettext("Use your authenticator app"), reverse("mfa_reauthenticate")))
        company = company_sign_in()
        if company is not None and is_connected(user):
            ways.append(("company", gettext("Sign in with %(name)s") % {"name": company.name}, company.url))
        return [{"id": key, "description": words, "url": url} for key, words, url in ways]

    def set_password(self, user: User, password: str) -> None:
        super().set_password(user, password)
        tell_of_change(user=user, kind="password.set", what="password_set", at=clock.now())

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponseBase:
        """Put the sign-in on record; one by a code is told to the account's owner besides."""
        at = clock.now()
        steps = [step.get("type") or step["method"] for step in proof.records(request)]
        record(user=user, kind="signed_in", at=at, payload={"by": steps})
        if "code" in steps:
            tell_of_code(user=user, at=at)
        answer: HttpResponseBase = super().post_login(request, user, **kwargs)
        return answer


class SecondFactor(AuthenticateStage):
    """The second factor, for a password alone. Staff are asked for theirs whatever they came by."""

    def _should_handle(self, request: HttpRequest) -> bool:
        user = self.login.user
        methods = {step["method"] for step in get_authentication_records(request, user)}
        if methods & ENOUGH and not user.is_staff:
            return False
        return bool(super()._should_handle(request))


class MFAAdapter(DefaultMFAAdapter):
    """Passkeys and authenticator apps: their secrets kept encrypted, the last of them kept."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("That did not work. Try again, or use another way to sign in."),
        "cannot_delete_authenticator": _("This is the last way you sign in. Add another one first."),
    }

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return may_remove(authenticator)

    def encrypt(self, text: str) -> str:
        return _vault().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _vault().decrypt(encrypted_text.encode()).decode()

    def get_totp_issuer(self) -> str:
        return self._get_site_name()

    def _get_site_name(self) -> str:
        offer = current_offer()
        return load(offer).terms.company.short_name if offer is not None else str(_("Option exchange"))

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return str(_("Passkey %(number)d") % {"number": number})

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        # The installation's own name, whatever name the request came by: a passkey is bound to it for good.
        return {"id": urlsplit(settings.SITE_URL).hostname or "", "name": self._get_site_name()}


def _vault() -> Fernet:
    """Under the installation's key, for this purpose alone."""
    key = hashlib.sha256(b"exchange.portal.second-factors:" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))


def _plain(form: forms.Form, **labels: Any) -> None:
    """Labels of ours, no placeholders: they vanish as one types, and repeat the label."""
    for name, field in form.fields.items():
        field.widget.attrs.pop("placeholder", None)
        field.help_text = ""
        if name in labels:
            label, missing = labels[name]
            field.label = label
            field.error_messages["required"] = missing
        if name == "code":
            field.widget.attrs |= {"inputmode": "numeric", "autocapitalize": "off", "spellcheck": "false"}
        if isinstance(field, forms.EmailField):
            wrong = _("Enter an e-mail address like name@example.com.")
            field.validators = [EmailValidator(message=wrong)]


EMAIL = (_("E-mail address"), _("Enter your e-mail address."))
NEW_PASSWORD = (_("New password"), _("Enter a new password."))
NEW_PASSWORD_AGAIN = (_("New password again"), _("Enter the new password again."))


class LoginForm(account_forms.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, login=EMAIL, password=(_("Password"), _("Enter your password.")))


class ResetPasswordForm(account_forms.ResetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, email=EMAIL)


class ResetPasswordKeyForm(account_forms.ResetPasswordKeyForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, password1=NEW_PASSWORD, password2=NEW_PASSWORD_AGAIN)


class SetPasswordForm(account_forms.SetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, password1=NEW_PASSWORD, password2=NEW_PASSWORD_AGAIN)


class ChangePasswordForm(account_forms.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        current = (_("Current password"), _("Enter your current password."))
        _plain(self, oldpassword=current, password1=NEW_PASSWORD, password2=NEW_PASSWORD_AGAIN)


class RequestLoginCodeForm(account_forms.RequestLoginCodeForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, email=EMAIL)


class ConfirmLoginCodeForm(account_forms.ConfirmLoginCodeForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, code=(_("Code from the e-mail"), _("Enter the code from the e-mail.")))


class ReauthenticateForm(account_forms.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, password=(_("Password"), _("Enter your password.")))


class AuthenticateForm(mfa_forms.AuthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, code=(_("Code from your app, or a recovery code"), _("Enter a code.")))
        self.fields["code"].widget.attrs.pop("inputmode")


class ReauthenticateByAppForm(mfa_forms.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, code=(_("Code from your app"), _("Enter a code.")))


class ActivateAppForm(ActivateTOTPForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, code=(_("Code from your app"), _("Enter the code that your app shows.")))


class AddPasskeyForm(AddWebAuthnForm):
    """A passkey is always good for signing in by itself: it is asked to know its owner, and the answer is checked."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["passwordless"] = forms.BooleanField(widget=forms.HiddenInput, initial=True)
        _plain(self, name=(_("A name for it, such as “my phone”"), ""))
        self.fields["name"].max_length = 60


class RenamePasskeyForm(EditWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, name=(_("Name"), _("Enter a name.")))


def closed(request: HttpRequest) -> HttpResponseBase:
    """In place of allauth's pages for addresses: the company's file has them, and they change there."""
    raise Http404

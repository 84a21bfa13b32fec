"""Signing in: accounts are made by staff, nobody signs up, and nobody changes the address on file."""

from typing import Any

from allauth.account import forms as account_forms
from allauth.account.adapter import DefaultAccountAdapter
from django import forms
from django.core.validators import EmailValidator
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.translation import gettext_lazy as _


class AccountAdapter(DefaultAccountAdapter):
    """What we allow of allauth. Its answers never tell whether an address has an account."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("The e-mail address or the password is wrong. Check both and try again."),
        "too_many_login_attempts": _(
            "Too many attempts with this address. Wait five minutes and try again, or use the paper form."
        ),
        "account_inactive": _("This account is closed. Call the contact named on this page."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


def _plain(form: forms.Form, **labels: Any) -> None:
    """Labels of ours, no placeholders: they vanish as one types, and repeat the label."""
    for name, field in form.fields.items():
        field.widget.attrs.pop("placeholder", None)
        field.help_text = ""
        if name in labels:
            label, missing = labels[name]
            field.label = label
            field.error_messages["required"] = missing
        if isinstance(field, forms.EmailField):
            wrong = _("Enter an e-mail address like name@example.com.")
            field.validators = [EmailValidator(message=wrong)]


class LoginForm(account_forms.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(
            self,
            login=(_("E-mail address"), _("Enter your e-mail address.")),
            password=(_("Password"), _("Enter your password.")),
        )


class ResetPasswordForm(account_forms.ResetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, email=(_("E-mail address"), _("Enter your e-mail address.")))


class ResetPasswordKeyForm(account_forms.ResetPasswordKeyForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(
            self,
            password1=(_("New password"), _("Enter a new password.")),
            password2=(_("New password again"), _("Enter the new password again.")),
        )


def closed(request: HttpRequest) -> HttpResponseBase:
    """In place of allauth's pages for addresses: the company's file has them, and they change there."""
    raise Http404

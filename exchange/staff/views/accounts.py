"""Adding a member of staff: only the superuser does. The owner of the address sets the password."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exchange.kernel.results import Refused
from exchange.kernel.sentences import sentence
from exchange.people.actions import add_staff_account
from exchange.people.models import User
from exchange.staff.actors import actor_of
from exchange.staff.admin.base import list_url, record_url
from exchange.staff.edge import edge_of
from exchange.staff.frame import page
from exchange.staff.groups import DUTIES
from exchange.staff.parts import Link


class AccountForm(forms.Form):
    email = forms.EmailField(
        label=gettext_lazy("E-mail address"), error_messages={"required": gettext_lazy("Enter the e-mail address.")}
    )
    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=200, error_messages={"required": gettext_lazy("Enter the name.")}
    )
    group = forms.ChoiceField(
        label=gettext_lazy("Group"),
        choices=[(name, name) for name in DUTIES],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose a group.")},
    )


def add_account(request: HttpRequest) -> HttpResponse:
    if not getattr(request.user, "is_superuser", False):
        raise PermissionDenied
    form = AccountForm(request.POST) if request.method == "POST" else AccountForm()
    problems: list[str] = []
    if request.method == "POST" and form.is_valid():
        data: dict[str, Any] = form.cleaned_data
        result = add_staff_account(
            email=data["email"],
            name=data["name"],
            groups=[data["group"]],
            actor=actor_of(request.user),
            at=edge_of(request).true_now,
        )
        if not isinstance(result, Refused):
            messages.success(
                request,
                _(
                    "{email} has an account. A letter tells them how to set a password, with “I forgot my password”."
                ).format(email=result.value.email),
            )
            return HttpResponseRedirect(record_url(result.value))
        problems = [sentence(reason) for reason in result.reasons]
    back = Link(_("Accounts"), list_url(User))
    return page(request, "staff/account_form.html", {"form": form, "problems": problems, "back": back})

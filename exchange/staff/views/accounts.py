"""Adding a member of staff, and saying whose an account is: only the superuser does. Its owner sets the password."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exchange.kernel.results import Refused
from exchange.kernel.sentences import sentence
from exchange.people.actions import add_staff_account, state_owner
from exchange.people.models import User
from exchange.staff.actors import actor_of, user_of
from exchange.staff.admin.base import list_url, record_url
from exchange.staff.edge import edge_of
from exchange.staff.frame import page
from exchange.staff.groups import DUTIES
from exchange.staff.parts import Link


class OwnerForm(forms.Form):
    """Whose the account is, by the number that the people file has for them."""

    employee_number = forms.CharField(
        label=gettext_lazy("Employee number"),
        help_text=gettext_lazy("As in the people file: nobody decides on options, forms or facts of their own."),
        max_length=64,
        required=False,
    )
    is_no_employee = forms.BooleanField(label=gettext_lazy("No employee, such as an outside counsel"), required=False)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if bool(data.get("employee_number")) == bool(data.get("is_no_employee")):
            self.add_error("employee_number", _("Enter the employee number, or tick that it is no employee’s."))
        return data


class AccountForm(OwnerForm):
    field_order = ("email", "name", "group", "employee_number", "is_no_employee")

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
            employee_number=data["employee_number"],
            is_no_employee=data["is_no_employee"],
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
    return _page(
        request,
        form,
        problems,
        title=_("Add a staff account"),
        lede=_("The account has no password until its owner sets one from the sign-in page."),
        button=_("Add the account"),
        back=Link(_("Accounts"), list_url(User)),
    )


def account_owner(request: HttpRequest, user_id: int) -> HttpResponse:
    """Whose a staff account is: the number of an employee, or that it is no employee's."""
    if not getattr(request.user, "is_superuser", False):
        raise PermissionDenied
    account = get_object_or_404(User, pk=user_id, is_staff=True)
    stands = {"employee_number": account.employee_number, "is_no_employee": account.is_no_employee}
    form = OwnerForm(request.POST) if request.method == "POST" else OwnerForm(initial=stands)
    problems: list[str] = []
    if request.method == "POST" and form.is_valid():
        result = state_owner(
            user=account,
            employee_number=form.cleaned_data["employee_number"],
            is_no_employee=form.cleaned_data["is_no_employee"],
            stated_by=user_of(request.user),
            actor=actor_of(request.user),
            at=edge_of(request).true_now,
        )
        if not isinstance(result, Refused):
            messages.success(request, _("It is on record whose account {email} is.").format(email=account.email))
            return HttpResponseRedirect(record_url(account))
        problems = [sentence(reason) for reason in result.reasons]
    return _page(
        request,
        form,
        problems,
        title=_("Say whose account {email} is").format(email=account.email),
        lede=_("Whoever it is cannot record, decide or approve what is their own."),
        button=_("Put it on record"),
        back=Link(account.email, record_url(account)),
    )


def _page(request: HttpRequest, form: forms.Form, problems: list[str], **words: object) -> HttpResponse:
    return page(request, "staff/account_form.html", {"form": form, "problems": problems, **words})

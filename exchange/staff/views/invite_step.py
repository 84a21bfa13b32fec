"""Inviting holders to sign in, as a guarded page: one, those ticked in the list, or everyone eligible not yet in."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exchange.kernel import clock
from exchange.kernel.results import Result
from exchange.kernel.wording import shares_text
from exchange.offers.actions import Override
from exchange.offers.invitations import LINK_LASTS, Invited, invite_holders
from exchange.people.models import Holder
from exchange.people.reads import sign_in_states
from exchange.staff.admin.base import list_url
from exchange.staff.attempt import Preview
from exchange.staff.parts import Fact, table
from exchange.staff.sign_in_words import sign_in_cell
from exchange.staff.steps import INVITE
from exchange.staff.views.guarded import Guarded, Setting, WantedForm


class InviteForm(WantedForm):
    numbers = forms.CharField(
        label=gettext_lazy("Employee numbers"),
        help_text=gettext_lazy(
            "Those to invite, with a space between them. Left empty: every eligible person who has not been invited "
            "and cannot sign in yet."
        ),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, setting: Setting, **kwargs: Any) -> None:
        super().__init__(*args, setting=setting, **kwargs)
        self.fields.pop("at", None)  # links end by the true time, also those to a replayed offer

    def asked_for(self) -> list[str] | None:
        """The numbers, in the order given; None for everyone."""
        return [number for number in re.split(r"[\s,;]+", self.cleaned_data["numbers"]) if number] or None


class InvitePage(Guarded[Invited]):
    step = INVITE
    is_long = True
    letters = ("invitation",)
    lede = gettext_lazy(
        "Each gets a letter with a link of their own that works once. With it they choose how they sign in."
    )
    button = gettext_lazy("Send the invitations")
    form_class = InviteForm

    def initial(self, request: HttpRequest) -> dict[str, Any]:
        ticked = Holder.objects.filter(pk__in=[key for key in request.GET.getlist("person") if key.isdigit()])
        return {"numbers": " ".join(ticked.values_list("employee_number", flat=True))}

    def act(self, setting: Setting, form: Any, overrides: Sequence[Override]) -> Result[Invited]:
        return invite_holders(
            code=setting.code, employee_numbers=form.asked_for(), actor=setting.actor, at=clock.now()
        )

    def describe(self, setting: Setting, form: Any, value: Invited) -> Preview:
        holders = Holder.objects.filter(employee_number__in=value.employee_numbers).order_by("employee_number")
        before = sign_in_states(holders, leaving_out=value.made)
        rows = [
            [holder.employee_number, holder.legal_name, holder.email, sign_in_cell(before[holder.pk], setting.zone)]
            for holder in holders
        ]
        return Preview(
            facts=[
                Fact(_("Letters"), shares_text(len(rows)), more=_("To the addresses the company has on file.")),
                Fact(_("Each link works"), _("Once, for {n} days").format(n=LINK_LASTS.days)),
            ],
            tables=[
                table(
                    _("Who is invited"),
                    [_("Number"), _("Name"), _("E-mail on file"), _("Sign-in until now")],
                    rows,
                    most=100,
                )
            ],
            finality=[
                _("A letter that was sent cannot be called back; a newer invitation ends the earlier link."),
                _("Whoever reads that mailbox can use the link. Check the addresses first."),
            ],
        )

    def said(self, setting: Setting, value: Invited) -> str:
        return _("Invitations are on their way: {n}.").format(n=shares_text(len(value.employee_numbers)))

    def after(self, setting: Setting) -> str:
        return list_url(Holder)

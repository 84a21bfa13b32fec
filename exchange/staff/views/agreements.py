"""Recording that a holder signed an option agreement on paper: its date, how it came, who recorded it."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exchange.kernel.results import Refused
from exchange.kernel.sentences import sentence
from exchange.kernel.wording import date_text, price_text, shares_text
from exchange.settlement.actions.sign import record_paper_agreement
from exchange.settlement.agreements import Signing
from exchange.settlement.models import AgreementSignature, NewGrant
from exchange.staff.actors import actor_of, is_own
from exchange.staff.admin.base import record_url
from exchange.staff.edge import edge_for
from exchange.staff.fields import ConfirmForm, day_field
from exchange.staff.frame import page
from exchange.staff.parts import Fact, Link
from exchange.staff.steps import why_not_for_self

CHANNELS = [choice for choice in AgreementSignature.Channel.choices if choice[0] != "portal"]


class PaperAgreementForm(ConfirmForm):
    """What the signed paper says; the grant's number, typed, confirms that it is this agreement."""

    signed_on = day_field(gettext_lazy("Date written on the agreement"))
    channel = forms.ChoiceField(
        label=gettext_lazy("How it came"),
        choices=CHANNELS,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Say how it came.")},
    )
    signature_name = forms.CharField(
        label=gettext_lazy("Name as signed"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Write the name as it was signed.")},
    )
    note = forms.CharField(
        label=gettext_lazy("Note, where the name is another"),
        help_text=gettext_lazy("Why it is taken, and which proof you have seen. The holder reads it on the copy."),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    field_order = ("signed_on", "channel", "signature_name", "note", "confirmation")

    def __init__(self, *args: Any, grant: NewGrant, **kwargs: Any) -> None:
        super().__init__(*args, code=grant.number, **kwargs)

    def signing(self) -> Signing:
        data = self.cleaned_data
        return Signing(
            signature_name=data["signature_name"],
            channel=data["channel"],
            signed_on=data["signed_on"],
            note=data["note"],
        )


def record_agreement(request: HttpRequest, grant_id: UUID) -> HttpResponse:
    """One agreement that waits for its signature."""
    rows = NewGrant.objects.select_related("holder", "line__promise__offer")
    grant = get_object_or_404(rows, pk=grant_id)
    if is_own(request.user, grant.holder):
        raise PermissionDenied(why_not_for_self())
    form = PaperAgreementForm(request.POST if request.method == "POST" else None, grant=grant)
    edge = edge_for(request, grant.line.promise.offer)
    problems: list[str] = []
    if request.method == "POST" and form.is_valid():
        result = record_paper_agreement(grant=grant, signing=form.signing(), actor=actor_of(request.user), at=edge.now)
        if not isinstance(result, Refused):
            messages.success(
                request, _("The agreement for {number} is recorded as signed.").format(number=grant.number)
            )
            return HttpResponseRedirect(record_url(grant))
        problems = [sentence(reason, edge.zone) for reason in result.reasons]
    facts = [
        Fact(_("Granted to"), grant.holder.legal_name, more=grant.holder.employee_number),
        Fact(_("Name on the agreement"), grant.holder.name_on_agreement),
        Fact(_("Shares"), shares_text(grant.shares)),
        Fact(_("Exercise price"), price_text(grant.exercise_price)),
        Fact(_("Granted"), date_text(grant.granted_on)),
    ]
    context = {"form": form, "grant": grant, "facts": facts, "problems": problems}
    return page(request, "staff/agreement_form.html", {**context, "back": Link(grant.number, record_url(grant))})

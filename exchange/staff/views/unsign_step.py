"""An agreement that the desk recorded as signed on paper by mistake: proposed by one person, approved by another."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exchange.kernel.results import Refusal, Refused, Result
from exchange.kernel.wording import counted_shares_text
from exchange.offers.actions import Override
from exchange.people.models import User
from exchange.settlement.actions.unsign import unsign_agreement
from exchange.settlement.models import AgreementMistake, AgreementSignature
from exchange.settlement.signatures import standing_signatures
from exchange.staff import looks
from exchange.staff.actors import is_own
from exchange.staff.admin.new_grants import signature_facts
from exchange.staff.attempt import Preview
from exchange.staff.parts import Fact
from exchange.staff.steps import APPROVE, UNSIGN
from exchange.staff.views.guarded import Guarded, Setting, WantedForm

ANOTHER = "another person"  # stands for whoever will approve, while it is only tried out


class UnsignForm(WantedForm):
    signature = forms.ChoiceField(
        label=gettext_lazy("Which agreement"),
        help_text=gettext_lazy("Chosen on the page of the new option, where you begin."),
        error_messages={
            "required": gettext_lazy("Begin on the page of the new option."),
            "invalid_choice": gettext_lazy(
                "No signature on paper stands there any more: it is mended already, or none of this offer."
            ),
        },
    )
    reason = forms.CharField(
        label=gettext_lazy("Why it is a mistake, for the record"),
        help_text=gettext_lazy("What was recorded, and what the paper really is. The letter does not repeat it."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Write the reason.")},
    )

    def __init__(self, *args: Any, setting: Setting, **kwargs: Any) -> None:
        """The choice is the agreement one came from: of ten thousand on paper a list would be no help."""
        super().__init__(*args, setting=setting, **kwargs)
        field, wanted = self.fields["signature"], _uuids(self["signature"].value())
        if isinstance(field, forms.ChoiceField):
            rows = (
                _on_paper(setting).filter(pk__in=wanted).values_list("pk", "grant_number", "holder__employee_number")
            )
            field.choices = [
                (str(pk), _("{number}, of {holder}").format(number=number, holder=holder))
                for pk, number, holder in rows
            ]


class UnsignPage(Guarded[AgreementMistake]):
    step = UNSIGN
    lede = gettext_lazy(
        "For an agreement that the desk recorded as signed on paper and that its holder had not signed. What was "
        "recorded stays on record; the option waits for its signature again."
    )
    button = gettext_lazy("Record the mistake")
    letters = ("agreement_mistaken",)
    form_class = UnsignForm
    approve_permission = APPROVE

    def initial(self, request: HttpRequest) -> dict[str, Any]:
        return {"signature": request.GET["signature"]} if "signature" in request.GET else {}

    def act(self, setting: Setting, form: Any, overrides: Sequence[Override]) -> Result[AgreementMistake]:
        found = _signature(form.cleaned_data)
        if setting.user is not None and is_own(setting.user, found.holder):
            return Refused([Refusal("agreement_mistake_own")])
        return unsign_agreement(
            signature=found.pk,
            reason=form.cleaned_data["reason"],
            actor=setting.actor,
            at=form.instant(),
            proposed_by=setting.proposer,
            approved_by=setting.actor if setting.actor != setting.proposer else ANOTHER,
        )

    def headline(self, setting: Setting, form: Any) -> str:
        said = _("Agreement {number} recorded as signed by mistake")
        return said.format(number=_signature(form.cleaned_data).grant_number)

    def note_look(self, request: HttpRequest, wanted: Mapping[str, Any]) -> None:
        found = _signature(wanted)
        looks.also(request, found.holder, "new_option", found.grant_number)

    def is_about(self, value: AgreementMistake, user: User) -> bool:
        return is_own(user, value.signature.holder)

    def describe(self, setting: Setting, form: Any, value: AgreementMistake) -> Preview:
        signature = value.signature
        grant, holder = signature.grant, signature.holder
        return Preview(
            facts=[
                Fact(_("Who"), holder.legal_name, more=holder.employee_number),
                Fact(_("New option"), grant.number, more=counted_shares_text(grant.shares)),
                *signature_facts(signature, setting.zone),
                Fact(_("Why it is a mistake"), value.reason),
            ],
            finality=[
                _("The option is released no more, until its agreement is signed in the portal or on paper."),
                _("The holder is told by letter. What was recorded and its copy stay on record."),
                _("It is kept for good. If the agreement was signed after all, record it again."),
            ],
        )

    def said(self, setting: Setting, value: AgreementMistake) -> str:
        told = _("The agreement for {number} waits for its signature again. The holder is told.")
        return told.format(number=value.signature.grant_number)


def _signature(wanted: Mapping[str, Any]) -> AgreementSignature:
    return AgreementSignature.objects.select_related("holder").get(pk=wanted["signature"])


def _uuids(text: Any) -> list[UUID]:
    """The key that a text is, if it is one."""
    try:
        return [UUID(str(text))]
    except ValueError:
        return []


def _on_paper(setting: Setting) -> QuerySet[AgreementSignature]:
    """What can be a mistake of the desk: the signatures on paper that stand."""
    found = standing_signatures().filter(grant__line__promise__offer=setting.loaded.offer)
    return found.exclude(channel=AgreementSignature.Channel.PORTAL)

"""Counsel's word on whether the law forbids keeping a promise: hold it, forbid it, allow it; each a guarded page."""

from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exchange.kernel.results import Result
from exchange.kernel.wording import date_text, instant_text, shares_text
from exchange.offers.actions import Override
from exchange.people.models import User
from exchange.settlement.actions.promise import decide_prohibition
from exchange.settlement.models import Prohibition, Promise
from exchange.staff.actors import is_own
from exchange.staff.admin.base import record_url
from exchange.staff.attempt import Preview
from exchange.staff.parts import Fact, Link
from exchange.staff.steps import ALLOW, FORBID, HOLD, why_not_for_self
from exchange.staff.views.guarded import Guarded, Setting, WantedForm
from exchange.staff.views.visit import answer

Verdict = Prohibition.Verdict


class LawForm(WantedForm):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("Kept with the decision and in the audit log. The holder is not shown it."),
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": gettext_lazy("Write the reason.")},
    )


class LawPage(Guarded[Prohibition]):
    """What the three have in common. The code is not typed: each can be decided otherwise until the grant."""

    form_class = LawForm
    is_typed = False
    verdict: ClassVar[Verdict]
    means: ClassVar[Any]

    def __init__(self, promise: Promise) -> None:
        self.promise = promise

    def back(self, setting: Setting) -> Link:
        return Link(self.promise.number, record_url(self.promise))

    def act(self, setting: Setting, form: Any, overrides: Sequence[Override]) -> Result[Prohibition]:
        return decide_prohibition(
            promise=self.promise,
            verdict=self.verdict,
            reason=form.cleaned_data["reason"],
            actor=setting.actor,
            at=form.instant(),
        )

    def describe(self, setting: Setting, form: Any, value: Prohibition) -> Preview:
        promise = self.promise
        last = promise.prohibitions.exclude(pk=value.pk).order_by("-number").first()
        before = last.get_verdict_display() if last else _("Nothing was decided; it is kept")
        more = instant_text(last.at.replace(microsecond=0), setting.zone) if last else ""
        return Preview(
            facts=[
                Fact(_("Promise"), promise.number),
                Fact(_("To"), promise.holder.legal_name, more=promise.holder.employee_number),
                Fact(_("Shares as promised"), shares_text(promise.shares)),
                Fact(_("Earliest grant date"), date_text(promise.earliest_grant_on)),
                Fact(_("Until now"), str(before), more=more),
                Fact(_("From now on"), str(value.get_verdict_display()), more=str(self.means)),
                Fact(_("Reason"), value.reason),
            ],
            finality=[_("The decision stays on record under your name. A later one can replace it, until the grant.")],
        )

    def said(self, setting: Setting, value: Prohibition) -> str:
        return _("{promise}: {verdict}.").format(promise=self.promise.number, verdict=value.get_verdict_display())


class HoldPage(LawPage):
    step = HOLD
    lede = gettext_lazy("Nothing is granted for it, and nothing lapses, until you decide. Then grant again.")
    button = gettext_lazy("Hold the promise")
    verdict = Verdict.HELD
    means = gettext_lazy("A grant passes it by. The holder sees in the portal that counsel is looking at it.")


class ForbidPage(LawPage):
    step = FORBID
    lede = gettext_lazy("At the next grant the promise lapses as prohibited, and its holder is told.")
    button = gettext_lazy("Decide that the law forbids it")
    verdict = Verdict.PROHIBITED
    means = gettext_lazy("It lapses at the next grant. Its holder receives nothing for the cancelled options.")


class AllowPage(LawPage):
    step = ALLOW
    lede = gettext_lazy("The promise is kept like any other. If a grant has passed it by, grant again.")
    button = gettext_lazy("Decide that the law allows it")
    verdict = Verdict.RELEASED
    means = gettext_lazy("It is granted at the next grant if its holder is still an employee.")


DECIDING: tuple[type[LawPage], ...] = (HoldPage, ForbidPage, AllowPage)


def guarded(page_class: type[LawPage]) -> Any:
    """The view of one decision about a promise."""

    def view(request: HttpRequest, promise_id: UUID) -> HttpResponse:
        promise = get_object_or_404(Promise.objects.select_related("holder", "offer"), pk=promise_id)
        if not isinstance(request.user, User) or is_own(request.user, promise.holder):
            raise PermissionDenied(why_not_for_self())
        return answer(page_class(promise), request, promise.offer.code)

    return view

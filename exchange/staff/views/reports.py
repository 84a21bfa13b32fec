"""Answering what somebody reported. Nobody answers their own."""

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
from exchange.offers.reports import answer_report, is_of
from exchange.people.models import Report, ReportAnswer, User
from exchange.staff.actors import actor_of
from exchange.staff.admin.base import record_url
from exchange.staff.admin.reports import title_of
from exchange.staff.edge import edge_of
from exchange.staff.frame import page
from exchange.staff.parts import Link
from exchange.staff.steps import why_not_for_self


class AnswerForm(forms.Form):
    outcome = forms.ChoiceField(
        label=gettext_lazy("What came of it"),
        choices=ReportAnswer.Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what came of it.")},
    )
    text = forms.CharField(
        label=gettext_lazy("Answer"),
        help_text=gettext_lazy("They read it in the portal, word for word. Of what was corrected, say where."),
        max_length=Report.LONGEST,
        widget=forms.Textarea(attrs={"rows": 6, "maxlength": Report.LONGEST}),
        error_messages={"required": gettext_lazy("Write the answer, or the reason for closing.")},
    )
    forget_sender = forms.BooleanField(
        label=gettext_lazy("Remove the sender’s name and address: they are not needed any more"), required=False
    )


def answer(request: HttpRequest, report_id: UUID) -> HttpResponse:
    report = get_object_or_404(Report.objects.select_related("holder", "user"), pk=report_id)
    user = request.user
    if not isinstance(user, User) or is_of(report, user):
        raise PermissionDenied(why_not_for_self())
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if report.kind == Report.Kind.NO_SIGN_IN:
        form.fields["text"].help_text = _("Kept here for the record. Tell them yourself, the way they named.")
    else:
        del form.fields["forget_sender"]
    problems: list[str] = []
    if form.is_valid():
        result = answer_report(
            report_id=report.pk,
            outcome=form.cleaned_data["outcome"],
            text=form.cleaned_data["text"],
            forget_sender=form.cleaned_data.get("forget_sender", False),
            answered_by=user,
            actor=actor_of(user),
            at=edge_of(request).true_now,
        )
        if not isinstance(result, Refused):
            messages.success(request, _("Report {number} is answered.").format(number=report.number))
            return HttpResponseRedirect(record_url(report))
        problems = [sentence(reason) for reason in result.reasons]
    return page(
        request,
        "staff/report_form.html",
        {
            "form": form,
            "report": report,
            "title": title_of(report),
            "problems": problems,
            "back": Link(_("Report {number}").format(number=report.number), record_url(report)),
        },
    )

"""Reporting what is missing or wrong: signed in, signed in without an offer, and not signed in at all."""

from collections.abc import Callable

from allauth.core import ratelimit
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from exchange.kernel import clock
from exchange.kernel.names import folded
from exchange.kernel.results import Refused, Result
from exchange.kernel.sentences import sentence
from exchange.offers.reports import Sender, report_facts
from exchange.people.invitations import actor_of
from exchange.people.models import Report, User
from exchange.portal.access import holder_of, reports_of
from exchange.portal.present import reports as present
from exchange.portal.report_forms import NoSignInForm, TextForm, WrongForm
from exchange.portal.views.show import show
from exchange.portal.visit import Visit, visiting

STRANGER = "stranger"


@require_safe
@visiting
def reports(visit: Visit) -> HttpResponse:
    return show(visit, "reports", present.reports_page(visit, reports_of(visit.request.user)), section="reports")


@require_http_methods(["GET", "HEAD", "POST"])
@visiting
def wrong(visit: Visit) -> HttpResponse:
    grants = sorted(option.grant.grant_number for option in visit.view.options)
    data = visit.request.POST if visit.request.method == "POST" else None
    form = WrongForm(grants, data, initial={"grant": visit.request.GET.get("grant", "")})
    if form.is_valid():
        said = form.cleaned_data
        done = _sent(
            visit,
            form,
            lambda user: report_facts(
                kind=Report.Kind.WRONG,
                about=said["about"],
                grant_number=said["grant"],
                text=said["text"],
                user=user,
                holder=visit.holder,
                actor=actor_of(user),
                at=visit.true_now,
            ),
        )
        if done:
            return redirect(visit.url("reports"))
    return show(visit, "report", present.wrong_page(visit), section="reports", form=form)


@require_http_methods(["GET", "HEAD", "POST"])
@visiting
def missing(visit: Visit) -> HttpResponse:
    form = TextForm(
        visit.request.POST if visit.request.method == "POST" else None,
        label=_("Which option is missing?"),
        hint=present.missing_hint(),
    )
    if form.is_valid():
        text = form.cleaned_data["text"]
        done = _sent(
            visit,
            form,
            lambda user: report_facts(
                kind=Report.Kind.MISSING,
                text=text,
                user=user,
                holder=visit.holder,
                actor=actor_of(user),
                at=visit.true_now,
            ),
        )
        if done:
            return redirect(visit.url("reports"))
    return show(visit, "report", present.missing_page(visit), section="reports", form=form)


def _sent(visit: Visit, form: forms.Form, act: Callable[[User], Result[Report]]) -> bool:
    user = visit.request.user
    return isinstance(user, User) and _taken(visit.request, form, act(user))


def _taken(request: HttpRequest, form: forms.Form, result: Result[Report]) -> bool:
    """Whether the report was taken down; what it was refused for stands on the form."""
    if isinstance(result, Refused):
        for reason in result.reasons:
            form.add_error(None, sentence(reason))
        return False
    told = _("Your report {number} is with HR. The answer will stand here, and you are told by e-mail.")
    messages.success(request, told.format(number=result.value.number))
    return True


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def no_offer(request: HttpRequest) -> HttpResponse:
    """From somebody who is signed in and sees no offer."""
    form = TextForm(
        request.POST if request.method == "POST" else None,
        label=_("Why do you expect an offer?"),
        hint=_("For example which options you hold, and since when you work for the company."),
    )
    user = request.user
    if form.is_valid() and isinstance(user, User):
        result = report_facts(
            kind=Report.Kind.NO_OFFER,
            text=form.cleaned_data["text"],
            user=user,
            holder=holder_of(user),
            actor=actor_of(user),
            at=clock.now(),
        )
        if isinstance(result, Refused):
            for reason in result.reasons:
                form.add_error(None, sentence(reason))
        else:
            messages.success(request, _("Your report {number} is with HR.").format(number=result.value.number))
            return redirect("portal:start")
    return render(request, "portal/report_plain.html", {"page": present.no_offer_page(), "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def no_sign_in(request: HttpRequest) -> HttpResponse:
    """From somebody who cannot sign in. The answer is the same for everybody, known here or not."""
    form = NoSignInForm(request.POST if request.method == "POST" else None)
    page = present.no_sign_in_page()
    if form.is_valid():
        said = form.cleaned_data
        key = folded(said["email"] or said["reach"])
        if not ratelimit.consume(request, action="report", key=key):
            return render(request, "portal/report_too_many.html", {"asks_for_help": True}, status=429)
        result = report_facts(
            kind=Report.Kind.NO_SIGN_IN,
            text=said["text"],
            sender=Sender(said["name"].strip(), said["email"].strip(), said["reach"].strip()),
            actor=STRANGER,
            at=clock.now(),
        )
        if not isinstance(result, Refused):
            return redirect("portal:no_sign_in_sent")
        for reason in result.reasons:
            form.add_error(None, sentence(reason))
    return render(request, "portal/report_plain.html", {"page": page, "form": form, "asks_for_help": True})


@require_safe
@never_cache
def no_sign_in_sent(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/report_sent.html", {"asks_for_help": True})

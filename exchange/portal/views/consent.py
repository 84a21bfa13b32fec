"""Consent to electronic records: read, the sample, agree, withdraw; and the gate that signing passes through."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header, url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from exchange.documents.actions import render_paper
from exchange.elections.actions import give_consent, open_sample, withdraw_consent
from exchange.elections.consent import wording_digest
from exchange.elections.sample import sample_of
from exchange.kernel.results import Refused
from exchange.kernel.sentences import sentence
from exchange.portal.forms import ConsentForm
from exchange.portal.present.consent import consent_page, on_paper_page, withdraw_consent_page
from exchange.portal.views.show import show
from exchange.portal.visit import Visit, visiting


def gate(visit: Visit, then: str) -> HttpResponse | None:
    """None for one who may sign here. Else the page that asks for consent, or that names the paper route."""
    if visit.consent.stands:
        return None
    if visit.consent.is_withdrawn:
        return show(visit, "on_paper", on_paper_page(visit, is_refused=True))
    return redirect(f"{visit.url('consent')}?{urlencode({'next': then})}")


def _then(visit: Visit) -> str:
    """Where agreeing leads: an address of this offer's pages, or ''."""
    asked = visit.request.POST.get("next") or visit.request.GET.get("next") or ""
    is_ours = asked.startswith(visit.url("home")) and url_has_allowed_host_and_scheme(asked, allowed_hosts=None)
    return asked if is_ours else ""


@require_http_methods(["GET", "HEAD", "POST"])
@visiting
def consent(visit: Visit) -> HttpResponse:
    """The wording, always there to read; agreeing where no consent stands."""
    then = _then(visit)
    shown = wording_digest(visit.loaded.terms)
    if visit.request.method != "POST":
        return show(
            visit, "consent", consent_page(visit, then), form=ConsentForm(initial={"shown": shown, "next": then})
        )
    sent = visit.request.POST.copy()
    form = ConsentForm(sent)
    if form.is_valid():
        result = give_consent(
            code=visit.offer.code,
            holder=visit.holder,
            shown=form.cleaned_data["shown"],
            actor=visit.actor,
            at=visit.at,
        )
        if not isinstance(result, Refused):
            messages.success(visit.request, _("You agreed to electronic records. Nothing is signed yet."))
            return redirect(then or visit.url("consent"))
        for reason in result.reasons:
            form.add_error("agree", sentence(reason, visit.zone))
    sent["shown"] = shown  # the wording is shown anew, as it is now
    return show(visit, "consent", consent_page(visit, then), form=form)


@require_safe
@visiting
def sample(visit: Visit) -> HttpResponse:
    """The sample PDF; that it was served is noted, and a HEAD serves nothing."""
    paper = sample_of(visit.loaded, at=visit.at)
    rendered = render_paper(paper_id=paper.pk, at=visit.true_now)
    if visit.request.method == "GET":
        open_sample(code=visit.offer.code, holder=visit.holder, actor=visit.actor, at=visit.at)
    response = HttpResponse(bytes(rendered.pdf), content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(False, f"{paper.title}.pdf") or "inline"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@visiting
def withdraw(visit: Visit) -> HttpResponse:
    """What withdrawing consent does (GET), and doing it (POST)."""
    if visit.request.method == "POST":
        withdraw_consent(code=visit.offer.code, holder=visit.holder, actor=visit.actor, at=visit.at)
        return redirect(visit.url("consent"))
    if not visit.consent.is_given:
        return redirect(visit.url("consent"))
    return show(visit, "withdraw_consent", withdraw_consent_page(visit))


@require_safe
@visiting
def on_paper(visit: Visit) -> HttpResponse:
    return show(visit, "on_paper", on_paper_page(visit))

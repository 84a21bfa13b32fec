"""Choosing, reviewing, withdrawing, the confirmation. Nothing is decided here; `views.signing` takes the signature."""

from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from exchange.elections.models import FormKind
from exchange.elections.rules import EFFECTIVE
from exchange.portal import drafts
from exchange.portal.access import access_form
from exchange.portal.forms import ChooseForm
from exchange.portal.present.choose import choose_page, draft_url
from exchange.portal.present.done import done_page
from exchange.portal.present.home import closed_page, no_withdrawal_page
from exchange.portal.present.options import choices_of, lines_for, ticked
from exchange.portal.tokens import new_review
from exchange.portal.views.consent import gate
from exchange.portal.views.show import show
from exchange.portal.views.signing import review_of, signed
from exchange.portal.visit import Visit, visiting, visiting_to_sign


def _tendered(visit: Visit) -> list[str]:
    return ticked(visit.view, visit.forms.tendered)


def _choose_form(visit: Visit, values: Sequence[str] | None = None) -> ChooseForm:
    """The choices with these ticked; bound to the address where none are given."""
    choices = choices_of(visit.view)
    if values is None:
        return ChooseForm(choices, visit.request.GET, tendered=_tendered(visit))
    return ChooseForm(choices, tendered=_tendered(visit), initial={"grant": list(values)})


@require_safe
@visiting
def choose(visit: Visit) -> HttpResponse:
    """What to tender. Ticks come from the address, else from what is kept, else from the form in force.

    With `keep` in the address what is ticked is kept for later, and nothing else happens.
    """
    asked = visit.request.GET.getlist("grant")
    values = asked or drafts.chosen(visit) or _tendered(visit)
    form = _choose_form(visit, values)
    if not visit.may_elect or not form.choices:
        return show(visit, "closed", closed_page(visit))
    if visit.request.GET.get("keep"):
        drafts.keep(visit, [choice.value for choice in form.choices if choice.value in asked])
        if visit.wants_plain:
            return HttpResponse(status=204)
        kept = _("Your choices are kept. Nothing is signed.")
        messages.success(visit.request, kept if asked else _("Nothing was ticked, so nothing is kept."))
        return redirect(visit.url("documents"))
    return show(visit, "choose", choose_page(visit, values), form=form)


@require_http_methods(["GET", "HEAD", "POST"])
@visiting_to_sign
def review(visit: Visit) -> HttpResponse:
    """The whole form before it is signed (GET, what is ticked in the address), and its signature (POST)."""
    if visit.request.method == "POST":
        return signed(visit, FormKind.ELECTION)
    choosing = _choose_form(visit)
    if not visit.may_elect or not choosing.choices:
        return show(visit, "closed", closed_page(visit))
    if not visit.request.GET:  # not sent by the page of choices: one who had to sign in again lands here
        return redirect(draft_url(visit) or visit.url("choose"))
    if not choosing.is_valid():
        return show(visit, "choose", choose_page(visit, choosing.ticked), form=choosing)
    drafts.keep(visit, [choice.value for choice in choosing.chosen()])
    closed = gate(visit, visit.request.get_full_path())
    if closed is not None:
        return closed
    lines = lines_for(visit.view, choosing.chosen())
    return review_of(visit, new_review(visit, FormKind.ELECTION, lines, drafts.signer(visit)))


@require_http_methods(["GET", "HEAD", "POST"])
@visiting_to_sign
def withdraw(visit: Visit) -> HttpResponse:
    """The Notice to Withdraw, explained, reviewed and signed in one page, as long as withdrawal is open."""
    if visit.request.method == "POST":
        return signed(visit, FormKind.WITHDRAWAL)
    if not visit.may_withdraw:
        return show(visit, "closed", no_withdrawal_page(visit))
    closed = gate(visit, visit.url("withdraw"))
    if closed is not None:
        return closed
    return review_of(visit, new_review(visit, FormKind.WITHDRAWAL, signer=drafts.signer(visit)))


@require_safe
@visiting
def done(visit: Visit, pk: UUID) -> HttpResponse:
    """The confirmation: stored and numbered, or stored and rejected as late.

    It speaks of the form as the last word. Once another counts, or the company has accepted, its own page says so.
    """
    form = access_form(visit.offer, visit.holder, pk)
    was_effective = visit.forms.judged(form).status == EFFECTIVE
    if was_effective and (form != visit.forms.form_in_force or visit.outcome.acceptance is not None):
        return redirect(visit.url("form", form.pk))
    return show(visit, "done", done_page(visit, form))

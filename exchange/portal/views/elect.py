"""Choosing, reviewing, signing, withdrawing. Each signature is one call of one action; nothing is decided here."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from exchange.elections.actions import Moved, Received, submit_form
from exchange.elections.models import Channel, FormKind
from exchange.elections.reads import receipt_instant
from exchange.elections.records import Submission
from exchange.elections.rules import Signed
from exchange.kernel import database_clock
from exchange.kernel.names import folded
from exchange.kernel.results import Refused, Result
from exchange.portal.access import access_form
from exchange.portal.forms import ChooseForm, SignForm
from exchange.portal.present.done import done_page
from exchange.portal.present.home import closed_page, no_withdrawal_page
from exchange.portal.present.options import choices_of, choose_page, lines_for, ticked
from exchange.portal.present.sign import (
    acknowledgment_label,
    clocks_page,
    moved_page,
    must_acknowledge,
    refused_page,
    review_page,
    withdraw_page,
)
from exchange.portal.tokens import Review, new_review, opened
from exchange.portal.views.consent import gate
from exchange.portal.views.show import show
from exchange.portal.visit import Visit, visiting, visiting_to_sign

# Beyond this the web process takes no forms: it could not tell what is late.
CLOCKS_AGREE = timedelta(seconds=1)


def _choose_form(visit: Visit, *, is_bound: bool) -> ChooseForm:
    choices = choices_of(visit.view)
    if is_bound:
        return ChooseForm(choices, visit.request.GET)
    initial: Sequence[str] = visit.request.GET.getlist("grant") or ticked(visit.view, visit.forms.tendered)
    return ChooseForm(choices, initial={"grant": list(initial)})


@require_safe
@visiting
def choose(visit: Visit) -> HttpResponse:
    """What to tender. Ticks come from the address, else from the form in force."""
    form = _choose_form(visit, is_bound=False)
    if not visit.may_elect or not form.choices:
        return show(visit, "closed", closed_page(visit))
    return show(visit, "choose", choose_page(visit), form=form)


@require_http_methods(["GET", "HEAD", "POST"])
@visiting_to_sign
def review(visit: Visit) -> HttpResponse:
    """The whole form before it is signed (GET, what is ticked in the address), and its signature (POST)."""
    if visit.request.method == "POST":
        return _signed(visit, FormKind.ELECTION)
    choosing = _choose_form(visit, is_bound=True)
    if not visit.may_elect or not choosing.choices:
        return show(visit, "closed", closed_page(visit))
    if not visit.request.GET:  # not sent by the page of choices: one who had to sign in again lands here
        return redirect(visit.url("choose"))
    if not choosing.is_valid():
        return show(visit, "choose", choose_page(visit), form=choosing)
    closed = gate(visit, visit.request.get_full_path())
    if closed is not None:
        return closed
    made = new_review(visit, FormKind.ELECTION, lines_for(visit.view, choosing.chosen()))
    return _review(visit, made, _sign_form(visit, made))


def _review(visit: Visit, made: Review, form: SignForm) -> HttpResponse:
    if made.kind == FormKind.WITHDRAWAL:
        return show(visit, "withdraw", withdraw_page(visit, made), form=form)
    return show(visit, "review", review_page(visit, made), form=form)


@require_http_methods(["GET", "HEAD", "POST"])
@visiting_to_sign
def withdraw(visit: Visit) -> HttpResponse:
    """The Notice to Withdraw, explained, reviewed and signed in one page, as long as withdrawal is open."""
    if visit.request.method == "POST":
        return _signed(visit, FormKind.WITHDRAWAL)
    if not visit.may_withdraw:
        return show(visit, "closed", no_withdrawal_page(visit))
    closed = gate(visit, visit.url("withdraw"))
    if closed is not None:
        return closed
    made = new_review(visit, FormKind.WITHDRAWAL)
    return _review(visit, made, _sign_form(visit, made))


def _sign_form(visit: Visit, made: Review, *, is_bound: bool = False) -> SignForm:
    agreed = folded(visit.holder.name_on_agreement)
    return SignForm(
        visit.request.POST if is_bound else None,
        initial={"token": made.sealed(), "email": visit.holder.email},
        name=visit.holder.name_on_agreement,
        is_name=lambda typed: folded(typed) == agreed,
        acknowledgment=acknowledgment_label(made),
        must_acknowledge=must_acknowledge(made),
    )


def _signed(visit: Visit, kind: str) -> HttpResponse:
    """Sign was pressed. What is stored is what the page showed, by its seal, and the signature."""
    made = opened(visit.request.POST.get("token", ""), visit, kind)
    if made is None:
        return show(visit, "changed_since", refused_page(visit, None, ()), status=409)
    form = _sign_form(visit, made, is_bound=True)
    if not form.is_valid():
        return _review(visit, made, form)
    if abs(database_clock.difference()) > CLOCKS_AGREE:
        return show(visit, "closed", clocks_page(), status=503)
    result = _submit(visit, made, form)
    if isinstance(result, Refused):
        return show(visit, "changed_since", refused_page(visit, made, result.reasons), status=409)
    if isinstance(result.value, Moved):
        return show(visit, "changed_since", moved_page(visit, made), status=409)
    return redirect(visit.url("done", result.value.form.pk))


def _submit(visit: Visit, made: Review, form: SignForm) -> Result[Received | Moved]:
    at: datetime | None = receipt_instant(visit.offer, visit.holder, visit.true_now)
    if made.kind == FormKind.WITHDRAWAL and not visit.offer.is_replay:
        at = None  # a Notice is timed under the offer's lock, where acceptance is timed too
    return submit_form(
        code=visit.offer.code,
        holder=visit.holder,
        submission=Submission(
            kind=made.kind,
            channel=Channel.PORTAL,
            employee_number=visit.holder.employee_number,
            signed=Signed(at=at),
            signature_name=form.cleaned_data["signature_name"],
            lines=made.lines,
            printed_name=visit.holder.legal_name,
            email=form.cleaned_data["email"],
            address=form.cleaned_data["address"],
            acknowledgments=made.acknowledgments,
            language=made.language,
            key=made.key,
            against=made.against,
            version=made.version,
        ),
        actor=visit.actor,
        at=at,
    )


@require_safe
@visiting
def done(visit: Visit, pk: UUID) -> HttpResponse:
    """The confirmation: stored and numbered, or stored and rejected as late."""
    return show(visit, "done", done_page(visit, access_form(visit.offer, visit.holder, pk)))

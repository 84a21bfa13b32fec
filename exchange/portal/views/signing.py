"""The signature: what is stored is what the review showed. One press is one call of one action; and did it arrive?"""

from datetime import datetime, timedelta
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from exchange.elections.actions import Moved, Received, submit_form
from exchange.elections.models import Channel, FormKind
from exchange.elections.reads import receipt_instant
from exchange.elections.records import Submission
from exchange.elections.rules import Signed
from exchange.kernel import database_clock
from exchange.kernel.names import folded
from exchange.kernel.results import Refused, Result
from exchange.portal import drafts, proof
from exchange.portal.access import form_of_key
from exchange.portal.forms import SignForm
from exchange.portal.present.sign import (
    acknowledgment_label,
    arrived_page,
    clocks_page,
    moved_page,
    must_acknowledge,
    refused_page,
    review_page,
    withdraw_page,
)
from exchange.portal.tokens import Review, opened
from exchange.portal.views.show import show
from exchange.portal.visit import Visit, visiting

# Beyond this the web process takes no forms: it could not tell what is late.
CLOCKS_AGREE = timedelta(seconds=1)


def review_of(visit: Visit, made: Review, form: SignForm | None = None) -> HttpResponse:
    """The page that shows what will be signed, with the place to sign it."""
    form = form or _sign_form(visit, made)
    if made.kind == FormKind.WITHDRAWAL:
        return show(visit, "withdraw", withdraw_page(visit, made), form=form)
    return show(visit, "review", review_page(visit, made), form=form)


def _sign_form(visit: Visit, made: Review, *, is_bound: bool = False) -> SignForm:
    name = made.signer.name if made.signer else visit.holder.name_on_agreement
    agreed = folded(name)
    return SignForm(
        visit.request.POST if is_bound else None,
        initial={"token": made.sealed(), "email": visit.holder.email},
        name=name,
        is_stated=made.signer is not None,
        is_name=lambda typed: folded(typed) == agreed,
        acknowledgment=acknowledgment_label(made),
        must_acknowledge=must_acknowledge(made),
    )


def signed(visit: Visit, kind: str) -> HttpResponse:
    """Sign was pressed: the form is stored once, however often it is. A script that sends it is told in few words."""
    answer, done_url = _signed(visit, kind)
    if not visit.wants_plain:
        return answer
    return JsonResponse({"done": done_url})


def _signed(visit: Visit, kind: str) -> tuple[HttpResponse, str]:
    """The page to answer with, and the confirmation's address; '' where nothing was stored."""
    made = opened(visit.request.POST.get("token", ""), visit, kind)
    if made is None:
        return show(visit, "changed_since", refused_page(visit, None, ()), status=409), ""
    known = form_of_key(visit.offer, visit.holder, made.key)
    if known is not None:  # pressed again: it is one form, whatever stands on the page now or has become of our clocks
        return redirect(visit.url("done", known.pk)), visit.url("done", known.pk)
    form = _sign_form(visit, made, is_bound=True)
    if not form.is_valid():
        return review_of(visit, made, form), ""
    if abs(database_clock.difference()) > CLOCKS_AGREE:
        return show(visit, "closed", clocks_page(), status=503), ""
    result = _submit(visit, made, form)
    if isinstance(result, Refused):
        return show(visit, "changed_since", refused_page(visit, made, result.reasons), status=409), ""
    if isinstance(result.value, Moved):
        return show(visit, "changed_since", moved_page(visit, made), status=409), ""
    drafts.signed(visit, kind)
    url = visit.url("done", result.value.form.pk)
    return redirect(url), url


def _submit(visit: Visit, made: Review, form: SignForm) -> Result[Received | Moved]:
    at: datetime | None = receipt_instant(visit.offer, visit.holder, visit.true_now)
    if made.kind == FormKind.WITHDRAWAL and not visit.offer.is_replay:
        at = None  # a Notice is timed under the offer's lock, where acceptance is timed too
    signer = made.signer
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
            signer_capacity=signer.capacity if signer else "self",
            signer_title=signer.title if signer else "",
            proof=signer.proof if signer else None,
            printed_name=visit.holder.legal_name,
            email=form.cleaned_data["email"],
            address=form.cleaned_data["address"],
            acknowledgments=made.acknowledgments,
            language=made.language,
            key=made.key,
            against=made.against,
            version=made.version,
            shown=proof.shown(visit.request),
        ),
        actor=visit.actor,
        at=at,
    )


@require_safe
@visiting
def arrived(visit: Visit, key: UUID) -> HttpResponse:
    """Whether this holder's press of Sign made a form, by the one-time key of the page it was pressed on."""
    form = form_of_key(visit.offer, visit.holder, key)
    if visit.wants_plain:
        return JsonResponse(
            {
                "arrived": form is not None,
                "number": form.number if form else "",
                "done": visit.url("done", form.pk) if form else "",
                # A sign-in elsewhere has replaced the token of the page that asks.
                "csrf": get_token(visit.request),
            }
        )
    return show(visit, "arrived", arrived_page(visit, form))

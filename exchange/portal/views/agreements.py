"""Signing option agreements: all that wait on one page, or one of them; each signature is one call of one action."""

from collections.abc import Sequence
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from exchange.documents.actions import render_paper
from exchange.documents.reads import papers_for
from exchange.kernel import database_clock
from exchange.kernel.names import folded
from exchange.kernel.results import Refused
from exchange.kernel.sentences import sentence
from exchange.portal.access import access_new_grant, access_signatures
from exchange.portal.agreement_form import AgreementForm, Offered, new_offered, opened
from exchange.portal.present.agreements import (
    agreements_page,
    must_tick,
    no_consent_page,
    not_signed_page,
    nothing_to_sign_page,
    signed_page,
    tick_label,
    waiting_for_signature,
)
from exchange.portal.present.sign import clocks_page
from exchange.portal.views.consent import gate
from exchange.portal.views.show import show
from exchange.portal.views.signing import CLOCKS_AGREE
from exchange.portal.visit import Visit, visiting, visiting_to_sign
from exchange.settlement.actions.sign import sign_agreements
from exchange.settlement.letters import new_grant_key
from exchange.settlement.models import NewGrant
from exchange.settlement.wording import agreement_acknowledgments

# The worker makes the PDFs soon after the grant; one page makes so many itself where it has not come to them.
MOST_MADE_HERE = 10


@require_http_methods(["GET", "HEAD", "POST"])
@visiting_to_sign
def sign_all(visit: Visit) -> HttpResponse:
    """Every agreement that waits for the holder's signature."""
    if visit.request.method == "POST":
        return _signed(visit, visit.url("sign_agreements"))
    return _offer(visit, waiting_for_signature(visit.outcome), visit.url("sign_agreements"))


@require_http_methods(["GET", "HEAD", "POST"])
@visiting_to_sign
def sign_one(visit: Visit, pk: UUID) -> HttpResponse:
    """One of them."""
    grant = access_new_grant(visit.offer, visit.holder, pk)
    if visit.request.method == "POST":
        return _signed(visit, visit.url("sign_agreement", grant.pk))
    waiting = [one for one in waiting_for_signature(visit.outcome) if one.pk == grant.pk]
    return _offer(visit, waiting, visit.url("sign_agreement", grant.pk))


def _offer(visit: Visit, waiting: Sequence[NewGrant], url: str) -> HttpResponse:
    """The agreements as they will be signed; only those whose PDF can be opened now."""
    refused = gate(visit, url) if waiting else None
    if refused is not None:
        return show(visit, "closed", no_consent_page(visit)) if visit.consent.is_withdrawn else refused
    pdfs = _made(visit, waiting)
    ready = [grant for grant in waiting if grant.pk in pdfs]
    if not ready:
        return show(visit, "closed", nothing_to_sign_page(visit))
    offered = new_offered(visit, pdfs, agreement_acknowledgments(visit.loaded.terms, len(ready)))
    page = agreements_page(visit, ready, offered, len(waiting) - len(ready), url)
    return show(visit, "agreements", page, form=_form(visit, offered))


def _made(visit: Visit, waiting: Sequence[NewGrant]) -> dict[UUID, str]:
    """The digest of each agreement's PDF; a few that are missing are made."""
    papers = papers_for("new_option", [new_grant_key(grant) for grant in waiting])
    made, pdfs = 0, {}
    for grant in waiting:
        paper = papers.get(new_grant_key(grant))
        if paper is None:
            continue
        if hasattr(paper, "rendered"):
            pdfs[grant.pk] = paper.rendered.sha256
        elif made < MOST_MADE_HERE:
            made += 1
            pdfs[grant.pk] = render_paper(paper_id=paper.pk, at=visit.true_now).sha256
    return pdfs


def _form(visit: Visit, offered: Offered, *, is_bound: bool = False) -> AgreementForm:
    agreed = folded(visit.holder.name_on_agreement)
    return AgreementForm(
        visit.request.POST if is_bound else None,
        initial={"token": offered.sealed()},
        name=visit.holder.name_on_agreement,
        is_name=lambda typed: folded(typed) == agreed,
        label=tick_label(offered),
        must=must_tick(offered),
    )


def _signed(visit: Visit, url: str) -> HttpResponse:
    """Sign was pressed. What is signed is what the page showed, by its seal."""
    offered = opened(visit.request.POST.get("token", ""), visit)
    if offered is None:
        return show(visit, "closed", not_signed_page(visit, ""), status=409)
    form = _form(visit, offered, is_bound=True)
    if not form.is_valid():
        shown = [grant for grant in waiting_for_signature(visit.outcome) if grant.pk in offered.pdfs]
        return show(visit, "agreements", agreements_page(visit, shown, offered, 0, url), form=form)
    if abs(database_clock.difference()) > CLOCKS_AGREE:
        return show(visit, "closed", clocks_page(), status=503)
    result = sign_agreements(
        holder=visit.holder,
        signings=offered.signings(form.cleaned_data["signature_name"]),
        actor=visit.actor,
        at=visit.at,
    )
    if isinstance(result, Refused):
        told = " ".join(sentence(reason, visit.zone) for reason in result.reasons)
        return show(visit, "closed", not_signed_page(visit, told), status=409)
    return redirect(visit.url("agreement_signed", result.value.signatures[0].grant_id))


@require_safe
@visiting
def signed(visit: Visit, pk: UUID) -> HttpResponse:
    """The confirmation of one signature, and of those given with it."""
    signatures = access_signatures(visit.offer, visit.holder, pk)
    if not signatures:
        raise Http404
    return show(visit, "agreement_signed", signed_page(visit, signatures))

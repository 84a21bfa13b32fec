"""Someone else signs, or the name has changed: stated and proved before the review, which then shows it."""

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from exchange.elections.actions import upload_proof
from exchange.elections.models import FormKind
from exchange.kernel.results import Refused
from exchange.kernel.sentences import sentence
from exchange.portal import drafts
from exchange.portal.present.choose import draft_url
from exchange.portal.present.home import closed_page, no_withdrawal_page
from exchange.portal.present.signer import signer_page
from exchange.portal.signer_form import CHANGED_NAME, SignerForm
from exchange.portal.tokens import Signer
from exchange.portal.views.consent import gate
from exchange.portal.views.show import show
from exchange.portal.visit import Visit, visiting


def _back(visit: Visit) -> str:
    """The page one came from: the Notice, or the review of what is chosen."""
    if visit.request.GET.get("for") == FormKind.WITHDRAWAL:
        return visit.url("withdraw")
    grants = visit.request.GET.getlist("grant")
    query = urlencode([("grant", value) for value in grants])
    return f"{visit.url('review')}?{query}" if grants else draft_url(visit) or visit.url("choose")


@require_http_methods(["GET", "HEAD", "POST"])
@visiting
def signer(visit: Visit) -> HttpResponse:
    """Capacity, title, name and proof of the one who signs (POST keeps them for the next form), or the holder."""
    is_notice = visit.request.GET.get("for") == FormKind.WITHDRAWAL
    if is_notice and not visit.may_withdraw:
        return show(visit, "closed", no_withdrawal_page(visit))
    if not is_notice and not visit.may_elect:
        return show(visit, "closed", closed_page(visit))
    closed = gate(visit, visit.request.get_full_path())
    if closed is not None:
        return closed
    back = _back(visit)
    known = drafts.signer(visit)
    if visit.request.method == "POST" and visit.request.POST.get("remove"):
        drafts.keep_signer(visit, None)
        return redirect(back)
    form = _form(visit, known)
    if visit.request.method == "POST" and form.is_valid() and _keep(visit, form, known):
        return redirect(back)
    page = signer_page(visit, known, back, takes_files=bool(settings.SCAN_KEY))
    return show(visit, "signer", page, form=form)


def _form(visit: Visit, known: Signer | None) -> SignerForm:
    is_sent = visit.request.method == "POST"
    stated_as = (CHANGED_NAME if known.capacity == "self" else known.capacity) if known else ""
    return SignerForm(
        visit.request.POST if is_sent else None,
        visit.request.FILES if is_sent else None,
        initial={"who": stated_as, "title": known.title, "name": known.name} if known else {},
        agreed=visit.holder.name_on_agreement,
        stated_as=stated_as,
    )


def _keep(visit: Visit, form: SignerForm, known: Signer | None) -> bool:
    """Keep what was stated, the file uploaded where one was chosen; false where the file was refused."""
    file = form.cleaned_data["proof"]
    if file is None and known is not None:
        proof = known.proof
    else:
        result = upload_proof(
            offer=visit.offer,
            holder=visit.holder,
            purpose=form.purpose,
            file=file,
            actor=visit.actor,
            at=visit.true_now,
        )
        if isinstance(result, Refused):
            for reason in result.reasons:
                form.add_error("proof", sentence(reason))
            return False
        proof = result.value
    drafts.keep_signer(visit, Signer(form.capacity, form.cleaned_data["name"].strip(), form.signer_title, proof))
    return True

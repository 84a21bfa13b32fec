"""Pages to read: where to begin, the offer's home, options, history, what came after acceptance, documents."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from exchange.offers.reads import current_offer
from exchange.people.models import User
from exchange.portal.access import access_form, holder_of, reports_of
from exchange.portal.present.after import outcome_page
from exchange.portal.present.agreements import new_grants_page
from exchange.portal.present.documents import documents_page
from exchange.portal.present.forms import form_page, history_page
from exchange.portal.present.home import home_page
from exchange.portal.present.options import options_page
from exchange.portal.present.promise import promise_page
from exchange.portal.present.reports import rows_of
from exchange.portal.views.show import show
from exchange.portal.visit import Visit, set_up_first, visiting


@require_safe
@never_cache
@login_required
@set_up_first
def start(request: HttpRequest) -> HttpResponse:
    """Staff to their desk; a holder to the offer they are shown, or to a page that says there is none."""
    holder = holder_of(request.user)
    if holder is None and isinstance(request.user, User) and request.user.is_staff:
        return redirect("/staff/")
    offer = current_offer()
    if holder is None or offer is None:
        return render(request, "portal/no_offer.html", {"reports": rows_of(reports_of(request.user), "UTC")})
    return redirect("portal:home", offer.code)


@require_safe
@visiting
def home(visit: Visit) -> HttpResponse:
    return show(visit, "home", home_page(visit))


@require_safe
@visiting
def options(visit: Visit) -> HttpResponse:
    return show(visit, "options", options_page(visit), section="options")


@require_safe
@visiting
def history(visit: Visit) -> HttpResponse:
    return show(visit, "history", history_page(visit), section="history")


@require_safe
@visiting
def form(visit: Visit, pk: UUID) -> HttpResponse:
    return show(visit, "form", form_page(visit, access_form(visit.offer, visit.holder, pk)), section="history")


@require_safe
@visiting
def outcome(visit: Visit) -> HttpResponse:
    return show(visit, "outcome", outcome_page(visit))


@require_safe
@visiting
def promise(visit: Visit) -> HttpResponseBase:
    page = promise_page(visit)
    if page is None:
        raise Http404
    return show(visit, "promise", page)


@require_safe
@visiting
def new_grants(visit: Visit) -> HttpResponse:
    if visit.outcome.promise is None:
        raise Http404
    return show(visit, "new_grants", new_grants_page(visit))


@require_safe
@visiting
def documents(visit: Visit) -> HttpResponse:
    return show(visit, "documents", documents_page(visit), section="documents")

"""Which steps the worker tries out and carries out, because a page may not take that long; and asking it for one."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from exchange.offers import attempts
from exchange.offers.models import Attempt, Offer, Proposal
from exchange.people.models import Holder, User
from exchange.staff.told import Told
from exchange.staff.views.guarded import Guarded

# With more people on file than this, what grows with them is the worker's. A grant took up to 44 ms for each holder.
MOST_IN_REQUEST = 100
# What a page sends besides what was entered.
NOT_ENTERED = ("csrfmiddlewaretoken",)


def is_for_the_worker(guarded: Guarded[Any]) -> bool:
    """Whether the worker does it; without a broker it does nothing."""
    if not guarded.is_long or not settings.CELERY_BROKER_URL:
        return False
    return Holder.objects.order_by()[: MOST_IN_REQUEST + 1].count() > MOST_IN_REQUEST


def ask(
    request: HttpRequest,
    guarded: Guarded[Any],
    *,
    offer: Offer,
    kind: Attempt.Kind,
    place: str,
    posted: QueryDict,
    proposal: Proposal | None = None,
    at: datetime,
) -> HttpResponse:
    """Have the worker do what was entered, and go to the page that tells how far it is."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    entered = posted.copy()
    for name in NOT_ENTERED:
        entered.pop(name, None)
    attempt = attempts.ask(
        offer=offer,
        step=guarded.step.slug,
        kind=kind,
        place=place,
        wanted=entered.urlencode(),
        source=guarded.source,
        proposal=proposal,
        asked_by=request.user,
        at=at,
    )
    return _lead(request, attempt)


def in_hand(request: HttpRequest, place: str) -> HttpResponse | None:
    """The way to what is being carried out on a page just now; None where nothing is."""
    attempt = attempts.carried_out_at(place)
    return _lead(request, attempt) if attempt is not None else None


def _lead(request: HttpRequest, attempt: Attempt) -> HttpResponse:
    """On to how far it is; who sent something where another came first is told so."""
    if request.method == "POST" and attempt.asked_by_id != request.user.pk:
        said = _("{who} pressed first. What you sent was not taken; see what comes of theirs.")
        messages.warning(request, said.format(who=attempt.asked_by))
    return HttpResponseRedirect(progress_url(attempt))


def progress_url(attempt: Attempt) -> str:
    return reverse("staff:step-progress", args=[attempt.pk])


def result_url(attempt: Attempt, user: object) -> str:
    """Where one reads what came of it: for who asked, on the page it was asked on; for others, that page as it is."""
    if not isinstance(user, User) or attempt.asked_by_id != user.pk:
        return attempt.place
    separator = "&" if "?" in attempt.place else "?"
    return f"{attempt.place}{separator}attempt={attempt.pk}"


def without_result(attempt: Attempt) -> str:
    """Where one goes on whose attempt has nothing to tell: how far it is, or the page as it was before."""
    is_open = attempt.state in {*Attempt.AT_WORK, Attempt.State.FAILED}
    return progress_url(attempt) if is_open else attempt.place


def asked_for(request: HttpRequest, place: str) -> Attempt | None:
    """The attempt whose result this page is to show: one's own, asked for here. Nobody is shown another's."""
    named = request.GET.get("attempt")
    if named is None:
        return None
    try:
        key = UUID(named)
    except ValueError as error:
        raise Http404 from error
    found = Attempt.objects.filter(pk=key, asked_by=request.user.pk, place=place).first()
    if found is None:
        raise Http404
    return found


def found_by(attempt: Attempt | None) -> Told | None:
    """What came of it, as the worker worded it; None before, and once it is emptied."""
    text = attempts.told_of(attempt) if attempt is not None else ""
    return Told.from_text(text) if text else None


def entered_in(attempt: Attempt) -> QueryDict:
    """What was entered, as the page sent it."""
    return QueryDict(attempts.wanted_of(attempt))

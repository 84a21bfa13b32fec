"""The help desk's look at the portal as one holder sees it: read-only, written down, and never anybody's session.

There is one way in, `helping`, and it holds all of it: only a look (GET), only at pages that are meant to be read, the
holder's name set for this one request, a session that is thrown away, and a transaction that is undone whatever the
page did. Nothing that a page of the portal does can outlive it. Links lead on within the look, because every address
is made under its own prefix while the page is made.
"""

from copy import copy
from typing import Any

from csp.constants import NONE
from django.contrib.auth.decorators import login_required
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import Resolver404, ResolverMatch, get_script_prefix, resolve, reverse, set_script_prefix
from django.views.decorators.cache import never_cache

from exchange.audit.looks import record_look
from exchange.kernel import clock
from exchange.offers.reads import current_offer
from exchange.people.models import Holder, User
from exchange.people.reads import is_same_person
from exchange.people.sign_ins import must_secure

PERMISSION = "staff.help_holders"
PORTAL = "exchange.portal.urls"
# What may be looked at. Nothing that one signs or sends on, no scan or proof, no copy of everything held.
READ = frozenset(
    {
        *("home", "options", "compare", "choose", "history", "form", "receipt", "on_paper"),
        *("outcome", "promise", "promise_pdf", "new_grants", "agreement", "signed_agreement"),
        *("documents", "document", "notices", "notice", "notice_paper"),
    }
)


@never_cache
@login_required
def helping(request: HttpRequest, pk: int, rest: str = "") -> HttpResponseBase:
    """A page of the portal as the holder would see it now; who looks and at which page is written down first."""
    user = request.user
    if not isinstance(user, User) or not user.is_staff or not user.has_perm(PERMISSION):
        raise Http404
    if must_secure(user):
        return redirect("secure_sign_in")
    holder = get_object_or_404(Holder, pk=pk)
    if is_same_person(user, holder):
        raise PermissionDenied
    if request.method not in {"GET", "HEAD"}:
        return _not_here(request, holder, status=405)
    try:
        match = resolve(f"/{rest}", urlconf=PORTAL)
    except Resolver404 as error:
        raise Http404 from error
    if match.url_name not in READ:
        return _not_here(request, holder, status=403)
    answer = _looked_at(request, holder, match)
    if answer.status_code == 200:  # shown only once the look is written down
        _note(user, holder, match)
    # No form is sent from here by a browser either; whatever else the page forbids stays forbidden.
    return _with_no_form(answer)


def _with_no_form(answer: HttpResponseBase) -> HttpResponseBase:
    """The answer with one directive more in its policy (`csp.middleware` reads it); a stricter page keeps its own."""
    policy = {**(getattr(answer, "_csp_replace", None) or {}), "form-action": [NONE]}
    answer._csp_replace = policy  # type: ignore[attr-defined]  # django-csp's own mark: its decorators would drop the page's
    return answer


def start(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Where a look begins: the offer the portal is about now. Without one there is nothing to see yet."""
    offer = current_offer()
    if offer is None or request.method not in {"GET", "HEAD"}:
        return helping(request, pk)
    return helping(request, pk, f"offers/{offer.code}/")


def _looked_at(request: HttpRequest, holder: Holder, match: ResolverMatch) -> HttpResponseBase:
    """The page, made as the holder's, and everything undone that making it wrote."""
    inner: Any = copy(request)
    inner.session = SessionStore()
    inner.viewed_holder = holder
    inner.resolver_match = match
    # Where static files are is worked out once for all requests: before this one has a prefix of its own.
    staticfiles_storage.url("css/tokens.css")
    before = get_script_prefix()
    prefix = f"{reverse('helping', args=[holder.pk])}"
    try:
        set_script_prefix(prefix)
        with transaction.atomic():
            answer: HttpResponseBase = match.func(inner, *match.args, **match.kwargs)
            transaction.set_rollback(True)
    finally:
        set_script_prefix(before)
    return answer


def _note(user: User, holder: Holder, match: ResolverMatch) -> None:
    groups = ", ".join(user.groups.order_by("name").values_list("name", flat=True))
    record_look(
        subject=holder.employee_number,
        what="portal",
        name=str(match.url_name).replace("_", " "),
        by=str(user),
        group=groups,
        actor=f"staff:{user.email}"[:120],
        at=clock.now(),
    )


def _not_here(request: HttpRequest, holder: Holder, *, status: int) -> HttpResponseBase:
    context = {"holder": holder, "back": reverse("helping", args=[holder.pk])}
    return render(request, "portal/helping_not_here.html", context, status=status)

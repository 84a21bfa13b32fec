"""The one admin site of the product, at /staff/: who comes in, and every address it has."""

from collections.abc import Callable
from functools import update_wrapper
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect

from exchange.people.sign_ins import must_secure
from exchange.staff import looks
from exchange.staff.admin.base import ReadOnlyAdmin
from exchange.staff.frame import frame
from exchange.staff.pages import PAGES

View = Callable[..., HttpResponseBase]


class Desk(AdminSite):
    """Nobody signs in here (the sign-in page is the product's one), nothing is added, changed or deleted."""

    site_title = _("Staff desk")
    site_header = _("Staff desk")
    site_url = None
    final_catch_all_view = False

    def has_permission(self, request: HttpRequest) -> bool:
        return request.user.is_active and bool(getattr(request.user, "is_staff", False))

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """A stranger is asked to sign in; someone who is signed in and no staff finds nothing here.

        What staff are shown of a person is written down here, for every page of the desk. A HEAD shows nothing, so it
        is answered by nothing: it would count as a look, as a scan that was seen, as a paper that was asked for. A GET
        may write these, for they are of the GET itself: who was shown what, and the bytes that they were shown.
        """

        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path(), reverse("account_login"))
            if not self.has_permission(request):
                raise Http404
            if must_secure(request.user):
                return redirect("secure_sign_in")
            if request.method == "HEAD":
                return HttpResponseNotAllowed(["GET", "POST"])
            answer: HttpResponseBase = view(request, *args, **kwargs)
            if answer.status_code == 200:  # shown only once the look is written down
                looks.note(request, kwargs)
            return answer

        return update_wrapper(csrf_protect(never_cache(inner)), view)

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        return frame(request)

    def get_urls(self) -> list[Any]:
        urls: list[URLPattern | URLResolver] = [
            path(page.route, self.admin_view(_allowed(page.view, page.needs)), name=page.name) for page in PAGES
        ]
        for model_admin in self._registry.values():
            if not isinstance(model_admin, ReadOnlyAdmin):
                raise TypeError(f"{model_admin} is not read-only")
            urls.append(path(f"{model_admin.slug}/", include(model_admin.urls)))
        return urls


def _allowed(view: View, needs: str) -> View:
    """The page for those who have the permission; 403 for other staff."""

    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if needs and not request.user.has_perm(needs):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return update_wrapper(inner, view)


def build() -> Desk:
    """The desk with everything it shows."""
    from exchange.staff.admin import ADMINS

    site = Desk(name="staff")
    for model_admin, model in ADMINS:
        site.register(model, model_admin)
    return site


desk = build()

"""Sessions that end: eight hours after the last proof of identity, and after an idle hour.

Neither ends while a form is being sent: Sign pressed on a page that has been open for long still counts at the instant
it arrives; the next page asks who is there. The review page itself opens only after a recent proof (`portal.proof`).
"""

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from exchange.portal.proof import proved_at

BEGAN, SEEN = "began_at", "seen_at"
EVERY = 60  # seconds: one write a minute says well enough when someone was last here
SAFE = {"GET", "HEAD"}


class SessionsEndMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return self.get_response(request)
        now = time.time()
        ended = self._ended(request, now)
        if ended:
            logout(request)
            messages.info(request, ended)
            return redirect_to_login(request.get_full_path())
        if now - request.session.get(SEEN, 0) >= EVERY:
            request.session[SEEN] = now
        return self.get_response(request)

    def _ended(self, request: HttpRequest, now: float) -> str:
        """Why the session has ended, in words; nothing while it goes on."""
        session: Any = request.session
        began = proved_at(request) or session.setdefault(BEGAN, now)
        if request.method not in SAFE:
            return ""
        if now - began >= settings.SESSION_LASTS:
            return _("You were signed out: eight hours have passed since you signed in. Nothing you signed is lost.")
        if now - session.get(SEEN, now) >= settings.SESSION_IDLE:
            return _("You were signed out after an hour without a page. Nothing you signed is lost.")
        return ""

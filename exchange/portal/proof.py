"""How long ago someone proved who they are, and asking again before a page that binds them opens.

The instants are allauth's, in the session, by the server's own clock: how fresh a proof is has nothing to do with the
offer's time, which in a replay stands still.
"""

import time
from datetime import UTC, datetime
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode

from exchange.elections.records import Shown

INVITATION = "invitation"  # how allauth's log of a session names the link of one


def records(request: HttpRequest) -> list[dict[str, Any]]:
    """Each step by which this session's user proved who they are, oldest first."""
    found: list[dict[str, Any]] = get_authentication_records(request, request.user)
    return found


def shown(request: HttpRequest) -> tuple[Shown, ...]:
    """How this session's user came in, and how they answered when they were last asked again: for a signed record."""
    steps = [
        Shown(
            by=step.get("type") or step["method"],
            at=datetime.fromtimestamp(int(step["at"]), UTC),
            again=bool(step.get("reauthenticated")) and step["method"] != INVITATION,
        )
        for step in records(request)
    ]
    return (*(step for step in steps if not step.again), *[step for step in steps if step.again][-1:])


def proved_at(request: HttpRequest) -> float | None:
    """When this session's user last did, in seconds since 1970; None where it is not on record."""
    return max((record["at"] for record in records(request)), default=None)


def is_recent(request: HttpRequest) -> bool:
    """Whether the last proof is at most fifteen minutes old."""
    last = proved_at(request)
    return last is not None and time.time() - last <= settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def ways(request: HttpRequest) -> list[dict[str, Any]]:
    """By what this session's user can prove again who they are, the quickest first."""
    found: list[dict[str, Any]] = get_adapter().get_reauthentication_methods(request.user)
    return found


def ask_again(request: HttpRequest) -> HttpResponse:
    """To the page that asks who is there; from it one comes back to this very address, with all it says."""
    methods = ways(request)
    if not methods:  # nothing left to ask: neither passkey nor password nor the company's sign-in
        return render(request, "account/nothing_to_ask.html", status=403)
    query = urlencode({REDIRECT_FIELD_NAME: request.get_full_path()})
    address = methods[0]["url"]
    return redirect(f"{address}{'&' if '?' in address else '?'}{query}")

"""Gives each request an id that its log lines and audit events share, and logs its answer in one line."""

import re
import time
import uuid
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse

from exchange.audit import request_id

log = structlog.get_logger(__name__)
_FROM_PROXY = re.compile(r"[A-Za-z0-9-]{8,64}")


class RequestIdMiddleware:
    """Takes the proxy's X-Request-ID when it has the shape of one, makes one otherwise, and answers with it.

    The line names the route, not the address: an address can carry a sign-in key or somebody's number.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        current = given if _FROM_PROXY.fullmatch(given) else uuid.uuid4().hex
        started = time.perf_counter()
        with request_id.bound(current):
            response = self.get_response(request)
            route = request.resolver_match.route if request.resolver_match else ""
            log.info(
                "answered",
                method=request.method,
                route=route,
                status=response.status_code,
                ms=round((time.perf_counter() - started) * 1000),
            )
        response["X-Request-ID"] = current
        return response

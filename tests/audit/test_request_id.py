"""One id runs through a request: its answer, its log lines, its audit events."""

import re

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from exchange.audit import request_id
from exchange.audit.middleware import RequestIdMiddleware


def answer_with(given: str | None) -> tuple[str, str]:
    """The id seen inside of a request, and the one it was answered with."""
    seen: list[str] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(request_id.current())
        return HttpResponse()

    headers = {"X-Request-ID": given} if given is not None else {}
    response = RequestIdMiddleware(view)(RequestFactory().get("/", headers=headers))
    return seen[0], response["X-Request-ID"]


def test_a_request_has_an_id_and_is_answered_with_it() -> None:
    inside, answered = answer_with(None)
    assert re.fullmatch(r"[0-9a-f]{32}", inside)
    assert answered == inside


def test_two_requests_have_two_ids() -> None:
    assert answer_with(None) != answer_with(None)


def test_the_proxys_id_is_kept() -> None:
    assert answer_with("a1b2c3d4-e5f6") == ("a1b2c3d4-e5f6", "a1b2c3d4-e5f6")


@pytest.mark.parametrize(
    "forged", ["", "short", "x" * 65, "an id with spaces", "line\nfeed-0123456789", "<b>0123456</b>"]
)
def test_what_does_not_look_like_an_id_is_replaced(forged: str) -> None:
    inside, answered = answer_with(forged)
    assert inside == answered
    assert inside != forged


def test_nothing_is_left_bound_after_an_answer_or_a_failure() -> None:
    answer_with("a1b2c3d4-e5f6")
    assert request_id.current() == ""

    def fails(request: HttpRequest) -> HttpResponse:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        RequestIdMiddleware(fails)(RequestFactory().get("/"))
    assert request_id.current() == ""


@pytest.mark.django_db
def test_the_site_answers_with_an_id(client: Client) -> None:
    assert client.get("/health/")["X-Request-ID"]

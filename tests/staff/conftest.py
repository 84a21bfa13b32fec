"""The cast of the desk's tests: one account of each kind, signed in; and two of them for what binds the company."""

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from exchange.kernel import database_clock
from exchange.people.models import User
from tests.support.second_factor import with_an_app

SHOWN = re.compile(r'name="digest" value="([0-9a-f]{64})"')


def as_shown(answer: Any) -> str:
    """The digest of the preview that a page shows; the page's text where it shows none."""
    page = answer.content.decode()
    found = SHOWN.search(page)
    assert found, re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
    return found.group(1)


def propose(client: Client, address: str, code: str, data: Mapping[str, Any] | None = None) -> str:
    """Fill a guarded page whose step binds the company and confirm it; the address of the proposal that it makes."""
    digest = as_shown(client.post(address, {**(data or {}), "step": "preview"}))
    answer = client.post(address, {**(data or {}), "step": "confirm", "digest": digest, "confirmation": code})
    assert answer.status_code == 302, answer.content.decode()
    assert "/approvals/" in answer["Location"], answer["Location"]
    return str(answer["Location"])


def approve(client: Client, address: str, code: str, extra: Mapping[str, Any] | None = None) -> Any:
    """Open a proposal, enter what its approver is asked for, see the preview and approve it."""
    shown = client.post(address, {**(extra or {}), "step": "preview"})
    press = {**(extra or {}), "step": "confirm", "digest": as_shown(shown), "confirmation": code}
    return client.post(address, press)


def propose_and_approve(
    proposer: Client,
    approver: Client,
    address: str,
    code: str,
    data: Mapping[str, Any] | None = None,
    extra: Mapping[str, Any] | None = None,
) -> Any:
    """What binds the company, by two people: the answer to the approval."""
    return approve(approver, propose(proposer, address, code, data), code, extra)


def an_account(who: str) -> User:
    """`hr`, `counsel`, `second` (also counsel), `auditor`, `superuser` or `holder` (no staff). Staff have an app."""
    email = f"{who}@company.example"
    if who == "superuser":
        return with_an_app(User.objects.create_superuser(email, "a long password"))
    user = User.objects.create_user(email, "a long password", name=who.title(), is_staff=who != "holder")
    if who == "holder":
        return user
    user.groups.add(
        Group.objects.get(name={"hr": "HR", "second": "Counsel", "helpdesk": "Help desk"}.get(who, who.title()))
    )
    return with_an_app(user)


@pytest.fixture
def sign_in(db: None) -> Callable[[str], Client]:
    """A browser in which somebody of the cast is signed in; `anonymous` is nobody."""

    def signed_in(who: str) -> Client:
        client = Client()
        if who != "anonymous":
            client.force_login(User.objects.filter(email=f"{who}@company.example").first() or an_account(who))
        return client

    return signed_in


@pytest.fixture
def one_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The database server travels in time along with us."""
    monkeypatch.setattr(database_clock, "difference", lambda: timedelta(0))


@pytest.fixture
def hr(sign_in: Any) -> Client:
    return sign_in("hr")


@pytest.fixture
def counsel(sign_in: Any) -> Client:
    return sign_in("counsel")


@pytest.fixture
def second(sign_in: Any) -> Client:
    """Another counsel."""
    return sign_in("second")

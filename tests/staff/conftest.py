"""The cast of the desk's tests: one account of each kind, signed in."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from exchange.people.models import User


def an_account(who: str) -> User:
    """`hr`, `counsel`, `auditor`, `superuser` or `holder` (someone without staff rights)."""
    email = f"{who}@company.example"
    if who == "superuser":
        return User.objects.create_superuser(email, "a long password")
    user = User.objects.create_user(email, "a long password", name=who.title(), is_staff=who != "holder")
    if who != "holder":
        user.groups.add(Group.objects.get(name={"hr": "HR"}.get(who, who.title())))
    return user


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
def hr(sign_in: Any) -> Client:
    return sign_in("hr")


@pytest.fixture
def counsel(sign_in: Any) -> Client:
    return sign_in("counsel")

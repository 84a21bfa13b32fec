"""One whole life of an offer for all tests of a file, each of which undoes what it does to it."""

from collections.abc import Iterator
from typing import Any

import pytest

from exchange.offers.models import Offer
from tests.support.life import live
from tests.support.shared import settle, to_undo


@pytest.fixture(scope="module")
def _life(django_db_setup: None, django_db_blocker: Any) -> Iterator[Offer]:
    with django_db_blocker.unblock(), to_undo():
        offer = live()
        settle()
        yield offer


@pytest.fixture
def life(_life: Offer, db: None) -> Iterator[Offer]:
    """The offer, with a row in every table that may never change; whatever the test does is rolled back."""
    with to_undo():
        yield _life

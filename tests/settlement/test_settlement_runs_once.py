"""Promises issued and options granted by two people at once: done once.

Each race is first shown to exist, with the offer's lock switched off.
"""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from exchange.kernel.results import Done
from exchange.offers.models import Offer
from exchange.settlement.actions import grant, promise
from exchange.settlement.actions.accept import accept_tenders
from exchange.settlement.actions.grant import grant_new_options
from exchange.settlement.actions.promise import issue_promises
from exchange.settlement.ledger import faults
from exchange.settlement.models import Lapse, NewGrant, Promise
from tests.support.attack import unguarded
from tests.support.life import ACCEPTED_AT, GRANTED_ON
from tests.support.races import LONGEST, Pause, meanwhile, unlocked_offer, without_offer_locks
from tests.support.raw import delete
from tests.support.world import ACTOR, EXPIRES_AT, an_offer, election, holders_with_grants, submit, value

pytestmark = pytest.mark.django_db(transaction=True)
GRANTED_AT = datetime(2004, 1, 26, 23, tzinfo=UTC)


@pytest.fixture
def accepted() -> Offer:
    """Three holders with two options each, accepted."""
    offer = an_offer()
    for holder in holders_with_grants(3, grants=2):
        submit(offer, holder, election(holder), EXPIRES_AT - timedelta(days=1))
    value(accept_tenders(code=offer.code, attested=True, leave_undecided=False, actor=ACTOR, at=ACCEPTED_AT))
    return offer


@pytest.fixture
def promised(accepted: Offer) -> Offer:
    value(issue_promises(code=accepted.code, actor=ACTOR, at=ACCEPTED_AT))
    return accepted


def issuing(offer: Offer) -> Any:
    return lambda: issue_promises(code=offer.code, actor=ACTOR, at=ACCEPTED_AT)


def granting(offer: Offer) -> Any:
    price = Decimal("2.03")
    return lambda: grant_new_options(code=offer.code, on=GRANTED_ON, closing_price=price, actor=ACTOR, at=GRANTED_AT)


def is_a_repetition(answer: Any) -> bool:
    return isinstance(answer, Done) and [remark.code for remark in answer.remarks] == ["nothing_to_do"]


@pytest.mark.postgres
def test_without_the_lock_promises_issued_twice_collide(accepted, monkeypatch):
    pause = Pause(moment=LONGEST)
    without_offer_locks(monkeypatch)
    monkeypatch.setattr(promise, "locked_offer", unlocked_offer)
    monkeypatch.setattr(promise, "append", pause.before(promise.append))
    first, second = meanwhile(pause, issuing(accepted), issuing(accepted))
    assert len(second.value.promises) == 3
    assert isinstance(first, IntegrityError)


def test_promises_issued_twice_at_once_are_issued_once(accepted, monkeypatch):
    pause = Pause()
    monkeypatch.setattr(promise, "append", pause.before(promise.append))
    first, second = meanwhile(pause, issuing(accepted), issuing(accepted))
    assert not pause.was_overtaken
    assert len(first.value.promises) == 3
    assert is_a_repetition(second)
    assert Promise.objects.count() == 3
    assert list(faults()) == []


@pytest.mark.postgres
def test_without_the_lock_options_granted_twice_collide(promised, monkeypatch):
    pause = Pause(moment=LONGEST)
    without_offer_locks(monkeypatch)
    monkeypatch.setattr(grant, "locked_offer", unlocked_offer)
    monkeypatch.setattr(grant, "record_event", pause.before(grant.record_event))
    first, second = meanwhile(pause, granting(promised), granting(promised))
    assert len(second.value.grants) == 6
    assert isinstance(first, IntegrityError)


def test_options_granted_twice_at_once_are_granted_once(promised, monkeypatch):
    pause = Pause()
    monkeypatch.setattr(grant, "record_event", pause.before(grant.record_event))
    first, second = meanwhile(pause, granting(promised), granting(promised))
    assert not pause.was_overtaken
    assert len(first.value.grants) == 6
    assert is_a_repetition(second)
    assert NewGrant.objects.count() == 6
    assert list(faults()) == []


def test_a_line_that_lapses_in_one_transaction_is_not_granted_in_another_at_the_same_time(promised):
    value(granting(promised)())
    granted = NewGrant.objects.first()
    with transaction.atomic(), unguarded(NewGrant):  # as if nothing had come of the line yet
        delete(granted)
    pause = Pause()

    def lapse() -> None:
        with transaction.atomic():
            Lapse.objects.create(line=granted.line, grant_number="X", reason="prohibited", on=GRANTED_ON, **sealed)
            pause()

    def grant_it() -> None:
        with transaction.atomic():
            granted.save(force_insert=True)

    sealed = {"event": granted.event, "digest": granted.digest}
    lapsed, refused = meanwhile(pause, lapse, grant_it)
    assert lapsed is None
    assert not pause.was_overtaken
    assert isinstance(refused, IntegrityError)
    assert "beside a row of" in str(refused)

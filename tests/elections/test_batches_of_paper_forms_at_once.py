"""Two recordings of paper forms at once: nothing twice, nothing lost, and nobody waits in a circle.

Each race is first shown to exist, with the guard switched off.
"""

from collections.abc import Sequence
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError

from exchange.elections.actions import Received
from exchange.elections.actions import receive as actions
from exchange.elections.models import Form
from exchange.elections.records import Submission
from exchange.kernel import clock, locks
from exchange.offers.models import Offer
from exchange.people.models import Holder
from exchange.settlement.ledger import faults
from tests.support.races import LONGEST, Pause, at_once, meanwhile
from tests.support.world import a_live_offer, election, holders_with_grants, paper, record, submit

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def offer() -> Offer:
    return a_live_offer()


def forms_of(holders: Sequence[Holder], prefix: str) -> list[Submission]:
    at = clock.now() - timedelta(hours=1)
    return [paper(election(holder), f"{prefix}{holder.employee_number}", at) for holder in holders]


def recording(offer: Offer, submissions: Sequence[Submission]) -> Any:
    return lambda: record(offer, submissions, None)


def without_turns(monkeypatch: Any) -> None:
    monkeypatch.setattr(locks, "own", lambda name: None)


@pytest.mark.postgres
def test_without_turns_the_same_forms_recorded_by_two_collide(offer, monkeypatch):
    stranger = Holder(employee_number="E404", legal_name="Nobody", name_on_agreement="Nobody")
    (holder,) = holders_with_grants(1)
    form = paper(election(stranger, *holder.grants.all()), "F1", clock.now() - timedelta(hours=1))
    pause = Pause(moment=LONGEST)
    without_turns(monkeypatch)
    monkeypatch.setattr(actions, "append", pause.before(actions.append))
    first, second = meanwhile(pause, recording(offer, [form]), recording(offer, [form]))
    assert len(second.forms) == 1
    assert isinstance(first, IntegrityError)
    assert "form_number_once" in str(first)


def test_the_same_forms_recorded_by_two_at_once_are_recorded_once(offer, monkeypatch):
    forms = forms_of(holders_with_grants(3), "F-")
    pause = Pause()
    monkeypatch.setattr(actions, "append", pause.before(actions.append))
    first, second = meanwhile(pause, recording(offer, forms), recording(offer, forms))
    assert not pause.was_overtaken
    assert (len(first.forms), len(first.already)) == (3, 0)
    assert (len(second.forms), len(second.already)) == (0, 3)


@pytest.mark.postgres
def test_without_turns_and_an_order_two_batches_wait_in_a_circle(offer, monkeypatch):
    holders = holders_with_grants(2)
    each_has_one = Barrier(2)
    without_turns(monkeypatch)

    def in_the_files_order(first: str, second: str) -> dict[int, Holder]:
        found = actions.locked_holders(Holder.objects.filter(employee_number=first))
        each_has_one.wait(LONGEST)
        return found | actions.locked_holders(Holder.objects.filter(employee_number=second))

    orders = [("E1", "E2"), ("E2", "E1")]
    monkeypatch.setattr(actions, "_locked_by_number", lambda numbers: in_the_files_order(*orders.pop()))
    answers = at_once(recording(offer, forms_of(holders, "A-")), recording(offer, forms_of(holders[::-1], "B-")))
    faulty = [answer for answer in answers if isinstance(answer, Exception)]
    assert [type(fault) for fault in faulty] == [OperationalError]
    assert "deadlock" in str(faulty[0])


@pytest.mark.parametrize("turns", [True, False])
def test_batches_of_the_same_holders_in_any_order_do_not_wait_in_a_circle(offer, monkeypatch, turns: bool):
    holders = holders_with_grants(12)
    if not turns:
        without_turns(monkeypatch)
        monkeypatch.setattr(actions, "check_not_before_latest", lambda offer, at: None)
    batches = [
        forms_of(holders, "A-"),
        forms_of(holders[::-1], "B-"),
        forms_of(holders[::2] + holders[1::2], "C-"),
        forms_of(holders[6:] + holders[:6], "D-"),
    ]
    answers = at_once(*[recording(offer, batch) for batch in batches])
    assert not [answer for answer in answers if isinstance(answer, Exception)], answers
    assert Form.objects.count() == 48
    assert list(faults()) == []


def test_portal_forms_and_a_batch_of_the_same_holders_do_not_wait_in_a_circle(offer):
    holders = holders_with_grants(8)
    portal = [lambda holder=holder: submit(offer, holder, election(holder), clock.now()) for holder in holders[::-1]]
    answers = at_once(recording(offer, forms_of(holders, "A-")), *portal)
    assert not [answer for answer in answers if isinstance(answer, Exception)], answers
    stored = sum(isinstance(answer, Received) for answer in answers)
    assert Form.objects.count() == 8 + stored
    assert list(faults()) == []

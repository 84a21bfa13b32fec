"""Two events of one chain at once follow each other; those of two chains do not wait.

The race is first shown to exist, with the head's lock switched off.
"""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from exchange.audit import actions, verify
from exchange.audit.actions import append
from exchange.audit.models import AuditEvent, ChainHead
from tests.support.races import LONGEST, Pause, at_once, meanwhile

pytestmark = pytest.mark.django_db(transaction=True)
AT = datetime(2003, 7, 1, tzinfo=UTC)


def appending(chain: str, kind: str = "test.happened") -> Any:
    def work() -> AuditEvent:
        with transaction.atomic():
            return append(chain=chain, kind=kind, actor="a test", at=AT, payload={})

    return work


def unlocked_head(chain: str) -> tuple[int, str, None]:
    head = ChainHead.objects.filter(chain=chain).first() or ChainHead(chain=chain)
    return head.length, head.digest, None


@pytest.mark.postgres
def test_without_the_lock_two_events_take_one_place(monkeypatch):
    appending("chain")()
    pause = Pause(moment=LONGEST)
    monkeypatch.setattr(actions, "_locked_head", pause.after(unlocked_head))
    first, second = meanwhile(pause, appending("chain"), appending("chain"))
    assert second.number == 2
    assert isinstance(first, IntegrityError)
    assert "audit_event_once_in_chain" in str(first)


def test_two_events_of_one_chain_follow_each_other(monkeypatch):
    pause = Pause()
    monkeypatch.setattr(actions, "_locked_head", pause.after(actions._locked_head))
    first, second = meanwhile(pause, appending("chain"), appending("chain"))
    assert not pause.was_overtaken
    assert (first.number, second.number) == (1, 2)
    assert second.previous == first.digest
    assert list(verify.faults()) == []


@pytest.mark.postgres
def test_an_event_of_another_chain_does_not_wait(monkeypatch):
    pause = Pause(moment=LONGEST)
    monkeypatch.setattr(actions, "_locked_head", pause.after(actions._locked_head))
    first, second = meanwhile(pause, appending("one"), appending("other"))
    assert pause.was_overtaken
    assert (first.number, second.number) == (1, 1)


def test_sixteen_events_at_once_leave_no_gap_and_no_fork():
    answers = at_once(*[appending(f"chain {place % 2}") for place in range(16)])
    assert not [answer for answer in answers if isinstance(answer, Exception)], answers
    for chain in ("chain 0", "chain 1"):
        numbers = list(AuditEvent.objects.filter(chain=chain).order_by("number").values_list("number", flat=True))
        assert numbers == list(range(1, 9))
    assert list(verify.faults()) == []


def test_an_event_that_is_rolled_back_leaves_its_place_to_the_next():
    appending("chain")()
    with transaction.atomic():
        append(chain="chain", kind="test.undone", actor="a test", at=AT, payload={})
        transaction.set_rollback(True)
    assert appending("chain")().number == 2
    assert list(verify.faults()) == []


def test_an_event_outside_a_transaction_is_refused():
    with pytest.raises(RuntimeError):
        append(chain="chain", kind="test.happened", actor="a test", at=AT, payload={})

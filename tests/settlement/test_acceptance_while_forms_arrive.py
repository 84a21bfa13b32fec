"""Acceptance while Notices and Election Forms arrive: none is lost, and each falls on one side of its instant.

The race is first shown to exist, with the offer's lock switched off.
"""

from datetime import timedelta
from typing import Any

import pytest

from exchange.elections.actions import sign as actions
from exchange.elections.models import Form
from exchange.elections.reads import forms_of
from exchange.grants.models import Cancellation
from exchange.kernel import clock
from exchange.offers.models import CounselFlag, Offer
from exchange.people.models import Holder
from exchange.settlement.actions import accept
from exchange.settlement.actions.accept import accept_tenders
from exchange.settlement.ledger import faults
from exchange.settlement.models import Acceptance
from tests.support.races import LONGEST, Pause, at_once, meanwhile, unlocked_offer, without_offer_locks
from tests.support.world import (
    ACTOR,
    a_grant,
    a_holder,
    a_live_offer,
    election,
    holders_with_grants,
    notice,
    submit,
    value,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def offer() -> Offer:
    return a_live_offer(expires_in=timedelta(seconds=-1))


def tendered(offer: Offer, count: int) -> list[Holder]:
    """Holders who have all tendered, an hour before the end."""
    holders = holders_with_grants(count)
    at = clock.now() - timedelta(hours=1)
    for holder in holders:
        submit(offer, holder, election(holder), at)
    return holders


def acceptance(offer: Offer) -> Any:
    return lambda: value(accept_tenders(code=offer.code, attested=True, leave_undecided=False, actor=ACTOR, at=None))


def withdrawal(offer: Offer, holder: Holder) -> Any:
    form = notice(holder, against=forms_of(offer, holder).form_in_force.number)
    return lambda: submit(offer, holder, form, None)


def is_cancelled(holder: Holder) -> bool:
    return Cancellation.objects.filter(grant__holder=holder).exists()


@pytest.mark.postgres
def test_without_the_lock_a_notice_in_flight_is_lost(offer, monkeypatch):
    (holder,) = tendered(offer, 1)
    pause = Pause(moment=LONGEST)
    without_offer_locks(monkeypatch)
    monkeypatch.setattr(actions, "append", pause.before(actions.append))
    received, accepted = meanwhile(pause, withdrawal(offer, holder), acceptance(offer))
    # Received before acceptance, effective, and the options cancelled all the same.
    assert received.form.received_at < accepted.acceptance.at
    assert received.judged.status == "effective"
    assert is_cancelled(holder)


def test_acceptance_waits_for_a_notice_in_flight(offer, monkeypatch):
    (holder,) = tendered(offer, 1)
    pause = Pause()
    monkeypatch.setattr(actions, "append", pause.before(actions.append))
    received, accepted = meanwhile(pause, withdrawal(offer, holder), acceptance(offer))
    assert not pause.was_overtaken
    assert received.form.received_at < accepted.acceptance.at
    assert received.judged.status == "effective"
    assert not is_cancelled(holder)


def test_a_notice_that_comes_during_acceptance_waits_and_is_late(offer, monkeypatch):
    (holder,) = tendered(offer, 1)
    pause = Pause()
    monkeypatch.setattr(accept, "record_event", pause.before(accept.record_event))
    accepted, received = meanwhile(pause, acceptance(offer), withdrawal(offer, holder))
    assert not pause.was_overtaken
    assert received.form.received_at > accepted.acceptance.at
    assert (received.judged.status, received.judged.defects) == ("rejected", ("late",))
    assert is_cancelled(holder)


def test_a_notice_after_acceptance_is_late_though_another_machines_clock_is_behind(offer, monkeypatch):
    (holder,) = tendered(offer, 1)
    withdraw = withdrawal(offer, holder)
    accepted = acceptance(offer)()
    monkeypatch.setattr(actions.clock, "now", lambda: accepted.acceptance.at - timedelta(milliseconds=400))
    received = withdraw()
    assert received.form.received_at == accepted.acceptance.at
    assert received.judged.defects == ("late",)


def test_an_election_form_whole_before_the_deadline_and_stored_after_acceptance_goes_before_counsel(offer):
    (holder,) = holders_with_grants(1)
    in_time = clock.now() - timedelta(minutes=1)
    acceptance(offer)()
    received = submit(offer, holder, election(holder), in_time)
    assert received.judged.status == "effective"
    assert not is_cancelled(holder)
    flag = CounselFlag.objects.get(kind="recorded_after_acceptance")
    assert flag.subject == f"form:{received.form.number}"
    assert list(faults()) == []


def test_twenty_notices_and_some_election_forms_around_acceptance_lose_nothing(offer):
    holders = tendered(offer, 20)
    newcomers = [a_holder(number) for number in ("N1", "N2", "N3", "N4")]
    for holder in newcomers:
        a_grant(holder, f"{holder.employee_number}-1")
    in_time = clock.now() - timedelta(minutes=1)
    elections = [lambda holder=holder: submit(offer, holder, election(holder), in_time) for holder in newcomers[:2]]
    late = [lambda holder=holder: submit(offer, holder, election(holder), clock.now()) for holder in newcomers[2:]]
    withdrawals = [withdrawal(offer, holder) for holder in holders]
    works = [*withdrawals[:10], *elections, acceptance(offer), *late, *withdrawals[10:]]
    answers = at_once(*works)
    assert not [answer for answer in answers if isinstance(answer, Exception)], answers
    accepted_at = Acceptance.objects.get().at
    for holder in holders:
        form = Form.objects.get(holder=holder, kind="withdrawal")
        status = form.judgements.latest("number")
        if form.received_at < accepted_at:
            assert (status.status, is_cancelled(holder)) == ("effective", False)
        else:
            assert (status.status, status.defects, is_cancelled(holder)) == ("rejected", '["late"]', True)
    flagged = set(CounselFlag.objects.values_list("subject", flat=True))
    for holder in newcomers[:2]:
        form = Form.objects.get(holder=holder)
        assert form.judgements.latest("number").status == "effective"
        assert is_cancelled(holder) != (f"form:{form.number}" in flagged)
    for holder in newcomers[2:]:
        assert Form.objects.get(holder=holder).judgements.latest("number").defects == '["late"]'
        assert not is_cancelled(holder)
    assert list(faults()) == []


@pytest.mark.postgres
def test_without_the_lock_two_acceptances_collide(offer, monkeypatch):
    tendered(offer, 2)
    pause = Pause(moment=LONGEST)
    without_offer_locks(monkeypatch)
    monkeypatch.setattr(accept, "locked_offer", unlocked_offer)
    monkeypatch.setattr(accept, "record_event", pause.before(accept.record_event))
    monkeypatch.setattr(accept, "_rows", pause.ended_after(accept._rows))  # next it waits for the offer's row
    answers = meanwhile(pause, acceptance(offer), acceptance(offer))
    # Both went to work; the database's constraints let one of them end.
    assert [type(answer).__name__ for answer in answers if isinstance(answer, Exception)] == ["IntegrityError"]
    assert Acceptance.objects.count() == 1


def test_of_two_acceptances_at_once_one_is_made(offer, monkeypatch):
    tendered(offer, 2)
    pause = Pause()
    monkeypatch.setattr(accept, "record_event", pause.before(accept.record_event))
    first, second = meanwhile(pause, acceptance(offer), acceptance(offer))
    assert not pause.was_overtaken
    assert len(first.taken) == 2
    assert second.acceptance == first.acceptance
    assert second.taken == []
    assert Cancellation.objects.count() == 2


def test_of_five_acceptances_at_once_one_is_made(offer):
    tendered(offer, 3)
    answers = at_once(*[acceptance(offer) for _person in range(5)])
    assert sorted(len(answer.taken) for answer in answers) == [0, 0, 0, 0, 3]
    assert Acceptance.objects.count() == 1

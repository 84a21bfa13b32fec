"""Two browsers of one holder, and a button pressed twice: one form in force, and nobody else waits.

Each race is first shown to exist, with the holder's lock switched off.
"""

from typing import Any

import pytest
from django.db import IntegrityError
from django.db.models import QuerySet

from exchange.elections.actions import Moved, Received
from exchange.elections.actions import sign as actions
from exchange.elections.models import Form
from exchange.elections.reads import forms_of
from exchange.kernel import clock
from exchange.offers.models import Offer
from exchange.people.models import Holder
from exchange.settlement.ledger import faults
from tests.support.races import LONGEST, Pause, at_once, meanwhile
from tests.support.world import a_live_offer, election, holders_with_grants, notice, submit

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def offer() -> Offer:
    return a_live_offer()


def unlocked(holders: QuerySet[Holder]) -> dict[int, Holder]:
    return {holder.pk: holder for holder in holders.prefetch_related("employment_events")}


def send(offer: Offer, holder: Holder, submission: Any) -> Any:
    return lambda: submit(offer, holder, submission, clock.now())


@pytest.mark.postgres
def test_without_the_lock_two_forms_are_both_taken_for_the_next(offer, monkeypatch):
    (holder,) = holders_with_grants(1)
    pause = Pause(moment=LONGEST)
    monkeypatch.setattr(actions, "locked_holders", unlocked)
    monkeypatch.setattr(actions, "append", pause.before(actions.append))
    first, second = meanwhile(pause, send(offer, holder, election(holder)), send(offer, holder, election(holder)))
    assert isinstance(second, Received)
    # Both believed themselves to be the holder's first; only the database's constraint stood in the way.
    assert isinstance(first, IntegrityError)
    assert "form_sequence_once" in str(first)


def test_of_two_forms_made_on_the_same_one_the_second_is_shown_what_moved(offer, monkeypatch):
    (holder,) = holders_with_grants(1)
    pause = Pause()
    monkeypatch.setattr(actions, "append", pause.before(actions.append))
    first, second = meanwhile(pause, send(offer, holder, election(holder)), send(offer, holder, election(holder)))
    assert not pause.was_overtaken
    assert isinstance(first, Received)
    assert isinstance(second, Moved)
    assert second.in_force == first.form
    assert [form.pk for form in forms_of(offer, holder).forms] == [first.form.pk]


def test_of_ten_browsers_at_once_one_is_taken(offer):
    (holder,) = holders_with_grants(1, grants=3)
    answers = at_once(*[send(offer, holder, election(holder)) for _browser in range(10)])
    assert sorted(type(answer).__name__ for answer in answers) == ["Moved"] * 9 + ["Received"]
    assert Form.objects.count() == 1


@pytest.mark.postgres
def test_without_the_lock_a_button_pressed_twice_fails(offer, monkeypatch):
    (holder,) = holders_with_grants(1)
    form, pause = election(holder), Pause(moment=LONGEST)
    monkeypatch.setattr(actions, "locked_holders", unlocked)
    monkeypatch.setattr(actions, "append", pause.before(actions.append))
    first, second = meanwhile(pause, send(offer, holder, form), send(offer, holder, form))
    assert isinstance(second, Received)
    assert isinstance(first, IntegrityError)


def test_a_button_pressed_five_times_is_one_form_with_one_number(offer):
    (holder,) = holders_with_grants(1)
    form = election(holder)
    answers = at_once(*[send(offer, holder, form) for _press in range(5)])
    assert all(isinstance(answer, Received) for answer in answers), answers
    assert len({answer.form.number for answer in answers}) == 1
    assert sorted(answer.is_new for answer in answers) == [False] * 4 + [True]
    assert Form.objects.count() == 1


def test_a_button_pressed_again_after_the_form_has_been_replaced_answers_the_first_form(offer):
    (holder,) = holders_with_grants(1)
    form = election(holder)
    first = submit(offer, holder, form, clock.now())
    submit(offer, holder, notice(holder, against=first.form.number), clock.now())
    again = submit(offer, holder, form, clock.now())
    assert again == Received(first.form, first.judged, is_new=False)


@pytest.mark.postgres
def test_forms_of_different_holders_do_not_wait_for_each_other(offer, monkeypatch):
    one, other = holders_with_grants(2)
    pause = Pause(moment=LONGEST)
    monkeypatch.setattr(actions, "append", pause.before(actions.append))
    first, second = meanwhile(pause, send(offer, one, election(one)), send(offer, other, election(other)))
    # The first stood with all its locks until the second had ended.
    assert pause.was_overtaken
    assert isinstance(first, Received)
    assert isinstance(second, Received)


@pytest.mark.postgres
def test_nor_do_they_once_their_rows_are_written(offer, monkeypatch):
    one, other = holders_with_grants(2)
    pause = Pause(moment=LONGEST)
    monkeypatch.setattr(actions, "append", pause.after(actions.append))
    first, second = meanwhile(pause, send(offer, one, election(one)), send(offer, other, election(other)))
    assert pause.was_overtaken
    assert isinstance(first, Received)
    assert isinstance(second, Received)


def test_twenty_holders_at_once_are_all_taken_and_the_record_is_whole(offer):
    holders = holders_with_grants(20, grants=2)
    answers = at_once(*[send(offer, holder, election(holder)) for holder in holders])
    assert all(isinstance(answer, Received) for answer in answers), answers
    assert Form.objects.count() == 20
    assert list(faults()) == []

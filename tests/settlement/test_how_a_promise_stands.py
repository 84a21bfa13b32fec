"""How a promise stands on a day: the employment condition and what events made of its shares (domain §6, §7)."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.market.models import CorporateAction
from exchange.market.reads import factor_between
from exchange.people.rules import EventFact, PersonFacts
from exchange.settlement.promised import Employment, adjustments, employment_standing

CANCELLED, TODAY = date(2003, 7, 25), date(2003, 12, 1)


def stands(*events: tuple[str, str, str], role: str = "employee", on: date = TODAY):
    facts = [EventFact(date.fromisoformat(day), event, value) for day, event, value in events]
    person = PersonFacts("E1", "Ana", role, "US", date(1999, 2, 1), None, facts)
    return employment_standing(person, CANCELLED, on)


def test_with_no_event_the_holder_is_employed():
    found = stands()
    assert (found.code, found.is_met, found.since) == (Employment.EMPLOYED, True, None)


def test_who_left_receives_nothing_since_the_day_they_left():
    found = stands(("2003-09-01", "terminated", ""))
    assert (found.code, found.is_met, found.since) == (Employment.LEFT, False, date(2003, 9, 1))


def test_what_is_still_to_come_is_not_foreseen():
    assert stands(("2003-12-02", "terminated", "")).code is Employment.EMPLOYED
    assert stands(("2003-12-01", "terminated", "")).code is Employment.LEFT


def test_a_gap_healed_by_rehire_says_both_days():
    found = stands(("2003-09-01", "terminated", ""), ("2003-10-06", "rehired", ""))
    assert (found.code, found.is_met) == (Employment.REHIRED, True)
    assert (found.left_on, found.since) == (date(2003, 9, 1), date(2003, 10, 6))


def test_a_gap_before_the_cancellation_is_none():
    assert stands(("2002-09-01", "terminated", ""), ("2002-10-06", "rehired", "")).code is Employment.EMPLOYED


@pytest.mark.parametrize("role", ["consultant", "director"])
def test_a_consultant_and_a_director_are_no_employees(role):
    found = stands(("2003-10-01", "role", role))
    assert (found.code, found.is_met, found.since, found.role) == (Employment.ROLE, False, date(2003, 10, 1), role)


def test_promotion_to_executive_keeps_the_promise_and_is_told():
    found = stands(("2003-10-01", "role", "executive_officer"))
    assert (found.code, found.is_met, found.executive_since) == (Employment.EMPLOYED, True, date(2003, 10, 1))


def test_a_move_abroad_is_told_and_one_there_and_back_is_not():
    assert stands(("2003-10-01", "residence_country", "FR")).moved_on == date(2003, 10, 1)
    assert (
        stands(("2003-10-01", "residence_country", "FR"), ("2003-11-01", "residence_country", "US")).moved_on is None
    )


def action(number: int, on: date, new: str, old: str = "1", kind: str = "split") -> CorporateAction:
    return CorporateAction(number=number, effective_on=on, kind=kind, new=Decimal(new), old=Decimal(old))


def test_each_event_says_what_was_before_and_what_is_after_with_every_fraction():
    actions = [
        action(2, date(2003, 9, 2), "0.4137", kind="stock_merger"),
        action(1, date(2003, 8, 4), "3", "2"),
        action(3, date(2003, 9, 2), "2"),
    ]
    first, second, third = adjustments([Fraction(2400), Fraction(7, 2)], actions, CANCELLED, TODAY)
    assert (first.before, first.after) == ((2400, Fraction(7, 2)), (3600, Fraction(21, 4)))
    assert second.after == (Fraction(148932, 100), Fraction(21, 4) * Fraction(4137, 10000))
    assert third.before == second.after
    assert third.after[0] == Fraction(148932, 50)


def test_only_what_is_effective_after_the_cancellation_and_by_the_day_counts():
    actions = [action(1, CANCELLED, "2"), action(2, TODAY, "3"), action(3, date(2003, 12, 2), "5")]
    assert [step.factor for step in adjustments([Fraction(1)], actions, CANCELLED, TODAY)] == [3]


@given(
    st.lists(
        st.tuples(st.dates(date(2003, 6, 1), date(2004, 2, 1)), st.integers(1, 99), st.integers(1, 99)), max_size=8
    )
)
def test_the_last_step_is_what_the_grant_counts(events):
    actions = [action(number, on, str(new), str(old)) for number, (on, new, old) in enumerate(events)]
    steps = adjustments([Fraction(100, 3)], actions, CANCELLED, TODAY)
    now = steps[-1].after[0] if steps else Fraction(100, 3)
    assert now == Fraction(100, 3) * factor_between(actions, CANCELLED, TODAY)

"""Who a person was on a day: the latest dated fact wins, from the start of its day (domain §3; contract, Files)."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from exchange.people.rules import EventFact, PersonFacts, country_changed, is_employed_throughout, status_on

HIRED = date(2000, 3, 1)
LEFT = date(2003, 5, 1)
DAY = timedelta(days=1)


def person(*events: tuple[date, str, str], hired_on: date = HIRED, terminated_on: date | None = None) -> PersonFacts:
    facts = [EventFact(*event) for event in events]
    return PersonFacts("ana", "Ana Lopes", "employee", "US", hired_on, terminated_on, facts)


def employed(who: PersonFacts, *days: date) -> list[bool]:
    return [status_on(who, day).is_employed for day in days]


def test_employment_begins_on_the_day_of_hire() -> None:
    assert employed(person(), HIRED - DAY, HIRED) == [False, True]


def test_terminated_on_is_the_first_day_not_employed() -> None:
    assert employed(person(terminated_on=LEFT), LEFT - DAY, LEFT, LEFT + DAY) == [True, False, False]


def test_who_left_on_the_day_of_hire_was_never_employed() -> None:
    assert employed(person(terminated_on=HIRED), HIRED - DAY, HIRED, HIRED + DAY) == [False, False, False]


def test_a_rehire_ends_an_absence_that_the_people_file_states() -> None:
    back = person((LEFT + 30 * DAY, "rehired", ""), terminated_on=LEFT)
    assert employed(back, LEFT, LEFT + 29 * DAY, LEFT + 30 * DAY) == [False, False, True]


def test_a_later_leaving_in_the_people_file_beats_an_earlier_rehire() -> None:
    gone = person((LEFT - 30 * DAY, "rehired", ""), terminated_on=LEFT)
    assert employed(gone, LEFT - DAY, LEFT) == [True, False]


def test_of_a_leaving_in_the_people_file_and_an_event_of_that_day_the_event_wins() -> None:
    assert employed(person((LEFT, "rehired", ""), terminated_on=LEFT), LEFT) == [True]


def test_events_of_one_day_hold_in_file_order() -> None:
    assert employed(person((LEFT, "terminated", ""), (LEFT, "rehired", "")), LEFT) == [True]
    assert employed(person((LEFT, "rehired", ""), (LEFT, "terminated", "")), LEFT) == [False]


def test_events_out_of_order_in_the_file_hold_by_their_dates() -> None:
    who = person((LEFT + DAY, "role", "director"), (LEFT, "role", "consultant"))
    assert [status_on(who, LEFT + n * DAY).role for n in (-1, 0, 1)] == ["employee", "consultant", "director"]


def test_residence_changes_at_the_start_of_its_day_and_leaves_the_role_alone() -> None:
    who = person((LEFT, "residence_country", "CA"))
    assert [status_on(who, LEFT + n * DAY).residence_country for n in (-1, 0)] == ["US", "CA"]
    assert status_on(who, LEFT).role == "employee"
    assert country_changed(who, LEFT - DAY, LEFT)
    assert not country_changed(who, LEFT, LEFT + DAY)


def test_a_gap_healed_by_rehire_is_seen() -> None:
    who = person((LEFT, "terminated", ""), (LEFT + 10 * DAY, "rehired", ""))
    assert not is_employed_throughout(who, LEFT - DAY, LEFT + 20 * DAY)
    assert is_employed_throughout(who, LEFT + 10 * DAY, LEFT + 20 * DAY)


KINDS = st.sampled_from([("terminated", ""), ("rehired", ""), ("role", "director"), ("role", "employee")])
EVENTS = st.lists(st.tuples(st.integers(0, 12), KINDS), max_size=8)


@given(events=EVENTS, day=st.integers(-2, 14))
def test_it_is_what_walking_through_the_days_gives(events: list[tuple[int, tuple[str, str]]], day: int) -> None:
    who = person(*[(HIRED + n * DAY, kind, value) for n, (kind, value) in events])
    is_employed, role = False, "employee"
    for today in range(min(day, 0), day + 1):
        is_employed = is_employed or today == 0
        for n, (kind, value) in events:
            if n == today:
                is_employed = {"terminated": False, "rehired": True}.get(kind, is_employed)
                role = value or role
    status = status_on(who, HIRED + day * DAY)
    assert (status.is_employed, status.role) == (is_employed, role)

"""Excluded from a day to come on, one has the deadline until then: the calendar's entry moves to that day's start."""

from datetime import UTC, date, datetime, timedelta

import pytest
from icalendar import Calendar

from exchange.elections.actions import terminate_offer
from exchange.notices.models import Message
from exchange.offers.excluding import exclude, lift_exclusion
from exchange.people.models import Holder
from tests.support.world import (
    ACTOR,
    COMMENCES_AT,
    EXPIRES_AT,
    a_grant,
    a_holder,
    an_offer,
    election,
    extend,
    submit,
    value,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
AT = COMMENCES_AT + 10 * DAY  # 5 July
LATER = EXPIRES_AT + 3 * DAY
BOTH = {"proposed_by": "staff:hr", "approved_by": "staff:counsel", "actor": "staff:counsel"}
WHY = {"reason": "Order 17 of the court of Exampleton.", "told": "A court order forbids it."}
MIDNIGHT = datetime(2003, 7, 10, 7, tzinfo=UTC)  # in the offer's zone
MOVED = "From the start of 10 July 2003 the offer reaches none of your options"
TAKEN = "takes the deadline off your calendar"


@pytest.fixture
def offer():
    holder = a_holder("E1", legal_name="Maya Okafor")
    a_grant(holder, "G1")
    a_grant(holder, "G2")
    a_grant(a_holder("E2", legal_name="Ben Ito"), "H1")
    return an_offer()


def excluded(grant="", *, on=date(2003, 7, 10), at=AT):
    of = {"code": "TEST", "employee_number": "E1", "grant_number": grant, "effective_on": on}
    return value(exclude(**of, **WHY, **BOTH, at=at))


def letters(kind, employee_number="E1"):
    return list(Message.objects.filter(kind=kind, owner_key=f"holder:{employee_number}").order_by("queued_at"))


def entry(message):
    """How the letter's calendar file goes about it, and the one entry."""
    file = Calendar.from_ical(message.calendar)
    [event] = file.walk("VEVENT")
    return str(file["method"]), event


def test_the_entry_moves_to_the_day_on_which_it_begins_and_is_not_taken_off_before(offer):
    _method, opened = entry(letters("offer_opened")[0])
    excluded()
    [told] = letters("holder_excluded")
    method, moved = entry(told)
    assert (method, moved["status"], moved["uid"]) == ("PUBLISH", "CONFIRMED", opened["uid"])
    assert moved["sequence"] > opened["sequence"]
    assert moved["dtstart"].dt == MIDNIGHT
    assert "10 July 2003, 12:00 a.m. Pacific Time" in moved["description"]
    assert "The offer expires" not in moved["summary"]
    for part in (told.text, told.html):
        assert MOVED in " ".join(part.split())
        assert TAKEN not in part


def test_an_extension_before_that_day_does_not_bring_the_deadline_back(offer):
    excluded()
    extend(offer, LATER, at=AT + DAY)
    [told] = letters("offer_extended")
    assert entry(told)[1]["dtstart"].dt == MIDNIGHT
    assert entry(told)[1]["sequence"] > entry(letters("holder_excluded")[0])[1]["sequence"]
    assert MOVED in told.text
    assert "What you tendered is not accepted while it stands." in told.text
    [other] = letters("offer_extended", "E2")
    assert entry(other)[1]["dtstart"].dt == LATER
    assert MOVED not in other.text


def test_whoever_has_tendered_is_not_told_that_it_stands_without_more_and_may_withdraw(offer):
    maya = Holder.objects.get(employee_number="E1")
    submit(offer, maya, election(maya), AT)
    excluded()
    extend(offer, LATER, at=AT + DAY)
    [told] = letters("offer_extended")
    for part in (told.text, told.html):
        assert "You may withdraw what you tendered until the company accepts" in part
        assert "Your election stands" not in part


def test_an_extension_after_it_is_not_told_to_whom_the_offer_does_not_reach(offer):
    excluded()
    extend(offer, LATER, at=AT + 6 * DAY)
    assert letters("offer_extended") == []


def test_where_it_is_lifted_the_deadline_comes_back(offer):
    row = excluded()
    value(lift_exclusion(exclusion=row.pk, effective_on=date(2003, 7, 12), reason="Set aside.", **BOTH, at=AT + DAY))
    [told] = letters("exclusion_lifted")
    assert entry(told)[1]["dtstart"].dt == EXPIRES_AT
    assert MOVED not in told.text


def test_a_termination_takes_it_off_as_everyones(offer):
    excluded()
    value(terminate_offer(code="TEST", reason="A condition.", actor=ACTOR, at=AT + DAY))
    assert entry(letters("offer_terminated")[0])[0] == "CANCEL"


def test_of_two_options_the_last_to_be_excluded_moves_it_whichever_was_told_first(offer):
    excluded("G1", on=date(2003, 7, 10))
    excluded("G2", on=date(2003, 7, 8), at=AT + DAY)
    first, last = letters("holder_excluded")
    assert first.calendar == ""
    assert entry(last)[1]["dtstart"].dt == MIDNIGHT


def test_one_that_begins_after_the_deadline_leaves_it_until_an_extension_goes_beyond(offer):
    excluded(on=date(2003, 7, 26))
    [told] = letters("holder_excluded")
    assert (told.calendar, TAKEN in told.text, MOVED in told.text) == ("", False, False)
    extend(offer, LATER, at=AT + DAY)
    [extended] = letters("offer_extended")
    assert entry(extended)[1]["dtstart"].dt == datetime(2003, 7, 26, 7, tzinfo=UTC)


def test_one_that_begins_today_takes_it_off_at_once(offer):
    excluded(on=date(2003, 7, 5))
    [told] = letters("holder_excluded")
    assert entry(told)[0] == "CANCEL"
    assert TAKEN in told.text

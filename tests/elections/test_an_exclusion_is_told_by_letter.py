"""Who is excluded from a running offer, or with one option, gets a letter that says so; and another when it ends."""

from datetime import date, timedelta

import pytest
from icalendar import Calendar

from exchange.elections.actions import terminate_offer
from exchange.kernel.wording import instant_text
from exchange.notices.models import Message, State
from exchange.offers.actions import load_offer
from exchange.offers.excluding import exclude, lift_exclusion
from tests.support.world import (
    ACTOR,
    COMMENCES_AT,
    EXPIRES_AT,
    ZONE,
    a_grant,
    a_holder,
    an_offer,
    election,
    extend,
    submit,
    terms,
    value,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
AT = COMMENCES_AT + 10 * DAY
LATER = EXPIRES_AT + timedelta(hours=12)
BOTH = {"proposed_by": "staff:hr", "approved_by": "staff:counsel", "actor": "staff:counsel"}
WHY = {"reason": "Order 17 of the court of Exampleton.", "told": "A court order forbids it."}


@pytest.fixture
def maya():
    holder = a_holder("E1", legal_name="Maya Okafor")
    a_grant(holder, "G1")
    a_grant(holder, "G2")
    return holder


@pytest.fixture
def offer(maya):
    return an_offer()


def excluded(grant="", *, at=AT, **more):
    of = {"code": "TEST", "employee_number": "E1", "grant_number": grant, "effective_on": date(2003, 7, 10)}
    return value(exclude(**of, **WHY, **BOTH, at=at, **more))


def lifted(row, *, at=AT + DAY):
    said = {"effective_on": date(2003, 7, 12), "reason": "It was set aside."}
    return value(lift_exclusion(exclusion=row.pk, **said, **BOTH, at=at))


def letter(kind):
    return Message.objects.get(kind=kind)


def test_the_letter_names_the_option_the_day_and_the_reason_as_told(offer, maya):
    excluded("G1")
    told = letter("holder_excluded")
    assert (told.owner_key, told.to_address) == ("holder:E1", maya.email)
    assert "does not reach the option named here" in told.text
    assert "G1" in told.text
    assert "G2" not in told.text
    assert "10 July 2003" in told.text
    assert "A court order forbids it." in told.text
    assert "Exampleton" not in told.text + told.html


def test_a_person_excluded_whole_is_told_that_the_offer_does_not_reach_them(offer):
    excluded()
    assert "does not reach you" in letter("holder_excluded").text


def test_told_once_however_often_it_is_said(offer):
    excluded("G1")
    excluded("G1", at=AT + DAY)
    assert Message.objects.filter(kind="holder_excluded").count() == 1


def test_a_rehearsal_writes_nobody(offer):
    excluded("G1", dry_run=True)
    assert not Message.objects.filter(kind="holder_excluded").exists()


def test_before_the_offer_is_opened_nobody_has_been_told_of_it_and_no_letter_goes_out(maya):
    plain = terms("TEST", commences_at=COMMENCES_AT, expires_at=EXPIRES_AT, is_replay=True)
    value(load_offer(plain=plain, documents=[], actor="hr", at=COMMENCES_AT - 5 * DAY))
    lifted(excluded("G1", at=COMMENCES_AT - 4 * DAY), at=COMMENCES_AT - 3 * DAY)
    assert not Message.objects.exists()


def test_when_it_is_lifted_the_holder_hears_from_when(offer):
    lifted(excluded("G1"))
    told = letter("exclusion_lifted")
    assert "10 July 2003" in told.text
    assert "12 July 2003" in told.text


def test_the_letter_that_still_waits_is_called_back_when_it_is_lifted(offer):
    first, other = excluded("G1"), excluded("G2")
    lifted(first)
    found = Message.objects.filter(kind="holder_excluded").values_list("key", "state", "last_error")
    assert set(found) == {
        (f"holder_excluded:TEST:{first.number}", State.CANCELLED, "HoldsNoMore"),
        (f"holder_excluded:TEST:{other.number}", State.QUEUED, ""),
    }


# The deadline in their calendar


def entry(message):
    """How the letter's calendar file goes about it, and the one entry."""
    file = Calendar.from_ical(message.calendar)
    [event] = file.walk("VEVENT")
    return str(file["method"]), event


def test_whoever_is_excluded_has_no_deadline_in_their_calendar_any_more(offer):
    _method, opened = entry(letter("offer_opened"))
    excluded()
    told = letter("holder_excluded")
    method, taken = entry(told)
    assert (method, taken["status"], taken["uid"]) == ("CANCEL", "CANCELLED", opened["uid"])
    assert taken["sequence"] > opened["sequence"]
    assert "takes the deadline off your calendar" in told.text
    assert "terminated" not in taken["summary"]


def test_with_one_option_of_two_excluded_the_deadline_stays_and_with_the_last_it_goes(offer):
    excluded("G1")
    excluded("G2", at=AT + DAY)
    first, last = Message.objects.filter(kind="holder_excluded").order_by("queued_at")
    assert first.calendar == ""
    assert "calendar" not in first.text + first.html
    assert "The offer reaches no other option of yours." not in first.text
    assert entry(last)[0] == "CANCEL"
    assert "The offer reaches no other option of yours." in last.text


def test_the_letter_that_lifts_it_brings_the_deadline_back_over_what_took_it_away(offer):
    row = excluded()
    _method, taken = entry(letter("holder_excluded"))
    lifted(row)
    told = letter("exclusion_lifted")
    method, back = entry(told)
    assert (method, back["uid"], back["dtstart"].dt) == ("PUBLISH", taken["uid"], EXPIRES_AT)
    assert back["sequence"] > taken["sequence"]
    assert f"The offer expires: {instant_text(EXPIRES_AT, ZONE)}" in told.text


def test_what_comes_after_the_lifting_replaces_its_entry_in_turn(offer):
    lifted(excluded())
    _method, back = entry(letter("exclusion_lifted"))
    extend(offer, LATER, at=AT + 2 * DAY)
    _method, extended = entry(letter("offer_extended"))
    value(terminate_offer(code="TEST", reason="A condition.", actor=ACTOR, at=AT + 3 * DAY))
    _method, ended = entry(letter("offer_terminated"))
    assert back["sequence"] < extended["sequence"] < ended["sequence"]


def test_whoever_tendered_before_is_told_of_an_extension_that_it_would_not_be_accepted(offer, maya):
    submit(offer, maya, election(maya), AT)
    excluded()
    extend(offer, LATER, at=AT + 6 * DAY)  # it has begun
    told = letter("offer_extended")
    assert "what you tendered would not be accepted" in told.text
    assert "You may withdraw it until the company accepts" in told.text
    assert "Your election stands" not in told.text
    assert entry(told)[0] == "CANCEL"


def test_a_lifting_that_still_waits_is_told_again_with_the_new_deadline(offer):
    lifted(excluded())
    extend(offer, LATER, at=AT + 2 * DAY)
    first, again = Message.objects.filter(kind="exclusion_lifted").order_by("queued_at")
    assert (first.state, again.state) == (State.CANCELLED, State.QUEUED)
    assert instant_text(LATER, ZONE) in again.text
    assert instant_text(EXPIRES_AT, ZONE) not in again.text
    assert entry(again)[1]["dtstart"].dt == LATER


@pytest.mark.parametrize("reason", ["the offer has expired", "another exclusion stands"])
def test_a_lifting_names_no_deadline_where_there_is_none_to_keep(offer, reason):
    row = excluded("G1")
    excluded(at=AT + timedelta(hours=1))
    last = excluded("G2", at=AT + timedelta(hours=2)) if reason == "another exclusion stands" else row
    lifted(last, at=EXPIRES_AT if reason == "the offer has expired" else AT + DAY)
    told = letter("exclusion_lifted")
    assert (told.names_deadline, told.calendar) == (None, "")
    assert "you may sign" not in told.text


def test_a_lifting_that_still_waits_when_the_offer_ends_does_not_go_out(offer):
    lifted(excluded())
    value(terminate_offer(code="TEST", reason="A condition.", actor=ACTOR, at=AT + 2 * DAY))
    assert letter("exclusion_lifted").state == State.CANCELLED

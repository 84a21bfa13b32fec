"""The calendar file that goes with a letter about the deadline: one entry, replaced by the next."""

from datetime import date, timedelta
from email.utils import parseaddr

import pytest
from django.conf import settings
from django.core import mail
from icalendar import Calendar

from exchange.elections.actions import terminate_offer, waive_condition
from exchange.interchange.calendars import dates_calendar
from exchange.notices.delivery import send_message
from exchange.notices.models import Message
from exchange.offers.reads import load
from exchange.offers.waiving import record_condition
from exchange.people.models import EmploymentEvent, Holder
from exchange.settlement.dates import dates_of
from exchange.settlement.reads import HolderOutcome
from tests.support.world import (
    ACTOR,
    COMMENCES_AT,
    EXPIRES_AT,
    OVERRIDES,
    a_grant,
    a_holder,
    amend,
    an_offer,
    election,
    extend,
    submit,
    value,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
LATER = EXPIRES_AT + timedelta(hours=12)


@pytest.fixture
def offer():
    a_grant(a_holder("E1", legal_name="Maya Okafor"), "E1-1")
    return an_offer()


def entry(kind):
    file = Calendar.from_ical(Message.objects.get(kind=kind).calendar)
    assert file["method"] == "PUBLISH"
    [event] = file.walk("VEVENT")
    return event


def test_the_letter_that_it_is_open_brings_the_deadline_in_its_zone(offer):
    event = entry("offer_opened")
    assert event["dtstart"].dt == EXPIRES_AT
    assert event["dtstart"].params["TZID"] == "America/Los_Angeles"
    assert event["sequence"] == 0
    assert "5:00 p.m. Pacific Time" in event["description"]
    assert Calendar.from_ical(Message.objects.get(kind="offer_opened").calendar).walk("VTIMEZONE")


def test_an_extension_replaces_it(offer):
    before = entry("offer_opened")
    extend(offer, LATER, at=COMMENCES_AT + DAY)
    after = entry("offer_extended")
    assert after["uid"] == before["uid"]
    assert before["sequence"] < after["sequence"]
    assert after["dtstart"].dt == LATER
    assert after["dtstamp"].dt > before["dtstamp"].dt


def test_an_amendment_that_moves_nothing_keeps_it(offer):
    value(amend(offer, COMMENCES_AT + DAY, classification="immaterial", change="x", offer_terms={"title": "Another"}))
    event = entry("offer_amended")
    assert (event["uid"], event["dtstart"].dt) == (entry("offer_opened")["uid"], EXPIRES_AT)


def test_an_amendment_that_reaches_none_of_their_options_takes_it_away_and_a_later_one_brings_it_back(offer):
    change = {"classification": "amount", "change": "x"}
    value(amend(offer, COMMENCES_AT + DAY, **change, eligibility={"minimum_exercise_price": "9000.00"}))
    value(amend(offer, COMMENCES_AT + 2 * DAY, **change, eligibility={"minimum_exercise_price": "2.00"}))
    away, back = (Calendar.from_ical(m.calendar) for m in Message.objects.filter(kind="offer_amended"))
    assert (away["method"], back["method"]) == ("CANCEL", "PUBLISH")
    [taken], [kept] = away.walk("VEVENT"), back.walk("VEVENT")
    assert (taken["uid"], taken["status"]) == (kept["uid"], "CANCELLED")
    assert entry("offer_opened")["sequence"] < taken["sequence"] < kept["sequence"]


def waived(at, *, to=None):
    facts = {
        "condition": "Section 7(c)",
        "facts": "It fell.",
        "evidence": "The index.",
        "occurred_on": date(2003, 7, 1),
    }
    event = value(record_condition(code="TEST", actor=ACTOR, at=at, **facts))
    said = {"is_material": True, "reason": "It recovered.", "actor": ACTOR, "overrides": OVERRIDES}
    value(waive_condition(code="TEST", condition=event.pk, to=to, at=at, **said))


def test_a_waiver_that_moves_the_deadline_replaces_it_too(offer):
    waived(EXPIRES_AT - DAY, to=LATER)
    event = entry("condition_waived")
    before = entry("offer_opened")
    assert (event["uid"], event["dtstart"].dt) == (before["uid"], LATER)
    assert event["sequence"] > before["sequence"]
    assert "as a file for your calendar" in Message.objects.get(kind="condition_waived").text


def test_a_waiver_takes_it_from_whom_the_offer_reaches_no_more(offer):
    """A cancellation of the same sequence as what it cancels is one that a calendar passes over."""
    maya = Holder.objects.get()
    submit(offer, maya, election(maya), COMMENCES_AT + DAY)
    left = {"event": "terminated", "value": "", "position": 1}
    EmploymentEvent.objects.create(holder=maya, effective_on=(COMMENCES_AT + 2 * DAY).date(), **left)
    waived(COMMENCES_AT + 8 * DAY)
    file = Calendar.from_ical(Message.objects.get(kind="condition_waived").calendar)
    [taken] = file.walk("VEVENT")
    assert file["method"] == "CANCEL"
    assert taken["sequence"] > entry("offer_opened")["sequence"]


def test_a_waiver_after_the_deadline_brings_none_and_says_nothing_of_one(offer):
    waived(EXPIRES_AT + timedelta(minutes=1))
    letter = Message.objects.get(kind="condition_waived")
    assert letter.calendar == ""
    assert "calendar" not in letter.text + letter.html


def test_the_portals_file_has_the_same_entry(offer):
    loaded = load(offer)
    facts = dates_of(loaded, HolderOutcome(None), COMMENCES_AT + DAY)
    whole = dates_calendar(
        facts, code="TEST", company="C", zone=loaded.zone, url="https://x.example", stamped_at=COMMENCES_AT
    )
    assert entry("offer_opened")["uid"] in {event["uid"] for event in Calendar.from_ical(whole).walk("VEVENT")}


def test_it_goes_out_as_a_file_that_a_calendar_takes(offer):
    message = Message.objects.get(kind="offer_opened")
    send_message(message_id=message.pk, at=COMMENCES_AT + DAY)
    [sent] = mail.outbox
    [part] = [part for part in sent.message().walk() if part.get_content_type() == "text/calendar"]
    assert part.get_param("method") == "PUBLISH"
    assert part.get_filename() == "deadline.ics"
    raw = part.get_payload(decode=True).decode()
    assert [one["uid"] for one in Calendar.from_ical(raw).walk("VEVENT")] == [entry("offer_opened")["uid"]]


def test_the_letter_that_it_is_terminated_takes_it_back(offer):
    extend(offer, LATER, at=COMMENCES_AT + DAY)
    value(terminate_offer(code="TEST", reason="A condition.", actor=ACTOR, at=COMMENCES_AT + 2 * DAY))
    message = Message.objects.get(kind="offer_terminated")
    file = Calendar.from_ical(message.calendar)
    [taken] = file.walk("VEVENT")
    last = entry("offer_extended")
    assert (file["method"], taken["status"]) == ("CANCEL", "CANCELLED")
    assert taken["uid"] == last["uid"]
    assert taken["sequence"] > last["sequence"]
    assert (taken["dtstart"].dt, taken["dtstamp"].dt) == (LATER, COMMENCES_AT + 2 * DAY)
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    assert taken["organizer"] == last["organizer"] == f"mailto:{sender}"  # whose entry it is may take it away
    send_message(message_id=message.pk, at=COMMENCES_AT + 2 * DAY)
    [part] = [part for part in mail.outbox[-1].message().walk() if part.get_content_type() == "text/calendar"]
    assert part.get_param("method") == "CANCEL"
    assert "takes the deadline off your calendar" in mail.outbox[-1].body


def test_a_letter_about_something_else_brings_none(offer):
    maya = Holder.objects.get()
    submit(offer, maya, election(maya), COMMENCES_AT + DAY)
    assert Message.objects.get(kind="election_received").calendar == ""

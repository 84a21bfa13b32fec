"""Reminders go out once each, at 09:00 in the offer's zone, so many business days before the deadline (domain §8)."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from exchange.cli.demo.seed import seed
from exchange.elections.actions import extend_offer
from exchange.elections.reminders import change_reminder, schedule, send_now, send_reminders
from exchange.elections.tasks import send_reminders as scheduled
from exchange.kernel.calendars import Calendar
from exchange.kernel.results import Done, Refused
from exchange.notices.models import Message
from exchange.offers.actions import Override
from exchange.offers.reads import load, running_offer
from exchange.offers.rules import UNDER_THIRTY_DAYS, reminder_instant

pytestmark = pytest.mark.django_db

START = datetime(2026, 10, 5, 18, 0, tzinfo=UTC)  # the period crosses the end of summer time on 1 November
MICROSECOND = timedelta(microseconds=1)


@pytest.fixture
def offer():
    with time_machine.travel(START, tick=False):
        seed(at=START)
        yield running_offer()


def instant(offer, business_days):
    loaded = load(offer)
    return reminder_instant(loaded.timeline.expires_at, loaded.zone, business_days, Calendar())


def remind(at):
    result = send_reminders(actor="scheduler", at=at)
    assert isinstance(result, Done)
    return result.value


def reminders():
    return Message.objects.filter(kind="reminder")


def test_a_reminder_goes_to_every_eligible_person_at_nine_and_not_a_microsecond_before(offer):
    at = instant(offer, 5)
    assert at.astimezone(ZoneInfo("America/Los_Angeles")).hour == 9
    remind(instant(offer, 10))
    first = reminders().count()
    assert remind(at - MICROSECOND).letters == 0
    assert remind(at).letters == first == 7
    assert remind(at + MICROSECOND).letters == 0


def test_each_reminder_is_sent_once_however_often_the_scheduler_runs(offer):
    for minutes in range(5):
        remind(instant(offer, 10) + timedelta(minutes=minutes))
    assert reminders().count() == 7


def test_after_a_standstill_only_the_latest_reminder_goes_out(offer):
    assert remind(instant(offer, 2) + timedelta(hours=3)).key.endswith(":2")
    assert reminders().count() == 7


def test_the_last_reminder_is_sent_on_the_day_and_none_once_the_deadline_has_come(offer):
    expires_at = load(offer).timeline.expires_at
    assert remind(expires_at).letters == 0
    assert remind(expires_at - MICROSECOND).key.endswith(":0")


def test_the_letter_says_whether_its_reader_has_tendered(offer):
    remind(instant(offer, 10))
    priya = reminders().get(owner_key="holder:L103")
    maya = reminders().get(owner_key="holder:L101")
    assert priya.text != maya.text.replace("Maya Okafor", "Priya Raman")


def test_an_extended_offer_has_its_reminders_anew(offer):
    remind(instant(offer, 0))
    to = load(offer).timeline.expires_at + timedelta(days=7)
    counsel = [Override(UNDER_THIRTY_DAYS, "Counsel has weighed it.")]
    with time_machine.travel(instant(offer, 0) + timedelta(hours=1), tick=False):
        assert isinstance(extend_offer(code=offer.code, to=to, actor="Ruth", at=None, overrides=counsel), Done)
    assert remind(instant(offer, 2)).letters == 7


def test_the_scheduler_passes_a_replay_by():
    seed(at=START, is_replay=True)
    for days in range(40):
        with time_machine.travel(START - timedelta(days=300) + timedelta(days=days), tick=False):
            scheduled()
    assert not reminders().exists()


def change(offer, days, audience, at):
    return change_reminder(code=offer.code, business_days=days, audience=audience, actor="hannah", at=at)


def refused(result):
    assert isinstance(result, Refused)
    return [reason.code for reason in result.reasons]


def test_a_reminder_that_staff_added_goes_to_those_with_no_form_in_force(offer):
    change(offer, 7, "without_form", START)
    assert remind(instant(offer, 7)).letters == 6
    assert "holder:L103" not in {letter.owner_key for letter in reminders()}, "Priya has tendered"
    assert remind(instant(offer, 5)).letters == 7


def test_a_reminder_of_the_terms_is_taken_away_and_given_back_to_others(offer):
    change(offer, 5, "", START)
    assert [planned.business_days for planned in schedule(load(offer))] == [10, 2, 1, 0]
    remind(instant(offer, 10))
    assert remind(instant(offer, 5)).letters == 0
    change(offer, 2, "without_form", START)
    assert [planned.audience for planned in schedule(load(offer)) if planned.business_days == 2] == ["without_form"]


def test_the_schedule_changes_only_for_what_is_still_to_come(offer):
    at = instant(offer, 5)
    assert refused(change(offer, 5, "", at)) == ["reminder_passed"]
    assert isinstance(change(offer, 5, "", at - MICROSECOND), Done)
    assert refused(change(offer, 5, "", at - MICROSECOND)) == ["reminder_unknown"]
    assert refused(change(offer, 2, "everyone", START)) == ["reminder_there"]
    assert refused(change(offer, 31, "everyone", START)) == ["reminder_days_off"]
    assert refused(change(offer, 1, "everyone", load(offer).timeline.expires_at)) == ["offer_not_open"]


def test_one_sent_by_hand_goes_beside_the_schedule_and_each_has_its_own_number(offer):
    at = instant(offer, 5)
    assert remind(at).letters == 7
    first = send_now(code=offer.code, audience="everyone", actor="hannah", at=at + timedelta(hours=1))
    assert isinstance(first, Done)
    assert (first.value.letters, first.value.key.rpartition(":")[2]) == (7, "1")
    again = send_now(code=offer.code, audience="everyone", actor="hannah", at=at + timedelta(hours=2))
    assert isinstance(again, Done)
    assert (again.value.letters, again.value.key.rpartition(":")[2]) == (7, "2")
    assert reminders().count() == 21
    by_hand, scheduled_one = (
        reminders().get(owner_key="holder:L101", key__contains=part) for part in (":now1:", ":5:")
    )
    assert by_hand.text.rpartition("Notice")[0] == scheduled_one.text.rpartition("Notice")[0], "as many days are left"
    expires_at = load(offer).timeline.expires_at
    assert refused(send_now(code=offer.code, audience="everyone", actor="x", at=expires_at)) == ["offer_not_open"]

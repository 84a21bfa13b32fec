"""Reminders go out once each, at 09:00 in the offer's zone, so many business days before the deadline (domain §8)."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from exchange.cli.demo.seed import seed
from exchange.elections.actions import extend_offer
from exchange.elections.reminders import send_reminders
from exchange.elections.tasks import send_reminders as scheduled
from exchange.kernel.calendars import Calendar
from exchange.kernel.results import Done
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

"""Extending, ending and opening while forms arrive: each form is judged by the deadline in force when it is taken.

Each race is first shown to exist, with the offer's lock switched off.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection

from exchange.elections.actions import extend_offer, submit_form, terminate_offer
from exchange.elections.actions import sign as actions
from exchange.elections.models import Form
from exchange.kernel import clock
from exchange.kernel.results import Done, Refused
from exchange.kernel.wording import instant_text
from exchange.notices.models import Message
from exchange.offers import actions as offer_actions
from exchange.offers import amending
from exchange.offers.actions import load_offer, open_offer
from exchange.offers.models import Amendment, Offer
from exchange.offers.reads import load
from exchange.people.models import Holder
from exchange.settlement.actions.accept import accept_tenders
from exchange.settlement.ledger import faults
from tests.support.races import LONGEST, Pause, at_once, meanwhile, unlocked_offer, without_offer_locks
from tests.support.world import (
    ACTOR,
    OVERRIDES,
    a_live_offer,
    amend,
    consent,
    election,
    extend,
    holders_with_grants,
    notice,
    submit,
    terms,
    value,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def offer() -> Offer:
    return a_live_offer(expires_in=timedelta(minutes=1))


def extension(offer: Offer) -> Any:
    to = clock.now() + timedelta(days=3)
    return lambda: extend(offer, to, None)


def just_after_the_deadline(offer: Offer, holder: Holder) -> Any:
    at = offer.events.get(kind="opened").expires_at
    consent(offer, holder, clock.now())
    return lambda: submit(offer, holder, election(holder), at)


@pytest.mark.postgres
def test_without_the_lock_a_form_is_late_although_the_offer_was_extended_before(offer, monkeypatch):
    (holder,) = holders_with_grants(1)
    pause = Pause(moment=LONGEST)
    without_offer_locks(monkeypatch)
    monkeypatch.setattr(offer_actions, "record_event", pause.after(offer_actions.record_event))
    monkeypatch.setattr(actions, "append", pause.ended_after(actions.append))  # its commit waits for the extension's
    extended, received = meanwhile(pause, extension(offer), just_after_the_deadline(offer, holder))
    assert extended.at < received.form.received_at < extended.expires_at
    assert received.judged.defects == ("late",)


def test_a_form_waits_for_an_extension_under_way_and_is_in_time(offer, monkeypatch):
    (holder,) = holders_with_grants(1)
    pause = Pause()
    monkeypatch.setattr(offer_actions, "record_event", pause.after(offer_actions.record_event))
    _extended, received = meanwhile(pause, extension(offer), just_after_the_deadline(offer, holder))
    assert not pause.was_overtaken
    assert received.judged.status == "effective"


def test_an_extension_waits_for_a_form_in_flight_at_the_deadline(offer, monkeypatch):
    (holder,) = holders_with_grants(1)
    pause = Pause()
    monkeypatch.setattr(actions, "append", pause.before(actions.append))
    received, extended = meanwhile(pause, just_after_the_deadline(offer, holder), extension(offer))
    assert not pause.was_overtaken
    # Late by the deadline that stood when it was taken: its signer has been told so, and is asked to sign again.
    assert received.judged.defects == ("late",)
    assert received.form.judgements.count() == 1
    assert extended is not None


def test_an_extension_among_twenty_forms_leaves_a_whole_record(offer):
    holders = holders_with_grants(20)
    works = [just_after_the_deadline(offer, holder) for holder in holders]
    answers = at_once(*works[:10], extension(offer), *works[10:])
    assert not [answer for answer in answers if isinstance(answer, Exception)], answers
    assert list(faults()) == []


def test_a_form_late_by_a_clock_that_is_ahead_stays_late_for_the_deadline_it_missed(offer):
    (holder,) = holders_with_grants(1)
    missed = offer.events.get(kind="opened").expires_at
    received = just_after_the_deadline(offer, holder)()
    extended = extension(offer)()
    assert extended.at < received.form.received_at < extended.expires_at
    told = [letter.text for letter in Message.objects.filter(kind="form_late")]
    assert told
    assert all(instant_text(missed, load(offer).terms.time_zone) in text for text in told)
    assert list(faults()) == []


# Amending


def amendment(offer: Offer) -> Any:
    return lambda: value(amend(offer, None, new_award={"term_years": 9}))


def on_the_first_version(offer: Offer, holder: Holder) -> Any:
    return lambda: submit_form(
        code=offer.code, holder=holder, submission=election(holder, version=1), actor=ACTOR, at=clock.now()
    )


@pytest.mark.postgres
def test_without_the_lock_a_form_made_on_the_old_version_is_stored_after_the_amendment(offer, monkeypatch):
    (holder,) = holders_with_grants(1)
    consent(offer, holder, clock.now())
    pause = Pause(moment=LONGEST)
    without_offer_locks(monkeypatch)
    monkeypatch.setattr(actions, "append", pause.before(actions.append))
    received, amended = meanwhile(pause, on_the_first_version(offer, holder), amendment(offer))
    assert pause.was_overtaken
    stored = Form.objects.get().content()
    assert isinstance(received, Done)
    assert (stored["offer_version"], amended.amendment.version.number) == (1, 2)
    event, step = Form.objects.get().event, amended.amendment.version.event
    assert event.pk > step.pk


def test_an_amendment_waits_for_a_form_in_flight_and_its_letter_knows_of_it(offer, monkeypatch):
    (holder,) = holders_with_grants(1)
    consent(offer, holder, clock.now())
    pause = Pause()
    monkeypatch.setattr(actions, "append", pause.before(actions.append))
    received, amended = meanwhile(pause, on_the_first_version(offer, holder), amendment(offer))
    assert not pause.was_overtaken
    assert received.value.judged.status == "effective"
    assert Form.objects.get().event.pk < amended.amendment.version.event.pk
    assert "What you signed stands" in Message.objects.get(kind="offer_amended").text


def test_a_form_waits_for_an_amendment_under_way_and_is_refused_on_the_old_version(offer, monkeypatch):
    (holder,) = holders_with_grants(1)
    consent(offer, holder, clock.now())
    pause = Pause()
    monkeypatch.setattr(amending, "record_event", pause.after(amending.record_event))
    _amended, received = meanwhile(pause, amendment(offer), on_the_first_version(offer, holder))
    assert not pause.was_overtaken
    assert [reason.code for reason in received.reasons] == ["offer_amended"]
    assert not Form.objects.exists()


def test_two_amendments_at_once_make_one_version_each_or_one_does_nothing(offer):
    answers = at_once(amendment(offer), amendment(offer))
    assert not [answer for answer in answers if isinstance(answer, Exception)], answers
    assert offer.versions.count() == 2
    assert Amendment.objects.count() == 1


# The clock is read once the lock is held


def held_locks() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT mode FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND granted "
            "AND pid = pg_backend_pid()",
            [0x0FFE],
        )
        return {mode for (mode,) in cursor.fetchall()}


@pytest.fixture
def locks_at_reading(monkeypatch) -> list[set[str]]:
    """The offer's locks that this connection held at each reading of the clock by an action."""
    seen: list[set[str]] = []

    def reading() -> datetime:
        seen.append(held_locks())
        return datetime.now(UTC)

    monkeypatch.setattr(clock, "now", reading)
    return seen


@pytest.mark.postgres
def test_extending_amending_ending_and_accepting_read_the_clock_under_the_exclusive_lock(offer, locks_at_reading):
    to = datetime.now(UTC) + timedelta(days=3)
    value(extend_offer(code=offer.code, to=to, actor=ACTOR, at=None, overrides=OVERRIDES))
    value(amend(offer, None, new_award={"term_years": 9}))
    accept_tenders(code=offer.code, attested=True, leave_undecided=True, actor=ACTOR, at=None)
    value(terminate_offer(code=offer.code, reason="A test.", actor=ACTOR, at=None))
    assert locks_at_reading
    assert all("ExclusiveLock" in held for held in locks_at_reading)


@pytest.mark.postgres
def test_a_notice_reads_the_clock_under_the_shared_lock(offer, locks_at_reading):
    (holder,) = holders_with_grants(1)
    consent(offer, holder, clock.now())
    locks_at_reading.clear()
    value(submit_form(code=offer.code, holder=holder, submission=notice(holder), actor=ACTOR, at=None))
    assert locks_at_reading
    assert all(held == {"ShareLock"} for held in locks_at_reading)


# Two offers opened at once


def a_draft(code: str) -> Any:
    now = clock.now()
    plain = terms(code, commences_at=now, expires_at=now + timedelta(days=29), is_replay=False)
    value(load_offer(plain=plain, actor=ACTOR, at=now))
    return lambda: open_offer(code=code, actor=ACTOR, at=now, overrides=OVERRIDES)


@pytest.mark.postgres
def test_without_the_lock_two_offers_opened_at_once_collide(monkeypatch):
    first, second = a_draft("FIRST"), a_draft("SECOND")
    pause = Pause(moment=LONGEST)
    without_offer_locks(monkeypatch)
    monkeypatch.setattr(offer_actions, "locked_offer", unlocked_offer)
    monkeypatch.setattr(offer_actions, "record_event", pause.before(offer_actions.record_event))
    found_none = pause.ended_after(offer_actions.reads.running_offer)  # next it waits for the other's row
    monkeypatch.setattr(offer_actions.reads, "running_offer", found_none)
    answers = meanwhile(pause, first, second)
    assert [type(answer) for answer in answers if isinstance(answer, Exception)] == [IntegrityError]


def test_of_two_offers_opened_at_once_the_second_is_refused(monkeypatch):
    first, second = a_draft("FIRST"), a_draft("SECOND")
    pause = Pause()
    monkeypatch.setattr(offer_actions, "record_event", pause.before(offer_actions.record_event))
    opened, refused = meanwhile(pause, first, second)
    assert isinstance(opened, Done)
    assert isinstance(refused, Refused)
    assert [reason.code for reason in refused.reasons] == ["another_offer_running"]

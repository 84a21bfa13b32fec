"""Who is excluded from a running offer, or with one option, gets a letter that says so; and another when it ends."""

from datetime import date, timedelta

import pytest

from exchange.notices.models import Message, State
from exchange.offers.actions import load_offer
from exchange.offers.excluding import exclude, lift_exclusion
from tests.support.world import COMMENCES_AT, EXPIRES_AT, a_grant, a_holder, an_offer, terms, value

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
AT = COMMENCES_AT + 10 * DAY
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
    assert told.names_deadline is None  # an extension does not call it back


def test_the_letter_that_still_waits_is_called_back_when_it_is_lifted(offer):
    first, other = excluded("G1"), excluded("G2")
    lifted(first)
    states = dict(Message.objects.filter(kind="holder_excluded").values_list("key", "state"))
    assert states == {
        f"holder_excluded:TEST:{first.number}": State.CANCELLED,
        f"holder_excluded:TEST:{other.number}": State.QUEUED,
    }

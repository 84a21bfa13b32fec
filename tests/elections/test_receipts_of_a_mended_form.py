"""A paper form is confirmed once, however often its entry is mended: by the first letter that told its sender."""

from datetime import timedelta
from typing import Any

import pytest

from exchange.elections.confirmations import owed, receipts
from exchange.elections.everyone import everyone
from exchange.notices.models import Message, State
from exchange.offers.reads import ended_by, load
from exchange.settlement.actions.accept import accept_tenders
from tests.elections.test_mending_a_transcription import MENDED_AT, RECEIVED, as_it_reads, entered, mended
from tests.support.world import ACTOR, EXPIRES_AT, a_grant, a_holder, an_offer, value

pytestmark = pytest.mark.django_db
SOON, LATER = RECEIVED + timedelta(hours=1), EXPIRES_AT + timedelta(days=30)


@pytest.fixture
def offer() -> Any:
    return an_offer()


@pytest.fixture
def ana(offer: Any) -> Any:
    holder = a_holder("E1", legal_name="Ana Lopes", name_on_agreement="Ana Lopes")
    a_grant(holder, "G1")
    a_grant(holder, "G2", shares_granted=500)
    return holder


def sent(kind: str, at: Any, **of: Any) -> None:
    assert Message.objects.filter(kind=kind, **of).update(state=State.SENT, sent_at=at) == 1


def counted(offer: Any) -> tuple[int, int, int]:
    found = receipts(load(offer), LATER)
    return found.in_time, found.late, found.waiting


def test_the_first_letter_confirms_it_and_the_one_of_the_mend_owes_nothing_more(offer: Any, ana: Any) -> None:
    form = entered(offer, ana)
    sent("election_received", SOON)
    mended(form, as_it_reads(form, *ana.grants.all()))
    assert Message.objects.get(kind="form_mended").state == State.QUEUED
    assert (owed(load(offer)), counted(offer)) == ([], (1, 0, 0))
    sent("form_mended", LATER)
    assert counted(offer) == (1, 0, 0)


def test_mended_before_its_receipt_went_out_the_letter_of_the_mend_is_what_confirms_it(offer: Any, ana: Any) -> None:
    form = entered(offer, ana)
    mended(form, as_it_reads(form, *ana.grants.all()))
    (waiting,) = owed(load(offer))
    assert (waiting.number, counted(offer)) == ("P-1.2", (0, 0, 1))
    sent("form_mended", MENDED_AT)
    assert (owed(load(offer)), counted(offer)) == ([], (1, 0, 0))


def test_what_the_wrong_person_was_told_confirms_nothing_to_the_right_one(offer: Any, ana: Any) -> None:
    ben = a_holder("E2", legal_name="Ben Ode", name_on_agreement="Ben Ode")
    own = a_grant(ben, "G9")
    form = entered(offer, ana)
    sent("election_received", SOON)
    mended(form, as_it_reads(form, own, employee_number="E2", signature_name="Ben Ode"))
    sent("form_mended", SOON, owner_key="holder:E1")
    assert counted(offer) == (0, 0, 1)
    sent("form_mended", LATER, owner_key="holder:E2")
    assert counted(offer) == (0, 1, 0)


def test_after_acceptance_the_figures_keep_the_entry_that_was_accepted(offer: Any, ana: Any) -> None:
    form = entered(offer, ana)
    at = EXPIRES_AT + timedelta(hours=16)
    value(accept_tenders(code=offer.code, attested=True, leave_undecided=False, actor=ACTOR, at=at))
    entry = mended(form, as_it_reads(form, signature_name=""), at)
    mended(entry, as_it_reads(entry, signature_name="", address="1 New Street"), at)
    assert everyone(offer, ended_by=ended_by(load(offer))).statuses == ["effective"]

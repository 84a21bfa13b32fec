"""Domain §2, §4: a paper form is received at the instant that is written on it; copied wrongly, that is mended too.

It cures no lateness: two people read on the scan when the form came, and it is judged by that.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command

from exchange.elections.models import Form
from exchange.elections.reads import forms_of
from exchange.elections.records import submission_of
from exchange.elections.rules import Signed
from exchange.elections.scans import attach_scan
from exchange.interchange.export import results
from exchange.kernel import clock
from exchange.notices.models import Message
from exchange.offers.models import CounselFlag
from exchange.settlement.actions.accept import accept_tenders
from tests.elections.test_mending_a_transcription import (
    HANNAH,
    PDF,
    codes,
    confirmed,
    entered,
    in_force,
    mended,
    prepare_mend,
    prepared,
)
from tests.support.world import (
    ACTOR,
    EXPIRES_AT,
    a_grant,
    a_holder,
    a_live_offer,
    an_offer,
    election,
    notice,
    paper,
    record,
    value,
)

pytestmark = pytest.mark.django_db
EIGHT_BEFORE, TWO_AFTER = EXPIRES_AT - timedelta(minutes=8), EXPIRES_AT + timedelta(minutes=2)
NEXT_DAY = EXPIRES_AT + timedelta(hours=15)
SIGNED = Signed(at=EXPIRES_AT - timedelta(hours=2))


@pytest.fixture
def offer() -> Any:
    return an_offer()


@pytest.fixture
def ana(offer: Any) -> Any:
    holder = a_holder("E1", legal_name="Ana Lopes", name_on_agreement="Ana Lopes")
    a_grant(holder, "G1")
    return holder


def typed(offer: Any, wanted: Any, at: datetime, *, recorded_at: datetime = NEXT_DAY) -> Form:
    """A paper form with a scan, recorded the next morning with this instant received."""
    record(offer, [replace(wanted, received_at=at, signed=SIGNED)], recorded_at)
    form = Form.objects.get(number=wanted.number)
    value(attach_scan(form=form, file=PDF, actor=HANNAH, at=recorded_at))
    return form


def came(form: Form, at: datetime) -> Any:
    """What the paper says: the same, received at another instant."""
    return replace(submission_of(form), received_at=at)


def test_a_form_that_came_in_time_and_was_typed_as_late_counts(offer: Any, ana: Any) -> None:
    form = typed(offer, paper(election(ana), "P-1", TWO_AFTER), TWO_AFTER)
    assert form.judgements.get().defects == '["late"]'
    mend = prepared(form, came(form, EIGHT_BEFORE), NEXT_DAY)
    assert in_force(offer, ana) == ("", []), "nothing counts until a second person has seen the scan"
    entry = confirmed(mend, NEXT_DAY)
    assert (entry.received_at, Form.objects.get(number="P-1").received_at) == (EIGHT_BEFORE, TWO_AFTER)
    assert in_force(offer, ana) == ("P-1.2", ["G1"])
    assert results(offer)["forms"][0]["status"] == "effective"
    letter = Message.objects.get(kind="form_mended")
    assert "Received: copied as “24 July 2003, 5:02 p.m. Pacific Time" in letter.text
    call_command("verify_ledger")


def test_a_form_that_came_late_and_was_typed_as_in_time_does_not(offer: Any, ana: Any) -> None:
    form = typed(offer, paper(election(ana), "P-1", EIGHT_BEFORE), EIGHT_BEFORE)
    assert in_force(offer, ana) == ("P-1", ["G1"])
    mended(form, came(form, EXPIRES_AT), NEXT_DAY)
    assert in_force(offer, ana) == ("", [])
    assert results(offer)["forms"][0]["defects"] == ["late"]
    call_command("verify_ledger")


def test_nothing_is_received_after_it_was_recorded() -> None:
    offer = a_live_offer()
    ben = a_holder("E2", legal_name="Ben Ode", name_on_agreement="Ben Ode")
    a_grant(ben, "G2")
    at = clock.now()
    form = entered(offer, ben, received_at=at, signed=Signed(at=at))
    said = {"code": offer.code, "number": "P-1", "reason": "So.", "actor": HANNAH, "at": at + timedelta(seconds=30)}
    refused = prepare_mend(wanted=came(form, form.recorded_at + timedelta(microseconds=1)), **said)
    assert codes(refused) == ["mend_received_after_recorded"]
    value(prepare_mend(wanted=came(form, at - timedelta(microseconds=1)), **said))


def test_in_a_replay_whose_clock_stands_a_form_came_when_the_paper_says(offer: Any, ana: Any) -> None:
    form = typed(offer, paper(election(ana), "P-1", TWO_AFTER), TWO_AFTER, recorded_at=EXPIRES_AT - timedelta(days=9))
    entry = mended(form, came(form, EIGHT_BEFORE), NEXT_DAY)
    assert in_force(offer, ana) == (entry.number, ["G1"])
    call_command("verify_ledger")


def test_a_form_moved_before_a_signed_notice_is_withdrawn_by_it_though_the_notice_found_nothing(
    offer: Any, ana: Any
) -> None:
    """The Notice was rejected, as nothing had been tendered when it came; it is a signed Notice all the same."""
    at = EXPIRES_AT - timedelta(hours=1)
    form = typed(offer, paper(election(ana), "P-1", EIGHT_BEFORE), EIGHT_BEFORE)
    record(offer, [replace(paper(notice(ana), "N-1", at), signed=SIGNED)], NEXT_DAY)
    assert Form.objects.get(number="N-1").judgements.get().defects == '["nothing_tendered"]'
    assert in_force(offer, ana) == ("P-1", ["G1"])
    mended(form, came(form, at - timedelta(minutes=1)), NEXT_DAY)
    assert in_force(offer, ana) == ("", [])


def test_a_form_moved_after_a_notice_tenders_again(offer: Any, ana: Any) -> None:
    at = EXPIRES_AT - timedelta(minutes=30)
    early = typed(offer, paper(election(ana), "P-1", at - timedelta(minutes=30)), at - timedelta(minutes=30))
    record(offer, [replace(paper(notice(ana), "N-1", at), signed=Signed(at=at))], NEXT_DAY)
    assert in_force(offer, ana) == ("N-1", [])
    mended(early, replace(came(early, EIGHT_BEFORE), signed=Signed(at=EIGHT_BEFORE)), NEXT_DAY)
    assert in_force(offer, ana) == ("P-1.2", ["G1"])


def test_after_acceptance_it_changes_nothing_and_goes_before_counsel(offer: Any, ana: Any) -> None:
    form = typed(offer, paper(election(ana), "P-1", TWO_AFTER), TWO_AFTER)
    at = EXPIRES_AT + timedelta(hours=16)
    value(accept_tenders(code=offer.code, attested=True, leave_undecided=False, actor=ACTOR, at=at))
    entry = mended(form, came(form, EIGHT_BEFORE), at)
    assert entry.judgements.latest("number").status == "effective"
    assert results(offer)["cancelled"] == {}
    assert results(offer)["forms"][0]["defects"] == ["late"], "the export says what was accepted"
    assert [flag.kind for flag in CounselFlag.objects.all()] == ["mended_after_the_end"]
    call_command("verify_ledger")


def test_acceptance_sees_a_form_where_its_newest_entry_says_that_it_came(offer: Any, ana: Any) -> None:
    """Of two forms of one instant the first recorded keeps its place, also seen from before its first entry came."""
    at = EXPIRES_AT - timedelta(hours=1)
    form = entered(offer, ana, received_at=EIGHT_BEFORE, signed=SIGNED)
    record(offer, [replace(paper(election(ana), "P-2", at), signed=Signed(at=at))], NEXT_DAY)
    mended(form, came(form, at), NEXT_DAY)
    whole = forms_of(offer, ana)
    seen = whole.received_before(EIGHT_BEFORE)
    assert [found.number for found in seen.forms] == [found.number for found in whole.forms] == ["P-1.2", "P-2"]
    assert seen.form_in_force == whole.form_in_force

"""A waiver while a form comes in, a cure while the holder sends another, two who decide at once: one comes first."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from exchange.elections.actions import confirm_mend, decide, decide_defect, prepare_mend, receive, record_forms
from exchange.elections.models import Form
from exchange.elections.models.decisions import Decision
from exchange.elections.reads import forms_of
from exchange.elections.records import submission_of
from exchange.elections.rules import Signed
from exchange.elections.scans import ScanFile, attach_scan, open_scan
from exchange.kernel import clock, locks
from exchange.kernel.results import Refused
from exchange.offers.actions import check_not_before_latest
from exchange.offers.models import Offer
from exchange.people.models import Holder
from exchange.settlement.ledger import faults
from tests.support.races import LONGEST, Pause, at_once, meanwhile
from tests.support.world import (
    ACTOR,
    a_live_offer,
    election,
    holders_with_grants,
    notice,
    paper,
    record,
    submit,
    value,
)

pytestmark = pytest.mark.django_db(transaction=True)


def undated(holder: Holder, number: str) -> Any:
    return replace(paper(election(holder), number, clock.now() - timedelta(hours=1)), signed=Signed())


@pytest.fixture
def offer() -> Offer:
    return a_live_offer()


def deciding(offer: Offer, verdict: str, number: str = "F1") -> Any:
    said = {"code": offer.code, "number": number, "defect": "undated", "reason": "a test", "actor": ACTOR}
    return lambda: decide_defect(verdict=verdict, at=None, **said)


def recording(offer: Offer, submission: Any) -> Any:
    return lambda: record_forms(code=offer.code, submissions=[submission], actor=ACTOR, at=None)


def confirming_a_new_entry(offer: Offer, number: str) -> Any:
    """Two people's mend of a form's address, up to the second one's word."""
    form, other = Form.objects.get(number=number), "staff:owen@company.example"
    scan = value(attach_scan(form=form, file=ScanFile(b"%PDF-1.7 it", "application/pdf"), actor=ACTOR, at=clock.now()))
    wanted = replace(submission_of(form), address="12 Foundry Way")
    asked = prepare_mend(code=offer.code, number=number, wanted=wanted, reason="Misread.", actor=ACTOR, at=None)
    value(open_scan(scan=scan, actor=other, at=clock.now()))
    return lambda: confirm_mend(mend=value(asked).mend, actor=other, at=None)


@pytest.mark.postgres
def test_without_the_lock_a_decision_meets_an_entry_that_was_mended_meanwhile(offer, monkeypatch):
    (ana,) = holders_with_grants(1)
    record(offer, [undated(ana, "F1")], None)
    confirming, pause = confirming_a_new_entry(offer, "F1"), Pause(moment=LONGEST)
    monkeypatch.setattr(locks, "own", lambda name: None)
    monkeypatch.setattr(decide, "locked_holders", pause.before(decide.locked_holders))
    answer, _mended = meanwhile(pause, deciding(offer, "cure"), confirming)
    assert pause.was_overtaken
    assert isinstance(answer, KeyError)


def test_a_decision_comes_before_a_new_entry_which_takes_it_along(offer, monkeypatch):
    (ana,) = holders_with_grants(1)
    record(offer, [undated(ana, "F1")], None)
    confirming, pause = confirming_a_new_entry(offer, "F1"), Pause()
    monkeypatch.setattr(decide, "locked_holders", pause.before(decide.locked_holders))
    answers = meanwhile(pause, deciding(offer, "cure"), confirming)
    assert not pause.was_overtaken
    assert not [answer for answer in answers if isinstance(answer, Refused | Exception)]
    assert sorted(Decision.objects.values_list("form__number", flat=True)) == ["F1", "F1.2"]
    assert forms_of(offer, ana).form_in_force.number == "F1.2"
    assert list(faults()) == []


@pytest.mark.postgres
def test_without_the_lock_a_waiver_passes_a_form_in_flight_by(offer, monkeypatch):
    ana, ben = holders_with_grants(2)
    record(offer, [undated(ana, "F1")], None)
    pause = Pause(moment=LONGEST)
    monkeypatch.setattr(locks, "share_offer", lambda code: None)
    # The last step before a batch is written, by when it has asked for the waivers; its chain is not locked yet.
    monkeypatch.setattr(receive, "flags_after_acceptance", pause.before(receive.flags_after_acceptance))
    meanwhile(pause, recording(offer, undated(ben, "F2")), deciding(offer, "waive"))
    assert pause.was_overtaken
    assert forms_of(offer, ben).form_in_force is None
    assert "form F2: the waiver of undated does not reach it" in list(faults())


def test_a_waiver_waits_for_a_form_in_flight_and_reaches_it(offer, monkeypatch):
    ana, ben = holders_with_grants(2)
    record(offer, [undated(ana, "F1")], None)
    pause = Pause()
    monkeypatch.setattr(receive, "flags_after_acceptance", pause.before(receive.flags_after_acceptance))
    meanwhile(pause, recording(offer, undated(ben, "F2")), deciding(offer, "waive"))
    assert not pause.was_overtaken
    assert forms_of(offer, ben).form_in_force.number == "F2"
    assert list(faults()) == []


def test_a_form_that_comes_while_an_earlier_one_is_cured_waits(offer, monkeypatch):
    (ana,) = holders_with_grants(1)
    record(offer, [undated(ana, "F1")], None)
    pause = Pause()
    monkeypatch.setattr(decide, "check_not_before_latest", pause.before(check_not_before_latest))
    sent = notice(ana, against="F1")
    meanwhile(pause, deciding(offer, "cure"), lambda: submit(offer, ana, sent, None))
    assert not pause.was_overtaken
    assert forms_of(offer, ana).form_in_force.kind == "withdrawal"
    assert list(faults()) == []


def test_of_two_who_decide_at_once_one_is_told(offer):
    (ana,) = holders_with_grants(1)
    record(offer, [undated(ana, "F1")], None)
    answers = at_once(deciding(offer, "cure"), deciding(offer, "reject"))
    assert sorted(isinstance(answer, Refused) for answer in answers) == [False, True]
    assert Decision.objects.count() == 1

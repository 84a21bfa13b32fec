"""Domain §4: what a holder withdrew by a signed Notice does not come back when the form before it is mended.

The Notice found nothing to withdraw only because another form, copied wrongly, had withdrawn it already.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from exchange.elections.actions import confirm_mend, prepare_mend
from exchange.elections.everyone import everyone
from exchange.elections.models import Form
from exchange.elections.reads import forms_of
from exchange.elections.records import Submission, submission_of
from exchange.elections.scans import ScanFile, attach_scan, open_scan
from exchange.grants.models import Cancellation
from exchange.settlement.actions.accept import accept_tenders
from exchange.settlement.ledger import faults
from tests.support.world import (
    EXPIRES_AT,
    a_grant,
    a_holder,
    an_offer,
    election,
    lines,
    notice,
    paper,
    record,
    submit,
    value,
)

pytestmark = pytest.mark.django_db
HANNAH, OWEN = "staff:hannah@company.example", "staff:owen@company.example"
RECEIVED = EXPIRES_AT - timedelta(days=5)
FAXED_AT = RECEIVED + timedelta(hours=1)
SIGNED_AT = RECEIVED + timedelta(hours=5)
MENDED_AT = EXPIRES_AT - timedelta(days=1)


@pytest.fixture
def offer() -> Any:
    return an_offer()


@pytest.fixture
def ana(offer: Any) -> Any:
    holder = a_holder("E1")
    a_grant(holder, "G1")
    submit(offer, holder, election(holder), RECEIVED)
    return holder


def mended(number: str, **facts: Any) -> None:
    form = Form.objects.get(number=number)
    wanted: Submission = replace(submission_of(form), **facts)
    scan = value(attach_scan(form=form, file=ScanFile(b"%PDF-1.7 it", "application/pdf"), actor=HANNAH, at=SIGNED_AT))
    asked = prepare_mend(
        code=form.offer.code, number=number, wanted=wanted, reason="Copied wrongly.", actor=HANNAH, at=MENDED_AT
    )
    value(open_scan(scan=scan, actor=OWEN, at=MENDED_AT))
    value(confirm_mend(mend=value(asked).mend, actor=OWEN, at=MENDED_AT))


def judged(offer: Any, holder: Any, number: str) -> list[str]:
    found = forms_of(offer, holder)
    return list(found.judged(next(form for form in found.forms if form.number == number)).defects)


def cancelled(offer: Any) -> list[str]:
    """What acceptance takes; and that the ledger, one by one and over everyone, agrees."""
    value(
        accept_tenders(
            code=offer.code, attested=True, leave_undecided=True, actor=HANNAH, at=EXPIRES_AT + timedelta(hours=15)
        )
    )
    assert list(faults()) == []
    return sorted(Cancellation.objects.values_list("grant_number", flat=True))


def test_a_notice_that_was_an_election_after_all_brings_back_neither_it_nor_the_one_before(offer, ana):
    record(offer, [paper(notice(ana), "P2", FAXED_AT)], FAXED_AT)
    own = submit(offer, ana, notice(ana, against="P2"), SIGNED_AT)
    assert judged(offer, ana, own.form.number) == ["nothing_tendered"]
    mended("P2", kind="election", lines=lines(ana.grants.get()))
    assert forms_of(offer, ana).form_in_force is None
    assert list(everyone(offer).in_force()) == []
    assert cancelled(offer) == []


def test_a_notice_that_was_anothers_does_not_bring_back_the_election_before_it(offer, ana):
    bo = a_holder("E2")
    a_grant(bo, "H1")
    submit(offer, bo, election(bo), RECEIVED)
    copied = replace(paper(notice(bo), "P2", FAXED_AT), employee_number="E1", signature_name=ana.name_on_agreement)
    record(offer, [copied], FAXED_AT)
    submit(offer, ana, notice(ana, against="P2"), SIGNED_AT)
    mended("P2", employee_number="E2", signature_name=bo.name_on_agreement)
    assert forms_of(offer, ana).form_in_force is None
    assert cancelled(offer) == []


def test_an_election_signed_after_the_notice_tenders_again(offer, ana):
    record(offer, [paper(notice(ana), "P2", FAXED_AT)], FAXED_AT)
    submit(offer, ana, notice(ana, against="P2"), SIGNED_AT)
    submit(offer, ana, election(ana, against="P2"), SIGNED_AT + timedelta(hours=1))
    mended("P2", kind="election", lines=lines(ana.grants.get()))
    assert cancelled(offer) == ["G1"]

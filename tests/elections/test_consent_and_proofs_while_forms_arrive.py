"""Consent withdrawn while a form is being signed, and a proof judged while tenders are accepted: one comes first.

There is no race to show first: without our lock the row of a step of consent waits for its holder's all the same,
which the signature has locked.
"""

from datetime import timedelta
from typing import Any

import pytest

from exchange.elections.actions import consent as consents
from exchange.elections.actions import judge_proof, proofs, sign, upload_proof, withdraw_consent
from exchange.elections.consent import consent_of
from exchange.elections.models import Form, Purpose
from exchange.elections.scans import ScanFile
from exchange.grants.models import Cancellation
from exchange.kernel import clock
from exchange.kernel.results import Refused
from exchange.offers.models import Offer
from exchange.people.models import Holder
from exchange.settlement.actions.accept import accept_tenders
from exchange.settlement.ledger import faults
from tests.support.races import Pause, meanwhile
from tests.support.world import ACTOR, a_live_offer, consent, election, holders_with_grants, submit, value

pytestmark = pytest.mark.django_db(transaction=True)


def withdrawal(offer: Offer, holder: Holder) -> Any:
    return lambda: value(withdraw_consent(code=offer.code, holder=holder, actor=ACTOR, at=clock.now()))


def signature(offer: Offer, holder: Holder) -> Any:
    form = election(holder)
    return lambda: sign.submit_form(code=offer.code, holder=holder, submission=form, actor=ACTOR, at=clock.now())


def test_consent_is_withdrawn_after_the_form_in_flight(monkeypatch):
    offer, (holder,) = a_live_offer(), holders_with_grants(1)
    consent(offer, holder, clock.now())
    pause = Pause()
    monkeypatch.setattr(sign, "append", pause.before(sign.append))
    signed, _withdrawn = meanwhile(pause, signature(offer, holder), withdrawal(offer, holder))
    assert not pause.was_overtaken
    assert Form.objects.get() == signed.value.form
    assert consent_of(offer, holder).is_withdrawn
    assert list(faults()) == []


def test_a_form_that_comes_while_consent_is_withdrawn_is_refused(monkeypatch):
    offer, (holder,) = a_live_offer(), holders_with_grants(1)
    consent(offer, holder, clock.now())
    pause = Pause()
    monkeypatch.setattr(consents, "append", pause.before(consents.append))
    _withdrawn, signed = meanwhile(pause, withdrawal(offer, holder), signature(offer, holder))
    assert not pause.was_overtaken
    assert isinstance(signed, Refused)
    assert [reason.code for reason in signed.reasons] == ["consent_withdrawn"]
    assert not Form.objects.exists()


def test_acceptance_waits_for_a_proof_that_is_being_judged(monkeypatch):
    offer, (holder,) = a_live_offer(expires_in=timedelta(seconds=-1)), holders_with_grants(1)
    at = clock.now() - timedelta(hours=1)
    file = ScanFile(b"%PDF-1.7", "application/pdf")
    proof = value(upload_proof(offer=offer, holder=holder, purpose=Purpose.AUTHORITY, file=file, actor=ACTOR, at=at))
    by_another = election(
        holder, signature_name="A. N. Other", signer_capacity="fiduciary", signer_title="Executor", proof=proof
    )
    form = submit(offer, holder, by_another, at).form

    def judge() -> Any:
        return judge_proof(form=form, verdict="not_sufficient", reason="Void.", actor=ACTOR, at=clock.now())

    def accept() -> Any:
        return value(accept_tenders(code=offer.code, attested=True, leave_undecided=True, actor=ACTOR, at=None))

    pause = Pause()
    monkeypatch.setattr(proofs, "append", pause.before(proofs.append))
    judged, accepted = meanwhile(pause, judge, accept)
    assert not pause.was_overtaken
    assert value(judged).verdict == "not_sufficient"
    assert accepted.lines == []
    assert not Cancellation.objects.exists()

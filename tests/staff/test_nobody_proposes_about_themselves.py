"""Acceptance and the grant are proposed by nobody whose own options are among them; what reaches all alike may be."""

from datetime import timedelta

import pytest

from exchange.offers.models import Proposal
from exchange.people.models import Holder, User
from exchange.settlement.actions.accept import accept_tenders
from exchange.settlement.actions.promise import issue_promises
from exchange.settlement.models import Acceptance, NewGrant
from tests.staff.conftest import approve, as_shown, propose
from tests.staff.test_guarded_pages import AT_NINE, an_expired_replay, text_of
from tests.staff.test_the_closing_price_by_two_people import GRANT
from tests.staff.test_two_people import ACCEPT, address, looked_at
from tests.support.life import ACCEPTED_AT
from tests.support.world import ACTOR, EXPIRES_AT, a_grant, a_holder, election, paper, record, value

pytestmark = pytest.mark.django_db
OWN = "Your own options are among them. Somebody else must propose it."


@pytest.fixture
def offer():
    return an_expired_replay()


def tenders_too(offer, who, **facts):
    """Somebody of the desk who holds an option and tendered it."""
    mine = a_holder("E9", **facts or {"email": f"{who}@company.example"})
    a_grant(mine, "E9-1")
    record(offer, [paper(election(mine), "F9", EXPIRES_AT - timedelta(days=1))], EXPIRES_AT)


def refused(client, page, offer, data):
    """Neither previewed nor kept, however often it is pressed."""
    for step in ("preview", "confirm"):
        press = {"step": step, "confirmation": offer.code, "digest": "0" * 64}
        shown = text_of(client.post(page, {**data, **press}))
        assert OWN in shown
        assert "Propose: " not in shown
    assert not Proposal.objects.exists()


@pytest.mark.parametrize("is_linked", [True, False])
def test_who_tendered_does_not_attest_and_propose_the_acceptance(hr, sign_in, counsel, offer, is_linked):
    account = User.objects.get(email="hr@company.example")
    tenders_too(offer, "hr", **({"user": account, "email": "private@company.example"} if is_linked else {}))
    refused(hr, address("accept", offer), offer, ACCEPT)
    made = propose(sign_in("superuser"), address("accept", offer), offer.code, ACCEPT)
    assert approve(counsel, made, offer.code).status_code == 302


def test_who_was_promised_new_options_does_not_propose_the_grant(hr, sign_in, counsel, offer):
    tenders_too(offer, "hr")
    value(accept_tenders(code=offer.code, attested=True, leave_undecided=False, actor=ACTOR, at=ACCEPTED_AT))
    value(issue_promises(code=offer.code, actor=ACTOR, at=ACCEPTED_AT))
    refused(hr, address("grant", offer), offer, GRANT)
    made = propose(sign_in("superuser"), address("grant", offer), offer.code, GRANT)
    assert approve(counsel, made, offer.code, {"closing_price": "12.34"}).status_code == 302
    assert NewGrant.objects.count() == 3


def test_who_holds_an_option_and_did_not_tender_it_proposes_the_acceptance(hr, offer):
    a_grant(a_holder("E9", email="hr@company.example"), "E9-1")
    propose(hr, address("accept", offer), offer.code, ACCEPT)


def test_a_proposal_is_not_approved_once_its_proposers_options_came_among_them(hr, counsel, offer):
    made = propose(hr, address("accept", offer), offer.code, ACCEPT)
    digest = as_shown(looked_at(counsel, made))
    Holder.objects.filter(employee_number="E1").update(email="hr@company.example")
    assert "who proposed this, are among them" in text_of(looked_at(counsel, made))
    press = {"step": "confirm", "digest": digest, "confirmation": offer.code}
    assert "who proposed this, are among them" in text_of(counsel.post(made, press))
    assert not Acceptance.objects.exists()


def test_what_reaches_all_alike_is_proposed_by_who_tendered_too(hr, counsel, offer):
    tenders_too(offer, "hr")
    made = propose(hr, address("terminate", offer), offer.code, {"reason": "The board gave it up.", **AT_NINE})
    assert approve(counsel, made, offer.code).status_code == 302

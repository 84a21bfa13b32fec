"""Whoever’s promise lapses is told, with the reason of each option, once (domain §7)."""

import pytest

from exchange.notices.models import Message
from exchange.offers.reads import now_for
from exchange.settlement.actions.promise import decide_prohibition
from exchange.settlement.models import Lapse, Promise
from exchange.settlement.words import lapse_text
from tests.support.company import Company

pytestmark = pytest.mark.django_db
LEAVES, FORBIDDEN, TINY = "ana", "ben", "cem"


@pytest.fixture
def lapsed(company: Company) -> Company:
    """Ana leaves, the law forbids Ben his grant, a reverse split leaves Cem less than a share; Dora is fine."""
    shares = {FORBIDDEN: "5000", TINY: "30", "dora": "5000"}
    for holder, count in shares.items():
        company.person(holder)
        company.grant(f"{holder}-1", holder, shares_granted=count)
    company.open()
    at = "2003-07-08T10:20:00-07:00"
    company.record(
        company.election("F0", LEAVES, at, "A1", "A2"),
        *(company.election(f"F-{holder}", holder, at, f"{holder}-1") for holder in shares),
    )
    company.accept()
    company.promise()
    company.event(LEAVES, "2003-10-01", "terminated")
    company.action("2003-11-03", "1", "100")
    promise = Promise.objects.get(holder__employee_number=FORBIDDEN)
    decided = {"verdict": "prohibited", "reason": "The law.", "actor": "a test"}
    decide_prohibition(promise=promise, at=now_for(promise.offer), **decided)
    company.grants_new()
    return company


def letters():
    found = Message.objects.filter(kind="promise_lapsed")
    return {letter.owner_key.removeprefix("holder:"): letter for letter in found}


def test_every_reason_there_is_comes_with_a_letter_that_says_it(lapsed):
    reasons = dict(Lapse.objects.values_list("line__promise__holder__employee_number", "reason"))
    assert reasons == {LEAVES: "not_an_employee", FORBIDDEN: "prohibited", TINY: "no_whole_share"}
    assert set(reasons.values()) == set(Lapse.Reason.values)
    assert set(letters()) == set(reasons)
    for holder, letter in letters().items():
        assert lapse_text(reasons[holder]) in letter.text
        assert lapse_text(reasons[holder]) in letter.html
        assert f"CPST-2003-P-{holder}" in letter.text


def test_one_letter_names_all_that_lapsed_of_one_promise(lapsed):
    letter = letters()[LEAVES]
    assert "A1" in letter.text
    assert "A2" in letter.text
    lapsed.grants_new()
    assert Message.objects.filter(kind="promise_lapsed").count() == 3

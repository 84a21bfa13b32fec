"""Every dated fact of an offer, from one function, in every state; and the letters and papers that say the same."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from exchange.documents.models import Paper
from exchange.elections.actions import extend_offer, terminate_offer
from exchange.notices.models import Message
from exchange.offers.reads import load
from exchange.settlement.dates import dates_of
from exchange.settlement.reads import holder_outcome
from tests.portal.conftest import ACCEPTS, DURING, EXPIRES, GRANTS_ON, OPENS, PROMISES
from tests.support.world import amend


def facts(stage, number="L101", at=None):
    found = dates_of(load(stage.offer), holder_outcome(stage.offer, stage.holder(number)), at or stage.now)
    assert len({fact.key for fact in found}) == len(found)
    return {fact.code: fact for fact in found}


def test_before_the_offer_begins_everything_is_to_come(stage):
    found = facts(stage, at=OPENS - timedelta(seconds=1))
    assert found["commencement"].title == "The offer begins"
    assert (found["commencement"].at, found["commencement"].is_past) == (OPENS, False)


def test_while_open_what_is_stated_is_fixed_and_the_rest_is_counted_from_the_expiration(stage):
    found = facts(stage)
    assert [code for code, fact in found.items() if fact.is_fixed] == ["commencement", "expiration"]
    assert found["expiration"].at == EXPIRES
    assert found["expiration"].text == "30 June 2026, 5:00 p.m. Pacific Time (1 July, 00:00 UTC)"
    assert (found["withdrawal_ends"].at, found["withdrawal_ends"].on) == (None, None)
    assert found["acceptance"].on == date(2026, 6, 30)
    assert found["promise_due"].on == date(2026, 7, 6)  # 3 July is kept for Independence Day
    assert found["earliest_grant"].on == date(2026, 12, 31)
    assert "cancellation on 30 June 2026" in found["earliest_grant"].note
    assert (found["first_vesting"].on, found["last_vesting"].on) == (date(2026, 12, 31), date(2030, 6, 30))
    assert not any(fact.is_past for code, fact in found.items() if code != "commencement")


def test_once_expired_the_estimates_are_counted_from_today(stage):
    found = facts(stage, at=EXPIRES + timedelta(days=2))
    assert found["expiration"].title == "The offer expired"
    assert found["acceptance"].on == date(2026, 7, 2)
    assert found["earliest_grant"].on == date(2027, 1, 4)


def test_every_earlier_expiration_stays_with_the_extension_that_replaced_it(stage):
    first, second = EXPIRES + timedelta(hours=3), EXPIRES + timedelta(hours=6)
    for hours, to in ((1, first), (2, second)):
        at = DURING + timedelta(hours=hours)
        stage.done(extend_offer(code=stage.code, to=to, actor="test", at=at, overrides=()))
    found = dates_of(load(stage.offer), holder_outcome(stage.offer, stage.holder()), DURING + timedelta(hours=3))
    earlier = [fact for fact in found if fact.code == "earlier_expiration"]
    assert [fact.at for fact in earlier] == [EXPIRES, first]
    assert earlier[0].note == "Extended on 10 June 2026, 11:30 a.m. Pacific Time (18:30 UTC)."
    assert next(fact.at for fact in found if fact.code == "expiration") == second
    # Asked about the time before the extensions were announced, there is one expiration: the first.
    assert facts(stage, at=DURING)["expiration"].at == EXPIRES
    assert "earlier_expiration" not in facts(stage, at=DURING)


def test_every_amendment_has_its_instant_among_the_expirations_it_moved(stage):
    at, to = DURING + timedelta(hours=1), EXPIRES + timedelta(hours=3)
    stage.done(amend(stage.offer, at, new_award={"term_years": 9}, to=to))
    found = facts(stage, at=at)
    assert list(found)[:4] == ["commencement", "amended", "earlier_expiration", "expiration"]
    assert (found["amended"].at, found["expiration"].at) == (at, to)
    assert "amended" not in facts(stage, at=DURING)


def test_home_says_that_the_offer_was_amended_and_where_what_changed_is_shown(stage):
    stage.done(amend(stage.offer, DURING + timedelta(hours=1), new_award={"term_years": 9}))
    stage.go(DURING + timedelta(hours=2))
    page = stage.client().get(stage.url()).content.decode()
    assert "The offer was amended" in page
    assert "On 10 June 2026. What you signed before stands" in page
    assert "The offer was extended" not in page


def test_a_terminated_offer_promises_nothing_more(stage):
    stage.go(DURING + timedelta(days=1))
    stage.done(terminate_offer(code=stage.code, reason="A condition failed.", actor="test", at=stage.now))
    found = facts(stage)
    assert list(found) == ["commencement", "expiration", "terminated"]
    assert found["expiration"].title == "The offer would have expired"
    assert found["terminated"].at == stage.now


def test_from_acceptance_to_the_grant_each_date_becomes_certain(stage):
    stage.elect("L101", "LK-1003")
    stage.accept()
    found = facts(stage)
    assert found["acceptance"].at == ACCEPTS
    assert found["promise_due"].is_fixed
    assert (found["earliest_grant"].on, found["earliest_grant"].is_fixed) == (date(2027, 1, 4), True)
    assert not found["first_vesting"].is_fixed
    stage.promise()
    found = facts(stage)
    assert found["promise_issued"].at == PROMISES
    assert "promise_due" not in found
    stage.grant()
    found = facts(stage)
    assert found["granted"].on == GRANTS_ON
    assert (found["first_vesting"].on, found["last_vesting"].on) == (GRANTS_ON, date(2030, 7, 4))
    assert found["new_option_expires"].on == date(2037, 1, 4)
    assert all(fact.is_fixed for fact in found.values())
    assert "earliest_grant" not in found


def test_who_tendered_nothing_is_told_of_no_promise_and_no_grant(stage):
    stage.elect("L101", "LK-1003")
    stage.accept()
    stage.promise()
    assert list(facts(stage, "L102")) == ["commencement", "expiration", "acceptance"]


@pytest.fixture
def promised(stage):
    stage.elect("L101", "LK-1003")
    stage.accept()
    stage.promise()
    return stage


def test_the_letters_say_the_same_dates(promised):
    found = facts(promised)
    texts = {row.kind: row.text for row in Message.objects.filter(owner_key="holder:L101")}
    assert found["expiration"].text in texts["offer_opened"]
    assert found["expiration"].text in texts["election_received"]
    assert found["acceptance"].text in texts["options_accepted"]
    for letter in ("options_accepted", "promise_ready"):
        assert found["earliest_grant"].text in texts[letter]
    assert found["promise_issued"].note == "It was due by 7 July 2026."
    assert "7 July 2026" in texts["options_accepted"]


def test_the_promise_says_the_same_dates(promised):
    found = facts(promised)
    snapshot = json.loads(Paper.objects.get(kind="promise_to_grant").snapshot)
    assert snapshot["earliest_grant_on"] == found["earliest_grant"].on.isoformat()
    assert datetime.fromisoformat(snapshot["issued_at"]).astimezone(UTC) == found["promise_issued"].at

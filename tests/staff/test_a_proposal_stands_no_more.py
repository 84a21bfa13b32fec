"""A proposal is approved only while it stands: the offer did not move on, and its proposer may still propose it."""

import json
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.contrib.auth.models import Group

from exchange.kernel import clock
from exchange.offers.actions import load_offer
from exchange.offers.models import Proposal, ProposalOutcome
from exchange.offers.reads import timeline_of
from exchange.people.models import User
from exchange.settlement.models import Acceptance
from tests.staff.conftest import approve, as_shown, propose
from tests.staff.test_guarded_pages import AT_NINE, a_draft, an_expired_replay, text_of
from tests.staff.test_two_people import ACCEPT, NEW_YORK, address, looked_at
from tests.support.world import (
    EXPIRES_AT,
    a_grant,
    a_holder,
    a_live_offer,
    election,
    extend,
    holders_with_grants,
    make_ready,
    paper,
    record,
    value,
)

pytestmark = pytest.mark.django_db
REOPENED_AT = EXPIRES_AT + timedelta(minutes=20)


@pytest.fixture
def offer():
    return an_expired_replay()


@pytest.fixture
def proposed(hr, offer):
    """HR's attestation that every paper form is recorded, and proposal to accept."""
    return propose(hr, address("accept", offer), offer.code, ACCEPT)


def confirm(client, proposal, offer, digest="0" * 64):
    return client.post(proposal, {"step": "confirm", "digest": digest, "confirmation": offer.code})


# The offer moved on


def test_an_attestation_does_not_outlive_a_revival_by_command(sign_in, hr, counsel, offer, proposed):
    digest = as_shown(looked_at(counsel, proposed))
    extend(offer, EXPIRES_AT + timedelta(hours=1), REOPENED_AT)
    late = a_holder("E9")
    a_grant(late, "E9-1")
    record(
        offer, [paper(election(late), "F9", REOPENED_AT + timedelta(minutes=1))], REOPENED_AT + timedelta(minutes=1)
    )
    for client in (counsel, hr, sign_in("auditor")):
        for answer in (client.get(proposed), looked_at(client, proposed)):
            said = text_of(answer)
            assert "The offer moved on since this was proposed (Extended, " in said
            assert "Approve: " not in said
    assert "The offer moved on" in text_of(confirm(counsel, proposed, offer, digest))
    assert not Acceptance.objects.exists()
    assert counsel.post(proposed, {"step": "set-aside"}).status_code == 302
    assert "moved on" in ProposalOutcome.objects.get().reason
    again = propose(hr, address("accept", offer), offer.code, ACCEPT)
    assert approve(counsel, again, offer.code).status_code == 302


def test_what_was_done_before_the_proposal_does_not_count_against_it(hr, counsel, offer):
    extend(offer, EXPIRES_AT + timedelta(hours=1), REOPENED_AT)
    made = propose(hr, address("accept", offer), offer.code, ACCEPT)
    assert approve(counsel, made, offer.code).status_code == 302


def test_a_revival_between_the_page_and_the_approval_is_seen_under_the_lock(counsel, offer, proposed, monkeypatch):
    digest = as_shown(looked_at(counsel, proposed))
    extend(offer, EXPIRES_AT + timedelta(minutes=30), REOPENED_AT)
    monkeypatch.setattr("exchange.staff.approving.against", lambda *_args: [])
    assert "The offer moved on" in text_of(confirm(counsel, proposed, offer, digest))
    assert not Acceptance.objects.exists()


def test_a_termination_waits_on_through_an_extension_and_is_shown_anew(hr, counsel, offer):
    data = {"reason": "The board gave it up.", **AT_NINE}
    made = propose(hr, address("terminate", offer), offer.code, data)
    extend(offer, EXPIRES_AT + timedelta(hours=1), REOPENED_AT)
    assert approve(counsel, made, offer.code).status_code == 302


@time_machine.travel(datetime(2026, 3, 2, 13, tzinfo=NEW_YORK), tick=False)
def test_an_attestation_holds_for_the_day_on_which_it_was_given_in_the_offers_zone(hr, counsel):
    offer = a_live_offer(expires_in=timedelta(hours=4))
    end = datetime(2026, 3, 4, 0, tzinfo=ZoneInfo("America/Los_Angeles"))
    with time_machine.travel(end - timedelta(minutes=20), tick=False):
        made = propose(hr, address("accept", offer), offer.code, {"attested": "on"})
        digest = as_shown(looked_at(counsel, made))
    with time_machine.travel(end, tick=False):
        assert "attested on 3 March 2026, and holds for that day alone" in text_of(counsel.get(made))
        assert "attested on 3 March 2026" in text_of(confirm(counsel, made, offer, digest))
        assert not Acceptance.objects.exists()
    with time_machine.travel(end - timedelta(microseconds=1), tick=False):
        assert confirm(counsel, made, offer, digest).status_code == 302
    assert Acceptance.objects.get().attested_by == "staff:hr@company.example"


@time_machine.travel(datetime(2026, 3, 2, 13, tzinfo=NEW_YORK), tick=False)
def test_acceptance_that_is_not_prompt_wants_counsels_written_reason(hr, counsel):
    offer = a_live_offer(expires_in=timedelta(hours=4))
    with time_machine.travel(datetime(2026, 3, 6, 10, tzinfo=NEW_YORK), tick=False):
        asked = {"override": "accepted_promptly", "override_reason": "The auditors asked for a day."}
        assert "by 5 March 2026. This is 6 March 2026." in text_of(
            hr.post(address("accept", offer), {"step": "preview", "attested": "on"})
        )
        made = propose(hr, address("accept", offer), offer.code, {"attested": "on", **asked})
        assert "The proposer asks counsel to override it" in text_of(looked_at(counsel, made))
        given = {"override": "accepted_promptly", "override_reason": "The market was shut."}
        assert approve(counsel, made, offer.code, given).status_code == 302
    assert "The market was shut." in offer.events.get(kind="accepted").overrides


def test_an_approved_extension_settles_the_acceptance_that_waits(hr, counsel, offer, proposed):
    wanted = {"to": "2003-07-24T20:00", "at": "2003-07-24T05:00"}
    made = propose(hr, address("extend", offer), offer.code, wanted)
    assert approve(counsel, made, offer.code).status_code == 302
    assert Proposal.objects.get(step="accept").outcome.kind == "overtaken"


@time_machine.travel(datetime(2026, 3, 2, 13, tzinfo=NEW_YORK), tick=False)
def test_an_opening_covers_the_terms_that_were_proposed_and_no_later_ones(hr, counsel, one_clock):
    draft = a_draft()
    holders_with_grants(1)
    make_ready(draft.code)
    made = propose(hr, address("open", draft), draft.code, {})
    plain = json.loads(draft.versions.latest("number").terms)
    plain["offer"]["title"] = "Another offer to exchange"
    value(load_offer(plain=plain, actor="staff:third@company.example", at=clock.now()))
    assert "The offer moved on since this was proposed (The terms were changed, " in text_of(looked_at(counsel, made))
    assert "The terms were changed" in text_of(confirm(counsel, made, draft))
    assert timeline_of(draft).opened_at is None


# Its proposer's authority


def leave(who):
    User.objects.filter(email=f"{who}@company.example").update(is_active=False)


def no_staff(who):
    User.objects.filter(email=f"{who}@company.example").update(is_staff=False)


def no_group(who):
    User.objects.get(email=f"{who}@company.example").groups.clear()


@pytest.mark.parametrize("lose", [leave, no_staff, no_group])
def test_a_proposal_does_not_outlive_its_proposers_authority(counsel, offer, proposed, lose):
    digest = as_shown(looked_at(counsel, proposed))
    lose("hr")
    assert "who proposed this, may not do so any more" in text_of(counsel.get(proposed))
    assert "may not do so any more" in text_of(confirm(counsel, proposed, offer, digest))
    assert not Acceptance.objects.exists()
    assert counsel.post(proposed, {"step": "set-aside"}).status_code == 302
    assert ProposalOutcome.objects.get().kind == "overtaken"


@time_machine.travel(datetime(2026, 3, 2, 13, tzinfo=NEW_YORK), tick=False)
def test_an_override_counts_only_while_its_giver_may_override(counsel, second):
    offer = a_live_offer(expires_in=timedelta(hours=4))
    expires_at = timeline_of(offer).expires_at
    giver = User.objects.get(email="second@company.example")
    given = {"override": "extension_announced_in_time", "override_reason": "The wire was down."}
    with time_machine.travel(datetime(2026, 3, 3, 9, 1, tzinfo=NEW_YORK), tick=False):
        wanted = {"to": (expires_at + timedelta(days=1)).isoformat(), **given}
        made = propose(second, address("extend", offer), offer.code, wanted)
        assert "Overridden" in text_of(counsel.get(made))
        digest = as_shown(looked_at(counsel, made))
        giver.groups.set([Group.objects.get(name="HR")])
        said = text_of(looked_at(counsel, made))
        assert "The proposer asks counsel to override it" in said
        assert "A clock rule stands against it now" in said
        assert confirm(counsel, made, offer, digest).status_code == 200
        assert timeline_of(offer).expires_at == expires_at
        own = {"override": "extension_announced_in_time", "override_reason": "I heard it on the radio."}
        assert approve(counsel, made, offer.code, own).status_code == 302
    assert "I heard it on the radio." in offer.events.get(kind="extended").overrides

"""What binds the company takes two people: one proposes, another approves what is shown then, and both are named."""

import json
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from exchange.audit.models import AuditEvent
from exchange.kernel import canonical, clock
from exchange.offers.ledger import faults
from exchange.offers.models import Proposal, ProposalOutcome
from exchange.offers.reads import now_for, timeline_of
from exchange.people.models import Holder, User
from exchange.settlement.models import Acceptance
from exchange.staff import approving
from exchange.staff.binding import BINDING
from exchange.staff.standing import STEP
from tests.staff.conftest import approve, as_shown, propose, propose_and_approve
from tests.staff.test_guarded_pages import AT_NINE, a_draft, an_expired_replay, text_of
from tests.support.world import (
    EXPIRES_AT,
    a_grant,
    a_holder,
    a_live_offer,
    election,
    extend,
    make_ready,
    paper,
    record,
)

pytestmark = pytest.mark.django_db
ACCEPT = {"attested": "on", **AT_NINE}
NEW_YORK = ZoneInfo("America/New_York")


def looked_at(client, proposal):
    """The page of a proposal with the preview made anew, asked for where it may take long."""
    return client.post(proposal, {"step": "preview"})


def address(step, offer):
    return reverse(f"staff:{step}", args=[offer.code])


@pytest.fixture
def offer():
    return an_expired_replay()


@pytest.fixture
def proposed(hr, offer):
    """HR's proposal to accept."""
    return propose(hr, address("accept", offer), offer.code, ACCEPT)


# Proposing and approving


def test_a_proposal_changes_nothing_of_the_offer_and_moves_no_clock(offer, proposed):
    assert not Acceptance.objects.exists()
    assert now_for(offer) < EXPIRES_AT  # a replay's, which stands at its latest action
    proposal = Proposal.objects.get()
    assert json.loads(proposal.wanted) == {"at": "2003-07-25T16:00:00+00:00", "attested": "on"}
    assert AuditEvent.objects.get(kind="proposal.made").chain == f"proposals:{offer.code}"


def test_another_approves_and_the_log_names_both(counsel, offer, proposed):
    assert approve(counsel, proposed, offer.code).status_code == 302
    event = AuditEvent.objects.get(kind="tenders.accepted")
    assert event.actor == "staff:counsel@company.example"
    payload = json.loads(event.payload)
    assert payload["proposed_by"] == "staff:hr@company.example"
    assert payload["approved_by"] == "staff:counsel@company.example"
    assert Acceptance.objects.get().attested_by == "staff:hr@company.example"
    assert ProposalOutcome.objects.get().kind == "approved"
    assert list(faults()) == []
    timeline = text_of(counsel.get(reverse("staff:offers_offer_change", args=[offer.pk])))
    assert "counsel@company.example Proposed by hr@company.example" in timeline


def test_nobody_approves_or_declines_their_own(second, offer):
    data = {"reason": "The board gave it up.", **AT_NINE}
    own = propose(second, address("terminate", offer), offer.code, data)
    shown = second.get(own)
    assert "You proposed this. Somebody else must approve it; you can take it back." in text_of(shown)
    assert "Approve: " not in text_of(shown)
    press = {"step": "confirm", "digest": "0" * 64, "confirmation": offer.code}
    assert second.post(own, press).status_code == 403
    assert second.post(own, {"step": "decline", "reason": "No."}).status_code == 403
    assert timeline_of(offer).terminated_at is None


def test_one_counsel_proposes_and_another_approves(counsel, second, offer):
    data = {"reason": "The board gave it up.", **AT_NINE}
    answer = propose_and_approve(counsel, second, address("terminate", offer), offer.code, data)
    assert answer.status_code == 302
    assert timeline_of(offer).terminated_at is not None


def test_a_superuser_counts_as_counsel_and_never_as_both(sign_in, hr, offer, proposed):
    superuser = sign_in("superuser")
    own = propose(superuser, address("accept", offer), offer.code, ACCEPT)
    assert superuser.post(own, {"step": "confirm", "confirmation": offer.code}).status_code == 403
    assert approve(superuser, proposed, offer.code).status_code == 302


def test_hr_and_an_auditor_look_and_approve_nothing(sign_in, second, offer):
    made = propose(second, address("terminate", offer), offer.code, {"reason": "Given up.", **AT_NINE})
    for who in ("hr", "auditor"):
        client = sign_in(who)
        assert "Counsel approves or declines." in text_of(client.get(made))
        for step in ("confirm", "decline", "set-aside"):
            assert client.post(made, {"step": step, "reason": "x", "confirmation": offer.code}).status_code == 403
        assert client.post(made, {"step": "take-back"}).status_code == 302  # told why not, and nothing is settled
    assert not ProposalOutcome.objects.exists()


def test_the_code_is_typed_by_the_approver_too(counsel, offer, proposed):
    press = {"step": "confirm", "digest": as_shown(looked_at(counsel, proposed))}
    for typed in ("", "test", "yes"):
        answer = counsel.post(proposed, {**press, "confirmation": typed})
        assert "Type TEST, exactly so." in answer.content.decode()
    assert not Acceptance.objects.exists()


def test_one_whose_own_options_are_among_them_approves_nothing(hr, counsel, offer):
    mine = a_holder("E9", email="counsel@company.example")
    a_grant(mine, "E9-1")
    at = EXPIRES_AT - timedelta(days=1)
    record(offer, [paper(election(mine), "F9", at)], EXPIRES_AT)
    made = propose(hr, address("accept", offer), offer.code, ACCEPT)
    shown = text_of(looked_at(counsel, made))
    assert "Your own options are among them. Somebody else must approve it." in shown
    assert "Approve: " not in shown
    digest = canonical.digest(Proposal.objects.get().preview)
    press = {"step": "confirm", "digest": digest, "confirmation": offer.code}
    assert counsel.post(made, press).status_code == 403
    assert not Acceptance.objects.exists()


# What moved since


def test_what_moved_since_the_proposal_is_shown_and_what_is_approved_is_what_is_shown_now(counsel, offer, proposed):
    assert "Nothing moved since it was proposed" in text_of(looked_at(counsel, proposed))
    late_comer = a_holder("E9")
    a_grant(late_comer, "E9-1")
    record(offer, [paper(election(late_comer), "F9", EXPIRES_AT - timedelta(days=1))], EXPIRES_AT)
    old = canonical.digest(Proposal.objects.get().preview)
    answer = counsel.post(proposed, {"step": "confirm", "digest": old, "confirmation": offer.code})
    said = text_of(answer)
    assert "Something has changed since you saw the preview. Nothing was done." in said
    assert "Options cancelled 2 3" in said
    assert "New E9-1 Holder E9" in said
    assert not Acceptance.objects.exists()
    assert approve(counsel, proposed, offer.code).status_code == 302


def test_the_list_says_since_when_something_was_recorded(counsel, offer, proposed):
    listed = reverse("staff:approvals")
    assert "Accept the tenders TEST, by hr@company.example" in text_of(counsel.get(listed))
    assert "UTC) – Nothing" in text_of(counsel.get(listed))
    record(offer, [paper(election(Holder.objects.first()), "F9", EXPIRES_AT - timedelta(days=1))], EXPIRES_AT)
    event = AuditEvent.objects.filter(kind="forms.recorded").latest("pk")
    minute = event.recorded_at.astimezone(ZoneInfo("America/Los_Angeles")).strftime("%-I:%M")
    assert minute in text_of(counsel.get(listed))


def test_looking_on_locks_nothing_and_a_long_preview_is_asked_for(sign_in, counsel, proposed, monkeypatch):
    monkeypatch.setattr(approving, "try_out", lambda *_args: pytest.fail("the step was tried out"))
    for client in (sign_in("auditor"), sign_in("hr"), counsel):
        assert "What its proposer was shown" in text_of(client.get(proposed))
    assert "See what would happen now" in text_of(counsel.get(proposed))
    assert "See what would happen now" not in text_of(sign_in("auditor").get(proposed))


def test_one_that_can_work_no_more_says_why_and_is_set_aside(hr, counsel, offer):
    wanted = {"to": "2003-07-24T20:00", "at": "2003-07-24T17:30"}
    made = propose(hr, address("extend", offer), offer.code, wanted)
    extend(offer, EXPIRES_AT + timedelta(hours=5), EXPIRES_AT + timedelta(minutes=20))
    said = text_of(looked_at(counsel, made))
    assert "This cannot be done any more" in said
    assert "must be later than the one it replaces" in said
    assert counsel.post(made, {"step": "confirm", "confirmation": offer.code}).status_code == 200
    assert counsel.post(made, {"step": "set-aside"}).status_code == 302
    outcome = ProposalOutcome.objects.get()
    assert (outcome.kind, "must be later" in outcome.reason) == ("overtaken", True)


def test_one_that_still_works_is_not_set_aside(counsel, proposed):
    assert counsel.post(proposed, {"step": "set-aside"}).status_code == 200
    assert not ProposalOutcome.objects.exists()


def test_approving_one_settles_those_that_can_work_no_more(hr, counsel, offer, proposed):
    made = propose(hr, address("terminate", offer), offer.code, {"reason": "Given up.", **AT_NINE})
    assert approve(counsel, proposed, offer.code).status_code == 302
    outcome = Proposal.objects.get(step="terminate").outcome
    assert outcome.kind == "overtaken"
    assert "Proposal 1 was approved: Accept the tenders" in outcome.reason
    assert "What its proposer was shown" in text_of(counsel.get(made))


# Declining and taking back


def test_declining_needs_a_reason_and_settles_it(hr, counsel, offer, proposed):
    assert "Write the reason." in text_of(counsel.post(proposed, {"step": "decline", "reason": " "}))
    assert counsel.post(proposed, {"step": "decline", "reason": "F2 is not recorded yet."}).status_code == 302
    assert "F2 is not recorded yet." in text_of(hr.get(proposed))
    answer = counsel.post(proposed, {"step": "confirm", "confirmation": offer.code})
    assert "settled already: declined" in text_of(answer)
    assert not Acceptance.objects.exists()


def test_its_proposer_takes_it_back_and_may_propose_it_again(hr, counsel, offer, proposed):
    assert hr.post(proposed, {"step": "take-back"}).status_code == 302
    assert ProposalOutcome.objects.get().kind == "taken_back"
    again = propose(hr, address("accept", offer), offer.code, ACCEPT)
    assert again != proposed
    assert approve(counsel, again, offer.code).status_code == 302


# The clock


@time_machine.travel(datetime(2026, 3, 2, 13, tzinfo=NEW_YORK), tick=False)
def test_a_live_extension_reads_the_clock_when_it_is_approved_and_says_until_when_it_may_be(hr, counsel):
    offer = a_live_offer(expires_in=timedelta(hours=4))
    expires_at = timeline_of(offer).expires_at
    to = (expires_at + timedelta(days=1)).isoformat()
    with time_machine.travel(expires_at - timedelta(minutes=5), tick=False):
        made = propose(hr, address("extend", offer), offer.code, {"to": to})
    deadline = datetime(2026, 3, 3, 9, tzinfo=NEW_YORK)
    assert Proposal.objects.get().approve_by == deadline
    with time_machine.travel(deadline + timedelta(microseconds=1), tick=False):
        assert "That has passed." in text_of(counsel.get(made))
        assert "A clock rule stands against it now" in text_of(looked_at(counsel, made))
        assert 'name="digest"' not in looked_at(counsel, made).content.decode()
    with time_machine.travel(deadline, tick=False):
        assert approve(counsel, made, offer.code).status_code == 302
    assert AuditEvent.objects.get(kind="offer.extended").at == deadline


@time_machine.travel(datetime(2026, 3, 2, 13, tzinfo=NEW_YORK), tick=False)
def test_counsel_overrides_a_rule_that_is_broken_only_at_approval_with_a_written_reason(hr, counsel):
    offer = a_live_offer(expires_in=timedelta(hours=4))
    expires_at = timeline_of(offer).expires_at
    made = propose(hr, address("extend", offer), offer.code, {"to": (expires_at + timedelta(days=1)).isoformat()})
    override = {"override": "extension_announced_in_time", "override_reason": "The wire was down."}
    with time_machine.travel(datetime(2026, 3, 3, 9, 1, tzinfo=NEW_YORK), tick=False):
        assert approve(counsel, made, offer.code, override).status_code == 302
    assert "The wire was down." in offer.events.get(kind="extended").overrides


@time_machine.travel(datetime(2026, 3, 2, 13, tzinfo=NEW_YORK))
def test_a_live_draft_opens_at_its_approval(hr, counsel, one_clock):
    offer = a_draft()
    a_grant(a_holder(), "E1-1")
    make_ready(offer.code)
    before = clock.now()
    assert propose_and_approve(hr, counsel, address("open", offer), offer.code).status_code == 302
    assert timeline_of(offer).opened_at >= before


# The home page, and the database


def test_the_home_page_tells_both_what_waits(hr, counsel, offer, proposed):
    home = reverse("staff:index")
    assert "Approve or decline: Accept the tenders" in text_of(counsel.get(home))
    assert "Waiting for another person: Accept the tenders" in text_of(hr.get(home))
    counsel.post(proposed, {"step": "decline", "reason": "No."})
    assert "Approve or decline" not in text_of(counsel.get(home))


def test_its_proposer_is_told_that_it_was_declined_until_it_is_proposed_again(hr, counsel, offer, proposed):
    home = reverse("staff:index")
    counsel.post(proposed, {"step": "decline", "reason": "The count is not final."})

    told = text_of(hr.get(home))
    assert "Declined: Accept the tenders" in told
    assert "counsel@company.example declined what you proposed: The count is not final." in told
    assert "Declined: Accept the tenders" not in text_of(counsel.get(home))

    propose(hr, address("accept", offer), offer.code, ACCEPT)
    assert "Declined" not in text_of(hr.get(home))


def test_the_database_refuses_an_approval_by_the_proposer(proposed):
    proposal = Proposal.objects.get()
    fields = {"proposal": proposal, "proposer": proposal.proposed_by, "at": clock.now(), "event": proposal.event}
    for kind, by in (("approved", proposal.proposed_by), ("declined", proposal.proposed_by)):
        with pytest.raises(IntegrityError, match="nobody_approves_their_own_proposal"), transaction.atomic():
            ProposalOutcome.objects.create(kind=kind, by=by, reason="x", preview_digest="x", **fields)
    other = User.objects.create_user("other@company.example", None)
    with pytest.raises(IntegrityError, match="only_its_proposer_takes_it_back"), transaction.atomic():
        ProposalOutcome.objects.create(kind="taken_back", by=other, **fields)


def test_the_list_and_the_home_page_ask_no_more_with_more_proposals(hr, counsel, offer):
    def asked():
        counts = []
        for page in ("approvals", "index"):
            cache.clear()
            with CaptureQueriesContext(connection) as queries:
                assert counsel.get(reverse(f"staff:{page}")).status_code == 200
            counts.append(len(queries))

        return counts

    propose(hr, address("terminate", offer), offer.code, {"reason": "Reason 0", **AT_NINE})
    counsel.get(reverse("staff:index"))  # the first page of a session saves it
    few = asked()
    for day in range(1, 9):
        propose(hr, address("terminate", offer), offer.code, {"reason": f"Reason {day}", **AT_NINE})
    assert asked() == few


def test_of_every_step_that_binds_it_is_known_when_it_can_be_done():
    assert set(BINDING) <= set(STEP)

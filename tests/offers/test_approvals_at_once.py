"""A proposal approved twice at once is carried out once; the second is told that it is settled."""

import pytest

from exchange.kernel import clock, locks
from exchange.kernel.results import Refused
from exchange.kernel.transactions import in_one_transaction
from exchange.offers import proposals
from exchange.offers.ledger import faults
from exchange.offers.models import ProposalOutcome
from exchange.people.models import User
from tests.support.races import LONGEST, Pause, meanwhile
from tests.support.world import a_live_offer, value

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
PREVIEW = '{"facts":[],"finality":[],"tables":[]}'


@pytest.fixture
def proposal():
    offer = a_live_offer()
    proposer = User.objects.create_user("hr@company.example", None, is_staff=True)
    asked = {"code": offer.code, "step": "terminate", "headline": "Terminate", "wanted": {}, "preview": PREVIEW}
    return value(proposals.propose(**asked, proposed_by=proposer, actor="staff:hr", at=clock.now()))


def approval(proposal, who, done):
    """An approval by somebody of counsel; `done` gets a line for each time the step is carried out."""
    user = User.objects.create_user(f"{who}@company.example", None, is_staff=True)
    at = clock.now()
    said = {"preview_digest": "0" * 64, "approved_by": user, "actor": f"staff:{who}", "at": at, "true_at": at}

    def work():
        return proposals.approve(proposal=proposal, carry_out=lambda: done.append(who), **said)

    return lambda: in_one_transaction(work)


def test_without_the_lock_both_carry_it_out_and_only_the_table_stops_one(proposal, monkeypatch):
    monkeypatch.setattr(locks, "_lock", lambda function, name: None)
    done, pause = [], Pause(moment=LONGEST)
    monkeypatch.setattr(proposals, "append", pause.before(proposals.append))
    answers = meanwhile(pause, approval(proposal, "ruth", done), approval(proposal, "sam", done))
    assert pause.was_overtaken
    assert sorted(done) == ["ruth", "sam"]
    assert any(isinstance(answer, Exception) for answer in answers)


def test_with_it_the_second_waits_and_is_told_that_it_is_settled(proposal, monkeypatch):
    done, pause = [], Pause()
    monkeypatch.setattr(proposals, "append", pause.before(proposals.append))
    first, second = meanwhile(pause, approval(proposal, "ruth", done), approval(proposal, "sam", done))
    assert not pause.was_overtaken
    assert not isinstance(first, Refused)
    assert isinstance(second, Refused)
    assert [reason.code for reason in second.reasons] == ["proposal_settled"]
    assert done == ["ruth"]
    assert ProposalOutcome.objects.get().by.email == "ruth@company.example"
    assert list(faults()) == []

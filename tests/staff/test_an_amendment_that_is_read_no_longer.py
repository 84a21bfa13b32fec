"""A proposal to amend whose files are read no longer: it says so, and whoever it concerns settles it."""

import pytest

from exchange.kernel import canonical, clock
from exchange.offers.models import Amendment, Proposal, ProposalOutcome
from exchange.offers.proposals import propose
from exchange.people.models import User
from exchange.staff.views.approvals import approval_url
from tests.staff.test_guarded_pages import an_expired_replay, text_of
from tests.support.world import value

pytestmark = pytest.mark.django_db
NOT_TOML = [("offer.toml", b"[offer\n"), ("offer.html", b"<p>The offer.</p>")]


@pytest.fixture(params=[NOT_TOML, []], ids=["no TOML", "no file"])
def proposed(hr, request):
    """HR's proposal, kept by a release that still read it."""
    proposal = propose(
        code=an_expired_replay().code,
        step="amend",
        headline="Amend the offer",
        wanted={"classification": "material"},
        preview='{"facts":[["Makes","Version 2 of the terms",""]],"finality":[],"tables":[]}',
        files=request.param,
        proposed_by=User.objects.get(email="hr@company.example"),
        actor="staff:hr@company.example",
        at=clock.now(),
    )
    return approval_url(value(proposal))


def test_it_says_what_is_wrong_and_what_was_proposed_and_is_never_approved(counsel, proposed):
    said = text_of(counsel.get(proposed))
    assert "This cannot be done any more" in said
    assert "The files of this proposal can no longer be read. Propose the amendment anew." in said
    assert "offer.toml" in said
    assert "Makes Version 2 of the terms" in said
    code = Proposal.objects.get().offer.code
    press = {"step": "confirm", "digest": canonical.digest(Proposal.objects.get().preview), "confirmation": code}
    assert counsel.post(proposed, press).status_code == 200
    assert not Amendment.objects.exists()
    assert not ProposalOutcome.objects.exists()


@pytest.mark.parametrize(
    ("who", "press", "settled"),
    [
        ("counsel", {"step": "decline", "reason": "Nobody can read it."}, "declined"),
        ("hr", {"step": "take-back"}, "taken_back"),
        ("counsel", {"step": "set-aside"}, "overtaken"),
    ],
)
def test_it_is_declined_taken_back_or_set_aside(sign_in, proposed, who, press, settled):
    assert sign_in(who).get(proposed).status_code == 200
    assert sign_in(who).post(proposed, press).status_code == 302
    outcome = ProposalOutcome.objects.get()
    assert outcome.kind == settled
    assert "can no longer be read" in outcome.reason or settled != "overtaken"
    assert sign_in("auditor").get(proposed).status_code == 200

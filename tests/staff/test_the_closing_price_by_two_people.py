"""The closing price comes from two people: the second types it without being shown the first's (domain §7)."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import transaction
from django.urls import reverse

from exchange.audit.models import AuditEvent
from exchange.audit.verify import payload_of
from exchange.kernel import canonical, clock
from exchange.kernel.transactions import in_one_transaction
from exchange.offers.ledger import faults
from exchange.offers.models import Proposal, ProposalOutcome
from exchange.offers.proposals import approve, entered_otherwise
from exchange.people.models import User
from exchange.settlement.actions.accept import accept_tenders
from exchange.settlement.actions.promise import issue_promises
from exchange.settlement.models import NewGrant
from tests.staff.conftest import as_shown, propose
from tests.support import raw
from tests.support.attack import unguarded
from tests.support.life import ACCEPTED_AT
from tests.support.world import ACTOR, EXPIRES_AT, a_grant, a_holder, an_offer, election, submit, value

pytestmark = pytest.mark.django_db
GRANT = {"on": "2004-01-26", "closing_price": "12.34", "at": "2004-01-26T17:00"}


@pytest.fixture
def promised(db):
    offer = an_offer()
    holder = a_holder()
    a_grant(holder, "E1-1")
    submit(offer, holder, election(holder), EXPIRES_AT - timedelta(days=9))
    value(accept_tenders(code=offer.code, attested=True, leave_undecided=False, actor=ACTOR, at=ACCEPTED_AT))
    value(issue_promises(code=offer.code, actor=ACTOR, at=ACCEPTED_AT))
    return offer


@pytest.fixture
def proposal(hr, promised):
    """The address of what HR proposed at $12.34."""
    return propose(hr, reverse("staff:grant", args=[promised.code]), promised.code, GRANT)


def typed(client, proposal, price, step="preview", **more):
    return client.post(proposal, {"closing_price": price, "step": step, **more})


def test_who_approves_is_not_shown_the_price_before_they_typed_theirs(counsel, proposal):
    for address in (proposal, reverse("staff:approvals")):
        assert "12.34" not in counsel.get(address).content.decode()
    assert "Closing price of the stock on 26 January 2004" in counsel.get(proposal).content.decode()


@pytest.mark.parametrize("price", ["12.33", "12.3401", "123.4", "", "twelve"])
def test_another_price_grants_nothing_and_says_so(counsel, promised, proposal, price):
    for step in ("preview", "confirm"):
        page = typed(counsel, proposal, price, step, confirmation=promised.code, digest="").content.decode()
        assert "12.34" not in page.replace("12.3401", "")
        assert ("not the price that was proposed. Nothing is granted." in page) is (price not in {"", "twelve"})
    assert not NewGrant.objects.exists()


def test_it_is_shown_to_nobody_but_its_proposer_while_it_waits(sign_in, hr, proposal):
    for who in ("auditor", "second", "superuser"):
        page = sign_in(who).get(proposal).content.decode()
        assert "12.34" not in page
    assert "shown to nobody but its proposer until it is approved" in sign_in("auditor").get(proposal).content.decode()
    assert "12.34" in hr.get(proposal).content.decode()


@pytest.mark.parametrize("step", ["decline", "take-back", "mismatch"])
def test_nor_once_it_is_settled_without_being_approved(hr, counsel, promised, proposal, step):
    if step == "mismatch":
        for _time in range(3):
            typed(counsel, proposal, "12.33")
    else:
        client = hr if step == "take-back" else counsel
        assert client.post(proposal, {"step": step, "reason": "I read another price."}).status_code == 302
    log = reverse("staff:audit_auditevent_changelist")
    offer = reverse("staff:offers_offer_change", args=[promised.pk])
    events = [
        reverse("staff:audit_auditevent_change", args=[pk]) for pk in AuditEvent.objects.values_list("pk", flat=True)
    ]
    for address in (proposal, reverse("staff:approvals"), reverse("staff:index"), log, offer, *events[-4:]):
        page = counsel.get(address)
        assert page.status_code == 200
        assert "12.34" not in page.content.decode(), address
    assert "12.34" not in counsel.post(proposal, {"step": "preview", "closing_price": "1"}).content.decode()
    assert "12.34" in hr.get(proposal).content.decode()


def test_a_price_that_differs_is_written_down_without_either_and_the_third_settles_it(counsel, second, proposal):
    mismatched = AuditEvent.objects.filter(kind="proposal.mismatched")
    for client, price, counted in ((counsel, "twelve", 0), (counsel, "12.33", 1), (second, "12.35", 2)):
        assert typed(client, proposal, price).status_code == 200
        assert mismatched.count() == counted
    assert not ProposalOutcome.objects.exists()
    assert typed(second, proposal, "12.36").status_code == 302
    outcome = ProposalOutcome.objects.get()
    assert (outcome.kind, "differed 3 times" in outcome.reason) == ("overtaken", True)
    assert [event.actor for event in mismatched.order_by("pk")] == [
        *("staff:counsel@company.example", "staff:second@company.example", "staff:second@company.example")
    ]
    assert not any("12.3" in event.payload for event in AuditEvent.objects.filter(kind__startswith="proposal."))
    assert "settled already" in typed(counsel, proposal, "12.34", "confirm", confirmation="TEST").content.decode()
    assert not NewGrant.objects.exists()


def test_once_it_is_approved_everyone_who_may_look_reads_it(sign_in, counsel, promised, proposal):
    shown = typed(counsel, proposal, "12.34")
    press = {"confirmation": promised.code, "digest": as_shown(shown)}
    assert typed(counsel, proposal, "12.34", "confirm", **press).status_code == 302
    assert "12.34" in sign_in("auditor").get(proposal).content.decode()


def test_the_preview_of_the_proposer_does_not_let_another_price_through(hr, counsel, promised, proposal):
    seen = as_shown(typed(counsel, proposal, "12.34"))
    answer = typed(counsel, proposal, "12.35", "confirm", confirmation=promised.code, digest=seen)
    assert answer.status_code == 200
    assert not NewGrant.objects.exists()


def test_the_same_price_however_written_is_granted_in_both_names(counsel, promised, proposal):
    shown = typed(counsel, proposal, "$12.340")
    press = {"confirmation": promised.code, "digest": as_shown(shown)}
    assert typed(counsel, proposal, "12.3400", "confirm", **press).status_code == 302
    grant = NewGrant.objects.get()
    assert (str(grant.stated_price), grant.granted_on) == ("12.34", datetime(2004, 1, 26, tzinfo=UTC).date())
    event = AuditEvent.objects.get(kind="options.granted")
    said = str(payload_of(event)) + event.actor
    assert "hr@company.example" in said
    assert "counsel@company.example" in said


def test_the_proposer_cannot_be_the_second(hr, promised, proposal):
    assert typed(hr, proposal, "12.34", "confirm", confirmation=promised.code, digest="").status_code == 403
    assert not NewGrant.objects.exists()


def test_from_the_log_alone_a_price_cannot_be_tried_out(promised, proposal):
    """With every other figure known, no digest in the log is one of the preview, or of the row, at any price."""
    kept = Proposal.objects.get()
    (event,) = AuditEvent.objects.filter(kind="proposal.made")
    guess = kept.preview  # with the right price: all that there would be to find out
    assert canonical.digest(guess) not in event.payload
    values = {name: getattr(kept, name) for name in Proposal.SEALED if name not in {"salt", "preview_digest"}}
    row = Proposal(pk=kept.pk, **values, preview_digest=payload_of(event)["preview"], salt="0" * 64)
    assert canonical.root([row.seal()]) != payload_of(event)["sealed"]["root"]
    row.salt = kept.salt
    assert canonical.root([row.seal()]) == payload_of(event)["sealed"]["root"]
    assert kept.salt not in event.payload
    assert list(faults()) == []


def test_a_preview_that_is_altered_in_the_database_is_found_by_its_salted_digest(promised, proposal):
    kept = Proposal.objects.get()
    with transaction.atomic(), unguarded(Proposal):
        raw.change(kept, preview=kept.preview.replace("12.34", "99.99"))
    assert any("preview does not match" in fault for fault in faults())


def test_who_was_wrong_three_times_has_no_new_guesses_by_a_new_proposal_for_a_day(sign_in, hr, second, promised):
    counsel = sign_in("counsel")

    def proposed():
        return propose(hr, reverse("staff:grant", args=[promised.code]), promised.code, GRANT)

    with time_machine.travel(datetime(2026, 11, 2, 17, tzinfo=UTC), tick=False) as travel:
        first = proposed()
        for price in ("12.31", "12.32", "12.33"):
            typed(counsel, first, price)
        again = proposed()
        page = counsel.get(again).content.decode()
        assert "differed 3 times within a day from what was proposed" in page
        assert "3 November 2026" in page
        assert 'name="closing_price"' not in page
        assert typed(counsel, again, "12.34", "confirm", confirmation=promised.code, digest="").status_code == 403
        assert "12.34" not in typed(counsel, again, "12.34").content.decode()
        assert "What will happen" in typed(second, again, "12.34").content.decode(), "another person may at once"
        travel.shift(timedelta(days=1) - timedelta(seconds=1))
        counsel = sign_in("counsel")
        assert "differed 3 times within a day" in counsel.get(again).content.decode()
        travel.shift(timedelta(seconds=1))
        assert "What will happen" in typed(counsel, again, "12.34").content.decode()
        typed(counsel, again, "12.35")
        assert 'name="closing_price"' in counsel.get(again).content.decode(), "after the pause one has three again"


def test_entries_that_differed_over_more_than_a_day_are_no_guessing(sign_in, hr, counsel, promised):
    address, started = reverse("staff:grant", args=[promised.code]), datetime(2026, 11, 2, 17, tzinfo=UTC)
    with time_machine.travel(started, tick=False) as travel:
        made = propose(hr, address, promised.code, GRANT)
        typed(counsel, made, "12.31")
        travel.shift(timedelta(days=1))
        hr, counsel = sign_in("hr"), sign_in("counsel")
        typed(counsel, made, "12.32")
        typed(counsel, made, "12.33")
        assert ProposalOutcome.objects.get().kind == "overtaken"
        again = propose(hr, address, promised.code, GRANT)
        assert "What will happen" in typed(counsel, again, "12.34").content.decode()


def test_the_action_refuses_them_too(hr, counsel, promised, proposal):
    at, user = clock.now(), User.objects.get(email="counsel@company.example")
    said = {"proposal": Proposal.objects.get(), "actor": "staff:counsel@company.example", "at": at, "true_at": at}
    for _time in range(2):
        value(entered_otherwise(differs=lambda: True, entered_by=user, **said))
    assert value(entered_otherwise(differs=lambda: False, entered_by=user, **said)) is None
    assert value(entered_otherwise(differs=lambda: True, entered_by=user, **said)).is_settled
    propose(hr, reverse("staff:grant", args=[promised.code]), promised.code, GRANT)
    said["proposal"] = Proposal.objects.get(number=2)
    refused = entered_otherwise(differs=lambda: False, entered_by=user, **said)
    assert [reason.code for reason in refused.reasons] == ["proposal_paused"]
    press = {"preview_digest": "0" * 64, "carry_out": lambda: None, "approved_by": user}
    refused = in_one_transaction(lambda: approve(**press, **said))
    assert [reason.code for reason in refused.reasons] == ["proposal_paused"]

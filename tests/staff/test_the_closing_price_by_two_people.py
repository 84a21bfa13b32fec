"""The closing price comes from two people: the second types it without being shown the first's (domain §7)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from exchange.audit.models import AuditEvent
from exchange.audit.verify import payload_of
from exchange.offers.models import ProposalOutcome
from exchange.settlement.actions.accept import accept_tenders
from exchange.settlement.actions.promise import issue_promises
from exchange.settlement.models import NewGrant
from tests.staff.conftest import as_shown, propose
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

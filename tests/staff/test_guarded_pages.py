"""Guarded pages: see exactly what will happen, type the offer's code, and then exactly that happens, once.

What binds the company takes two people (`test_two_people`); here they do not disagree.
"""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from exchange.audit.models import AuditEvent
from exchange.cli.demo import cast
from exchange.elections.models import Form
from exchange.grants.models import Cancellation
from exchange.kernel import canonical, clock
from exchange.offers.actions import load_offer
from exchange.offers.models import OfferEvent, Proposal
from exchange.offers.reads import timeline_of
from exchange.people.models import EmploymentEvent, Holder
from exchange.settlement.actions.accept import accept_tenders
from exchange.settlement.actions.promise import issue_promises
from exchange.settlement.models import Acceptance, NewGrant, Promise
from tests.staff.conftest import approve, propose, propose_and_approve
from tests.support.world import (
    ACTOR,
    EXPIRES_AT,
    ZONE,
    a_grant,
    a_holder,
    a_live_offer,
    an_offer,
    election,
    holders_with_grants,
    make_ready,
    paper,
    record,
    submit,
    value,
)

pytestmark = pytest.mark.django_db
ACCEPTED_AT = datetime(2003, 7, 25, 16, tzinfo=UTC)
AT_NINE = {"at": "2003-07-25T09:00"}


def page(client, step, code, data=None):
    address = reverse(f"staff:{step}", args=[code])
    return client.get(address) if data is None else client.post(address, data)


def digest_of(answer):
    found = re.search(r'name="digest" value="([0-9a-f]{64})"', answer.content.decode())
    return found.group(1) if found else ""


def confirmed(client, step, code, data=None, **more):
    """See the preview, type the code, confirm it."""
    preview = page(client, step, code, {**(data or {}), "step": "preview"})
    digest = digest_of(preview)
    assert digest, preview.content.decode()
    press = {**(data or {}), "step": "confirm", "digest": digest, "confirmation": code, **more}
    return page(client, step, code, press)


def by_two(proposer, approver, step, code, data=None, extra=None):
    """One proposes what binds the company, another approves it."""
    return propose_and_approve(proposer, approver, reverse(f"staff:{step}", args=[code]), code, data, extra)


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def a_draft(code="DRAFT", *, days=29, is_replay=False):
    now = clock.now().replace(microsecond=0)
    plain = cast.terms(code, now.isoformat(), (now + timedelta(days=days)).isoformat(), ZONE, is_replay=is_replay)
    return value(load_offer(plain=plain, actor=ACTOR, at=now))[0].offer


def an_expired_replay(holders=2):
    """A replay with a tender of each holder, its clock past the expiration."""
    offer = an_offer()
    made = holders_with_grants(holders)
    received_at = EXPIRES_AT - timedelta(days=9)
    record(offer, [paper(election(h), f"F{h.employee_number}", received_at) for h in made], received_at)
    return offer


# Looking does nothing


def test_looking_at_every_step_changes_nothing(sign_in):
    offer = an_expired_replay()
    client = sign_in("superuser")
    done = AuditEvent.objects.exclude(kind="list.looked")  # that one looked is written down, and is all that is
    before = (done.count(), OfferEvent.objects.count())
    for step in ("open", "extend", "terminate", "accept", "promises", "grant"):
        assert page(client, step, offer.code).status_code == 200
    page(client, "accept", offer.code, {"attested": "on", **AT_NINE, "step": "preview"})
    page(client, "terminate", offer.code, {"reason": "x", **AT_NINE, "step": "preview"})
    assert (done.count(), OfferEvent.objects.count()) == before
    assert not Acceptance.objects.exists()


def test_without_the_offers_code_typed_exactly_nothing_is_done(hr):
    offer = an_expired_replay()
    for typed in ("", "test", "TEST2", "yes"):
        answer = confirmed(hr, "accept", offer.code, {"attested": "on", **AT_NINE}, confirmation=typed)
        assert answer.status_code == 200
        assert "Type TEST, exactly so." in answer.content.decode()
    assert not Acceptance.objects.exists()


def test_a_confirmation_without_a_preview_is_answered_with_the_preview(hr):
    offer = an_expired_replay()
    answer = page(hr, "accept", offer.code, {"attested": "on", **AT_NINE, "step": "confirm", "confirmation": "TEST"})
    assert answer.status_code == 200
    assert "Something has changed since you saw the preview" in answer.content.decode()
    assert not Acceptance.objects.exists()


def test_what_changed_since_the_preview_is_shown_anew_and_not_done(hr):
    offer = an_expired_replay()
    data = {"attested": "on", **AT_NINE}
    preview = page(hr, "accept", offer.code, {**data, "step": "preview"})
    late_comer = a_holder("E9")
    a_grant(late_comer, "E9-1")
    record(offer, [paper(election(late_comer), "F9", EXPIRES_AT - timedelta(days=1))], EXPIRES_AT)
    answer = page(
        hr, "accept", offer.code, {**data, "step": "confirm", "digest": digest_of(preview), "confirmation": "TEST"}
    )
    assert "Something has changed since you saw the preview. Nothing was proposed." in answer.content.decode()
    assert not Proposal.objects.exists()
    again = page(
        hr, "accept", offer.code, {**data, "step": "confirm", "digest": digest_of(answer), "confirmation": "TEST"}
    )
    assert again.status_code == 302
    assert Proposal.objects.exists()


# Opening


@time_machine.travel(datetime(2026, 3, 2, 18, tzinfo=UTC))
def test_opening_a_live_draft_shows_its_reach_and_opens_it(hr, counsel, one_clock):
    offer = a_draft()
    holders_with_grants(3, grants=2)
    make_ready(offer.code)
    said = text_of(page(hr, "open", offer.code))
    assert "3 eligible people" in said
    assert "6 eligible options, 7,200 shares" in said
    answer = by_two(hr, counsel, "open", offer.code)
    assert answer.status_code == 302
    assert timeline_of(offer).is_open(clock.now())
    event = AuditEvent.objects.get(kind="offer.opened")
    assert event.actor == "staff:counsel@company.example"
    assert "Nothing is left to do" in text_of(page(hr, "open", offer.code))


def test_hr_is_told_that_a_clock_rule_is_broken_and_that_counsel_may_override_it(hr):
    offer = a_draft(days=12)
    holders_with_grants(1)
    make_ready(offer.code)
    said = text_of(page(hr, "open", offer.code))
    assert "must stay open for 20 business days" in said
    assert "Counsel decides, and writes a reason; without it nothing is done." in said
    assert "digest" not in page(hr, "open", offer.code).content.decode()


def test_only_counsel_overrides_and_only_with_a_written_reason(hr, counsel, second):
    offer = a_draft(days=12)
    holders_with_grants(1)
    make_ready(offer.code)
    override = {"override": "open_twenty_business_days", "override_reason": "The board decided so."}
    blank = page(counsel, "open", offer.code, {**override, "override_reason": " ", "step": "preview"})
    assert "Write the reason for overriding the clock rule." in blank.content.decode()
    assert "This cannot be done" in blank.content.decode()
    answer = by_two(counsel, second, "open", offer.code, override)
    assert answer.status_code == 302
    event = offer.events.get()
    assert "The board decided so." in event.overrides
    assert event.actor == "staff:second@company.example"


def test_hr_asks_for_an_override_and_counsel_gives_it_in_words_of_their_own_or_nothing_is_done(hr, counsel):
    offer = a_draft(days=12)
    holders_with_grants(1)
    make_ready(offer.code)
    asked = {"override": "open_twenty_business_days", "override_reason": "The plan ends in March."}
    made = propose(hr, reverse("staff:open", args=[offer.code]), offer.code, asked)
    said = text_of(counsel.get(made))
    assert "The plan ends in March. The proposer asks counsel to override it" in said
    assert "A clock rule stands against it now" in said
    press = {"step": "confirm", "digest": canonical.digest(Proposal.objects.get().preview), "confirmation": offer.code}
    assert counsel.post(made, press).status_code == 200
    assert counsel.post(made, {**press, "override": asked["override"], "override_reason": " "}).status_code == 200
    assert not offer.events.exists()
    given = {"override": asked["override"], "override_reason": "It harms no holder."}
    assert approve(counsel, made, offer.code, given).status_code == 302
    overrides = offer.events.get().overrides
    assert "It harms no holder." in overrides
    assert "The plan ends in March." not in overrides


def test_hr_overrides_no_rule_on_a_page_that_asks_for_no_second_person(hr):
    offer = an_expired_replay()
    override = {"override": "open_twenty_business_days", "override_reason": "x"}
    answer = page(hr, "promises", offer.code, {**override, "at": "2003-07-28T10:00", "step": "preview"})
    assert answer.status_code == 403


def test_a_second_running_offer_is_refused_with_the_reason(hr):
    a_live_offer()
    draft = a_draft()
    assert "at most one offer runs at a time" in text_of(page(hr, "open", draft.code))


# Extending and terminating


def test_extending_shows_both_deadlines_and_what_is_tendered_and_is_then_announced(hr, counsel):
    offer = a_live_offer(expires_in=timedelta(days=2))
    (holder,) = holders_with_grants(1)
    submit(offer, holder, election(holder), clock.now())
    to = (timeline_of(offer).expires_at + timedelta(days=1)).replace(microsecond=0)
    data = {"to": to.isoformat()}
    said = text_of(page(hr, "extend", offer.code, {**data, "step": "preview"}))
    assert re.search(r"Shares tendered so far\s+1,200", said)
    assert re.search(r"The offer is extended\s+1\s+0\s+1", said)
    assert by_two(hr, counsel, "extend", offer.code, data).status_code == 302
    assert timeline_of(offer).expires_at == to
    assert offer.events.filter(kind="extended").count() == 1
    again = page(hr, "extend", offer.code, {**data, "step": "preview"})
    assert "Nothing is left to do" in text_of(again)


def test_a_new_expiration_is_read_in_the_offers_zone(hr, counsel):
    offer = a_live_offer(expires_in=timedelta(days=2))
    to = timezone.localtime(timeline_of(offer).expires_at + timedelta(days=1), timezone=ZoneInfo(ZONE))
    assert by_two(hr, counsel, "extend", offer.code, {"to": f"{to:%Y-%m-%dT%H:%M}"}).status_code == 302
    assert timeline_of(offer).expires_at == to.replace(second=0, microsecond=0)


def test_reviving_names_the_late_paper_forms_that_become_timely(hr, counsel):
    offer = an_expired_replay()
    late = a_holder("E8")
    a_grant(late, "E8-1")
    record(offer, [paper(election(late), "F8", EXPIRES_AT + timedelta(minutes=5))], EXPIRES_AT + timedelta(minutes=9))
    data = {"to": "2003-07-24T20:00", "at": "2003-07-24T17:30"}
    assert "F8" in text_of(page(hr, "extend", offer.code, {**data, "step": "preview"}))
    assert by_two(hr, counsel, "extend", offer.code, data).status_code == 302
    assert Form.objects.get(number="F8").judgements.latest("number").status == "effective"


def test_terminating_needs_a_reason_and_counsel_and_returns_everything(hr, counsel):
    offer = an_expired_replay()
    blank = page(counsel, "terminate", offer.code, {"reason": "", **AT_NINE, "step": "preview"})
    assert "Write the reason." in blank.content.decode()
    data = {"reason": "A condition failed.", **AT_NINE}
    said = text_of(page(counsel, "terminate", offer.code, {**data, "step": "preview"}))
    assert re.search(r"Options returned\s+2", said)
    assert re.search(r"Shares returned\s+2,400", said)
    assert by_two(hr, counsel, "terminate", offer.code, data).status_code == 302
    assert timeline_of(offer).terminated_at is not None
    assert not Cancellation.objects.exists()


# Acceptance


def test_nothing_is_accepted_without_hrs_attestation(hr):
    offer = an_expired_replay()
    answer = page(hr, "accept", offer.code, {**AT_NINE, "step": "preview"})
    assert "Nothing is accepted without it." in answer.content.decode()
    answer = page(hr, "accept", offer.code, {**AT_NINE, "step": "confirm", "confirmation": "TEST", "digest": "0" * 64})
    assert answer.status_code == 200
    assert not Acceptance.objects.exists()


def test_open_defects_are_listed_and_expressly_left_or_it_is_refused(hr, counsel):
    offer = an_expired_replay()
    holder = a_holder("E7")
    a_grant(holder, "E7-1")
    record(offer, [paper(election(holder, signature_name=""), "F7", EXPIRES_AT - timedelta(days=1))], EXPIRES_AT)
    asked = text_of(page(hr, "accept", offer.code))
    assert "F7" in asked
    assert "Leave the 1 open defect as it is." in asked
    refused = page(hr, "accept", offer.code, {"attested": "on", **AT_NINE, "step": "preview"})
    assert "neither decided nor expressly left" in text_of(refused)
    assert not digest_of(refused)
    data = {"attested": "on", "leave_undecided": "on", **AT_NINE}
    assert by_two(hr, counsel, "accept", offer.code, data).status_code == 302
    acceptance = Acceptance.objects.get()
    assert acceptance.left_undecided == 1
    assert acceptance.attested_by == "staff:hr@company.example"
    assert AuditEvent.objects.filter(kind="tenders.accepted").count() == 1


def test_acceptance_names_every_option_taken_and_why_one_is_not(hr, counsel):
    offer = an_expired_replay(holders=3)
    leaver = Holder.objects.get(employee_number="E2")
    EmploymentEvent.objects.create(
        holder=leaver, effective_on=date(2003, 7, 25), position=1, event="terminated", value=""
    )
    said = text_of(page(hr, "accept", offer.code, {"attested": "on", **AT_NINE, "step": "preview"}))
    assert re.search(r"Options cancelled\s+2", said)
    assert re.search(r"Shares cancelled\s+2,400", said)
    assert "The person was not eligible on the day of cancellation." in said
    assert "E1-1" in said
    by_two(hr, counsel, "accept", offer.code, {"attested": "on", **AT_NINE})
    assert set(Cancellation.objects.values_list("grant_number", flat=True)) == {"E1-1", "E3-1"}


def test_an_offer_that_is_still_open_cannot_be_accepted(hr):
    offer = a_live_offer()
    answer = page(hr, "accept", offer.code, {"attested": "on", "step": "preview"})
    assert "can be accepted only once it has expired" in text_of(answer)


def test_pressed_twice_it_is_one_proposal_and_accepted_once(hr, counsel):
    offer = an_expired_replay()
    data = {"attested": "on", **AT_NINE}
    digest = digest_of(page(hr, "accept", offer.code, {**data, "step": "preview"}))
    press = {**data, "step": "confirm", "digest": digest, "confirmation": "TEST"}
    first, again = (page(hr, "accept", offer.code, press) for _ in range(2))
    assert (first.status_code, first["Location"]) == (302, again["Location"])
    digest = digest_of(counsel.post(first["Location"], {"step": "preview"}))
    press = {"step": "confirm", "digest": digest, "confirmation": "TEST"}
    assert counsel.post(first["Location"], press).status_code == 302
    assert "settled already: approved and done" in text_of(counsel.post(first["Location"], press))
    assert Acceptance.objects.count() == 1
    assert AuditEvent.objects.filter(kind="tenders.accepted").count() == 1


# Promises and grants


@pytest.fixture
def accepted():
    offer = an_expired_replay()
    value(accept_tenders(code=offer.code, attested=True, leave_undecided=True, actor=ACTOR, at=ACCEPTED_AT))
    return offer


def test_promises_are_issued_as_shown(hr, accepted):
    data = {"at": "2003-07-28T10:00"}
    said = text_of(page(hr, "promises", accepted.code, {**data, "step": "preview"}))
    assert re.search(r"Promises\s+2", said)
    assert re.search(r"Shares promised\s+2,400", said)
    assert confirmed(hr, "promises", accepted.code, data).status_code == 302
    assert Promise.objects.count() == 2
    again = text_of(page(hr, "promises", accepted.code, {**data, "step": "preview"}))
    assert "Nothing is left to do" in again


PRICE = {"closing_price": "2.03"}
GRANT = {"on": "2004-01-26", **PRICE, "at": "2004-01-26T17:00"}


def test_what_is_no_price_is_not_taken(hr, accepted):
    value(issue_promises(code=accepted.code, actor=ACTOR, at=ACCEPTED_AT))
    for wrong in ("2.030001", "-1", "0", "two", "", "NaN", "1e3"):
        answer = page(hr, "grant", accepted.code, {**GRANT, "closing_price": wrong, "step": "preview"})
        assert not digest_of(answer), wrong


def test_granting_shows_what_is_granted_and_what_lapses_and_does_that(hr, counsel, accepted):
    value(issue_promises(code=accepted.code, actor=ACTOR, at=ACCEPTED_AT))
    EmploymentEvent.objects.create(
        holder=Holder.objects.get(employee_number="E2"), effective_on=date(2003, 12, 1), position=1, event="terminated"
    )
    said = text_of(page(hr, "grant", accepted.code, {**GRANT, "step": "preview"}))
    assert re.search(r"New options\s+1\b", said)
    assert "1: Not an employee on the grant date." in said
    assert by_two(hr, counsel, "grant", accepted.code, GRANT, PRICE).status_code == 302
    grant = NewGrant.objects.get()
    assert (grant.exercise_price, grant.shares, grant.granted_on) == (Decimal("2.03"), 1200, date(2004, 1, 26))


def test_a_day_too_early_is_refused_with_the_earliest(hr, accepted):
    value(issue_promises(code=accepted.code, actor=ACTOR, at=ACCEPTED_AT))
    answer = page(hr, "grant", accepted.code, {**GRANT, "on": "2004-01-23", "step": "preview"})
    assert "26 January 2004 at the earliest" in text_of(answer)


def test_what_was_entered_can_be_changed_from_the_preview(hr, accepted):
    value(issue_promises(code=accepted.code, actor=ACTOR, at=ACCEPTED_AT))
    answer = page(hr, "grant", accepted.code, {**GRANT, "step": "change"})
    assert 'value="2.03"' in answer.content.decode()
    assert not digest_of(answer)

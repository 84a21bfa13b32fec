"""The desk's home: what waits, for whom, until when, in each state of an offer."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from exchange.elections.actions import terminate_offer
from exchange.elections.confirmations import owed
from exchange.elections.tally import late_paper_elections, tally
from exchange.kernel import clock
from exchange.notices.models import Message, State
from exchange.offers.reads import load
from exchange.settlement.actions.accept import accept_tenders
from exchange.settlement.actions.promise import issue_promises
from exchange.settlement.actions.statements import issue_statements
from tests.staff.conftest import propose
from tests.staff.test_guarded_pages import AT_NINE, a_draft, an_expired_replay
from tests.support.world import (
    ACTOR,
    EXPIRES_AT,
    a_grant,
    a_holder,
    a_live_offer,
    an_offer,
    election,
    holders_with_grants,
    make_ready,
    notice,
    paper,
    record,
    submit,
    value,
)

pytestmark = pytest.mark.django_db
ACCEPTED_AT = datetime(2003, 7, 25, 16, tzinfo=UTC)


def desk(client):
    """The desk's list of what waits: title → the whole entry in words."""
    page = client.get(reverse("staff:index")).content.decode()
    entries = re.findall(r"<li[^>]*>\s*<div class=\"what\">.*?</li>", page, re.S)
    found = {}
    for entry in entries:
        said = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", entry)).strip()
        title = re.search(r'class="what">(?:<a[^>]*>)?([^<]+)', entry).group(1)
        found[title] = (said, "<a href" in entry)
    return found


def test_without_an_offer_the_first_thing_is_its_terms(hr, counsel):
    assert desk(hr)["Make an offer"][1]
    assert not desk(counsel)["Make an offer"][1]


def test_an_administrator_of_an_empty_desk_is_led_to_the_accounts_until_hr_and_counsel_have_one(sign_in):
    superuser = sign_in("superuser")
    assert "Nobody is yet in: HR, Counsel." in desk(superuser)["Make the staff accounts"][0]
    assert "Make the staff accounts" not in desk(sign_in("hr"))
    assert "Nobody is yet in: Counsel." in desk(superuser)["Make the staff accounts"][0]
    sign_in("counsel")
    assert "Make the staff accounts" not in desk(superuser)


def test_a_draft_waits_for_people_options_and_its_opening(hr):
    offer = a_draft()
    to_come = {"Go through the checklist", f"Open {offer.code}"}
    assert set(desk(hr)) == {"Import the people", "Import the options", *to_come}
    assert [title for title, (said, _link) in desk(hr).items() if " Next " in said] == ["Import the people"]
    holders_with_grants(1)
    assert set(desk(hr)) == to_come
    assert [title for title, (said, _link) in desk(hr).items() if " Next " in said] == [f"Open {offer.code}"]


def test_an_open_offer_shows_its_deadline_in_its_zone_and_in_utc(hr):
    an_offer()
    said, is_link = desk(hr)["Record paper forms as they come in"]
    assert "24 July 2003, 5:00 p.m. Pacific Time (25 July, 00:00 UTC)" in said
    assert is_link
    page = hr.get(reverse("staff:index")).content.decode()
    assert page.count("24 July 2003, 5:00 p.m. Pacific Time (25 July, 00:00 UTC)") == 2


def test_defects_wait_until_a_later_form_overtakes_them(hr):
    offer = an_offer()
    (holder,) = holders_with_grants(1)
    at = EXPIRES_AT - timedelta(days=9)
    record(offer, [paper(election(holder, signature_name=""), "F1", at)], at)
    assert "1 defect is neither decided nor overtaken" in desk(hr)["Look at the defects"][0]
    page = hr.get(reverse("staff:defects")).content.decode()
    assert "Nobody signed it." in page
    assert "F1" in page
    record(offer, [paper(election(holder), "F2", at + timedelta(hours=1))], at)
    assert "Look at the defects" not in desk(hr)
    assert "No defect waits." in hr.get(reverse("staff:defects")).content.decode()


def test_an_expired_offer_waits_for_acceptance_and_can_be_revived_until_nine_eastern(hr):
    a_live_offer(expires_in=-timedelta(minutes=5))
    waiting = desk(hr)
    assert waiting["Accept the tenders"][1]
    assert "6:00 a.m. Pacific Time" in waiting["Extend instead, if the company decides so"][0]


def test_a_step_that_was_proposed_waits_for_counsel_and_is_to_do_again_once_it_is_taken_back(hr, counsel):
    offer = an_expired_replay()
    before = desk(hr)
    title = "Accept the tenders once the offer has closed"
    assert "Waits for approval" not in before[title][0]
    made = propose(hr, reverse("staff:accept", args=[offer.code]), offer.code, {"attested": "on", **AT_NINE})
    for client in (hr, counsel):
        said, is_link = desk(client)[title]
        assert "Waits for approval" in said
        assert "hr@company.example has proposed it. It waits for counsel’s approval" in said
        assert "Who Counsel" in said
        assert is_link
        assert made in client.get(reverse("staff:index")).content.decode()
    assert hr.post(made, {"step": "take-back"}).status_code == 302
    assert desk(hr) == before


@time_machine.travel(datetime(2026, 3, 2, 18, tzinfo=UTC))
def test_the_opening_that_was_proposed_waits_too(hr, counsel, one_clock):
    offer = a_draft()
    holders_with_grants(1)
    make_ready(offer.code)
    propose(hr, reverse("staff:open", args=[offer.code]), offer.code, {})
    assert "It waits for counsel’s approval" in desk(counsel)[f"Open {offer.code}"][0]


def test_after_acceptance_promises_are_due_on_their_day_and_then_the_grant(hr):
    offer = an_offer()
    holders = holders_with_grants(2)
    at = EXPIRES_AT - timedelta(days=9)
    record(offer, [paper(election(holder), f"F{holder.pk}", at) for holder in holders], at)
    value(accept_tenders(code=offer.code, attested=True, leave_undecided=True, actor=ACTOR, at=ACCEPTED_AT))
    said, is_link = desk(hr)["Issue the promises"]
    assert "2 holders of cancelled options have no Promise to Grant yet." in said
    assert "30 July 2003" in said
    assert is_link
    value(issue_promises(code=offer.code, actor=ACTOR, at=ACCEPTED_AT))
    waiting = desk(hr)
    assert "Issue the promises" not in waiting
    assert "From 26 January 2004" in waiting["Grant the new options"][0]


def test_receipts_are_due_two_business_days_after_the_day_of_receipt(hr):
    offer = an_offer()
    (holder,) = holders_with_grants(1)
    friday = datetime(2003, 7, 11, 20, tzinfo=UTC)
    record(offer, [paper(election(holder), "F1", friday)], friday)
    (waiting,) = owed(load(offer))
    assert (waiting.number, waiting.due_on.isoformat(), waiting.is_given_up) == ("F1", "2003-07-15", False)
    assert "15 July 2003" in desk(hr)["See that receipts go out"][0]
    Message.objects.update(state=State.FAILED)
    said = desk(hr)
    assert "1 letter was given up." in said["See that receipts go out"][0]
    assert said["Look at the letters that were given up"][1]
    Message.objects.update(state=State.SENT, sent_at=friday)
    assert owed(load(offer)) == []
    assert "See that receipts go out" not in desk(hr)


def test_a_receipt_that_was_made_again_for_a_new_deadline_is_one_receipt():
    offer = an_offer()
    (holder,) = holders_with_grants(1)
    at = EXPIRES_AT - timedelta(days=1)
    record(offer, [paper(election(holder), "F1", at)], at)
    Message.objects.filter(kind="election_received").update(state=State.CANCELLED)
    again = Message.objects.get(kind="election_received")
    again.pk, again.key, again.state = None, f"{again.key}:20030725T000000.000000Z", State.QUEUED
    again.message_id = "<another@company.example>"
    again._state.adding = True
    again.save(force_insert=True)
    assert [item.number for item in owed(load(offer))] == ["F1"]


def test_letters_that_wait_too_long_point_to_the_worker_and_one_given_up_can_be_tried_again(hr, counsel):
    offer = an_offer()
    (holder,) = holders_with_grants(1)
    at = EXPIRES_AT - timedelta(days=1)
    record(offer, [paper(election(holder), "F1", at)], at)
    message = Message.objects.get(kind="election_received")
    assert "See whether the worker runs" not in desk(hr)  # a replay's own date, long past, is no wait
    Message.objects.filter(pk=message.pk).update(next_attempt_at=clock.now() - timedelta(minutes=16))
    assert "waited for more than 15 minutes" in desk(hr)["See whether the worker runs"][0]
    Message.objects.filter(pk=message.pk).update(state=State.FAILED, last_error="SMTPServerDisconnected")
    retry = reverse("staff:retry", args=[message.pk])
    assert counsel.post(retry).status_code == 403
    page = hr.get(reverse("staff:notices_message_change", args=[message.pk])).content.decode()
    assert retry in page
    assert hr.post(retry).status_code == 302
    message.refresh_from_db()
    assert message.state == State.QUEUED
    assert "nothing to try again" in hr.post(retry, follow=True).content.decode()


def test_the_figures_count_what_is_in_force():
    offer = an_offer()
    ana, ben, cem, _dora = holders_with_grants(4, grants=2)
    start = EXPIRES_AT - timedelta(days=9)
    first = submit(offer, ana, election(ana), start)
    submit(offer, ana, notice(ana, against=first.form.number), start + timedelta(hours=1))
    submit(offer, ben, election(ben, *ben.grants.filter(grant_number="E2-1")), start)
    at = start + timedelta(hours=2)
    record(offer, [paper(election(cem, signature_name=""), "F1", at)], at)
    found = tally(load(offer), EXPIRES_AT)
    assert found.forms == 4
    assert found.by_status == {"effective": 3, "defective": 1}
    assert (found.tendering_holders, found.withdrawn_holders) == (1, 1)
    assert (found.tendered_grants, found.tendered_shares) == (1, 1200)


def test_only_paper_forms_in_the_window_become_timely():
    offer = an_offer()
    holder = a_holder()
    a_grant(holder, "G1")
    late = EXPIRES_AT + timedelta(minutes=5)
    record(offer, [paper(election(holder), "F1", late)], late + timedelta(hours=1))
    submit(offer, holder, election(holder), late + timedelta(minutes=90))
    loaded = load(offer)
    hour = timedelta(hours=1)
    assert late_paper_elections(loaded, since=EXPIRES_AT, before=EXPIRES_AT + 3 * hour) == ["F1"]
    assert late_paper_elections(loaded, since=EXPIRES_AT, before=late) == []


def test_the_home_of_an_offer_that_is_over_is_quiet(hr):
    offer = an_offer()
    at = EXPIRES_AT + timedelta(hours=1)
    value(accept_tenders(code=offer.code, attested=True, leave_undecided=True, actor=ACTOR, at=at))
    assert desk(hr) == {}
    assert "Nothing waits." in hr.get(reverse("staff:index")).content.decode()


def test_the_draft_of_the_next_offer_is_led_on_from_the_home_of_one_that_is_over(hr):
    over = an_offer()
    holders_with_grants(1)
    value(terminate_offer(code=over.code, reason="A condition", actor=ACTOR, at=EXPIRES_AT - timedelta(days=2)))
    draft = a_draft()
    assert f"Open {draft.code}" in desk(hr)
    assert "Go through the checklist" in desk(hr)


def test_final_statements_are_owed_until_they_are_made(hr):
    offer = an_offer()
    a_grant(a_holder(), "G1")
    at = EXPIRES_AT + timedelta(hours=1)
    value(accept_tenders(code=offer.code, attested=True, leave_undecided=True, actor=ACTOR, at=at))
    assert "Make the final statements" in desk(hr)
    value(issue_statements(code=offer.code, actor=ACTOR, at=at))
    assert "Make the final statements" not in desk(hr)

"""Exceptions on the desk: HR proposes from the pages of a person, an option or the offer; counsel approves."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from exchange.audit.looks import looks_at
from exchange.audit.models import AuditEvent
from exchange.elections.reads import holder_view
from exchange.grants.models import Grant
from exchange.offers.ledger import faults
from exchange.offers.models import CounselFlag, Exclusion, ExclusionLifted
from exchange.people.models import Holder, User
from exchange.settlement.actions.accept import accept_tenders
from exchange.staff.admin.base import record_url
from tests.staff.conftest import approve, propose, propose_and_approve
from tests.staff.test_guarded_pages import a_draft, page, text_of
from tests.support.world import EXPIRES_AT, a_grant, a_holder, an_offer, election, extend, paper, record, value

pytestmark = pytest.mark.django_db
SAID = {
    "person": "E1",
    "option": "G1",
    "effective_on": "2003-07-14",
    "reason": "Order 17 of the court of Exampleton.",
    "told": "A court order forbids it.",
    "at": "2003-07-14T09:00",
}
LIFTED = {"effective_on": "2003-07-16", "reason": "The order was set aside.", "at": "2003-07-15T09:00"}


@pytest.fixture
def offer():
    """Ana has tendered a split pair and a third option."""
    made = an_offer()
    ana = a_holder("E1")
    a_grant(ana, "G1", split_pair="P")
    a_grant(ana, "G2", split_pair="P")
    a_grant(ana, "G3")
    at = EXPIRES_AT - timedelta(days=12)
    record(made, [paper(election(ana), "F1", at)], at)
    return made


def address(step, offer):
    return reverse(f"staff:{step}", args=[offer.code])


def excluded(hr, counsel, offer, **changed):
    answer = propose_and_approve(hr, counsel, address("exclude", offer), offer.code, {**SAID, **changed})
    assert answer.status_code == 302
    return Exclusion.objects.latest("number")


def test_an_option_is_excluded_by_two_and_the_page_says_what_it_touches(hr, counsel, offer):
    said = text_of(page(hr, "exclude", offer.code, {**SAID, "step": "preview"}))
    assert "1 option, 1,200 shares outstanding" in said
    assert "The other half of its pair G2" in said
    assert "F1 G1, G2" in said
    assert "Every tender is asked again at acceptance." in said
    assert "Counsel is flagged" in said
    proposal = propose(hr, address("exclude", offer), offer.code, SAID)
    assert not Exclusion.objects.exists()
    assert approve(counsel, proposal, offer.code)["Location"] == address("exceptions", offer)
    row = Exclusion.objects.get()
    assert (row.proposed_by, row.approved_by) == ("staff:hr@company.example", "staff:counsel@company.example")
    assert AuditEvent.objects.get(kind="exclusion.made").actor == row.approved_by
    assert CounselFlag.objects.get().kind == "excluded_while_running"
    assert list(faults()) == []
    listed = text_of(counsel.get(address("exceptions", offer)))
    assert "One exclusion" in listed
    assert "hr@company.example; counsel@company.example" in listed


def test_who_proposed_it_cannot_approve_it_and_sees_what_waits(counsel, offer):
    proposal = propose(counsel, address("exclude", offer), offer.code, SAID)
    assert "You proposed this." in text_of(counsel.get(proposal))
    assert counsel.post(proposal, {"step": "confirm", "confirmation": offer.code}).status_code == 403
    assert not Exclusion.objects.exists()


def test_a_proposal_outlives_an_extension_that_leaves_it_possible(hr, counsel, offer):
    proposal = propose(hr, address("exclude", offer), offer.code, SAID)
    extend(offer, EXPIRES_AT + timedelta(days=1), EXPIRES_AT - timedelta(hours=1))
    assert "before an action already taken on this offer" in text_of(counsel.post(proposal, {"step": "preview"}))


def test_it_is_lifted_by_two_from_the_list(hr, counsel, offer):
    row = excluded(hr, counsel, offer)
    assert f"?exclusion={row.pk}" in hr.get(address("exceptions", offer)).content.decode()
    data = {**LIFTED, "exclusion": row.pk}
    assert propose_and_approve(hr, counsel, address("lift-exclusion", offer), offer.code, data).status_code == 302
    assert ExclusionLifted.objects.get().exclusion == row
    assert "Lifted from 16 July 2003" in text_of(hr.get(address("exceptions", offer)))
    assert "Choose an exclusion" in text_of(page(hr, "lift-exclusion", offer.code, {**LIFTED, "step": "preview"}))
    assert list(faults()) == []


def test_nobody_proposes_or_approves_about_themselves(hr, counsel, offer):
    ana = Holder.objects.get()
    Holder.objects.filter(pk=ana.pk).update(user=User.objects.get(email="hr@company.example"))
    refused = text_of(page(hr, "exclude", offer.code, {**SAID, "step": "preview"}))
    assert "This is your own affair." in refused
    assert "Exclude from the offer…" not in text_of(hr.get(record_url(ana)))
    Holder.objects.filter(pk=ana.pk).update(user=None)
    proposal = propose(hr, address("exclude", offer), offer.code, SAID)
    Holder.objects.filter(pk=ana.pk).update(user=User.objects.get(email="counsel@company.example"))
    assert "Your own options are among them." in text_of(counsel.post(proposal, {"step": "preview"}))
    assert counsel.post(proposal, {"step": "confirm", "confirmation": offer.code}).status_code == 403
    assert not Exclusion.objects.exists()


def test_one_finds_it_on_the_pages_of_the_person_the_option_and_eligibility(hr, counsel, sign_in, offer):
    ana, grant = Holder.objects.get(), Grant.objects.get(grant_number="G1")
    where = address("exclude", offer)
    assert f"{where}?person=E1&amp;option=G1" in hr.get(record_url(grant)).content.decode()
    assert f"{where}?person=E1" in hr.get(record_url(ana)).content.decode()
    assert where in hr.get(address("eligibility", offer)).content.decode()
    assert where not in sign_in("auditor").get(address("eligibility", offer)).content.decode()
    filled = hr.get(f"{where}?person=E1&option=G1").content.decode()
    assert 'value="E1"' in filled
    assert 'value="G1"' in filled
    assert "Nobody and no option is excluded." in text_of(hr.get(address("exceptions", offer)))
    excluded(hr, counsel, offer)
    said = text_of(hr.get(address("eligibility", offer)))
    assert "Excluded from the offer by the company. 1 1,200" in said
    assert "Excluded from the offer by the company." in text_of(hr.get(record_url(ana)))


def test_in_a_draft_two_suffice_and_nothing_is_flagged(hr, counsel, offer):
    draft = a_draft("NEXT")
    a_grant(a_holder("E2"), "G9")
    data = {"person": "E2", "effective_on": "2003-07-14", "reason": "The law of a place.", "told": "The law."}
    found = page(hr, "exclude", draft.code, {**data, "step": "preview"})
    assert "Counsel is flagged" not in text_of(found)
    extra = {"at": "2003-07-14T09:00"} if draft.is_replay else {}
    answer = propose_and_approve(hr, counsel, address("exclude", draft), draft.code, {**data, **extra})
    assert answer.status_code == 302
    assert not CounselFlag.objects.exists()
    day = Exclusion.objects.get().at
    assert holder_view(draft, Holder.objects.get(employee_number="E2"), day).person_reasons == ("person_excluded",)
    assert holder_view(offer, Holder.objects.get(employee_number="E2"), day).person_reasons == ()


def test_after_acceptance_nothing_is_excluded(hr, counsel, offer):
    row = excluded(hr, counsel, offer)
    accepted = {"attested": True, "leave_undecided": True, "actor": "staff:hr", "at": EXPIRES_AT + timedelta(days=1)}
    value(accept_tenders(code=offer.code, **accepted))
    late = {"option": "G3", "at": "2003-07-26T09:00"}
    said = text_of(page(hr, "exclude", offer.code, {**SAID, **late, "step": "preview"}))
    assert "Nothing is excluded, or put back, any more." in said
    assert f"?exclusion={row.pk}" not in hr.get(address("exceptions", offer)).content.decode()


def test_the_list_asks_no_more_with_more(hr, counsel, offer):
    def asked():
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            assert hr.get(address("exceptions", offer)).status_code == 200
        return len(queries)

    excluded(hr, counsel, offer)
    one = asked()
    excluded(hr, counsel, offer, option="G2", at="2003-07-14T10:00")
    excluded(hr, counsel, offer, option="", at="2003-07-14T11:00")
    assert asked() == one


def looked():
    return [(look.by, look.what) for look in looks_at("E1")[0]]


def test_whoever_is_shown_a_proposed_exclusion_is_written_down_with_the_person(hr, counsel, sign_in, offer):
    hr.get(address("exclude", offer))
    assert looked() == []
    page(hr, "exclude", offer.code, {**SAID, "step": "preview"})
    assert looked() == [("Hr", "exclusion")]
    proposal = propose(hr, address("exclude", offer), offer.code, SAID)
    before = len(looked())
    for client in (counsel, sign_in("auditor")):
        assert SAID["reason"] in text_of(client.get(proposal))
    approve(counsel, proposal, offer.code)
    assert SAID["reason"] in text_of(hr.get(proposal))
    assert looked()[: len(looked()) - before] == [
        *(("Hr", "exclusion"), ("Counsel", "exclusion"), ("Auditor", "exclusion"), ("Counsel", "exclusion"))
    ]


def test_so_is_who_is_shown_that_it_is_to_be_lifted(hr, counsel, offer):
    data = {**LIFTED, "exclusion": excluded(hr, counsel, offer).pk}
    before = len(looked())
    page(hr, "lift-exclusion", offer.code, {**data, "step": "preview"})
    assert len(looked()) == before + 1
    proposal = propose(hr, address("lift-exclusion", offer), offer.code, data)
    approve(counsel, proposal, offer.code)
    before = len(looked())
    assert SAID["reason"] in text_of(hr.get(proposal))
    assert len(looked()) == before + 1


def test_what_waits_names_nobody_before_it_is_opened(hr, counsel, sign_in, offer):
    propose(hr, address("exclude", offer), offer.code, SAID)
    propose(hr, address("exclude", offer), offer.code, {**SAID, "option": ""})
    for who in ("counsel", "hr", "auditor", "helpdesk"):
        desk = text_of(sign_in(who).get(reverse("staff:index")))
        assert not re.search(r"\b(E1|G1)\b", desk)
    waiting = text_of(counsel.get(reverse("staff:approvals")))
    assert "Exclude one option from 14 July 2003" in waiting
    assert "Exclude one person from 14 July 2003" in waiting
    assert not re.search(r"\b(E1|G1)\b", waiting)

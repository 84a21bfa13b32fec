"""An agreement recorded as signed by mistake, on the desk: HR proposes from the new option, counsel approves."""

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from exchange.audit.looks import looks_at
from exchange.documents.models import Paper
from exchange.notices.models import Message, State
from exchange.people.models import User
from exchange.settlement.actions.close import close_offer
from exchange.settlement.actions.statements import issue_statements
from exchange.settlement.actions.unsign import unsign_agreement
from exchange.settlement.models import AgreementMistake, AgreementSignature, NewGrant
from exchange.settlement.signatures import is_released
from tests.staff.conftest import approve, propose
from tests.staff.test_guarded_pages import page, text_of
from tests.support.agreements import granted_options, keep_pdf, on_paper
from tests.support.world import value

pytestmark = pytest.mark.django_db
WHY = "It was the cover letter that came."


@pytest.fixture
def recorded():
    """E1's agreement, recorded as signed on paper."""
    return value(on_paper(granted_options()[0]))


def code_of(recorded):
    return recorded.grant.line.promise.offer.code


def place(recorded):
    return reverse("staff:agreement-mistake", args=[code_of(recorded)])


def wanted(recorded, **changed):
    return {"signature": recorded.pk, "reason": WHY, "at": "2004-01-29T09:00", **changed}


def record_of(recorded):
    return f"/staff/new-options/{recorded.grant_id}/"


def test_two_people_mend_it_from_the_page_of_the_new_option(hr, counsel, recorded):
    opened = hr.get(record_of(recorded)).content.decode()
    (url,) = re.findall(r'href="([^"]+agreement-mistake/\?signature=[^"]+)"', opened)
    assert f'value="{recorded.pk}" selected' in hr.get(url).content.decode()
    preview = text_of(page(hr, "agreement-mistake", code_of(recorded), {**wanted(recorded), "step": "preview"}))
    assert recorded.grant_number in preview
    assert WHY in preview
    assert "The holder is told by letter." in preview
    proposal = propose(hr, place(recorded), code_of(recorded), wanted(recorded))
    assert is_released(recorded.grant)
    assert approve(counsel, proposal, code_of(recorded)).status_code == 302
    row = AgreementMistake.objects.get()
    assert (row.proposed_by, row.approved_by) == ("staff:hr@company.example", "staff:counsel@company.example")
    after = text_of(hr.get(record_of(recorded)))
    assert "Not released" in after
    assert "Recorded as signed by mistake" in after
    assert WHY in after
    assert "Record an agreement signed on paper" in after
    assert "Waits for signature (2)" in text_of(hr.get("/staff/new-options/"))
    assert "2 new options wait for their holders’ signatures." in text_of(hr.get("/staff/"))


def test_recorded_again_it_is_released_and_the_mistake_still_told(hr, counsel, recorded):
    approve(counsel, propose(hr, place(recorded), code_of(recorded), wanted(recorded)), code_of(recorded))
    value(on_paper(recorded.grant))
    after = text_of(hr.get(record_of(recorded)))
    assert "Released" in after
    assert "Not released" not in after
    assert WHY in after
    assert AgreementSignature.objects.count() == 2
    assert "1 new option " in text_of(hr.get("/staff/new-options/?agreement=signed"))


def test_found_once_the_offer_is_closed_the_desk_tells_of_it_until_it_is_signed(hr, recorded):
    """What else waits was expressly left when the offer was closed."""
    offer, now = recorded.grant.line.promise.offer, datetime(2004, 2, 2, 18, tzinfo=UTC)
    value(issue_statements(code=offer.code, actor="staff:hr", at=now))
    Message.objects.update(state=State.SENT, sent_at=now)
    for paper in Paper.objects.filter(rendered__isnull=True):
        keep_pdf(paper)
    value(close_offer(code=offer.code, leave_unsigned=True, leave_letters=False, actor="staff:hr", at=now))
    assert "signature" not in text_of(hr.get("/staff/"))
    two = {"proposed_by": "staff:hr", "approved_by": "staff:counsel", "actor": "staff:counsel"}
    value(unsign_agreement(signature=recorded.pk, reason=WHY, **two, at=now + timedelta(days=1)))
    assert "1 new option waits for its holder’s signature." in text_of(hr.get("/staff/"))
    value(on_paper(recorded.grant))
    assert "signature" not in text_of(hr.get("/staff/"))


def test_who_proposed_it_does_not_approve_it(hr, recorded):
    proposal = propose(hr, place(recorded), code_of(recorded), wanted(recorded))
    assert "You proposed this." in text_of(hr.get(proposal))
    assert hr.post(proposal, {"step": "confirm", "confirmation": code_of(recorded)}).status_code == 403
    assert not AgreementMistake.objects.exists()


def test_nobody_proposes_or_approves_their_own(hr, counsel, recorded):
    holder = recorded.holder
    holder.user = User.objects.get(email="hr@company.example")
    holder.save()
    assert "agreement-mistake" not in hr.get(record_of(recorded)).content.decode()
    said = text_of(page(hr, "agreement-mistake", code_of(recorded), {**wanted(recorded), "step": "preview"}))
    assert "This is your own affair." in said
    holder.user = None
    holder.save()
    proposal = propose(hr, place(recorded), code_of(recorded), wanted(recorded))
    holder.user = User.objects.get(email="counsel@company.example")
    holder.save()
    assert "Your own options are among them." in text_of(counsel.get(proposal))
    assert counsel.post(proposal, {"step": "confirm", "confirmation": code_of(recorded)}).status_code == 403
    assert not AgreementMistake.objects.exists()


@pytest.mark.parametrize("signature", [uuid4(), "nothing", ""])
def test_only_what_stands_on_paper_can_be_chosen(hr, recorded, signature):
    entered = {**wanted(recorded, signature=signature), "step": "preview"}
    said = text_of(page(hr, "agreement-mistake", code_of(recorded), entered))
    told = "No signature on paper stands there any more" if signature else "Begin on the page of the new option."
    assert told in said
    assert hr.get(f"{place(recorded)}?signature={signature}").status_code == 200


def test_the_page_offers_the_one_agreement_one_came_from(hr, recorded):
    """With ten thousand on paper a list of all would be megabytes, and no help."""
    other = value(on_paper(NewGrant.objects.exclude(pk=recorded.grant_id)[0]))
    assert other.grant_number not in hr.get(f"{place(recorded)}?signature={recorded.pk}").content.decode()


def test_what_two_proposed_is_done_once(hr, counsel, recorded):
    first, second = (
        propose(hr, place(recorded), code_of(recorded), wanted(recorded, reason=reason)) for reason in ("One.", "Two.")
    )
    approve(counsel, first, code_of(recorded))
    assert "it is mended already" in text_of(counsel.get(second))
    assert AgreementMistake.objects.get().reason == "One."


def test_the_look_is_written_down(hr, recorded):
    before = looks_at("E1")[1]
    page(hr, "agreement-mistake", code_of(recorded), {**wanted(recorded), "step": "preview"})
    looks, after = looks_at("E1")
    assert after == before + 1
    assert (looks[0].what, looks[0].name) == ("new_option", recorded.grant_number)

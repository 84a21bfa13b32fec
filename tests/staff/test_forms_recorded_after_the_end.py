"""A form recorded once the offer has ended changes nothing, and no list of the desk calls it in force."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from exchange.elections.models import Form
from exchange.settlement.actions.accept import accept_tenders
from exchange.staff.admin.base import list_url, record_url
from tests.support.world import ACTOR, EXPIRES_AT, an_offer, election, holders_with_grants, paper, record, value

pytestmark = pytest.mark.django_db
ACCEPTED_AT = datetime(2003, 7, 25, 16, tzinfo=UTC)


@pytest.fixture
def forms():
    offer = an_offer()
    (holder,) = holders_with_grants(1, grants=2)
    first = holder.grants.order_by("grant_number").first()
    record(offer, [paper(election(holder, first), "F1", EXPIRES_AT - timedelta(days=2))], EXPIRES_AT)
    value(accept_tenders(code=offer.code, attested=True, leave_undecided=True, actor=ACTOR, at=ACCEPTED_AT))
    record(offer, [paper(election(holder), "F2", EXPIRES_AT - timedelta(days=1))], ACCEPTED_AT)
    return {form.number: form for form in Form.objects.all()}


def test_the_list_and_the_record_say_which_form_was_in_force_at_acceptance(hr, forms):
    listed = hr.get(list_url(Form)).content.decode()
    assert listed.count("Effective, in force") == 1
    assert listed.count("Effective, recorded after the end") == 1
    assert "Effective, in force" in hr.get(record_url(forms["F1"])).content.decode()
    later = hr.get(record_url(forms["F2"])).content.decode()
    assert "Effective, recorded after the end" in later
    assert "Effective, in force" not in later


def test_the_person_s_record_says_the_same(hr, forms):
    shown = hr.get(reverse("staff:people_holder_change", args=[forms["F1"].holder_id])).content.decode()
    assert shown.count("Effective, in force") == 1
    assert shown.count("Effective, recorded after the end") == 1


def test_the_preview_of_a_letter_counts_no_form_recorded_since(hr):
    offer = an_offer()
    (holder,) = holders_with_grants(1)
    value(accept_tenders(code=offer.code, attested=True, leave_undecided=False, actor=ACTOR, at=ACCEPTED_AT))
    record(offer, [paper(election(holder), "F2", EXPIRES_AT - timedelta(days=1))], ACCEPTED_AT)
    shown = hr.get(reverse("staff:letter-of-offer", args=[offer.code, "form_late"]), {"person": "E1"})
    assert "Nothing of yours is tendered" in shown.content.decode()

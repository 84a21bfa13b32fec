"""The eligibility preview: totals by plan, price and reason, the rows behind each, by the rule that judges forms."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from exchange.kernel import clock
from exchange.offers.audience import eligible_holders
from exchange.offers.reach import HOLDER_NOT_ELIGIBLE, NO_ELIGIBLE_OPTION, reach_of
from exchange.offers.reads import load
from tests.support.world import COMMENCES_AT, a_grant, a_holder, an_offer

pytestmark = pytest.mark.django_db


@pytest.fixture
def offer():
    """One who can tender, a director, one who holds nothing that counts; six options, each for its own reason."""
    offer = an_offer()
    ana, dora, ben = a_holder("E1"), a_holder("E2", role="director"), a_holder("E3")
    a_grant(ana, "G1")
    a_grant(ana, "G2", exercise_price=Decimal("1.99"))
    a_grant(ana, "G3", shares_exercised=1200)
    a_grant(dora, "G4")
    a_grant(ben, "G5", plan="ELSEWHERE")
    a_grant(ben, "G6", grant_date=date(2003, 6, 26))
    return offer


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_each_is_counted_for_its_reasons(offer):
    found = reach_of(load(offer), COMMENCES_AT)
    assert len(found.reached) == 1
    assert (found.whole.eligible, found.whole.shares, found.whole.left_out) == (1, 1200, 5)
    assert found.people_by_reason == {"role_not_eligible": 1, NO_ELIGIBLE_OPTION: 1}
    assert found.options_by_reason == {
        "price_below_threshold": 1,
        "nothing_outstanding": 1,
        HOLDER_NOT_ELIGIBLE: 1,
        "plan_not_eligible": 1,
        "granted_after_commencement": 1,
    }
    assert sum(part.eligible + part.left_out for part in found.by_plan.values()) == 6
    assert sum(part.eligible + part.left_out for part in found.by_band.values()) == 6
    bands = {low: part.eligible for (low, _high), part in found.by_band.items()}
    assert bands[Decimal(20)] == 1


def test_the_preview_and_the_letters_reach_the_same_people(offer):
    loaded, at = load(offer), COMMENCES_AT
    found = reach_of(loaded, at)
    told = eligible_holders(loaded, at)
    assert {holder.pk for holder, _options, _shares in told} == found.reached
    assert sum(shares for _holder, _options, shares in told) == found.whole.shares


def test_figures_lead_to_their_rows(hr, offer):
    address = reverse("staff:eligibility", args=[offer.code])
    page = hr.get(address).content.decode()
    for show, why in re.findall(r'href="\?show=(\w+)&amp;why=(\w+)"', page):
        said = text_of(hr.get(address, {"show": show, "why": why}))
        assert "None." not in said
        assert "Nobody." not in said
    said = text_of(hr.get(address, {"show": "options", "why": "price_below_threshold"}))
    assert "G2" in said
    assert "G1" not in said


def test_lists_are_paged_and_ask_as_much_for_many_as_for_few(hr, offer, django_assert_max_num_queries):
    for number in range(60):
        a_grant(a_holder(f"M{number:02}"), f"M{number:02}-1")
    address = reverse("staff:eligibility", args=[offer.code])
    assert reach_of(load(offer), clock.now())
    with django_assert_max_num_queries(32):
        page = hr.get(address, {"show": "people", "why": "eligible"})
    assert "Page 1 of 2" in text_of(page)
    with django_assert_max_num_queries(32):
        hr.get(address)

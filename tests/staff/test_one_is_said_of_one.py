"""One is said of one: no page of the desk reads "1 options" where one holder has one option for one share."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from exchange.grants.models import Plan
from exchange.kernel.results import Refusal
from exchange.kernel.sentences import sentence
from exchange.settlement.models import Acceptance, NewGrant, Promise
from exchange.staff.admin.base import record_url
from tests.staff.conftest import as_shown, propose_and_approve
from tests.staff.test_guarded_pages import GRANT, PRICE, a_draft
from tests.staff.test_results_and_the_fee import INPUTS
from tests.support.world import (
    COMMENCES_AT,
    EXPIRES_AT,
    PLAN,
    a_grant,
    a_holder,
    an_offer,
    election,
    make_ready,
    paper,
    record,
)

pytestmark = pytest.mark.django_db
ONE_OF_MANY = re.compile(
    r"(?<![\w.,/–-])1 ([a-z]+ ){0,2}"
    r"(options|shares|promises|holders|people|days|months|years|forms|papers|letters|agreements|defects|figures)\b"
)
AT_NINE = {"at": "2003-07-25T09:00"}


def said(answer):
    """What a page says, which must not be an error's."""
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def misses(text):
    return [text[max(0, found.start() - 40) : found.end() + 20] for found in ONE_OF_MANY.finditer(text)]


def reads_well(answer):
    text = said(answer)
    assert misses(text) == []
    return text


def one_option():
    """The one person whom an offer reaches."""
    holder = a_holder("E1")
    a_grant(holder, "G1", shares_granted=1)
    Plan.objects.update_or_create(code=PLAN, defaults={"shares_available": 1})
    return holder


@pytest.fixture
def offer():
    made = an_offer()
    received_at = EXPIRES_AT - timedelta(days=9)
    record(made, [paper(election(one_option()), "F1", received_at)], received_at)
    return made


def address(step, offer):
    return reverse(f"staff:{step}", args=[offer.code])


def walk(client, offer, *more):
    """Every page of the desk that counts something of the offer; what they say, all together."""
    pages = ["/staff/", "/staff/dashboard/", "/staff/results/", *more]
    pages += [address(name, offer) for name in ("eligibility", "tendered", "watch", "pool", "exceptions", "reminders")]
    pages.append(reverse("staff:offers_offer_change", args=[offer.pk]))
    return " ".join(reads_well(client.get(page)) for page in pages)


def one_step(client, step, offer, data):
    """Preview and confirm what one person does; what is said of it."""
    shown = client.post(address(step, offer), {**data, "step": "preview"})
    reads_well(shown)
    press = {**data, "step": "confirm", "digest": as_shown(shown), "confirmation": offer.code}
    return reads_well(client.post(address(step, offer), press, follow=True))


def by_two(hr, counsel, step, offer, data, extra=None):
    reads_well(hr.post(address(step, offer), {**data, "step": "preview"}))
    answer = propose_and_approve(hr, counsel, address(step, offer), offer.code, data, extra)
    assert answer.status_code == 302
    return reads_well(counsel.get(answer["Location"]))


def test_the_pattern_finds_what_it_is_to_find():
    assert misses("there are 1 options") == ["there are 1 options"]
    assert misses("1 promises for 7,500 shares")
    assert misses("1 new options, 1 business days")
    assert misses("21 options, 1,001 shares, version 2.1 shares, 1 option, 1 of 4 options") == []


@time_machine.travel(datetime(2026, 3, 2, 18, tzinfo=UTC))
def test_of_an_offer_about_to_open(hr, one_clock):
    draft = a_draft()
    one_option()
    make_ready(draft.code)
    assert "1 eligible person" in reads_well(hr.get(address("open", draft)))
    assert "1 eligible person, 1 eligible option." in reads_well(hr.get(address("preflight", draft)))


def test_of_an_offer_that_runs(hr, offer):
    text = walk(hr, offer, f"/staff/filing-fee/?{INPUTS}&years=1")
    assert "1 option, 1 share, eligible on 25 June 2003" in text
    assert "1 of 1 eligible holder had tendered 1 option to purchase 1 share" in text


def test_from_acceptance_to_the_new_grant(hr, counsel, offer):
    accepted = by_two(hr, counsel, "accept", offer, {"attested": "on", **AT_NINE})
    assert "Accepted: 1 option with 1 share. Promises are due on" in accepted
    walk(hr, offer, record_url(Acceptance.objects.get()))
    issued = one_step(hr, "promises", offer, {"at": "2003-07-28T09:00"})
    assert "Issued: 1 promise for 1 share. Papers and letters follow." in issued
    assert "1 promise, for 1 cancelled option" in walk(hr, offer, record_url(Promise.objects.get()))
    granted = by_two(hr, counsel, "grant", offer, GRANT, PRICE)
    assert "Granted: 1 new option with 1 share; 0 lapsed, 0 held." in granted
    walk(hr, offer, "/staff/new-options/", record_url(NewGrant.objects.get()))


def test_of_a_reminder_one_business_day_before():
    at = COMMENCES_AT
    for code, params in (("reminder_unknown", {}), ("reminder_there", {}), ("reminder_passed", {"at": at})):
        assert "1 business day before" in sentence(Refusal(code, {"days": 1, **params}))
        assert "2 business days before" in sentence(Refusal(code, {"days": 2, **params}))

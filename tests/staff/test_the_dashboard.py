"""The dashboard says how the offer goes, in pictures with the same figures as tables, and which deadlines are kept."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from exchange.audit.models import AuditEvent
from exchange.kernel import clock
from exchange.notices.models import Message, State
from exchange.offers.reads import load, now_for
from exchange.settlement.deadlines import Kept, deadlines
from exchange.settlement.participation import bands
from tests.support.life import live
from tests.support.world import (
    COMMENCES_AT,
    EXPIRES_AT,
    a_grant,
    a_holder,
    a_live_offer,
    an_offer,
    election,
    extend,
    notice,
    paper,
    record,
    submit,
)

DAY = timedelta(days=1)
MICROSECOND = timedelta(microseconds=1)
pytestmark = pytest.mark.django_db


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


@pytest.fixture
def offer():
    """A running offer: Ana of Sales has tendered one of two options, Ben has withdrawn, Cem has done nothing."""
    offer = a_live_offer()
    ana, ben, cem = (a_holder(name, department="Sales") for name in ("ANA", "BEN", "CEM"))
    for holder in (ana, ben, cem):
        a_grant(holder, f"{holder.employee_number}-1")
    second = a_grant(ana, "ANA-2", exercise_price=Decimal("11.25"), shares_granted=400)
    now = clock.now()
    submit(offer, ana, election(ana, second), now)
    first = submit(offer, ben, election(ben), now)
    submit(offer, ben, notice(ben, against=first.form.number), now)
    return offer


def test_it_says_who_takes_part_and_what_share_of_the_whole_is_tendered(offer, hr):
    text = text_of(hr.get("/staff/dashboard/"))
    assert "10.0 % of 4,000 eligible shares" in text
    assert "Elected 1 33.3 % of the eligible" in text
    assert "As of " in text


def test_every_picture_has_its_figures_in_a_table(offer, hr):
    page = hr.get("/staff/dashboard/").content.decode()
    pictures = re.findall(r'<svg class="plot-picture.*?role="img" aria-labelledby="([\w-]+)-title"', page)
    assert pictures == ["shares-by-day", "forms-by-day", "by-plan", "by-price", "by-department"]
    text = text_of(hr.get("/staff/dashboard/"))
    assert "10.0 % (400 of 4,000)" in text  # the bar of the plan
    assert "2016-EIP 3 1 4 1 4,000 400 10.0 %" in text  # its row
    assert "$11.25 1 1 1 1 400 400 100.0 %" in text
    assert "Sales 3 1 4 1 4,000 400 10.0 %" in text


def test_of_a_replay_it_says_that_sign_ins_are_not_known_and_no_zero(hr):
    offer = an_offer()
    ana = a_holder("ANA")
    a_grant(ana, "ANA-1")
    record(offer, [paper(election(ana), "F1", COMMENCES_AT + DAY)], COMMENCES_AT + DAY)
    assert "Signed in Not known a replay has no sign-ins on its own dates Elected 1" in text_of(
        hr.get("/staff/dashboard/")
    )


def test_it_has_no_script_and_no_style_of_its_own(offer, hr):
    body = hr.get("/staff/dashboard/").content.decode()
    main = body[body.index("<main") : body.index("</main>")]
    assert "<script" not in main
    assert "style=" not in main


def test_before_an_offer_is_opened_it_says_so(hr):
    assert "No offer has been opened" in text_of(hr.get("/staff/dashboard/"))


def test_it_asks_as_many_questions_for_many_holders_as_for_few(offer, hr):
    def questions():
        hr.get("/staff/dashboard/")
        cache.clear()
        with CaptureQueriesContext(connection) as asked:
            assert hr.get("/staff/dashboard/").status_code == 200
        return len(asked)

    before = questions()
    for number in range(8):
        holder = a_holder(f"M{number}", department=f"D{number}")
        a_grant(holder, f"M{number}-1")
        submit(offer, holder, election(holder), clock.now())
    assert questions() == before


def test_it_tells_of_letters_that_wait_and_of_those_given_up(offer, hr):
    Message.objects.filter(kind="election_received").update(state=State.FAILED, last_error="TimeoutError")
    text = text_of(hr.get("/staff/dashboard/"))
    assert "Given up 2" in text
    assert "3 2 Due" in text  # three receipts are due, two of them given up


def test_looking_at_it_changes_no_figure_and_names_nobody(offer, hr):
    hr.get("/staff/dashboard/")
    before = AuditEvent.objects.count()
    hr.get("/staff/dashboard/")
    assert AuditEvent.objects.count() == before


def kept(offer, at=None):
    return {item.code: item.kept for item in deadlines(load(offer), at or now_for(offer))}


def test_a_draft_has_no_deadlines_and_an_open_offer_those_of_the_legal_clock():
    offer = an_offer()
    assert kept(offer) == {
        "open_twenty_business_days": Kept.MET,
        "under_thirty_days": Kept.MET,
        "acceptance": Kept.AHEAD,
        "extension_window": Kept.AHEAD,
    }


@pytest.mark.parametrize(("late", "expected"), [(-MICROSECOND, Kept.MET), (0 * DAY, Kept.MET)])
def test_an_extension_announced_by_nine_is_in_time(late, expected):
    offer = an_offer()
    nine = EXPIRES_AT.replace(day=25, hour=13)  # 9:00 a.m. in New York, the business day after
    extend(offer, EXPIRES_AT + 2 * DAY, nine + late)
    assert kept(offer, nine)["extension_announced:1"] is expected


def test_an_extension_announced_after_nine_is_counsels_override():
    offer = an_offer()
    nine = EXPIRES_AT.replace(day=25, hour=13)
    extend(offer, EXPIRES_AT + 2 * DAY, nine + MICROSECOND)
    assert kept(offer, nine)["extension_announced:1"] is Kept.OVERRIDDEN


def test_a_receipt_that_goes_out_on_its_last_day_is_in_time():
    offer = an_offer()
    ana = a_holder("ANA")
    a_grant(ana, "ANA-1")
    friday = COMMENCES_AT.replace(month=6, day=27)
    record(offer, [paper(election(ana), "F1", friday)], friday)
    letters = Message.objects.filter(kind="election_received")
    tuesday = friday.replace(month=7, day=1)
    for sent_at, at, expected in (
        (None, tuesday, Kept.AHEAD),
        (None, tuesday + DAY, Kept.MISSED),
        (tuesday, tuesday, Kept.MET),
        (tuesday + DAY, tuesday + DAY, Kept.MISSED),
    ):
        letters.update(state=State.SENT if sent_at else State.QUEUED, sent_at=sent_at)
        assert kept(offer, at)["receipts"] is expected


def test_a_replays_receipt_went_when_it_was_written_though_the_worker_sends_it_years_later():
    offer = an_offer()
    ana = a_holder("ANA")
    a_grant(ana, "ANA-1")
    friday = COMMENCES_AT.replace(month=6, day=27)
    record(offer, [paper(election(ana), "F1", friday)], friday)
    Message.objects.filter(kind="election_received").update(state=State.SENT, sent_at=clock.now())
    assert kept(offer, friday)["receipts"] is Kept.MET


def test_after_a_whole_life_the_promises_and_the_grants_are_told():
    found = kept(live())
    assert (found["acceptance"], found["promises"], found["grants"]) == (Kept.MET, Kept.MET, Kept.MET)


def test_many_prices_share_bands_of_an_even_width():
    few = [Decimal(price) for price in range(5, 17)]
    assert set(bands(few).values()) == {(price, None) for price in few}
    many = [Decimal(price) / 4 for price in range(20, 120)]  # from 5.00 to 29.75
    found = bands(many)
    assert len(set(found.values())) <= 12
    assert all(first <= price < last for price, (first, last) in found.items())
    assert found[Decimal(5)] == (Decimal(5), Decimal(10))

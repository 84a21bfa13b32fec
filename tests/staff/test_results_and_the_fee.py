"""The results for the final amendment, in words, tables and files; the filing fee with its inputs shown."""

import csv
import io
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from exchange.grants.models import Cancellation
from exchange.kernel.black_scholes import Inputs, call_value
from exchange.offers.reads import load, now_for
from exchange.settlement.fee import Sought, fee_of, sought, value_of
from exchange.settlement.models import Lapse, NewGrant, NotAccepted, PromiseLine
from exchange.settlement.schedule_to import Amount, results_of
from tests.staff.test_the_dashboard import text_of
from tests.support.life import live
from tests.support.world import a_grant, a_holder, an_offer

D = Decimal
pytestmark = pytest.mark.django_db


def test_the_fee_of_the_offer_of_2003():
    assert fee_of(D("991619.92"), D("80.90")) == D("80.22")


@pytest.mark.parametrize(("value", "expected"), [("50050", "5.01"), ("50049.99", "5.00"), ("50050.01", "5.01")])
def test_half_a_cent_rounds_up(value, expected):
    assert fee_of(D(value), D(100)) == D(expected)


def test_a_value_is_the_sum_of_all_shares_rounded_once():
    on, inputs = date(2003, 6, 25), Inputs(D(10), D("0.5"), D("0.03"))
    options = [Sought(D(20), date(2008, 6, 23), 2, 3), Sought(D(30), date(2004, 6, 24), 1, 7)]
    found = value_of(options, inputs, on=on)
    each = [
        call_value(inputs, exercise_price=row.exercise_price, years=D((row.expires_on - on).days) / 365)
        for row in options
    ]
    assert [row.years for row in found.rows] == [5, 1]
    assert found.value == (each[0] * 3 + each[1] * 7).quantize(D("0.01"))
    assert (found.options, found.shares) == (3, 10)
    one_term = value_of(options, inputs, on=on, years=D("2.5"))
    assert {row.years for row in one_term.rows} == {D("2.5")}


def test_what_is_sought_is_what_is_eligible_on_the_day():
    offer = an_offer()
    ana, dora = a_holder("ANA"), a_holder("DORA", role="director")
    a_grant(ana, "ANA-1")
    a_grant(ana, "ANA-2", expires_on=date(2003, 6, 25))
    a_grant(dora, "DORA-1")
    assert sought(load(offer), date(2003, 6, 25)) == [Sought(D("24.5"), date(2091, 3, 5), 1, 1200)]


INPUTS = "on=2003-06-25&price=7.10&volatility=80&rate=3.25&dividend=0&per_million=80.90"


def test_the_page_shows_its_inputs_and_lets_them_be_changed(counsel):
    offer = an_offer()
    a_grant(a_holder("ANA"), "ANA-1")
    assert 'value="2003-06-25"' in counsel.get("/staff/filing-fee/").content.decode()
    answer = counsel.get(f"/staff/filing-fee/?{INPUTS}&years=4")
    inputs, on = Inputs(D("7.10"), D("0.8"), D("0.0325")), date(2003, 6, 25)
    found = value_of(sought(load(offer), on), inputs, on=on, years=D(4))
    assert f"${found.value:,}" in text_of(answer)
    assert 'value="7.10"' in answer.content.decode()
    stated = counsel.get(f"/staff/filing-fee/?{INPUTS}&stated=991619.92")
    assert "Filing fee $80.22 $991,619.92 × $80.90 ÷ 1,000,000" in text_of(stated)


def test_inputs_that_make_no_sense_are_named_at_their_fields(counsel):
    an_offer()
    answer = text_of(
        counsel.get("/staff/filing-fee/?on=2003-06-25&price=0&volatility=NaN&rate=3&dividend=0&per_million=1")
    )
    assert "There is a problem" in answer
    assert "Value of one share’s option" not in answer


def test_the_fee_comes_as_a_file_with_everything_it_was_computed_from(counsel):
    an_offer()
    a_grant(a_holder("ANA"), "ANA-1")
    answer = counsel.get(f"/staff/filing-fee/?{INPUTS}&years=4&as=csv")
    rows = {row["exercise_price"]: row["value"] for row in csv.DictReader(io.StringIO(answer.content.decode()))}
    assert (rows["volatility"], rows["per_million"], rows["years"]) == ("80", "80.9", "4")
    assert D(rows["fee"]) == fee_of(D(rows["total"]), D("80.90"))


def test_the_results_of_a_whole_life_add_up_to_its_rows():
    offer = live()
    found = results_of(load(offer), now_for(offer))

    def shares(rows, of="shares"):
        return sum(rows.values_list(of, flat=True))

    assert found.whole.cancelled == Amount(Cancellation.objects.count(), shares(Cancellation.objects.all()))
    assert found.whole.promised == Amount(PromiseLine.objects.count(), shares(PromiseLine.objects.all()))
    assert found.whole.granted == Amount(NewGrant.objects.count(), shares(NewGrant.objects.all()))
    assert found.whole.lapsed == Amount(Lapse.objects.count(), shares(Lapse.objects.all(), "line__shares"))
    assert found.whole.not_accepted.options == NotAccepted.objects.count() > 0
    assert found.whole.tendered == found.whole.cancelled + found.whole.not_accepted


def test_the_page_says_it_in_words_and_gives_every_figure_as_a_file(hr):
    offer = live()
    found = results_of(load(offer), now_for(offer))
    text = text_of(hr.get("/staff/results/"))
    assert f"accepted and cancelled {found.whole.cancelled.options} options to purchase" in text
    assert f"{found.whole.promised.shares:,} shares, to be granted on or after 26 January 2004" in text
    rows = list(csv.DictReader(io.StringIO(hr.get("/staff/results/?as=csv").content.decode())))
    total = next(row for row in rows if row["part"] == "total")
    assert int(total["cancelled_shares"]) == found.whole.cancelled.shares
    assert {row["part"] for row in rows} == {"plan", "total", "price", "department", "day"}
    sheet = openpyxl.load_workbook(io.BytesIO(hr.get("/staff/results/?as=xlsx").content)).active
    assert sheet.max_row == len(rows) + 1


def test_results_ask_as_many_questions_for_many_as_for_few(hr):
    an_offer()

    def questions():
        hr.get("/staff/results/")
        cache.clear()
        with CaptureQueriesContext(connection) as asked:
            hr.get("/staff/results/")
        return len(asked)

    a_grant(a_holder("ANA"), "ANA-1")
    before = questions()
    for number in range(6):
        a_grant(a_holder(f"M{number}"), f"M{number}-1", plan="2016-EIP")
    assert questions() == before

"""Who takes part, in figures: the same as counted one holder at a time, by plan, price, department and day."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from exchange.elections.everyone import everyone, in_force
from exchange.elections.models import Form
from exchange.elections.reads import forms_of_holders, holder_view
from exchange.elections.tally import tally
from exchange.offers.reads import ended_by, load, now_for
from exchange.people.models import Holder
from exchange.settlement.ledger import faults
from exchange.settlement.participation import compute, figures_of, part_of
from tests.bench import big
from tests.support.life import live
from tests.support.world import COMMENCES_AT, a_grant, a_holder, an_offer, election, notice, paper, record

DAY = timedelta(days=1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def offer():
    """Ana (two options) and Ben tender; Ben withdraws two days later; Cem, in Sales, has one option and does nothing.

    Dora is an executive officer; Eve's only option is priced below the threshold.
    """
    offer = an_offer()
    ana, ben = a_holder("ANA", department="Engineering"), a_holder("BEN", department="Engineering")
    cem, dora = a_holder("CEM", department="Sales"), a_holder("DORA", role="executive_officer")
    eve = a_holder("EVE")
    for holder in (ana, ben, cem, dora):
        a_grant(holder, f"{holder.employee_number}-1")
    a_grant(ana, "ANA-2", exercise_price=Decimal("11.25"), shares_granted=300)
    a_grant(eve, "EVE-1", exercise_price=Decimal("1.99"))
    send(offer, election(ana), COMMENCES_AT + DAY)
    send(offer, election(ben), COMMENCES_AT + DAY)
    send(offer, notice(ben), COMMENCES_AT + 3 * DAY)
    return offer


def send(offer, submission, at):
    """A paper form, recorded as it comes."""
    record(offer, [paper(submission, f"F{Form.objects.count()}", at)], at)


def figures(offer, at=COMMENCES_AT + 5 * DAY):
    return compute(load(offer), at)


def test_of_those_whom_the_offer_reaches_some_tender(offer):
    found = figures(offer)
    assert (found.eligible, found.elected, found.withdrew, found.forms) == (3, 1, 1, 3)
    assert (found.whole.eligible_options, found.whole.eligible_shares) == (4, 3900)
    assert (found.whole.holders, found.whole.options, found.whole.shares) == (1, 2, 1500)
    assert part_of(found.whole.shares, found.whole.eligible_shares) == Decimal("38.5")


def test_a_holder_counts_once_in_the_whole_and_once_at_each_price(offer):
    found = figures(offer)
    assert [(price, part.eligible_holders, part.shares) for price, part in found.by_price.items()] == [
        (Decimal("11.25"), 1, 300),
        (Decimal("24.5"), 3, 1200),
    ]
    assert {name: part.eligible_holders for name, part in found.by_department.items()} == {
        "Engineering": 2,
        "Sales": 1,
    }
    assert [part.eligible_holders for part in found.by_plan.values()] == [3]


def test_each_day_has_what_came_in_and_what_stood_at_its_end(offer):
    days = figures(offer).by_day
    assert [(day.elections, day.withdrawals, day.holders, day.shares) for day in days] == [
        (0, 0, 0, 0),
        (2, 0, 2, 2700),
        (0, 0, 2, 2700),
        (0, 1, 1, 1500),
        (0, 0, 1, 1500),
        (0, 0, 1, 1500),
    ]
    assert days[0].on == date(2003, 6, 25)


def test_a_form_is_of_the_day_it_was_received_on_in_the_offers_zone(offer):
    cem = Holder.objects.get(employee_number="CEM")
    # 06:30 UTC is still the evening before in Los Angeles.
    send(offer, election(cem), COMMENCES_AT.replace(day=29, hour=6, minute=30))
    assert {day.on: day.elections for day in figures(offer).by_day}[date(2003, 6, 28)] == 1


def test_after_a_whole_life_the_figures_are_those_of_the_acceptance():
    offer = live()
    loaded = load(offer)
    found = compute(loaded, now_for(offer))
    slow = [forms.until(ended_by(loaded)) for forms in forms_of_holders(offer).values()]
    assert found.elected == sum(bool(forms.tendered) for forms in slow)
    assert found.withdrew == sum(bool(f.form_in_force) and f.form_in_force.kind == "withdrawal" for f in slow)
    assert found.whole.options == sum(len(forms.tendered) for forms in slow)
    assert found.whole.options == tally(loaded, now_for(offer)).tendered_grants > 0


def test_everyone_at_once_stands_as_each_one_alone():
    offer = live()
    for end in (None, ended_by(load(offer))):
        at_once = {pk: in_force(placed) for pk, placed in everyone(offer, ended_by=end).forms.items()}
        for pk, forms in forms_of_holders(offer).items():
            one = forms.until(end).form_in_force
            found = at_once.get(pk)
            assert (found.standing.number if found else None) == (one.number if one else None)
            assert list(found.tendered if found else []) == forms.until(end).tendered


def test_eligible_is_what_each_holder_is_shown(offer):
    loaded, at = load(offer), COMMENCES_AT + 5 * DAY
    shown = [holder_view(offer, holder, at, loaded).eligible for holder in Holder.objects.all()]
    found = compute(loaded, at)
    assert found.eligible == sum(bool(options) for options in shown)
    assert found.whole.eligible_shares == sum(option.outstanding for options in shown for option in options)


def test_an_answer_is_kept_until_something_happens(offer):
    loaded, at = load(offer), COMMENCES_AT + 5 * DAY
    kept = figures_of(loaded, at)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert figures_of(loaded, at) == kept
    assert len(asked) == 1
    cem = Holder.objects.get(employee_number="CEM")
    send(offer, election(cem), COMMENCES_AT + 4 * DAY)
    assert figures_of(loaded, at).elected == kept.elected + 1


def test_figures_of_many_ask_no_more_questions_than_of_few(offer):
    def questions():
        with CaptureQueriesContext(connection) as asked:
            figures(offer)
        return len(asked)

    before = questions()
    for number in range(12):
        holder = a_holder(f"M{number}")
        a_grant(holder, f"M{number}-1")
        send(offer, election(holder), COMMENCES_AT + 4 * DAY)
    assert questions() == before


def test_the_big_offer_of_the_benchmark_is_as_the_actions_would_have_written_it():
    offer = big.make(100)
    assert list(faults()) == []
    found = figures(offer, now_for(offer))
    assert (found.invited, found.signed_in, found.withdrew) == (96, 92, 6)
    assert found.elected == 80 - 1 - 6  # of 80 forms one waits for a decision, and six were withdrawn

"""An exclusion is a dated fact: a form is judged by what was in force on its day, and every tender is asked again."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from exchange.elections.models import Judgement
from exchange.elections.reads import holder_view
from exchange.interchange.held.tables import TABLES
from exchange.kernel.results import Refused
from exchange.offers.audience import eligible_holders
from exchange.offers.eligibility import ExclusionFact, Exclusions
from exchange.offers.excluding import exclude, lift_exclusion
from exchange.offers.ledger import faults
from exchange.offers.models import CounselFlag, Exclusion
from exchange.offers.reach import HOLDER_NOT_ELIGIBLE, NO_ELIGIBLE_OPTION, reach_of
from exchange.offers.reads import load
from exchange.offers.words import option_reason_text, person_reason_text
from exchange.settlement.actions.accept import accept_tenders
from exchange.settlement.models import NotAccepted
from tests.support.attack import unguarded
from tests.support.raw import change
from tests.support.world import EXPIRES_AT, a_grant, a_holder, an_offer, election, paper, record, value

pytestmark = pytest.mark.django_db
DAY, MICROSECOND = timedelta(days=1), timedelta(microseconds=1)
ORDER_ON = date(2003, 7, 10)
BEGINS = datetime(2003, 7, 10, tzinfo=ZoneInfo("America/Los_Angeles"))  # the day in the offer's zone
BOTH = {"proposed_by": "staff:hr", "approved_by": "staff:counsel", "actor": "staff:counsel"}
WHY = {"reason": "Order 17 of the court of Exampleton.", "told": "A court order forbids it."}


@pytest.fixture
def offer():
    return an_offer()


@pytest.fixture
def ana(offer):
    holder = a_holder("E1")
    a_grant(holder, "G1")
    a_grant(holder, "G2")
    return holder


def excluded(offer, grant="", *, since=ORDER_ON, at=BEGINS - 3 * DAY, **changed):
    said = {"employee_number": "E1", "grant_number": grant, "effective_on": since, **WHY, **BOTH, **changed}
    return exclude(code=offer.code, at=at, **said)


def lifted(row, on, at):
    return lift_exclusion(exclusion=row.pk, effective_on=on, reason="It was set aside.", at=at, **BOTH)


def judged(offer, holder, *received, at=EXPIRES_AT - DAY):
    """What each form came to: its status and defects, and those of its lines."""
    record(offer, [paper(election(holder), f"F{n}", when) for n, when in enumerate(received)], at)
    rows = Judgement.objects.filter(form__number__in=[f"F{n}" for n in range(len(received))])
    return [(row.status, row.defects, row.lines) for row in rows.order_by("form__number", "number")]


def test_it_holds_from_the_start_of_its_day_to_the_start_of_the_day_it_is_lifted():
    fact = ExclusionFact("E1", "", ORDER_ON, ORDER_ON + 2 * DAY, "An order.")
    found = [Exclusions.of([fact]).of_person("E1", ORDER_ON + n * DAY) for n in range(-1, 4)]
    assert found == [None, fact, fact, None, None]
    assert Exclusions.of([fact]).of_person("E2", ORDER_ON) is None
    never = ExclusionFact("E1", "G1", ORDER_ON, ORDER_ON, "An order.")
    assert Exclusions.of([never]).of_option("G1", ORDER_ON) is None


def test_a_person_is_judged_by_the_day_in_the_offers_zone(offer, ana):
    value(excluded(offer))
    before, on, after = judged(offer, ana, BEGINS - MICROSECOND, BEGINS, BEGINS + MICROSECOND)
    assert before[0] == "effective"
    assert [(one[0], one[1]) for one in (on, after)] == [("rejected", '["person_not_eligible"]')] * 2


def test_an_option_alone_is_not_eligible_and_the_rest_of_the_form_stands(offer, ana):
    value(excluded(offer, "G1"))
    before, on = judged(offer, ana, BEGINS - MICROSECOND, BEGINS)
    assert before[2] == '[["G1","tendered",[]],["G2","tendered",[]]]'
    assert on[2] == '[["G1","defective",["option_not_eligible"]],["G2","tendered",[]]]'
    assert on[0] == "effective"


def test_from_the_day_it_is_lifted_it_holds_no_more(offer, ana):
    row = value(excluded(offer))
    value(lifted(row, ORDER_ON + 2 * DAY, BEGINS - 2 * DAY))
    last, first = judged(offer, ana, BEGINS + 2 * DAY - MICROSECOND, BEGINS + 2 * DAY)
    assert (last[0], first[0]) == ("rejected", "effective")


def test_one_half_of_a_pair_leaves_the_other_to_go_with_it(offer):
    ana = a_holder("E1")
    a_grant(ana, "G1", split_pair="P")
    a_grant(ana, "G2", split_pair="P")
    value(excluded(offer, "G1"))
    (found,) = judged(offer, ana, BEGINS)
    assert found[2] == '[["G1","defective",["option_not_eligible"]],["G2","defective",["pair_broken"]]]'


def test_what_was_judged_before_is_not_judged_again_but_asked_again_at_acceptance(offer, ana):
    judged(offer, ana, BEGINS - DAY, at=BEGINS - DAY)
    value(excluded(offer, "G1", at=BEGINS + DAY))
    assert Judgement.objects.get().status == "effective"
    accepted = {"attested": True, "leave_undecided": True, "actor": "staff:hr", "at": EXPIRES_AT + DAY}
    value(accept_tenders(code=offer.code, **accepted))
    (left,) = NotAccepted.objects.all()
    assert (left.grant_number, left.reason) == ("G1", "option_not_eligible")
    assert isinstance(excluded(offer, "G2", at=EXPIRES_AT + 2 * DAY), Refused)


def test_a_person_excluded_after_tendering_is_not_accepted(offer, ana):
    judged(offer, ana, BEGINS - DAY, at=BEGINS - DAY)
    value(excluded(offer, at=BEGINS + DAY))
    accepted = {"attested": True, "leave_undecided": True, "actor": "staff:hr", "at": EXPIRES_AT + DAY}
    value(accept_tenders(code=offer.code, **accepted))
    assert set(NotAccepted.objects.values_list("reason", flat=True)) == {"person_not_eligible"}


def test_the_preview_counts_it_by_reason_and_the_letters_pass_them_by(offer, ana):
    ben = a_holder("E2")
    a_grant(ben, "G3")
    value(excluded(offer))
    value(excluded(offer, "G3", employee_number="E2"))
    assert len(eligible_holders(load(offer), BEGINS - MICROSECOND)) == 2
    assert eligible_holders(load(offer), BEGINS) == []
    found = reach_of(load(offer), BEGINS)
    assert found.people_by_reason == {"person_excluded": 1, NO_ELIGIBLE_OPTION: 1}
    assert found.options_by_reason == {"option_excluded": 1, HOLDER_NOT_ELIGIBLE: 2}


def test_the_holder_reads_since_when_why_and_whom_to_ask_but_not_the_companys_own_reason(offer, ana):
    value(excluded(offer))
    value(excluded(offer, "G1"))
    view = holder_view(offer, ana, BEGINS)
    assert (view.person_reasons, view.options[0].reasons) == (("person_excluded",), ("option_excluded",))
    terms = view.loaded.terms
    for said in (
        person_reason_text("person_excluded", terms, view.person_exclusion),
        option_reason_text("option_excluded", terms, view.exclusion_of(view.options[0])),
    ):
        assert "since 10 July 2003" in said
        assert "A court order forbids it." in said
        assert "Exampleton" not in said
        assert next(one.name for one in terms.company.contacts if one.purpose != "forms") in said
        assert "report it" in said


def test_what_is_held_about_them_has_their_words_and_not_the_companys(offer, ana):
    value(excluded(offer))
    (table,) = [table for table in TABLES if table.path == "outcome/excluded.csv"]
    (row,) = table.rows(ana).values(*table.columns.values())
    assert row["told"] == "A court order forbids it."
    assert "reason" not in row
    assert not table.rows(a_holder("E2")).exists()


def test_it_takes_two_a_reason_and_somebody_on_file(offer, ana):
    def refused(**changed):
        answer = excluded(offer, **changed)
        assert isinstance(answer, Refused)
        return answer.reasons[0].code

    assert refused(approved_by="staff:hr") == "proposal_own"
    assert refused(reason=" ") == refused(told="") == "reason_missing"
    assert refused(employee_number="E404") == "exclude_unknown_employee"
    assert refused(grant="G404") == "exclude_unknown_option"
    row = value(excluded(offer))
    assert refused(reason="Another order.") == "excluded_already"
    assert value(excluded(offer)) == row
    assert Exclusion.objects.count() == 1
    early = lifted(row, ORDER_ON - DAY, BEGINS)
    assert isinstance(early, Refused)
    assert early.reasons[0].code == "lifted_before_excluded"


def test_in_an_offer_that_runs_counsel_is_flagged_for_each(offer, ana):
    row = value(excluded(offer))
    value(excluded(offer, "G1"))
    value(lifted(row, ORDER_ON, BEGINS))
    kinds = sorted(CounselFlag.objects.values_list("kind", flat=True))
    assert kinds == ["excluded_while_running"] * 2 + ["exclusion_lifted_while_running"]


def test_an_offer_without_any_asks_nothing_more_and_many_ask_once(offer, ana):
    def asked():
        with CaptureQueriesContext(connection) as statements:
            holder_view(offer, ana, BEGINS, load(offer))
        return len(statements)

    none = asked()
    value(excluded(offer))
    one = asked()
    value(excluded(offer, "G1"))
    value(excluded(offer, "G2"))
    assert (one, asked()) == (none + 1, one)


def test_the_ledger_finds_an_exclusion_that_names_others_than_its_event(offer, ana):
    row = value(excluded(offer))
    assert list(faults()) == []
    connection.check_constraints()  # the guard comes off only where nothing waits to be checked
    with unguarded(Exclusion):
        change(row, approved_by="staff:somebody")
    assert [fault for fault in faults() if "its event names others" in fault]

"""A split from commencement through cancellation adjusts what is outstanding under its plan (domain §3)."""

import pytest

from exchange.offers.models import CounselFlag
from tests.support.company import COMMENCES, Company

JUNE_30 = "2003-06-30T09:00:00-07:00"
JULY_8 = "2003-07-08T09:00:00-07:00"


def test_from_the_day_of_a_split_a_form_states_the_adjusted_figures(company: Company) -> None:
    company.open()
    company.action("2003-07-01", "3", "2")
    old, new = company.line("A1"), company.line("A1", shares="1800", exercise_price="16.3333")
    company.record(company.election("F1", "ana", JUNE_30, old), company.election("F2", "ana", JULY_8, new))
    assert [company.lines(number) for number in ("F1", "F2")] == [[[]], [[]]]
    company.record(company.election("F3", "ana", "2003-07-09T09:00:00-07:00", old))
    assert company.lines("F3") == [["mismatch", "partial_tender"]]


@pytest.mark.parametrize(("stated", "defects"), [("16.33", []), ("16.3333", []), ("16.34", ["mismatch"])])
def test_an_adjusted_price_may_be_stated_in_cents_or_in_hundredths_of_a_cent(
    company: Company, stated: str, defects: list[str]
) -> None:
    company.open()
    company.action("2003-07-01", "3", "2")
    company.record(company.election("F1", "ana", JULY_8, company.line("A1", shares="1800", exercise_price=stated)))
    assert company.lines("F1") == [defects]


@pytest.mark.parametrize(
    ("effective_on", "shares"),
    [("2003-06-24", 1200), ("2003-06-25", 2400), ("2003-07-25", 2400), ("2003-07-26", 1200)],
)
def test_it_counts_from_the_day_of_commencement_through_the_day_of_cancellation(
    company: Company, effective_on: str, shares: int
) -> None:
    """The whole adjusted grant is cancelled, although the form was received before the split."""
    company.open()
    company.record(company.election("F1", "ana", COMMENCES, "A1"))
    company.action(effective_on, "2", "1")
    company.accept()
    assert company.results()["cancelled"] == {"A1": shares}


def test_whole_shares_are_cancelled_rounded_down_once_through_all_splits(company: Company) -> None:
    company.open()
    company.record(company.election("F1", "ana", JUNE_30, "A1", "A2"))
    company.action("2003-07-01", "1", "7")
    company.action("2003-07-02", "7", "1")
    company.action("2003-07-03", "1", "9")
    company.accept()
    assert company.results()["cancelled"] == {"A1": 133, "A2": 55}


def test_eligibility_stays_by_the_price_at_commencement(company: Company) -> None:
    company.grant("A3", "ana", exercise_price="2.10")
    company.grant("A4", "ana", exercise_price="1.90")
    company.open()
    company.action("2003-07-01", "2", "1")
    cheap = company.line("A3", shares="2400", exercise_price="1.05")
    dear = company.line("A4", shares="2400", exercise_price="0.95")
    company.record(company.election("F1", "ana", JULY_8, cheap, dear))
    assert company.lines("F1") == [[], ["option_not_eligible"]]


def test_an_option_of_which_nothing_is_left_is_not_eligible(company: Company) -> None:
    company.grant("A3", "ana", shares_granted="3")
    company.open()
    company.record(company.election("F1", "ana", JUNE_30, "A3"))
    company.action("2003-07-01", "1", "4")
    company.accept()
    assert company.results()["not_accepted"] == {"A3": "option_not_eligible"}


def test_learnt_after_acceptance_it_changes_nothing_and_goes_before_counsel(company: Company) -> None:
    company.open()
    company.record(company.election("F1", "ana", JUNE_30, "A1"))
    company.accept()
    company.action("2003-07-25", "2", "1")
    company.promise()
    results = company.results()
    assert results["cancelled"] == {"A1": 1200}
    assert results["promised"]["total"] == 1200
    assert [flag.kind for flag in CounselFlag.objects.all()] == ["corporate_action_learnt_late"]
    company.grants_new()
    assert company.results()["new_grants"]["A1"]["shares"] == 1200

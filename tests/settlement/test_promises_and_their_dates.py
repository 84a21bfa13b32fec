"""The promise: its figures, the day it is due, the earliest grant date (domain §5)."""

import pytest

from tests.support.company import ACCEPTED, Company, refusal, run

RECEIVED = "2003-07-01T09:00:00-07:00"
ONE_FOR_ONE = 'ratio = [{ from = "2.00", old = "1", new = "1" }]'


def tender(company: Company) -> None:
    company.open()
    company.record(company.election("F1", "ana", RECEIVED, "A1", "A2"))
    company.accept()


def test_each_holder_is_promised_the_sum_of_their_grants(company: Company) -> None:
    company.person("bo")
    company.grant("B1", "bo", shares_granted="7")
    company.open()
    company.record(company.election("F1", "ana", RECEIVED, "A1", "A2"), company.election("F2", "bo", RECEIVED, "B1"))
    company.accept()
    company.promise()
    assert company.results()["promised"] == {"by_holder": {"ana": 1700, "bo": 7}, "total": 1707}


@pytest.mark.parametrize(
    "terms",
    [
        {
            ONE_FOR_ONE: 'ratio = [{ from = "2.00", to = "24.49", old = "1", new = "1" }, '
            '{ from = "24.50", to = "24.50", old = "1.7", new = "1" }, { from = "24.51", old = "3", new = "1" }]'
        }
    ],
)
def test_a_tiers_ratio_is_kept_exactly_and_rounded_down_per_grant(company: Company) -> None:
    company.grant("A3", "ana", exercise_price="24.51", shares_granted="100")
    company.grant("A4", "ana", exercise_price="24.49", shares_granted="100")
    company.open()
    company.record(company.election("F1", "ana", RECEIVED, "A1", "A2", "A3", "A4"))
    company.accept()
    company.promise()
    # 1200/1.7 = 705.88…, 500/1.7 = 294.11…, 100/3 = 33.33…, 100
    assert company.results()["promised"]["total"] == 705 + 294 + 33 + 100
    company.action("2003-11-03", "1.7", "1")
    company.grants_new()
    assert {number: new["shares"] for number, new in company.results()["new_grants"].items()} == {
        "A1": 1200,
        "A2": 500,
        "A3": 56,
        "A4": 170,
    }


def test_it_is_due_three_business_days_after_the_day_of_cancellation(company: Company) -> None:
    tender(company)
    assert company.results()["promises_due_on"] == "2003-07-30"


def test_before_acceptance_there_is_nothing_to_promise(company: Company) -> None:
    company.open()
    assert refusal("issue_promises", company.code, "--at", ACCEPTED)


def test_an_action_applied_later_does_not_change_the_figure_as_issued(company: Company) -> None:
    tender(company)
    company.promise()
    company.action("2003-08-01", "2", "1")
    assert company.results()["promised"]["total"] == 1700


def test_issued_late_it_stands_and_says_so(company: Company) -> None:
    tender(company)
    said = run("issue_promises", company.code, "--at", "2003-07-31T09:00:00-07:00")
    assert said["promises"] == 1
    assert "30 July 2003" in " ".join(said["remarks"])

"""New grants, lapses and the arithmetic between (domain §6, §7)."""

import pytest
from django.core.management import CommandError, call_command

from exchange.offers.models import CounselFlag
from tests.support.company import GRANTED, Company, refusal

RECEIVED = "2003-07-01T09:00:00-07:00"


@pytest.fixture
def promised(company: Company) -> Company:
    """Ana is promised 1,200 and 500 shares."""
    company.open()
    company.record(company.election("F1", "ana", RECEIVED, "A1", "A2"))
    company.accept()
    company.promise()
    return company


def shares(company: Company) -> dict[str, int]:
    return {number: grant["shares"] for number, grant in company.results()["new_grants"].items()}


def test_each_cancelled_grant_becomes_a_new_one_at_the_close_for_ten_years(promised: Company) -> None:
    promised.grants_new(price="2.03")
    new = promised.results()["new_grants"]["A1"]
    assert (new["employee_number"], new["shares"], new["exercise_price"]) == ("ana", 1200, "2.03")
    assert (new["granted_on"], new["expires_on"]) == ("2004-01-26", "2014-01-26")
    assert new["vesting"][:2] == [["2004-01-26", 150], ["2004-02-26", 25]]
    assert sum(vesting for _day, vesting in new["vesting"]) == 1200


@pytest.mark.parametrize("price", ["2.50", "2.5", "4", "4.0000", "1234.5678"])
def test_the_close_is_exported_in_the_digits_it_was_stated_in(promised: Company, price: str) -> None:
    promised.grants_new(price=price)
    assert promised.results()["new_grants"]["A1"]["exercise_price"] == price


@pytest.mark.parametrize("on", ["2004-01-23", "2004-01-25", "2004-02-16", "2004-04-09"])
def test_it_is_made_on_a_business_day_with_a_session_not_before_the_earliest_date(promised: Company, on: str) -> None:
    """Too early; a Sunday; Washington's Birthday; Good Friday."""
    assert refusal("grant_new_options", promised.code, "--on", on, "--closing-price", "2.03")
    assert shares(promised) == {}


def test_a_day_with_a_session_that_is_no_business_day_is_refused(promised: Company) -> None:
    assert "business day" in refusal("grant_new_options", promised.code, "--on", "2004-10-11", "--closing-price", "2")


@pytest.mark.parametrize("price", ["0", "-1", "NaN", "1e3", "2.03456", "two"])
def test_a_price_that_is_none_is_wrong_usage(promised: Company, price: str) -> None:
    with pytest.raises(CommandError):
        call_command("grant_new_options", promised.code, "--on", GRANTED, f"--closing-price={price}")


def test_before_promises_are_issued_nothing_is_granted(company: Company) -> None:
    company.open()
    company.record(company.election("F1", "ana", RECEIVED, "A1"))
    company.accept()
    assert "promise" in refusal("grant_new_options", company.code, "--on", GRANTED, "--closing-price", "2.03").lower()


@pytest.mark.parametrize(
    ("event", "value", "is_granted"),
    [
        ("terminated", "", False),
        ("role", "consultant", False),
        ("role", "director", False),
        ("role", "executive_officer", True),
        ("role", "executive_management", True),
        ("residence_country", "CA", True),
    ],
)
def test_a_promise_lapses_unless_its_holder_is_an_employee_on_the_day(
    promised: Company, event: str, value: str, is_granted: bool
) -> None:
    promised.event("ana", GRANTED, event, value)
    promised.grants_new()
    results = promised.results()
    assert set(results["new_grants"]) == ({"A1", "A2"} if is_granted else set())
    assert results["lapsed"] == ({} if is_granted else {"A1": "not_an_employee", "A2": "not_an_employee"})


def test_who_leaves_the_day_after_is_granted(promised: Company) -> None:
    promised.event("ana", "2004-01-27", "terminated")
    promised.grants_new()
    assert shares(promised) == {"A1": 1200, "A2": 500}


def test_a_gap_healed_by_rehire_grants_and_goes_before_counsel(promised: Company) -> None:
    promised.event("ana", "2003-11-14", "terminated")
    promised.event("ana", GRANTED, "rehired")
    promised.grants_new()
    assert shares(promised) == {"A1": 1200, "A2": 500}
    assert [flag.kind for flag in CounselFlag.objects.all()] == ["rehired_after_gap"]


def test_a_move_abroad_goes_before_counsel(promised: Company) -> None:
    promised.event("ana", "2003-11-14", "residence_country", "CA")
    promised.grants_new()
    assert [flag.kind for flag in CounselFlag.objects.all()] == ["moved_abroad"]


@pytest.mark.parametrize(
    ("on", "factor"),
    [("2003-07-25", 1), ("2003-07-26", 2), (GRANTED, 2), ("2004-01-27", 1)],
)
def test_a_split_counts_after_the_day_of_cancellation_through_the_day_of_grant(
    promised: Company, on: str, factor: int
) -> None:
    promised.action(on, "2", "1")
    promised.grants_new()
    assert shares(promised) == {"A1": 1200 * factor, "A2": 500 * factor}


def test_the_exact_fraction_is_kept_through_any_number_of_actions(promised: Company) -> None:
    for day, new, old in (("2003-08-04", "1", "7"), ("2003-09-02", "1", "11"), ("2003-10-06", "77", "1")):
        promised.action(day, new, old)
    promised.grants_new()
    assert shares(promised) == {"A1": 1200, "A2": 500}


def test_the_largest_and_the_smallest_parts_of_a_ratio_are_kept_exactly(promised: Company) -> None:
    promised.action("2003-08-04", "9999999.99999999", "0.00000001")
    promised.action("2003-08-05", "0.00000001", "9999999.99999999")
    promised.grants_new()
    assert shares(promised) == {"A1": 1200, "A2": 500}


def test_the_longest_numbers_go_all_the_way(company: Company) -> None:
    holder, number, form = ("9" * 64, "G" * 64, "F" * 64)
    company.person(holder)
    company.grant(number, holder, plan="2000-EIP", split_pair="P" * 64)
    company.open()
    company.record(company.election(form, holder, RECEIVED, number))
    company.accept()
    company.promise()
    company.grants_new()
    assert shares(company) == {number: 1200}


def test_a_stock_dividend_is_a_split(promised: Company) -> None:
    promised.action("2003-08-04", "1.05", "1")
    promised.grants_new()
    assert shares(promised) == {"A1": 1260, "A2": 525}


def test_acquired_for_stock_the_exchange_ratio_counts_with_the_splits_before_and_after(promised: Company) -> None:
    promised.action("2003-08-04", "3", "2")
    promised.action("2003-09-02", "0.4137", "1", kind="stock_merger")
    promised.action("2003-10-06", "2", "1")
    promised.grants_new()
    assert shares(promised) == {"A1": 1489, "A2": 620}  # 1489.32, 620.55


def test_acquired_for_cash_it_is_cash_over_the_acquirers_price(promised: Company) -> None:
    promised.action("2003-09-02", "3.10", "42.50", kind="cash_merger")
    promised.grants_new()
    assert shares(promised) == {"A1": 87, "A2": 36}  # 87.53, 36.47


def test_less_than_one_share_lapses(promised: Company) -> None:
    promised.action("2003-09-02", "1", "501")
    promised.grants_new()
    results = promised.results()
    assert shares(promised) == {"A1": 2}
    assert results["lapsed"] == {"A2": "no_whole_share"}
    assert results["totals"]["lapsed_grants"] == 1


def test_of_two_reasons_leaving_comes_first(promised: Company) -> None:
    promised.action("2003-09-02", "1", "5000")
    promised.event("ana", GRANTED, "terminated")
    promised.grants_new()
    assert promised.results()["lapsed"] == {"A1": "not_an_employee", "A2": "not_an_employee"}


def test_repeated_it_grants_nothing_twice(promised: Company) -> None:
    promised.grants_new()
    before = promised.results()
    promised.action("2004-01-26", "2", "1")
    promised.grants_new()
    promised.grants_new(on="2004-01-27", price="9.99")
    assert promised.results() == before

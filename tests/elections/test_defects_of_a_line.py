"""Every line defect; a defective line leaves the rest of an effective form standing (domain §4, Line defects)."""

import pytest

from tests.support.company import MICROSECOND, Company, Row, beside

RECEIVED = "2003-07-01T09:00:00-07:00"


def judged(company: Company, *lines: str | Row) -> list[list[str]]:
    company.open()
    company.record(company.election("F1", "ana", RECEIVED, *lines))
    assert company.status("F1") == ("effective", [])
    return company.lines("F1")


def test_a_grant_that_nobody_or_another_holds_is_unknown_and_compared_no_further(company: Company) -> None:
    company.person("bo")
    company.grant("B1", "bo", exercise_price="0.5", shares_granted="7")
    wrong = company.line("B1", shares="9999")
    assert judged(company, "99999999", wrong, "A1") == [["unknown_grant"], ["unknown_grant"], []]


@pytest.mark.parametrize(
    ("changed", "defects"),
    [
        ({"grant_date": "2001-03-06"}, ["mismatch"]),
        ({"exercise_price": "24.51"}, ["mismatch"]),
        ({"exercise_price": "24.5000"}, []),
        ({"shares": "1201"}, ["mismatch"]),
        ({"shares": "1199"}, ["partial_tender"]),
        ({"shares": "0"}, ["partial_tender"]),
        ({"shares": "1199", "exercise_price": "24.51"}, ["mismatch", "partial_tender"]),
    ],
)
def test_a_line_is_compared_with_the_register(company: Company, changed: dict[str, str], defects: list[str]) -> None:
    assert judged(company, company.line("A1", **changed), "A2") == [defects, []]


@pytest.mark.parametrize(
    "changed",
    [
        {"plan": "1987-ISP"},
        {"plan": "2000-eip"},  # a plan is known by its code
        {"exercise_price": "1.9999"},
        {"grant_date": "2003-06-26"},
        {"expires_on": "2003-07-01"},  # the day received: it can no longer be exercised
        {"shares_exercised": "1200"},
    ],
)
def test_an_option_the_offer_does_not_reach(company: Company, changed: dict[str, str]) -> None:
    company.grant("A3", "ana", **changed)
    assert judged(company, "A3", "A1") == [["option_not_eligible"], []]


@pytest.mark.parametrize(
    "changed",
    [
        {"plan": "1993-ISP"},
        {"exercise_price": "2"},
        {"exercise_price": "2.0000"},
        {"grant_date": "2003-06-25"},  # the day of commencement
        {"expires_on": "2003-07-02"},
        {"shares_exercised": "1199"},
    ],
)
def test_an_option_the_offer_just_reaches(company: Company, changed: dict[str, str]) -> None:
    company.grant("A3", "ana", **changed)
    assert judged(company, "A3") == [[]]


def test_nothing_is_outstanding_of_a_line_that_states_shares(company: Company) -> None:
    company.grant("A3", "ana", shares_cancelled="1200")
    assert judged(company, company.line("A3", shares="1200")) == [["mismatch", "option_not_eligible"]]


def test_an_option_expires_at_the_start_of_a_day_in_the_offers_zone(company: Company) -> None:
    company.grant("A3", "ana", expires_on="2003-07-02")
    company.person("bo")
    company.grant("B1", "bo", expires_on="2003-07-02")
    midnight = "2003-07-02T00:00:00-07:00"
    company.open()
    company.record(
        company.election("F1", "ana", beside(midnight, -MICROSECOND), "A3"),
        company.election("F2", "bo", midnight, "B1"),
    )
    assert company.lines("F1") == [[]]
    assert company.lines("F2") == [["option_not_eligible"]]


def test_the_first_line_of_a_grant_stands_and_each_repeat_is_a_duplicate_and_nothing_else(company: Company) -> None:
    wrong = company.line("A1", shares="5", exercise_price="1")
    assert judged(company, "A1", wrong, "A1", "A2") == [[], ["duplicate"], ["duplicate"], []]


def test_a_wrong_first_line_is_not_mended_by_its_repeat(company: Company) -> None:
    wrong = company.line("A1", shares="5")
    assert judged(company, wrong, "A1") == [["partial_tender"], ["duplicate"]]


def test_a_repeat_of_an_unknown_grant_is_a_duplicate_as_any_other(company: Company) -> None:
    assert judged(company, "99999999", "99999999") == [["unknown_grant"], ["duplicate"]]


# Split pairs


def pair(company: Company, **mate: str) -> None:
    """P1 and P2 divide one grant of Ana's."""
    company.grant("P1", "ana", option_type="ISO", split_pair="P", shares_granted="400")
    company.grant("P2", "ana", split_pair="P", shares_granted="800", **mate)


def test_a_pair_goes_together(company: Company) -> None:
    pair(company)
    assert judged(company, "P1", "A1", "P2") == [[], [], []]


def test_a_half_whose_mate_is_not_on_the_form_is_broken_besides_its_own_defects(company: Company) -> None:
    pair(company)
    assert judged(company, company.line("P1", shares="1"), "A1") == [["pair_broken", "partial_tender"], []]


def test_a_good_half_whose_mate_has_a_defect_is_broken(company: Company) -> None:
    pair(company)
    assert judged(company, "P1", company.line("P2", exercise_price="9.99")) == [["pair_broken"], ["mismatch"]]


def test_two_defective_halves_keep_their_own_defects(company: Company) -> None:
    pair(company)
    lines = company.line("P1", shares="1"), company.line("P2", exercise_price="9.99")
    assert judged(company, *lines) == [["partial_tender"], ["mismatch"]]


def test_a_half_with_nothing_outstanding_is_left_out_of_account(company: Company) -> None:
    pair(company, shares_exercised="800")
    assert judged(company, "P1") == [[]]


def test_a_half_with_nothing_outstanding_breaks_nothing_even_on_the_form(company: Company) -> None:
    pair(company, shares_exercised="800")
    assert judged(company, "P1", company.line("P2", shares="800")) == [[], ["mismatch", "option_not_eligible"]]


def test_an_expired_mate_has_shares_outstanding_and_breaks_the_pair(company: Company) -> None:
    pair(company, expires_on="2003-07-01")
    assert judged(company, "P1", "P2") == [["pair_broken"], ["option_not_eligible"]]


def test_an_expired_mate_left_off_the_form_breaks_the_pair(company: Company) -> None:
    pair(company, expires_on="2003-07-01")
    assert judged(company, "P1") == [["pair_broken"]]


def test_a_mate_is_of_the_same_holder(company: Company) -> None:
    company.person("bo")
    company.grant("P1", "ana", split_pair="P")
    company.grant("B1", "bo", split_pair="P")
    assert judged(company, "P1") == [[]]


def test_a_repeated_half_breaks_nothing(company: Company) -> None:
    pair(company)
    assert judged(company, "P1", "P2", "P1") == [[], [], ["duplicate"]]


def test_the_first_line_of_a_repeated_half_decides(company: Company) -> None:
    pair(company)
    wrong = company.line("P1", shares="1")
    assert judged(company, wrong, "P1", "P2") == [["partial_tender"], ["duplicate"], ["pair_broken"]]


def test_three_that_divide_one_grant_go_together(company: Company) -> None:
    pair(company)
    company.grant("P3", "ana", split_pair="P", shares_granted="100")
    assert judged(company, "P1", "P2") == [["pair_broken"], ["pair_broken"]]


def test_one_bad_third_breaks_the_two_others(company: Company) -> None:
    pair(company)
    company.grant("P3", "ana", split_pair="P", shares_granted="100")
    lines = judged(company, "P1", company.line("P3", shares="99"), "P2")
    assert lines == [["pair_broken"], ["partial_tender"], ["pair_broken"]]


def test_the_lines_of_a_form_that_is_not_effective_are_not_listed(company: Company) -> None:
    company.open()
    company.record(company.election("F1", "ana", RECEIVED, "A1", signature_name=""))
    assert company.lines("F1") == []

"""`offer.toml`: what it may say, and what that means."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from exchange.offers.terms import from_plain
from tests.interchange.terms_edits import Edit, add, good, swap


def test_the_plain_values_are_json_and_say_what_the_file_says(tmp_path: Path) -> None:
    plain = good(tmp_path).as_plain()
    assert json.loads(json.dumps(plain)) == plain
    assert plain["offer"]["expires_at"] == "2003-07-25T00:00:00+00:00"
    assert plain["offer"]["dated"] == "2003-06-25"
    assert plain["eligibility"]["minimum_exercise_price"] == "2.00"
    assert plain["new_award"]["ratio"] == [{"from": "2.00", "old": "1", "new": "1"}]
    assert plain["new_award"]["vesting"] == {"at_grant": "6/48", "each_month": "1/48"}
    assert plain["channels"] == ["portal", "fax", "hand"]
    assert "phone" in plain["company"]["contacts"][0]
    assert "email" not in plain["company"]["contacts"][0]


def test_a_contact_may_state_the_hours_in_which_the_phone_is_answered(tmp_path: Path) -> None:
    hours = "Monday to Friday, 9 a.m. to 5 p.m. Pacific Time"
    edit = swap('phone = "(818) 734-5136"', f'phone = "(818) 734-5136"\nhours = "{hours}"')
    found = from_plain(good(tmp_path, edit).as_plain()).company.contacts
    assert [contact.hours for contact in found] == ["", hours, ""]


def test_the_offers_room_reads_the_plain_values(tmp_path: Path) -> None:
    terms = from_plain(good(tmp_path).as_plain())
    assert terms.code == "CPST-2003"
    assert terms.dated == date(2003, 6, 25)
    assert terms.minimum_exercise_price == Decimal("2.00")
    assert terms.reminder_days == (10, 5, 2, 1, 0)


def test_the_same_instants_written_with_another_offset_are_the_same_terms(tmp_path: Path) -> None:
    as_utc = swap("2003-07-24T17:00:00-07:00", "2003-07-25T00:00:00Z")
    assert good(tmp_path, as_utc).as_plain() == good(tmp_path).as_plain()


def test_dates_and_instants_may_be_in_quotes(tmp_path: Path) -> None:
    quoted = [swap("dated = 2003-06-25", 'dated = "2003-06-25"')]
    quoted += [swap("2003-07-24T17:00:00-07:00", '"2003-07-24T17:00:00-07:00"')]
    assert good(tmp_path, *quoted).as_plain() == good(tmp_path).as_plain()


def test_whole_figures_need_no_quotes(tmp_path: Path) -> None:
    offer = good(tmp_path, swap('old = "1", new = "1"', "old = 2, new = 1"))
    assert offer.as_plain()["new_award"]["ratio"] == [{"from": "2.00", "old": "2", "new": "1"}]


def test_a_ratio_may_be_fractional_and_have_tiers(tmp_path: Path) -> None:
    tiers = (
        '[{ from = "2.00", to = "9.99", old = "1.5", new = "1" },'
        ' { from = "10.00", to = "24.9999", old = "2", new = "1" }, { from = "25.00", old = "3.25", new = "1" }]'
    )
    offer = good(tmp_path, swap('[{ from = "2.00", old = "1", new = "1" }]', tiers))
    assert [tier.old for tier in offer.terms.new_award.ratio] == [Decimal("1.5"), Decimal(2), Decimal("3.25")]
    assert from_plain(offer.as_plain()).tiers[1].price_to == Decimal("24.9999")


@pytest.mark.parametrize(
    "edit",
    [
        swap("replay = true", 'channels = ["portal", "fax"]'),
        lambda text: 'channels = ["portal", "fax"]\n' + text,
    ],
    ids=["under [offer]", "above every table"],
)
def test_channels_may_be_narrowed_in_either_place(tmp_path: Path, edit: Edit) -> None:
    plain = good(tmp_path, edit).as_plain()
    assert plain["channels"] == ["portal", "fax"]
    assert "channels" not in plain["offer"]


def test_a_signatory_and_plans_may_be_named(tmp_path: Path) -> None:
    more = '[company.signatory]\nname = "A. Officer"\ntitle = "CFO"\n'
    more += '[[plans]]\ncode = "2000-EIP"\nname = "2000 Equity Incentive Plan"\nshares_available = 3000000\n'
    plain = good(tmp_path, add(more)).as_plain()
    assert plain["company"]["signatory"] == {"name": "A. Officer", "title": "CFO"}
    assert plain["plans"] == [{"code": "2000-EIP", "name": "2000 Equity Incentive Plan", "shares_available": 3000000}]


def test_vesting_may_outlast_a_short_term(tmp_path: Path) -> None:
    assert good(tmp_path, swap("term_years = 10", "term_years = 1")).terms.new_award.term_years == 1


def test_what_is_left_out_has_its_plain_meaning(tmp_path: Path) -> None:
    edits = [swap("replay = true", "#"), swap("all_or_none = true", "#"), swap("keep_split_pairs = true", "#")]
    edits += [swap("[reminders]\nbusiness_days_before_expiry = [10, 5, 2, 1, 0]", "")]
    plain = good(tmp_path, *edits).as_plain()
    assert plain["offer"]["replay"] is False
    assert plain["eligibility"]["all_or_none"] is True
    assert plain["reminders"] == {"business_days_before_expiry": []}

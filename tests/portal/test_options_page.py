"""Every option with its facts; each that is not eligible says why in words."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from exchange.cli.demo import cast
from exchange.interchange.schemas import GrantRow
from tests.portal.conftest import DURING, EXPIRES, OPENS


def _row(number: str, **changed: object) -> GrantRow:
    first = cast.grants(2026)[0]
    values = {"grant_number": number, "split_pair": "", **changed}
    return replace(first, **values)


def test_eligible_options_stand_with_their_facts_and_a_total(stage, text):
    page = text(stage.client().get(stage.url("options/")))
    eligible, ineligible = page.split("Not eligible")
    assert "LK-1003 3 June 2021 2016-EIP, ISO 3 June 2031 $7.25 1,750" in eligible
    assert "Total 11,750" in eligible
    assert "Split pair with LK-1002" in eligible
    assert "LK-1004" in ineligible
    assert "Its exercise price is below $5.00." in ineligible


def test_each_reason_has_its_sentence(bare_stage, text):
    rows = [
        _row("A-PLAN", plan="1999-OLD"),
        _row("B-LATER", grant_date=date(2026, 6, 5)),
        _row("C-EXPIRED", expires_on=DURING.date()),
        _row("D-NOTHING", shares_exercised=5434),
        _row("E-CHEAP", exercise_price=Decimal("4.9999")),
    ]
    stage = bare_stage.build(grants=rows)
    page = text(stage.client().get(stage.url("options/")))
    assert "None of your options is eligible." in page
    for sentence in (
        "It was granted under a plan that the offer does not cover.",
        "It was granted after the offer commenced.",
        "It has expired.",
        "No shares of it are outstanding.",
        "Its exercise price is below $5.00.",
    ):
        assert sentence in page
    assert "$4.9999" in page


def test_a_half_whose_other_half_is_not_eligible_says_so_and_is_no_choice(bare_stage, text):
    rows = [
        _row("P-1", split_pair="P"),
        _row("P-2", split_pair="P", option_type="NSO", expires_on=DURING.date()),
        _row("Q-1"),
    ]
    stage = bare_stage.build(grants=rows)
    page = text(stage.client().get(stage.url("options/")))
    assert "Its other half, P-2, is not eligible, and they go together or not at all." in page
    html = stage.client().get(stage.url("choose/")).content.decode()
    assert 'value="Q-1"' in html
    assert 'value="P-1"' not in html


def test_a_half_whose_other_half_has_nothing_outstanding_goes_alone(bare_stage):
    rows = [_row("P-1", split_pair="P"), _row("P-2", split_pair="P", option_type="NSO", shares_exercised=5434)]
    stage = bare_stage.build(grants=rows)
    stage.elect("L101", "P-1")


def test_an_executive_is_told_why_nothing_is_eligible(stage, text):
    page = text(stage.client("L104").get(stage.url("options/")))
    assert "You cannot take part in this offer" in page
    assert "your role, such as executive officers" in page
    assert stage.url("choose/") not in stage.client("L104").get(stage.url("options/")).content.decode()


def test_after_acceptance_what_was_exchanged_is_not_said_to_be_kept(stage, text):
    stage.elect("L101", "LK-1003")
    stage.accept()
    page = text(stage.client().get(stage.url("options/")))
    gone, kept = page.split("Eligible for exchange")
    assert "Accepted and cancelled You exchanged these" in gone
    assert "LK-1003" in gone
    assert "It was accepted and cancelled on 1 July 2026." in gone
    assert "LK-1003" not in kept
    assert "They were not exchanged: you keep these" in kept


def test_what_is_eligible_is_offered_only_while_it_can_be_tendered(bare_stage, text):
    stage = bare_stage.build(opened_at=OPENS - timedelta(days=2)).go(OPENS - timedelta(hours=1))
    client = stage.client()
    assert "You may tender these once the offer has begun" in text(client.get(stage.url("options/")))
    stage.go(DURING)
    assert "You may tender these Grant" in text(client.get(stage.url("options/")))
    stage.go(EXPIRES)
    assert "These could be tendered until the offer expired" in text(client.get(stage.url("options/")))


def test_every_part_of_a_grant_divided_in_three_is_named(bare_stage, text):
    rows = [_row(f"P-{number}", split_pair="P") for number in (1, 2, 3)]
    page = text(bare_stage.build(grants=rows).client().get(bare_stage.url("choose/")))
    assert "Grants P-1, P-2 and P-3, together" in page

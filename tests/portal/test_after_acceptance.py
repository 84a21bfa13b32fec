"""After acceptance: what was cancelled, why anything was not, the promise, the new options and their vesting."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from exchange.interchange.apply import Source, apply_corporate_actions
from exchange.interchange.schemas import CorporateActionRow
from exchange.people.models import EmploymentEvent
from exchange.settlement.actions.promise import decide_prohibition
from exchange.settlement.models import NewGrant, Promise
from tests.portal.conftest import ACCEPTS, DURING, EXPIRES, GRANTS_ON, PROMISES


def _event(stage, on: date, event: str, value: str = "", number: str = "L101") -> None:
    EmploymentEvent.objects.create(holder=stage.holder(number), effective_on=on, position=1, event=event, value=value)


@pytest.fixture
def accepted(stage):
    stage.elect("L101", "LK-1001", "LK-1003")
    stage.accept()
    return stage


def test_what_was_cancelled_stands_there_with_its_total(accepted, text):
    client = accepted.client()
    page = text(client.get(accepted.url("outcome/")))
    assert "The company decided on 1 July 2026, 9:00 a.m. Pacific Time (16:00 UTC)." in page
    assert "Total 11,750" in page
    home = text(client.get(accepted.url()))
    assert "Your tender was accepted" in home
    assert "you receive nothing for them" in home
    assert "Accepted: 3 grants, 11,750 shares Cancelled on 1 July 2026." in home
    assert "The Promise to Grant is due by 7 July 2026." in home
    assert "eligible" not in home.split("What is done")[1].split("Dates")[0]
    options = text(client.get(accepted.url("options/")))
    assert options.count("It was accepted and cancelled on 1 July 2026.") == 3


def test_what_was_not_accepted_says_why(stage, text):
    stage.elect("L101", "LK-1003")
    _event(stage, EXPIRES.date() - timedelta(days=1), "role", "consultant")
    stage.accept()
    client = stage.client()
    page = text(client.get(stage.url("outcome/")))
    assert "Tendered, and not accepted: you keep these" in page
    assert "You were no longer eligible on the day the tenders were accepted." in page
    assert "Your tender was not accepted" in text(client.get(stage.url()))


def test_one_who_tendered_nothing_keeps_everything(stage, text):
    stage.accept()
    client = stage.client("L102")
    assert "You tendered nothing. You keep all your options." in text(client.get(stage.url()))
    assert "You had tendered nothing" in text(client.get(stage.url("outcome/")))


def test_before_acceptance_the_page_says_so(stage, text):
    assert "The company has not accepted yet." in text(stage.client().get(stage.url("outcome/")))


def test_the_promise_stands_there_with_its_lines_and_its_paper(accepted, text):
    accepted.promise()
    client = accepted.client()
    page = text(client.get(accepted.url("promise/")))
    assert "Larkfield Instruments, Inc. promised you new options for 11,750 shares" in page
    assert "4 January 2027 at the earliest" in page
    assert "you receive nothing for the cancelled options" in page
    assert "LK-1003 1,750 Promised" in page
    assert "1/8 of the shares on the day of the grant, then 1/48 each month; all after 42 months" in page
    paper = client.get(accepted.url("promise/promise.pdf"))
    assert paper["Content-Type"] == "application/pdf"
    assert paper.content.startswith(b"%PDF-")


def test_a_split_shows_what_is_promised_now(accepted, text):
    accepted.promise()
    row = CorporateActionRow(1, date(2026, 9, 1), "split", Decimal(3), Decimal(2), "", "")
    accepted.go(PROMISES + timedelta(days=90))
    accepted.done(apply_corporate_actions([row], source=Source("test", ""), actor="test", at=accepted.now))
    page = text(accepted.client().get(accepted.url("promise/")))
    assert "LK-1003 1,750 2,625 Promised" in page
    assert "Split or stock dividend, 3 for 2 Effective 1 September 2026 . Each promised share became 1 1/2." in page
    assert "LK-1003 1,750 2,625 LK" not in page
    assert "Total 11,750 17,625" in page


def test_a_split_that_is_still_to_come_changes_nothing_yet(accepted, text):
    accepted.promise()
    row = CorporateActionRow(1, date(2026, 9, 1), "split", Decimal(3), Decimal(2), "", "")
    accepted.done(apply_corporate_actions([row], source=Source("test", ""), actor="test", at=accepted.now))
    assert "Shares now" not in text(accepted.client().get(accepted.url("promise/")))


def test_new_options_stand_there_with_every_vesting_date(accepted, text):
    accepted.promise()
    accepted.grant()
    client = accepted.client()
    page = text(client.get(accepted.url("new-options/")))
    assert "New options for 11,750 shares were granted on 4 January 2027 at $9.50 a share." in page
    assert "Expires 4 January 2037" in page
    single = page.split("For grant LK-1003")[1]
    assert "4 January 2027 218 218" in single
    assert "4 February 2027 37 255" in single
    assert "4 July 2030 37 1,750" in single
    assert "Your new options are granted" in text(client.get(accepted.url()))
    agreement = client.get(accepted.url(f"new-options/{NewGrant.objects.first().pk}/agreement.pdf"))
    assert agreement.content.startswith(b"%PDF-")


def test_what_lapsed_says_why(accepted, text):
    accepted.promise()
    _event(accepted, GRANTS_ON - timedelta(days=30), "terminated")
    accepted.grant()
    client = accepted.client()
    page = text(client.get(accepted.url("new-options/")))
    assert page.count("You were not an employee on the grant date. You receive nothing for these options.") == 3
    assert "Lapsed" in text(client.get(accepted.url("promise/")))


def test_what_is_held_says_so(accepted, text):
    accepted.promise()
    accepted.done(
        decide_prohibition(promise=Promise.objects.get(), verdict="held", reason="abroad", actor="test", at=PROMISES)
    )
    accepted.grant()
    page = text(accepted.client().get(accepted.url("new-options/")))
    assert page.count("Held") == 3
    assert "counsel has decided" in page


def test_a_form_in_time_and_then_acceptance_leaves_its_history_readable(accepted, text):
    client = accepted.client()
    assert "In force" in text(client.get(accepted.url("forms/")))
    assert accepted.last_form().received_at == DURING < ACCEPTS


def test_one_who_left_reads_the_fact_on_the_home_page_before_the_promise_lapses(accepted, text):
    accepted.promise()
    accepted.leave("L101", PROMISES.date() + timedelta(days=10))
    before = text(accepted.client().get(accepted.url()))
    assert "Your tender was accepted" in before
    accepted.go(PROMISES + timedelta(days=10))
    page = text(accepted.client().get(accepted.url()))
    assert "You are not an employee: nothing would be granted" in page
    assert "By the facts on file you left Larkfield on" in page
    assert "Your tender was accepted" not in page
    assert "If you leave" not in page

"""The page of the promise: what it was, what it is now, why, and what one has to do; facts only, no forecast."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from exchange.interchange.apply import Source, apply_corporate_actions
from exchange.interchange.schemas import CorporateActionRow
from exchange.people.models import EmploymentEvent
from exchange.settlement.actions.promise import decide_prohibition
from exchange.settlement.models import Promise
from tests.portal.conftest import GRANTS_ON, PROMISES

LATER = PROMISES + timedelta(days=90)


@pytest.fixture
def promised(stage):
    stage.elect("L101", "LK-1001", "LK-1003")
    stage.accept()
    stage.promise()
    return stage.go(LATER)


def _event(stage, on: date, event: str, value: str = "") -> None:
    EmploymentEvent.objects.create(
        holder=stage.holder(), effective_on=on, position=EmploymentEvent.objects.count(), event=event, value=value
    )


def _action(stage, on: date, kind: str, new: str, old: str, successor: str = "") -> None:
    row = CorporateActionRow(1, on, kind, Decimal(new), Decimal(old), successor, "")
    stage.done(apply_corporate_actions([row], source=Source("test", ""), actor="test", at=stage.now))


def _page(stage, text) -> str:
    return text(stage.client().get(stage.url("promise/")))


def test_as_issued_there_is_nothing_to_do(promised, text):
    page = _page(promised, text)
    assert "What you have to do Nothing now. After the grant you sign an agreement for each new option" in page
    assert "You are employed By the facts on file you are an employee today." in page
    assert "It is no forecast: what counts is the day of the grant." in page
    assert "What changed since it was issued" not in page


def test_who_left_reads_that_nothing_would_be_granted_and_since_when(promised, text):
    _event(promised, date(2026, 9, 1), "terminated")
    page = _page(promised, text)
    assert "You are not employed: nothing would be granted" in page
    assert "you left Larkfield on 1 September 2026" in page


def test_who_was_rehired_reads_both_days(promised, text):
    _event(promised, date(2026, 8, 1), "terminated")
    _event(promised, date(2026, 9, 1), "rehired")
    page = _page(promised, text)
    assert "left Larkfield on 1 August 2026 and were rehired on 1 September 2026" in page


def test_a_consultant_reads_that_the_role_ends_it_and_an_executive_that_it_does_not(promised, text):
    _event(promised, date(2026, 8, 1), "role", "consultant")
    assert "you have been a consultant since 1 August 2026" in _page(promised, text)
    _event(promised, date(2026, 9, 1), "role", "executive_officer")
    page = _page(promised, text)
    assert "You are employed By the facts" in page
    assert "You have been an executive officer since 1 September 2026. A promotion like this does not end" in page


def test_a_move_abroad_goes_before_counsel(promised, text):
    _event(promised, date(2026, 8, 1), "residence_country", "FR")
    assert "Since 1 August 2026 you live in another country" in _page(promised, text)


@pytest.mark.parametrize(
    ("verdict", "told"),
    [
        ("held", "Since 30 September 2026 counsel has been looking at whether the law allows the grant"),
        ("prohibited", "On 30 September 2026 counsel decided that the law does not allow the grant"),
        ("released", "On 30 September 2026 counsel decided that the law allows the grant."),
    ],
)
def test_counsels_word_is_told_plainly_and_its_reason_is_not(promised, text, verdict, told):
    decision = {"promise": Promise.objects.get(), "verdict": verdict, "reason": "Secret", "actor": "test"}
    promised.done(decide_prohibition(**decision, at=promised.now))
    page = _page(promised, text)
    assert told in page
    assert "Secret" not in page


def test_a_reverse_split_keeps_the_exact_fraction(promised, text):
    _action(promised, date(2026, 9, 1), "split", "1", "32")
    page = _page(promised, text)
    assert "Reverse split, 1 for 32 Effective 1 September 2026 . Each promised share became 1/32." in page
    assert "LK-1003 1,750 54 exactly 54 11/16 Promised" in page
    assert "LK-1003 1,750 54 11/16" in page


def test_acquired_for_cash_the_arithmetic_stands_there(promised, text):
    _action(promised, date(2026, 9, 1), "cash_merger", "3.10", "42.50", "Bristol Holdings")
    page = _page(promised, text)
    assert "Acquired by Bristol Holdings for cash, $3.10 a share" in page
    assert "That is the cash for one share, $3.10, over the price of a share of Bristol Holdings, $42.50." in page
    assert "If that stock is traded on no market then, counsel decides how the price is set" in page
    assert "The promise binds Bristol Holdings." in page


def test_acquired_for_stock(promised, text):
    _action(promised, date(2026, 9, 1), "stock_merger", "0.4137", "1", "Bristol Holdings")
    page = _page(promised, text)
    assert "Acquired by Bristol Holdings for stock, 0.4137 for 1" in page
    assert "For each promised share the promise is now for 4,137/10,000 shares of Bristol Holdings." in page


def test_granted_it_says_what_is_left_to_do_and_keeps_what_changed(promised, text):
    _action(promised, date(2026, 9, 1), "split", "3", "2")
    promised.grant()
    page = _page(promised, text)
    assert "Sign the option agreements of your new options." in page
    assert "How it stands today" not in page
    assert "LK-1003 1,750 2,625 Granted" in page
    promised.sign_agreements()
    assert "Nothing. Your new options are yours." in _page(promised, text)


def test_lapsed_it_says_why_and_that_there_is_nothing_to_do(promised, text):
    _event(promised, GRANTS_ON - timedelta(days=30), "terminated")
    promised.grant()
    page = _page(promised, text)
    assert page.count("You were not an employee on the grant date.") == 3
    assert "Nothing. If you think that this is wrong, ask the contact on this page." in page


def test_each_event_has_its_statement_for_its_holder_alone(promised):
    _action(promised, date(2026, 9, 1), "split", "3", "2")
    promised.go(LATER)
    address = promised.url("promise/adjustments/1.pdf")
    assert address in promised.client().get(promised.url("promise/")).content.decode()
    assert promised.client().get(address).content.startswith(b"%PDF")
    for other in (promised.url("promise/adjustments/2.pdf"), address):
        assert promised.client("L103").get(other).status_code == 404

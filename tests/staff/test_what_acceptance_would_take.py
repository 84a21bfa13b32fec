"""Before acceptance the desk shows, by holder and by option, what would be taken and why not; also as a file."""

import csv
import io
from datetime import timedelta
from decimal import Decimal

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from exchange.offers.reads import load
from exchange.people.models import EmploymentEvent
from exchange.settlement.actions.accept import accept_tenders
from exchange.settlement.models import Acceptance
from exchange.settlement.reads import tenders_at
from tests.support.world import ACTOR, EXPIRES_AT, a_grant, a_holder, an_offer, election, notice, submit, value

pytestmark = pytest.mark.django_db
RECEIVED_AT = EXPIRES_AT - timedelta(days=9)


@pytest.fixture
def offer(db):
    """Ana tenders two options; Ben tenders one and moves abroad; Cem withdraws; Dora sends nothing."""
    made = an_offer()
    for number, count in (("ANA", 2), ("BEN", 1), ("CEM", 1), ("DORA", 1)):
        holder = a_holder(number)
        for place in range(count):
            a_grant(holder, f"{number}-{place}")
        if number != "DORA":
            first = submit(made, holder, election(holder), RECEIVED_AT)
        if number == "BEN":
            moved = {"effective_on": EXPIRES_AT.date() - timedelta(days=2), "event": "residence_country"}
            EmploymentEvent.objects.create(holder=holder, position=1, value="FR", **moved)
        if number == "CEM":
            submit(made, holder, notice(holder, against=first.form.number), RECEIVED_AT + timedelta(days=1))
    return made


def address(offer):
    return reverse("staff:tendered", args=[offer.code])


def test_each_option_says_whether_and_why(offer, sign_in):
    auditor = sign_in("auditor")
    page = auditor.get(address(offer)).content.decode()
    for words in ("ANA-0", "ANA-1", "BEN-0", "Taken and cancelled", "The person was not eligible"):
        assert words in page
    for name in ("CEM-0", "DORA-0"):
        assert name not in page
    assert "2,400 shares; holders: 1" in page
    only = auditor.get(address(offer), {"taken": "no"}).content.decode()
    assert "BEN-0" in only
    assert "ANA-0" not in only


def test_the_same_by_holder(offer, hr):
    page = hr.get(address(offer), {"by": "holders"}).content.decode()
    assert "2 holders" in page
    assert "Holder ANA" in page
    assert "ANA-0" not in page


def test_all_of_it_is_downloaded(offer, hr):
    rows = list(csv.DictReader(io.StringIO(hr.get(address(offer), {"as": "csv"}).content.decode())))
    assert [(row["grant_number"], row["shares"], row["taken"], row["reason"]) for row in rows] == [
        ("ANA-0", "1200", "yes", ""),
        ("ANA-1", "1200", "yes", ""),
        ("BEN-0", "1200", "no", "person_not_eligible"),
    ]
    sheet = openpyxl.load_workbook(io.BytesIO(hr.get(address(offer), {"as": "xlsx", "taken": "no"}).content)).active
    assert [row[0].value for row in sheet.rows] == ["employee_number", "BEN"]


def test_what_it_shows_is_what_acceptance_does(offer, hr):
    at = EXPIRES_AT + timedelta(hours=16)
    shown = {(line.grant.grant_number, line.shares, line.reason) for line in tenders_at(load(offer), at)}
    done = accept_tenders(code=offer.code, attested=True, leave_undecided=False, actor=ACTOR, at=at)
    assert {(line.grant.grant_number, line.shares, line.reason) for line in value(done).lines} == shown
    assert "The offer is accepted" in hr.get(address(offer)).content.decode()
    assert Acceptance.objects.count() == 1


def test_a_fact_learnt_meanwhile_shows_at_once(offer, hr):
    assert "ANA-0" in hr.get(address(offer), {"taken": "yes"}).content.decode()
    ana = offer.forms.get(holder__employee_number="ANA").holder
    submit(offer, ana, notice(ana, against=offer.forms.get(holder=ana).number), RECEIVED_AT + timedelta(days=3))
    assert "ANA-0" not in hr.get(address(offer), {"taken": "yes"}).content.decode()


def test_more_holders_ask_no_more_of_the_database(offer, hr):
    hr.get(address(offer))
    with CaptureQueriesContext(connection) as few:
        hr.get(address(offer))
    for place in range(3):
        holder = a_holder(f"F{place}")
        a_grant(holder, f"F{place}-0", exercise_price=Decimal("9"))
        submit(offer, holder, election(holder), RECEIVED_AT)
    hr.get(address(offer))
    with CaptureQueriesContext(connection) as more:
        hr.get(address(offer))
    assert len(more) <= len(few)

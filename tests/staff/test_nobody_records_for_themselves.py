"""HR staff hold options too: no file brings in what is about whoever brings it in."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest

from exchange.elections.actions import record_forms
from exchange.elections.models import Form
from exchange.grants.models import Grant
from exchange.interchange.models import Import, ImportState
from exchange.people.models import EmploymentEvent, Holder, User
from tests.staff.test_files_come_in import HEAD, apply, text_of, upload
from tests.support.world import EXPIRES_AT, a_grant, a_holder, an_offer, election, paper, record, value

pytestmark = pytest.mark.django_db
GRANTS_HEAD = (
    "grant_number,employee_number,plan,option_type,grant_date,exercise_price,shares_granted,shares_exercised,"
    "shares_cancelled,expires_on,split_pair"
)
OWN_GRANT = "E9-1,E9,2016-EIP,NSO,2001-03-05,24.5,50000,0,0,2091-03-05,"
ANAS_GRANT = "E1-1,E1,2016-EIP,NSO,2001-03-05,24.5,1300,0,0,2091-03-05,"
ANAS_NEW_GRANT = "E1-2,E1,2016-EIP,NSO,2001-03-05,24.5,100,0,0,2091-03-05,"
FORMS_HEAD = (
    "form_id,received_at,channel,employee_number,kind,signed_at,signature_name,signer_capacity,signer_title,"
    "authority_evidence,name_change_proof,id_number,email,address"
)
LINES_HEAD = "form_id,grant_number,grant_date,exercise_price,shares"
SIGNED = "2003-06-25T06:00:00-07:00,fax,{who},election,2003-06-25T05:59:00-07:00,Holder {who},self,,no,no,,,"


@pytest.fixture
def mine():
    """The option holder who works in HR, by the address on file."""
    holder = a_holder("E9", email="hr@company.example")
    a_grant(holder, "E9-1", exercise_price=Decimal("1.5"))
    return holder


@pytest.fixture
def ana():
    holder = a_holder("E1")
    a_grant(holder, "E1-1")
    return holder


def test_an_option_of_ones_own_is_neither_changed_nor_added_and_the_rows_are_named(hr, mine, ana):
    own_new = OWN_GRANT.replace("E9-1", "E9-2")
    body = "\n".join([GRANTS_HEAD, ANAS_GRANT, OWN_GRANT, own_new, ""])
    address = upload(hr, "grants", ("grants.csv", body))
    run = Import.objects.get()
    assert run.state == ImportState.WRONG
    said = text_of(hr.get(address))
    assert re.search(r"\b3 employee_number E9 .*is you.*\b4 employee_number E9 ", said)
    assert "Row 2" not in said
    apply(hr, address)
    assert Grant.objects.get(grant_number="E9-1").exercise_price == Decimal("1.5")
    assert Grant.objects.get(grant_number="E1-1").shares_granted == 1200
    assert not Grant.objects.filter(grant_number="E9-2").exists()


def test_a_row_of_ones_own_that_changes_nothing_is_in_nobodys_way(hr, mine, ana):
    as_it_is = OWN_GRANT.replace("24.5,50000", "1.5,1200")
    apply(hr, upload(hr, "grants", ("grants.csv", "\n".join([GRANTS_HEAD, as_it_is, ANAS_NEW_GRANT, ""]))))
    assert Grant.objects.filter(grant_number="E1-2").exists()


def test_somebody_else_may_bring_it_in(hr, sign_in, mine):
    body = f"{GRANTS_HEAD}\n{OWN_GRANT}\n"
    apply(sign_in("superuser"), upload(sign_in("superuser"), "grants", ("grants.csv", body)))
    assert Grant.objects.get(grant_number="E9-1").shares_granted == 50000


def test_who_applies_what_another_uploaded_is_asked_again(hr, sign_in, mine):
    """A colleague's upload is checked for the colleague; whoever presses is the one who records."""
    address = upload(sign_in("superuser"), "grants", ("grants.csv", f"{GRANTS_HEAD}\n{OWN_GRANT}\n"))
    assert Import.objects.get().state == ImportState.CHECKED
    apply(hr, address)
    assert Import.objects.get().state == ImportState.WRONG
    assert "is you" in text_of(hr.get(address))
    assert Grant.objects.get(grant_number="E9-1").shares_granted == 1200


@pytest.mark.parametrize("number", ["E9", "E10"])
def test_ones_own_person_is_neither_changed_nor_added(hr, mine, number):
    row = f"{number},Holder {number},Holder {number},hr@company.example,US,CA,employee,1990-02-01,"
    address = upload(hr, "people", ("people.csv", f"{HEAD}\n{row}\n"))
    assert "is you" in text_of(hr.get(address))
    apply(hr, address)
    assert [holder.hired_on.year for holder in Holder.objects.all()] == [1999]


def test_no_event_is_added_to_ones_own_employment(hr, mine, ana):
    body = "employee_number,effective_on,event,value\nE1,2003-07-01,role,consultant\nE9,2003-07-01,role,employee\n"
    address = upload(hr, "employment_events", ("events.csv", body))
    assert re.search(r"\b3 employee_number E9 .*is you", text_of(hr.get(address)))
    apply(hr, address)
    assert not EmploymentEvent.objects.exists()


def test_ones_own_form_is_in_no_batch_of_forms(hr, mine, ana):
    an_offer()
    forms = "\n".join([FORMS_HEAD, *(f"X{who}," + SIGNED.format(who=who) for who in ("E1", "E9")), ""])
    lines = f"{LINES_HEAD}\nXE1,E1-1,2001-03-05,24.5,1200\nXE9,E9-1,2001-03-05,1.5,1200\n"
    address = upload(hr, "forms", ("forms.csv", forms), ("lines.csv", lines))
    assert "Form XE9 is your own" in text_of(hr.get(address))
    apply(hr, address)
    assert not Form.objects.exists()


def test_a_form_of_ones_own_that_a_colleague_recorded_is_passed_by(hr, mine, ana):
    offer = an_offer()
    at = EXPIRES_AT - timedelta(days=3)
    forms = [paper(election(mine), "XE9", at), paper(election(ana), "XE1", at)]
    record(offer, forms[:1], at)
    me = User.objects.get(email="hr@company.example")
    recorded = value(record_forms(code=offer.code, submissions=forms, recorded_by=me, actor="hr", at=at))
    assert [form.number for form, _judged in recorded.forms] == ["XE1"]

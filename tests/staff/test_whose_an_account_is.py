"""A staff account says whose it is, by an employee number or as no employee's: so 'own' hangs on no address alone."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from exchange.audit.models import AuditEvent
from exchange.kernel import clock
from exchange.kernel.results import Refused
from exchange.offers.preflight import Level, preflight
from exchange.offers.reads import load
from exchange.people.actions import state_owner
from exchange.people.models import User
from exchange.people.reads import is_same_person, own_holders
from exchange.settlement.models import Acceptance
from exchange.staff import checklist
from tests.staff.conftest import an_account, approve, propose
from tests.support.world import EXPIRES_AT, a_grant, a_holder, an_offer, election, paper, record

pytestmark = pytest.mark.django_db
AT_NINE = {"attested": "on", "at": "2003-07-25T09:00"}


@pytest.fixture
def ruth():
    """Counsel, who holds options under a private address."""
    return a_holder("E9", email="ruth@home.example")


@pytest.fixture
def counsels(db):
    return an_account("counsel")


@pytest.fixture
def admin(sign_in):
    return sign_in("superuser")


def page_of(account):
    return reverse("staff:account-owner", args=[account.pk])


def say(client, account, number="", is_no_employee=""):
    data = {"employee_number": number, **({"is_no_employee": "on"} if is_no_employee else {})}
    return client.post(page_of(account), data)


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_counsel_does_not_approve_the_acceptance_of_their_own_option(sign_in, admin, ruth, counsels):
    offer = an_offer()
    a_grant(ruth, "E9-1")
    at = EXPIRES_AT - timedelta(days=9)
    record(offer, [paper(election(ruth), "F9", at)], at)
    made = propose(sign_in("hr"), reverse("staff:accept", args=[offer.code]), offer.code, AT_NINE)
    assert say(admin, counsels, "E9").status_code == 302
    answer = sign_in("counsel").post(made, {"step": "preview"})
    assert "Your own options are among them" in text_of(answer)
    sign_in("counsel").post(made, {"step": "confirm", "digest": "0" * 64, "confirmation": offer.code})
    assert not Acceptance.objects.exists()
    assert approve(sign_in("second"), made, offer.code).status_code == 302
    assert Acceptance.objects.exists()


def test_the_number_says_who_is_the_same_person_however_it_is_written(ruth, counsels):
    assert not is_same_person(counsels, ruth)
    counsels.employee_number = "e9"
    assert is_same_person(counsels, ruth)
    assert list(own_holders(counsels)) == [ruth]
    assert not is_same_person(counsels, a_holder("E90"))


def test_an_account_without_a_number_is_nobody_without_an_address():
    holder = a_holder("E5", email="")
    assert not is_same_person(an_account("counsel"), holder)


def test_the_account_shows_whose_it_is_and_the_log_who_said_so(admin, ruth, counsels):
    record_page = reverse("staff:people_user_change", args=[counsels.pk])
    assert "Nobody has said whose account this is" in text_of(admin.get(record_page))
    say(admin, counsels, " E9 ")
    said = text_of(admin.get(record_page))
    assert "Employee number E9" in said
    assert "Holds options as E9 Holder E9" in said
    event = AuditEvent.objects.get(kind="account.owner_stated")
    assert event.actor == "staff:superuser@company.example"
    assert AuditEvent.objects.filter(chain="looks:E9", kind="record.looked").exists()


def test_it_says_one_thing_or_the_other(admin, counsels):
    for answer in (say(admin, counsels), say(admin, counsels, "E9", is_no_employee="on")):
        assert "Enter the employee number, or tick that it is no employee’s." in text_of(answer)
    say(admin, counsels, is_no_employee="on")
    counsels.refresh_from_db()
    assert (counsels.employee_number, counsels.is_no_employee) == ("", True)


def test_one_number_has_one_account(admin, counsels):
    other = an_account("hr")
    say(admin, other, "E9")
    assert "Another account has the employee number &quot;e9&quot;" in text_of(say(admin, counsels, "e9"))
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=counsels.pk).update(employee_number="e9")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=other.pk).update(is_no_employee=True)


def test_the_account_of_a_holder_has_that_holders_number(admin, ruth, counsels):
    ruth.user = counsels
    ruth.save()
    assert "The owner of this account holds options as E9" in text_of(say(admin, counsels, is_no_employee="on"))


def test_nobody_corrects_whose_account_theirs_is(admin):
    me = User.objects.get(email="superuser@company.example")
    assert say(admin, me, "E9").status_code == 302
    assert "Somebody else must correct it" in text_of(say(admin, me, is_no_employee="on"))
    other = an_account("hr")
    again = state_owner(
        user=me, employee_number="E8", is_no_employee=False, stated_by=other, actor="a test", at=clock.now()
    )
    assert not isinstance(again, Refused)


def test_the_checklist_remarks_on_accounts_of_which_nobody_said(admin, counsels):
    offer = an_offer()

    def found():
        (check,) = preflight(load(offer), clock.now(), only="staff_numbers")
        return check

    assert found().level is Level.ATTENTION
    assert not found().is_gate
    shown = checklist.findings_table(found(), found().open_findings, "UTC")
    assert [row[0].text for row in shown.rows] == ["counsel@company.example", "superuser@company.example"]
    say(admin, counsels, "E9")
    say(admin, User.objects.get(email="superuser@company.example"), is_no_employee="on")
    assert found().level is Level.DONE


def test_an_account_linked_to_a_holder_needs_no_number(ruth, counsels):
    ruth.user = counsels
    ruth.save()
    (check,) = preflight(load(an_offer()), clock.now(), only="staff_numbers")
    assert check.level is Level.DONE

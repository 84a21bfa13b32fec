"""Accounts: the superuser adds staff, the owner of the address sets the password, everyone signs in at one page."""

import re

import pytest
from django.core import mail
from django.urls import reverse

from exchange.audit.models import AuditEvent
from exchange.people.models import User
from tests.staff.conftest import an_account
from tests.support.second_factor import code_of_app, with_an_app

pytestmark = pytest.mark.django_db
NEW = {"email": "Dana@company.example", "name": "Dana Reyes", "group": "Counsel", "employee_number": "E77"}


def test_a_new_member_of_staff_gets_a_group_and_no_password(sign_in):
    answer = sign_in("superuser").post(reverse("staff:add-account"), NEW)
    user = User.objects.get(email="dana@company.example")
    assert answer["Location"] == reverse("staff:people_user_change", args=[user.pk])
    assert (user.is_staff, user.is_superuser, user.has_usable_password()) == (True, False, False)
    assert [group.name for group in user.groups.all()] == ["Counsel"]
    event = AuditEvent.objects.get(kind="account.added")
    assert event.actor == "staff:superuser@company.example"


def test_an_address_has_one_account(sign_in):
    client = sign_in("superuser")
    client.post(reverse("staff:add-account"), NEW)
    again = client.post(reverse("staff:add-account"), {**NEW, "email": "DANA@company.example"})
    assert "There is an account with the address" in again.content.decode()
    assert User.objects.filter(email__iexact=NEW["email"]).count() == 1


def test_nobody_else_adds_one(sign_in):
    for who in ("hr", "counsel", "auditor"):
        assert sign_in(who).post(reverse("staff:add-account"), NEW).status_code == 403
    assert not User.objects.filter(email__iexact=NEW["email"]).exists()


def test_a_group_that_does_not_exist_is_not_given(sign_in):
    answer = sign_in("superuser").post(reverse("staff:add-account"), {**NEW, "group": "Everything"})
    assert answer.status_code == 200
    assert not User.objects.filter(email__iexact=NEW["email"]).exists()


def test_the_owner_sets_a_password_and_an_app_up_and_comes_to_the_desk(sign_in, client):
    sign_in("superuser").post(reverse("staff:add-account"), NEW)
    client.post(reverse("account_reset_password"), {"email": "dana@company.example"})
    link = re.search(r"https?://[^/\s]+(/\S+)", mail.outbox[-1].body).group(1)
    page = client.get(link, follow=True)
    secret = "correct horse battery 9"
    client.post(page.redirect_chain[-1][0], {"password1": secret, "password2": secret})
    client.logout()
    answer = client.post(
        f"{reverse('account_login')}?next={reverse('staff:index')}",
        {"login": "dana@company.example", "password": secret, "next": reverse("staff:index")},
    )
    assert answer["Location"] == reverse("staff:index")
    page = client.get(reverse("staff:index"), follow=True)
    assert "Secure your sign-in" in page.content.decode()
    key = client.get(reverse("mfa_activate_totp")).context["form"].secret
    client.post(reverse("mfa_activate_totp"), {"code": code_of_app(key)})
    assert "What needs doing" in client.get(reverse("staff:index")).content.decode()


def test_a_stranger_is_sent_to_sign_in_and_back(client):
    answer = client.get(reverse("staff:people_holder_changelist") + "?q=ana")
    assert answer["Location"] == f"{reverse('account_login')}?next=/staff/people/%3Fq%3Dana"


def test_a_closed_account_sees_nothing(sign_in):
    client = sign_in("hr")
    User.objects.update(is_active=False)
    assert client.get(reverse("staff:index")).status_code == 302


def test_staff_without_a_group_see_an_empty_desk(client):
    client.force_login(with_an_app(User.objects.create_user("temp@company.example", "a long password", is_staff=True)))
    page = client.get(reverse("staff:index"))
    assert page.status_code == 200
    assert reverse("staff:people_holder_changelist") not in page.content.decode()
    assert client.get(reverse("staff:people_holder_changelist")).status_code == 403


def test_the_list_says_who_may_do_what(sign_in):
    client = sign_in("auditor")
    for who in ("hr", "counsel", "superuser"):
        an_account(who)
    page = client.get(reverse("staff:people_user_changelist")).content.decode()
    assert "Makes staff accounts, and may do everything" in page
    only_hr = client.get(reverse("staff:people_user_changelist") + "?who=group:HR").content.decode()
    assert "hr@company.example" in only_hr
    assert "counsel@company.example" not in only_hr.split("<table")[1]

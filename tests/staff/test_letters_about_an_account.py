"""Staff hear by e-mail that they have an account, and whenever something about its sign-in changes."""

from datetime import UTC, datetime

import pytest
from django.core import mail
from django.urls import reverse

from exchange.kernel import clock
from exchange.notices.delivery import sweep
from exchange.notices.models import Message, State
from exchange.offers.sign_in_letters import tell_of_change, tell_of_code
from exchange.people.actions import add_staff_account
from exchange.people.models import User
from tests.staff.conftest import an_account

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 20, 17, 5, tzinfo=UTC)
NEW = {"email": "Dana@company.example", "name": "Dana Reyes", "group": "Counsel", "employee_number": "E77"}


def test_a_new_account_is_told_how_to_come_in_by_a_letter_that_signs_nobody_in(sign_in):
    sign_in("superuser").post(reverse("staff:add-account"), NEW)
    assert sweep(at=clock.now()).sent == 1
    [letter] = mail.outbox
    assert letter.to == ["dana@company.example"]
    assert "Dear Dana Reyes," in letter.body
    assert "I forgot my password" in letter.body
    assert "/staff/, opens for nobody without one" in letter.body
    assert "token" not in letter.body
    assert "Counsel" not in letter.body  # no more of the person than a name
    assert Message.objects.get().state == State.SENT


def test_a_refused_or_rehearsed_account_tells_nobody():
    said = {"email": "dana@company.example", "name": "Dana", "groups": ["Counsel"], "actor": "root", "at": AT}
    add_staff_account(**said, dry_run=True)
    assert not Message.objects.exists()
    add_staff_account(**said)
    add_staff_account(**said)
    assert Message.objects.count() == 1


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("app_added", "An authenticator app was added to your sign-in."),
        ("app_removed", "The authenticator app was removed from your sign-in."),
        ("passkey_added", "A passkey was added to your sign-in."),
        ("passkey_removed", "A passkey was removed from your sign-in."),
        ("password_set", "The password of your sign-in was set anew."),
    ],
)
def test_a_change_of_a_second_factor_is_told_to_whose_it_is(what, said):
    user = an_account("hr")
    tell_of_change(user=user, kind="app.added", what=what, at=AT)
    letter = Message.objects.get()
    assert (letter.to_address, letter.kind) == (user.email, "account_changed")
    assert letter.subject == "Option exchange: your sign-in was changed"
    assert said in letter.text
    assert "20 November 2026, 17:05 UTC" in letter.text
    assert "If it was not you" in letter.text


def test_so_is_a_sign_in_by_a_code_alone():
    tell_of_code(user=an_account("hr"), at=AT)
    assert Message.objects.get().subject == "Option exchange: a sign-in by a code"


def test_whoever_sets_up_a_sign_in_is_not_told_what_they_just_did():
    user = an_account("hr")
    User.objects.filter(pk=user.pk).update(must_set_up=True)
    user.refresh_from_db()
    tell_of_change(user=user, kind="app.added", what="app_added", at=AT)
    assert not Message.objects.exists()


def test_one_that_did_not_go_out_is_in_the_queue_of_those_given_up_and_goes_to_the_same_address_again(sign_in):
    tell_of_code(user=an_account("hr"), at=AT)
    Message.objects.update(state=State.FAILED, last_error="TimeoutError")
    client = sign_in("superuser")
    page = client.get(reverse("staff:failed-letters"))
    assert "a sign-in by a code" in page.content.decode()
    client.post(reverse("staff:failed-letters"), {"person": [str(Message.objects.get().pk)]})
    assert Message.objects.get().state == State.QUEUED

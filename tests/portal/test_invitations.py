"""An invitation's link: opened by anything, used once, by a press; nothing that works stands in the database."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client

from exchange.audit.models import AuditEvent
from exchange.elections.actions import extend_offer
from exchange.kernel.results import Refused
from exchange.kernel.sentences import sentence
from exchange.notices import delivery
from exchange.notices.links import PLACEHOLDER
from exchange.notices.models import Message
from exchange.offers.invitations import invite_holders
from exchange.people.models import Holder, Invitation, InvitationUse, User
from tests.portal.conftest import DURING, EXPIRES

GRACE = "L105"


def invite(stage, *numbers: str):
    return stage.done(
        invite_holders(code=stage.code, employee_numbers=numbers or None, actor="staff:hannah", at=stage.now)
    )


def refusals(stage, *numbers: str) -> list[str]:
    result = invite_holders(code=stage.code, employee_numbers=numbers, actor="staff:hannah", at=stage.now)
    assert isinstance(result, Refused)
    return [sentence(reason) for reason in result.reasons]


def letters(stage) -> list[str]:
    """Send what is due; the links that went out, in order."""
    before = len(mail.outbox)
    for message in Message.objects.filter(kind="invitation", state="queued"):
        delivery.send_message(message_id=message.pk, at=stage.now)
    return [re.search(r"http://localhost:8000(/invitation/\S+)", str(sent.body))[1] for sent in mail.outbox[before:]]


@pytest.fixture
def link(stage) -> str:
    invite(stage, GRACE)
    return letters(stage)[0]


def test_the_link_goes_out_by_mail_and_stands_nowhere_else(stage, link):
    token = link.split("/")[2]
    assert link in str(mail.outbox[-1].alternatives[0][0])
    message = Message.objects.get(kind="invitation")
    assert message.text.count(PLACEHOLDER) == 1
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {table}")
            assert token.split(".")[1] not in str(cursor.fetchall()), table


def test_opening_the_link_changes_nothing_however_often_and_by_whomever(stage, link, text):
    for _ in range(3):
        scanner = Client()
        page = scanner.get(link)
        assert page.status_code == 200
        assert "Use my invitation" in text(page)
        assert scanner.head(link).status_code == 200
        assert "_auth_user_id" not in scanner.session
    assert not InvitationUse.objects.exists()


def test_the_page_behind_the_link_names_nobody(stage, link, text):
    page = text(Client().get(link))
    assert "Grace" not in page
    assert "larkfield.example" not in page
    assert Client().get(link)["Cache-Control"].find("no-store") >= 0


def test_pressing_the_button_lets_in_once_and_leads_to_securing_the_sign_in(stage, link, text):
    client = Client()
    answer = client.post(link, follow=True)
    assert answer.redirect_chain[-1][0] == "/accounts/secure/"
    assert "Set up a passkey" in text(answer)
    assert AuditEvent.objects.filter(kind="invitation.used", actor=f"holder:{GRACE}").count() == 1
    forwarded = Client()
    for again in (forwarded.post(link), forwarded.get(link)):
        assert again.status_code == 410
        assert "This link has been used" in text(again)
    assert "_auth_user_id" not in forwarded.session


def test_a_press_without_the_page_is_not_taken(stage, link):
    assert Client(enforce_csrf_checks=True).post(link).status_code == 403
    assert not InvitationUse.objects.exists()


def test_no_page_of_the_offer_opens_before_the_sign_in_is_secured(stage, link):
    client = Client()
    client.post(link)
    for path in ("", "options/", "choose/", "review/?grant=LK-1041", "withdraw/", "documents/"):
        assert client.get(stage.url(path)).url == "/accounts/secure/", path
    assert client.post(stage.url("review/"), {"token": "x"}).url == "/accounts/secure/"
    assert client.get("/").url == "/accounts/secure/"
    assert client.get("/accounts/2fa/").url == "/accounts/secure/"


def test_a_link_ends_after_fourteen_days(stage, link, text):
    stage.go(DURING + timedelta(days=14) - timedelta(microseconds=1))  # half-open: at its end it has ended
    assert Client().get(link).status_code == 200
    stage.go(DURING + timedelta(days=14))
    answer = Client().post(link)
    assert answer.status_code == 410
    assert "This link has expired" in text(answer)
    assert "Send me a code by e-mail" in text(answer)


def test_a_newer_invitation_ends_the_earlier_one_and_its_letter_that_waits(stage, link, text):
    stage.go(DURING + timedelta(hours=1))
    invite(stage, GRACE)
    stage.go(DURING + timedelta(hours=2))
    invite(stage, GRACE)
    states = list(Message.objects.filter(kind="invitation").order_by("queued_at").values_list("state", flat=True))
    assert states == ["sent", "cancelled", "queued"]
    assert "A newer invitation has replaced this one" in text(Client().post(link))
    newest = letters(stage)[0]
    assert Client().post(newest).status_code == 302


def test_a_letter_that_is_sent_again_holds_the_same_link(stage, link):
    Message.objects.filter(kind="invitation").update(state="queued", sent_at=None, next_attempt_at=stage.now)
    assert letters(stage) == [link]


@pytest.mark.parametrize("change", [lambda link: link[:-2] + "/", lambda link: link.replace(".", "x"), str.upper])
def test_a_link_that_was_tampered_with_says_what_every_dead_link_says(stage, link, text, change):
    path = "/invitation/" + change(link.removeprefix("/invitation/"))
    answer = Client().post(path)
    assert answer.status_code == 410
    assert "This link no longer works" in text(answer)
    assert Client().get("/invitation/made-up/").status_code == 410


def test_whoever_is_signed_in_is_signed_out_first(stage, link):
    client = stage.client("L101")
    client.post(link)
    assert client.session["_auth_user_id"] == str(stage.holder(GRACE).user_id)


def test_a_closed_account_is_not_let_in(stage, link, text):
    User.objects.filter(holder__employee_number=GRACE).update(is_active=False)
    assert "This link no longer works" in text(Client().post(link))


def test_two_with_one_address_and_one_without_a_valid_one_are_named_and_left_out(stage):
    Holder.objects.filter(employee_number="L106").update(email="Grace@larkfield.example")
    Holder.objects.filter(employee_number="L107").update(email="not an address")
    said = refusals(stage, GRACE, "L106", "L107", "L999")
    assert any("L105 Grace Whitfield, L106 Tomás Herrera" in sentence for sentence in said)
    assert any("L107 Nguyễn Thị Hoa has no valid e-mail address" in sentence for sentence in said)
    assert any('"L999"' in sentence for sentence in said)
    assert not Invitation.objects.exists()
    assert stage.holder(GRACE).user is None


def test_all_invites_every_eligible_person_who_is_not_in_yet_once(stage):
    assert list(invite(stage).employee_numbers) == ["L105", "L106", "L107", "L108"]
    assert Message.objects.filter(kind="invitation").count() == 4
    result = invite_holders(code=stage.code, employee_numbers=None, actor="staff:hannah", at=stage.now)
    assert isinstance(result, Refused)
    assert result.reasons[0].code == "nobody_to_invite"


def test_a_rehearsal_makes_nothing(stage):
    stage.done(
        invite_holders(code=stage.code, employee_numbers=None, actor="staff:hannah", at=stage.now, dry_run=True)
    )
    assert not Invitation.objects.exists()
    assert not Message.objects.filter(kind="invitation").exists()


def test_another_address_on_file_starts_the_account_afresh(stage, link):
    client = Client()
    client.post(link)
    user = stage.holder(GRACE).user
    user.set_password("a-password-of-whoever-that-was")
    user.must_set_up = False
    user.save()
    Holder.objects.filter(employee_number=GRACE).update(email="grace.w@larkfield.example")
    stage.go(DURING + timedelta(hours=1))
    invite(stage, GRACE)
    user.refresh_from_db()
    assert user.email == "grace.w@larkfield.example"
    assert user.must_set_up
    assert not user.has_usable_password()
    assert client.get("/").url.startswith("/accounts/login/")
    told = Message.objects.get(kind="sign_in_notice")
    assert told.to_address == "grace@larkfield.example"
    assert "moved to another e-mail address" in told.text


def test_a_staff_account_is_never_moved_by_a_file(stage):
    """Whoever may change the file would else take over counsel's account, or the administrator's."""
    counsel = User.objects.create_user("ruth@larkfield.example", "a-good-long-password", is_staff=True)
    Holder.objects.filter(employee_number=GRACE).update(user=counsel)
    assert "staff account with another address" in refusals(stage, GRACE)[0]
    counsel.refresh_from_db()
    assert (counsel.email, counsel.has_usable_password()) == ("ruth@larkfield.example", True)


def test_staff_who_hold_options_keep_their_sign_in(stage, text):
    hr = User.objects.create_user("grace@larkfield.example", "a-good-long-password", is_staff=True)
    invite(stage, GRACE)
    assert stage.holder(GRACE).user == hr
    hr.refresh_from_db()
    assert not hr.must_set_up
    assert "You already have a sign-in there" in Message.objects.get(kind="invitation").text


def test_an_invitation_that_waits_is_made_again_when_the_deadline_moves(stage):
    invite(stage, GRACE)
    later = EXPIRES + timedelta(hours=10)
    stage.done(extend_offer(code=stage.code, to=later, actor="test", at=stage.now, overrides=()))
    old, new = Message.objects.filter(kind="invitation").order_by("names_deadline")
    assert (old.state, new.state) == ("cancelled", "queued")
    assert new.names_deadline == later
    assert Client().get(letters(stage)[0]).status_code == 200

"""The Notice to Withdraw: everything, for as long as withdrawal is open, tender on record or not."""

from datetime import timedelta

from exchange.elections.models import Form
from exchange.elections.reads import forms_of
from tests.portal.conftest import ACCEPTS, DURING, EXPIRES


def test_a_notice_withdraws_everything_and_a_new_form_tenders_again(stage, text):
    first = stage.elect("L101", "LK-1003")
    stage.go(DURING + timedelta(hours=1))
    notice = stage.withdraw("L101")
    client = stage.client()
    page = text(client.get(stage.url(f"forms/{notice.pk}/done/")))
    assert "Nothing of yours is tendered any more" in page
    assert notice.number in page
    assert forms_of(stage.offer, stage.holder()).tendered == []
    history = text(client.get(stage.url("forms/")))
    assert f"Withdrawn by {notice.number}" in history
    stage.go(DURING + timedelta(hours=2))
    again = stage.elect("L101", "LK-1001")
    history = text(client.get(stage.url("forms/")))
    assert history.index(again.number) < history.index(notice.number) < history.index(first.number)
    assert f"Replaced by {again.number}" in history
    assert forms_of(stage.offer, stage.holder()).tendered == ["LK-1001", "LK-1002"]


def test_the_page_says_what_it_does_and_what_to_do_instead(stage, text):
    stage.elect("L101", "LK-1003")
    page = text(stage.client().get(stage.url("withdraw/")))
    assert "nothing of yours is tendered" in page
    assert "Sign a new Election Form instead" in page
    assert "until the company accepts" in page
    assert "LK-1003" in page
    assert "Sign and submit Notice to Withdraw" in page


def test_after_the_deadline_withdrawal_stays_open_until_acceptance(stage, text):
    stage.elect("L101", "LK-1003")
    stage.go(EXPIRES + timedelta(hours=2))
    client = stage.client()
    assert "after this Notice you cannot tender again" in text(client.get(stage.url("withdraw/")))
    stage.withdraw("L101")
    assert forms_of(stage.offer, stage.holder()).tendered == []


def test_a_notice_at_acceptance_is_late_and_kept(stage, text):
    stage.elect("L101", "LK-1003")
    client = stage.client()
    token = stage.token(client)
    stage.accept()
    page = text(client.get(stage.sign(client, token, path="withdraw/").url))
    assert "Your Notice arrived too late" in page
    assert stage.last_form().received_at == ACCEPTS
    assert forms_of(stage.offer, stage.holder()).tendered == ["LK-1003"]
    assert "nothing can be withdrawn" in text(client.get(stage.url("withdraw/")))


def test_a_notice_without_a_tender_on_record_is_taken_and_has_no_effect(stage, text):
    client = stage.client()
    assert "We have no tender of yours on record" in text(client.get(stage.url("withdraw/")))
    notice = stage.withdraw("L101")
    page = text(client.get(stage.url(f"forms/{notice.pk}/done/")))
    assert "There was no Election Form in force to withdraw" in page
    assert notice.number in page


def test_one_no_longer_eligible_may_withdraw(stage):
    from exchange.people.models import EmploymentEvent

    stage.elect("L101", "LK-1003")
    EmploymentEvent.objects.create(
        holder=stage.holder(), effective_on=DURING.date() + timedelta(days=1), position=1, event="terminated"
    )
    stage.go(DURING + timedelta(days=2))
    stage.withdraw("L101")
    assert forms_of(stage.offer, stage.holder()).tendered == []


def test_pressing_twice_is_one_notice(stage):
    stage.elect("L101", "LK-1003")
    stage.go(DURING + timedelta(hours=1))
    client = stage.client()
    token = stage.token(client)
    first, second = (stage.sign(client, token, path="withdraw/") for _press in range(2))
    assert first.url == second.url
    assert Form.objects.filter(kind="withdrawal").count() == 1


def test_a_notice_made_against_another_form_is_not_stored_but_shown(stage, text):
    stage.elect("L101", "LK-1003")
    client = stage.client()
    stage.go(DURING + timedelta(hours=1))
    token = stage.token(client)
    stage.elect("L101", "LK-1001")
    stage.go(DURING + timedelta(hours=2))
    answer = stage.sign(client, token, path="withdraw/")
    assert answer.status_code == 409
    assert stage.last_form().number in text(answer)
    assert stage.url("withdraw/") in answer.content.decode()
    assert not Form.objects.filter(kind="withdrawal").exists()

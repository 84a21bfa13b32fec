"""Every letter stands in the portal as it was written, for its owner alone, from the instant it was written."""

from datetime import timedelta

import pytest
from django.db import transaction

from exchange.elections.actions import extend_offer
from exchange.notices.actions import DEADLINE_MOVED, DEADLINE_PASSED, HOLDS_NO_MORE, OFFER_ENDED
from exchange.notices.delivery import send_message
from exchange.notices.links import PLACEHOLDER
from exchange.notices.models import Message, Opened, State
from exchange.offers.invitations import invite_holders
from exchange.settlement.actions.accept import accept_tenders
from tests.portal.conftest import ACCEPTS, DURING, EXPIRES


def address(stage, kind, number="L101"):
    return stage.url(f"notices/{stage.letter(kind, number).pk}/")


def test_letters_are_listed_newest_first_with_what_became_of_each(stage, text):
    stage.elect("L101", "LK-1003")
    page = text(stage.client().get(stage.url("notices/")))
    receipt, opened = stage.letter("election_received").subject, stage.letter("offer_opened").subject
    assert 0 < page.index(receipt) < page.index(opened)
    assert "Not e-mailed yet" in page
    assert send_message(message_id=stage.letter("offer_opened").pk, at=stage.now) == "sent"
    assert "E-mailed on 10 June 2026, 10:30 a.m. Pacific Time (17:30 UTC)" in text(
        stage.client().get(stage.url("notices/"))
    )


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (State.FAILED, "The e-mail could not be delivered"),
        (State.CANCELLED, "Not e-mailed: a newer notice took its place"),
        (State.WITHHELD, "Not e-mailed: this is a replay"),
    ],
)
def test_a_letter_that_never_went_out_says_so(stage, text, state, words):
    Message.objects.filter(pk=stage.letter("offer_opened").pk).update(state=state)
    assert words in text(stage.client().get(stage.url("notices/")))
    assert words in text(stage.client().get(address(stage, "offer_opened")))


@pytest.mark.parametrize(
    ("why", "words"),
    [
        (DEADLINE_MOVED, "Not e-mailed: the deadline was moved before it went out"),
        (DEADLINE_PASSED, "Not e-mailed: the deadline it names had passed"),
        (OFFER_ENDED, "Not e-mailed: the offer had ended"),
        (HOLDS_NO_MORE, "Not e-mailed: what it says holds no more"),
        ("TimeoutError", "Not e-mailed: it was called back before it went out"),
    ],
)
def test_a_letter_that_was_called_back_says_why(stage, text, why, words):
    Message.objects.filter(pk=stage.letter("offer_opened").pk).update(state=State.CANCELLED, last_error=why)
    assert words in text(stage.client().get(stage.url("notices/")))


def test_a_notice_shows_the_words_that_were_sent_and_the_paper_that_came_with_them(stage, text):
    stage.elect("L101", "LK-1003")
    client, receipt = stage.client(), stage.letter("election_received")
    answer = client.get(address(stage, "election_received"))
    assert " ".join(receipt.text.split()) in text(answer)
    paper = stage.url(f"notices/{receipt.pk}/papers/{receipt.attachments[0]}/")
    assert paper in answer.content.decode()
    assert client.get(paper)["Content-Type"] == "application/pdf"


def test_a_notice_is_new_until_it_is_opened_and_home_counts_the_new_ones(stage, text):
    client = stage.client()
    assert "1 new notice" in text(client.get(stage.url()))
    assert "1 of them is new to you." in text(client.get(stage.url("notices/")))
    client.head(address(stage, "offer_opened"))
    assert not Opened.objects.exists()
    client.get(address(stage, "offer_opened"))
    client.get(address(stage, "offer_opened"))
    assert Opened.objects.get().at == stage.now
    assert "new notice" not in text(client.get(stage.url()))
    assert "You have opened all of them." in text(client.get(stage.url("notices/")))


def test_nobody_else_finds_a_notice_or_opens_it(stage, text):
    for who in ("L102", "L104"):
        client = stage.client(who)
        assert client.get(address(stage, "offer_opened")).status_code == 404
        assert stage.letter("offer_opened").subject not in text(stage.client("L104").get(stage.url("notices/")))
    assert not Opened.objects.exists()
    assert "We have written nothing to you about this offer yet." in text(
        stage.client("L104").get(stage.url("notices/"))
    )


def test_words_that_a_letter_holds_are_never_markup(stage):
    Message.objects.filter(pk=stage.letter("offer_opened").pk).update(
        text="<script>alert(1)</script>", subject="<b>bold</b>"
    )
    page = stage.client().get(address(stage, "offer_opened")).content.decode()
    assert "<script>alert" not in page
    assert "<b>bold" not in page


def test_a_notice_that_names_an_earlier_deadline_says_what_it_is_now(stage, text):
    stage.elect("L101", "LK-1003")
    client = stage.client()
    send_message(message_id=stage.letter("offer_opened").pk, at=stage.now)
    assert "names an earlier deadline" not in text(client.get(address(stage, "offer_opened")))
    stage.done(extend_offer(code=stage.code, to=EXPIRES + timedelta(hours=3), actor="test", at=DURING, overrides=()))
    page = text(client.get(address(stage, "offer_opened")))
    assert "This notice names an earlier deadline, 30 June 2026, 5:00 p.m. Pacific Time (1 July, 00:00 UTC)." in page
    assert "The deadline now: 30 June 2026, 8:00 p.m. Pacific Time" in page


def test_the_notice_of_acceptance_is_there_in_the_acceptances_own_transaction(stage, text):
    stage.elect("L101", "LK-1003")
    stage.go(ACCEPTS)
    with transaction.atomic():
        accepted = accept_tenders(code=stage.code, attested=True, leave_undecided=False, actor="test", at=ACCEPTS)
        stage.done(accepted)
        page = text(stage.client().get(address(stage, "options_accepted")))
        assert "1,750" in page
        assert "Not e-mailed yet" in page
        transaction.set_rollback(True)
    assert not Message.objects.filter(kind="options_accepted").exists()


def test_the_link_of_an_invitation_is_in_no_notice(stage, text):
    stage.done(invite_holders(code=stage.code, employee_numbers=["L101"], actor="test", at=stage.now))
    page = text(stage.client().get(address(stage, "invitation")))
    assert PLACEHOLDER in page
    assert "/invitation/" not in page

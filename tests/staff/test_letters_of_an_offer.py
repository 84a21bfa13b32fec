"""The desk's pages of an offer's letters: what each says, for whom, edited, looked at for one holder, approved."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from exchange.audit.looks import looks_at
from exchange.kernel import clock
from exchange.notices.contexts import KINDS
from exchange.notices.models import Message
from exchange.offers.actions import load_offer, open_offer
from exchange.offers.content import Contents, letters_approved
from exchange.offers.models import ContentApproval, OfferWording
from exchange.staff import words
from exchange.staff.admin.base import record_url
from exchange.staff.letter_words import USES
from tests.support.life import live
from tests.support.world import OVERRIDES, a_grant, a_holder, terms, value

pytestmark = pytest.mark.django_db


@pytest.fixture
def offer():
    """A draft that opens in two days; Maya holds two eligible options."""
    now = clock.now()
    plain = terms("DRAFT", commences_at=now + timedelta(days=2), expires_at=now + timedelta(days=31), is_replay=False)
    version, _is_new = value(load_offer(plain=plain, actor="a test", at=now))
    maya = a_holder("E1", legal_name="Maya Okafor")
    a_grant(maya, "E1-1")
    a_grant(maya, "E1-2", shares_granted=300)
    return version.offer


def url(kind=""):
    return (
        reverse("staff:letter-of-offer", args=["DRAFT", kind])
        if kind
        else reverse("staff:letters-of-offer", args=["DRAFT"])
    )


def body(answer):
    return answer.content.decode()


def edit(client, kind="offer_opened", *, based_on=0, **parts):
    data = {"step": "edit", "based_on": based_on, "subject": "", "opening": "", "closing": "", **parts}
    return client.post(url(kind), data)


def test_every_letter_has_words_for_when_it_goes_out():
    assert set(USES) == set(KINDS) == set(words.LETTER)


def test_the_list_shows_every_letter_and_lets_counsel_alone_approve_what_is_ticked(offer, hr, counsel):
    assert 'name="shown"' not in body(hr.get(url()))
    shown = re.findall(r'name="shown" value="([^"]+)"', body(counsel.get(url())))
    assert len(shown) == len(KINDS)
    assert hr.post(url(), {"shown": shown}).status_code == 403
    answer = counsel.post(url(), {"shown": shown}, follow=True)
    assert f"Approved: {len(KINDS)}." in body(answer)
    assert "Every letter is approved" in body(answer)
    assert letters_approved(offer).is_approved


def test_what_moved_since_the_list_was_shown_is_not_approved(offer, hr, counsel):
    shown = re.findall(r'name="shown" value="([^"]+)"', body(counsel.get(url())))
    edit(hr, opening="Good news.")
    answer = counsel.post(url(), {"shown": shown}, follow=True)
    assert "The offer is open is no longer what was shown" in body(answer)
    assert not ContentApproval.objects.exists()


def test_words_are_edited_and_wait_for_another_person(offer, hr, counsel):
    answer = edit(counsel, opening="Good news, {holder_name}.")
    assert answer.status_code == 302
    assert OfferWording.objects.get().number == 1
    page = body(counsel.get(url("offer_opened")))
    assert "another person approves them" in page
    assert "Edited; waits for approval" in page
    digest = Contents(offer).newest("letter", "offer_opened").digest
    answer = counsel.post(
        url("offer_opened"), {"step": "approve", "shown": f"letter:offer_opened:{digest}"}, follow=True
    )
    assert "was made by counsel@company.example; another person approves it" in body(answer)


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ({"opening": "<script>x</script>"}, "plain text only"),
        ({"closing": "see elsewhere.com"}, "elsewhere.com leads"),
        ({"subject": "{salary}"}, "there is no field {salary}"),
    ],
)
def test_words_that_cannot_stand_are_refused_and_what_was_typed_stays(offer, hr, parts, told):
    page = body(edit(hr, **parts))
    assert told in page
    assert not OfferWording.objects.exists()
    assert next(iter(parts.values())).replace("<", "&lt;").replace(">", "&gt;") in page


def test_an_auditor_reads_and_writes_nothing(offer, sign_in):
    auditor = sign_in("auditor")
    assert "Keep as a new version" not in body(auditor.get(url("offer_opened")))
    assert edit(auditor, opening="x").status_code == 403


def test_a_preview_is_the_letter_of_a_real_holder_and_the_look_is_written_down(offer, hr):
    edit(hr, opening="Good news, {holder_name}: it closes {deadline}.")
    page = hr.get(url("offer_opened"), {"person": "E1"})
    text = body(page)
    assert "Good news, Maya Okafor: it closes" in text
    assert "2 options, 1,500 shares" in text
    assert [(look.what, look.by) for look in looks_at("E1")[0]] == [("letter_preview", "Hr")]
    frame = re.search(r'<iframe[^>]* src="([^"]+)"[^>]*sandbox=""', text)
    assert frame
    shown = hr.get(frame.group(1).replace("&amp;", "&"))
    assert "Good news, Maya Okafor" in body(shown)
    policy = shown["Content-Security-Policy"]
    assert "sandbox" in policy
    assert "default-src 'none'" in policy
    assert shown["X-Frame-Options"] == "SAMEORIGIN"
    assert looks_at("E1")[1] == 1  # the frame is the page's


def test_each_says_how_many_would_get_it_now(offer, hr):
    assert "1 person if it went out now" in body(hr.get(url("offer_opened")))
    assert "0 people if it went out now" in body(hr.get(url("options_accepted")))
    assert "if it went out now" not in body(hr.get(url("form_late")))


def test_a_frame_is_of_one_user_and_person_only(offer, hr, sign_in):
    text = body(hr.get(url("offer_opened"), {"person": "E1"}))
    address = re.search(r'<iframe[^>]* src="([^"]+)"', text).group(1).replace("&amp;", "&")
    assert sign_in("auditor").get(address).status_code == 404
    assert hr.get(address[:-2] + "xx").status_code == 404


def test_every_kind_of_letter_can_be_previewed_before_and_after(offer, hr):
    for kind in KINDS:
        page = hr.get(url(kind), {"person": "E1"})
        assert page.status_code == 200, kind
        assert "Dear Maya Okafor" in body(page), kind


def test_every_kind_of_letter_can_be_previewed_at_the_end_of_an_offers_life(hr):
    life = live()
    for kind in KINDS:
        page = hr.get(reverse("staff:letter-of-offer", args=[life.code, kind]), {"person": "E1"})
        assert page.status_code == 200, kind
        assert "Dear Holder E1" in body(page), kind


def test_the_pages_ask_the_same_few_questions_of_any_number_of_people(offer, counsel, django_assert_max_num_queries):
    for number in range(2, 30):
        a_grant(a_holder(f"E{number}"), f"E{number}-1")
    counsel.get(url())
    with django_assert_max_num_queries(20):
        counsel.get(url())
    counsel.get(url("reminder"))
    with django_assert_max_num_queries(30):
        counsel.get(url("reminder"))


def test_letters_that_are_held_are_counsels_work(offer, counsel):
    value(open_offer(code="DRAFT", actor="staff:hr@company.example", at=clock.now(), overrides=OVERRIDES))
    desk = body(counsel.get(reverse("staff:index")))
    assert "Approve letters that wait" in desk
    assert "1 letter waits for approval." in desk
    message = Message.objects.get(kind="offer_opened")
    shown = body(counsel.get(record_url(message)))
    assert "Waits for counsel" in shown
    assert message.content_digest[:12] in shown
    held = re.search(r'name="shown" value="(letter:offer_opened:[^"]+)"', body(counsel.get(url()))).group(1)
    counsel.post(url(), {"shown": [held]})
    assert "Approve letters that wait" not in body(counsel.get(reverse("staff:index")))

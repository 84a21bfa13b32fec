"""Counsel's own words in letters and papers: what may stand in them, who approves, and what goes out meanwhile."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import DatabaseError, IntegrityError, transaction

from exchange.audit.models import AuditEvent
from exchange.kernel import markup
from exchange.kernel.results import Refused
from exchange.kernel.sentences import sentence
from exchange.notices import letters as notice_letters
from exchange.notices.contexts import KINDS
from exchange.notices.delivery import Outcome, send_message
from exchange.notices.models import Message, State
from exchange.notices.wording import Wording, fields_of, refusals
from exchange.offers.actions import DocumentFile, load_offer, open_offer
from exchange.offers.approving import approve_content, edit_wording
from exchange.offers.content import (
    DOCUMENTS,
    LETTER,
    PAPER,
    Contents,
    documents_approved,
    documents_piece,
    letters_approved,
)
from exchange.offers.models import ContentApproval, OfferWording
from exchange.offers.reads import load, newest_version, offer_by_code
from exchange.offers.tasks import release_approved as release
from tests.support.raw import insert_copy
from tests.support.world import (
    ACTOR,
    COMMENCES_AT,
    EXPIRES_AT,
    OVERRIDES,
    a_grant,
    a_holder,
    extend,
    terms,
    value,
)

pytestmark = pytest.mark.django_db
HANNAH, RUTH = "staff:hannah@company.example", "staff:ruth@company.example"
NOW = COMMENCES_AT - timedelta(days=2)
EVERY_LETTER = len(KINDS)


@pytest.fixture
def offer():
    """A draft; Maya holds an eligible option."""
    plain = terms("TEST", commences_at=COMMENCES_AT, expires_at=EXPIRES_AT, is_replay=True)
    version, _is_new = value(load_offer(plain=plain, actor=HANNAH, at=NOW))
    a_grant(a_holder("E1", legal_name="Maya Okafor"), "E1-1")
    return version.offer


def edit(kind="offer_opened", *, area=LETTER, by=HANNAH, based_on=None, **parts):
    offer = offer_by_code("TEST")
    number = Contents(offer).newest(area, kind).number if based_on is None else based_on
    return edit_wording(code="TEST", area=area, kind=kind, parts=parts, based_on=number, actor=by, at=NOW)


def approve(*pieces, by=RUTH):
    wanted = [(piece.area, piece.kind, piece.digest) for piece in pieces]
    return approve_content(code="TEST", wanted=wanted, actor=by, at=NOW)


def approve_all(by=RUTH):
    offer = offer_by_code("TEST")
    contents = Contents(offer)
    pieces = [contents.newest(LETTER, kind) for kind in KINDS]
    return approve(*pieces, documents_piece(newest_version(offer)), by=by)


def codes(result):
    assert isinstance(result, Refused), result
    assert all(sentence(reason) for reason in result.reasons)
    return [reason.code for reason in result.reasons]


def opened(by=ACTOR):
    value(open_offer(code="TEST", actor=by, at=COMMENCES_AT, overrides=OVERRIDES))
    return Message.objects.get(kind="offer_opened")


class TestWhatMayStandInALetter:
    @pytest.mark.parametrize(
        ("parts", "code"),
        [
            ({"opening": "Dear {first_name}"}, "wording_unknown_field"),
            ({"opening": "{granted_on}"}, "wording_unknown_field"),  # another kind's
            ({"opening": "{holder_name.__class__}"}, "wording_unknown_field"),
            ({"opening": "It closes {deadline"}, "wording_brace"),
            ({"opening": "<b>Now</b>"}, "wording_markup"),
            ({"closing": "<script>alert(1)</script>"}, "wording_markup"),
            ({"closing": "＜script＞"}, "wording_markup"),  # what a mail program may fold to the same
            ({"closing": "a &#60; b"}, "wording_markup"),
            ({"opening": "{% include 'x' %}"}, "wording_markup"),
            ({"opening": "see https://elsewhere.example/x"}, "wording_link"),
            ({"opening": "see www.elsewhere"}, "wording_link"),
            ({"opening": "see elsewhere.com today"}, "wording_link"),
            ({"opening": "ask me@elsewhere.example"}, "wording_link"),
            ({"opening": "javascript:alert(1)"}, "wording_link"),
            ({"opening": "https://options.example.com.elsewhere.net"}, "wording_link"),
            ({"subject": "One\nBcc: two"}, "wording_subject_lines"),
            ({"subject": "Closes\u202e{deadline}"}, "wording_control"),
            ({"subject": "x" * 151}, "wording_too_long"),
        ],
    )
    def test_not_what_leads_elsewhere_runs_or_is_no_field(self, parts, code):
        found = [one.code for one in refusals("offer_opened", Wording(**parts), own=["https://options.example.com"])]
        assert code in found

    @pytest.mark.parametrize(
        "text",
        [
            "Dear {holder_name}, it closes {deadline}.",
            "Read Section 4. It matters, e.g. to you & yours; 3 < 4.",
            "Sign in at https://options.example.com/ or write to hr@company.example.",
            "Größe, ночь, 日本, العربية",
        ],
    )
    def test_plain_words_fields_and_our_own_addresses_may(self, text):
        own = ["https://options.example.com", "hr@company.example"]
        assert refusals("offer_opened", Wording(opening=text), own=own) == []

    def test_every_kind_names_who_it_is_to_and_no_field_may_be_blank(self):
        for kind in KINDS:
            assert {"holder_name", "company", "portal_url"} <= set(fields_of(kind))
        assert "deadline" in fields_of("reminder")
        assert "deadline" not in fields_of("invitation")  # which has one only while the offer is open


class TestWhatMayStandInAPaper:
    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("<script>x</script>", "markup_tag"),
            ("<img src=x>", "markup_tag"),
            ("<p onclick='x'>a</p>", "markup_attribute"),
            ("<p/onclick=x>a</p>", "markup_attribute"),
            ("<p style='color:red'>a</p>", "markup_attribute"),
            ("<p>a", "markup_unclosed"),
            ("<p><em>a</p></em>", "markup_unclosed"),
            ("<!-- a -->", "markup_tag"),
            ("<p>{salary}</p>", "wording_unknown_field"),
        ],
    )
    def test_not_what_a_paper_has_no_use_for(self, offer, text, code):
        assert code in codes(edit("promise_to_grant", area=PAPER, text=text))

    def test_a_document_may_link_within_itself_and_to_us_only(self):
        own = ["https://options.example.com"]

        def faults(address):
            return [fault.code for fault in markup.faults(f'<a href="{address}">a</a>', markup.DOCUMENT, own=own)]

        assert [faults(a) for a in ("#section-4", "https://options.example.com/x")] == [[], []]
        for address in (
            "https://elsewhere.example",
            "//elsewhere.example",
            "https://options.example.com.no",
            "x.html",
        ):
            assert faults(address) == ["markup_link"]
        assert faults("javascript:alert(1)") == ["markup_link"]


class TestWhoApproves:
    def test_nothing_is_approved_to_begin_with(self, offer):
        assert {one.kind for one in letters_approved(offer).missing} == set(KINDS)
        assert [(one.area, one.why) for one in documents_approved(offer).missing] == [(DOCUMENTS, "never")]

    def test_counsel_approves_it_all_at_once_and_again_changes_nothing(self, offer):
        assert len(value(approve_all())) == EVERY_LETTER + 1
        assert letters_approved(offer).is_approved
        assert documents_approved(offer).is_approved
        assert value(approve_all()) == []
        assert AuditEvent.objects.filter(chain="content:TEST", kind="content.approved").count() == 1

    def test_nobody_approves_their_own_words(self, offer):
        piece = value(edit(opening="Good news.", by=RUTH))
        assert codes(approve(piece, by=RUTH)) == ["approved_by_editor"]
        value(approve(piece, by=HANNAH))

    def test_nobody_approves_documents_they_gave_also_not_after_the_terms_were_loaded_again_by_another(self, offer):
        plain = terms("TEST", commences_at=COMMENCES_AT, expires_at=EXPIRES_AT + timedelta(hours=1), is_replay=True)
        version, is_new = value(load_offer(plain=plain, actor=RUTH, at=NOW))
        assert is_new
        piece = documents_piece(version)
        assert codes(approve(piece, by=HANNAH)) == ["approved_by_editor"]
        value(approve(piece, by=RUTH))

    def test_nor_their_own_words_in_which_another_changed_a_comma(self, offer):
        value(approve(value(edit(opening="Good news."))))
        value(edit(opening="Good news to all", by=RUTH))
        piece = value(edit(opening="Good news, to all", by=HANNAH))
        assert codes(approve(piece, by=RUTH)) == ["approved_by_editor"]
        assert codes(approve(piece, by=HANNAH)) == ["approved_by_editor"]
        value(approve(piece, by="staff:carla@company.example"))
        # What was approved by a third person is nobody's of the two any more.
        value(approve(value(edit(opening="Good news for all", by=HANNAH)), by=RUTH))

    def test_nor_the_text_of_a_paper(self, offer):
        value(edit("new_option", area=PAPER, text="<p>For {holder_name}</p>", by=RUTH))
        piece = value(edit("new_option", area=PAPER, text="<p>For {holder_name}.</p>", by=HANNAH))
        assert codes(approve(piece, by=RUTH)) == ["approved_by_editor"]
        value(approve(piece, by="staff:carla@company.example"))

    def test_nor_documents_that_they_gave_and_another_gave_again(self, offer):
        plain = terms("TEST", commences_at=COMMENCES_AT, expires_at=EXPIRES_AT, is_replay=True)

        def given(text, by):
            document = DocumentFile("offer_to_exchange", "Offer to Exchange", "text/plain", text)
            version, _is_new = value(load_offer(plain=plain, documents=[document], actor=by, at=NOW))
            return documents_piece(version)

        given(b"The offer", RUTH)
        piece = given(b"The offer.", HANNAH)
        assert codes(approve(piece, by=RUTH)) == ["approved_by_editor"]
        assert codes(approve(piece, by=HANNAH)) == ["approved_by_editor"]
        value(approve(piece, by="staff:carla@company.example"))
        value(approve(given(b"The offer!", HANNAH), by=RUTH))

    def test_the_database_refuses_it_too(self, offer):
        value(approve(value(edit(opening="Good news."))))
        row = ContentApproval.objects.get()
        with pytest.raises(IntegrityError), transaction.atomic():
            insert_copy(row, id="0" * 32, content_digest="1" * 64, approved_by=row.edited_by)

    @pytest.mark.parametrize(
        ("kind", "area", "part"), [("offer_opened", LETTER, "opening"), ("new_option", PAPER, "text")]
    )
    def test_nor_does_the_database_take_it_from_an_earlier_editor(self, offer, monkeypatch, kind, area, part):
        monkeypatch.setattr(Contents, "editors", lambda contents, piece: set())  # as if the action did not ask
        value(approve(value(edit(kind, area=area, **{part: "<p>One.</p>" if area == PAPER else "One."}))))
        value(edit(kind, area=area, by=RUTH, **{part: "Two."}))
        piece = value(edit(kind, area=area, by=HANNAH, **{part: "Two!"}))
        with pytest.raises(IntegrityError, match="by_an_editor"), transaction.atomic():
            approve(piece, by=RUTH)
        value(approve(piece, by="staff:carla@company.example"))
        value(approve(value(edit(kind, area=area, by=HANNAH, **{part: "Three."})), by=RUTH))

    def test_what_moved_since_it_was_shown_is_not_approved(self, offer):
        shown = value(edit(opening="Good news."))
        value(edit(opening="Good news, {holder_name}."))
        assert codes(approve(shown)) == ["content_moved"]

    def test_two_who_edit_the_same_version_do_not_overwrite_each_other(self, offer):
        value(edit(opening="One.", based_on=0))
        assert codes(edit(opening="Two.", based_on=0)) == ["content_moved"]

    def test_an_edit_is_missing_until_approved_and_a_change_of_the_product_asks_again(self, offer, monkeypatch):
        value(approve_all())
        value(edit(opening="Good news."))
        assert [(one.kind, one.why) for one in letters_approved(offer).missing] == [("offer_opened", "edited")]
        value(approve_all())
        monkeypatch.setitem(notice_letters.VERSIONS, "reminder", notice_letters.VERSIONS["reminder"] + 1)
        assert [(one.kind, one.why) for one in letters_approved(offer).missing] == [("reminder", "changed")]

    def test_a_release_that_words_a_letter_no_otherwise_leaves_it_approved(self, offer, monkeypatch):
        value(approve_all())
        monkeypatch.setattr(notice_letters, "template_digest", lambda kind: "the bytes of a style have changed")
        assert letters_approved(offer).is_approved
        assert value(approve_all()) == []
        assert opened(by=HANNAH).state == State.QUEUED

    def test_a_release_that_words_it_otherwise_holds_it_until_counsel_approved_that_version(self, offer, monkeypatch):
        value(approve_all())
        monkeypatch.setitem(notice_letters.VERSIONS, "offer_opened", notice_letters.VERSIONS["offer_opened"] + 1)
        letter = opened(by=HANNAH)
        assert letter.state == State.HELD
        value(approve_all())
        letter.refresh_from_db()
        assert letter.state == State.QUEUED

    def test_a_held_letter_goes_out_also_where_its_bytes_were_of_an_earlier_release(self, offer, monkeypatch):
        letter = opened(by=HANNAH)
        monkeypatch.setattr(notice_letters, "template_digest", lambda kind: "the bytes of a style have changed")
        value(approve(Contents(offer).newest(LETTER, "offer_opened")))
        letter.refresh_from_db()
        assert letter.state == State.QUEUED

    def test_the_text_of_a_paper_is_missing_only_where_there_is_one(self, offer):
        value(approve_all())
        piece = value(edit("new_option", area=PAPER, text="<p>For {holder_name}.</p>"))
        assert [(one.area, one.kind) for one in documents_approved(offer).missing] == [(PAPER, "new_option")]
        value(approve(piece))
        assert documents_approved(offer).is_approved

    def test_words_are_sealed_and_never_changed(self, offer):
        value(edit(opening="Good news."))
        row = OfferWording.objects.get()
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            OfferWording.objects.filter(pk=row.pk).update(parts="{}")


class TestWhatGoesOut:
    def test_a_command_asks_for_no_approval(self, offer):
        letter = opened()
        assert (letter.state, letter.wording_number) == (State.QUEUED, 0)
        assert letter.content_digest == Contents(offer).newest(LETTER, "offer_opened").digest

    def test_edited_words_are_not_used_before_they_are_approved(self, offer):
        value(edit(subject="Good news", opening="Good news, {holder_name}."))
        letter = opened()
        assert "Good news" not in letter.subject + letter.text + letter.html

    def test_approved_words_stand_in_every_part(self, offer):
        words = {
            "subject": "News for {holder_name}",
            "opening": "One & two.\n\nThree.",
            "closing": "Until {deadline}!",
        }
        value(approve(value(edit(**words))))
        letter = opened()
        assert letter.subject == "News for Maya Okafor" or letter.subject == "Replay: News for Maya Okafor"
        assert re.search(r"Dear Maya Okafor,\s+One & two\.\s+Three\.", letter.text)
        assert re.search(r"Until 24 July 2003, 5:00 p\.m\. Pacific Time \(.*\)!\s+Whom to ask", letter.text)
        assert "<p>One &amp; two.</p>" in letter.html
        assert letter.wording_number == 1

    def test_the_last_approved_words_are_used_while_newer_ones_wait(self, offer):
        value(approve(value(edit(opening="The approved words."))))
        value(edit(opening="The newer words."))
        letter = opened()
        assert "The approved words." in letter.text
        assert "The newer words." not in letter.text

    def test_empty_words_are_the_products_again(self, offer):
        value(approve(value(edit(opening="The approved words."))))
        value(approve(value(edit(opening=""))))
        letter = opened()
        assert "The approved words." not in letter.text
        assert letter.wording_number == 2

    def test_an_offer_opened_from_the_desk_holds_what_nobody_approved_until_they_do(self, offer):
        letter = opened(by=HANNAH)
        assert letter.state == State.HELD
        assert send_message(message_id=letter.pk, at=COMMENCES_AT) == Outcome.NOT_OURS
        value(approve(Contents(offer).newest(LETTER, "offer_opened")))
        letter.refresh_from_db()
        assert letter.state == State.QUEUED

    def test_a_letter_held_by_who_did_not_see_the_approval_yet_goes_out_all_the_same(self, offer):
        """Its transaction read the approvals before counsel's was given, and committed after it."""
        letter = opened(by=HANNAH)
        value(approve(Contents(offer).newest(LETTER, "offer_opened")))
        unseen = Message.objects.filter(pk=letter.pk)
        unseen.update(state=State.HELD)
        assert [scheduled["task"] for scheduled in settings.CELERY_BEAT_SCHEDULE.values()].count(release.name) == 1
        release()
        assert unseen.get().state == State.QUEUED

    def test_a_letter_whose_words_nobody_approved_stays_held(self, offer):
        letter = opened(by=HANNAH)
        value(approve(Contents(offer).newest(LETTER, "reminder")))
        release()
        letter.refresh_from_db()
        assert letter.state == State.HELD

    def test_a_held_letter_made_of_earlier_words_goes_out_once_just_those_are_approved(self, offer):
        letter = opened(by=HANNAH)
        earlier = Contents(offer).newest(LETTER, "offer_opened")
        value(approve(value(edit(opening="Other words."))))
        letter.refresh_from_db()
        assert letter.state == State.HELD
        value(approve(earlier))
        letter.refresh_from_db()
        assert letter.state == State.QUEUED

    def test_a_held_letter_that_names_a_superseded_deadline_never_goes_out(self, offer):
        letter = opened(by=HANNAH)
        extend(offer, EXPIRES_AT + timedelta(hours=12), at=COMMENCES_AT + timedelta(days=1))
        letter.refresh_from_db()
        assert letter.state == State.CANCELLED
        approve_all()
        letter.refresh_from_db()
        assert letter.state == State.CANCELLED

    def test_everything_approved_goes_out_at_once(self, offer):
        value(approve_all())
        assert opened(by=HANNAH).state == State.QUEUED

    def test_a_notice_says_its_own_id_at_its_foot(self, offer):
        letter = opened()
        assert f"Notice {letter.pk}" in letter.text
        assert f"Notice {letter.pk}" in letter.html

    def test_what_letters_are_made_of_is_read_once_for_ten_thousand(self, offer, django_assert_num_queries):
        loaded = load(offer)
        with django_assert_num_queries(1):
            assert loaded.letter_contents.letters["reminder"].number == 0
        with django_assert_num_queries(0):
            assert not loaded.letter_contents.held

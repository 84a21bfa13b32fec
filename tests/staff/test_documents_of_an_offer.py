"""The desk's pages of an offer's documents and of its own texts in papers: written, looked at, approved."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from exchange.documents.models import Paper
from exchange.documents.rendering import html_of
from exchange.kernel import clock
from exchange.offers.actions import DocumentFile, load_offer, open_offer
from exchange.offers.content import documents_approved
from exchange.offers.models import Offer, OfferDocument
from exchange.offers.written import page_of
from exchange.settlement.actions.accept import accept_tenders
from exchange.settlement.actions.promise import issue_promises
from tests.support.world import (
    ACTOR,
    COMMENCES_AT,
    EXPIRES_AT,
    OVERRIDES,
    a_grant,
    a_holder,
    an_offer,
    election,
    submit,
    terms,
    value,
)

pytestmark = pytest.mark.django_db
TEXT = "<h1>The offer</h1>\n<p>You may tender <em>any</em> option.</p>"


@pytest.fixture
def draft():
    now = clock.now()
    plain = terms("DRAFT", commences_at=now + timedelta(days=2), expires_at=now + timedelta(days=31), is_replay=False)
    return value(load_offer(plain=plain, actor="staff:hr@company.example", at=now))[0].offer


def url(name, *rest, code="DRAFT"):
    return reverse(f"staff:{name}", args=[code, *rest])


def body(answer):
    return answer.content.decode()


def write(client, code="DRAFT", *, step="keep", document="", **data):
    stated = {"kind": "offer_to_exchange", "title": "Offer to Exchange", "body": TEXT, **data}
    query = f"?document={document}" if document else ""
    return client.post(url("write-document", code=code) + query, {"step": step, **stated})


def applied(client, answer):
    """The staged file's page, confirmed as one would."""
    assert answer.status_code == 302, body(answer)
    page = client.get(answer.url)
    digest = re.search(r'name="digest" value="([0-9a-f]+)"', body(page))
    assert digest, body(page)
    return client.post(answer.url, {"step": "confirm", "digest": digest.group(1)}, follow=True)


class TestWriting:
    def test_a_document_that_is_written_goes_into_the_next_version_of_the_draft(self, draft, hr):
        applied(hr, write(hr))
        version = draft.versions.latest("number")
        document = version.documents.get()
        assert (version.number, document.title, document.content_type) == (2, "Offer to Exchange", "text/html")
        assert TEXT.encode() in bytes(document.body)
        applied(hr, write(hr, document=document.pk, body=TEXT.replace("any", "every")))
        newest = draft.versions.latest("number").documents.get()
        assert b"every" in bytes(newest.body)
        assert b"every" not in bytes(OfferDocument.objects.get(pk=document.pk).body)

    def test_the_editor_shows_what_was_written(self, draft, hr):
        applied(hr, write(hr))
        document = OfferDocument.objects.get()
        page = body(hr.get(url("write-document"), {"document": document.pk}))
        assert "&lt;h1&gt;The offer&lt;/h1&gt;" in page
        assert "doctype" not in page.partition("<textarea")[2].partition("</textarea>")[0]

    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ("<script>x</script>", "the tag &lt;script&gt; cannot stand here"),
            ("<p onclick='x'>a</p>", "cannot stand here"),
            ("<p><a href='https://elsewhere.example'>a</a></p>", "leads elsewhere"),
            ("<p>a", "is not closed"),
        ],
    )
    def test_what_cannot_stand_in_it_is_named_and_nothing_is_kept(self, draft, hr, text, told):
        assert told in body(write(hr, body=text))
        assert draft.versions.count() == 1

    def test_a_look_at_it_is_framed_without_a_right_to_do_anything(self, draft, hr):
        page = body(write(hr, step="look"))
        assert re.search(r'<iframe[^>]*srcdoc="&lt;h1&gt;[^"]*" sandbox=""', page)

    def test_of_an_open_offer_it_makes_an_amendment(self, counsel, sign_in):
        plain = terms("TEST", commences_at=COMMENCES_AT, expires_at=EXPIRES_AT, is_replay=True)
        given = [DocumentFile("offer_to_exchange", "Offer to Exchange", "text/html", page_of("Offer", TEXT))]
        offer = value(load_offer(plain=plain, documents=given, actor=ACTOR, at=COMMENCES_AT))[0].offer
        value(open_offer(code="TEST", actor=ACTOR, at=COMMENCES_AT, overrides=OVERRIDES))
        known = offer.versions.get().documents.get().pk
        assert write(sign_in("auditor"), "TEST", document=known).status_code == 403
        answer = write(counsel, "TEST", document=known, body=TEXT.replace("any", "every"))
        assert answer.status_code == 302
        assert answer.url.startswith(reverse("staff:amend", args=["TEST"]))
        assert "Offer to Exchange" in body(counsel.get(answer.url))


class TestApproving:
    def test_counsel_approves_the_documents_of_a_version_and_a_newer_one_asks_again(self, draft, hr, counsel):
        applied(hr, write(hr))
        page = body(counsel.get(url("documents-of-offer")))
        shown = re.search(r'name="shown" value="([^"]+)"', page).group(1)
        assert 'name="shown"' not in body(hr.get(url("documents-of-offer")))
        assert hr.post(url("documents-of-offer"), {"shown": shown}).status_code == 403
        counsel.post(url("documents-of-offer"), {"shown": shown})
        assert documents_approved(draft).is_approved
        applied(hr, write(hr, body=TEXT + "<p>More.</p>", title="Another"))
        assert [one.why for one in documents_approved(Offer.objects.get()).missing] == ["edited"]

    def test_whoever_gave_them_does_not_approve_them(self, draft, sign_in):
        boss = sign_in("superuser")
        applied(boss, write(boss))
        assert 'name="shown"' not in body(boss.get(url("documents-of-offer")))


class TestTextsOfPapers:
    def edit(self, client, text, *, based_on=0, code="DRAFT", kind="promise_to_grant"):
        return client.post(
            url("paper-text", kind, code=code), {"step": "edit", "based_on": based_on, "text": text}, follow=True
        )

    def approve(self, client, *, code="DRAFT", kind="promise_to_grant"):
        page = body(client.get(url("paper-text", kind, code=code)))
        shown = re.search(r'name="shown" value="([^"]+)"', page).group(1)
        return client.post(url("paper-text", kind, code=code), {"step": "approve", "shown": shown}, follow=True)

    def test_a_text_is_edited_looked_at_and_approved_by_another(self, draft, hr, counsel):
        page = body(self.edit(hr, "<p>For <em>{holder_name}</em>.</p>"))
        assert "For &lt;em&gt;(the holder" in page
        assert "Edited; waits for approval" in page
        assert "Approved: 1." in body(self.approve(counsel))

    def test_a_heading_a_link_or_an_unknown_field_is_refused(self, draft, hr):
        for text in ("<h2>x</h2>", "<p><a href='#x'>x</a></p>", "<p>{salary}</p>"):
            page = body(self.edit(hr, text))
            assert "There is a problem" in page

    def test_the_promise_has_the_approved_text_and_not_the_edited_one(self, hr, counsel):
        offer = an_offer()
        maya = a_holder("E1", legal_name="Maya <Okafor>")
        a_grant(maya, "E1-1")
        submit(offer, maya, election(maya), EXPIRES_AT - timedelta(days=1))
        self.edit(hr, "<p>For {holder_name}: approved.</p>", code="TEST")
        self.approve(counsel, code="TEST")
        self.edit(hr, "<p>Not approved.</p>", based_on=1, code="TEST")
        at = EXPIRES_AT + timedelta(hours=1)
        value(accept_tenders(code="TEST", attested=True, leave_undecided=True, actor=ACTOR, at=at))
        value(issue_promises(code="TEST", actor=ACTOR, at=at))
        paper = Paper.objects.get(kind="promise_to_grant")
        html = html_of(paper)
        assert "Further terms of this offer" in html
        assert "<p>For Maya &lt;Okafor&gt;: approved.</p>" in html
        assert "Not approved" not in html

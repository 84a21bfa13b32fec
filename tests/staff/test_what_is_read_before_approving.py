"""Whoever approves can read what they approve: the files of an amendment, the copies it makes, the terms that open."""

import hashlib
import html
import json
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from exchange.kernel import clock
from exchange.offers.actions import DocumentFile, load_offer
from exchange.offers.models import OfferDocument, Proposal
from exchange.offers.reads import load
from exchange.staff import terms_words
from exchange.staff.approved import moved
from exchange.staff.attempt import Preview
from exchange.staff.parts import Fact
from tests.staff.conftest import approve, propose, propose_and_approve
from tests.staff.test_amending_by_clicks import EARLY, KIND, upload
from tests.staff.test_guarded_pages import a_draft
from tests.support.company import Company
from tests.support.world import a_grant, a_holder, make_ready, value

pytestmark = pytest.mark.django_db
DOCUMENT = '\n[[documents]]\nkind = "offer_to_exchange"\ntitle = "Offer to Exchange"\nfile = "offer.html"\n\n[offer]'
NEW_YORK = ZoneInfo("America/New_York")
FULL = b"<p>The offer, in full.</p>"
SHORT = b"<p>The offer, in short.</p><script>alert(1)</script>"
SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"


@pytest.fixture
def company(tmp_path):
    company = Company(tmp_path)
    company.person("ana")
    company.grant("ana-1", "ana")
    company.open()
    return company


@pytest.fixture
def proposed(hr, counsel, company):
    """The address of a proposal that changes the words of a document."""
    data = {**KIND, **EARLY, "classification": "material"}
    address = upload(hr, company, ("\n[offer]", DOCUMENT), more=[SimpleUploadedFile("offer.html", FULL)])
    assert propose_and_approve(hr, counsel, address, company.code, data).status_code == 302
    more = [SimpleUploadedFile("offer.html", SHORT), SimpleUploadedFile("notes.bin", b"<script>")]
    return propose(hr, upload(hr, company, ("\n[offer]", DOCUMENT), more=more), company.code, data)


def a_file(position):
    return reverse("staff:proposal-file", args=[Proposal.objects.latest("number").pk, position])


def changes(number):
    return reverse("staff:proposal-changes", args=[Proposal.objects.latest("number").pk, number])


def test_every_file_of_a_proposal_can_be_opened_and_no_page_of_it_can_do_anything(counsel, proposed):
    shown = counsel.get(proposed).content.decode()
    for position, content_type in ((1, "text/plain; charset=utf-8"), (2, "text/html; charset=utf-8")):
        assert f'href="{a_file(position)}"' in shown
        answer = counsel.get(a_file(position))
        assert answer["Content-Type"] == content_type
        kept = bytes(Proposal.objects.latest("number").files.get(position=position).content)
        assert answer.content == kept
        assert hashlib.sha256(kept).hexdigest() in shown
    assert counsel.get(a_file(2)).content == SHORT
    assert counsel.get(a_file(2))["Content-Security-Policy"] == SANDBOX
    assert counsel.get(a_file(3))["Content-Disposition"] == "attachment"
    assert counsel.get(a_file(3))["Content-Type"] == "application/octet-stream"
    assert counsel.get(a_file(4)).status_code == 404


def test_the_copy_that_shows_the_changes_is_read_before_and_is_the_one_that_is_made(counsel, company, proposed):
    assert f'href="{changes(1)}"' in counsel.get(proposed).content.decode()
    copy = counsel.get(changes(1))
    assert copy["Content-Security-Policy"] == SANDBOX
    assert "<del" in copy.content.decode()
    assert "<script" not in copy.content.decode()
    digest = hashlib.sha256(copy.content).hexdigest()
    kept = Proposal.objects.latest("number").preview
    assert digest in kept
    assert hashlib.sha256(SHORT).hexdigest() in kept
    assert approve(counsel, proposed, company.code).status_code == 302
    assert OfferDocument.objects.get(version__number=3, kind="marked_copy").sha256 == digest
    assert counsel.get(changes(1)).status_code == 404  # it is a document of the offer now
    assert counsel.get(a_file(2)).content == SHORT


def test_its_proposer_reads_the_copy_before_proposing_the_very_one_that_is_made(hr, counsel, company, proposed):
    more = [SimpleUploadedFile("offer.html", SHORT)]
    address = upload(hr, company, ("\n[offer]", DOCUMENT), more=more)
    batch = address.rpartition("batch=")[2]
    copy = reverse("staff:amend-changes", args=[company.code, batch, 1])
    assert f'href="{copy}"' in hr.get(address).content.decode()
    preview = hr.post(address, {**KIND, **EARLY, "classification": "material", "step": "preview"})
    assert f'href="{copy}"' in preview.content.decode()
    read = hr.get(copy)
    assert read["Content-Security-Policy"] == SANDBOX
    assert read.content == counsel.get(changes(1)).content
    assert hr.get(reverse("staff:amend-changes", args=[company.code, batch, 2])).status_code == 404
    gone = reverse("staff:amend-changes", args=[company.code, Proposal.objects.first().pk, 1])
    assert hr.get(gone).status_code == 404


def test_of_a_document_that_does_not_change_there_is_no_marked_copy(counsel, proposed):
    assert counsel.get(changes(2)).status_code == 404
    assert (
        counsel.get(reverse("staff:proposal-changes", args=[OfferDocument.objects.first().pk, 1])).status_code == 404
    )


# Opening


def opening(code):
    return reverse("staff:open", args=[code])


@pytest.fixture
def in_march():
    """No holiday makes a month of business days too few."""
    with time_machine.travel(datetime(2026, 3, 2, 13, tzinfo=NEW_YORK)):
        yield


@pytest.fixture
def draft(in_march):
    a_grant(a_holder(), "E1-1")
    offer = a_draft()
    document = DocumentFile("offer_to_exchange", "Offer to Exchange", "text/html", FULL)
    plain = json.loads(load(offer).version.terms)
    value(load_offer(plain=plain, documents=[document], actor="staff:hr@company.example", at=clock.now()))
    make_ready(offer.code)
    return offer


def test_the_terms_that_open_are_confirmed_in_words_and_so_are_the_documents(draft, hr, counsel, one_clock):
    made = propose(hr, opening(draft.code), draft.code)
    loaded = load(draft)
    assert not loaded.timeline.opened_at
    kept = Proposal.objects.get().preview
    shown = html.unescape(counsel.get(made).content.decode())
    for fact in [*terms_words.facts_but_period(loaded), *terms_words.company_facts(loaded.terms.company)]:
        assert json.dumps([fact.name, fact.value, fact.more], ensure_ascii=False, separators=(",", ":")) in kept
        assert fact.value.splitlines()[0] in shown
    for digest in (loaded.version.terms_digest, hashlib.sha256(FULL).hexdigest()):
        assert digest in kept
        assert digest in shown
    [document] = loaded.documents
    link = f'href="{reverse("staff:document", args=[document.pk])}"'
    assert shown.count(link) == 1, "the documents stand once on the page"
    assert approve(counsel, made, draft.code).status_code == 302
    assert load(draft).timeline.opened_at


def test_of_two_facts_of_one_name_each_is_compared_with_its_own():
    before = Preview(facts=[Fact("Questions go to", "Ana"), Fact("Questions go to", "Ben")])
    after = Preview(facts=[Fact("Questions go to", "Cem"), Fact("Questions go to", "Ben")])
    [section] = moved(before, after)
    assert [[cell.text for cell in row] for row in section.table.rows] == [["Questions go to", "Ana", "Cem"]]
    assert moved(before, before) == []

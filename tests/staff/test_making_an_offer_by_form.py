"""An offer by form: the same draft as the file makes, the same reasons at the field, changed until it is opened."""

import json
import re
import tomllib
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from exchange.interchange.models import StagedFile
from exchange.interchange.terms import load_terms
from exchange.interchange.terms_file import raw_of, text_of
from exchange.offers.actions import DocumentFile, load_offer
from exchange.offers.models import Offer, OfferVersion
from exchange.staff.offer_form import ROWS
from exchange.staff.offer_terms import TermsPage
from tests.support.tables import CAPSTONE
from tests.support.world import an_offer, value

pytestmark = pytest.mark.django_db
CODE = "CPST-2003"
NEW = "/staff/offer/new/"


def text_of_page(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def digest_of(answer):
    found = re.search(r'name="digest" value="([0-9a-f]{64})"', answer.content.decode())
    return found.group(1) if found else ""


def capstone(**changed):
    """What HR types to make the published offer."""
    raw = tomllib.loads((CAPSTONE / "offer.toml").read_text())
    return typed(TermsPage(initial=raw), **changed)


def typed(wanted, **changed):
    """A page of the form as a browser sends it."""
    data = {}
    for form in wanted.forms:
        for field in form:
            found = field.value()
            if found is True:
                data[field.html_name] = "on"
            elif found not in (None, False, ""):
                data[field.html_name] = found
    for name in ROWS:
        rows = wanted.rows[name]
        data |= {f"{name}-TOTAL_FORMS": str(len(rows.forms)), f"{name}-INITIAL_FORMS": "0"}
    return {**data, "step": "check", **changed}


def confirm(client, answer):
    """From the form to the draft: read the words, confirm."""
    assert answer.status_code == 302, text_of_page(answer)
    shown = client.get(answer["Location"])
    done = client.post(answer["Location"], {"step": "confirm", "digest": digest_of(shown)})
    assert done.status_code == 302, text_of_page(done)
    return text_of_page(shown)


def test_the_form_makes_the_very_draft_that_the_file_makes(hr):
    said = confirm(hr, hr.post(NEW, capstone()))
    for words in ("24 July 2003, 5:00 p.m. Pacific Time", "1 for 1", "$2.00", "12.5 percent at the grant"):
        assert words in said
    found, problems = load_terms(CAPSTONE / "offer.toml")
    assert not problems
    made = json.loads(OfferVersion.objects.get().terms)
    assert made == found.as_plain()
    assert value(load_offer(plain=found.as_plain(), actor="a test", at=datetime.now(UTC)))[1] is False
    assert not StagedFile.objects.exists()


def test_a_blank_form_says_at_each_field_what_is_missing(hr):
    answer = hr.post(NEW, {f"{name}-TOTAL_FORMS": "1" for name in ROWS} | {f"{n}-INITIAL_FORMS": "0" for n in ROWS})
    assert answer.status_code == 200
    body = answer.content.decode()
    assert "Error:" in body
    for field in ("code", "title", "company_name", "time_zone", "commences_at", "expires_at", "minimum_price"):
        assert re.search(rf'href="#id_{field}"[^>]*>[^<]*Fill this in', body), field
    assert 'href="#id_contacts-0-purpose"' in body
    assert 'href="#id_ratio-0-low"' in body
    assert not StagedFile.objects.exists()


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"minimum_price": "two"}, "minimum_price", "is not a plain number"),
        ({"minimum_price": "1.00"}, "ratio-0-low", "prices from 1.00"),
        ({"expires_at": "2003-06-25T05:00"}, "expires_at", "must be after the commencement"),
        ({"ratio-0-high": "5"}, "ratio-0-high", "prices above"),
        ({"at_grant": "7/6"}, "at_grant", "more than the whole"),
        ({"countries": "USA"}, "countries", "is not a country code"),
        ({"contacts-1-email": "nobody"}, "contacts-1-email", "is not an e-mail address"),
        ({"contacts-0-purpose": ""}, "contacts-0-purpose", "Fill this in"),
        ({"term_years": "ten"}, "term_years", "is not a whole number"),
        ({"reminders": "10, soon"}, "reminders", "is not a whole number"),
        ({"channels": []}, "channels", "Fill this in"),
        ({"wait_months": "0", "wait_days": "0"}, "wait_months", "without a wait"),
        ({"signatory_name": "Ana Lopes"}, "signatory_title", "Fill this in"),
        ({"code": "no spaces"}, "code", "is not a code"),
    ],
)
def test_what_the_file_would_be_refused_for_is_said_at_its_field(hr, changed, field, words):
    answer = hr.post(NEW, capstone(**changed))
    assert answer.status_code == 200
    found = re.findall(r'href="#id_([a-z0-9_-]+)"[^>]*>([^<]*)', answer.content.decode())
    assert any(name == field and words.lower() in text.lower() for name, text in found), found
    assert not StagedFile.objects.exists()


def test_another_row_is_a_press_away_and_judges_nothing(hr):
    answer = hr.post(NEW, capstone(step="contacts", title=""))
    body = answer.content.decode()
    assert 'name="contacts-3-name"' in body
    assert "Debbie Bernard" in body
    assert "Fill this in" not in body


def test_a_draft_is_changed_by_the_form_and_keeps_its_documents(hr):
    confirm(hr, hr.post(NEW, capstone()))
    files = {
        "documents-TOTAL_FORMS": "1",
        "documents-INITIAL_FORMS": "0",
        "documents-0-kind": "offer_to_exchange",
        "documents-0-title": "Offer to Exchange",
        "documents-0-file": SimpleUploadedFile("offer.html", b"<h1>The offer</h1>"),
    }
    confirm(hr, hr.post(reverse("staff:offer-documents", args=[CODE]), files))
    address = reverse("staff:edit-terms", args=[CODE])
    shown = hr.get(address).content.decode()
    assert "Debbie Bernard" in shown
    assert 'value="2003-06-25T06:00"' in shown
    said = confirm(hr, hr.post(address, capstone(title="Another title")))
    assert "Another title" in said
    newest = OfferVersion.objects.order_by("-number").first()
    assert newest.number == 3
    assert [(row.title, bytes(row.body)) for row in newest.documents.all()] == [
        ("Offer to Exchange", b"<h1>The offer</h1>")
    ]


def test_the_code_of_a_draft_stays_what_it_was(hr):
    confirm(hr, hr.post(NEW, capstone()))
    confirm(hr, hr.post(reverse("staff:edit-terms", args=[CODE]), capstone(code="OTHER")))
    assert [offer.code for offer in Offer.objects.all()] == [CODE]
    twice = hr.post(NEW, capstone())
    assert "There is an offer with this code already" in twice.content.decode()


def test_what_was_checked_can_be_changed_before_it_makes_a_draft(hr):
    answer = hr.post(NEW, capstone())
    shown = hr.get(answer["Location"]).content.decode()
    again = re.search(r'href="(/staff/offer/new/\?batch=[0-9a-f-]+)"', shown).group(1)
    form = hr.get(again).content.decode()
    assert "Debbie Bernard" in form
    batch = again.rpartition("=")[2]
    confirm(hr, hr.post(NEW, capstone(title="Second thoughts", batch=batch)))
    assert json.loads(OfferVersion.objects.get().terms)["offer"]["title"] == "Second thoughts"
    assert not StagedFile.objects.exists()


def test_an_opened_offer_is_amended_not_edited(hr):
    offer = an_offer()
    for name in ("edit-terms", "offer-documents"):
        answer = hr.get(reverse(f"staff:{name}", args=[offer.code]))
        assert "its terms change only by an amendment" in answer.content.decode()
        assert hr.post(reverse(f"staff:{name}", args=[offer.code]), capstone()).status_code == 200
    assert OfferVersion.objects.count() == 1
    assert not StagedFile.objects.exists()


def test_the_terms_download_as_the_file_that_makes_them(hr, tmp_path):
    confirm(hr, hr.post(NEW, capstone()))
    answer = hr.get(reverse("staff:terms-file", args=[CODE]))
    assert "attachment" in answer["Content-Disposition"]
    (tmp_path / "offer.toml").write_bytes(answer.content)
    again, problems = load_terms(tmp_path / "offer.toml")
    assert not problems
    assert again.as_plain() == json.loads(OfferVersion.objects.get().terms)


def test_whatever_stands_in_a_text_comes_back_from_the_file(tmp_path):
    found, _problems = load_terms(CAPSTONE / "offer.toml")
    plain = found.as_plain()
    plain["offer"]["title"] = 'A "quoted" \\ title, é 漢 [x] = #1'
    (tmp_path / "offer.toml").write_text(text_of(raw_of(plain)), encoding="utf-8")
    again, problems = load_terms(tmp_path / "offer.toml")
    assert not problems
    assert again.as_plain() == plain


def test_documents_are_replaced_renamed_and_removed(hr):
    found, _problems = load_terms(CAPSTONE / "offer.toml")
    plain = found.as_plain()
    documents = [DocumentFile("plan", f"Plan {n}", "text/html", f"<p>{n}</p>".encode()) for n in (1, 2, 3)]
    value(load_offer(plain=plain, documents=documents, actor="a test", at=datetime.now(UTC)))
    address = reverse("staff:offer-documents", args=[CODE])
    shown = hr.get(address).content.decode()
    names = re.findall(r'name="documents-\d-name" value="([^"]+)"', shown)
    assert len(set(names)) == 3
    data = {"documents-TOTAL_FORMS": "4", "documents-INITIAL_FORMS": "3"}
    for place, name in enumerate(names):
        data |= {
            f"documents-{place}-name": name,
            f"documents-{place}-kind": "plan",
            f"documents-{place}-title": f"Plan {place + 1}",
        }
    data |= {"documents-0-is_removed": "on", "documents-1-title": "Renamed"}
    data["documents-2-file"] = SimpleUploadedFile("new.html", b"<p>new</p>")
    confirm(hr, hr.post(address, data))
    newest = OfferVersion.objects.order_by("-number").first()
    assert [(row.title, bytes(row.body)) for row in newest.documents.all()] == [
        ("Renamed", b"<p>2</p>"),
        ("Plan 3", b"<p>new</p>"),
    ]


def test_a_document_that_is_none_is_refused_with_the_reason(hr):
    confirm(hr, hr.post(NEW, capstone()))
    files = {
        "documents-TOTAL_FORMS": "1",
        "documents-INITIAL_FORMS": "0",
        "documents-0-kind": "plan",
        "documents-0-title": "Plan",
        "documents-0-file": SimpleUploadedFile("plan.pdf", b"not a PDF"),
    }
    answer = hr.post(reverse("staff:offer-documents", args=[CODE]), files)
    assert "is not a PDF, whatever its name says" in answer.content.decode()
    assert not StagedFile.objects.exists()


def test_uploaded_files_are_not_kept_in_the_clear(hr):
    hr.post(NEW, capstone())
    assert all(b"Debbie" not in bytes(row.content) for row in StagedFile.objects.all())

"""Amending an offer from the desk: the file is uploaded, what differs and how days count is shown, then it is done."""

import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from exchange.interchange.models import StagedFile
from exchange.notices.delivery import deliver_all
from exchange.notices.models import Message
from exchange.offers.models import Amendment, Proposal
from exchange.offers.reads import load, offer_by_code
from tests.staff.conftest import approve, propose_and_approve
from tests.staff.test_guarded_pages import digest_of, text_of
from tests.support.company import Company

pytestmark = pytest.mark.django_db
TIERS = 'ratio = [{ from = "2.00", old = "1", new = "1" }]'
MORE = 'ratio = [{ from = "2.00", old = "2", new = "3" }]'
EARLY = {"at": "2003-07-03T09:00"}
LATE = {"at": "2003-07-15T09:00"}
KIND = {"classification": "consideration", "to": "", "summary": ""}


@pytest.fixture
def company(tmp_path: Path) -> Company:
    company = Company(tmp_path)
    for holder in ("ana", "bo"):
        company.person(holder)
        company.grant(f"{holder}-1", holder)
    company.open()
    return company


def upload(client, company, *changes, more=()):
    text = (company.folder / "offer.toml").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    file = SimpleUploadedFile("offer.toml", text.encode())
    answer = client.post(reverse("staff:amend", args=[company.code]), {"file0": file, "more": list(more)})
    assert answer.status_code == 302, text_of(answer)
    return answer["Location"]


def test_what_differs_is_shown_before_anything_is_asked_and_the_days_are_counted(counsel, company):
    address = upload(counsel, company, (TIERS, MORE))
    said = text_of(counsel.get(address))
    assert "1 for 1 (exercise price $2.00 or more)" in said
    assert "3 for 2 (exercise price $2.00 or more)" in said
    assert "By the terms: A change in the consideration." in said
    preview = counsel.post(address, {**KIND, **EARLY, "step": "preview"})
    said = text_of(preview)
    assert "Friday, 4 July 2003 Not counted Independence Day" in said
    assert "Saturday, 5 July 2003 Not counted Saturday" in said
    assert "Thursday, 17 July 2003 Business day 10 of 10" in said
    assert re.search(r"Letters\s+2", said)
    assert not Amendment.objects.exists()


def test_letters_of_a_step_that_stated_the_same_instant_are_not_counted_again(hr, counsel, company):
    extension = {"to": "2003-07-24T19:00", **EARLY}
    propose_and_approve(hr, counsel, reverse("staff:extend", args=[company.code]), company.code, extension)
    deliver_all(offer_key=company.code)
    address = upload(hr, company, (TIERS, MORE))
    said = text_of(hr.post(address, {**KIND, **EARLY, "step": "preview"}))
    assert "The offer is amended 0 2 2" in said
    assert "The offer is extended" not in said


def test_it_is_amended_as_proposed_once_approved_and_the_files_stay_with_the_proposal(hr, counsel, company):
    address = upload(hr, company, (TIERS, MORE))
    digest = digest_of(hr.post(address, {**KIND, **EARLY, "step": "preview"}))
    press = {**KIND, **EARLY, "step": "confirm", "digest": digest, "confirmation": company.code}
    assert hr.post(address, {**press, "confirmation": "yes"}).status_code == 200
    assert not Proposal.objects.exists()
    proposed = hr.post(address, press)["Location"]
    assert not StagedFile.objects.exists()
    assert not Amendment.objects.exists()
    assert approve(counsel, proposed, company.code).status_code == 302
    amendment = Amendment.objects.get()
    assert amendment.step.actor == "staff:counsel@company.example"
    assert "staff:hr@company.example" in amendment.event.payload
    assert Message.objects.filter(kind="offer_amended").count() == 2
    assert hr.post(address, press).status_code == 302  # the files are gone: there is nothing to do again
    assert Amendment.objects.count() == 1
    record = text_of(counsel.get(reverse("staff:offers_offer_change", args=[amendment.version.offer.pk])))
    assert "Amended" in record
    assert "Version 2" in record


def test_too_late_what_the_clock_wants_is_shown_by_days_and_counsel_may_override(counsel, second, company):
    address = upload(counsel, company, (TIERS, MORE))
    answer = counsel.post(address, {**KIND, **LATE, "step": "preview"})
    said = text_of(answer)
    assert "This cannot be done" in said
    assert "Proposed: 29 July 2003, 5:00 p.m. Pacific Time" in said
    assert "Tuesday, 15 July 2003 Business day 1 of 10" in said
    assert not digest_of(answer)
    override = {"override": "ten_business_days_after_change", "override_reason": "Trifling."}
    data = {**KIND, **LATE, **override}
    assert propose_and_approve(counsel, second, address, company.code, data).status_code == 302
    assert "Trifling." in Amendment.objects.get().step.overrides


def test_what_only_counsel_can_classify_is_asked_for(counsel, company):
    address = upload(counsel, company, ("Offer to Exchange Certain", "Offer to Exchange Some"))
    asked = counsel.get(address)
    assert "The terms do not say it by themselves: counsel says." in text_of(asked)
    answer = counsel.post(address, {**KIND, **EARLY, "classification": "", "step": "preview"})
    assert "Say what kind of change it is." in text_of(answer)


def test_a_file_that_cannot_be_read_shows_every_problem_and_can_be_removed(counsel, company):
    address = upload(counsel, company, ('plan = "2000-EIP"', "plan = 7"), ("term_years = 10", "term_years = 99"))
    said = text_of(counsel.get(address))
    assert "Everything that is wrong" in said
    assert "new_award.term_years" in said
    assert counsel.post(address, {"step": "discard"}).status_code == 302
    assert not StagedFile.objects.exists()


def test_documents_come_along_and_their_marked_copies_are_named(hr, counsel, company):
    document = (
        '\n[[documents]]\nkind = "offer_to_exchange"\ntitle = "Offer to Exchange"\nfile = "offer.html"\n\n[offer]'
    )
    for text, kind in (("<p>The offer, in full.</p>", "immaterial"), ("<p>The offer, in short.</p>", "material")):
        more = [SimpleUploadedFile("offer.html", text.encode())]
        address = upload(hr, company, ("\n[offer]", document), more=more)
        data = {**KIND, **EARLY, "classification": kind}
        preview = hr.post(address, {**data, "step": "preview"})
        assert propose_and_approve(hr, counsel, address, company.code, data).status_code == 302
    assert "Offer to Exchange, changes marked" in text_of(preview)
    kinds = [row.kind for row in load(offer_by_code(company.code)).version.documents.all()]
    assert kinds == ["offer_to_exchange", "marked_copy"]


def test_an_auditor_proposes_no_amendment(sign_in, company):
    auditor, address = sign_in("auditor"), reverse("staff:amend", args=[company.code])
    assert auditor.get(address).status_code == 403
    assert auditor.post(f"{address}?batch=00000000-0000-0000-0000-000000000000").status_code == 403


def test_files_of_another_upload_are_no_amendment(counsel, company):
    address = reverse("staff:amend", args=[company.code])
    assert counsel.get(f"{address}?batch=00000000-0000-0000-0000-000000000000").status_code == 302
    assert counsel.get(f"{address}?batch=nonsense").status_code == 404

"""Someone else signs, or the name has changed: stated and proved first, shown in the review, bound by signing."""

import hashlib
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from exchange.elections.actions import drop_uploads, judge_proof
from exchange.elections.models import Form, PendingProof, Scan
from exchange.elections.reads import forms_of
from exchange.elections.scans import MOST_BYTES, open_scan
from exchange.notices.models import Message, State
from exchange.offers.reads import load
from exchange.people.models import User
from exchange.settlement.ledger import faults
from exchange.settlement.reads import undecided
from tests.portal.conftest import DURING, EXPIRES
from tests.support.world import value

PDF = b"%PDF-1.7 a power of attorney for Maya Okafor"
ATTORNEY = {"who": "attorney_in_fact", "title": "Attorney-in-fact", "name": "Ada Nwosu"}
MARRIED = {"who": "changed_name", "title": "", "name": "Maya Brandt"}


def state(stage, client, *, stated=ATTORNEY, body=PDF, query="?for=election&grant=LK-1003", **changed):
    """Fill in and send the page that says who signs."""
    file = {"proof": SimpleUploadedFile("proof.pdf", body)} if body else {}
    return client.post(stage.url(f"signer/{query}"), {**stated, **file, **changed})


def sign_as(stage, client, name, *grants, path="review/", **changed):
    answer = stage.sign(client, stage.token(client, *grants), path=path, signature_name=name, **changed)
    assert answer.status_code == 302, answer.content.decode()
    return stage.last_form()


def by_attorney(stage, *grants):
    client = stage.client()
    state(stage, client)
    return sign_as(stage, client, "Ada Nwosu", *grants)


def standing(stage):
    return forms_of(stage.offer, stage.holder())


def test_what_was_stated_stands_on_the_review_and_in_the_signed_record(stage, text):
    client = stage.client()
    answer = state(stage, client)
    assert answer.url == stage.url("review/?grant=LK-1003")
    page = text(client.get(answer.url))
    for shown in ("Ada Nwosu", "Attorney-in-fact", "Proof of authority to sign for the holder", "PDF, 1 kB"):
        assert shown in page
    assert "Exactly as stated for this form: Ada Nwosu" in page
    form = sign_as(stage, client, "ada nwosu", "LK-1003")
    signed = form.content()["form"]
    assert (signed["signer_capacity"], signed["signer_title"]) == ("attorney_in_fact", "Attorney-in-fact")
    assert (signed["has_authority_evidence"], signed["has_name_change_proof"]) == (True, False)
    proof = signed["proof"]
    assert proof["sha256"] == hashlib.sha256(bytes.fromhex(proof["salt"]) + PDF).hexdigest()
    assert proof["sha256"] in page
    assert standing(stage).tendered == ["LK-1003"]
    assert list(faults()) == []


def test_the_proof_is_kept_encrypted_with_the_form_and_the_upload_is_gone(stage):
    form = by_attorney(stage, "LK-1003")
    scan = Scan.objects.get(form=form)
    assert scan.purpose == "authority"
    assert PDF not in bytes(scan.content)
    assert value(open_scan(scan=scan, actor="staff:hr", at=DURING)).body == PDF
    assert not PendingProof.objects.exists()


def test_a_changed_name_is_signed_with_its_proof_and_no_title(stage, text):
    client = stage.client()
    state(stage, client, stated=MARRIED)
    assert "The holder, under a changed name" in text(client.get(stage.url("review/?grant=LK-1003")))
    form = sign_as(stage, client, "Maya Brandt", "LK-1003")
    signed = form.content()["form"]
    assert (signed["signer_capacity"], signed["signature_name"]) == ("self", "Maya Brandt")
    assert signed["has_name_change_proof"]
    assert Scan.objects.get(form=form).purpose == "name_change"
    assert standing(stage).tendered == ["LK-1003"]


def test_a_notice_may_be_signed_by_another_too(stage):
    stage.elect("L101", "LK-1003")
    stage.go(DURING + timedelta(hours=1))
    client = stage.client()
    answer = state(stage, client, query="?for=withdrawal")
    assert answer.url == stage.url("withdraw/")
    form = sign_as(stage, client, "Ada Nwosu", path="withdraw/")
    assert form.content()["form"]["signer_capacity"] == "attorney_in_fact"
    assert standing(stage).tendered == []


def test_each_form_needs_its_own_proof(stage, text):
    by_attorney(stage, "LK-1003")
    stage.go(DURING + timedelta(hours=1))
    page = text(stage.client().get(stage.url("review/?grant=LK-1001")))
    assert "Ada Nwosu" not in page
    assert "Exactly as on your option agreement: Maya Okafor" in page


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"who": ""}, "Choose who signs."),
        ({"title": " "}, "Enter the title of the one who signs for another."),
        ({"name": ""}, "Enter the name of the one who signs."),
        ({"body": b""}, "Choose the file of the proof."),
        ({"body": b"<html>not a scan</html>"}, "The file is neither a PDF nor a PNG or JPEG picture."),
        ({"body": b"%PDF-" + b"0" * MOST_BYTES}, "The file is larger than 10 MB."),
        ({"stated": {**MARRIED, "name": "maya  OKAFOR"}}, "This is the name on your option agreement"),
    ],
)
def test_what_is_missing_or_wrong_is_said_at_the_top_and_at_the_field(stage, text, changed, said):
    page = text(state(stage, stage.client(), **changed))
    assert page.count(said) == 2
    assert not PendingProof.objects.exists()


def test_an_empty_file_is_refused(stage, text):
    client = stage.client()
    data = {**ATTORNEY, "proof": SimpleUploadedFile("proof.pdf", b"")}
    assert "The file is empty" in text(client.post(stage.url("signer/"), data))


def test_a_file_uploaded_once_need_not_be_chosen_again_for_a_correction(stage):
    client = stage.client()
    state(stage, client)
    state(stage, client, body=b"", name="Ada N. Nwosu")
    assert sign_as(stage, client, "Ada N. Nwosu", "LK-1003").content()["form"]["proof"]["size"] == len(PDF)


def test_a_power_of_attorney_proves_no_change_of_name(stage, text):
    client = stage.client()
    state(stage, client)
    assert "Choose the file of the proof." in text(state(stage, client, stated=MARRIED, body=b""))


def test_it_can_be_taken_back_and_the_holder_signs(stage):
    client = stage.client()
    state(stage, client)
    client.post(stage.url("signer/?for=election&grant=LK-1003"), {"remove": "yes"})
    form = sign_as(stage, client, "Maya Okafor", "LK-1003")
    assert "proof" not in form.content()["form"]


def test_what_the_review_showed_is_signed_whatever_was_stated_in_another_tab_since(stage):
    client = stage.client()
    state(stage, client)
    token = stage.token(client, "LK-1003")
    state(stage, client, stated=MARRIED, body=b"%PDF-1.7 a marriage certificate")
    stage.sign(client, token, signature_name="Ada Nwosu")
    signed = stage.last_form().content()["form"]
    assert (signed["signature_name"], signed["signer_capacity"]) == ("Ada Nwosu", "attorney_in_fact")
    assert signed["proof"]["purpose"] == "authority"
    assert list(faults()) == []


def test_posting_another_capacity_beside_the_seal_changes_nothing(stage):
    client = stage.client()
    token = stage.token(client, "LK-1003")
    stage.sign(client, token, signer_capacity="fiduciary", signer_title="Executor", has_authority_evidence="on")
    signed = stage.last_form().content()["form"]
    assert (signed["signer_capacity"], signed["signer_title"]) == ("self", "")


def test_a_proof_that_is_gone_is_said_to_be_and_nothing_is_stored(stage, text):
    client = stage.client()
    state(stage, client)
    token = stage.token(client, "LK-1003")
    assert drop_uploads(at=DURING + timedelta(days=2)) == 1
    answer = stage.sign(client, token, signature_name="Ada Nwosu")
    assert answer.status_code == 409
    assert "The proof you uploaded is no longer here" in text(answer)
    assert not Form.objects.exists()
    assert "Maya Okafor" in text(client.get(stage.url("review/?grant=LK-1003")))


def test_another_holders_upload_cannot_be_signed_under(stage):
    client = stage.client()
    state(stage, client)
    token = stage.token(client, "LK-1003")
    PendingProof.objects.update(holder=stage.holder("L102"))
    assert stage.sign(client, token, signature_name="Ada Nwosu").status_code == 409
    assert not Form.objects.exists()


def test_pressing_twice_is_one_form_with_one_proof(stage):
    client = stage.client()
    state(stage, client)
    token = stage.token(client, "LK-1003")
    first, second = (stage.sign(client, token, signature_name="Ada Nwosu") for _press in range(2))
    assert first.url == second.url
    assert (Form.objects.count(), Scan.objects.count()) == (1, 1)


def test_a_late_form_by_another_is_kept_as_late_with_its_proof(stage, text):
    client = stage.client()
    state(stage, client)
    token = stage.token(client, "LK-1003")
    stage.go(EXPIRES)
    answer = stage.sign(client, token, signature_name="Ada Nwosu")
    assert "arrived too late" in text(client.get(answer.url))
    form = stage.last_form()
    assert standing(stage).judged(form).defects == ("late",)
    assert Scan.objects.filter(form=form).exists()
    assert undecided(load(stage.offer), stage.now + timedelta(hours=1)) == []


def test_without_a_key_of_the_installation_the_paper_route_is_named(stage, text, settings):
    settings.SCAN_KEY = ""
    page = stage.client().get(stage.url("signer/"))
    assert 'type="file"' not in page.content.decode()
    assert "Send the form on paper" in text(page)


# What staff found


def test_until_it_is_judged_the_holder_reads_that_it_is_being_looked_at(stage, text):
    form = by_attorney(stage, "LK-1003")
    client = stage.client()
    for path in ("", f"forms/{form.pk}/", f"forms/{form.pk}/done/"):
        assert "Your proof is being looked at" in text(client.get(stage.url(path))), path


def test_the_letter_that_confirms_it_says_so_too(stage):
    by_attorney(stage, "LK-1003")
    letter = Message.objects.get(kind="election_received")
    for part in (letter.text, letter.html):
        assert "The proof that came with the form is being looked at" in " ".join(part.split())


def judge(stage, form, verdict="not_sufficient", reason="It is not signed."):
    return value(judge_proof(form=form, verdict=verdict, reason=reason, actor="staff:hr", at=stage.now))


@pytest.mark.parametrize(
    ("stated", "name", "defect"),
    [(ATTORNEY, "Ada Nwosu", "authority_not_evidenced"), (MARRIED, "Maya Brandt", "name_mismatch")],
)
def test_found_not_sufficient_the_form_is_defective_and_its_holder_is_told(stage, text, stated, name, defect):
    first = stage.elect("L101", "LK-1001")
    stage.go(DURING + timedelta(hours=1))
    client = stage.client()
    state(stage, client, stated=stated)
    form = sign_as(stage, client, name, "LK-1003")
    assert standing(stage).form_in_force == form
    stage.go(DURING + timedelta(hours=2))
    judge(stage, form)
    found = standing(stage)
    assert found.judged(form).defects == (defect,)
    assert found.form_in_force == first
    assert form.judgements.latest("number").cause == "proof_judged"
    assert Message.objects.filter(kind="form_defective", key__contains=form.number).count() == 1
    page = text(client.get(stage.url(f"forms/{form.pk}/")))
    assert "It is not signed." in page
    assert "Defective" in page
    assert list(faults()) == []


def test_found_sufficient_nothing_changes_and_nothing_waits(stage, text):
    form = by_attorney(stage, "LK-1003")
    judge(stage, form, "sufficient", "Certified by a notary.")
    assert standing(stage).tendered == ["LK-1003"]
    assert form.judgements.count() == 1
    page = text(stage.client().get(stage.url(f"forms/{form.pk}/")))
    assert "was found sufficient" in page
    assert "being looked at" not in page


def test_an_unjudged_proof_is_undecided_at_acceptance_unless_a_later_form_counts(stage):
    form = by_attorney(stage, "LK-1003")
    loaded, at = load(stage.offer), EXPIRES
    assert undecided(loaded, at) == [(form, "proof_not_judged")]
    stage.go(DURING + timedelta(hours=1))
    stage.elect("L101", "LK-1001")
    assert undecided(loaded, at) == []


def test_a_finding_can_be_taken_back_until_acceptance_but_never_past_a_later_form(stage):
    form = by_attorney(stage, "LK-1003")
    stage.go(DURING + timedelta(hours=1))
    judge(stage, form)
    assert standing(stage).tendered == []
    stage.go(DURING + timedelta(hours=2))
    judge(stage, form, "sufficient", "A certified copy came.")
    assert standing(stage).tendered == ["LK-1003"]
    assert Message.objects.filter(kind="election_received", key__contains=form.number).count() == 2
    judge(stage, form, "not_sufficient", "It was another's.")
    stage.go(DURING + timedelta(hours=3))
    stage.withdraw("L101")
    stage.go(DURING + timedelta(hours=4))
    judge(stage, form, "sufficient", "It was right after all.")
    assert standing(stage).judged(form).status == "effective"
    assert standing(stage).tendered == []  # the holder sent a signed Notice after it


def test_a_later_form_is_not_judged_again(stage):
    form = by_attorney(stage, "LK-1003")
    stage.go(DURING + timedelta(hours=1))
    notice = stage.withdraw("L101")
    stage.go(DURING + timedelta(hours=2))
    judge(stage, form)
    assert standing(stage).judged(notice).status == "effective"
    assert standing(stage).tendered == []


@pytest.mark.parametrize(
    ("prepare", "code"),
    [
        (lambda stage: (stage.elect("L101", "LK-1003"), stage)[0], "proof_none"),
        (lambda stage: _accepted(stage), "proof_too_late"),
        (lambda stage: _late(stage), "proof_of_rejected"),
    ],
)
def test_what_cannot_be_judged_is_refused(stage, prepare, code):
    form = prepare(stage)
    result = judge_proof(form=form, verdict="sufficient", reason="x", actor="staff:hr", at=stage.now)
    assert code in [reason.code for reason in result.reasons]


def _accepted(stage):
    form = by_attorney(stage, "LK-1003")
    judge(stage, form, "sufficient", "Fine.")
    stage.accept()
    return form


def _late(stage):
    client = stage.client()
    state(stage, client)
    token = stage.token(client, "LK-1003")
    stage.go(EXPIRES)
    stage.sign(client, token, signature_name="Ada Nwosu")
    return stage.last_form()


def test_nobody_judges_the_proof_of_their_own_form(stage):
    form = by_attorney(stage, "LK-1003")
    found = {"form": form, "verdict": "sufficient", "reason": "Fine.", "actor": "staff:hr", "at": stage.now}
    # Linked to the holder, or only with the holder's address on file: the same person.
    linked, addressed = stage.holder().user, User(pk=0, email=stage.holder().email.upper())
    for own in (linked, addressed):
        result = judge_proof(**found, decided_by=own)
        assert [reason.code for reason in result.reasons] == ["decision_own"]
    assert value(judge_proof(**found, decided_by=stage.holder("L102").user)).verdict == "sufficient"


def test_a_name_with_markup_stands_on_the_page_to_sign_as_it_is_written(stage):
    """What a holder types as a name is text: no tag of it reaches the page."""
    client, name = stage.client(), "Ada <b>Nwosu</b>"
    state(stage, client, name=name)
    page = client.get(stage.url("review/?grant=LK-1003")).content.decode()
    assert "Exactly as stated for this form: Ada &lt;b&gt;Nwosu&lt;/b&gt;." in page
    assert name not in page


def test_a_receipt_of_before_the_finding_goes_out_no_more(stage):
    form = by_attorney(stage, "LK-1003")
    receipts = Message.objects.filter(kind="election_received", key__endswith=form.number)
    assert receipts.get().state == State.QUEUED
    judge(stage, form)
    assert receipts.get().state == State.CANCELLED
    assert Message.objects.filter(kind="form_defective", state=State.QUEUED).count() == 1


def test_a_finding_needs_a_reason(stage):
    form = by_attorney(stage, "LK-1003")
    result = judge_proof(form=form, verdict="sufficient", reason="  ", actor="staff:hr", at=stage.now)
    assert [reason.code for reason in result.reasons] == ["reason_missing"]

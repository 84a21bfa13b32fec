"""Proofs that came with forms: a queue on the desk; each look in the log; judged by HR or counsel, with a reason."""

from datetime import timedelta

import pytest
from django.urls import reverse

from exchange.audit.models import AuditEvent
from exchange.elections.actions import upload_proof, withdraw_consent
from exchange.elections.models import Form, ProofDecision, Purpose, Scan
from exchange.elections.reads import forms_of
from exchange.elections.scans import ScanFile
from exchange.kernel import clock
from exchange.kernel.results import Refused
from exchange.notices.models import Message
from exchange.people.models import User
from exchange.settlement.actions.accept import accept_tenders
from tests.support.world import EXPIRES_AT, a_grant, a_holder, an_offer, election, holders_with_grants, submit, value

pytestmark = pytest.mark.django_db
PDF = ScanFile(b"%PDF-1.7 a power of attorney", "application/pdf")
QUEUE = "/staff/proofs/"
SAID = {"verdict": "not_sufficient", "reason": "It names another person."}


@pytest.fixture
def form() -> Form:
    """E1's Election Form, signed by an attorney-in-fact."""
    offer = an_offer()
    (holder,) = holders_with_grants(1)
    at = EXPIRES_AT - timedelta(days=9)
    proof = value(upload_proof(offer=offer, holder=holder, purpose=Purpose.AUTHORITY, file=PDF, actor="e1", at=at))
    signed = election(
        holder,
        signature_name="Ada Nwosu",
        signer_capacity="attorney_in_fact",
        signer_title="Attorney-in-fact",
        proof=proof,
    )
    return submit(offer, holder, signed, at).form


def address(form):
    return reverse("staff:judge-proof", args=[form.pk])


def page(client, path):
    return client.get(path).content.decode()


def test_the_queue_and_the_desk_name_what_waits(form, hr):
    assert "Judge the proofs that came with forms" in page(hr, "/staff/")
    queue = page(hr, QUEUE)
    assert "One proof" in queue
    assert form.number in queue
    assert address(form) in queue
    assert "Look at the defects" not in page(hr, "/staff/")
    assert form.number not in page(hr, "/staff/defects/")


def test_the_proof_is_opened_from_the_page_and_the_log_says_by_whom(form, hr):
    scan = Scan.objects.get(form=form)
    look = reverse("staff:scan", args=[scan.pk])
    assert look in page(hr, address(form))
    assert hr.get(look).content == PDF.body
    assert AuditEvent.objects.get(kind="scan.opened").actor == "staff:hr@company.example"


@pytest.mark.parametrize("who", ["hr", "counsel"])
def test_found_not_sufficient_by_hr_or_counsel_it_is_defective_and_the_holder_gets_the_letter(form, sign_in, who):
    client = sign_in(who)
    answer = client.post(address(form), SAID)
    assert answer["Location"] == reverse("staff:elections_form_change", args=[form.pk])
    found = forms_of(form.offer, form.holder)
    assert found.judged(form).defects == ("authority_not_evidenced",)
    assert found.tendered == []
    assert ProofDecision.objects.get().actor == f"staff:{who}@company.example"
    assert Message.objects.filter(kind="form_defective").count() == 1
    record = page(client, answer["Location"])
    assert "It names another person." in record
    assert "Again, when its proof was judged" in record
    assert "No proof waits" in page(client, QUEUE)


def test_found_sufficient_it_waits_no_more(form, hr):
    hr.post(address(form), {"verdict": "sufficient", "reason": "Certified."})
    assert "No proof waits" in page(hr, QUEUE)
    assert "Judge the proofs" not in page(hr, "/staff/")
    assert forms_of(form.offer, form.holder).tendered == ["E1-1"]


@pytest.mark.parametrize(
    ("changed", "said"),
    [({"verdict": ""}, "Say whether the proof is sufficient."), ({"reason": " "}, "Write the reason.")],
)
def test_a_finding_needs_its_verdict_and_its_reason(form, hr, changed, said):
    assert said in hr.post(address(form), {**SAID, **changed}).content.decode()
    assert not ProofDecision.objects.exists()


def test_nobody_judges_their_own(form, sign_in):
    hr = sign_in("hr")
    form.holder.user = User.objects.get(email="hr@company.example")
    form.holder.save()
    assert hr.get(address(form)).status_code == 403
    assert hr.post(address(form), SAID).status_code == 403
    assert address(form) not in page(hr, QUEUE)
    assert not ProofDecision.objects.exists()


def test_an_auditor_reads_the_queue_and_judges_nothing(form, sign_in):
    auditor = sign_in("auditor")
    assert form.number in page(auditor, QUEUE)
    assert auditor.post(address(form), SAID).status_code == 403


def test_a_form_without_a_proof_has_no_such_page(form, hr):
    ben = a_holder("E2")
    a_grant(ben, "E2-1")
    plain = submit(form.offer, ben, election(ben), form.received_at).form
    assert hr.get(address(plain)).status_code == 404


def test_acceptance_waits_for_it_unless_it_is_expressly_left(form):
    def accept(leave):
        return accept_tenders(
            code=form.offer.code,
            attested=True,
            leave_undecided=leave,
            actor="a test",
            at=EXPIRES_AT + timedelta(hours=2),
        )

    refused = accept(False)
    assert isinstance(refused, Refused)
    assert [reason.code for reason in refused.reasons] == ["proof_undecided"]
    assert value(accept(True)).acceptance.left_undecided == 1


def test_after_acceptance_nothing_waits_and_nothing_is_decided(form, hr):
    value(
        accept_tenders(
            code=form.offer.code,
            attested=True,
            leave_undecided=True,
            actor="a test",
            at=EXPIRES_AT + timedelta(hours=2),
        )
    )
    assert "No proof waits" in page(hr, QUEUE)
    assert "decisions on proofs end at acceptance" in hr.post(address(form), SAID).content.decode()
    assert "Judge its proof" not in page(hr, reverse("staff:elections_form_change", args=[form.pk]))


def test_the_clock_of_the_installation_is_not_asked_in_a_replay(form, hr):
    hr.post(address(form), SAID)
    assert ProofDecision.objects.get().at < clock.now() - timedelta(days=365)


def test_the_persons_record_says_whether_they_sign_in_the_portal_or_on_paper(form, hr):
    record = reverse("staff:people_holder_change", args=[form.holder.pk])
    assert "signs in the portal" in page(hr, record)
    value(withdraw_consent(code=form.offer.code, holder=form.holder, actor="holder:E1", at=form.received_at))
    assert "signs on paper" in page(hr, record)

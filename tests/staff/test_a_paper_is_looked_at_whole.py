"""A text of the offer's own is seen in the whole paper, of a real holder, before counsel approves it."""

import subprocess

import pytest
from django.urls import reverse

from exchange.audit.looks import looks_at
from exchange.documents.models import Paper
from exchange.offers.approving import edit_wording
from exchange.offers.content import PAPER
from tests.support.world import COMMENCES_AT, a_grant, a_holder, an_offer, value

pytestmark = pytest.mark.django_db
OWN = "<p>Settled for {holder_name}, in shares only.</p>"


@pytest.fixture
def offer():
    maya = a_holder("E1", legal_name="Maya Okafor")
    a_grant(maya, "E1-1")
    a_grant(maya, "E1-2", option_type="NSO")
    a_holder("E9", legal_name="Noor Haddad")
    return an_offer()


def asked(client, kind, person="E1"):
    return client.get(reverse("staff:paper-specimen", args=["TEST", kind]), {"person": person})


def words(answer):
    assert answer["Content-Type"] == "application/pdf"
    done = subprocess.run(["pdftotext", "-", "-"], input=answer.content, capture_output=True, check=True)
    return " ".join(done.stdout.decode().split())


def edited(kind):
    said = {"code": "TEST", "area": PAPER, "kind": kind, "parts": {"text": OWN}, "based_on": 0}
    value(edit_wording(**said, actor="staff:hr@company.example", at=COMMENCES_AT))


def test_the_promise_with_the_newest_text_and_every_option_they_could_tender(offer, sign_in):
    edited("promise_to_grant")
    text = words(asked(sign_in("counsel"), "promise_to_grant"))
    assert "Promise to Grant SPECIMEN" in text
    assert "Specimen: records nothing, promises nothing" in text
    assert "Settled for Maya Okafor, in shares only." in text
    assert "E1-1" in text
    assert "E1-2" in text
    assert "2 options" in text


def test_the_option_agreement_has_its_vesting_schedule(offer, sign_in):
    edited("new_option")
    text = words(asked(sign_in("counsel"), "new_option"))
    assert "Settled for Maya Okafor, in shares only." in text
    assert "Vesting schedule of grant SPECIMEN" in text


def test_it_is_kept_nowhere_and_nobody_can_take_it_for_one_that_can_be_checked(offer, sign_in):
    text = words(asked(sign_in("counsel"), "promise_to_grant"))
    assert "Check this paper" not in text
    assert not Paper.objects.exists()


def test_the_look_is_written_down(offer, sign_in):
    asked(sign_in("counsel"), "promise_to_grant")
    assert [(look.what, look.by) for look in looks_at("E1")[0]] == [("paper_preview", "Counsel")]


@pytest.mark.parametrize("person", ["E404", "E9"])
def test_of_nobody_on_file_or_of_one_without_an_option_there_is_none(offer, sign_in, person):
    answer = asked(sign_in("counsel"), "promise_to_grant", person)
    assert answer.url == reverse("staff:paper-text", args=["TEST", "promise_to_grant"])


def test_auditors_look_too_and_hr(offer, sign_in):
    for who in ("auditor", "hr"):
        assert asked(sign_in(who), "promise_to_grant").status_code == 200


def test_no_other_paper_has_a_text_of_its_own(offer, sign_in):
    assert asked(sign_in("counsel"), "election_receipt").status_code == 404


def test_the_page_of_the_text_leads_to_it(offer, sign_in):
    page = sign_in("counsel").get(reverse("staff:paper-text", args=["TEST", "promise_to_grant"])).content.decode()
    assert f"{reverse('staff:paper-specimen', args=['TEST', 'promise_to_grant'])}?person=E1" in page

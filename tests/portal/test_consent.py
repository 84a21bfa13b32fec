"""Consent to electronic records: asked once, before the first signature, after the sample; withdrawn at will."""

import json
from datetime import timedelta

import pytest

from exchange.audit.models import AuditEvent
from exchange.elections import consent as wording
from exchange.elections.actions import submit_form
from exchange.elections.models import ElectronicConsent, Form
from exchange.elections.reads import forms_of
from exchange.offers.reads import load
from exchange.settlement.ledger import faults
from tests.portal.conftest import DURING
from tests.support.world import election


@pytest.fixture
def fresh(bare_stage):
    """Nobody has consented yet."""
    return bare_stage.build(consented=False)


def agree(stage, client, **changed):
    data = {"shown": wording.wording_digest(load(stage.offer).terms), "agree": "on", "next": ""}
    return client.post(stage.url("consent/"), {**data, **changed})


def test_before_the_first_signature_it_is_asked_and_what_was_chosen_is_kept(fresh, text):
    client = fresh.client()
    answer = client.get(fresh.url("review/?grant=LK-1003&grant=LK-1001"))
    assert answer.status_code == 302
    page = client.get(answer.url)
    assert "Consent to electronic records" in text(page)
    assert "Nothing is signed by agreeing" in text(page)
    client.get(fresh.url("consent/sample.pdf"))
    done = agree(fresh, client, next=fresh.url("review/?grant=LK-1003&grant=LK-1001"))
    assert done.url == fresh.url("review/?grant=LK-1003&grant=LK-1001")
    review = text(client.get(done.url))
    assert "LK-1003" in review
    assert "LK-1002" in review


def test_it_is_asked_once(fresh):
    client = fresh.client()
    client.get(fresh.url("consent/sample.pdf"))
    agree(fresh, client)
    assert client.get(fresh.url("review/?grant=LK-1003")).status_code == 200
    assert client.get(fresh.url("withdraw/")).status_code == 200


def test_the_page_says_what_it_covers_the_paper_route_how_to_withdraw_and_what_is_needed(fresh, text):
    page = text(fresh.client().get(fresh.url("consent/")))
    for heading in ("What you agree to", "The paper route", "How to withdraw this consent", "What you need"):
        assert heading in page
    assert "By fax: (707) 555-0143, to Hannah Sorensen" in page
    assert "(707) 555-0142" in page
    assert "Version 1 of this wording" in page


def test_agreeing_before_the_sample_was_opened_is_an_error_that_says_so(fresh, text):
    client = fresh.client()
    answer = agree(fresh, client)
    assert text(answer).count("Open the sample document first") == 2
    assert not ElectronicConsent.objects.exists()


def test_agreeing_needs_the_tick(fresh, text):
    client = fresh.client()
    client.get(fresh.url("consent/sample.pdf"))
    answer = agree(fresh, client, agree="")
    assert "Tick the box to agree, or sign on paper instead." in text(answer)
    assert not ElectronicConsent.objects.filter(kind="given").exists()


def test_the_sample_is_a_real_paper_marked_as_a_sample_and_its_opening_is_noted_once(fresh):
    client = fresh.client()
    for _time in range(2):
        answer = client.get(fresh.url("consent/sample.pdf"))
        assert answer["Content-Type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF-")
    (row,) = ElectronicConsent.objects.all()
    assert (row.kind, row.version, row.actor) == ("sample_opened", "1", "holder:L101")


def test_asking_only_for_the_headers_of_the_sample_does_not_open_it(fresh, text):
    client = fresh.client()
    assert client.head(fresh.url("consent/sample.pdf")).status_code == 200
    assert not ElectronicConsent.objects.exists()
    assert "Open the sample document first" in text(agree(fresh, client))


def test_what_is_kept_is_the_whole_wording_with_version_language_and_instant(fresh):
    client = fresh.client()
    client.get(fresh.url("consent/sample.pdf"))
    agree(fresh, client)
    row = ElectronicConsent.objects.get(kind="given")
    page = client.get(fresh.url("consent/")).content.decode()
    for part in row.wording.split("\n\n"):
        assert part.replace("’", "’") in page.replace("&#x27;", "'")
    assert (row.version, row.language, row.at, row.number) == ("1", "en-us", DURING, 2)
    event = AuditEvent.objects.get(kind="consent.given")
    assert json.loads(event.payload)["version"] == "1"
    assert list(faults()) == []


def test_a_wording_other_than_the_one_shown_is_not_agreed_to(fresh, text):
    client = fresh.client()
    client.get(fresh.url("consent/sample.pdf"))
    assert "The wording changed while this page was open" in text(agree(fresh, client, shown="0" * 64))
    assert not ElectronicConsent.objects.filter(kind="given").exists()


def test_a_signature_without_consent_is_refused_where_it_is_stored(fresh):
    holder = fresh.holder()
    submission = election(holder, holder.grants.get(grant_number="LK-1003"))
    result = submit_form(code=fresh.code, holder=holder, submission=submission, actor="test", at=fresh.now)
    assert [reason.code for reason in result.reasons] == ["consent_missing"]
    assert not Form.objects.exists()


def test_the_signed_record_and_the_receipt_name_the_version_agreed_to(stage):
    form = stage.elect("L101", "LK-1003")
    assert form.content()["form"]["consent_version"] == "1"
    assert list(faults()) == []


def test_withdrawing_leaves_the_paper_route_and_what_was_signed_stays(stage, text):
    first = stage.elect("L101", "LK-1003")
    client = stage.client()
    token = stage.token(client, "LK-1001")
    assert "It does not withdraw your tender" in text(client.get(stage.url("consent/withdraw/")))
    assert client.post(stage.url("consent/withdraw/")).url == stage.url("consent/")
    assert "You sign on paper" in text(client.get(stage.url("consent/")))
    for path in ("review/?grant=LK-1001", "withdraw/"):
        page = text(client.get(stage.url(path)))
        assert "You sign on paper now" in page
        for route in ("By fax (707) 555-0143", "By hand 1200 Foundry Way", "By telephone: ask for the forms"):
            assert route in page, (path, route)
    answer = stage.sign(client, token)
    assert answer.status_code == 409
    assert "You have withdrawn your consent" in text(answer)
    assert forms_of(stage.offer, stage.holder()).form_in_force == first


def test_consenting_again_is_possible(stage):
    client = stage.client()
    client.post(stage.url("consent/withdraw/"))
    assert agree(stage, client).url == stage.url("consent/")
    stage.elect("L101", "LK-1003")
    kinds = list(ElectronicConsent.objects.filter(holder=stage.holder()).values_list("kind", flat=True))
    assert kinds == ["sample_opened", "given", "withdrawn", "given"]
    assert list(faults()) == []


def test_a_new_version_of_the_wording_is_asked_for_again_before_the_next_signature(stage, text, monkeypatch):
    stage.elect("L101", "LK-1003")
    for module in ("exchange.elections.consent", "exchange.elections.actions.consent", "exchange.elections.sample"):
        monkeypatch.setattr(f"{module}.VERSION", "2")
    client = stage.client()
    stage.go(DURING + timedelta(hours=1))
    answer = client.get(stage.url("review/?grant=LK-1001"))
    assert "to an earlier wording" in text(client.get(answer.url))
    assert "Open the sample document first" in text(agree(stage, client))
    client.get(stage.url("consent/sample.pdf"))
    agree(stage, client)
    assert client.get(stage.url("review/?grant=LK-1001")).status_code == 200


@pytest.mark.parametrize(
    "elsewhere", ["https://example.com/", "//example.com/", "/accounts/logout/", "/offers/OTHER/"]
)
def test_agreeing_leads_nowhere_but_to_this_offer(fresh, elsewhere):
    client = fresh.client()
    client.get(fresh.url("consent/sample.pdf"))
    assert agree(fresh, client, next=elsewhere).url == fresh.url("consent/")


def test_the_page_is_linked_from_the_foot_of_every_page(stage):
    assert stage.url("consent/") in stage.client().get(stage.url()).content.decode()

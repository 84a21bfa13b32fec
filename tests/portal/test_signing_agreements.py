"""The option agreement, signed in the portal: what waits, what is shown is what is signed, one press, the end."""

import re

import pytest

from exchange.documents.models import Paper
from exchange.elections.actions import withdraw_consent
from exchange.settlement.actions.sign import record_paper_agreement
from exchange.settlement.actions.unsign import unsign_agreement
from exchange.settlement.agreements import Signing
from exchange.settlement.models import AgreementSignature, NewGrant
from tests.portal.conftest import GRANTS
from tests.support.world import value


@pytest.fixture
def granted(stage):
    """Maya's three new options, granted today."""
    stage.elect("L101", "LK-1001", "LK-1003")
    stage.accept()
    stage.promise()
    stage.grant()
    return stage


def _token(client, url: str) -> str:
    page = client.get(url).content.decode()
    found = re.search(r'name="token" value="([^"]+)"', page)
    assert found, page
    return found[1]


def test_home_and_new_options_say_that_the_agreements_wait(granted, text):
    client = granted.client()
    home = text(client.get(granted.url()))
    assert "3 option agreements wait for your signature; you receive an option once you have signed" in home
    assert "Option agreements" in home
    assert "Not signed" in home
    page = text(client.get(granted.url("new-options/")))
    assert page.count("Granted, waiting for your signature") == 3
    assert "Yours: agreement signed" not in page


def test_the_page_shows_each_agreement_and_what_signing_acknowledges(granted, text):
    answer = granted.client().get(granted.url("new-options/sign/"))
    page = text(answer)
    assert "Sign your 3 option agreements" in page
    for grant in NewGrant.objects.all():
        assert f"Open agreement {grant.number} (PDF)" in page
        assert granted.url(f"new-options/{grant.pk}/agreement.pdf") in answer.content.decode()
    assert "11,750 shares in all." in page
    assert "I have received each option agreement listed here, with its vesting schedule." in page
    assert "read or understood" not in page


def test_signed_they_are_the_holders_and_every_page_says_so(granted, text):
    answer = granted.sign_agreements()
    assert answer.status_code == 302
    done = granted.client().get(answer.url)
    page = text(done)
    assert "Your 3 option agreements are signed" in page
    assert "4 January 2027, 3:00 p.m. Pacific Time (23:00 UTC)" in page
    rows = AgreementSignature.objects.all()
    assert {row.signed_at for row in rows} == {GRANTS}
    shown = rows[0].content()["signature"]["acknowledgments"]
    assert shown[0][1] == "I have received each option agreement listed here, with its vesting schedule."
    copy = granted.client().get(granted.url(f"new-options/{rows[0].grant_id}/signed.pdf"))
    assert copy.content.startswith(b"%PDF-")
    assert "Yours: agreement signed" in text(granted.client().get(granted.url("new-options/")))
    home = text(granted.client().get(granted.url()))
    assert "All are signed, and the options are yours." in home
    assert "Nothing to sign" in text(granted.client().get(granted.url("new-options/sign/")))
    assert "Granted, agreement signed" in text(granted.client().get(granted.url("promise/")))


def test_one_can_be_signed_by_itself_and_the_others_still_wait(granted, text):
    grant = NewGrant.objects.get(old_grant_number="LK-1003")
    answer = granted.sign_agreements(path=f"new-options/{grant.pk}/sign/")
    page = text(granted.client().get(answer.url))
    assert "Your option agreement is signed" in page
    assert "2 more agreements wait for your signature" in page
    assert AgreementSignature.objects.get().grant == grant


def test_pressed_twice_it_is_one_signature_each(granted):
    client, url = granted.client(), granted.url("new-options/sign/")
    data = {"token": _token(client, url), "acknowledged": "on", "signature_name": "maya  OKAFOR"}
    data["signature_name"] = granted.holder().name_on_agreement.upper()
    first, second = client.post(url, data), client.post(url, data)
    assert (first.status_code, second.status_code) == (302, 302)
    assert first.url == second.url
    assert AgreementSignature.objects.count() == 3


def test_from_another_tab_the_second_is_told_that_it_is_done(granted, text):
    client, url = granted.client(), granted.url("new-options/sign/")
    old = _token(client, url)
    granted.sign_agreements()
    name = granted.holder().name_on_agreement
    answer = client.post(url, {"token": old, "acknowledged": "on", "signature_name": name})
    assert answer.status_code == 409
    assert "is signed already; one signature is kept." in text(answer)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"signature_name": "Somebody Else"}, "Type your name as it is on your option agreement"),
        ({"signature_name": ""}, "Type your full name to sign."),
        ({"acknowledged": ""}, "Without that nothing is signed."),
    ],
)
def test_what_is_missing_is_asked_for_and_nothing_is_signed(granted, text, changed, told):
    client, url = granted.client(), granted.url("new-options/sign/")
    data = {"token": _token(client, url), "acknowledged": "on", "signature_name": granted.holder().name_on_agreement}
    answer = client.post(url, {**data, **changed})
    assert answer.status_code == 200
    assert "There is a problem" in text(answer)
    assert told in text(answer)
    assert "Sign your 3 option agreements" in text(answer)
    assert not AgreementSignature.objects.exists()


def test_the_page_of_another_signs_nothing(granted, text):
    token = _token(granted.client(), granted.url("new-options/sign/"))
    name = granted.holder("L102").name_on_agreement
    data = {"token": token, "acknowledged": "on", "signature_name": name}
    answer = granted.client("L102").post(granted.url("new-options/sign/"), data)
    assert answer.status_code == 409
    assert "Nothing was signed" in text(answer)
    assert not AgreementSignature.objects.exists()


def test_without_consent_to_electronic_records_the_page_says_how_to_go_on(granted, text):
    granted.done(withdraw_consent(code=granted.code, holder=granted.holder(), actor="test", at=granted.now))
    page = text(granted.client().get(granted.url("new-options/sign/")))
    assert "You have withdrawn your consent to electronic records. Sign on paper, or consent again." in page


def test_before_the_grant_there_is_nothing_to_sign(stage, text):
    stage.elect("L101", "LK-1003")
    stage.accept()
    stage.promise()
    assert "there is no agreement to sign" in text(stage.client().get(stage.url("new-options/sign/")))


def test_recorded_as_signed_by_mistake_it_can_be_signed_here_as_if_nothing_had_been(granted, text):
    client, first = granted.client(), NewGrant.objects.order_by("number")[0]
    on_paper = Signing(first.holder.name_on_agreement, channel="hand", signed_on=first.granted_on)
    row = value(record_paper_agreement(grant=first, signing=on_paper, actor="staff:hr", at=GRANTS))
    place = granted.url(f"new-options/{first.pk}/")
    copy, confirmation = f"{place}signed.pdf", f"{place}signed/"
    assert "2 option agreements wait" in text(client.get(granted.url()))
    assert client.get(confirmation).status_code == 200
    two = {"proposed_by": "staff:hr", "approved_by": "staff:counsel", "actor": "staff:counsel", "at": GRANTS}
    value(unsign_agreement(signature=row.pk, reason="Another paper came.", **two))
    assert "3 option agreements wait" in text(client.get(granted.url()))
    assert client.get(confirmation).status_code == client.get(copy).status_code == 404
    assert granted.sign_agreements().status_code == 302
    assert "Yours: agreement signed" in text(client.get(granted.url("new-options/")))
    assert client.get(copy)["Content-Type"] == "application/pdf"
    opened = Paper.objects.get(kind="signed_agreement", rendered__isnull=False)
    assert opened.values()["channel"] == "portal"

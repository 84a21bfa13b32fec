"""New options on the desk: which agreements wait, and recording one that was signed on paper."""

import re

import pytest
from django.urls import reverse

from exchange.people.models import User
from exchange.settlement.models import AgreementSignature
from tests.support.agreements import granted_options

pytestmark = pytest.mark.django_db
LIST = "/staff/new-options/"


@pytest.fixture
def granted():
    """E1's and E2's new options."""
    return granted_options()


def said(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def sheet(grant, **changed):
    data = {
        "signed_on": "2004-01-26",
        "channel": "hand",
        "signature_name": grant.holder.name_on_agreement,
        "note": "",
        "confirmation": grant.number,
    }
    return {**data, **changed}


def address(grant):
    return reverse("staff:record-agreement", args=[grant.pk])


def test_the_list_counts_and_filters_what_waits(hr, granted):
    page = said(hr.get(LIST))
    assert "Waits for signature (2)" in page
    assert "Signed (0)" in page
    hr.post(address(granted[0]), sheet(granted[0]), follow=True)
    waiting = said(hr.get(LIST + "?agreement=waiting"))
    assert "1 new option " in waiting
    assert granted[1].number in waiting
    assert granted[0].number not in waiting
    assert granted[0].number in said(hr.get(LIST + "?agreement=signed"))


def test_the_desk_says_how_many_wait(hr, granted):
    assert "2 new options wait for their holders’ signatures." in said(hr.get("/staff/"))


def test_recorded_it_says_by_whom_and_when_and_is_released(hr, granted):
    record = f"/staff/new-options/{granted[0].pk}/"
    assert "Not released" in said(hr.get(record))
    answer = hr.post(address(granted[0]), sheet(granted[0]), follow=True)
    page = said(answer)
    assert "is recorded as signed." in page
    assert "Released" in page
    assert "26 January 2004 By hand" in page
    assert "hr@company.example" in page
    assert AgreementSignature.objects.get().recorded_by == "staff:hr@company.example"
    assert "Record an agreement signed on paper" not in page


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"confirmation": "no"}, "exactly so."),
        ({"signed_on": "2004-01-25"}, "cannot have been signed on 25 January 2004"),
        ({"signature_name": "Someone Else"}, "say in the note why it is taken"),
        ({"channel": "portal"}, "Select a valid choice"),
    ],
)
def test_what_does_not_fit_is_said_and_nothing_is_kept(hr, granted, changed, told):
    assert told in said(hr.post(address(granted[0]), sheet(granted[0], **changed)))
    assert not AgreementSignature.objects.exists()


def test_nobody_records_their_own(hr, granted):
    holder = granted[0].holder
    holder.user = User.objects.get(email="hr@company.example")
    holder.save()
    assert hr.post(address(granted[0]), sheet(granted[0])).status_code == 403
    assert "Record an agreement" not in said(hr.get(f"/staff/new-options/{granted[0].pk}/"))
    assert not AgreementSignature.objects.exists()


def test_counsel_reads_and_records_nothing(counsel, granted):
    assert "Record an agreement" not in said(counsel.get(f"/staff/new-options/{granted[0].pk}/"))
    assert counsel.post(address(granted[0]), sheet(granted[0])).status_code == 403

"""HR invites holders on the desk: one, those ticked, or everyone; the list says where each stands."""

import re

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from exchange.people.models import Holder, Invitation, User
from tests.support.company import run
from tests.support.world import a_grant, a_holder, a_live_offer

PEOPLE = "/staff/people/"


@pytest.fixture
def offer(db):
    made = a_live_offer()
    for number in ("E1", "E2", "E3"):
        a_grant(a_holder(number), f"{number}-1")
    return made


def address(offer) -> str:
    return reverse("staff:invite", args=[offer.code])


def preview(client, offer, numbers: str = ""):
    return client.post(address(offer), {"numbers": numbers, "step": "preview"}).content.decode()


def confirm(client, offer, numbers: str = ""):
    digest = re.search(r'name="digest" value="(\w+)"', preview(client, offer, numbers))[1]
    data = {"numbers": numbers, "step": "confirm", "digest": digest, "confirmation": offer.code}
    return client.post(address(offer), data, follow=True)


def test_everyone_eligible_is_previewed_and_then_invited(hr, offer):
    a_holder("E4", role="director")
    page = preview(hr, offer)
    assert "Holder E1" in page
    assert "Holder E4" not in page
    assert not Invitation.objects.exists()
    answer = confirm(hr, offer)
    assert answer.redirect_chain[-1][0] == PEOPLE
    assert "Invitations are on their way: 3." in answer.content.decode()
    assert Invitation.objects.count() == 3
    assert Invitation.objects.first().invited_by.endswith("hr@company.example")


def test_those_ticked_in_the_list_are_proposed(hr, offer):
    page = hr.get(PEOPLE).content.decode()
    assert page.count('name="person"') == 3
    keys = Holder.objects.filter(employee_number__in=["E1", "E3"]).values_list("pk", flat=True)
    assert ">E1 E3</textarea>" in re.sub(
        r"\s+", " ", hr.get(address(offer), {"person": keys}).content.decode()
    ).replace("> E1", ">E1")
    confirm(hr, offer, "E1, E3")
    assert set(Invitation.objects.values_list("holder__employee_number", flat=True)) == {"E1", "E3"}


def test_who_cannot_be_invited_is_named_and_the_others_are(hr, offer):
    Holder.objects.filter(employee_number="E2").update(email="e1@company.example")
    page = preview(hr, offer)
    assert page.count("one e-mail address is on file for E1 Holder E1, E2 Holder E2") == 2
    confirm(hr, offer)
    assert Invitation.objects.get().holder.employee_number == "E3"


def test_the_desk_says_who_waits_for_an_invitation_and_who_cannot_have_one(hr, offer):
    a_holder("E4", email=" E1@company.example ")
    a_holder("E5", email="")
    page = hr.get("/staff/").content.decode()
    assert "Invite 5 people to sign in" in page
    assert "Give 3 people an e-mail address of their own" in page
    listed = hr.get(PEOPLE, {"sign_in": "cannot"}).content.decode()
    assert re.findall(r"Choose (E\d)", listed) == ["E1", "E4", "E5"]


def test_the_list_says_where_each_stands(hr, offer, monkeypatch):
    confirm(hr, offer, "E1 E2")
    User.objects.filter(holder__employee_number="E2").update(last_login="2026-01-02T00:00Z", must_set_up=False)
    rows = re.findall(r"<tr role=\"row\">(.*?)</tr>", hr.get(PEOPLE).content.decode(), flags=re.DOTALL)[1:]
    assert [re.search(r"Not invited|Invited|Signed in", row)[0] for row in rows] == [
        "Invited",
        "Signed in",
        "Not invited",
    ]
    for value, number in (("no", "E3"), ("invited", "E1"), ("yes", "E2")):
        page = hr.get(PEOPLE, {"sign_in": value}).content.decode()
        assert re.findall(r"Choose (E\d)", page) == [number]
    record = hr.get(reverse("staff:people_holder_change", args=[Holder.objects.get(employee_number="E1").pk]))
    assert "Not used; ends" in record.content.decode()


def test_an_auditor_finds_no_box_and_no_link_to_invite(sign_in, offer):
    page = sign_in("auditor").get(PEOPLE).content.decode()
    assert 'name="person"' not in page
    assert "Invite" not in page.replace("Invited", "")


def test_the_list_asks_the_same_number_of_questions_however_long(hr, offer):
    hr.get(PEOPLE)
    counts = []
    for first in (10, 20):
        with CaptureQueriesContext(connection) as asked:
            hr.get(PEOPLE)
        counts.append(len(asked))
        for number in range(first, first + 10):
            a_holder(f"E{number}")
    assert counts[0] == counts[1]


def test_the_command_invites_those_named_or_everyone(offer):
    assert run("invite_holders", offer.code, "--employee", "E2")["invited"] == ["E2"]
    assert run("invite_holders", offer.code, "--dry-run")["invited"] == ["E1", "E3"]
    assert run("invite_holders", offer.code)["invited"] == ["E1", "E3"]
    with pytest.raises(CommandError, match="Nobody is left to invite"):
        call_command("invite_holders", offer.code)

"""Starting the demonstration again keeps what is there; once its offer has expired, a fresh one is offered."""

import re
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.urls import reverse

from exchange.cli.demo.seed import holds_a_live_story, seed
from exchange.elections.models import Form
from exchange.elections.reads import forms_of, holder_view
from exchange.kernel import clock
from exchange.offers.content import documents_approved, letters_approved
from exchange.offers.models import ContentApproval, Offer
from exchange.offers.reads import running_offer, timeline_of
from exchange.people.models import Holder, User
from tests.support.second_factor import with_an_app

pytestmark = pytest.mark.django_db


def test_the_cast_finds_an_open_offer_with_what_each_of_them_is_there_to_show():
    sign_ins = seed(at=clock.now())
    offer = running_offer()
    maya, daniel, priya, victor = Holder.objects.filter(user__isnull=False).order_by("employee_number")
    now = clock.now()
    assert timeline_of(offer).is_open(now)
    seen = holder_view(offer, maya, now)
    assert {option.grant.grant_number for option in seen.eligible} == {"LK-1001", "LK-1002", "LK-1003"}
    assert any(option.mates for option in seen.eligible)
    assert {option.outstanding for option in seen.eligible} == {5434, 4566, 1750}
    assert len(holder_view(offer, daniel, now).eligible) == 1
    assert sorted(forms_of(offer, priya).tendered) == ["LK-1021", "LK-1022"]
    assert holder_view(offer, victor, now).person_reasons == ("role_not_eligible",)
    assert all(User.objects.get(email=person.email).check_password(person.password) for person in sign_ins)


def test_counsel_has_approved_the_letters_and_the_documents_before_the_offer_opened():
    seed(at=clock.now())
    offer = running_offer()
    assert letters_approved(offer).is_approved
    assert documents_approved(offer).is_approved
    opened_at = timeline_of(offer).opened_at
    found = ContentApproval.objects.filter(offer=offer)
    assert {row.approved_by for row in found} == {"staff:ruth@larkfield.example"}
    assert all(row.at <= opened_at for row in found)


def test_starting_again_changes_nothing():
    first = seed(at=clock.now())
    before = (Offer.objects.count(), Form.objects.count(), User.objects.count())
    assert seed(at=clock.now()) == first
    assert (Offer.objects.count(), Form.objects.count(), User.objects.count()) == before


def test_an_expired_offer_gives_way_to_a_fresh_one():
    seed(at=clock.now())
    old = running_offer()
    with time_machine.travel(timeline_of(old).expires_at + timedelta(days=3), tick=False):
        seed(at=clock.now())
        fresh = running_offer()
        assert fresh.pk != old.pk
        assert timeline_of(fresh).is_open(clock.now())
        assert timeline_of(old).terminated_at is not None


def test_a_replay_is_not_begun_where_a_live_offer_is():
    assert not holds_a_live_story()
    seed(at=clock.now())
    assert holds_a_live_story()


def test_what_began_as_a_replay_goes_on_as_one():
    seed(at=clock.now(), is_replay=True)
    assert not holds_a_live_story()


def test_the_makefile_hands_the_story_and_the_port_on():
    make = ["make", "--dry-run", "--no-print-directory", "demo", "STORY=replay", "PORT=8123"]
    shown = subprocess.run(make, cwd=settings.BASE_DIR, check=True, capture_output=True, text=True).stdout
    assert re.search(r"manage\.py demo .*--port 8123 .*--story replay", shown)


def test_a_replay_stands_still_at_its_latest_action():
    seed(at=clock.now(), is_replay=True)
    offer = running_offer()
    assert offer.is_replay
    with time_machine.travel(timeline_of(offer).expires_at + timedelta(days=400), tick=False):
        seed(at=clock.now(), is_replay=True)
        assert running_offer() == offer


def test_the_readme_names_everyone_who_can_sign_in_and_nobody_else():
    sign_ins = seed(at=clock.now())
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    named = re.findall(r"^\| ([^|]+) \| `([^`]+@larkfield\.example)` \|", readme, re.M)
    assert named == [(person.name, person.email) for person in sign_ins]


def test_the_help_desk_looks_at_the_portal_as_a_holder_and_finds_nothing_else(client):
    seed(at=clock.now())
    client.force_login(with_an_app(User.objects.get(email="ines@larkfield.example")))
    assert client.get(reverse("staff:index"))["Location"] == reverse("staff:help")
    assert "Maya Okafor" in client.get(reverse("staff:help"), {"q": "maya"}).content.decode()
    assert client.get(reverse("staff:audit_auditevent_changelist")).status_code == 403

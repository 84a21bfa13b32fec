"""Files to take away, on the desk: asked for by form, listed with how far they are, downloaded by those who may."""

import hashlib
import re

import pytest
from django.contrib.auth.models import Permission

from exchange.audit.models import AuditEvent
from exchange.audit.verify import payload_of
from exchange.interchange.exports import run
from exchange.interchange.models import Export, ExportState
from tests.staff.conftest import an_account
from tests.support.world import a_grant, a_holder, an_offer

pytestmark = pytest.mark.django_db


@pytest.fixture
def offer():
    offer = an_offer()
    a_grant(a_holder("ANA"), "ANA-1")
    return offer


@pytest.mark.parametrize("who", ["hr", "counsel", "auditor"])
def test_a_file_is_asked_for_and_taken(offer, sign_in, who):
    client = sign_in(who)
    assert client.post("/staff/exports/", {"kind": "results_json"}).status_code == 302
    run.make(Export.objects.get().pk)  # as the worker does where there is a broker
    page = client.get("/staff/exports/").content.decode()
    row = Export.objects.get()
    assert f'href="/staff/exports/{row.pk}/"' in page
    answer = client.get(f"/staff/exports/{row.pk}/")
    body = b"".join(answer.streaming_content)
    assert hashlib.sha256(body).hexdigest() == row.sha256
    assert answer["Content-Disposition"] == 'attachment; filename="TEST-results.json"'
    taken = AuditEvent.objects.get(kind="export.taken")
    assert taken.actor == f"staff:{who}@company.example"
    assert payload_of(AuditEvent.objects.get(kind="list.looked"))["what"] == "export-file"


def test_without_the_permission_nobody_takes_anything(offer, sign_in):
    someone = an_account("auditor")
    someone.groups.clear()
    someone.user_permissions.add(Permission.objects.get(codename="view_form"))
    client = sign_in("auditor")
    assert client.get("/staff/exports/").status_code == 403
    assert client.post("/staff/exports/", {"kind": "results_json"}).status_code == 403
    assert not Export.objects.exists()


def test_a_file_that_is_not_finished_is_not_there(offer, hr):
    hr.post("/staff/exports/", {"kind": "results_json"})
    row = Export.objects.get()
    Export.objects.filter(pk=row.pk).update(state=ExportState.MAKING)
    assert hr.get(f"/staff/exports/{row.pk}/").status_code == 404
    assert "Look again how far it is" in hr.get("/staff/exports/").content.decode()
    assert not AuditEvent.objects.filter(kind="export.taken").exists()


def test_a_period_that_ends_before_it_begins_is_named_at_its_field(offer, hr):
    wanted = {"kind": "trail_jsonl", "first_on": "2003-07-02", "last_on": "2003-07-01"}
    page = hr.post("/staff/exports/", wanted).content.decode()
    assert re.search(r'href="#id_last_on">The last day is before the first', page)
    assert not Export.objects.exists()


def test_before_there_is_an_offer_there_is_nothing_to_take(hr):
    assert "There is no offer yet" in hr.get("/staff/exports/").content.decode()

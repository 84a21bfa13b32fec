"""Scans of paper forms: encrypted where they lie, seen by few, every look in the log, gone for good when purged."""

import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse

from exchange.audit.models import AuditEvent
from exchange.audit.verify import faults
from exchange.elections.models import Form, Scan, ScanKey
from exchange.elections.scans import MOST_BYTES, ScanFile, attach_scan, content_type_of, open_scan
from exchange.kernel import clock
from exchange.kernel.results import Done, Refused
from exchange.people.models import User
from tests.support.second_factor import with_an_app
from tests.support.world import EXPIRES_AT, an_offer, election, holders_with_grants, paper, record, value

pytestmark = pytest.mark.django_db
PDF = ScanFile(b"%PDF-1.7 signed by Ana Lopes", "application/pdf")


@pytest.fixture
def form():
    offer = an_offer()
    (holder,) = holders_with_grants(1)
    at = EXPIRES_AT - timedelta(days=9)
    record(offer, [paper(election(holder), "F1", at)], at)
    return Form.objects.get()


def attach(form, file=PDF):
    return attach_scan(form=form, file=file, actor="staff:hr", at=form.recorded_at)


def test_a_scan_is_read_back_as_it_was_and_nothing_of_it_lies_open(form):
    scan = value(attach(form))
    assert value(open_scan(scan=scan, actor="staff:hr", at=clock.now())) == PDF
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM elections_scan")
        stored = bytes(cursor.fetchone()[0])
    assert b"Ana Lopes" not in stored
    assert list(faults()) == []


def test_two_scans_of_the_same_bytes_look_different_where_they_lie(form):
    first = value(attach(form))
    other = Form.objects.get()
    record(form.offer, [paper(election(form.holder), "F2", form.received_at + timedelta(hours=1))], form.recorded_at)
    second = value(attach(Form.objects.get(number="F2")))
    assert bytes(first.content) != bytes(second.content)
    assert other.scans.get().sha256 == second.sha256


def test_every_look_is_one_line_of_the_log(form, hr):
    scan = value(attach(form))
    answer = hr.get(reverse("staff:scan", args=[scan.pk]))
    assert answer.content == PDF.body
    assert answer["Content-Type"] == "application/pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    (event,) = AuditEvent.objects.filter(kind="scan.opened")
    assert event.actor == "staff:hr@company.example"
    assert json.loads(event.payload)["form"] == "F1"


def test_what_someone_may_not_see_they_do_not_see(form, hr, sign_in):
    scan = value(attach(form))
    user = with_an_app(User.objects.create_user("temp@company.example", "a long password", is_staff=True))
    client = sign_in("holder")
    assert client.get(reverse("staff:scan", args=[scan.pk])).status_code == 404
    client.force_login(user)
    assert client.get(reverse("staff:scan", args=[scan.pk])).status_code == 403
    assert not AuditEvent.objects.filter(kind="scan.opened").exists()


def test_a_scan_that_was_asked_for_without_its_bytes_was_not_seen(form, hr):
    scan = value(attach(form))
    assert hr.head(reverse("staff:scan", args=[scan.pk])).status_code == 405
    assert not AuditEvent.objects.filter(chain__startswith="looks").exists()


def test_once_its_key_is_gone_nobody_reads_a_scan_and_the_record_still_verifies(form, hr):
    scan = value(attach(form))
    ScanKey.objects.all().delete()
    assert isinstance(open_scan(scan=scan, actor="staff:hr", at=clock.now()), Refused)
    answer = hr.get(reverse("staff:scan", args=[scan.pk]), follow=True)
    assert "This scan was purged." in answer.content.decode()
    assert list(faults()) == []


def test_what_a_file_is_is_told_by_its_content(form):
    assert content_type_of(b"%PDF-1.4") == "application/pdf"
    assert content_type_of(b"\x89PNG\r\n\x1a\n...") == "image/png"
    assert content_type_of(b"\xff\xd8\xff\xe0") == "image/jpeg"
    for other in (b"", b"MZ", b"<html>", b"GIF89a", b" %PDF-"):
        assert content_type_of(other) is None
    assert isinstance(attach(form, ScanFile(b"<svg onload=alert(1)>", "image/png")), Refused)
    assert isinstance(attach(form, ScanFile(b"%PDF-" + b"0" * MOST_BYTES, "application/pdf")), Refused)
    assert not Scan.objects.exists()


def test_the_same_scan_is_attached_once(form):
    assert isinstance(attach(form), Done)
    assert isinstance(attach(form), Refused)
    assert Scan.objects.count() == 1


def test_without_a_key_of_the_installation_no_scan_is_taken_and_the_page_does_not_ask(form, hr, settings):
    settings.SCAN_KEY = ""
    assert isinstance(attach(form), Refused)
    page = hr.get(reverse("staff:attach-scan", args=[form.pk])).content.decode()
    assert 'type="file"' not in page


def test_under_another_key_a_scan_cannot_be_read(form, settings):
    scan = value(attach(form))
    settings.SCAN_KEY = "another key"
    with pytest.raises(Exception, match=r"^$"):
        open_scan(scan=scan, actor="staff:hr", at=clock.now())


def test_a_scan_is_attached_later_from_the_forms_page(form, hr):
    assert reverse("staff:attach-scan", args=[form.pk]) in hr.get(_record(form)).content.decode()
    address = reverse("staff:attach-scan", args=[form.pk])
    assert "Choose the file of the scan." in hr.post(address, {}).content.decode()
    wrong = hr.post(address, {"scan": SimpleUploadedFile("form.pdf", b"GIF89a")}).content.decode()
    assert "neither a PDF nor a PNG or JPEG picture" in wrong
    done = hr.post(address, {"scan": SimpleUploadedFile("form.pdf", PDF.body)})
    assert done["Location"] == _record(form)
    assert reverse("staff:scan", args=[Scan.objects.get().pk]) in hr.get(_record(form)).content.decode()


def test_nobody_attaches_a_scan_to_their_own_form(form, sign_in):
    hr = sign_in("hr")
    form.holder.user = User.objects.get(email="hr@company.example")
    form.holder.save()
    assert hr.get(reverse("staff:attach-scan", args=[form.pk])).status_code == 403


def _record(form):
    return reverse("staff:elections_form_change", args=[form.pk])

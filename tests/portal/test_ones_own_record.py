"""One's own record: facts on file, who looked, and everything held about one as a zip of readable files."""

import csv
import hashlib
import io
import json
import zipfile
from datetime import timedelta

import pytest

from exchange.audit.looks import record_list_look, record_look
from exchange.audit.models import AuditEvent
from exchange.elections.models import Form
from exchange.elections.scans import ScanFile, attach_scan
from exchange.interchange.held import files
from exchange.interchange.held.archive import archive_of
from exchange.interchange.held.files import named
from exchange.interchange.held.tables import TABLES
from exchange.people.models import EmploymentEvent, Holder, User
from exchange.settlement.ledger import faults
from exchange.settlement.models import NewGrant, Promise, PromiseLine
from tests.portal.conftest import DURING


def look(number: str, at, *, what: str = "form", name: str = "F-1", by: str = "Hannah Sorensen") -> None:
    record_look(subject=number, what=what, name=name, by=by, group="HR", actor="staff:hannah@larkfield.example", at=at)


# The page


def test_the_record_shows_the_facts_on_file_and_the_way_to_say_they_are_wrong(stage, text):
    EmploymentEvent.objects.create(
        holder=stage.holder(), effective_on=DURING.date(), position=1, event="role", value="executive_officer"
    )
    answer = stage.client().get(stage.url("record/"))
    page = text(answer)
    assert f"Employee number {stage.holder().employee_number}" in page
    assert "10 June 2026 Role: Executive officer" in page
    for rest in ("reports/wrong/", "reports/missing/", "record/download/", "record/looks/"):
        assert stage.url(rest) in answer.content.decode()


# Who looked


def test_looks_stand_by_day_in_the_offers_zone_with_who_as_what_and_when(stage, text):
    look("L101", DURING, what="form", name="ABCD-2345")
    look("L101", DURING + timedelta(hours=14), what="person", name="")  # 11 June, 12:30 a.m. Pacific Time
    look("L102", DURING, name="OTHER")
    page = text(stage.client().get(stage.url("record/looks/")))
    assert "2 looks by staff." in page
    later, earlier = page.index("11 June 2026"), page.index("10 June 2026")
    assert later < earlier
    assert "Hannah Sorensen, HR Form ABCD-2345 10 June 2026, 10:30 a.m. Pacific Time (17:30 UTC)" in page
    assert "Your person’s record" in page
    assert "OTHER" not in page


def test_many_looks_are_paged_and_ask_no_more_questions(stage, text, django_assert_max_num_queries):
    for minute in range(120):
        look("L101", DURING + timedelta(minutes=minute), name=f"F-{minute}")
    client = stage.client()
    with django_assert_max_num_queries(20):
        page = text(client.get(stage.url("record/looks/")))
    assert "Form F-119 " in page
    assert "Form F-69 " not in page
    assert "Page 1 of 3" in page
    assert "Form F-0 " in text(client.get(stage.url("record/looks/?page=3")))
    for odd in ("9999", "0", "-1", "x", "99999999999"):
        assert client.get(stage.url(f"record/looks/?page={odd}")).status_code == 200


def test_a_list_that_shows_many_stands_on_nobodys_page_and_the_page_says_so(stage, text):
    record_list_look(viewer="7", what="holder", by="Hannah", group="HR", actor="staff:hannah@x.example", at=DURING)
    page = text(stage.client().get(stage.url("record/looks/")))
    assert "Nobody of the staff has opened a page about you alone." in page
    assert "Lists that show many people at once are logged as one look at the list" in page


# Everything held


@pytest.fixture
def lived(stage):
    """Maya tendered, was promised, granted and signed; Daniel too, so that his must not be among hers."""
    stage.elect("L101", "LK-1003")
    stage.elect("L102", "LK-1011")
    stage.accept()
    stage.promise()
    stage.grant()
    stage.sign_agreements("L101")
    stage.sign_agreements("L102")
    look("L101", stage.now)
    return stage


def taken(stage, number: str = "L101") -> zipfile.ZipFile:
    answer = stage.client(number).post(stage.url("record/download/"))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/zip"
    return zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))


def rows(archive: zipfile.ZipFile, path: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(archive.read(path).decode("utf-8-sig"))))


def test_the_page_says_what_is_in_it_before_it_is_made(stage, text):
    page = text(stage.client().get(stage.url("record/download/")))
    assert "Anyone who has the file can read it." in page
    assert not AuditEvent.objects.filter(kind="record.downloaded").exists()


def test_everything_is_in_it_and_can_be_read_without_us(lived):
    archive = taken(lived)
    assert archive.testzip() is None
    names = archive.namelist()
    form = lived.last_form("L101")
    grant = NewGrant.objects.get(holder=lived.holder())
    assert archive.read(f"forms/{form.number}.record.json").decode() == form.record
    readable = archive.read(f"forms/{form.number}.txt").decode()
    assert "signature name: Maya" in readable
    assert "grant number: LK-1003" in readable
    assert hashlib.sha256(archive.read(f"outcome/agreements/{grant.number}.record.json")).hexdigest() == (
        grant.signatures.get().record_digest
    )
    assert rows(archive, "facts/person.csv")[0]["employee_number"] == "L101"
    assert {row["grant_number"] for row in rows(archive, "facts/options.csv")} >= {"LK-1001", "LK-1003"}
    assert rows(archive, "outcome/new-options.csv")[0]["number"] == grant.number
    assert rows(archive, "log/who-looked.csv")[0]["by"] == "Hannah Sorensen"
    assert [row["kind"] for row in rows(archive, "consents/consents.csv")] == ["sample_opened", "given"]
    assert sum(name.startswith("letters/") and name.endswith(".txt") for name in names) >= 4
    papers = [name for name in names if name.startswith("papers/")]
    assert {name.split("-")[0] for name in papers} >= {"papers/Receipt", "papers/Promise", "papers/Option"}
    assert all(archive.read(name).startswith(b"%PDF-") for name in papers)
    index = archive.read("index.html").decode()
    assert all(f'href="{name}"' in index for name in names if name != "index.html")


def test_nothing_of_anyone_else_is_in_it_and_no_secret(lived):
    archive = taken(lived)
    others = [lived.last_form("L102").number, "LK-1011", "Daniel", lived.holder("L102").email]
    for name in archive.namelist():
        body = archive.read(name)
        if not name.endswith(".pdf"):
            for other in others:
                assert other.encode() not in body, name
            assert b"pbkdf2" not in body
            assert b"md5$" not in body
    assert {"password", "data"}.isdisjoint(column for table in TABLES for column in table.columns.values())


def test_it_is_written_down_with_the_digest_of_what_was_taken(lived):
    answer = lived.client().post(lived.url("record/download/"))
    body = b"".join(answer.streaming_content)
    event = AuditEvent.objects.get(kind="record.downloaded")
    said = json.loads(event.payload)
    assert (event.chain, event.actor) == ("looks:L101", "holder:L101")
    assert (said["sha256"], said["size"]) == (hashlib.sha256(body).hexdigest(), len(body))
    assert not list(faults())


def test_the_same_facts_give_the_same_files_in_the_same_order(lived):
    first, second = taken(lived), taken(lived)
    assert first.namelist() == second.namelist()
    assert first.read("index.html") == second.read("index.html")


def test_scans_of_ones_own_forms_are_opened_and_purged_ones_are_named(lived):
    form = Form.objects.get(holder=lived.holder())
    file = ScanFile(b"%PDF-1.7 a scan", "application/pdf")
    scan = lived.done(attach_scan(form=form, file=file, actor="test", at=lived.now))
    archive = taken(lived)
    assert archive.read(f"forms/scans/{form.number}-1.pdf") == file.body
    assert AuditEvent.objects.filter(kind="scan.opened", actor="holder:L101").count() == 1
    scan.key.delete()
    archive = taken(lived)
    assert f"forms/scans/{form.number}-1.pdf" not in archive.namelist()
    assert "It was purged, or cannot be opened here" in archive.read("index.html").decode()


def test_papers_not_made_yet_are_made_and_beyond_a_few_are_named(lived, monkeypatch):
    monkeypatch.setattr(files, "MOST_MADE_HERE", 1)
    archive = archive_of(lived.holder("L102"), company="X", actor="holder:L102", at=lived.now)
    late = {entry.why_not for entry in archive.entries if entry.why_not}
    with archive.file:
        assert len(zipfile.ZipFile(archive.file).namelist()) > 20
    assert late == {"It is still being made. Download again later."}


def test_a_cell_is_never_a_formula_and_a_name_never_a_path(lived):
    Holder.objects.filter(employee_number="L101").update(department="=HYPERLINK(1)")
    assert rows(taken(lived), "facts/person.csv")[0]["department"] == "'=HYPERLINK(1)"
    assert named("../../etc/passwd") == "etc-passwd"
    assert named("Łódź / 1") == "Łódź-1"
    assert named("..") == "file"


def test_every_relation_of_a_person_is_in_a_table():
    """A model that comes to point at a person, a form, a promise or an option must be given to them too."""
    elsewhere = {
        "LogEntry",
        "EmailAddress",
        "ReportSender",
        "Holder",
    }  # not used, or the sender's own who is no holder
    shown = {table.rows(Holder(pk=1, employee_number="L101")).model for table in TABLES}
    for model in (Holder, User, Form, Promise, PromiseLine, NewGrant):
        for relation in model._meta.related_objects:
            found = relation.related_model
            assert found in shown or found.__name__ in elsewhere, found


def test_it_takes_a_token_against_forgery(stage):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.get(holder__employee_number="L101"))
    assert client.post(stage.url("record/download/")).status_code == 403

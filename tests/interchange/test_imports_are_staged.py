"""A file on its way in: mistakes marked in a workbook, the difference shown in pages, applied once or not at all."""

import io
from datetime import timedelta
from uuid import UUID

import openpyxl
import pytest
from django.test import Client

from exchange.audit.models import AuditEvent
from exchange.grants.models import Grant
from exchange.interchange import imports
from exchange.interchange.imports import CHANGED, NEW, PROBLEMS
from exchange.interchange.models import FoundPage, Import, ImportState, StagedFile
from exchange.interchange.staging import KEPT_FOR
from exchange.kernel import clock
from exchange.people.models import Holder, User
from tests.staff.conftest import an_account
from tests.support.tables import GRANT, PERSON
from tests.support.world import a_holder

pytestmark = pytest.mark.django_db


def csv_of(*rows):
    lines = [",".join(rows[0]), *(",".join(row.values()) for row in rows)]
    return ("\n".join(lines) + "\n").encode()


def people(count, **changed):
    return csv_of(*({**PERSON, "employee_number": f"E{n}", **changed} for n in range(1, count + 1)))


def brought(kind, content, name=""):
    batch = imports.upload(kind=kind, name=name or f"{kind}.csv", content=content, actor="staff:hr", at=clock.now())
    return Import.objects.get(batch=batch)


def applied(run):
    shown = Import.objects.get(batch=run.batch).digest
    assert imports.ask_to_apply(batch=run.batch, shown=shown, actor="staff:hr", at=clock.now())
    return Import.objects.get(batch=run.batch)


def desk():
    client = Client()
    client.force_login(User.objects.filter(email="hr@company.example").first() or an_account("hr"))
    return client


def marked(run):
    answer = desk().get(f"/staff/files/{run.batch}/marked.xlsx")
    assert answer.status_code == 200
    return answer.content


def sheet_of(body):
    return openpyxl.load_workbook(io.BytesIO(body)).worksheets[0]


def is_coloured(cell):
    return cell.fill.fill_type == "solid"


def test_every_bad_cell_of_a_csv_is_coloured_and_says_what_was_expected():
    good = {**PERSON, "employee_number": "E1", "legal_name": "=1+1"}
    bad = {**PERSON, "employee_number": "E2", "residence_country": "USA", "hired_on": "31-Apr-2003"}
    run = brought("people", csv_of(good, bad))
    assert run.state == ImportState.WRONG
    sheet = sheet_of(marked(run))
    columns = {cell.value: cell.column for cell in sheet[1]}
    country, hired = sheet.cell(3, columns["residence_country"]), sheet.cell(3, columns["hired_on"])
    assert country.value == "USA"
    assert is_coloured(country)
    assert "Expected: two capital letters, such as US." in country.comment.text
    assert is_coloured(hired)
    assert [cell.coordinate for row in sheet for cell in row if cell.comment] == [country.coordinate, hired.coordinate]
    assert sheet.cell(2, columns["legal_name"]).data_type == "s"
    book = openpyxl.load_workbook(io.BytesIO(marked(run)))
    assert [row[1].value for row in book.worksheets[1].iter_rows(min_row=2)] == ["residence_country", "hired_on"]


def test_the_marked_file_mended_is_a_file_to_upload():
    run = brought("people", csv_of({**PERSON, "employee_number": "E1", "role": "boss"}))
    book = openpyxl.load_workbook(io.BytesIO(marked(run)))
    for row in book.worksheets[0].iter_rows():
        for cell in row:
            if cell.value == "boss":
                cell.value = "employee"
    out = io.BytesIO()
    book.save(out)
    again = brought("people", out.getvalue(), "people-marked.xlsx")
    assert again.state == ImportState.CHECKED
    assert applied(again).state == ImportState.APPLIED
    assert Holder.objects.get().role == "employee"


def test_a_workbook_keeps_its_numbers_and_dates_where_they_were_right():
    a_holder("E1")
    book = openpyxl.Workbook()
    row = {**GRANT, "employee_number": "E1", "shares_granted": 1200, "exercise_price": "two"}
    book.active.append(list(row))
    book.active.append(list(row.values()))
    out = io.BytesIO()
    book.save(out)
    run = brought("grants", out.getvalue(), "grants.xlsx")
    sheet = sheet_of(marked(run))
    columns = {cell.value: cell.column for cell in sheet[1]}
    assert sheet.cell(2, columns["shares_granted"]).value == 1200
    assert is_coloured(sheet.cell(2, columns["exercise_price"]))
    assert not is_coloured(sheet.cell(2, columns["shares_granted"]))


def test_a_row_that_names_nobody_on_file_is_marked_like_a_mistake_of_the_file():
    a_holder("E1")
    rows = [{**GRANT, "grant_number": number, "employee_number": who} for number, who in (("G1", "E1"), ("G2", "E9"))]
    run = brought("grants", csv_of(*rows))
    assert run.state == ImportState.WRONG
    (problem,) = imports.all_problems(run)
    assert (problem.row, problem.column, problem.value) == (3, "employee_number", "E9")
    sheet = sheet_of(marked(run))
    assert is_coloured(sheet.cell(3, [cell.value for cell in sheet[1]].index("employee_number") + 1))
    assert not Grant.objects.exists()


def test_a_file_that_is_no_table_gives_the_list_of_mistakes_alone():
    run = brought("people", b"\xff\xfe\x00no table")
    book = openpyxl.load_workbook(io.BytesIO(marked(run)))
    assert "UTF-16" in str(book.worksheets[1]["D2"].value)


def test_the_difference_is_listed_in_pages_with_before_and_after():
    applied(brought("people", people(150)))
    run = brought("people", people(260, role="director"))
    assert '"added": 110' in run.summary
    assert '"changed": 150' in run.summary
    client = desk()
    first = client.get(f"/staff/files/{run.batch}/?show=changed").content.decode()
    second = client.get(f"/staff/files/{run.batch}/?show=changed&p=2").content.decode()
    assert "Page 1 of 2" in first
    assert first.count("director") == 100
    assert second.count("director") == 50
    new = client.get(f"/staff/files/{run.batch}/?show=new&p=2").content.decode()
    assert "E260" in new
    assert imports.found_rows(run, CHANGED, 1)[0][1:] == ["role", "employee", "director"]
    assert len(imports.found_rows(run, NEW, 2)) == 10
    assert Holder.objects.filter(role="director").count() == 0


def test_a_file_is_applied_once_however_often_the_work_is_asked_for():
    run = brought("people", people(3))
    applied(run)
    for _again in range(3):
        imports.work(run.batch)
        imports.try_again(batch=run.batch, at=clock.now())
    assert AuditEvent.objects.filter(kind="people.imported").count() == 1
    assert not imports.ask_to_apply(batch=run.batch, shown=run.digest, actor="x", at=clock.now())
    assert not StagedFile.objects.exists()
    assert not FoundPage.objects.exists()


def test_what_fails_in_the_middle_changes_nothing_and_can_be_tried_again(monkeypatch):
    run = brought("people", people(5))
    real = Holder.objects.bulk_create

    def fails(rows, **kwargs):
        real(rows[:2], **kwargs)
        raise OSError("the disk is full")

    monkeypatch.setattr(Holder.objects, "bulk_create", fails)
    applied(run)
    run.refresh_from_db()
    assert (run.state, run.failed_while) == (ImportState.FAILED, ImportState.APPLYING)
    assert not Holder.objects.exists()
    client = desk()
    said = client.get(f"/staff/files/{run.batch}/").content.decode()
    assert "Applying the file failed" in said
    assert "Nothing was changed" in said
    monkeypatch.undo()
    client.post(f"/staff/files/{run.batch}/", {"step": "retry"})
    assert Holder.objects.count() == 5
    run.refresh_from_db()
    assert run.state == ImportState.APPLIED


@pytest.fixture
def no_worker(monkeypatch, settings):
    """A broker is configured, and nobody takes up what is sent: what was asked for, in order."""
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    asked: list[str] = []
    monkeypatch.setattr(imports, "LARGE_CSV", 10)
    monkeypatch.setattr(imports, "nudge", lambda name, batch: asked.append(batch))
    return asked


def test_a_large_file_waits_for_the_worker_and_says_so(no_worker):
    run = brought("people", people(3))
    assert no_worker == [str(run.batch)]
    client = desk()
    answer = client.get(f"/staff/files/{run.batch}/", follow=True)
    said = answer.content.decode()
    assert "waits for the worker" in said
    assert 'http-equiv="refresh"' in said
    imports._Teller(run.batch).say("writing", 2000, 100_000)
    assert "rows: 2,000 of 100,000" in client.get(f"/staff/files/{run.batch}/progress/").content.decode()
    imports.work(UUID(no_worker[0]))
    assert "url=/staff/files/" in client.get(f"/staff/files/{run.batch}/progress/").content.decode()
    assert client.get(f"/staff/files/{run.batch}/").status_code == 200


def test_a_worker_that_goes_silent_is_told_of_and_asked_again(no_worker):
    run = brought("people", people(3))
    at = clock.now()
    Import.objects.filter(batch=run.batch).update(asked_at=at - imports.SILENT_AFTER - timedelta(seconds=1))
    client = desk()
    said = client.get(f"/staff/files/{run.batch}/progress/").content.decode()
    assert "Nothing is heard of the worker" in said
    imports.sweep(at=at)
    assert no_worker == [str(run.batch)] * 2
    imports.sweep(at=at)
    assert no_worker == [str(run.batch)] * 2
    client.post(f"/staff/files/{run.batch}/progress/")
    assert len(no_worker) == 3
    for batch in no_worker:
        imports.work(UUID(batch))
    run.refresh_from_db()
    assert run.state == ImportState.CHECKED


def test_what_nobody_applied_within_a_week_is_removed_by_the_sweep():
    run = brought("people", people(1))
    StagedFile.objects.update(uploaded_at=clock.now() - KEPT_FOR - timedelta(minutes=1))
    imports.sweep(at=clock.now())
    run.refresh_from_db()
    assert run.state == ImportState.REMOVED
    assert not StagedFile.objects.exists()
    assert not FoundPage.objects.exists()


def test_what_was_found_is_not_kept_in_the_clear():
    brought("people", people(1, legal_name="Ana Lopes"))
    assert FoundPage.objects.filter(section=NEW).exists()
    assert all(b"Ana" not in bytes(page.content) for page in FoundPage.objects.all())
    assert not FoundPage.objects.filter(section=PROBLEMS).exists()


def test_pages_of_files_ask_as_much_for_many_rows_as_for_few(django_assert_max_num_queries):
    few, many = brought("people", people(2)), brought("people", people(400))
    client = desk()
    for run in (few, many):
        with django_assert_max_num_queries(24):
            client.get(f"/staff/files/{run.batch}/")
    with django_assert_max_num_queries(24):
        client.get("/staff/files/")

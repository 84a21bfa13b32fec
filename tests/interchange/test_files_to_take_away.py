"""Files to take away: results, exhibits and the audit trail are made by the worker, kept, and name nobody in vain."""

import csv
import hashlib
import io
import json
import re
import subprocess
import uuid
import zipfile
from datetime import timedelta
from decimal import Decimal

import openpyxl
import pikepdf
import pytest
from django.core.management import call_command

from exchange.audit.actions import append
from exchange.audit.models import AuditEvent
from exchange.interchange import export
from exchange.interchange.exports import run, trail
from exchange.interchange.models import Export, ExportPiece, ExportState
from exchange.kernel import canonical, clock
from exchange.kernel.wording import instant_text
from exchange.notices.contexts import KINDS
from exchange.notices.letters import VERSIONS
from exchange.notices.models import Message
from exchange.offers.content import LETTER
from exchange.offers.models import OfferDocument, OfferWording
from exchange.offers.reads import load
from exchange.people.models import Holder
from tests.documents import pdf_ua
from tests.support.life import live
from tests.support.world import ACTOR, EXPIRES_AT, a_grant, a_holder, an_offer, election, paper, record

pytestmark = pytest.mark.django_db


def asked(offer, kind, at, **period):
    """A file asked for and made here, also where there is a broker and no worker on this database."""
    row = run.ask(offer=offer, kind=kind, actor=ACTOR, at=at, **period)
    run.make(row.pk)
    row.refresh_from_db()
    return row


def made(offer, kind, at=None, **period):
    """A finished file: its row, and its bytes."""
    row = asked(offer, kind, at or clock.now(), **period)
    assert row.state == ExportState.DONE, row.problem
    return row, b"".join(run.take(export=row, actor=ACTOR, at=clock.now()))


@pytest.fixture
def offer():
    """Ana's Election Form came by fax; O'Neil has one as well."""
    offer = an_offer()
    for number, name in (("A-17", "Ana Whitfield"), ("B-18", "Bo O'Neil")):
        holder = a_holder(number, legal_name=name, name_on_agreement=name, email=f"{number.lower()}@company.example")
        a_grant(holder, f"G-{number}", exercise_price=Decimal("11.25"))
        at = offer.events.get(kind="opened").at + timedelta(days=1)
        record(offer, [paper(election(holder), f"F-{number}", at)], at)
    return offer


def test_results_as_a_workbook_have_what_the_csv_has(offer):
    row, body = made(offer, "results_xlsx")
    book = openpyxl.load_workbook(io.BytesIO(body))
    assert book.sheetnames == list(export.SHEETS)
    rows = list(csv.DictReader(io.StringIO(export.as_csv(offer))))
    for name in book.sheetnames:
        sheet = list(book[name].values)
        assert len(sheet) - 1 == sum(row["record"] == name for row in rows)
    assert book["form"]["A2"].value == "F-A-17"
    assert row.file_name == "TEST-results.xlsx"


def test_the_same_results_are_the_same_bytes(offer):
    assert export.as_xlsx(offer) == export.as_xlsx(offer)


def test_the_command_writes_the_workbook_too(offer, tmp_path):
    out = tmp_path / "results.xlsx"
    call_command("export_results", offer.code, format="xlsx", out=str(out))
    assert openpyxl.load_workbook(out)["line"].max_row == 3


def test_exhibits_have_every_document_each_letter_once_and_a_register(offer):
    _row, body = made(offer, "exhibits")
    archive = zipfile.ZipFile(io.BytesIO(body))
    names = archive.namelist()
    document = OfferDocument.objects.get()
    assert archive.read("documents/version-1/01-Offer-to-Exchange.txt") == bytes(document.body)
    assert [name for name in names if name.startswith("letters/election_received")] == [
        "letters/election_received-01.txt",
        "letters/election_received-01.html",
    ]
    register = list(csv.DictReader(io.StringIO(archive.read("letters/register.csv").decode("utf-8-sig"))))
    sent = {row["kind"]: int(row["letters"]) for row in register}
    assert sent["election_received"] == 2
    assert sum(sent.values()) == Message.objects.count()
    index = list(csv.DictReader(io.StringIO(archive.read("index.csv").decode("utf-8-sig"))))
    assert {row["path"] for row in index} == set(names) - {"index.csv", "index.html"}
    for row in index:
        assert hashlib.sha256(archive.read(row["path"])).hexdigest() == row["sha256"]


def test_exhibits_name_no_holder(offer):
    _row, body = made(offer, "exhibits")
    archive = zipfile.ZipFile(io.BytesIO(body))
    everything = b"\n".join(archive.read(name) for name in archive.namelist()).decode(errors="replace")
    for holder in Holder.objects.all():
        for word in (holder.legal_name, holder.legal_name.replace("'", "&#x27;"), holder.email):
            assert word not in everything
        assert not re.search(rf"(?<!\w){holder.employee_number}(?!\w)", everything)
    assert "[Holder]" in everything


def letters_in(offer):
    archive = zipfile.ZipFile(io.BytesIO(made(offer, "exhibits")[1]))
    return {name: archive.read(name).decode() for name in archive.namelist() if name.startswith("letters/")}


def test_exhibits_take_nothing_from_a_letter_that_went_to_somebody(offer):
    """Also what no masking finds: a name of before, another address, in capitals, another holder's option."""
    secrets = ("ANA MARRIED-NAME", "ana.before@elsewhere.example", "G-B-18", "a story of hers")
    for field in ("subject", "text", "html"):
        Message.objects.update(**{field: f"To {', '.join(secrets)}"})
    said = letters_in(offer)
    assert {name.partition("-")[0] for name in said} >= {"letters/election_received"}
    for secret in secrets:
        assert not any(secret in text for text in said.values())


def test_a_specimen_has_the_words_and_the_deadline_that_were_used(offer):
    approved, later = "Words that counsel approved.", "Words of a later version."
    common = {"area": LETTER, "kind": "election_received", "edited_by": "staff:hr", "at": clock.now()}
    rows = [
        OfferWording(offer=offer, number=n, parts=json.dumps({"subject": "", "opening": o, "closing": ""}), **common)
        for n, o in ((1, approved), (2, later))
    ]
    append(chain="content:TEST", kind="content.edited", actor="hr", at=clock.now(), payload={}, rows=rows)
    Message.objects.filter(kind="election_received").update(wording_number=1)
    text = letters_in(offer)["letters/election_received-01.txt"]
    assert approved in text
    assert later not in text
    assert "Dear [Holder]" in text
    assert instant_text(EXPIRES_AT, load(offer).zone) in text


def test_a_template_of_an_earlier_release_is_named_and_nothing_is_made_up(offer):
    Message.objects.filter(kind="election_received").update(template_version=0)
    said = letters_in(offer)
    assert "version 0 of the template" in said["letters/election_received-01.txt"]
    assert "letters/election_received-01.html" not in said


def test_there_is_a_specimen_of_every_kind(offer):
    first = Message.objects.first()
    for kind in KINDS:
        values = {field.attname: getattr(first, field.attname) for field in Message._meta.concrete_fields}
        values |= {"id": uuid.uuid4(), "key": kind, "message_id": f"<{kind}@x>", "kind": kind}
        Message.objects.create(**{**values, "template_version": VERSIONS[kind]})
    said = letters_in(offer)
    assert {name.rpartition("/")[2].rpartition("-")[0] for name in said} >= set(KINDS)
    assert all("Dear [Holder]" in text for name, text in said.items() if name.endswith(".txt"))


def test_exhibits_of_one_instant_are_the_same_bytes(offer):
    at = clock.now()
    assert made(offer, "exhibits", at)[0].sha256 == made(offer, "exhibits", at)[0].sha256


def test_the_trail_as_lines_can_be_recomputed(offer):
    _row, body = made(offer, "trail_jsonl")
    *lines, last = body.decode().splitlines()
    told = json.loads(last)
    assert told["lines"] == len(lines)
    assert told["verification"] == {"faults": [], "holds": True, "more_faults": 0}
    assert told["sha256_of_lines"] == hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()
    for line in map(json.loads, lines):
        said = {name: line[name] for name in line if name not in {"id", "digest"}}
        assert canonical.digest(canonical.dumps(said)) == line["digest"]
    written = AuditEvent.objects.exclude(chain="exports").order_by("pk")
    assert [json.loads(line)["id"] for line in lines] == list(written.values_list("pk", flat=True))


def test_the_trail_to_read_is_a_tagged_pdf(offer):
    row, body = made(offer, "trail_pdf")
    assert row.file_name == "TEST-audit-trail.pdf"
    assert pdf_ua.faults(body) == []
    digest = AuditEvent.objects.exclude(chain="exports").earliest("pk").digest
    done = subprocess.run(["pdftotext", "-raw", "-", "-"], input=body, capture_output=True, check=True)
    assert digest in done.stdout.decode().splitlines(), "each digest stands on a line of its own"
    with pikepdf.open(io.BytesIO(body)) as pdf:
        assert len(pdf.pages) >= 1
        assert bool(pdf.Root.MarkInfo.Marked)
        assert str(pdf.Root.Lang).lower().startswith("en")


def test_a_long_trail_is_many_pdfs_in_one_zip(offer, monkeypatch):
    monkeypatch.setattr(trail, "PER_PART", 2)
    row, body = made(offer, "trail_pdf")
    archive = zipfile.ZipFile(io.BytesIO(body))
    parts = [name for name in archive.namelist() if name.endswith(".pdf")]
    assert row.content_type == "application/zip"
    assert len(parts) == -(-AuditEvent.objects.exclude(chain="exports").count() // 2) > 1
    assert "index.csv" in archive.namelist()


def test_a_trail_is_of_the_days_asked_for(offer):
    today = clock.now().date()
    _row, none = made(offer, "trail_jsonl", last_on=today - timedelta(days=3))
    assert len(none.splitlines()) == 1
    _row, every = made(offer, "trail_jsonl", first_on=today - timedelta(days=3))
    assert len(every.splitlines()) > 3


def test_a_trail_of_a_ledger_that_was_altered_says_so(offer, monkeypatch):
    monkeypatch.setattr(trail, "faults", lambda: iter(["form F1: its record does not match its digest"]))
    _row, body = made(offer, "trail_jsonl")
    assert json.loads(body.splitlines()[-1])["verification"]["holds"] is False


def test_asking_making_and_taking_are_written_down(offer):
    row, _body = made(offer, "results_json")
    kinds = list(AuditEvent.objects.filter(chain="exports").order_by("pk").values_list("kind", flat=True))
    assert kinds == ["export.asked", "export.made", "export.taken"]
    assert json.loads(AuditEvent.objects.get(kind="export.taken").payload)["sha256"] == row.sha256


def test_what_cannot_be_made_says_so_and_leaves_nothing(offer, monkeypatch):
    def broken(offer):
        raise OSError("a disk is full")

    monkeypatch.setattr(export, "as_json", broken)
    row = asked(offer, "results_json", clock.now())
    assert (row.state, row.problem, row.pieces.count()) == (ExportState.FAILED, "OSError", 0)


def test_a_file_is_made_once_and_asked_for_again_when_its_worker_died(offer):
    row, _body = made(offer, "results_json")
    run.make(row.pk)
    assert AuditEvent.objects.filter(kind="export.made").count() == 1
    Export.objects.filter(pk=row.pk).update(state=ExportState.MAKING, heard_at=clock.now() - run.SILENT_AFTER)
    run.sweep(at=clock.now())
    assert Export.objects.get(pk=row.pk).state == ExportState.ASKED


@pytest.mark.parametrize(("age", "is_there"), [(-timedelta(microseconds=1), True), (timedelta(microseconds=1), False)])
def test_a_file_is_removed_after_a_month(offer, age, is_there):
    row, _body = made(offer, "results_json")
    run.sweep(at=row.finished_at + run.KEPT_FOR + age)
    assert ExportPiece.objects.filter(export=row).exists() is is_there
    assert (Export.objects.get(pk=row.pk).state == ExportState.DONE) is is_there


def test_after_a_whole_life_all_of_them_can_be_made():
    offer = live()
    for kind in run.KINDS:
        made(offer, kind)

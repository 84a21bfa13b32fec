"""Papers as issued, a file to take away: what holders have, byte for byte, and a register of what is missing."""

import csv
import hashlib
import io
import zipfile
from datetime import timedelta

import pytest

from exchange.documents.actions import render_paper
from exchange.documents.catalogue import KINDS
from exchange.documents.models import Paper, RenderedPaper
from exchange.interchange.exports import papers, run
from exchange.interchange.exports.order import Order
from exchange.interchange.models import ExportState
from exchange.kernel import clock
from exchange.offers.reads import load
from exchange.settlement.actions.certify import certify_form
from exchange.settlement.actions.statements import issue_statements
from tests.support.life import live, value
from tests.support.world import ACTOR, EXPIRES_AT, a_grant, a_holder, an_offer, election, notice, paper, record, submit

pytestmark = pytest.mark.django_db


def taken(offer, at=None):
    row = run.ask(offer=offer, kind="papers", actor=ACTOR, at=at or clock.now())
    run.make(row.pk)
    row.refresh_from_db()
    assert row.state == ExportState.DONE, row.problem
    return zipfile.ZipFile(io.BytesIO(b"".join(run.take(export=row, actor=ACTOR, at=clock.now()))))


def rows_of(archive, name):
    return list(csv.DictReader(io.StringIO(archive.read(name).decode("utf-8-sig"))))


def sealed(body):
    """A PDF to stand for a sealed one; what is in it is the holder's business and not the file's."""
    return b"%PDF-1.7 " + body


def keep(paper, body, at):
    row = RenderedPaper(paper=paper, pdf=body, sha256=hashlib.sha256(body).hexdigest(), size=len(body), rendered_at=at)
    row.save(force_insert=True)
    return row


@pytest.fixture
def offer():
    """Ana tenders and withdraws; Bo's Election Form came by fax."""
    offer = an_offer()
    ana, bo = a_holder("A-17"), a_holder("B-18")
    for holder in (ana, bo):
        a_grant(holder, f"G-{holder.employee_number}")
    at = EXPIRES_AT - timedelta(days=5)
    tendered = submit(offer, ana, election(ana), at)
    submit(offer, ana, notice(ana, against=tendered.form.number), at + timedelta(hours=1))
    record(offer, [paper(election(bo), "F-18", at + timedelta(hours=2))], at + timedelta(hours=3))
    return offer


def test_every_paper_is_there_byte_for_byte_with_its_digest(offer):
    for place, one in enumerate(Paper.objects.order_by("pk")):
        keep(one, sealed(b"%d" % place), clock.now())
    archive = taken(offer)
    kept = {row.sha256: bytes(row.pdf) for row in RenderedPaper.objects.all()}
    register = {row["path"]: row for row in rows_of(archive, "register.csv")}
    pdfs = [name for name in archive.namelist() if name.endswith(".pdf")]
    assert {row["kind"] for row in register.values()} == {"election_receipt", "withdrawal_receipt"}
    assert len(pdfs) == len(kept) == 3
    for name in pdfs:
        body = archive.read(name)
        assert kept[hashlib.sha256(body).hexdigest()] == body
        assert register[name]["sha256"] == hashlib.sha256(body).hexdigest()
    assert all(name.split("/")[1] in {"A-17", "B-18"} for name in pdfs)
    index = {row["path"]: row["sha256"] for row in rows_of(archive, "index.csv")}
    assert set(index) == set(archive.namelist()) - {"index.csv", "index.html"}
    assert all(hashlib.sha256(archive.read(path)).hexdigest() == digest for path, digest in index.items())


def test_a_real_paper_is_what_its_holder_downloads(offer):
    one = Paper.objects.get(kind="withdrawal_receipt")
    made = render_paper(paper_id=one.pk, at=clock.now())
    archive = taken(offer)
    (name,) = [name for name in archive.namelist() if name.endswith(".pdf")]
    assert archive.read(name) == bytes(made.pdf)


def test_a_paper_that_is_not_made_yet_is_named_and_nothing_stands_for_it(offer):
    archive = taken(offer)
    register = rows_of(archive, "register.csv")
    assert [row["kind"] for row in register] == ["election_receipt", "withdrawal_receipt", "election_receipt"]
    assert not any(row["path"] or row["sha256"] or row["made_at"] for row in register)
    assert not [name for name in archive.namelist() if name.endswith(".pdf")]


def test_nothing_from_after_the_instant_is_in_it(offer):
    """Bo's form was recorded later; the receipt of Ana's Notice was made later."""
    at = Paper.objects.latest("requested_at").requested_at - timedelta(microseconds=1)
    for one in Paper.objects.all():
        is_late = one.kind == "withdrawal_receipt"
        keep(one, sealed(str(one.pk).encode()), at + timedelta(days=1) if is_late else one.requested_at)
    register = rows_of(taken(offer, at), "register.csv")
    assert [(row["employee_number"], row["kind"], bool(row["path"])) for row in register] == [
        ("A-17", "election_receipt", True),
        ("A-17", "withdrawal_receipt", False),
    ]


def test_a_certificate_is_there_once_it_was_asked_for_and_the_index_says_so(offer):
    form = offer.forms.get(number="F-18")
    before = {row["kind"] for row in rows_of(taken(offer), "register.csv")}
    certify_form(form=form, actor=ACTOR, at=clock.now())
    archive = taken(offer)
    after = {row["kind"] for row in rows_of(archive, "register.csv")}
    assert after - before == {"audit_certificate"}
    assert "An audit certificate of a form is made on request" in archive.read("index.html").decode()


def test_nobody_s_paper_and_another_offer_s_are_left_out(offer):
    other = "ANOTHER"
    for kind, owner, code in (("sample", "sample:NOBODY", offer.code), ("election_receipt", "holder:A-17", other)):
        one = Paper.objects.filter(kind="election_receipt").first()
        values = {field.attname: getattr(one, field.attname) for field in Paper._meta.concrete_fields}
        values |= {"id": None, "code": "", "kind": kind, "owner_key": owner, "offer_key": code, "subject_key": other}
        del values["id"]
        Paper.objects.create(**values)
    assert len(rows_of(taken(offer), "register.csv")) == 3


def test_the_same_instant_makes_the_same_bytes(offer):
    for one in Paper.objects.all():
        keep(one, sealed(str(one.pk).encode()), clock.now())
    at = clock.now()
    one, two = (taken(offer, at) for _time in range(2))
    assert one.fp.getvalue() == two.fp.getvalue()


def test_one_pdf_is_read_at_a_time_and_all_else_is_two_questions(offer, django_assert_num_queries):
    for one in Paper.objects.all():
        keep(one, sealed(str(one.pk).encode()), clock.now())
    order = Order(load(offer), clock.now())
    with django_assert_num_queries(2 + 3):
        papers.make(order, io.BytesIO(), lambda _done, _total: None)


def test_the_copy_of_an_agreement_recorded_as_signed_by_mistake_says_so():
    """Of two copies of one agreement the second stands, signed again since."""
    copies = [row for row in rows_of(taken(live()), "register.csv") if row["kind"] == "signed_agreement"]
    mistaken = [row["title"] for row in copies if row["remark"]]
    assert len(mistaken) == 1
    assert [row["title"] for row in copies].count(mistaken[0]) == 2


def test_a_whole_life_has_every_kind_that_is_issued():
    offer = live()
    value(issue_statements(code=offer.code, actor=ACTOR, at=None))
    kinds = {row["kind"] for row in rows_of(taken(offer), "register.csv")}
    assert kinds == KINDS.keys() - {
        *("sample", "marked_copy"),  # nobody's
        *("election_form", "notice_form", "option_statement", "audit_certificate"),  # made where someone asks for one
    }

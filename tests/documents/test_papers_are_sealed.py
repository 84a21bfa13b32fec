"""Every paper is sealed once by the company; what is changed afterwards fails, and nothing waits for a time stamp."""

import hashlib
import io
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12
from django.db import IntegrityError, connection, transaction
from pyhanko.pdf_utils.generic import NumberObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from exchange.documents import actions, checks, ledger, rendering, sealing
from exchange.documents.models import Paper, RenderedPaper
from tests.documents import samples
from tests.support import raw, seal
from tests.support.attack import unguarded

AT = datetime(2003, 7, 8, 17, 21, tzinfo=UTC)


@pytest.fixture(scope="module")
def plain() -> bytes:
    """A real paper before it is sealed, made once for all these tests."""
    asked = actions.PaperRequest("withdrawal_receipt", "h:E-10042", "f:W-000031", "CPST-2003", snapshot())
    return rendering.pdf_bytes(actions.paper_of(asked, AT))


@pytest.fixture(autouse=True)
def certificate(tmp_path: Path, settings: Any) -> str:
    settings.SEAL_PKCS12 = seal.certificate(tmp_path)
    return str(settings.SEAL_PKCS12)


def snapshot() -> dict[str, Any]:
    return samples.withdrawal_receipt(1)


def sealed(plain: bytes) -> sealing.Sealed:
    done = sealing.seal(plain, company=seal.COMPANY, at=AT)
    assert done is not None
    return done


def judged(pdf: bytes) -> Any:
    """What pyHanko's validator says to somebody who trusts the company's certificate.

    In a thread of its own: it runs an event loop, and where a browser's test came before, one runs in this thread.
    """
    found = PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures[0]
    trust = ValidationContext(trust_roots=[found.signer_cert], allow_fetching=False)
    with ThreadPoolExecutor(1) as apart:
        return apart.submit(validate_pdf_signature, found, trust).result()


class TestASealedPaper:
    def test_is_valid_for_whoever_trusts_the_company(self, plain: bytes) -> None:
        status = judged(sealed(plain).pdf)
        assert status.bottom_line
        assert status.coverage.name == "ENTIRE_FILE"
        assert status.docmdp_ok

    def test_has_the_paper_unchanged_before_the_seal(self, plain: bytes) -> None:
        assert sealed(plain).pdf.startswith(plain)

    def test_fails_when_any_byte_of_it_is_flipped(self, plain: bytes) -> None:
        done = sealed(plain)
        for place in (20, len(plain) // 2, len(plain) - 5, len(done.pdf) - 200):
            other = bytearray(done.pdf)
            other[place] ^= 0x01
            assert sealing.fault_of(bytes(other), certificate=done.certificate), place

    def test_fails_when_a_page_of_it_is_edited_by_an_increment(self, plain: bytes) -> None:
        done = sealed(plain)
        writer = IncrementalPdfFileWriter(io.BytesIO(done.pdf))
        writer.root["/Pages"]["/Kids"][0]["/Rotate"] = NumberObject(180)
        writer.mark_update(writer.root["/Pages"]["/Kids"].raw_get(0))
        edited = io.BytesIO()
        writer.write(edited)
        assert edited.getvalue().startswith(done.pdf)
        assert not judged(edited.getvalue()).bottom_line
        assert sealing.fault_of(edited.getvalue(), certificate=done.certificate) == "its seal does not hold"

    def test_is_not_what_was_sealed_even_with_a_harmless_increment(self, plain: bytes) -> None:
        done = sealed(plain)
        writer = IncrementalPdfFileWriter(io.BytesIO(done.pdf))
        writer.set_info(writer.add_object(writer.prev.trailer["/Info"]))
        edited = io.BytesIO()
        writer.write(edited)
        assert sealing.fault_of(edited.getvalue(), certificate=done.certificate) == "its seal does not hold"

    @pytest.mark.parametrize("cut", [1, 700, 3000])
    def test_fails_when_its_end_is_cut_off(self, plain: bytes, cut: int) -> None:
        done = sealed(plain)
        assert sealing.fault_of(done.pdf[:-cut], certificate=done.certificate)

    def test_fails_when_another_sealed_it(self, plain: bytes, tmp_path: Path, settings: Any) -> None:
        ours = sealed(plain)
        (tmp_path / "theirs").mkdir()
        settings.SEAL_PKCS12 = seal.certificate(tmp_path / "theirs")
        fault = sealing.fault_of(sealed(plain).pdf, certificate=ours.certificate)
        assert fault == "it is sealed with another certificate"

    def test_is_tagged_still_and_its_field_is_hidden_and_named(self, plain: bytes) -> None:
        with pikepdf.open(io.BytesIO(sealed(plain).pdf)) as document:
            (field,) = document.Root.AcroForm.Fields
            assert (str(field.TU), str(field.T)) == (f"Seal of {seal.COMPANY}", "Seal")
            assert field.F & 2  # hidden: nothing to see, and nothing that PDF/UA would have tagged
            assert document.pages[0].Tabs == "/S"
            assert document.Root.MarkInfo.Marked
            assert str(field.V.SubFilter) == "/ETSI.CAdES.detached"
            with document.open_metadata() as metadata:
                assert metadata["pdfuaid:part"] == "1"

    def test_may_come_from_a_certificate_and_a_key_in_pem(
        self, plain: bytes, certificate: str, tmp_path: Path, settings: Any
    ) -> None:
        key, leaf, _ = pkcs12.load_key_and_certificates(Path(certificate).read_bytes(), None)
        assert key is not None
        assert isinstance(leaf, x509.Certificate)
        pem, encryption = serialization.Encoding.PEM, serialization.BestAvailableEncryption(b"secret")
        (tmp_path / "seal.pem").write_bytes(leaf.public_bytes(pem))
        (tmp_path / "seal.key").write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, encryption))
        settings.SEAL_PKCS12 = ""
        settings.SEAL_CERTIFICATE, settings.SEAL_KEY = str(tmp_path / "seal.pem"), str(tmp_path / "seal.key")
        settings.SEAL_PASSWORD = "secret"
        assert judged(sealed(plain).pdf).bottom_line


class TestATimeStamp:
    def test_is_in_the_seal_where_the_service_answers(
        self, plain: bytes, settings: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        service = seal.time_stamper()
        monkeypatch.setattr(sealing, "_time_stamper", lambda url: service)
        done = sealed(plain)
        assert (done.level, done.note) == ("B-T", "")
        assert sealing.fault_of(done.pdf, certificate=done.certificate) == ""

    def test_that_cannot_be_had_delays_nothing_and_is_noted(self, plain: bytes, settings: Any) -> None:
        settings.SEAL_TIME_STAMP_URL = "http://127.0.0.1:9/"  # nobody listens there
        done = sealed(plain)
        assert (done.level, done.note) == ("B-B", sealing.NO_TIME_STAMP)
        assert judged(done.pdf).bottom_line

    @pytest.mark.parametrize("answer", [b"", b"not a time stamp", b"\x30\x03\x02\x01\x00"])
    def test_that_is_none_is_done_without(self, plain: bytes, settings: Any, answer: bytes) -> None:
        with a_service_that_answers(answer) as settings.SEAL_TIME_STAMP_URL:
            done = sealed(plain)
        assert (done.level, done.note) == ("B-B", sealing.NO_TIME_STAMP)
        assert judged(done.pdf).bottom_line

    def test_is_not_asked_for_again_at_once(
        self, plain: bytes, settings: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked: list[str] = []

        class Dead:
            async def async_dummy_response(self, digest: str) -> None:
                asked.append(digest)
                raise OSError

        monkeypatch.setattr(sealing, "_time_stamper", lambda url: Dead())
        assert [sealed(plain).note for _ in range(3)] == [sealing.NO_TIME_STAMP] * 3
        assert len(asked) == 1


@contextmanager
def a_service_that_answers(body: bytes) -> Iterator[str]:
    """The address of a service on this machine that answers every request with these bytes, as a time stamp."""

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        running = threading.Thread(target=server.serve_forever)
        running.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        running.join()


def at_once(work: Callable[[], None]) -> None:
    """Two threads that set out together."""
    gate = threading.Barrier(2)

    def run() -> None:
        gate.wait()
        work()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.fixture
def quick(plain: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "pdf_bytes", lambda paper: plain)


def request(number: int = 31) -> Paper:
    return actions.request_paper(
        kind="withdrawal_receipt",
        owner_key="h:E-10042",
        subject_key=f"f{number}:W-000031",
        offer_key="CPST-2003",
        snapshot=snapshot(),
        at=AT,
    )


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("quick")
class TestStoring:
    def test_keeps_the_sealed_bytes_and_what_stood_before_the_seal(self, plain: bytes) -> None:
        actions.render_paper(paper_id=request().pk, at=AT)
        kept = RenderedPaper.objects.get()
        assert kept.sha256 == hashlib.sha256(kept.pdf).hexdigest()
        assert kept.unsealed_sha256 == hashlib.sha256(plain).hexdigest()
        assert bytes(kept.pdf)[: kept.unsealed_size] == plain
        assert (kept.seal_level, kept.seal_note) == (RenderedPaper.B_B, "")
        assert list(ledger.faults()) == []

    def test_without_a_certificate_the_paper_is_as_it_was_and_says_nothing_of_a_seal(
        self, plain: bytes, settings: Any
    ) -> None:
        settings.SEAL_PKCS12 = ""
        kept = actions.render_paper(paper_id=request().pk, at=AT)
        assert (bytes(kept.pdf), kept.seal_level, kept.unsealed_size) == (plain, "", 0)

    def test_a_paper_made_before_there_was_a_certificate_stays_as_it_is(
        self, plain: bytes, settings: Any, certificate: str
    ) -> None:
        settings.SEAL_PKCS12 = ""
        paper = request()
        actions.render_paper(paper_id=paper.pk, at=AT)
        settings.SEAL_PKCS12 = certificate
        assert bytes(actions.render_paper(paper_id=paper.pk, at=AT).pdf) == plain
        assert list(ledger.faults()) == []

    def test_two_workers_seal_and_one_is_kept(self) -> None:
        paper, found = request(), set()

        def work() -> None:
            try:
                found.add(actions.render_paper(paper_id=paper.pk, at=AT).sha256)
            finally:
                connection.close()

        at_once(work)
        assert found == {RenderedPaper.objects.get().sha256}

    def test_threads_that_seal_for_the_first_time_do_not_disturb_each_other(self, plain: bytes) -> None:
        """Each round begins with a certificate that nobody has read yet; without the lock one may fail."""
        for _round in range(8):
            sealing._signer.cache_clear()
            done: list[str] = []
            at_once(lambda made=done: made.append(sealed(plain).level))
            assert done == ["B-B"] * 2

    @pytest.mark.parametrize("day", [timedelta(days=-1), timedelta(days=366)])
    def test_a_certificate_that_is_not_valid_seals_nothing_and_the_paper_waits(
        self, day: timedelta, tmp_path: Path, settings: Any, certificate: str
    ) -> None:
        paper = request()
        (tmp_path / "year").mkdir()
        settings.SEAL_PKCS12 = seal.certificate(tmp_path / "year", since=AT, until=AT + timedelta(days=365))
        with pytest.raises(rendering.PaperError, match="certificate"):
            actions.render_paper(paper_id=paper.pk, at=AT + day)
        assert not RenderedPaper.objects.exists()
        settings.SEAL_PKCS12 = certificate
        assert actions.render_paper(paper_id=paper.pk, at=AT + day).seal_level == RenderedPaper.B_B


@pytest.mark.django_db
@pytest.mark.usefixtures("quick")
class TestTheLedger:
    def stored(self, plain: bytes, **changes: Any) -> RenderedPaper:
        made = actions._sealed(request(), plain, AT)
        made.save(force_insert=True)
        connection.check_constraints()  # what is still to be checked would keep PostgreSQL from lifting a guard
        with unguarded(RenderedPaper):
            raw.change(made, **changes)
        return made

    def found(self) -> str:
        (fault,) = ledger.faults()
        return fault

    def test_finds_a_pdf_that_was_replaced_together_with_its_digests(self, plain: bytes) -> None:
        other = plain + b"\n"
        digest = hashlib.sha256(other).hexdigest()
        self.stored(plain, pdf=other, sha256=digest, size=len(other), unsealed_sha256=digest, unsealed_size=len(other))
        assert "it is not sealed" in self.found()

    def test_finds_a_digest_of_other_bytes_before_the_seal(self, plain: bytes) -> None:
        self.stored(plain, unsealed_sha256="0" * 64)
        assert "before the seal" in self.found()

    def test_finds_another_certificate(self, plain: bytes) -> None:
        self.stored(plain, seal_certificate="0" * 64)
        assert "another certificate" in self.found()

    @pytest.mark.parametrize(
        "changes", [{"seal_level": ""}, {"seal_certificate": ""}, {"unsealed_size": 0}, {"seal_level": "B-X"}]
    )
    def test_the_database_refuses_half_a_seal(self, plain: bytes, changes: dict[str, Any]) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            self.stored(plain, **changes)


class TestTheDeploymentCheck:
    def test_has_nothing_to_say_of_a_certificate_that_is_good(self) -> None:
        assert checks.seal() == []

    def test_warns_without_one(self, settings: Any) -> None:
        settings.SEAL_PKCS12 = ""
        assert [found.id for found in checks.seal()] == ["documents.W001"]

    @pytest.mark.parametrize(
        ("until", "said"),
        [(timedelta(days=29), "documents.W002"), (timedelta(seconds=-1), "documents.E001")],
        ids=["soon", "ended"],
    )
    def test_warns_before_one_ends_and_fails_after(
        self, until: timedelta, said: str, tmp_path: Path, settings: Any
    ) -> None:
        (tmp_path / "short").mkdir()
        settings.SEAL_PKCS12 = seal.certificate(tmp_path / "short", until=datetime.now(UTC) + until)
        assert [found.id for found in checks.seal()] == [said]

    @pytest.mark.parametrize("spoil", [Path.unlink, lambda path: path.write_bytes(b"no certificate")])
    def test_fails_on_one_that_cannot_be_read(
        self, spoil: Callable[[Path], Any], certificate: str, settings: Any
    ) -> None:
        spoil(Path(certificate))
        assert [found.id for found in checks.seal()] == ["documents.E001"]

"""One paper for one subject, one PDF for one paper, whoever asks and however often."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import DatabaseError, IntegrityError, connection, transaction

from exchange.documents import actions, codes, press, reads, rendering
from exchange.documents.models import Paper, RenderedPaper
from exchange.kernel import canonical
from tests.documents import samples

AT = datetime(2003, 7, 8, 17, 21, tzinfo=UTC)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> list[Paper]:
    """Stands in for WeasyPrint, which has tests of its own; the papers it was given."""
    made: list[Paper] = []

    def pdf_bytes(paper: Paper) -> bytes:
        made.append(paper)
        return f"%PDF {paper.sha256}".encode()

    monkeypatch.setattr(rendering, "pdf_bytes", pdf_bytes)
    return made


def request(subject: str = "form-1", **values: Any) -> Paper:
    return actions.request_paper(
        kind="election_receipt",
        owner_key="holder-1",
        subject_key=subject,
        offer_key="offer-1",
        snapshot={**samples.election_receipt(1), **values},
        at=AT,
    )


@pytest.mark.django_db
class TestAsking:
    def test_keeps_the_exact_text_it_is_made_from_with_its_digest(self) -> None:
        paper = request()
        verify = codes.verify_at(settings.SITE_URL, codes.code_of("election_receipt", "form-1"))
        assert paper.snapshot == canonical.dumps(samples.election_receipt(1) | {"verify": verify})
        assert paper.sha256 == canonical.digest(paper.snapshot)
        assert (paper.title, paper.template_version) == ("Receipt for Election Form E-000217", 3)

    def test_again_answers_the_first_paper_even_when_the_values_differ(self) -> None:
        first = request()
        again = request(holder_name="Somebody Else")
        assert again.pk == first.pk
        assert again.snapshot == first.snapshot
        assert Paper.objects.count() == 1

    def test_for_many_answers_them_in_the_order_asked(self) -> None:
        request("form-2")
        asked = [
            actions.PaperRequest("election_receipt", "h", f"form-{n}", "o", samples.election_receipt(1))
            for n in (3, 2, 1)
        ]
        assert [paper.subject_key for paper in actions.request_papers(asked, at=AT)] == ["form-3", "form-2", "form-1"]
        assert Paper.objects.count() == 3

    def test_for_an_unknown_kind_is_refused(self) -> None:
        with pytest.raises(KeyError):
            actions.request_paper(
                kind="diploma", owner_key="h", subject_key="s", offer_key="o", snapshot={"number": "1"}, at=AT
            )


@pytest.mark.django_db
class TestMaking:
    def test_twice_makes_one_pdf(self, quick: list[Paper]) -> None:
        paper = request()
        first = actions.render_paper(paper_id=paper.pk, at=AT)
        assert actions.render_paper(paper_id=paper.pk, at=AT + timedelta(days=1)).rendered_at == first.rendered_at
        assert len(quick) == 1

    def test_a_race_is_won_by_one_and_answered_alike_by_both(
        self, quick: list[Paper], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        paper = request()

        def slower(late: Paper) -> bytes:
            """Another worker stores its PDF while this one is still at work."""
            RenderedPaper.objects.create(paper_id=late.pk, pdf=b"theirs", sha256="x", size=6, rendered_at=AT)
            return b"ours"

        monkeypatch.setattr(rendering, "pdf_bytes", slower)
        assert bytes(actions.render_paper(paper_id=paper.pk, at=AT).pdf) == b"theirs"
        assert RenderedPaper.objects.count() == 1

    def test_what_waits_is_made_oldest_first_and_a_faulty_one_passed_by(
        self, quick: list[Paper], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        faulty, sound = request("form-1"), request("form-2")
        good = rendering.pdf_bytes

        def sometimes(paper: Paper) -> bytes:
            if paper.pk == faulty.pk:
                raise rendering.PaperError("no")
            return good(paper)

        monkeypatch.setattr(rendering, "pdf_bytes", sometimes)
        assert press.render_waiting(at=AT, limit=1) == 1
        assert list(reads.waiting()) == [faulty]
        assert reads.pdf_of(sound.pk) is not None

    def test_sweeps_side_by_side_do_not_make_the_same_paper(
        self, quick: list[Paper], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        request()
        monkeypatch.setattr(actions, "render_paper", lambda **given: None)  # the first sweep is still at work
        assert press.render_waiting(at=AT, limit=5) == 1
        monkeypatch.undo()
        assert press.render_waiting(at=AT, limit=5) == 0

    def test_only_the_offer_asked_for_is_made(self, quick: list[Paper]) -> None:
        request()
        assert press.render_waiting(at=AT, offer_key="another") == 0
        assert press.render_waiting(at=AT, offer_key="offer-1") == 1


@pytest.mark.django_db
class TestReading:
    def test_a_paper_is_found_by_its_subject_and_by_its_owner(self, quick: list[Paper]) -> None:
        paper = request()
        assert reads.paper_for("election_receipt", "form-1") == paper
        assert reads.paper_for("election_receipt", "form-2") is None
        assert list(reads.papers_of("holder-1")) == [paper]
        assert list(reads.papers_of("holder-2")) == []
        assert reads.pdf_of(paper.pk) is None
        made = actions.render_paper(paper_id=paper.pk, at=AT)
        assert reads.pdf_of(paper.pk) == made


@pytest.mark.django_db
class TestTheDatabase:
    @pytest.mark.parametrize("table", ["documents_paper", "documents_renderedpaper"])
    @pytest.mark.parametrize("statement", ["UPDATE {} SET sha256 = 'x'", "DELETE FROM {}"])
    def test_refuses_to_change_or_remove_a_paper(self, table: str, statement: str, quick: list[Paper]) -> None:
        actions.render_paper(paper_id=request().pk, at=AT)
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement.format(table))

    def test_refuses_a_second_paper_of_a_kind_for_one_subject(self) -> None:
        paper = request()
        paper.pk = None
        with pytest.raises(IntegrityError), transaction.atomic():
            Paper(
                **{field.name: getattr(paper, field.name) for field in Paper._meta.fields if field.name != "id"}
            ).save()


@pytest.mark.django_db(transaction=True)
class TestTransactions:
    def test_a_paper_asked_for_in_a_transaction_that_fails_is_not_owed(self) -> None:
        with transaction.atomic():
            request()
            transaction.set_rollback(True)
        assert Paper.objects.count() == 0

    def test_a_pdf_is_never_stored_inside_somebody_elses_transaction(self, quick: list[Paper]) -> None:
        paper = request()
        with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
            actions.render_paper(paper_id=paper.pk, at=AT)

    def test_two_threads_that_make_the_same_paper_store_one(self, quick: list[Paper]) -> None:
        paper = request()
        found: list[str] = []

        def work() -> None:
            try:
                found.append(actions.render_paper(paper_id=paper.pk, at=AT).sha256)
            finally:
                connection.close()

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(found) == 4
        assert len(set(found)) == 1
        assert RenderedPaper.objects.count() == 1

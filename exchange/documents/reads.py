"""Questions about papers. Whether someone may have one is for the room that knows whose key it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from exchange.documents.models import Paper, PaperFault, RenderedPaper


def paper_for(kind: str, subject_key: str) -> Paper | None:
    """The paper of that kind for that subject, rendered or not; None where none was asked for."""
    return Paper.objects.filter(kind=kind, subject_key=subject_key).select_related("rendered").first()


def papers_for(kind: str, subject_keys: Sequence[str]) -> dict[str, Paper]:
    """The papers of that kind by their subjects, without the PDFs' bytes; one query."""
    papers = Paper.objects.filter(kind=kind, subject_key__in=subject_keys).select_related("rendered")
    return {paper.subject_key: paper for paper in papers.defer("snapshot", "rendered__pdf")}


def papers_of(owner_key: str) -> QuerySet[Paper]:
    """Every paper of one owner, oldest first; the PDFs' bytes stay in the database."""
    return Paper.objects.filter(owner_key=owner_key).select_related("rendered").defer("snapshot", "rendered__pdf")


def pdf_of(paper_id: UUID) -> RenderedPaper | None:
    """The PDF with its digest; None while it is not rendered."""
    return RenderedPaper.objects.filter(paper_id=paper_id).select_related("paper").first()


def pdf_with_digest(sha256: str) -> RenderedPaper | None:
    """The PDF with these very bytes, its bytes left in the database; None where it is not one of ours."""
    return RenderedPaper.objects.filter(sha256=sha256).defer("pdf").first()


def paper_with_code(code: str) -> Paper | None:
    """The paper that bears a code (`codes.read`), with its PDF's digest where it is made; None where none does."""
    found = Paper.objects.filter(code=code) if code else Paper.objects.none()
    return found.select_related("rendered").defer("rendered__pdf").first()


@dataclass(frozen=True)
class Progress:
    """How far the papers of one kind of one offer are; `failed` are among those still to make."""

    kind: str
    made: int
    to_make: int
    failed: int


def progress_of(offer_key: str) -> list[Progress]:
    """Made, to make and failed for each kind that an offer has papers of; one query."""
    rows = (
        Paper.objects.filter(offer_key=offer_key)
        .order_by("kind")
        .values("kind")
        .annotate(made=Count("rendered"), all=Count("pk"), failed=Count("fault"))
    )
    return [Progress(row["kind"], row["made"], row["all"] - row["made"], row["failed"]) for row in rows]


def made_since(offer_key: str, at: datetime) -> int:
    """How many PDFs of an offer were made at that instant or later."""
    return RenderedPaper.objects.filter(paper__offer_key=offer_key, rendered_at__gte=at).count()


def faults_of(offer_key: str) -> QuerySet[PaperFault]:
    """The papers of an offer that could not be made so far, the longest waiting first."""
    found = PaperFault.objects.filter(paper__offer_key=offer_key, paper__rendered__isnull=True)
    return found.select_related("paper").defer("paper__snapshot").order_by("paper__requested_at", "pk")


def waiting_now(at: datetime) -> QuerySet[Paper]:
    """Papers without a PDF, oldest first, but for those that failed and are to be tried again later."""
    return waiting().filter(Q(fault__isnull=True) | Q(fault__next_at__lte=at))


def waiting(offer_key: str | None = None) -> QuerySet[Paper]:
    """Papers without a PDF, oldest first."""
    papers = Paper.objects.filter(rendered__isnull=True)
    return papers if offer_key is None else papers.filter(offer_key=offer_key)

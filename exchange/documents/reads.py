"""Questions about papers. Whether someone may have one is for the room that knows whose key it is."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import QuerySet

from exchange.documents.models import Paper, RenderedPaper


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


def waiting(offer_key: str | None = None) -> QuerySet[Paper]:
    """Papers without a PDF, oldest first."""
    papers = Paper.objects.filter(rendered__isnull=True)
    return papers if offer_key is None else papers.filter(offer_key=offer_key)

"""Copies that show what an amendment changed, as PDF: made from the HTML copy, and kept like any paper.

A copy that counsel uploads as a PDF is served as it is, and has none of these.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from exchange.documents.actions import PaperRequest, request_papers
from exchange.documents.models import Paper
from exchange.documents.reads import papers_for
from exchange.offers import marking
from exchange.offers.letters import offer_paper
from exchange.offers.library import MARKED_COPY
from exchange.offers.models import OfferDocument, OfferVersion
from exchange.offers.reads import Loaded

KIND = "marked_copy"


def offer_owner(code: str) -> str:
    """Whose a paper is that is nobody's in particular."""
    return f"offer:{code}"


def number_of(document: OfferDocument) -> str:
    """What the paper is called by; the same in every language, as its key has it."""
    return f"{document.title[:60].strip()} v{document.version.number}"


def subject_key(document: OfferDocument) -> str:
    return f"document:{document.pk}:{number_of(document)}"


def request_marked(loaded: Loaded, version: OfferVersion, *, at: datetime) -> list[UUID]:
    """Owe the PDF of every copy of a version that shows the changes in HTML; the keys of these papers.

    In the caller's transaction; the PDFs are made after it, by the worker.
    """
    copies = version.documents.filter(kind=MARKED_COPY, content_type="text/html")
    requests = [
        PaperRequest(
            kind=KIND,
            owner_key=offer_owner(loaded.offer.code),
            subject_key=subject_key(copy),
            offer_key=loaded.offer.code,
            snapshot={
                **offer_paper(loaded, number=number_of(copy), issued_at=at),
                "document_title": copy.title,
                "previous_version": version.number - 1,
                "body": marking.paper_body(bytes(copy.body)),
            },
            is_replay=loaded.offer.is_replay,
        )
        for copy in copies
    ]
    return [paper.pk for paper in request_papers(requests, at=at)]


def papers_of(documents: Sequence[OfferDocument]) -> dict[UUID, Paper]:
    """The PDF of each of these documents that has one; one query."""
    keys = {subject_key(document): document.pk for document in documents if document.kind == MARKED_COPY}
    return {keys[key]: paper for key, paper in papers_for(KIND, list(keys)).items()} if keys else {}

"""Asking for papers and making them. Every write of this room."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import translation

from exchange.documents import codes, reads, rendering, sealing
from exchange.documents.catalogue import KINDS
from exchange.documents.models import Paper, Picture, RenderedPaper
from exchange.kernel import canonical
from exchange.kernel.queue import nudge

RENDER_TASK = "exchange.documents.tasks.render_paper"
PRESS_TASK = "exchange.documents.tasks.press"

PAPERS = UUID("5f0c8e0a-6f5f-4c40-9a3e-2f1a8f0f7c11")  # what the keys of papers are made under; ours alone


@dataclass(frozen=True)
class PaperRequest:
    """One paper to be asked for; `snapshot` is one of `documents.snapshots`."""

    kind: str
    owner_key: str
    subject_key: str
    offer_key: str
    snapshot: Mapping[str, object]
    is_replay: bool = False


def request_paper(
    *,
    kind: str,
    owner_key: str,
    subject_key: str,
    offer_key: str,
    snapshot: Mapping[str, object],
    at: datetime,
    is_replay: bool = False,
) -> Paper:
    """Owe one paper, in the caller's transaction; its PDF follows the commit.

    Asked again for the same kind and subject, answers the first paper: what was issued first stands.
    """
    request = PaperRequest(kind, owner_key, subject_key, offer_key, snapshot, is_replay)
    paper = paper_of(request, at)
    Paper.objects.bulk_create([paper], ignore_conflicts=True)
    nudge(RENDER_TASK, str(paper.pk))
    return Paper.objects.get(pk=paper.pk)


def request_papers(requests: Iterable[PaperRequest], *, at: datetime) -> list[Paper]:
    """Owe many papers at once, in the caller's transaction, in a statement or a few; in the order asked.

    One that is owed already stands as it was first issued, under the same key: a paper's key follows from its kind
    and its subject, so that nothing need be read. The presses make them (`documents.press`).
    """
    requests = list(requests)
    papers = [paper_of(request, at) for request in requests]
    Paper.objects.bulk_create(papers, ignore_conflicts=True, batch_size=500)
    if papers:
        nudge(PRESS_TASK)
    return papers


def _logo_of(request: PaperRequest) -> str:
    """The logo's SVG as the asking room gives it; the paper keeps its digest, and the drawing is kept once.

    Values taken over from another paper have the digest already.
    """
    company: Any = request.snapshot.get("company") or {}
    logo = str(company.get("logo") or "")
    return logo if logo.startswith("<") else ""


def keep_picture(svg: str) -> None:
    """Keep a drawing that papers will show, once; called where it comes in. A paper whose drawing is missing waits."""
    if svg:
        Picture.objects.bulk_create([Picture(sha256=canonical.digest(svg), svg=svg)], ignore_conflicts=True)


def specimen_pdf(*, kind: str, snapshot: Mapping[str, object], at: datetime) -> bytes:
    """The PDF of a paper to look at, marked as a specimen: not kept, not sealed, with no code to check it by.

    Raises `rendering.PaperError` where it cannot be made.
    """
    request = PaperRequest(kind, "", "specimen", "", {**snapshot, "is_specimen": True})
    return rendering.pdf_bytes(paper_of(request, at, is_to_be_checked=False))


def paper_of(request: PaperRequest, at: datetime, *, is_to_be_checked: bool = True) -> Paper:
    """The row of a request, not yet saved; its template and title are the catalogue's of today."""
    kind = KINDS[request.kind]
    code = codes.code_of(request.kind, request.subject_key)
    values: dict[str, Any] = {**request.snapshot}
    if is_to_be_checked:
        values["verify"] = codes.verify_at(settings.SITE_URL, code)
    if logo := _logo_of(request):
        values["company"] = {**values["company"], "logo": canonical.digest(logo)}
    snapshot = canonical.dumps(values)
    return Paper(
        id=uuid5(PAPERS, f"{request.kind}:{request.subject_key}"),
        kind=request.kind,
        owner_key=request.owner_key,
        subject_key=request.subject_key,
        code=code,
        offer_key=request.offer_key,
        title=f"{kind.title} {request.snapshot['number']}",
        template=kind.template,
        template_version=kind.version,
        language=translation.get_language() or settings.LANGUAGE_CODE,
        snapshot=snapshot,
        sha256=canonical.digest(snapshot),
        requested_at=at,
        is_replay=request.is_replay,
    )


def render_paper(*, paper_id: UUID, at: datetime) -> RenderedPaper:
    """Make the PDF of a paper, seal it and keep it; one that is there already is answered as it is.

    The PDF is made outside any transaction. Two at once both make it, one keeps it: the primary key decides, and
    both answer what was kept. Raises `rendering.PaperError` where it cannot be made, or not be sealed.
    """
    done = reads.pdf_of(paper_id)
    if done is not None:
        return done
    paper = Paper.objects.get(pk=paper_id)
    rendered = _sealed(paper, rendering.pdf_bytes(paper), at)
    try:
        with transaction.atomic(durable=True):
            rendered.save(force_insert=True)
    except IntegrityError:
        return RenderedPaper.objects.get(pk=paper_id)
    return rendered


def _sealed(paper: Paper, pdf: bytes, at: datetime) -> RenderedPaper:
    """The row of a PDF, not yet saved, under the company's seal where it has one."""
    rendered = RenderedPaper(paper=paper, pdf=pdf, rendered_at=at)
    try:
        sealed = sealing.seal(pdf, company=paper.values()["company"]["name"], at=at)
    except sealing.SealError as fault:
        raise rendering.PaperError(f"{paper.kind} {paper.pk}: {fault}") from fault
    if sealed is not None:
        rendered.unsealed_sha256, rendered.unsealed_size = hashlib.sha256(pdf).hexdigest(), len(pdf)
        rendered.seal_level, rendered.seal_certificate = sealed.level, sealed.certificate
        rendered.seal_note, rendered.pdf = sealed.note, sealed.pdf
    rendered.sha256, rendered.size = hashlib.sha256(rendered.pdf).hexdigest(), len(rendered.pdf)
    return rendered

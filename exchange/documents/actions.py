"""Asking for papers and making them. Every write of this room."""

import hashlib
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from django.conf import settings
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.utils import translation

from exchange.documents import reads, rendering, sealing
from exchange.documents.catalogue import KINDS
from exchange.documents.models import Paper, RenderedPaper
from exchange.kernel import canonical
from exchange.kernel.queue import nudge

log = logging.getLogger(__name__)

RENDER_TASK = "exchange.documents.tasks.render_paper"
SWEEP_TASK = "exchange.notices.tasks.sweep"

PAPERS = UUID("5f0c8e0a-6f5f-4c40-9a3e-2f1a8f0f7c11")  # what the keys of papers are made under; ours alone

# How long one sweep leaves a paper to another that took it, and a paper that cannot be made alone.
CLAIM_SECONDS = 120


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
    paper = request_papers([request], at=at)[0]
    nudge(RENDER_TASK, str(paper.pk))
    return Paper.objects.get(pk=paper.pk)


def request_papers(requests: Iterable[PaperRequest], *, at: datetime) -> list[Paper]:
    """Owe many papers at once, in the caller's transaction, in a statement or a few; in the order asked.

    One that is owed already stands as it was first issued, under the same key: a paper's key follows from its kind
    and its subject, so that nothing need be read. The sweep renders them (it is nudged by whoever queues their
    letters); `request_paper` nudges for one.
    """
    papers = [paper_of(request, at) for request in requests]
    Paper.objects.bulk_create(papers, ignore_conflicts=True, batch_size=500)
    return papers


def paper_of(request: PaperRequest, at: datetime) -> Paper:
    """The row of a request, not yet saved; its template and title are the catalogue's of today."""
    kind = KINDS[request.kind]
    snapshot = canonical.dumps(request.snapshot)
    return Paper(
        id=uuid5(PAPERS, f"{request.kind}:{request.subject_key}"),
        kind=request.kind,
        owner_key=request.owner_key,
        subject_key=request.subject_key,
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


def render_waiting(*, at: datetime, limit: int | None = None, offer_key: str | None = None) -> int:
    """Make the PDFs that are owed, oldest first, at most `limit`; how many were made.

    A paper that cannot be made is logged and passed by. With a limit (a sweep) each is taken through the cache
    first, so that sweeps side by side share the work and a faulty paper does not hold up the others for ever.
    """
    made = 0
    for paper_id in list(reads.waiting(offer_key).values_list("pk", flat=True)):
        if limit is not None:
            if made >= limit:
                break
            if not cache.add(f"documents:rendering:{paper_id}", 1, CLAIM_SECONDS):
                continue
        try:
            render_paper(paper_id=paper_id, at=at)
        except rendering.PaperError:
            log.exception("paper %s could not be made", paper_id)
        else:
            made += 1
    return made

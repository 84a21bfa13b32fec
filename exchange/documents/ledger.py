"""Checking papers against their digests."""

import hashlib
from collections.abc import Iterator

from exchange.documents import codes, sealing
from exchange.documents.models import Paper, Picture, RenderedPaper
from exchange.kernel import canonical


def faults() -> Iterator[str]:
    """Every paper whose values or PDF are not those of its digest, or whose columns are not those of its values."""
    for paper in Paper.objects.order_by("pk").iterator(chunk_size=500):
        if canonical.digest(paper.snapshot) != paper.sha256:
            yield f"paper {paper} ({paper.subject_key}): its values do not match their digest"
            continue
        values = paper.values()
        number = values["number"]
        is_same = (
            paper.owner_key.endswith(
                f":{values['employee_number'] or values['offer']['code']}"
            )  # or nobody's: the offer's
            and paper.subject_key.endswith(f":{number}")
            and paper.title.endswith(f" {number}")
            and paper.offer_key == values["offer"]["code"]
            and codes.grouped(paper.code) == values.get("verify", {}).get("code", codes.grouped(""))
        )
        if not is_same:
            yield f"paper {paper} ({paper.subject_key}): its owner, subject, offer, title or code is another"
    for picture in Picture.objects.order_by("pk"):
        if canonical.digest(picture.svg) != picture.sha256:
            yield f"picture {picture}: it does not match its digest"
    for rendered in RenderedPaper.objects.select_related("paper").order_by("pk").iterator(chunk_size=50):
        fault = _fault_of(rendered)
        if fault:
            yield f"paper {rendered.paper} ({rendered.paper.subject_key}): {fault}"


def _fault_of(rendered: RenderedPaper) -> str:
    """Why a PDF is not the one that was made and sealed; "" where it is.

    A seal is made with a key that the database does not hold: it finds a PDF that was replaced with its digests.
    """
    pdf = bytes(rendered.pdf)
    if hashlib.sha256(pdf).hexdigest() != rendered.sha256 or len(pdf) != rendered.size:
        return "its PDF does not match its digest"
    if not rendered.seal_level:
        return ""
    if hashlib.sha256(pdf[: rendered.unsealed_size]).hexdigest() != rendered.unsealed_sha256:
        return "its PDF before the seal does not match its digest"
    return sealing.fault_of(pdf, certificate=rendered.seal_certificate)

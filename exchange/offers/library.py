"""The documents of every version of an offer, with what one wants to know before opening one: kind, size, pages."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache
from django.db.models.functions import Length

from exchange.offers.models import Offer, OfferDocument

# A document of this kind shows what an amendment changed, against the version before it.
MARKED_COPY = "marked_copy"
_PAGE = re.compile(rb"/Type\s*/Page(?![A-Za-z])")
_COUNT = re.compile(rb"/Count\s+(\d+)")


@dataclass(frozen=True, slots=True)
class Volume:
    """One version's documents, in their order. `made_at` is when the version was made."""

    number: int
    made_at: datetime
    documents: Sequence[OfferDocument]


def volumes(offer: Offer) -> list[Volume]:
    """Every version that has documents, newest first. Each document has its `size` in bytes; no body is read."""
    found = OfferDocument.objects.filter(version__offer=offer).select_related("version")
    rows = found.defer("body", "version__terms").annotate(size=Length("body")).order_by("-version__number", "position")
    grouped: dict[int, list[OfferDocument]] = defaultdict(list)
    for row in rows:
        grouped[row.version.number].append(row)
    return [Volume(number, rows[0].version.created_at, rows) for number, rows in grouped.items()]


def pages_of(documents: Sequence[OfferDocument]) -> dict[str, int]:
    """How many pages each PDF has, by its digest, where that is cheap to tell; read once: a document never changes."""
    digests = [document.sha256 for document in documents if document.content_type == "application/pdf"]
    keys = {f"document-pages:{digest}": digest for digest in digests}
    known: dict[str, int] = {keys[key]: count for key, count in cache.get_many(keys).items()}
    unread = [digest for digest in digests if digest not in known]
    if unread:
        for digest, body in OfferDocument.objects.filter(sha256__in=unread).values_list("sha256", "body"):
            known[digest] = count_pages(bytes(body))
        cache.set_many({f"document-pages:{digest}": known[digest] for digest in unread}, timeout=None)
    return {digest: count for digest, count in known.items() if count}


def count_pages(body: bytes) -> int:
    """The pages of a PDF whose page objects can be counted as they lie there; 0 where that cannot be told for sure."""
    pages = len(_PAGE.findall(body))
    counts = [int(number) for number in _COUNT.findall(body)]
    return pages if pages and counts and pages == max(counts) else 0

"""Imported by a worker (`--include`): it makes so many papers (`HELD_AFTER`), then waits in the middle of the next."""

import os
import time
from collections.abc import Callable

from exchange.documents import rendering
from exchange.documents.models import Paper, RenderedPaper

HELD_AFTER = int(os.environ["HELD_AFTER"])


def held(make: Callable[[Paper], bytes]) -> Callable[[Paper], bytes]:
    def waiting(paper: Paper) -> bytes:
        while RenderedPaper.objects.count() >= HELD_AFTER:
            time.sleep(0.1)
        return make(paper)

    return waiting


rendering.pdf_bytes = held(rendering.pdf_bytes)

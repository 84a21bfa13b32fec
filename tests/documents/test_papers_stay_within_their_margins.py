"""No word of any paper stands beyond the margins, whatever a name is made of."""

import inspect
import re
import subprocess
from typing import Any

import pytest

from exchange.documents.catalogue import KINDS
from tests.documents import samples
from tests.documents.test_papers_are_exact_and_accessible import pdf

UNBROKEN = "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewissenhaftschaferswessenschafewaren Sr."
MARGIN = 23 / 25.4 * 72  # points
WIDTH = 8.5 * 72
WORD = re.compile(r'<word xMin="([\d.]+)" yMin="[\d.]+" xMax="([\d.]+)" yMax="[\d.]+">(.*?)</word>')


def beyond(content: bytes) -> list[str]:
    done = subprocess.run(["pdftotext", "-bbox", "-", "-"], input=content, capture_output=True, check=True)
    words = WORD.findall(done.stdout.decode())
    assert len(words) > 50
    return [word for left, right, word in words if float(left) < MARGIN - 0.5 or float(right) > WIDTH - MARGIN + 0.5]


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_no_word_stands_beyond_the_margins(kind: str) -> None:
    sample: Any = getattr(samples, kind)
    named = {"name": UNBROKEN} if "name" in inspect.signature(sample).parameters else {}
    assert beyond(pdf(kind, sample(**named))) == []

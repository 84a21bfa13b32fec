"""No word of any paper stands beyond the margins, whatever a name is made of."""

import inspect
import re
import subprocess
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from exchange.documents.catalogue import KINDS
from tests.documents import samples
from tests.documents.test_papers_are_exact_and_accessible import pdf, text

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


GRANT, PRICE, SHARES = "CPST-2003-0042", "$1,234.5678", "10,000,000"
LARGEST: dict[str, Any] = {
    **dict.fromkeys(("grant_number", "old_grant_number"), GRANT),
    **dict.fromkeys(("grant_date", "expires_on", "on"), date(2000, 9, 27)),
    "exercise_price": Decimal("1234.5678"),
    **dict.fromkeys(("shares", "promised", "cancelled", "granted", "exercised", "whole"), 10_000_000),
}


def largest(value: Any) -> Any:
    """A snapshot with the largest values that an option may realistically have, its totals to match."""
    if isinstance(value, list):
        return [largest(one) for one in value]
    if not isinstance(value, dict):
        return value
    found = {key: LARGEST[key] if key in LARGEST and one else largest(one) for key, one in value.items()}
    return {key: 30_000_000 if key.startswith("total") and one else one for key, one in found.items()}


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"marked_copy"}))
def test_the_largest_figures_stand_in_their_columns_unbroken(kind: str) -> None:
    sample: Any = getattr(samples, kind)
    content = pdf(kind, largest(sample()))
    assert beyond(content) == []
    said = text(content, "-raw")
    together = re.sub(r"\s", "", said)
    for figure in (GRANT, PRICE, SHARES, "30,000,000", "27 September 2000"):
        assert said.count(figure) == together.count(figure.replace(" ", ""))
    assert PRICE in said or kind == "adjustment_statement"


def test_no_heading_of_a_column_is_parted_within_a_word() -> None:
    """A screen reader says a word that is parted by a hyphen as two."""
    said = text(pdf("option_statement", samples.option_statement()), "-raw")
    assert "Exercised Outstanding Expires on" in said
    assert "Out-\n" not in said

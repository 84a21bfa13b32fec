"""Each row of a table says what it is about in a header cell, so that a screen reader names it with every figure.

Totals and contacts too. A remark has that of the row above it; only what is said of a split pair is of several rows.
"""

import re
from inspect import signature
from itertools import pairwise
from typing import Any

import pytest

from exchange.documents import rendering
from exchange.documents.catalogue import KINDS
from tests.documents import samples
from tests.documents.test_papers_are_exact_and_accessible import paper


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"marked_copy"}))
def test_every_row_of_every_table_has_a_header(kind: str) -> None:
    rows = rows_of(kind)
    assert rows
    assert [row for row in rows if "<th " not in row and 'class="remark"' not in row] == []


@pytest.mark.parametrize("kind", ["election_receipt", "option_statement", "final_statement"])
def test_the_header_of_a_row_is_that_of_the_remark_below_it_too(kind: str) -> None:
    rows = rows_of(kind)
    above = [before for before, row in pairwise(rows) if 'class="remark"' in row]
    assert above
    assert [row for row in above if 'rowspan="2"' not in row] == []
    assert sum('rowspan="2"' in row for row in rows) == len(above)


def rows_of(kind: str) -> list[str]:
    sample: Any = getattr(samples, kind)
    html = rendering.html_of(paper(kind, sample(4) if "count" in signature(sample).parameters else sample()))
    return re.findall(r"<tr[^>]*>.*?</tr>", html, flags=re.S)

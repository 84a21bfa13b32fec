"""Each row of a table says what it is about in a header cell, so that a screen reader names it with every figure.

Totals and contacts too. Only a remark, which belongs to the row above it, has none.
"""

import re
from typing import Any

import pytest

from exchange.documents import rendering
from exchange.documents.catalogue import KINDS
from tests.documents import samples
from tests.documents.test_papers_are_exact_and_accessible import paper


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"marked_copy"}))
def test_every_row_of_every_table_has_a_header(kind: str) -> None:
    sample: Any = getattr(samples, kind)
    html = rendering.html_of(paper(kind, sample()))
    rows = re.findall(r"<tr[^>]*>.*?</tr>", html, flags=re.S)
    assert rows
    assert [row for row in rows if "<th " not in row and 'class="remark"' not in row] == []

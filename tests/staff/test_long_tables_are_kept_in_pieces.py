"""What the worker found is kept with its long tables in pieces, and reads the same again."""

import json

import pytest
from django.utils.translation import gettext_lazy
from hypothesis import given
from hypothesis import strategies as st

from exchange.staff.attempt import Preview
from exchange.staff.parts import Cell, Head, Table
from exchange.staff.pieces import PER_PIECE, RowsInPieces, in_pieces, rows_of
from exchange.staff.told import Told


@given(st.lists(st.lists(st.text(max_size=3), max_size=2), max_size=3 * PER_PIECE))
def test_rows_kept_in_pieces_read_the_same_again(rows: list[list[str]]) -> None:
    kept = rows_of(in_pieces(rows))

    assert list(kept) == rows
    assert kept[1 : len(rows) : 7] == rows[1 : len(rows) : 7]
    assert [kept[-n] for n in range(1, len(rows) + 1)] == rows[::-1]
    with pytest.raises(IndexError):
        kept[len(rows)]


def test_whoever_looks_at_a_page_of_many_rows_reads_that_page_only() -> None:
    kept = RowsInPieces(**in_pieces(list(range(26_000))))

    assert kept[200:300] == list(range(200, 300))

    assert list(kept.read) == [2]


def test_a_page_as_the_worker_worded_it_reads_the_same_again() -> None:
    rows = [
        [
            Cell(f"Ana {n}", url=f"/{n}/", more="a note", mark="lost"),
            Cell(gettext_lazy("Name")),
            Cell("1", is_number=True),
        ]
        for n in range(PER_PIECE + 1)
    ]
    total = [Cell("All"), Cell(""), Cell("101", is_number=True)]
    shown = Table("Tenders", [Head("Holder"), Head("Name"), Head("Shares", is_number=True)], rows, total=total)
    told = Told(preview=Preview(tables=[shown]), digest="d", remarks=["Look at this."])

    again = Told.from_text(told.as_text())

    assert again.preview is not None
    [table] = again.preview.tables
    assert [list(row) for row in table.rows] == rows
    assert (table.caption, table.heads, table.total) == (shown.caption, shown.heads, total)
    assert (again.digest, again.remarks) == ("d", ["Look at this."])


@pytest.mark.parametrize("rows", [0, 1, PER_PIECE, 2 * PER_PIECE + 3])
def test_what_a_proposer_was_shown_reads_the_same_again(rows: int) -> None:
    shown = Preview(tables=[Table("Tenders", [Head("Holder")], [[Cell(f"Ana {n}")] for n in range(rows)])])

    again = Preview.from_text(shown.text)

    assert [list(row) for row in again.tables[0].rows] == shown.tables[0].rows
    assert (again.text, again.digest) == (shown.text, shown.digest)


def test_a_preview_that_an_earlier_release_kept_is_still_read() -> None:
    table = {"caption": "Tenders", "heads": [["Holder", False]], "rows": [[["Ana", "", False]]], "total": []}
    kept = Preview.from_text(json.dumps({"facts": [], "tables": [table], "finality": []}))

    assert [list(row) for row in kept.tables[0].rows] == [[Cell("Ana")]]

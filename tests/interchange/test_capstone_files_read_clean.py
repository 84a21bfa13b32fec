"""The example files of the contract read without a problem, every row of them, to the values they show."""

import csv
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from exchange.interchange.schemas import FORM_LINES, FORMS, check_lines
from exchange.interchange.tables import read_table
from exchange.interchange.terms import load_terms
from tests.support.tables import CAPSTONE, EXAMPLES


@pytest.mark.parametrize("kind", EXAMPLES)
def test_every_row_is_read_and_says_what_the_file_says(kind: str) -> None:
    table = read_table(CAPSTONE / f"{kind}.csv", EXAMPLES[kind].schema)
    assert table.problems == []
    with (CAPSTONE / f"{kind}.csv").open(encoding="utf-8", newline="") as file:
        written = list(csv.DictReader(file))
    assert len(table.rows) == len(written)
    for row, cells in zip(table.rows, written, strict=True):
        for name, cell in cells.items():
            assert _same(getattr(row, name), cell), (kind, row.row, name)


def _same(value: Any, cell: str) -> bool:
    if value is None:
        return cell == ""
    if isinstance(value, bool):
        return cell == ("yes" if value else "no")
    if isinstance(value, datetime):
        return value == datetime.fromisoformat(cell)
    if isinstance(value, Decimal):
        return value == Decimal(cell)
    return str(value) == cell


def test_the_lines_belong_to_the_forms() -> None:
    forms = read_table(CAPSTONE / "forms.csv", FORMS)
    lines = read_table(CAPSTONE / "form_lines.csv", FORM_LINES)
    assert check_lines(forms, lines) == []


def test_the_terms_are_those_of_the_filing() -> None:
    offer, problems = load_terms(CAPSTONE / "offer.toml")
    assert problems == []
    assert offer is not None
    terms = offer.terms
    assert offer.code == "CPST-2003"
    assert terms.offer.commences_at == datetime(2003, 6, 25, 13, tzinfo=UTC)
    assert terms.offer.expires_at == datetime(2003, 7, 25, tzinfo=UTC)
    assert terms.eligibility.minimum_exercise_price == Decimal("2.00")
    assert (terms.new_award.wait.months, terms.new_award.wait.days) == (6, 1)
    assert Fraction(terms.new_award.vesting.at_grant) == Fraction(1, 8)
    assert offer.channels == ("portal", "fax", "hand")

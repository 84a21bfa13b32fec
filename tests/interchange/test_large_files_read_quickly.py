"""A hundred thousand rows are read in seconds, every one of them, with the count told on the way."""

import time
from pathlib import Path

from exchange.interchange.schemas import GRANTS
from exchange.interchange.tables import read_table
from tests.support.tables import GRANT, csv_text

ROWS = 100_000
# Seconds of processor time. It takes three or so, on a crowded machine several times that; by the square, hours.
ENOUGH = 60.0


def lines(count: int, template: dict[str, str] = GRANT) -> str:
    header, line = csv_text([{**template, "grant_number": "GRANT"}]).splitlines()
    return "\n".join([header, *(line.replace("GRANT", f"{number:08}") for number in range(count))])


def test_a_hundred_thousand_grants(tmp_path: Path) -> None:
    path = tmp_path / "grants.csv"
    path.write_text(lines(ROWS))
    told: list[int] = []
    before = time.process_time()
    table = read_table(path, GRANTS, progress=told.append)
    assert time.process_time() - before < ENOUGH
    assert table.problems == []
    assert len(table.rows) == ROWS
    assert (table.rows[-1].grant_number, table.rows[-1].row) == ("00099999", ROWS + 1)
    assert told == sorted(told)
    assert (len(told), told[-1]) == (101, ROWS)


def test_a_hundred_thousand_mistakes_are_all_reported(tmp_path: Path) -> None:
    path = tmp_path / "grants.csv"
    path.write_text(lines(ROWS, {**GRANT, "shares_granted": "NaN"}))
    before = time.process_time()
    table = read_table(path, GRANTS)
    assert time.process_time() - before < ENOUGH
    assert table.rows == []
    assert [problem.row for problem in table.problems] == list(range(2, ROWS + 2))

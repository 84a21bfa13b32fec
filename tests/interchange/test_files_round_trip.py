"""Whatever is written is read exactly, in CSV and in XLSX alike; and no bytes at all make a reader crash."""

import csv
import io
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from exchange.interchange.schemas import ROLES
from exchange.interchange.tables import read_table
from exchange.interchange.terms import load_terms
from tests.support.tables import CAPSTONE, EXAMPLES, SHEET, csv_text, rebuilt, write_xlsx

# What a spreadsheet can hold in a cell: XML takes no control characters, and reads every line ending as one.
letters = st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp", "Cf"), exclude_characters="\ufffe\uffff")
some_text = st.text(letters, max_size=60)
names = st.text(letters, min_size=1, max_size=60).filter(str.strip)
addresses = st.lists(some_text, max_size=4).map("\n".join).filter(lambda text: not text or text.strip())
codes = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9 /._-]{0,30}[A-Za-z0-9]", fullmatch=True)
days = st.dates(date(1900, 3, 1), date(2200, 12, 31))
zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
instants = st.datetimes(datetime.fromisoformat("1901-01-01"), datetime.fromisoformat("2199-12-31"), timezones=zones)
prices = st.decimals("0.0001", "99999999.9999", places=4)
shares = st.integers(0, 10**10 - 1)


@st.composite
def people(draw: st.DrawFn) -> dict[str, Any]:
    first, second = sorted([draw(days), draw(days)])
    return {
        "legal_name": draw(names),
        "name_on_agreement": draw(names),
        "email": draw(st.just("") | st.emails().filter(str.isprintable)),
        "residence_country": draw(st.from_regex(r"[A-Z]{2}", fullmatch=True)),
        "residence_state": draw(st.just("") | names),
        "role": draw(st.sampled_from(ROLES)),
        "hired_on": first,
        "terminated_on": draw(st.sampled_from([None, second])),
        "department": draw(st.just("") | names),
    }


@st.composite
def grants(draw: st.DrawFn) -> dict[str, Any]:
    granted = draw(st.integers(1, 10**10 - 1))
    exercised = draw(st.integers(0, granted))
    first = draw(days.filter(lambda day: day.year < 2200))
    vested = draw(st.booleans())
    return {
        "employee_number": draw(codes),
        "plan": draw(codes),
        "option_type": draw(st.sampled_from(["ISO", "NSO"])),
        "grant_date": first,
        "exercise_price": draw(prices),
        "shares_granted": granted,
        "shares_exercised": exercised,
        "shares_cancelled": draw(st.integers(0, granted - exercised)),
        "expires_on": first + timedelta(days=draw(st.integers(1, 300))),
        "split_pair": draw(st.just("") | codes),
        "vested_shares": draw(st.integers(0, granted)) if vested else None,
        "vested_as_of": draw(days) if vested else None,
    }


@st.composite
def forms(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "received_at": draw(instants),
        "channel": draw(st.sampled_from(["fax", "hand"])),
        "employee_number": draw(st.just("") | codes),
        "kind": draw(st.sampled_from(["election", "withdrawal"])),
        "signed_at": draw(st.none() | days | instants),
        "signature_name": draw(st.just("") | names),
        "signer_capacity": draw(st.sampled_from(["self", "attorney_in_fact", "fiduciary"])),
        "signer_title": draw(st.just("") | names),
        "authority_evidence": draw(st.booleans()),
        "name_change_proof": draw(st.booleans()),
        "email": draw(st.just("") | names),
        "address": draw(addresses),
        "id_number": draw(st.just("") | codes),
    }


def numbered(key: str, rows: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Several rows, each with a number of its own."""
    pairs = st.tuples(codes, rows)
    return st.lists(pairs, min_size=1, max_size=5, unique_by=lambda pair: pair[0]).map(
        lambda found: [{key: number, **row} for number, row in found]
    )


FILES = {
    "people": numbered("employee_number", people()),
    "grants": numbered("grant_number", grants()),
    "forms": numbered("form_id", forms()),
}


def as_csv(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, date) else str(value)


def as_cell(value: Any) -> Any:
    """What a careful person types into a sheet: numbers and dates as such, instants and yes or no as text."""
    if isinstance(value, bool | datetime):
        return as_csv(value)
    return float(value) if isinstance(value, Decimal) else value


def assert_reads(path: Path, kind: str, rows: list[dict[str, Any]]) -> None:
    table = read_table(path, EXAMPLES[kind].schema)
    assert [str(problem) for problem in table.problems] == []
    assert [row.row for row in table.rows] == list(range(2, len(rows) + 2))
    for row, values in zip(table.rows, rows, strict=True):
        found: Mapping[str, Any] = asdict(row)
        assert {name: found[name] for name in values} == values
        assert all(not isinstance(value, float) for value in found.values())
        assert all(value.tzinfo is UTC for value in found.values() if isinstance(value, datetime))


@pytest.mark.parametrize("kind", FILES)
@given(data=st.data(), ending=st.sampled_from(["\n", "\r\n"]), mark=st.booleans(), quoting=st.sampled_from([0, 1]))
@settings(max_examples=60)
def test_csv_is_read_exactly(kind: str, data: st.DataObject, ending: str, mark: bool, quoting: int) -> None:
    rows = data.draw(FILES[kind])
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator=ending, quoting=csv.QUOTE_ALL if quoting else csv.QUOTE_MINIMAL)
    writer.writerow(rows[0])
    writer.writerows([as_csv(value) for value in row.values()] for row in rows)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{kind}.csv"
        path.write_bytes(out.getvalue().encode("utf-8-sig" if mark else "utf-8"))
        assert_reads(path, kind, rows)


@pytest.mark.parametrize("kind", FILES)
@given(data=st.data(), as_text=st.booleans())
@settings(max_examples=30)
def test_xlsx_is_read_exactly(kind: str, data: st.DataObject, as_text: bool) -> None:
    rows = data.draw(FILES[kind])
    with tempfile.TemporaryDirectory() as folder:
        cells = [{name: (as_csv if as_text else as_cell)(value) for name, value in row.items()} for row in rows]
        assert_reads(write_xlsx(Path(folder) / f"{kind}.xlsx", cells, only_text=True), kind, rows)


# Bytes

GOOD_CSV = csv_text([EXAMPLES["grants"].row] * 2).encode()
GOOD_TOML = (CAPSTONE / "offer.toml").read_bytes()


@st.composite
def spoilt(draw: st.DrawFn, good: bytes) -> bytes:
    """Good bytes with a few of them replaced, left out or added."""
    data = bytearray(good)
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = draw(st.integers(start, min(len(data), start + 20)))
        data[start:end] = draw(st.binary(max_size=10) | st.sampled_from([b'"', b",", b"\r", b"\n", b"\0", b"[", b"="]))
    return bytes(data)


def read_bytes(name: str, data: bytes) -> None:
    """Reads by every schema: rows or problems, nothing raised, every problem sayable on one line."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        for kind in ("grants", "forms"):
            table = read_table(path, EXAMPLES[kind].schema)
            assert all(str(problem).isprintable() for problem in table.problems)
            assert table.problems or len(table.rows) == len(table.keys)


@given(data=st.binary(max_size=400) | spoilt(GOOD_CSV) | st.text(max_size=200).map(str.encode))
@example(b"\xff\xfe")
@example(b'"')
@example(b"\r\r\r")
@settings(max_examples=300)
def test_no_bytes_make_the_csv_reader_crash(data: bytes) -> None:
    read_bytes("grants.csv", data)


@pytest.fixture(scope="module")
def good_xlsx(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("good") / "grants.xlsx"
    return write_xlsx(
        path, [{**EXAMPLES["grants"].row, "shares_granted": 5, "grant_date": date(2001, 3, 5)}]
    ).read_bytes()


@given(data=st.data())
@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_no_bytes_make_the_xlsx_reader_crash(good_xlsx: bytes, data: st.DataObject) -> None:
    read_bytes("grants.xlsx", data.draw(st.binary(max_size=100) | spoilt(good_xlsx)))


@given(data=st.data())
@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_no_xml_in_a_sheet_makes_the_xlsx_reader_crash(good_xlsx: bytes, data: st.DataObject) -> None:
    part = data.draw(st.sampled_from([SHEET, "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml"]))

    def change(name: str, content: bytes) -> bytes:
        return data.draw(spoilt(content)) if name == part else content

    read_bytes("grants.xlsx", rebuilt(good_xlsx, change))


@given(data=st.binary(max_size=200) | spoilt(GOOD_TOML) | st.text(max_size=100).map(str.encode))
@settings(max_examples=300)
def test_no_bytes_make_the_terms_reader_crash(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "offer.toml"
        path.write_bytes(data)
        offer, problems = load_terms(path)
        assert (offer is None) == bool(problems)
        assert all(str(problem).isprintable() for problem in problems)


@given(
    keys=st.lists(st.sampled_from(["offer", "code", "ratio", "wait", "x", "new_award", "channels"]), max_size=4),
    value=st.sampled_from(
        ["1", "1.5", "true", '"x"', "[]", "[1]", "[[1]]", "{}", "{ x = 1 }", "2003-01-01", "07:00:00"]
    ),
)
@settings(max_examples=200)
def test_no_value_in_any_place_makes_the_terms_reader_crash(keys: list[str], value: str) -> None:
    read = ".".join([*keys, "title"])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "offer.toml"
        path.write_text(f"{read} = {value}\n")
        offer, problems = load_terms(path)
        assert offer is None
        assert all(str(problem).isprintable() for problem in problems)

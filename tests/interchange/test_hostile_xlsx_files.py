"""A broken, encrypted or malicious workbook is one clear problem, found quickly."""

import io
import zipfile
from pathlib import Path

import pytest

from exchange.interchange import tables, xlsx_file
from exchange.interchange.schemas import PEOPLE
from exchange.interchange.tables import read_table
from tests.support.tables import PERSON, SHEET, in_sheet, rebuilt, texts, with_shared_strings, write_xlsx


def problem_of(path: Path) -> str:
    (text,) = texts(read_table(path, PEOPLE))
    return text


@pytest.fixture
def good(tmp_path: Path) -> bytes:
    return with_shared_strings(write_xlsx(tmp_path / "good.xlsx", [PERSON]).read_bytes())


def test_what_is_no_archive_is_refused(tmp_path: Path) -> None:
    for name, data in [("text", b"employee_number,legal_name\n"), ("nothing", b""), ("zeros", bytes(1000))]:
        path = tmp_path / f"{name}.xlsx"
        path.write_bytes(data)
        assert problem_of(path).startswith(f"{name}.xlsx: the file is damaged, or is not an XLSX file")


def test_a_workbook_under_a_password_is_refused_as_such(tmp_path: Path) -> None:
    path = tmp_path / "people.xlsx"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4000))
    assert problem_of(path) == (
        "people.xlsx: the file is protected by a password, or is of the old .xls kind; "
        "expected a workbook saved as .xlsx without a password"
    )


@pytest.mark.parametrize("part", [4, 2, 1.1])
def test_a_file_cut_short_is_refused(tmp_path: Path, good: bytes, part: float) -> None:
    path = tmp_path / "people.xlsx"
    path.write_bytes(good[: int(len(good) / part)])
    assert "the file is damaged" in problem_of(path)


@pytest.mark.parametrize("missing", ["xl/workbook.xml", "xl/sharedStrings.xml", "[Content_Types].xml"])
def test_a_workbook_without_one_of_its_parts_is_a_problem(tmp_path: Path, good: bytes, missing: str) -> None:
    path = tmp_path / "people.xlsx"
    path.write_bytes(rebuilt(good, lambda name, content: None if name == missing else content))
    assert "the file is damaged" in problem_of(path)


def test_a_workbook_without_its_sheet_is_a_problem(tmp_path: Path, good: bytes) -> None:
    path = tmp_path / "people.xlsx"
    path.write_bytes(rebuilt(good, lambda name, content: None if name == SHEET else content))
    assert problem_of(path) == "people.xlsx: the file has no visible sheet; expected the table on the first sheet"


def test_a_flipped_byte_in_the_sheet_is_found(tmp_path: Path, good: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(good)) as archive:
        start = archive.getinfo(SHEET).header_offset + 100
    path = tmp_path / "people.xlsx"
    path.write_bytes(good[:start] + bytes([good[start] ^ 0x55]) + good[start + 1 :])
    assert "the file is damaged" in problem_of(path)


def test_a_sheet_that_stops_in_the_middle_is_refused_at_its_row(tmp_path: Path, good: bytes) -> None:
    path = tmp_path / "people.xlsx"
    path.write_bytes(in_sheet(good, rb'<row r="2".*', b""))
    assert problem_of(path).startswith("people.xlsx, row 2: the file is damaged")


def test_a_size_the_sheet_states_wrongly_hides_no_rows(tmp_path: Path) -> None:
    people = [{**PERSON, "employee_number": f"E{n}"} for n in range(5)]
    data = write_xlsx(tmp_path / "people.xlsx", people).read_bytes()
    path = tmp_path / "people.xlsx"
    path.write_bytes(in_sheet(data, rb'<dimension ref="[^"]*"', b'<dimension ref="A1:I2"'))
    assert len(read_table(path, PEOPLE).rows) == 5


def test_an_archive_that_unpacks_to_gigabytes_is_refused_before_it_is_unpacked(tmp_path: Path, good: bytes) -> None:
    path = tmp_path / "people.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(SHEET, bytes(5 << 20))
    whole = path.read_bytes()
    assert "damaged" in problem_of(path)
    path.write_bytes(whole.replace((5 << 20).to_bytes(4, "little"), (0x7FFFFFFF).to_bytes(4, "little")))
    assert problem_of(path) == (
        "people.xlsx: the file unpacks to more than a table can need; expected a workbook with one table"
    )


def test_a_bloated_part_that_would_be_held_in_memory_is_refused(
    tmp_path: Path, good: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xlsx_file, "MOST_IN_A_PART", 1000)
    path = tmp_path / "people.xlsx"
    path.write_bytes(good)
    assert "unpacks to more than a table can need" in problem_of(path)


def test_a_row_number_beyond_any_sheet_is_refused_not_counted_up_to(
    tmp_path: Path, good: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert xlsx_file.MOST_ROWS == 1_048_576
    monkeypatch.setattr(xlsx_file, "MOST_ROWS", 10_000)
    path = tmp_path / "people.xlsx"
    path.write_bytes(in_sheet(good, rb'<row r="2"', b'<row r="99999999999"'))
    assert "the sheet is larger than a spreadsheet can be" in problem_of(path)


def test_entities_that_multiply_are_refused(tmp_path: Path, good: bytes) -> None:
    laughs = b"".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">'.encode() for n in range(9))
    head = b'<!DOCTYPE worksheet [<!ENTITY a0 "ha">' + laughs + b"]>"
    data = in_sheet(good, rb"^(<\?xml[^>]*>)?", head)
    data = in_sheet(data, rb"<sheetData>", b"<sheetData>&a9;")
    path = tmp_path / "people.xlsx"
    path.write_bytes(data)
    assert "the file is damaged" in problem_of(path)


def test_an_entity_does_not_read_another_file(tmp_path: Path, good: bytes) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("a secret")
    head = f'<!DOCTYPE worksheet [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'.encode()
    data = in_sheet(good, rb"^(<\?xml[^>]*>)?", head)
    data = in_sheet(
        data, rb'<row r="2"', b'<row r="2" x="y"><c r="B2" t="inlineStr"><is><t>&x;</t></is></c></row><row r="3"'
    )
    path = tmp_path / "people.xlsx"
    path.write_bytes(data)
    assert all("secret" not in text for text in texts(read_table(path, PEOPLE)))


def test_a_file_larger_than_any_roster_is_not_even_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MOST_BYTES", 1 << 20)
    path = tmp_path / "people.csv"
    path.write_bytes(bytes((1 << 20) + 1))
    assert problem_of(path) == "people.csv: the file is larger than 1 MB"

"""Table files for tests: a good row of each kind to start from, and writers of CSV and XLSX."""

import csv
import io
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl

from exchange.interchange import schemas
from exchange.interchange.tables import Schema, Table, read_table

CAPSTONE = Path(__file__).resolve().parent.parent / "data" / "capstone-2003"
SHEET = "xl/worksheets/sheet1.xml"

PERSON = {
    "employee_number": "E0001",
    "legal_name": "Ana Lopes",
    "name_on_agreement": "Ana Lopes",
    "email": "ana@company.example",
    "residence_country": "US",
    "residence_state": "CA",
    "role": "employee",
    "hired_on": "1999-02-01",
    "terminated_on": "",
}
EVENT = {"employee_number": "E0001", "effective_on": "2003-07-18", "event": "terminated", "value": ""}
GRANT = {
    "grant_number": "00010001",
    "employee_number": "E0001",
    "plan": "2000-EIP",
    "option_type": "NSO",
    "grant_date": "2001-03-05",
    "exercise_price": "24.5",
    "shares_granted": "1200",
    "shares_exercised": "0",
    "shares_cancelled": "0",
    "expires_on": "2011-03-05",
    "split_pair": "",
}
FORM = {
    "form_id": "F00001",
    "received_at": "2003-06-25T09:15:21-07:00",
    "channel": "fax",
    "employee_number": "E0001",
    "kind": "election",
    "signed_at": "2003-06-25T06:59:21-07:00",
    "signature_name": "Ana Lopes",
    "signer_capacity": "self",
    "signer_title": "",
    "authority_evidence": "no",
    "name_change_proof": "no",
    "email": "",
    "address": "",
    "id_number": "",
}
LINE = {
    "form_id": "F00001",
    "grant_number": "00010001",
    "grant_date": "2001-03-05",
    "exercise_price": "24.5",
    "shares": "1200",
}
ACTION = {
    "effective_on": "2003-11-03",
    "kind": "split",
    "new": "3",
    "old": "2",
    "successor": "",
    "note": "three for two",
}


@dataclass(frozen=True)
class Example:
    """A kind of file: its schema and a row that is good."""

    schema: Schema[Any]
    row: Mapping[str, str]


EXAMPLES = {
    "people": Example(schemas.PEOPLE, PERSON),
    "employment_events": Example(schemas.EMPLOYMENT_EVENTS, EVENT),
    "grants": Example(schemas.GRANTS, GRANT),
    "forms": Example(schemas.FORMS, FORM),
    "form_lines": Example(schemas.FORM_LINES, LINE),
    "corporate_actions": Example(schemas.CORPORATE_ACTIONS, ACTION),
}


def csv_text(rows: Sequence[Mapping[str, Any]]) -> str:
    """CSV of rows that all have the keys of the first."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, fieldnames=list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def write_csv(path: Path, rows: Sequence[Mapping[str, Any]]) -> Path:
    path.write_bytes(csv_text(rows).encode())
    return path


def write_xlsx(
    path: Path,
    rows: Sequence[Mapping[str, Any]],
    formats: Mapping[str, str] | None = None,
    *,
    only_text: bool = False,
) -> Path:
    """XLSX of rows that all have the keys of the first; `formats` are number formats by column.

    openpyxl takes a text such as "=1+1" for a formula and "#REF!" for an error, unless there is `only_text`.
    """
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.append(list(rows[0]))
    for row in rows:
        sheet.append([None if value == "" else value for value in row.values()])
    for number, column in enumerate(rows[0], start=1):
        if column in (formats or {}):
            for row_number in range(2, len(rows) + 2):
                sheet.cell(row_number, number).number_format = (formats or {})[column]
    if only_text:
        for cell in (cell for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)):
            cell.data_type = "s"
    workbook.save(path)
    return path


def read_rows(folder: Path, kind: str, *rows: Mapping[str, Any]) -> Table[Any]:
    """Writes the rows as CSV and reads them back by the schema of their kind."""
    return read_table(write_csv(folder / f"{kind}.csv", rows), EXAMPLES[kind].schema)


def texts(table: Table[Any]) -> list[str]:
    return [str(problem) for problem in table.problems]


# Workbooks as others write them


def rebuilt(data: bytes, change: Callable[[str, bytes], bytes | None]) -> bytes:
    """The same archive with its parts changed; a part changed to None is left out."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = change(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
    return out.getvalue()


def in_sheet(data: bytes, pattern: bytes, replacement: bytes) -> bytes:
    """The same workbook with the first match in its sheet's XML replaced."""

    def change(name: str, content: bytes) -> bytes:
        return re.sub(pattern, replacement, content, count=1, flags=re.DOTALL) if name == SHEET else content

    return rebuilt(data, change)


def with_shared_strings(data: bytes) -> bytes:
    """The same workbook with its texts in a table of their own, as Excel stores them (openpyxl does not)."""
    strings: list[bytes] = []

    def share(match: re.Match[bytes]) -> bytes:
        strings.append(match.group(2))
        return b'<c%s t="s"><v>%d</v></c>' % (match.group(1), len(strings) - 1)

    def change(name: str, content: bytes) -> bytes:
        if name == SHEET:
            return re.sub(rb'<c([^>]*) t="inlineStr"><is>(.*?)</is></c>', share, content, flags=re.DOTALL)
        part = b"/xl/sharedStrings.xml"
        if name == "[Content_Types].xml" and part not in content:
            kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
            override = b'<Override PartName="%s" ContentType="%s"/></Types>' % (part, kind)
            return content.replace(b"</Types>", override)
        if name == "xl/_rels/workbook.xml.rels" and part not in content:
            kind = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
            relation = b'<Relationship Id="rIdStrings" Type="%s" Target="%s"/></Relationships>' % (kind, part)
            return content.replace(b"</Relationships>", relation)
        return content

    out = rebuilt(data, lambda name, content: None if name.endswith("sharedStrings.xml") else change(name, content))
    with zipfile.ZipFile(buffer := io.BytesIO(out), "a") as archive:
        items = b"".join(b"<si>%s</si>" % text for text in strings)
        main = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        archive.writestr("xl/sharedStrings.xml", b'<sst xmlns="%s">%s</sst>' % (main, items))
    return buffer.getvalue()

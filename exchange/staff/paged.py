"""Pages of the desk that show many rows of one offer: figures, filters in words, one page of a table, and the whole
of it as a file."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Generic, TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from openpyxl import Workbook

from exchange.interchange.export import safe_cell
from exchange.kernel.canonical import decimal_text
from exchange.staff.admin.base import Choice
from exchange.staff.attempt import Preview
from exchange.staff.frame import page
from exchange.staff.parts import Fact, Link, Pages, Section, Table

PER_PAGE = 50
PER_TABLE = 100  # of a preview, which may have tables of an option each
T = TypeVar("T")
CSV, XLSX = "csv", "xlsx"
TYPES = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True)
class Paged(Generic[T]):
    """One such page. `filters` are titles with their choices; `sections` stand above the table, `after` below it."""

    title: str
    lede: str
    back: Link
    shown: Page[T]
    table: Table
    counted: str
    facts: Sequence[Fact] = ()
    filters: Sequence[tuple[str, Sequence[Choice]]] = ()
    sections: Sequence[Section] = ()
    links: Sequence[Link] = ()
    files: Sequence[Link] = ()


def shown_of(request: HttpRequest, rows: Sequence[T] | QuerySet[Any]) -> Page[T]:
    """The page of rows that the address asks for."""
    return Paginator(rows, PER_PAGE).get_page(request.GET.get("p"))


def answer(request: HttpRequest, paged: Paged[Any]) -> HttpResponse:
    """The page; its links to other pages keep the filters."""
    kept = address(request, p=None)
    return page(request, "staff/paged.html", {"paged": paged, "shown": paged.shown, "kept": kept, "back": paged.back})


def address(request: HttpRequest, **changed: str | None) -> str:
    """This page's query with some of it changed; None takes a part away. Ends so that `p=2` can follow."""
    query = request.GET.copy()
    for name, value in {"as": None, **changed}.items():
        query.pop(name, None)
        if value:
            query[name] = value
    text = query.urlencode()
    return f"?{text}&" if text else "?"


def in_pages(request: HttpRequest, preview: Preview | None) -> Preview | None:
    """A kept preview with its long tables in pages; one of which a page was asked for is open."""
    if preview is None:
        return None
    return replace(preview, tables=[_in_pages(request, f"rows{n}", one) for n, one in enumerate(preview.tables, 1)])


def _in_pages(request: HttpRequest, name: str, one: Table) -> Table:
    if len(one.rows) <= PER_TABLE:
        return one
    shown = Paginator(one.rows, PER_TABLE).get_page(request.GET.get(name))
    pages = Pages(shown, name, address(request, **{name: None}).removeprefix("?"))
    is_folded = one.is_folded and name not in request.GET
    return replace(one, rows=list(shown), most=0, is_folded=is_folded, pages=pages)


def choices(request: HttpRequest, name: str, found: Mapping[str, str]) -> list[Choice]:
    """A filter's choices as links, in their order; '' is all."""
    now = request.GET.get(name, "")
    return [
        Choice(text, address(request, p=None, **{name: code or None}).rstrip("&"), now == code)
        for code, text in found.items()
    ]


def file_links(request: HttpRequest) -> list[Link]:
    """The same rows, all of them, as files."""
    return [
        Link(_("Download as CSV"), f"{address(request, p=None)}as={CSV}"),
        Link(_("Download as Excel"), f"{address(request, p=None)}as={XLSX}"),
    ]


def as_file(
    request: HttpRequest, name: str, heads: Sequence[str], rows: Callable[[], Sequence[Sequence[object]]]
) -> HttpResponse | None:
    """The whole table as the file that the address asks for; None where it asks for the page."""
    kind = request.GET.get("as", "")
    if kind not in TYPES:
        return None
    body = as_csv(heads, rows()) if kind == CSV else as_xlsx(heads, rows())
    response = HttpResponse(body, content_type=TYPES[kind])
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.{kind}") or "attachment"
    return response


def as_csv(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> bytes:
    """UTF-8; dates ISO, exact decimals, no cell that a spreadsheet would take for a formula."""
    output = io.StringIO()
    writer = csv.writer(output, lineterminator="\r\n")
    writer.writerow(heads)
    writer.writerows([[safe_cell(_plain(value)) for value in row] for row in rows])
    return output.getvalue().encode()


def as_xlsx(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> bytes:
    """One sheet; dates and counts are a spreadsheet's own, texts are texts."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(list(heads))
    for row in rows:
        sheet.append([value if isinstance(value, date | int) else safe_cell(_plain(value)) for value in row])
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return decimal_text(value)
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else value

"""A zip whose bytes follow from its files and one instant, with an index that has the digest of each."""

import csv
import hashlib
import io
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import IO, Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from exchange.interchange.export import safe_cell
from exchange.interchange.exports.order import Order


@dataclass(frozen=True)
class Entry:
    """One line of the index."""

    path: str
    title: str
    size: int
    sha256: str


@dataclass
class Exhibits:
    """The zip while it is made. Paths are unique; files come in the order in which they are put."""

    archive: zipfile.ZipFile
    at: datetime
    entries: list[Entry] = field(default_factory=list)
    paths: set[str] = field(default_factory=set)

    def put(self, path: str, title: str, body: bytes) -> None:
        if path in self.paths:
            raise ValueError(f"{path} is in the zip already")
        self.paths.add(path)
        self.archive.writestr(info(path, self.at), body)
        self.entries.append(Entry(path, title, len(body), hashlib.sha256(body).hexdigest()))

    def index(self) -> bytes:
        """The index as CSV, of what was put so far."""
        heads = ["path", "what", "size", "sha256"]
        return csv_bytes(heads, [[entry.path, entry.title, entry.size, entry.sha256] for entry in self.entries])

    def put_index(self, order: Order, heading: str, said: str) -> None:
        """The index, to read and for a program; neither is in itself."""
        context = {"order": order, "loaded": order.loaded, "heading": heading, "said": said, "entries": self.entries}
        page = render_to_string("exports/index.html", context).encode()
        rows = self.index()
        self.put("index.csv", _("The index, for a program"), rows)
        self.put("index.html", _("The index, to read"), page)


@contextmanager
def zipped(out: IO[bytes], at: datetime) -> Iterator[Exhibits]:
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        yield Exhibits(archive, at)


def info(path: str, at: datetime) -> zipfile.ZipInfo:
    """A member of the zip, dated by the instant that the whole is as of."""
    moment = at.astimezone(UTC)
    found = zipfile.ZipInfo(path, (max(1980, moment.year), *moment.timetuple()[1:6]))
    found.compress_type = zipfile.ZIP_DEFLATED
    found.external_attr = 0o600 << 16
    found.create_system = 3
    return found


def csv_bytes(heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> bytes:
    """UTF-8 with a mark, so that spreadsheets read it as that; no cell is a formula."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(heads)
    writer.writerows([[safe_cell(value) for value in row] for row in rows])
    return text.getvalue().encode("utf-8-sig")

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

from exchange.interchange.export import safe_cell


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

    def put(self, path: str, title: str, body: bytes) -> None:
        if any(entry.path == path for entry in self.entries):
            raise ValueError(f"{path} is in the zip already")
        self.archive.writestr(info(path, self.at), body)
        self.entries.append(Entry(path, title, len(body), hashlib.sha256(body).hexdigest()))

    def index(self) -> bytes:
        """The index as CSV, of what was put so far."""
        heads = ["path", "what", "size", "sha256"]
        return csv_bytes(heads, [[entry.path, entry.title, entry.size, entry.sha256] for entry in self.entries])


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

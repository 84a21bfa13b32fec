"""The zip itself: an index that says what each file is, and a line in the log that it was taken."""

import hashlib
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO, cast

from django.template.loader import render_to_string

from exchange.audit.looks import record_download
from exchange.interchange.held.files import HeldFile, files_of
from exchange.people.models import Holder

IN_MEMORY = 4 * 1024 * 1024  # beyond this it goes to a file of the system's, which goes with the answer


@dataclass(frozen=True)
class Entry:
    """One line of the index."""

    path: str
    title: str
    size: int
    why_not: str = ""


@dataclass(frozen=True)
class Archive:
    """The finished zip, at its beginning; whoever closes the file removes it."""

    file: IO[bytes]
    size: int
    entries: Sequence[Entry]


def _spool() -> IO[bytes]:
    """Where the zip is written; it outlives its making, and is closed by whoever closes the archive's file."""
    return cast(IO[bytes], tempfile.SpooledTemporaryFile(max_size=IN_MEMORY))


def archive_of(holder: Holder, *, company: str, actor: str, at: datetime) -> Archive:
    """Make the zip of everything held about one person, and write down that it was made.

    One file is in memory at once. The same facts at the same instant give the same files in the same order.
    """
    out = _spool()
    entries: list[Entry] = []
    taken: set[str] = set()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for found in files_of(holder, actor=actor, at=at):
            path = _free(found.path, taken)
            if found.body is not None:
                archive.writestr(_info(path, at), found.body)
            entries.append(_entry(path, found))
        context = {"holder": holder, "company": company, "at": at, "entries": entries}
        archive.writestr(_info("index.html", at), render_to_string("held/index.html", context).encode())
    size, sha256 = _measure(out)
    record_download(subject=holder.employee_number, files=len(entries), size=size, sha256=sha256, actor=actor, at=at)
    out.seek(0)
    return Archive(out, size, entries)


def _entry(path: str, found: HeldFile) -> Entry:
    return Entry(path if found.body is not None else "", found.title, len(found.body or b""), found.why_not)


def _free(path: str, taken: set[str]) -> str:
    """The path, or with a number where two files would have one name (also where only capitals tell them apart)."""
    stem, dot, ending = path.rpartition(".")
    number, free = 1, path
    while free.casefold() in taken:
        number += 1
        free = f"{stem}-{number}{dot}{ending}"
    taken.add(free.casefold())
    return free


def _info(path: str, at: datetime) -> zipfile.ZipInfo:
    moment = at.astimezone(UTC)
    info = zipfile.ZipInfo(path, (max(1980, moment.year), *moment.timetuple()[1:6]))
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    return info


def _measure(out: IO[bytes]) -> tuple[int, str]:
    out.seek(0)
    digest, size = hashlib.sha256(), 0
    while piece := out.read(1024 * 1024):
        digest.update(piece)
        size += len(piece)
    return size, digest.hexdigest()

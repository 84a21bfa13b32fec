"""The files of the download, one after the other in a fixed order: tables, what was signed, letters, papers, scans."""

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from exchange.audit import looks
from exchange.documents.actions import render_paper
from exchange.documents.models import Paper
from exchange.documents.rendering import PaperError
from exchange.elections.models import ElectronicConsent, Form, Scan
from exchange.elections.scans import open_scan
from exchange.interchange.export import safe_cell
from exchange.interchange.held.tables import TABLES, Held
from exchange.kernel import canonical
from exchange.kernel.results import Refused
from exchange.notices.models import Message
from exchange.people.models import Holder
from exchange.settlement.agreement_letters import SIGNED_COPY, mistaken_copies
from exchange.settlement.models import AgreementMistake, AgreementSignature

# The worker makes papers soon after they are owed; a download makes so many itself and names the rest.
MOST_MADE_HERE = 10
LOOKS_AT_ONCE = 500


@dataclass(frozen=True)
class HeldFile:
    """One file of the download: its place, what it is in words, its bytes. Without bytes it could not be had."""

    path: str
    title: str
    body: bytes | None
    why_not: str = ""


def files_of(holder: Holder, *, actor: str, at: datetime) -> Iterator[HeldFile]:
    """Every file, one in memory at a time. `actor` is who opens the scans, which the log notes."""
    for table in TABLES:
        yield HeldFile(table.path, str(table.title), _csv(table, holder))
    yield HeldFile("log/who-looked.csv", _("Who looked at your record"), _looks(holder))
    yield from _signed(holder)
    yield from _consents(holder)
    yield from _letters(holder)
    yield from _papers(holder, at)
    yield from _scans(holder, actor, at)


def _csv(table: Held, holder: Holder) -> bytes:
    rows = table.rows(holder)
    rows = rows.order_by(*(rows.model._meta.ordering or ()), "pk")  # no two runs put two rows otherwise
    names = list(table.columns.values())
    return _csv_text(list(table.columns), (list(row) for row in rows.values_list(*names)))


def _csv_text(heads: list[str], rows: Iterator[list[Any]]) -> bytes:
    """UTF-8 with a mark, so that spreadsheets read it as that; no cell is a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(heads)
    for row in rows:
        writer.writerow([safe_cell(_plain(value)) for value in row])
    return out.getvalue().encode("utf-8-sig")


def _plain(value: Any) -> Any:
    return canonical.instant_text(value) if isinstance(value, datetime) else value


def _looks(holder: Holder) -> bytes:
    def rows() -> Iterator[list[Any]]:
        start, count = 0, 1
        while start < count:
            found, count = looks.looks_at(holder.employee_number, start=start, most=LOOKS_AT_ONCE)
            yield from ([look.at, look.by, look.group, look.what, look.name] for look in found)
            start += LOOKS_AT_ONCE

    return _csv_text(["at", "by", "group", "what", "name"], rows())


def _signed(holder: Holder) -> Iterator[HeldFile]:
    """Each record exactly as it was signed, and the same to read."""
    for form in Form.objects.filter(holder=holder).order_by("received_at", "sequence"):
        place, title = f"forms/{named(form.number)}", _("Form {number}").format(number=form.number)
        yield from _record(place, title, form.record)
    rows = AgreementSignature.objects.filter(holder=holder).select_related("mistake")
    for row in rows.order_by("grant_number", "recorded_at", "pk"):
        place = f"outcome/agreements/{named(row.grant_number)}"
        title = _("Option agreement {number}").format(number=row.grant_number)
        if hasattr(row, "mistake"):
            title = _by_mistake(title)
            yield from _record(place, title, row.record, _("{title}: the exact record").format(title=title))
        else:
            yield from _record(place, title, row.record)


def _by_mistake(title: str) -> str:
    return _("{title}, recorded as signed by mistake").format(title=title)


def _record(place: str, title: str, record: str, exactly: str = "") -> Iterator[HeldFile]:
    exactly = exactly or _("{title}: the exact record that was signed").format(title=title)
    yield HeldFile(f"{place}.record.json", exactly, record.encode())
    readable = "\n".join([title, "", *_lines(json.loads(record), 0), ""])
    yield HeldFile(f"{place}.txt", _("{title}: the same, to read").format(title=title), readable.encode())


def _lines(value: Any, depth: int) -> Iterator[str]:
    """A value as indented lines: names and what they say."""
    space = "  " * depth
    if isinstance(value, dict):
        for name, item in value.items():
            label = str(name).replace("_", " ")
            if isinstance(item, dict | list) and item:
                yield f"{space}{label}:"
                yield from _lines(item, depth + 1)
            else:
                yield f"{space}{label}: {_word(item)}"
    elif isinstance(value, list):
        for item in value:
            if isinstance(item, list) and all(not isinstance(part, dict | list) for part in item):
                yield f"{space}- {': '.join(_word(part) for part in item)}"
            elif isinstance(item, dict | list):
                yield from _lines(item, depth)
                yield ""
            else:
                yield f"{space}- {_word(item)}"
    else:
        yield f"{space}{_word(value)}"


def _word(value: Any) -> str:
    if value in (None, "", [], {}):
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)


def _consents(holder: Holder) -> Iterator[HeldFile]:
    for row in ElectronicConsent.objects.filter(holder=holder).exclude(wording="").order_by("offer_id", "number"):
        title = _("The wording that you were shown, step {number}").format(number=row.number)
        yield HeldFile(f"consents/{row.offer_id}-{row.number}.txt", title, row.wording.encode())


def _letters(holder: Holder) -> Iterator[HeldFile]:
    letters = Message.objects.filter(owner_key=f"holder:{holder.employee_number}").order_by("queued_at", "key")
    for place, row in enumerate(letters.iterator(chunk_size=50), start=1):
        text = f"{row.subject}\n\n{row.text}"
        yield HeldFile(f"letters/{place:03}-{named(row.kind)}.txt", row.subject, text.encode())


def _papers(holder: Holder, at: datetime) -> Iterator[HeldFile]:
    """Every paper as it is kept; a few that are not made yet are made now."""
    papers = Paper.objects.filter(owner_key=f"holder:{holder.employee_number}").select_related("rendered")
    mistaken = mistaken_copies(AgreementMistake.objects.filter(signature__holder=holder))
    made = 0
    for paper in papers.defer("snapshot", "rendered__pdf").order_by("requested_at", "kind", "subject_key"):
        path, title = f"papers/{named(paper.title)}.pdf", paper.title
        if paper.kind == SIGNED_COPY and paper.subject_key in mistaken:
            title = _by_mistake(title)
        if not hasattr(paper, "rendered"):
            made += 1
            if made > MOST_MADE_HERE:
                yield HeldFile(path, title, None, _("It is still being made. Download again later."))
                continue
        try:
            rendered = render_paper(paper_id=paper.pk, at=at)
        except PaperError:
            yield HeldFile(path, title, None, _("It cannot be made at this moment. Ask HR for it."))
            continue
        yield HeldFile(path, title, bytes(rendered.pdf))


def _scans(holder: Holder, actor: str, at: datetime) -> Iterator[HeldFile]:
    scans = Scan.objects.filter(form__holder=holder).select_related("form__offer").defer("content")
    for place, scan in enumerate(scans.order_by("attached_at", "pk"), start=1):
        title = _("Scan or proof kept with form {number}").format(number=scan.form.number)
        kind = scan.content_type.rpartition("/")[2]
        path = f"forms/scans/{named(scan.form.number)}-{place}.{named(kind)}"
        result = open_scan(scan=scan, actor=actor, at=at) if settings.SCAN_KEY else None
        if result is None or isinstance(result, Refused):
            yield HeldFile(path, title, None, _("It was purged, or cannot be opened here; its digest is kept."))
        else:
            yield HeldFile(path, title, result.value.body)


def named(text: str) -> str:
    """A file's name that every system takes: letters, figures, dots, dashes; never a path."""
    return re.sub(r"[^\w.-]+", "-", text).strip(".-")[:100] or "file"

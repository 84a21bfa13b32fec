"""The audit trail of a period: as JSON lines exactly, or as PDFs to read. Both end with whether the ledger holds."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import islice
from typing import IO, Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exchange.audit.models import AuditEvent
from exchange.audit.verify import payload_of
from exchange.documents.catalogue import STYLE
from exchange.documents.rendering import pdf_from
from exchange.interchange.exports.order import JSON_LINES, PDF, ZIP, Made, Order, Progress
from exchange.interchange.exports.zips import zipped
from exchange.kernel import canonical
from exchange.kernel.wording import date_text, instant_text
from exchange.settlement.ledger import faults

PER_PART = 500  # lines of the log in one PDF: more at once would take a worker half a gigabyte
BATCH = 1000
MOST_FAULTS = 100
MOST_CHARACTERS = 400  # of what one line says; the rest is in the JSON lines
LEFT_OUT = frozenset({"seen", "sealed"})  # of a payload: how the log hangs together, shown by its digests


def events_of(order: Order) -> QuerySet[AuditEvent]:
    """The lines of the log that were written in the period, in the order in which they were written."""
    events = AuditEvent.objects.filter(recorded_at__lte=order.at)
    zone = ZoneInfo(order.loaded.zone)
    if order.first_on is not None:
        events = events.filter(recorded_at__gte=datetime.combine(order.first_on, time(), zone).astimezone(UTC))
    if order.last_on is not None:
        after = datetime.combine(order.last_on + timedelta(days=1), time(), zone)
        events = events.filter(recorded_at__lt=after.astimezone(UTC))
    return events.order_by("pk")


@dataclass(frozen=True)
class Verification:
    """What recomputing the whole ledger found; `left_out` counts the faults beyond the first hundred."""

    faults: list[str]
    left_out: int

    @property
    def holds(self) -> bool:
        return not self.faults


def verification() -> Verification:
    found = faults()
    first = list(islice(found, MOST_FAULTS))
    return Verification(first, sum(1 for _fault in found) if len(first) == MOST_FAULTS else 0)


def line_of(event: AuditEvent) -> dict[str, Any]:
    """One line of the log as a value: every column, and its payload as the exact text that was hashed."""
    return {
        "id": event.pk,
        "chain": event.chain,
        "number": event.number,
        "kind": event.kind,
        "actor": event.actor,
        "at": event.at,
        "recorded_at": event.recorded_at,
        "request_id": event.request_id,
        "payload": event.payload,
        "previous": event.previous,
        "digest": event.digest,
    }


def as_lines(order: Order, out: IO[bytes], progress: Progress) -> Made:
    """One JSON object a line; the last one has how many there were, their SHA-256, and what verification found."""
    events = events_of(order)
    total, done, digest = events.count(), 0, hashlib.sha256()
    for event in events.iterator(chunk_size=BATCH):
        line = (canonical.dumps(line_of(event)) + "\n").encode()
        digest.update(line)
        out.write(line)
        done += 1
        if done % BATCH == 0:
            progress(done, total)
    found = verification()
    last = {
        "as_of": order.at,
        "lines": done,
        "sha256_of_lines": digest.hexdigest(),
        "verification": {"holds": found.holds, "faults": found.faults, "more_faults": found.left_out},
    }
    out.write((canonical.dumps(last) + "\n").encode())
    return Made(f"{order.code}-audit-trail.jsonl", JSON_LINES)


@dataclass(frozen=True)
class Line:
    """One line of the log as a PDF shows it."""

    number: int
    at: str
    recorded: str
    what: str
    actor: str
    chain: str
    said: str
    digest: str


def as_pdf(order: Order, out: IO[bytes], progress: Progress) -> Made:
    """One PDF; of a long trail several in a zip, so many lines in each, the last with the verification."""
    events = events_of(order)
    total = events.count()
    parts = max(-(-total // PER_PART), 1)
    progress(0, parts)
    found = verification()
    rows = _lines(order, events)
    name = f"{order.code}-audit-trail"
    if parts == 1:
        out.write(_part(order, list(rows), 1, 1, total, found))
        return Made(f"{name}.pdf", PDF)
    with zipped(out, order.at) as archive:
        for number in range(1, parts + 1):
            body = _part(order, list(islice(rows, PER_PART)), number, parts, total, found)
            title = _("Audit trail, part {number} of {parts}").format(number=number, parts=parts)
            archive.put(f"{name}-{number:04}.pdf", title, body)
            progress(number, parts)
        archive.archive.writestr("index.csv", archive.index())
    return Made(f"{name}.zip", ZIP)


def _lines(order: Order, events: QuerySet[AuditEvent]) -> Iterator[Line]:
    zone = order.loaded.zone
    for event in events.iterator(chunk_size=BATCH):
        yield Line(
            number=event.pk,
            at=instant_text(event.at.replace(microsecond=0), zone),
            recorded=instant_text(event.recorded_at.replace(microsecond=0), zone) if _differs(event) else "",
            what=event.kind.replace(".", ": ").replace("_", " "),
            actor=event.actor,
            chain=f"{event.chain} {event.number}",
            said=said(event),
            digest=event.digest,
        )


def _differs(event: AuditEvent) -> bool:
    """Whether the line was written at another instant than the one it tells of."""
    return abs(event.recorded_at - event.at) >= timedelta(seconds=1)


def said(event: AuditEvent) -> str:
    """What a line says, in one run of text; long ones are cut, and say by how much."""
    parts = [
        f"{name.replace('_', ' ')}: {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}"
        for name, value in payload_of(event).items()
        if name not in LEFT_OUT and value not in ("", None, [], {})
    ]
    text = "; ".join(parts)
    if len(text) <= MOST_CHARACTERS:
        return text
    left = len(text) - MOST_CHARACTERS
    more = ngettext("… and {n} more character in the JSON lines", "… and {n} more characters in the JSON lines", left)
    return f"{text[:MOST_CHARACTERS]} {more.format(n=left)}"


def _part(order: Order, lines: list[Line], number: int, parts: int, total: int, found: Verification) -> bytes:
    loaded, company = order.loaded, order.loaded.terms.company
    title = _("Audit trail of {offer}").format(offer=order.code)
    if parts > 1:
        title = _("{title}, part {number} of {parts}").format(title=title, number=number, parts=parts)
    html = render_to_string(
        "documents/audit_trail.html",
        {
            "title": title,
            "company": {"name": company.name, "short_name": company.short_name, "address": company.address},
            "language": translation.get_language() or settings.LANGUAGE_CODE,
            "offer": {
                "code": order.code,
                "title": loaded.terms.title,
                "dated": loaded.terms.dated,
                "amended_on": loaded.amended_on,
            },
            "issued_at": canonical.instant_text(order.at),
            "is_replay": loaded.offer.is_replay,
            "as_of": instant_text(order.at.replace(microsecond=0), loaded.zone),
            "first_on": date_text(order.first_on) if order.first_on else "",
            "last_on": date_text(order.last_on) if order.last_on else "",
            "lines": lines,
            "total": total,
            "is_last": number == parts,
            "found": found,
            "root": canonical.root([line.digest for line in lines]),
        },
    )
    return pdf_from(html, style=STYLE, identifier=canonical.digest(html)[:32])

"""Asking for a file, making it, reading it back, removing it. The worker may die: a sweep asks again."""

import hashlib
import logging
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import IO
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from exchange.audit.actions import append
from exchange.interchange.exports import exhibits, ocf, papers, results, trail
from exchange.interchange.exports.order import Made, Order, Progress
from exchange.interchange.models import Export, ExportPiece, ExportState
from exchange.kernel import clock
from exchange.kernel.queue import nudge
from exchange.offers.models import Offer
from exchange.offers.reads import load

log = logging.getLogger(__name__)

TASK = "exchange.interchange.tasks.make_export"
CHAIN = "exports"
PIECE = 1024 * 1024
SILENT_AFTER = timedelta(minutes=15)  # verifying a large ledger says nothing for minutes
KEPT_FOR = timedelta(days=30)


@dataclass(frozen=True)
class Kind:
    """A kind of file: its name, what is in it, what makes it, and whether it is of a period."""

    title: object
    more: object
    make: Callable[[Order, IO[bytes], Progress], Made]
    has_period: bool = False


KINDS: Mapping[str, Kind] = {
    "results_xlsx": Kind(
        _("Full results, Excel"), _("Every form, line, cancellation, promise and new option."), results.as_xlsx
    ),
    "results_csv": Kind(_("Full results, CSV"), _("The same as one table."), results.as_csv),
    "results_json": Kind(_("Full results, JSON"), _("The same for a program to read."), results.as_json),
    "ocf": Kind(
        _("Open Cap Table package"),
        _("Options cancelled and granted, with vesting, holders and plans, for a cap table to take in (OCF 1.2.0)."),
        ocf.make,
    ),
    "exhibits": Kind(
        _("Exhibits"),
        _(
            "Documents of every version, each kind of letter, the pages and papers of an invented holder; what was "
            "sent when to how many. No file names a holder."
        ),
        exhibits.make,
    ),
    "papers": Kind(
        _("Papers as issued"),
        _("Every paper of every holder, the very file that they have, with its SHA-256. It names them."),
        papers.make,
    ),
    "trail_pdf": Kind(
        _("Audit trail, PDF"), _("Every line of the log to read, and whether it verifies."), trail.as_pdf, True
    ),
    "trail_jsonl": Kind(
        _("Audit trail, JSON lines"),
        _("Every line of the log exactly, and whether it verifies."),
        trail.as_lines,
        True,
    ),
}


def ask(
    *, offer: Offer, kind: str, actor: str, at: datetime, first_on: date | None = None, last_on: date | None = None
) -> Export:
    """Ask for a file as of `at`. The worker makes it; where there is no broker it is made here."""
    if kind not in KINDS:
        raise ValueError(kind)
    with transaction.atomic():
        export = Export.objects.create(
            offer_code=offer.code,
            kind=kind,
            first_on=first_on if KINDS[kind].has_period else None,
            last_on=last_on if KINDS[kind].has_period else None,
            asked_at=at,
            asked_by=actor,
            heard_at=at,
        )
        append(
            chain=CHAIN,
            kind="export.asked",
            actor=actor,
            at=at,
            payload={"export": export.pk, "offer": offer.code, "kind": kind, "first_on": first_on, "last_on": last_on},
        )
        nudge(TASK, str(export.pk))
    if not settings.CELERY_BROKER_URL:
        make(export.pk)
        export.refresh_from_db()
    return export


def make(export_id: UUID) -> None:
    """Make a file that was asked for. Called twice at once, one makes it."""
    claimed = Export.objects.filter(pk=export_id, state=ExportState.ASKED)
    if claimed.update(state=ExportState.MAKING, heard_at=clock.now()) != 1:
        return
    export = Export.objects.get(pk=export_id)
    try:
        with tempfile.TemporaryFile(prefix="exchange-export-") as out:
            made = _make(export, out)
            _keep(export, made, out)
    except Exception as fault:  # a file left in the making would be waited for: the page says that it failed
        Export.objects.filter(pk=export_id, state=ExportState.MAKING).update(
            state=ExportState.FAILED, problem=type(fault).__name__, finished_at=clock.now()
        )
        log.exception("export %s failed", export_id)


def _make(export: Export, out: IO[bytes]) -> Made:
    offer = Offer.objects.get(code=export.offer_code)
    order = Order(load(offer), export.asked_at, export.first_on, export.last_on)

    def progress(done: int, total: int) -> None:
        cache.set(_key(export.pk), (done, total), 24 * 3600)
        Export.objects.filter(pk=export.pk, state=ExportState.MAKING).update(heard_at=clock.now())

    return KINDS[export.kind].make(order, out, progress)


def _keep(export: Export, made: Made, out: IO[bytes]) -> None:
    """The pieces, the digest and the line in the log, in one transaction; nothing of it where another made it."""
    digest, size = hashlib.sha256(), 0
    out.seek(0)
    with transaction.atomic():
        ExportPiece.objects.filter(export=export).delete()
        number = 0
        while content := out.read(PIECE):
            number += 1
            digest.update(content)
            size += len(content)
            ExportPiece.objects.create(export=export, number=number, content=content)
        at = clock.now()
        finished = Export.objects.filter(pk=export.pk, state=ExportState.MAKING).update(
            state=ExportState.DONE,
            file_name=made.file_name,
            content_type=made.content_type,
            size=size,
            sha256=digest.hexdigest(),
            finished_at=at,
            heard_at=at,
        )
        if finished != 1:
            raise RuntimeError("the export was taken away while it was made")
        payload = {"export": export.pk, "kind": export.kind, "sha256": digest.hexdigest(), "size": size}
        append(chain=CHAIN, kind="export.made", actor="worker", at=at, payload=payload)


def take(*, export: Export, actor: str, at: datetime) -> Iterator[bytes]:
    """The bytes of a finished file, a piece at a time; that it was taken is written down first."""
    if export.state != ExportState.DONE:
        raise ValueError("only a finished export can be taken")
    with transaction.atomic():
        payload = {"export": export.pk, "kind": export.kind, "sha256": export.sha256}
        append(chain=CHAIN, kind="export.taken", actor=actor, at=at, payload=payload)
    return _pieces(export)


def _pieces(export: Export) -> Iterator[bytes]:
    numbers = list(export.pieces.values_list("number", flat=True))
    for number in numbers:
        yield bytes(export.pieces.get(number=number).content)


def progress_of(export_id: UUID) -> tuple[int, int] | None:
    """How far the work has come, of how much; None where nothing was said yet."""
    found = cache.get(_key(export_id))
    return found if isinstance(found, tuple) else None


def sweep(*, at: datetime) -> None:
    """Ask again for what the queue lost or a dead worker had in hand; remove files that are a month old."""
    silent = Export.objects.filter(heard_at__lt=at - SILENT_AFTER)
    silent.filter(state=ExportState.MAKING).update(state=ExportState.ASKED)
    for pk in silent.filter(state=ExportState.ASKED).values_list("pk", flat=True):
        Export.objects.filter(pk=pk, state=ExportState.ASKED).update(heard_at=at)
        nudge(TASK, str(pk))
    for export in Export.objects.filter(state=ExportState.DONE, finished_at__lt=at - KEPT_FOR):
        with transaction.atomic():
            if Export.objects.filter(pk=export.pk, state=ExportState.DONE).update(state=ExportState.REMOVED) == 1:
                export.pieces.all().delete()


def _key(export_id: UUID) -> str:
    return f"export:{export_id}"

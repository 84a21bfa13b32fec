"""export_results CODE --format json|csv|xlsx|ocf --out PATH: the outcome."""

import hashlib
import os
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from exchange.audit.actions import append
from exchange.cli.base import ACTOR, ExchangeCommand, RefusedError
from exchange.interchange import export
from exchange.interchange.exports.ocf import as_ocf
from exchange.kernel import clock
from exchange.kernel.transactions import in_one_transaction
from exchange.offers.models import Offer
from exchange.offers.reads import now_for

# Each makes the outcome of an offer as of an instant.
WRITERS: Mapping[str, Callable[[Offer, datetime], bytes]] = {
    "json": lambda offer, at: export.as_json(offer).encode(),
    "csv": lambda offer, at: export.as_csv(offer).encode(),
    "xlsx": lambda offer, at: export.as_xlsx(offer),
    "ocf": as_ocf,
}


class Command(ExchangeCommand):
    help = "Writes what the offer has come to."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("code")
        parser.add_argument("--format", choices=sorted(WRITERS), required=True)
        parser.add_argument("--out", required=True)

    def act(self, options: dict[str, Any]) -> dict[str, Any]:
        offer = self.offer(options["code"])
        true_at = clock.now()
        body = WRITERS[options["format"]](offer, options["at"] or now_for(offer, true_at))
        sha256 = hashlib.sha256(body).hexdigest()
        target = Path(options["out"])
        if not options["dry_run"]:
            try:
                _write(target, body)
            except OSError as error:
                raise RefusedError([f"{target}: {error.strerror}; expected a path that can be written"]) from error
            self.done(
                in_one_transaction(
                    lambda: append(
                        chain="exports",
                        kind="results.exported",
                        actor=ACTOR,
                        at=options["at"] or true_at,
                        payload={
                            "offer": offer.code,
                            "format": options["format"],
                            "sha256": sha256,
                        },
                    )
                )
            )
        return {"offer": offer.code, "out": str(target), "sha256": sha256}


def _write(target: Path, body: bytes) -> None:
    """The whole file or nothing: written beside its place, then moved there."""
    beside = target.with_name(f".{target.name}.{os.getpid()}.part")
    beside.write_bytes(body)
    beside.replace(target)

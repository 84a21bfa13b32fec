"""export_results CODE --format json|csv --out PATH: the outcome."""

import os
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from exchange.audit.actions import append
from exchange.cli.base import ACTOR, ExchangeCommand, RefusedError
from exchange.interchange import export
from exchange.kernel import canonical, clock
from exchange.kernel.transactions import in_one_transaction

WRITERS = {"json": export.as_json, "csv": export.as_csv}


class Command(ExchangeCommand):
    help = "Writes what the offer has come to."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("code")
        parser.add_argument("--format", choices=sorted(WRITERS), required=True)
        parser.add_argument("--out", required=True)

    def act(self, options: dict[str, Any]) -> dict[str, Any]:
        offer = self.offer(options["code"])
        text = WRITERS[options["format"]](offer)
        target = Path(options["out"])
        if not options["dry_run"]:
            try:
                _write(target, text)
            except OSError as error:
                raise RefusedError([f"{target}: {error.strerror}; expected a path that can be written"]) from error
            self.done(
                in_one_transaction(
                    lambda: append(
                        chain="exports",
                        kind="results.exported",
                        actor=ACTOR,
                        at=options["at"] or clock.now(),
                        payload={
                            "offer": offer.code,
                            "format": options["format"],
                            "sha256": canonical.digest(text),
                        },
                    )
                )
            )
        return {"offer": offer.code, "out": str(target), "sha256": canonical.digest(text)}


def _write(target: Path, text: str) -> None:
    """The whole file or nothing: written beside its place, then moved there."""
    beside = target.with_name(f".{target.name}.{os.getpid()}.part")
    beside.write_text(text, encoding="utf-8", newline="")
    beside.replace(target)

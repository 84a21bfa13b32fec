"""load_offer FILE.toml: make or update a draft offer."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from exchange.cli.base import ACTOR, ExchangeCommand, RefusedError
from exchange.interchange.terms import load_terms
from exchange.kernel import clock
from exchange.offers.actions import DocumentFile, load_offer


class Command(ExchangeCommand):
    help = "Makes or updates a draft offer from its terms; an offer that was opened is refused."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file")

    def act(self, options: dict[str, Any]) -> dict[str, Any]:
        found, problems = load_terms(Path(options["file"]))
        if found is None or problems:
            raise RefusedError([str(problem) for problem in problems])
        version, is_new = self.done(
            load_offer(
                plain=found.as_plain(),
                documents=[DocumentFile(d.kind, d.title, d.content_type, d.body) for d in found.documents],
                actor=ACTOR,
                at=options["at"] or clock.now(),
                dry_run=options["dry_run"],
            )
        )
        return {"offer": found.code, "version": version.number, "is_new": is_new}

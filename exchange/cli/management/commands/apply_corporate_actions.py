"""apply_corporate_actions FILE: record splits and mergers."""

from typing import Any

from django.core.management.base import CommandParser

from exchange.cli.base import ACTOR, ExchangeCommand
from exchange.interchange.apply import apply_corporate_actions
from exchange.interchange.schemas import CORPORATE_ACTIONS
from exchange.kernel import clock


class Command(ExchangeCommand):
    help = "Records splits and mergers; every figure counts them from their effective dates."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file")

    def act(self, options: dict[str, Any]) -> dict[str, Any]:
        table = self.table(options["file"], CORPORATE_ACTIONS)
        applied = self.done(
            apply_corporate_actions(
                table.rows,
                source=self.source(table),
                actor=ACTOR,
                at=options["at"] or clock.now(),
                dry_run=options["dry_run"],
            )
        )
        return self.imported(applied)

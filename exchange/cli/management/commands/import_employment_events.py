"""import_employment_events FILE: load employment events."""

from typing import Any

from django.core.management.base import CommandParser

from exchange.cli.base import ACTOR, ExchangeCommand
from exchange.interchange.apply import import_employment_events
from exchange.interchange.schemas import EMPLOYMENT_EVENTS
from exchange.kernel import clock


class Command(ExchangeCommand):
    help = "Loads dated changes of people's status."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file")
        parser.add_argument("--correct", action="store_true", help="change facts that a judgement used")
        parser.add_argument("--reason", default="", help="why a fact that a judgement used is changed")

    def act(self, options: dict[str, Any]) -> dict[str, Any]:
        correction = self.correction(options)
        table = self.table(options["file"], EMPLOYMENT_EVENTS, names_people=True)
        applied = self.done(
            import_employment_events(
                table.rows,
                source=self.source(table),
                actor=ACTOR,
                at=options["at"] or clock.now(),
                correction=correction,
                dry_run=options["dry_run"],
                progress=self._progress(options["file"]),
            )
        )
        return self.imported(applied)

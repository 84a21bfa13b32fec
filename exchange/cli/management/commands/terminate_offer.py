"""terminate_offer CODE --reason TEXT: end a running offer and return every option."""

from typing import Any

from django.core.management.base import CommandParser

from exchange.cli.base import ACTOR, ExchangeCommand
from exchange.elections.actions import terminate_offer


class Command(ExchangeCommand):
    help = "Terminates a running offer: nothing is cancelled, every tendered option is returned."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("code")
        parser.add_argument("--reason", required=True)

    def act(self, options: dict[str, Any]) -> dict[str, Any]:
        offer = self.offer(options["code"])
        event = self.done(
            terminate_offer(
                code=offer.code,
                reason=options["reason"],
                actor=ACTOR,
                at=self.instant_for(offer, options["at"]),
                dry_run=options["dry_run"],
            )
        )
        return {"offer": offer.code, "at": event.at if event else None}

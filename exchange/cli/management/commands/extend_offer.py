"""extend_offer CODE --to ISO: move the expiration to a later instant."""

from typing import Any

from django.core.management.base import CommandParser

from exchange.cli.base import ACTOR, ExchangeCommand, instant
from exchange.elections.actions import extend_offer


class Command(ExchangeCommand):
    help = "Extends an offer, or revives one that has just expired."
    takes_overrides = True

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("code")
        parser.add_argument("--to", type=instant, required=True, help="the new expiration, ISO 8601 with an offset")

    def act(self, options: dict[str, Any]) -> dict[str, Any]:
        overrides = self.overrides(options)
        offer = self.offer(options["code"])
        event = self.done(
            extend_offer(
                code=offer.code,
                to=options["to"],
                actor=ACTOR,
                at=self.instant_for(offer, options["at"]),
                overrides=overrides,
                dry_run=options["dry_run"],
            )
        )
        return {"offer": offer.code, "at": event.at if event else None, "expires_at": options["to"]}

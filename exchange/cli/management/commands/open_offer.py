"""open_offer CODE: check the legal clock and open."""

from typing import Any

from django.core.management.base import CommandParser

from exchange.cli.base import ACTOR, ExchangeCommand
from exchange.kernel import clock
from exchange.offers.actions import open_offer


class Command(ExchangeCommand):
    help = "Opens a draft offer once the legal clock allows it."
    takes_overrides = True

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("code")

    def act(self, options: dict[str, Any]) -> dict[str, Any]:
        overrides = self.overrides(options)
        offer = self.offer(options["code"])
        at = self.instant_for(offer, options["at"]) or clock.now()
        event = self.done(
            open_offer(code=offer.code, actor=ACTOR, at=at, overrides=overrides, dry_run=options["dry_run"])
        )
        return {
            "offer": offer.code,
            "at": event.at,
            "commences_at": event.commences_at,
            "expires_at": event.expires_at,
        }

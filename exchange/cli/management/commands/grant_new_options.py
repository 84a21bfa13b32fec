"""grant_new_options CODE --on DATE --closing-price P: new grants, lapses, held ones."""

from collections import Counter
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import CommandParser

from exchange.cli.base import ACTOR, ExchangeCommand, day, price
from exchange.settlement.actions.grant import grant_new_options


class Command(ExchangeCommand):
    help = "Grants the new options of every promise whose holder is still employed."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("code")
        parser.add_argument("--on", type=day, required=True, help="the grant date")
        parser.add_argument("--closing-price", type=price, required=True, help="the market's close on that date")

    def act(self, options: dict[str, Any]) -> dict[str, Any]:
        offer = self.offer(options["code"])
        at = self.instant_for(offer, options["at"])
        if at is not None and options["at"] is None:
            # A replay's clock stands at its latest action; granting moves it to the end of the session stated.
            at = max(at, datetime.combine(options["on"], time(17), ZoneInfo(self.zone)))
        granted = self.done(
            grant_new_options(
                code=offer.code,
                on=options["on"],
                closing_price=options["closing_price"],
                actor=ACTOR,
                at=at,
                dry_run=options["dry_run"],
            )
        )
        lapsed = Counter(str(lapse.reason) for lapse in granted.lapses)
        return {
            "offer": offer.code,
            "granted": len(granted.grants),
            "shares": sum(grant.shares for grant in granted.grants),
            "lapsed": dict(lapsed),
            "held": len(granted.held),
        }
